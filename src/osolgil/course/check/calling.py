"""Calling a student's function: on fresh arguments of a kind, with a time limit and an eye on the arguments."""

import contextlib
import inspect
import io
import random
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.course.check.cases import COLUMNS

KINDS = ("arrays", "lists", "frames", "plain")
"""What vectors are handed over as: the assignment's own kind first; a function may be written for another.

Plain are lists with a generator of Python's own `random`; the others come with NumPy's.
"""

SECONDS = 10.0
"""After which a call counts as endless; right solutions take a hundredth of it."""

FRAMED = {"X": 2, "x": 1, "y": 1, "a": 1, "b": 1}


class Seeded(int):
    """A seed: a generator is made of it at each call."""


class Endless(BaseException):
    """Raised in a call that takes too long; a bare `except Exception` of the student does not swallow it."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a value, or an error.

    Attributes:
        value: what came back.
        error: what was raised instead.
        mutated: the names of the arguments that the call changed.
    """

    value: Any = None
    error: BaseException | None = None
    mutated: tuple[str, ...] = ()


def of_kind(name: str, value: Any, kind: str) -> Any:
    """A fresh copy of an argument, as this kind."""
    if isinstance(value, Seeded):
        return random.Random(value) if kind == "plain" else np.random.default_rng(value)
    if not isinstance(value, np.ndarray):
        return value
    if kind in ("lists", "plain"):
        return value.tolist()
    if kind == "frames" and FRAMED.get(name) == value.ndim:
        import pandas as pd

        if name == "X":
            return pd.DataFrame(value.copy(), columns=list(COLUMNS))
        return pd.Series(value.copy(), index=list(COLUMNS) if name == "x" else None)
    return value.copy()


def call(
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    kind: str,
    take: Callable[[Any], Any] = lambda value: value,
) -> Outcome:
    """Call with these arguments by position; `take` reads what comes back before the time is up."""
    given = {name: of_kind(name, value, kind) for name, value in arguments.items()}
    quiet = io.StringIO()
    try:
        with time_limit(SECONDS), contextlib.redirect_stdout(quiet), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = take(function(*given.values()))
    except (Exception, SystemExit, Endless) as error:
        return Outcome(error=error)
    return Outcome(value, mutated=tuple(name for name in given if changed(given[name], arguments[name])))


def changed(now: Any, before: Any) -> bool:
    """Whether an argument that is a vector or a matrix is another one than before."""
    if not isinstance(before, np.ndarray):
        return False
    try:
        return not np.array_equal(np.asarray(now, np.float64), before)
    except (TypeError, ValueError):  # lists that became ragged, or got other things than numbers
        return True


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise Endless after so many seconds, where the system can: in the main thread, not on Windows."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise Endless

    former_handler = signal.signal(signal.SIGALRM, ring)
    former_timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *former_timer)
        signal.signal(signal.SIGALRM, former_handler)


def accepts(function: Callable[..., Any], count: int) -> bool:
    """Whether a function can be called with so many arguments, as far as Python knows."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # built-in functions have no signature
        return True
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def called_by(function: Callable[..., Any], names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    """The functions of these names that a function refers to among its module's (or notebook's) names."""
    inner = inspect.unwrap(function)
    code, around = getattr(inner, "__code__", None), getattr(inner, "__globals__", {})
    if code is None:
        return {}
    waiting, used = [code], set()
    while waiting:
        one = waiting.pop()
        used |= set(one.co_names)
        waiting += [const for const in one.co_consts if inspect.iscode(const)]
    return {name: around[name] for name in names if name in used and callable(around.get(name))}

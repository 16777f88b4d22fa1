"""What hyperparameters may be: declared beside each field as its limit, checked once, before any work starts."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Protocol

import jax
import numpy as np


class Limit(Protocol):
    """What a hyperparameter may be. As text it completes the sentence "must be ..."."""

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Which of the values are allowed, in the shape of the values; or whether all are, in shape ()."""
        ...


@dataclasses.dataclass(frozen=True)
class Interval:
    """Every value lies between `low` and `high`; NaN lies nowhere, and an infinite end is never reached.

    >>> str(Interval(0, 1, high_open=True))
    'in [0, 1)'
    >>> str(Interval(0, low_open=True))
    'a finite number > 0'
    """

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def holds(self, values: np.ndarray) -> np.ndarray:
        above = values > self.low if self.low_open else values >= self.low
        below = values < self.high if self.high_open else values <= self.high
        return np.asarray(np.isfinite(values) & above & below)

    def __str__(self) -> str:
        if math.isfinite(self.low) and math.isfinite(self.high):
            return f"in {'(' if self.low_open else '['}{self.low:g}, {self.high:g}{')' if self.high_open else ']'}"
        ends = [f"{'>' if self.low_open else '>='} {self.low:g}"] if math.isfinite(self.low) else []
        ends += [f"{'<' if self.high_open else '<='} {self.high:g}"] if math.isfinite(self.high) else []
        return " ".join(["a finite number", *ends])


@dataclasses.dataclass(frozen=True)
class Whole:
    """One whole number, `low` or more: a count, which shapes arrays and cannot differ from lane to lane.

    >>> str(Whole(1))
    'a whole number >= 1'
    """

    low: int = 0

    def holds(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values.shape == () and values.dtype.kind in "iu" and bool(np.all(values >= self.low)))

    def __str__(self) -> str:
        return f"a whole number >= {self.low}"


@dataclasses.dataclass(frozen=True)
class Increasing:
    """Values that start at `low` or above and grow, along the last axis: the boundaries between pieces."""

    low: float = 1

    def holds(self, values: np.ndarray) -> np.ndarray:
        rows = np.atleast_1d(values)
        return np.asarray(np.isfinite(rows).all() & (rows >= self.low).all() & (np.diff(rows, axis=-1) > 0).all())

    def __str__(self) -> str:
        return f"increasing numbers from {self.low:g} on"


POSITIVE = Interval(0, low_open=True)
NOT_NEGATIVE = Interval(0)
DECAY = Interval(0, 1, high_open=True)
FRACTION = Interval(0, 1)
FINITE = Interval()
AT_LEAST_ONE = Interval(1)

Limits = Mapping[str, Limit]
"""The limit of every numeric field, by the field's name."""


def check(method: Any) -> None:
    """Refuse hyperparameters that make no sense.

    Walks through the method's fields, its schedules, and the rules that it wraps. A field may hold one number or an
    array with one number for each lane. What concerns several fields at once a class says itself, in a method
    `complaint()` that returns a sentence or None.

    Raises:
        ValueError: a number is outside of the limit declared for its field, or fields contradict each other.
        TypeError: a field that should be a number, a schedule or a switch is something else.

    >>> from osolgil.methods import Adam
    >>> check(Adam(beta1=1.2))
    Traceback (most recent call last):
    ...
    ValueError: Adam: beta1 must be in [0, 1), but it is 1.2
    """
    if not dataclasses.is_dataclass(method):
        return
    limits: Limits = getattr(method, "limits", {})
    for field in dataclasses.fields(method):
        value = getattr(method, field.name)
        name = f"{type(method).__name__}: {field.name}"
        if field.name == "learning_rate" and field.name in limits and _is_grouped(value):
            _check_groups(name, value, limits[field.name])
            continue
        inside, numbers = _apart(value)
        for part in inside:
            check(part)
        if isinstance(field.default, bool):
            if not isinstance(value, bool):
                raise TypeError(f"{name} is a switch: it must be True or False, but it is {value!r}")
        elif field.name in limits and not (inside and numbers is None) and not (value is None is field.default):
            _check_numbers(name, numbers, limits[field.name])
    complaint = getattr(method, "complaint", None)
    if complaint is not None and (reason := complaint()) is not None:
        raise ValueError(f"{type(method).__name__}: {reason}")


def _is_grouped(value: Any) -> bool:
    """Whether this is a pytree of several rates, and not one number or schedule."""
    return not _has_limits(value) and not jax.tree_util.all_leaves([value]) and bool(jax.tree.leaves(value))


def _check_groups(name: str, groups: Any, limit: Limit) -> None:
    """Learning rates by group: each is named by its place."""
    for path, rate in jax.tree_util.tree_leaves_with_path(groups, is_leaf=_has_limits):
        if _has_limits(rate):
            check(rate)
        else:
            _check_numbers(f"{name}{jax.tree_util.keystr(path)}", rate, limit)


def _apart(value: Any) -> tuple[list[Any], Any]:
    """The rules and schedules in a field, and what is left of it, if anything."""
    parts = value if isinstance(value, tuple) else (value,)
    inside = [part for part in parts if _has_limits(part)]
    if not inside:
        return [], value
    return inside, tuple(part for part in parts if not _has_limits(part)) or None


def _has_limits(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and hasattr(value, "limits")


def _check_numbers(name: str, value: Any, limit: Limit) -> None:
    arrays = [np.asarray(leaf) for leaf in jax.tree.leaves(value)]
    if not arrays or any(array.dtype.kind not in "iuf" for array in arrays):
        what = "a number or a Schedule" if callable(value) else "a number"
        raise TypeError(f"{name} must be {what}, but it is {value!r}")
    several = isinstance(value, tuple) or len(arrays) > 1
    values = np.stack(np.broadcast_arrays(*arrays), axis=-1) if several else arrays[0]
    allowed = limit.holds(values)
    if not allowed.all():
        if allowed.shape != values.shape or isinstance(limit, Whole):
            raise ValueError(f"{name} must be {limit}, but it is {values.tolist()}")
        index = tuple(int(i) for i in np.argwhere(~allowed)[0])
        where = f" at index {', '.join(map(str, index))}" if index else ""
        raise ValueError(f"{name} must be {limit}, but it is {values[index]:g}{where}")

"""What is found out about a function before it becomes a verdict, and the sentences for calls and errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from osolgil.course.check.calling import Endless, Outcome, Seeded
from osolgil.course.check.reading import Said, UnreadableError, show


@dataclass(frozen=True)
class Found:
    """Mistakes and what was seen of them; neither if the function is right.

    Attributes:
        mistakes: their names.
        details: what was seen.
        wrong: whether anything is.
        value: whether the function at least gave values of the right kind.
    """

    mistakes: tuple[str, ...] = ()
    details: tuple[Said, ...] = ()
    wrong: bool = False
    value: bool = True


RIGHT = Found()


def called(name: str, arguments: Mapping[str, Any]) -> str:
    """A call as a person would type it."""
    shown = ["rng" if isinstance(value, Seeded) else show(value) for value in arguments.values()]
    return f"{name}({', '.join(shown)})"


def in_the_call(call: str) -> Said:
    """Where it happened, when there is nothing else to say."""
    return f"In the call {call}.", f"호출: {call}"


def trouble(name: str, arguments: Mapping[str, Any], outcome: Outcome) -> Found | None:
    """What a call that raised comes to."""
    error = outcome.error
    if error is None:
        return None
    call = called(name, arguments)
    if isinstance(error, Endless):
        return Found(("endless",), (in_the_call(call),), wrong=True, value=False)
    if is_blank(error):
        return Found(("not_filled_in",), (), wrong=True, value=False)
    message = " ".join(str(error).split())
    said = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return Found(("raises",), ((f"{call} raised {said}", f"{call} 호출에서 {said}"),), wrong=True, value=False)


def is_blank(error: BaseException) -> bool:
    """Whether an error comes from a blank: NotImplementedError, a name like `____`, or `...` in an expression."""
    if isinstance(error, NameError):
        return error.name is not None and not error.name.strip("_")
    return isinstance(error, NotImplementedError) or (isinstance(error, TypeError) and "ellipsis" in str(error))


def unreadable(name: str, arguments: Mapping[str, Any], why: UnreadableError) -> Found:
    """What a result of another kind comes to."""
    call = called(name, arguments)
    said = (f"{call}: {why.said[0]}", f"{call}: {why.said[1]}") if any(why.said) else in_the_call(call)
    return Found((why.mistake,), (said,), wrong=True, value=False)


def changed_arguments(name: str, arguments: Mapping[str, Any], outcome: Outcome) -> Found:
    """What a call that changed its arguments comes to."""
    call, which = called(name, arguments), ", ".join(outcome.mutated)
    return Found(
        ("inputs_mutated",), ((f"{call} changes {which}.", f"{call} 호출 뒤에 값이 바뀐 인수: {which}"),), wrong=True
    )

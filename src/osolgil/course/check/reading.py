"""Reading what a function gave back: a number, a vector, batches or a path; or a sentence on why it is none."""

import math
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

import numpy as np

Said = tuple[str, str]
"""The same thing in English and in Korean."""


class UnreadableError(Exception):
    """What came back is not what was asked for.

    Attributes:
        mistake: its name in the catalogue.
        said: what came back and what was asked for; empty where the catalogue has said it all.
    """

    def __init__(self, mistake: str, said: Said = ("", "")):
        super().__init__(mistake)
        self.mistake, self.said = mistake, said


NUMBER: Said = ("one number", "수 하나")
BATCHES: Said = ("a list of lists of row numbers", "행 번호 리스트들의 리스트")
PATH: Said = ("a list of points", "점들의 리스트")


def vector_of(length: int) -> Said:
    """What a vector of this length is called."""
    return f"a list or array of {length} numbers", f"수 {length}개로 된 리스트나 배열"


def described(value: Any) -> Said:
    """What a value is, in a few words."""
    kind = type(value).__name__
    shape = np.shape(value) if isinstance(value, np.ndarray) or hasattr(value, "shape") else None
    if shape is not None:
        return f"an array of shape {shape}", f"모양이 {shape}인 배열"
    if isinstance(value, list | tuple):
        return f"a {kind} of length {len(value)}", f"길이가 {len(value)}인 {kind}"
    if isinstance(value, int | float):
        return "a single number", "수 하나"
    return f"a value of type {kind}", f"자료형이 {kind}인 값"


def refuse(mistake: str, value: Any, wanted: Said) -> UnreadableError:
    """The sentence that says what came back and what was asked for."""
    en, ko = described(value)
    return UnreadableError(
        mistake, (f"It returns {en}; asked for is {wanted[0]}.", f"반환값: {ko}. 필요한 것: {wanted[1]}.")
    )


def written(value: Any) -> None:
    """Raise for what comes out of a blank."""
    if value is None:
        raise UnreadableError("returns_none")
    if value is Ellipsis or value is NotImplemented:
        raise UnreadableError("not_filled_in")


def as_numbers(value: Any, wanted: Said) -> np.ndarray:
    """Any nest of real numbers as a float64 array."""
    written(value)
    if isinstance(value, str | bytes | Mapping | Set | Iterator) or callable(value):
        raise refuse("wrong_type", value, wanted)
    if isinstance(value, list | tuple):
        for each in value:
            written(each)
    try:
        array = np.asarray(value)
        if array.dtype.kind in "OUSc":
            if array.dtype.kind != "O":
                raise TypeError
            array = np.asarray([float(each) for each in array.ravel()]).reshape(array.shape)
        return array.astype(np.float64)
    except ValueError:
        raise refuse("wrong_shape", value, wanted) from None
    except TypeError:
        raise refuse("wrong_type", value, wanted) from None


def finite(numbers: np.ndarray, value: Any) -> None:
    """Raise where a number is nan or infinite."""
    if not np.all(np.isfinite(numbers)):
        shown = show(value)
        raise UnreadableError("not_finite", (f"It returns {shown}.", f"반환값: {shown}."))


def number(value: Any) -> float:
    """One finite number: a Python or NumPy number, or an array without axes."""
    array = as_numbers(value, NUMBER)
    if array.ndim:
        raise refuse("wrong_shape", value, NUMBER)
    finite(array, value)
    return float(array)


def vector(length: int) -> Callable[[Any], np.ndarray]:
    """A reader of so many finite numbers: a list, a tuple, an array, a Series."""

    def read(value: Any) -> np.ndarray:
        array = as_numbers(value, vector_of(length))
        if array.shape != (length,):
            raise refuse("wrong_shape", value, vector_of(length))
        finite(array, value)
        return array

    return read


def batches(value: Any) -> list[list[int]]:
    """The row numbers of the batches of an epoch."""
    outer = nested(value)
    if any(is_whole(each) for each in outer):
        raise UnreadableError("flat_list")
    found = [nested(each) for each in outer]
    for each in (row for batch in found for row in batch):
        if not is_whole(each):
            en, ko = described(each)
            raise UnreadableError(
                "wrong_type",
                (
                    f"A batch holds {en} ({each!r}); asked for are row numbers.",
                    f"배치 안의 값: {ko}({each!r}). 필요한 것: 행 번호.",
                ),
            )
    return [[int(row) for row in batch] for batch in found]


def nested(value: Any) -> list[Any]:
    """A sequence as a list."""
    written(value)
    if isinstance(value, str | bytes | Mapping | Set) or not hasattr(value, "__iter__"):
        raise refuse("wrong_type", value, BATCHES)
    return list(value)


def is_whole(value: Any) -> bool:
    """Whether a value can number a row."""
    return hasattr(value, "__index__") and not isinstance(value, bool | np.bool_) and np.ndim(value) == 0


def materialized(value: Any) -> Any:
    """The lists behind generators, so that what they do is done while the call is watched."""
    return (
        [list(each) if isinstance(each, Iterator) else each for each in value] if isinstance(value, Iterator) else value
    )


def path(length: int) -> Callable[[Any], np.ndarray]:
    """A reader of points with so many coordinates: shape (points, length)."""

    def read(value: Any) -> np.ndarray:
        written(value)
        array = as_numbers(value, PATH)
        if array.shape == (length,):
            raise UnreadableError("last_point_only")
        if array.ndim != 2 or array.shape[1] != length:
            raise refuse("wrong_shape", value, PATH)
        finite(array, value)
        return array

    return read


def show(value: Any) -> str:
    """A value as a person would type it, with six digits; long ones are cut."""
    if isinstance(value, bool | np.bool_ | str):
        return repr(value)
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}" if math.isfinite(value) else str(float(value))
    if hasattr(value, "tolist"):
        return show(value.tolist())
    if isinstance(value, list | tuple):
        inner = ", ".join(show(each) for each in value[:8]) + (", ..." if len(value) > 8 else "")
        return f"[{inner}]"
    return getattr(value, "__name__", None) or type(value).__name__

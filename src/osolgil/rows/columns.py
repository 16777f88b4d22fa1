"""Columns of a table as NumPy arrays: numbers with NaN for what is missing, labels as codes with −1."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Level = str | int | float | bool

COUNTED = "(the first row is row 0)"
"""How rows are numbered, said wherever one is named."""

NUMBERS = tuple(rf"^\s*[+-]?(\d+({mark}\d*)?|{mark}\d+)([eE][+-]?\d+)?\s*$" for mark in (r"\.", ","))
"""Text that reads as a number, with a decimal point or a decimal comma."""

STRAYS, STRAY_SHARE = 3, 0.05
"""How many cells of a column of numbers may be slips: so many, or this share of them."""


@dataclass(frozen=True)
class Labels:
    """A column of labels.

    Attributes:
        codes: the number of each row's level, −1 where it is missing, shape (rows,).
        levels: the levels that occur, in their own order if the column has one, sorted otherwise.
    """

    codes: NDArray[np.int64]
    levels: tuple[Level, ...]


def holds_numbers(column: "pa.ChunkedArray") -> bool:
    """Whether a column is numeric or boolean. A column with nothing in it passes, and is missing throughout."""
    import pyarrow as pa

    kind = column.type
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_null(kind)
    )


def holds_booleans(column: "pa.ChunkedArray") -> bool:
    """Whether a column is boolean."""
    import pyarrow as pa

    return bool(pa.types.is_boolean(column.type))


def holds_labels(column: "pa.ChunkedArray") -> bool:
    """Whether a column is text or categorical."""
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return bool(text or pa.types.is_dictionary(column.type))


def refuse_strays(table: "pa.Table", name: str) -> None:
    """Refuse a column that is text only because of a few cells: it was meant to hold numbers.

    Raises:
        ValueError: at least half of the cells read as numbers, and at most 3 or 5 % of them do not.
    """
    import pyarrow as pa
    from pyarrow import compute

    column = table.column(name)
    if pa.types.is_dictionary(column.type) or not holds_labels(column):
        return
    text = column.cast(pa.large_string())
    count = len(text) - text.null_count
    for pattern in NUMBERS:
        odd = compute.invert(compute.match_substring_regex(text, pattern)).fill_null(False)
        rows = np.flatnonzero(odd.to_numpy())
        if 0 < len(rows) <= min(max(STRAYS, STRAY_SHARE * count), count / 2):
            others = f" and in {len(rows) - 1} more" if len(rows) > 1 else ""
            raise ValueError(
                f"column {name!r} holds numbers, but {text[int(rows[0])].as_py()!r} in row {rows[0]} {COUNTED}"
                f"{others}; correct or empty what is no number, or write C({name}) to use its values as categories"
            )


def numbers(table: "pa.Table", name: str) -> NDArray[np.float64]:
    """A numeric or boolean column as float64, NaN where it is missing, shape (rows,).

    Raises:
        ValueError: the column holds text, dates or something else.
    """
    import pyarrow as pa

    column = table.column(name)
    if not holds_numbers(column):
        refuse_strays(table, name)
        remedy = (
            f"write C({name}) to use its values as categories"
            if holds_labels(column)
            else "turn it into numbers or text first"
        )
        raise ValueError(f"column {name!r} does not hold numbers (its type is {column.type}); {remedy}")
    values: NDArray[np.float64] = column.cast(pa.float64(), safe=False).to_numpy()
    return values


def labels(table: "pa.Table", name: str) -> Labels:
    """A column as labels: text, whole numbers, booleans, or a categorical column of these.

    Raises:
        ValueError: the column holds something that cannot be a label, such as dates or lists.
    """
    import pyarrow as pa

    column = table.column(name)
    inner = pa.chunked_array([], column.type.value_type) if pa.types.is_dictionary(column.type) else column
    if not (holds_labels(inner) or holds_numbers(inner)):
        raise ValueError(
            f"column {name!r} cannot be used as categories (its type is {column.type}); turn it into text first"
        )
    if not pa.types.is_dictionary(column.type):
        if pa.types.is_string_view(column.type):
            column = column.cast(pa.large_string())
        column = column.dictionary_encode()
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no chunk at all
        return Labels(np.zeros(0, np.int64), ())
    found = [as_level(value) for value in array.dictionary.to_pylist()]
    raw = array.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    occurring = [found[code] for code in np.unique(raw) if code >= 0 and found[code] is not None]
    distinct = list(dict.fromkeys(level for level in occurring if level is not None))
    if not column.type.ordered:
        distinct.sort(key=lambda level: (isinstance(level, str), level))
    index: dict[Any, int] = {level: code for code, level in enumerate(distinct)}
    recoded = np.array([*(index.get(level, -1) for level in found), -1], np.int64)
    return Labels(recoded[raw], tuple(distinct))


def as_level(value: Any) -> Level | None:
    """A value as a label that JSON can hold; None for what is missing."""
    if isinstance(value, str | bool | int):
        return value
    if value is None or value != value:  # NaN is not equal to itself
        return None
    return float(value)

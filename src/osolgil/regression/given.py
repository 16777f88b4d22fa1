"""What a fit is given: a design, and beside it one number for each row."""

from typing import Any, Literal

import numpy as np

from osolgil.problems.sparse_rows import entries, is_sparse
from osolgil.regression.arrays import ArrayDesign, array_design, finite_rows, suspects
from osolgil.regression.coordinates import identity, standardization
from osolgil.regression.offsets import as_numbers, checked
from osolgil.regression.sample import Sample
from osolgil.rows.blocks import all_finite
from osolgil.rows.columns import COUNTED, Level, labels, numbers
from osolgil.rows.formulas import Design, design
from osolgil.rows.names import find_column
from osolgil.rows.tables import read_table
from osolgil.rows.trouble import INTERCEPT
from osolgil.rows.trouble import missing as missing_values


def designed(
    formula: str | None,
    data: Any,
    X: Any,
    y: Any,
    columns: Any,
    intercept: bool,
    given: dict[str, Any],
    missing: Literal["error", "drop"],
    success: Level | None,
    classes: bool = False,
) -> tuple[Design | ArrayDesign, dict[str, Any]]:
    """The design, from a formula and a table or from arrays, and what is given beside it, one value for each row."""
    if formula is None and data is None and X is not None and y is not None:
        arrays = array_design(X, y, columns, intercept)
        for name, value in given.items():
            if isinstance(value, str):
                raise ValueError(f"{name}={value!r} names a column, but there is no table; give an array.")
        beside = {name: as_column(name, value, len(arrays.y)) for name, value in given.items()}
        if missing == "drop":
            keep = finite_rows(arrays.X) & np.isfinite(arrays.y)
            if not keep.any():
                lacks = missing_values(suspects(arrays.X, arrays.columns) | {arrays.response: arrays.y})
                raise ValueError(f"X and y have no rows to fit: each has something missing: {lacks[0].evidence}.")
            return arrays.taken(keep), {name: None if value is None else value[keep] for name, value in beside.items()}
        return arrays, beside
    if formula is None or data is None or X is not None or y is not None:
        raise ValueError("Give a formula and a table, as in fit('height ~ weight', data), or arrays: fit(X=X, y=y).")
    table = read_table(data)
    made = design(formula, table, missing=missing, success=success, classes=classes)
    beside = {}
    for name, value in given.items():
        if isinstance(value, str):
            place = find_column(value, table.column_names)
            found: Any = group_labels(table, place) if name == "groups" else numbers(table, place)
        else:
            found = as_column(name, value, table.num_rows)
        beside[name] = None if found is None else np.asarray(found)[made.kept_rows]
    return made, beside


def group_labels(table: Any, place: str) -> np.ndarray:
    """The number of each row's group, shape (rows,).

    Raises:
        ValueError: a row has none.
    """
    found = labels(table, place).codes
    if (found < 0).any():
        row = int((found < 0).argmax())
        raise ValueError(f"groups={place!r} is missing in row {row} {COUNTED}; fill it in, or leave the row out.")
    return np.asarray(found)


def as_column(name: str, values: Any, rows: int) -> np.ndarray | None:
    """An array with one value for each row: numbers, or labels of groups."""
    if values is None:
        return None
    found = np.asarray(values) if name == "groups" else as_numbers(name, values)
    if found.shape != (rows,):
        raise ValueError(f"{name} have the shape {found.shape}; {rows} rows need ({rows},).")
    return found


def offset_of(beside: dict[str, Any]) -> np.ndarray | None:
    """The offset and the logarithm of the exposure, added up."""
    parts = [checked(name, beside[name]) for name in ("offset", "exposure") if beside[name] is not None]
    return sum(parts[1:], parts[0]) if parts else None


def sampled(made: Design | ArrayDesign, weights: np.ndarray | None, offset: np.ndarray | None = None) -> Sample:
    """The rows of a design."""
    place = made.columns.index(INTERCEPT) if INTERCEPT in made.columns else None
    finite = bool(np.isfinite(entries(made.X)).all()) if is_sparse(made.X) else all_finite(made.X)
    usable = weights is None or (np.isfinite(weights).all() and weights.any())
    coordinates = standardization(made.X, place, weights) if finite and usable else identity(len(made.columns))
    return Sample(made.X, made.y, weights, place, coordinates, offset)

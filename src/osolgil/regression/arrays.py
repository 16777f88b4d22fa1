"""A design from NumPy arrays, for data that need no formula."""

import json
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.problems.placing import in_rows
from osolgil.problems.sparse_rows import entries, is_sparse, settled, with_ones
from osolgil.rows import columns
from osolgil.rows.blocks import all_finite
from osolgil.rows.columns import Level
from osolgil.rows.names import find_column
from osolgil.rows.recipe import checked_level
from osolgil.rows.tables import only, read_table
from osolgil.rows.trouble import INTERCEPT

FORMAT = "osolgil.arrays"


@dataclass(frozen=True, eq=False)
class ArrayDesign:
    """A design whose columns are those of an array, with an intercept before them or not.

    Attributes:
        X: shape (rows, n), the intercept included; a CSR array where it is sparse and large.
        columns: their names.
        y: the targets, shape (rows,).
        intercept: whether the first column is the intercept.
        levels: the labels that stand for 0, 1, ... where the targets are classes.
    """

    X: Any
    columns: tuple[str, ...]
    y: np.ndarray
    intercept: bool
    levels: tuple[Level, ...] = ()

    @property
    def formula(self) -> None:
        """There is none."""

    @property
    def response(self) -> str:
        """The name of the targets."""
        return "y"

    @property
    def response_levels(self) -> tuple[Level, ...]:
        """The labels that stand for 0, 1, ...; none where the targets are numbers."""
        return self.levels

    def apply(self, X: Any) -> Any:
        """The design of new rows, shape (rows, n).

        Raises:
            ValueError: X does not have the columns that were fitted, or is not finite.
        """
        features = as_features(named_columns(X, self.columns[self.intercept :]))
        wanted = len(self.columns) - self.intercept
        if features.shape[1] != wanted:
            raise ValueError(f"X has {features.shape[1]} columns; the model was fitted to {wanted}.")
        return with_ones(features) if self.intercept else features

    def taken(self, keep: np.ndarray) -> "ArrayDesign":
        """The design of some of the rows."""
        return replace(self, X=self.X[keep], y=self.y[keep])

    def to_json(self) -> str:
        """What `from_json` makes a design of, the data left out."""
        told = {"format": FORMAT, "columns": list(self.columns), "intercept": self.intercept}
        return json.dumps(told | ({"levels": list(self.levels)} if self.levels else {}), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ArrayDesign":
        """A design without data, for predictions.

        Raises:
            ValueError: this is not what `to_json` gives.
        """
        saved = json.loads(text)
        match saved:
            case {"format": "osolgil.arrays", "columns": [_, *_] as names, "intercept": bool() as intercept} if all(
                isinstance(name, str) for name in names
            ) and len(set(names)) == len(names):
                levels = tuple(map(checked_level, saved.get("levels", ())))
                if len(levels) != 1 and len(set(levels)) == len(levels):
                    return cls(np.zeros((0, len(names))), tuple(names), np.zeros(0), intercept, levels)
        raise ValueError("these are not the columns of an array")


def array_design(X: Any, y: Any, columns: Any, intercept: bool) -> ArrayDesign:
    """The design of arrays X, shape (rows, p) or (rows,), and y, shape (rows,). X may be sparse.

    Raises:
        ValueError: the shapes or names do not fit.
        TypeError: the arrays do not hold numbers.
    """
    features, target = as_features(X), np.asarray(y)
    rows, count = features.shape
    if target.shape != (rows,):
        raise ValueError(f"y has the shape {target.shape}; {rows} rows of X need ({rows},).")
    if target.dtype.kind not in "fiub":
        remedy = "code the classes as 0 and 1, or use a formula"
        raise TypeError(f"y holds {what_is_held(target)}, not numbers; {remedy_of(target, 'y') or remedy}.")
    if columns is None:
        columns = own_names(X)
    names = [f"x{j + 1}" for j in range(count)] if columns is None else [str(name) for name in columns]
    if len(names) != count or len(set(names)) != count or INTERCEPT in names:
        raise ValueError(f"columns={names!r} must be {count} different names, one for each column of X.")
    if not intercept:
        # A copy: what people change later is not seen.
        own = features.copy() if is_sparse(features) or features.flags.c_contiguous else in_rows(features)
        return ArrayDesign(own, tuple(names), target.astype(features.dtype), False)
    whole = with_ones(features)
    return ArrayDesign(whole, (INTERCEPT, *names), target.astype(features.dtype), True)


def own_names(X: Any) -> list[str] | None:
    """The names of a data frame's columns, if all of them are text."""
    names = getattr(X, "columns", None)
    found = None if names is None else list(names)
    return found if found and all(isinstance(name, str) for name in found) else None


def named_columns(X: Any, names: tuple[str, ...]) -> Any:
    """The columns of these names, where X is a table rather than an array; else X.

    Raises:
        ValueError: there is no such column, or it does not hold numbers.
    """
    if not isinstance(X, Mapping) and not hasattr(X, "column_names"):
        return X
    table = read_table(only(X, names))
    return np.column_stack([columns.numbers(table, find_column(name, table.column_names)) for name in names])


def as_features(X: Any) -> Any:
    """X as floating numbers, shape (rows, p): float32 stays float32, everything else becomes float64.

    A sparse matrix becomes a CSR array, or an array where that takes little room.
    """
    features = settled(X) if is_sparse(X) else np.asarray(X)
    features = features[:, None] if features.ndim == 1 else features
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(f"X has the shape {np.shape(X)}; it must have rows and columns.")
    if features.dtype.kind not in "fiub":
        remedy = remedy_of(features, "X") or "a formula turns text into columns"
        raise TypeError(f"X holds {what_is_held(features)}, not numbers; {remedy}.")
    return features if features.dtype == np.float32 else features.astype(np.float64, copy=False)


def what_is_held(array: np.ndarray) -> str:
    """What an array without numbers holds: its type, and of objects the first that is no number.

    >>> what_is_held(np.array([[1, "a"], [2, "b"]], dtype=object))
    "objects such as 'a' (row 0, column 1)"
    """
    if array.dtype != object:
        return str(array.dtype)
    odd = first_odd(array)
    if odd is None:
        return "objects"
    return f"objects such as {array[odd]!r} ({', column '.join([f'row {odd[0]}', *map(str, odd[1:])])})"


def first_odd(array: np.ndarray) -> tuple[int, ...] | None:
    """The place of the first object that is no number."""
    return next((place for place, value in np.ndenumerate(array) if not isinstance(value, numbers.Real)), None)


def remedy_of(array: np.ndarray, name: str) -> str:
    """What to do about objects that are all numbers; nothing for others."""
    return f"convert it by {name}.astype(float)" if array.dtype == object and first_odd(array) is None else ""


def finite_rows(X: Any) -> np.ndarray:
    """Which rows of an array or a CSR array have finite entries only, shape (rows,)."""
    finite = np.isfinite(entries(X))
    if not is_sparse(X):
        return np.asarray(finite.all(axis=1))
    row = np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))
    return np.bincount(row, ~finite, X.shape[0]) == 0


def suspects(X: Any, columns: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The columns of an array by name, those alone that hold what is not finite."""
    if not is_sparse(X):
        return {} if all_finite(X) else {name: X[:, j] for j, name in enumerate(columns)}
    bad = np.unique(X.indices[~np.isfinite(X.data)])
    return {columns[j]: X[:, [j]].toarray()[:, 0] for j in bad}

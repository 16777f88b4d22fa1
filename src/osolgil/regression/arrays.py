"""A design from NumPy arrays, for data that need no formula."""

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.rows.columns import Level
from osolgil.rows.trouble import INTERCEPT

FORMAT = "osolgil.arrays"


@dataclass(frozen=True, eq=False)
class ArrayDesign:
    """A design whose columns are those of an array, with an intercept before them or not.

    Attributes:
        X: shape (rows, n), the intercept included.
        columns: their names.
        y: the targets, shape (rows,).
        intercept: whether the first column is the intercept.
    """

    X: np.ndarray
    columns: tuple[str, ...]
    y: np.ndarray
    intercept: bool

    @property
    def formula(self) -> None:
        """There is none."""

    @property
    def response(self) -> str:
        """The name of the targets."""
        return "y"

    @property
    def response_levels(self) -> tuple[Level, ...]:
        """The labels that stand for 0 and 1: none, the targets are numbers."""
        return ()

    def apply(self, X: Any) -> np.ndarray:
        """The design of new rows, shape (rows, n).

        Raises:
            ValueError: X does not have the columns that were fitted, or is not finite.
        """
        features = as_features(X)
        wanted = len(self.columns) - self.intercept
        if features.shape[1] != wanted:
            raise ValueError(f"X has {features.shape[1]} columns; the model was fitted to {wanted}.")
        return with_intercept(features) if self.intercept else features

    def taken(self, keep: np.ndarray) -> "ArrayDesign":
        """The design of some of the rows."""
        return replace(self, X=self.X[keep], y=self.y[keep])

    def to_json(self) -> str:
        """What `from_json` makes a design of, the data left out."""
        return json.dumps(
            {"format": FORMAT, "columns": list(self.columns), "intercept": self.intercept}, ensure_ascii=False
        )

    @classmethod
    def from_json(cls, text: str) -> "ArrayDesign":
        """A design without data, for predictions.

        Raises:
            ValueError: this is not what `to_json` gives.
        """
        match json.loads(text):
            case {"format": "osolgil.arrays", "columns": [_, *_] as names, "intercept": bool() as intercept} if all(
                isinstance(name, str) for name in names
            ) and len(set(names)) == len(names):
                return cls(np.zeros((0, len(names))), tuple(names), np.zeros(0), intercept)
        raise ValueError("these are not the columns of an array")


def array_design(X: Any, y: Any, columns: Any, intercept: bool) -> ArrayDesign:
    """The design of arrays X, shape (rows, p) or (rows,), and y, shape (rows,).

    Raises:
        ValueError: the shapes or names do not fit.
        TypeError: the arrays do not hold numbers.
    """
    features, target = as_features(X), np.asarray(y)
    if target.ndim != 1 or len(target) != len(features):
        raise ValueError(f"y has the shape {target.shape}; {len(features)} rows of X need ({len(features)},).")
    if target.dtype.kind not in "fiub":
        raise TypeError(f"y holds {target.dtype}, not numbers; code the classes as 0 and 1, or use a formula.")
    count = features.shape[1]
    if columns is None:
        columns = own_names(X)
    names = [f"x{j + 1}" for j in range(count)] if columns is None else [str(name) for name in columns]
    if len(names) != count or len(set(names)) != count or INTERCEPT in names:
        raise ValueError(f"columns={names!r} must be {count} different names, one for each column of X.")
    if not intercept:
        return ArrayDesign(features, tuple(names), target.astype(features.dtype), False)
    whole = with_intercept(features)
    return ArrayDesign(whole, (INTERCEPT, *names), target.astype(features.dtype), True)


def own_names(X: Any) -> list[str] | None:
    """The names of a data frame's columns, if all of them are text."""
    names = getattr(X, "columns", None)
    found = None if names is None else list(names)
    return found if found and all(isinstance(name, str) for name in found) else None


def as_features(X: Any) -> np.ndarray:
    """X as floating numbers, shape (rows, p): float32 stays float32, everything else becomes float64."""
    features = np.asarray(X)
    features = features[:, None] if features.ndim == 1 else features
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(f"X has the shape {np.shape(X)}; it must have rows and columns.")
    if features.dtype.kind not in "fiub":
        raise TypeError(f"X holds {features.dtype}, not numbers; a formula turns text into columns.")
    return features if features.dtype == np.float32 else features.astype(np.float64)


def with_intercept(features: np.ndarray) -> np.ndarray:
    """A column of ones before the others."""
    return np.column_stack([np.ones(len(features), features.dtype), features])

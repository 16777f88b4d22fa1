"""How exact each row of a curve's data is: weights, or standard deviations."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.rows.columns import numbers
from osolgil.rows.names import find_column

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Accuracy:
    """How exact each row is.

    Attributes:
        sigma: of each row, shape (rows,): its standard deviation, or 1/√weight; None where all rows are alike. Infinite
            for a row of weight 0, which does not count.
        given: whether standard deviations were given, not weights.
        absolute: whether they are in the unit of the response; else they are only right relative to each other.
    """

    sigma: np.ndarray | None = None
    given: bool = False
    absolute: bool = False

    @property
    def counted(self) -> Any:
        """Which rows count: an index into any column."""
        return slice(None) if self.sigma is None else np.isfinite(self.sigma)


def accuracy_of(table: "pa.Table", weights: Any, sigma: Any, absolute_sigma: bool) -> Accuracy:
    """What was said about the rows of a table, in which names are looked up.

    Args:
        table: of the data.
        weights, sigma, absolute_sigma: as in `fit_curve`.

    Raises:
        ValueError: both were given, they do not fit the rows, or a number makes no sense.
    """
    if weights is not None and sigma is not None:
        raise ValueError("weights and sigma were both given, and one follows from the other: weight = 1/sigma².")
    if absolute_sigma and sigma is None:
        raise ValueError("absolute_sigma=True needs sigma: the standard deviation of each row, in the response's unit.")
    if sigma is not None:
        found = column_of(table, sigma, "sigma")
        refuse(found, ~(np.isfinite(found) & (found > 0)), "sigma", "standard deviations are finite and positive")
        return Accuracy(found, True, absolute_sigma)
    if weights is None:
        return Accuracy()
    found = column_of(table, weights, "weights")
    refuse(found, ~(np.isfinite(found) & (found >= 0)), "weights", "weights are finite and not negative")
    if not found.any():
        raise ValueError("All weights are zero; at least one row must count.")
    with np.errstate(divide="ignore"):
        return Accuracy(1 / np.sqrt(found))


def column_of(table: "pa.Table", given: Any, what: str) -> np.ndarray:
    """One number for each row: of the column of this name, or as given, shape (rows,)."""
    if isinstance(given, str):
        found = numbers(table, find_column(given, table.column_names))
    else:
        try:
            found = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"{what}={given!r} must be the name of a column, or one number for each row.") from None
    if found.shape != (table.num_rows,):
        raise ValueError(f"{what} has shape {found.shape}; {table.num_rows} rows need ({table.num_rows},).")
    return np.ascontiguousarray(found, dtype=np.float64)


def refuse(found: np.ndarray, bad: np.ndarray, what: str, rule: str) -> None:
    """Refuse the first bad number, by its row."""
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(f"{what} is {found[row]} in row {row}; {rule}.")

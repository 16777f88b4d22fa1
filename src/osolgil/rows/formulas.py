"""From a formula and a table to a design matrix, in a way that a saved model can repeat on new rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from osolgil.protocol.findings import Finding
from osolgil.rows.columns import Level
from osolgil.rows.names import composed
from osolgil.rows.recipe import Recipe, Source, learned
from osolgil.rows.tables import read_table
from osolgil.rows.wilkinson import parse_formula

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Design:
    """A response and the matrix of what explains it.

    Attributes:
        X: float64, shape (rows, n), row by row in memory; its first column is `Intercept` if there is one.
        y: the response, float64, shape (rows,); for two classes 1 where it is `success`, for more 0, 1, ...
        columns: the names of the columns of X.
        kept_rows: the number in the table, counted from 0, of each row, shape (rows,).
        dropped: what was missing in the rows that were left out, one entry for each column.
        recipe: how to make the same columns from other rows.
    """

    X: NDArray[np.float64]
    y: NDArray[np.float64]
    kept_rows: NDArray[np.int64]
    dropped: tuple[Finding, ...]
    recipe: Recipe

    @property
    def columns(self) -> tuple[str, ...]:
        return self.recipe.columns

    @property
    def dropped_rows(self) -> int:
        """How many rows were left out because something was missing in them."""
        return len({row for trouble in self.dropped for row in trouble.rows})

    @property
    def formula(self) -> str:
        """The formula, as it was written."""
        return self.recipe.formula.text

    @property
    def response(self) -> str:
        """The name of the response."""
        return self.recipe.formula.response.text

    @property
    def response_levels(self) -> tuple[Level, ...]:
        """The labels of a response of classes, those for 0, 1, ...; empty if the response is a number."""
        return self.recipe.response_levels

    @property
    def success(self) -> Level | None:
        """The label for which y is 1, or None if the response is not of two."""
        return self.recipe.response_levels[1] if len(self.recipe.response_levels) == 2 else None

    @property
    def levels(self) -> Mapping[str, tuple[Level, ...]]:
        """The levels of each categorical variable, the one that others are compared with first."""
        return self.recipe.levels

    def apply(self, table: Any) -> NDArray[np.float64]:
        """X for other rows, shape (rows, n); see `Recipe.apply`."""
        return self.recipe.apply(table)

    def to_json(self) -> str:
        """The recipe of this design as JSON; the rows are not part of it."""
        return self.recipe.to_json()

    @classmethod
    def from_json(cls, text: str) -> "Design":
        """A design without rows, which can be applied to any; see `Recipe.from_json`."""
        recipe = Recipe.from_json(text)
        return cls(np.zeros((0, len(recipe.columns))), np.zeros(0), np.zeros(0, np.int64), (), recipe)


def design(
    formula: str,
    table: Any,
    *,
    missing: Literal["error", "drop"] = "error",
    success: Level | None = None,
    classes: bool = False,
) -> Design:
    """The design of a formula on a table.

    A text or categorical column becomes one column for each level but the first (alphabetically, unless the column has
    an order of its own); a boolean column is 0 and 1. A response of two labels is 1 at the second of them, or at
    `success`.

    Args:
        formula: such as `height ~ weight + C(sex)`; see `parse_formula`.
        table: anything that `read_table` reads.
        missing: what to do about rows with a missing or infinite value in a column that the formula uses.
        success: the label of the response for which y is 1.
        classes: whether every value of the response is a class, however many there are, and be they numbers.

    Raises:
        UnsafeFormula: the formula is not in the language.
        ValueError: a column is not there or cannot be used, a few cells make text of a column of numbers, rows have
            missing values, no rows are left.

    >>> d = design("height ~ weight", {"height": [170.0, 160.0], "weight": [65.0, 50.0]})
    >>> d.columns, d.X.tolist(), d.y.tolist()
    (('Intercept', 'weight'), [[1.0, 65.0], [1.0, 50.0]], [170.0, 160.0])
    """
    if missing not in ("error", "drop"):
        raise ValueError(f"missing is {missing!r}; it may be 'error' or 'drop'")
    rows: pa.Table = read_table(table)
    parsed = parse_formula(formula, [composed(name) for name in rows.column_names])
    source = Source(rows, parsed)
    source.refuse_strays((*parsed.factors, parsed.response))
    troubles = source.missing((*parsed.factors, parsed.response))
    if troubles and missing == "error":
        raise ValueError("; ".join([*(trouble.evidence for trouble in troubles), troubles[0].remedy]))
    whole = np.ones(rows.num_rows, bool)
    for trouble in troubles:
        whole[list(trouble.rows)] = False
    kept = np.flatnonzero(whole)
    if len(kept) == 0:
        reason = f"each has something missing: {'; '.join(t.evidence for t in troubles)}" if troubles else "it is empty"
        raise ValueError(f"the table has no rows to fit: {reason}")
    if len(kept) < rows.num_rows:
        source = Source(rows.take(kept), parsed)
    recipe = learned(parsed, source, success, classes)
    return Design(recipe.matrix(source), recipe.target(source), kept, troubles, recipe)

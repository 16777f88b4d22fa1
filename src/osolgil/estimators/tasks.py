"""The task of an estimator: rows, a family, a penalty, and the objective that they make."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.estimators.softmax import Softmax, SoftmaxLoss
from osolgil.problems.placing import in_rows
from osolgil.problems.sparse_rows import is_sparse, with_ones
from osolgil.protocol import Penalty
from osolgil.regression.coordinates import Coordinates, Stacked, standardization
from osolgil.regression.families import Family
from osolgil.regression.objective import GeneralizedLinearLoss
from osolgil.regression.penalties import for_columns
from osolgil.regression.sample import Sample
from osolgil.rows.trouble import INTERCEPT


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be fitted.

    Attributes:
        family: of the targets.
        sample: the rows; the targets of a Softmax are numbers of classes, from 0.
        names: of the columns, the intercept's among them.
        penalty: with a strength for each column, or None where nothing is penalized.
    """

    family: Family | Softmax
    sample: Sample
    names: tuple[str, ...]
    penalty: Penalty | None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the coefficients: (n,), or (classes, n)."""
        n = self.sample.X.shape[1]
        return (self.family.classes, n) if isinstance(self.family, Softmax) else (n,)

    @property
    def boundless(self) -> bool:
        """Whether the rows are sparse, and so many columns that nothing is asked of all pairs of them."""
        return self.sample.boundless

    @property
    def kinked(self) -> bool:
        """Whether the penalty has a kink, so that only some methods can keep it."""
        return self.penalty is not None and not self.penalty.smooth

    def loss(self, coordinates: Coordinates) -> Any:
        """The loss of each row, walked in these coordinates."""
        return loss_of(self.family, coordinates, self.kinked)

    def predictor(self, coefficients: np.ndarray) -> np.ndarray:
        """The linear predictor of each row, shape (rows,) or (rows, classes), centred first: nothing cancels."""
        here = self.sample.coordinates
        inner = here.inward(np.asarray(coefficients, dtype=np.float64))
        found: np.ndarray = here.predictor(inner, self.sample.X.astype(np.float64, copy=False))
        return found


def loss_of(family: Family | Softmax, coordinates: Coordinates, kinked: bool) -> Any:
    """The loss of each row of a family."""
    if isinstance(family, Softmax):
        return SoftmaxLoss(Stacked(coordinates, family.classes), not kinked)
    return GeneralizedLinearLoss(coordinates, family)


def task_of(
    family: Family | Softmax,
    X: Any,
    y: np.ndarray,
    weights: np.ndarray | None,
    names: tuple[str, ...],
    intercept: bool,
    penalty: Penalty | None,
) -> Task:
    """The task of columns without an intercept, X of shape (rows, p), an array or a CSR array."""
    design = with_ones(X) if intercept else X if is_sparse(X) else in_rows(X)
    names = (INTERCEPT, *names) if intercept else names
    place = 0 if intercept else None
    sample = Sample(design, y, weights, place, coordinates_of(design, place, weights))
    return Task(family, sample, names, strengths(penalty, names, place))


def strengths(penalty: Penalty | None, names: tuple[str, ...], place: int | None) -> Penalty | None:
    """The penalty with a strength for each column; None where all of them are 0."""
    if penalty is None:
        return None
    found: Penalty = for_columns(penalty, names, place)
    return found if any(np.any(part) for part in found.parts()) else None


def coordinates_of(design: Any, place: int | None, weights: np.ndarray | None) -> Coordinates:
    """Of centred and scaled columns; a column that varies by rounding alone is only centred."""
    found = standardization(design, place, weights)
    scale = np.asarray(found.scale)
    noise = scale <= 64 * np.finfo(design.dtype).eps * abs(np.asarray(found.shift))
    return Coordinates(found.shift, np.where(noise, 1.0, scale), found.unit) if noise.any() else found

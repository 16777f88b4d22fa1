"""Yes-or-no predictions beside what came: ROC curves, and calibration."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.regression.families import Binomial, Family
from osolgil.regression.inference import checked_level
from osolgil.rows.columns import COUNTED
from osolgil.rows.formulas import Design
from osolgil.rows.recipe import Source

if TYPE_CHECKING:
    from osolgil.regression.model import FittedModel

BINS = 10


@dataclass(frozen=True, eq=False)
class Roc:
    """A ROC curve with the area under it.

    Attributes:
        false_positives: the share of the noes whose score is at least the threshold, rising from 0 to 1, shape (k,).
        true_positives: the share of the yeses, likewise.
        thresholds: falling, infinite at first, shape (k,).
        auc: the area: the chance that a yes has a higher score than a no, a tie counted as half.
        standard_error: of the area, by DeLong's variance; None where a class has one observation.
        interval: of the area; None where there is no standard error, or where all pairs are in (or out of) order and
            the error that was measured is therefore zero, which says nothing.
        level: of the interval.
    """

    false_positives: np.ndarray
    true_positives: np.ndarray
    thresholds: np.ndarray
    auc: float
    standard_error: float | None
    interval: tuple[float, float] | None
    level: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Predicted probabilities, in bins of equally many observations, beside the shares that came.

    Attributes:
        predicted: the mean probability of each bin, rising, shape (bins,).
        observed: the share of yeses.
        lower, upper: Wilson's interval of that share.
        count: observations in the bin.
        level: of the intervals.
    """

    predicted: np.ndarray
    observed: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    count: np.ndarray
    level: float


def roc(model: "FittedModel", data: Any = None, *, weights: Any = None, level: float = 0.95) -> Roc:
    r"""The ROC curve of a model's predictions, and the area under it with its interval.

    The variance of the area A is that of the placements (DeLong, DeLong & Clarke-Pearson 1988): with V₁ of a yes the
    share of noes below it, and V₀ of a no the share of yeses above it,

    .. math:: \widehat{\mathrm{Var}}\,A = \frac{s^2(V_1)}{n_1} + \frac{s^2(V_0)}{n_0}

    The interval is made on the scale log(A/(1 − A)), where it cannot leave [0, 1]. A model's own rows flatter it: it
    has seen them; give `data` that it has not.

    Args:
        model: of the family Bernoulli or binomial, or another with targets 0 and 1.
        data: rows with their response, a table, or (X, y) if the model was fitted to arrays; those of the fit by
            default.
        weights: of these rows, shape (rows,): observations that a row stands for (of shares, trials); one each by
            default. Rows of the fit have the weights of the fit.
        level: of the interval.

    Raises:
        ValueError: another family, a loaded model without data, data without response, weights that do not fit, or
            rows of one class only.
    """
    return roc_of(*shares(model, data, weights), level=level)


def roc_of(scores: Any, yes: Any, no: Any, *, level: float = 0.95) -> Roc:
    """The ROC curve of any scores; see `roc`.

    Args:
        scores: the higher, the more a yes is expected, shape (rows,).
        yes, no: how many yeses and noes each row stands for, shape (rows,): y and 1 − y where it is one observation.
        level: of the interval.

    Raises:
        ValueError: there are no yeses or no noes, or the level is not between 0 and 1.

    >>> y = np.array([0, 0, 1, 1])
    >>> roc_of([0.1, 0.4, 0.35, 0.8], y, 1 - y).auc
    0.75
    """
    checked_level(level)
    scores, yes, no = (np.asarray(part, dtype=np.float64) for part in (scores, yes, no))
    positives, negatives = float(yes.sum()), float(no.sum())
    if not (positives > 0 and negatives > 0):
        kind = "no yes" if negatives > 0 else "no no" if positives > 0 else "neither a yes nor a no"
        raise ValueError(f"Among these rows there is {kind}; a ROC curve needs rows of both classes.")
    live = yes + no > 0
    levels, place = np.unique(scores[live], return_inverse=True)
    y, n = (np.bincount(place, weights=part[live], minlength=len(levels)) for part in (yes, no))
    # Shares of the other class on the right side, ties as half.
    first = (np.cumsum(n) - n / 2) / negatives
    second = (positives - np.cumsum(y) + y / 2) / positives
    area = float(y @ first) / positives
    error = None
    if positives > 1 and negatives > 1:
        spread = float(y @ (first - area) ** 2) / (positives - 1) / positives
        error = math.sqrt(spread + float(n @ (second - area) ** 2) / (negatives - 1) / negatives)
    ends = None
    if error and 0 < area < 1:
        from scipy import special

        centre, half = special.logit(area), float(special.ndtri(0.5 + level / 2)) * error / (area * (1 - area))
        ends = float(special.expit(centre - half)), float(special.expit(centre + half))
    return Roc(
        np.append(0.0, np.cumsum(n[::-1]) / negatives),
        np.append(0.0, np.cumsum(y[::-1]) / positives),
        np.append(np.inf, levels[::-1]),
        area,
        error,
        ends,
        level,
    )


def calibration(
    model: "FittedModel", data: Any = None, *, weights: Any = None, bins: int = BINS, level: float = 0.95
) -> Calibration:
    r"""Whether events that a model gives a probability of p come in a share p of the cases.

    Rows are put in order of their probability and cut into bins of equally many observations; rows of one probability
    stay together, so there may be fewer bins. Each bin has Wilson's interval of its share k/m (Wilson 1927): with
    z the quantile of the level

    .. math:: \frac{k + z^2/2 \pm z \sqrt{k(m - k)/m + z^2/4}}{m + z^2}

    Args:
        model, data, weights: as in `roc`.
        bins: how many, at least 2.
        level: of the intervals.

    Raises:
        ValueError: as in `roc`, or fewer than 2 bins.
    """
    return calibration_of(*shares(model, data, weights), bins=bins, level=level)


def calibration_of(predicted: Any, yes: Any, no: Any, *, bins: int = BINS, level: float = 0.95) -> Calibration:
    """The calibration of any probabilities; see `calibration`, and `roc_of` for `yes` and `no`."""
    checked_level(level)
    if not isinstance(bins, int | np.integer) or bins < 2:
        raise ValueError(f"bins={bins!r} must be a whole number of at least 2.")
    from scipy import special

    predicted, yes, no = (np.asarray(part, dtype=np.float64) for part in (predicted, yes, no))
    live = yes + no > 0
    levels, place = np.unique(predicted[live], return_inverse=True)
    y, m = (np.bincount(place, weights=part[live], minlength=len(levels)) for part in (yes, yes + no))
    middle = (np.cumsum(m) - m / 2) / m.sum()
    bin_of = np.minimum((bins * middle).astype(int), bins - 1)
    hits, count, chances = (np.bincount(bin_of, weights=part, minlength=bins) for part in (y, m, m * levels))
    filled = count > 0
    hits, count, chances = hits[filled], count[filled], chances[filled]
    z = float(special.ndtri(0.5 + level / 2))
    centre = (hits + z**2 / 2) / (count + z**2)
    half = z * np.sqrt(np.maximum(hits * (count - hits), 0.0) / count + z**2 / 4) / (count + z**2)
    # At shares of 0 and 1 an end is exactly there, but for rounding.
    low, high = np.clip(centre - half, 0.0, hits / count), np.clip(centre + half, hits / count, 1.0)
    return Calibration(chances / count, hits / count, low, high, count, level)


def shares(model: "FittedModel", data: Any, weights: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predicted probabilities, yeses and noes of rows, shape (rows,) each."""
    family = model.family
    if not (family.binary or isinstance(family, Binomial)):
        raise ValueError(
            f"ROC curves and calibration are of yes-or-no targets, and the {family.title} family has others; look at "
            "its residuals instead."
        )
    if data is None:
        if model.sample is None:
            raise ValueError("A loaded model has no rows of its own; give data=, with the response.")
        if weights is not None:
            raise ValueError("weights= are of data=; rows of the fit have the weights of the fit.")
        y, mass = np.asarray(model.sample.y, dtype=np.float64), model.sample.mass
        predicted = model.mean(model.sample.predictor(model.vector))
    else:
        y = targets(model, data)
        predicted = np.asarray(model.predict(data[0] if model.formula is None else data))
        mass = checked_weights(weights, len(predicted))
        if y.shape != predicted.shape:
            raise ValueError(f"y has the shape {y.shape}; {len(predicted)} rows of X need ({len(predicted)},).")
    check_shares(family, y, model.design.response)
    return predicted, mass * y, mass * (1 - y)


def targets(model: "FittedModel", data: Any) -> np.ndarray:
    """The response of other rows, as the fit would read it, shape (rows,).

    Raises:
        ValueError: there is none, it is of another kind, or is missing in a row.
    """
    design = model.design
    if not isinstance(design, Design):
        if not (isinstance(data, tuple) and len(data) == 2):
            raise ValueError("The model was fitted to arrays; give data=(X, y).")
        return np.asarray(data[1], dtype=np.float64)
    from osolgil.rows.tables import read_table

    recipe = design.recipe
    source = Source(read_table(data), recipe.formula)
    troubles = source.missing((recipe.formula.response,))
    if troubles:
        raise ValueError(f"{troubles[0].evidence}; leave these rows out.")
    return np.asarray(recipe.target(source))


def checked_weights(weights: Any, rows: int) -> np.ndarray:
    """Observations that each row stands for, shape (rows,)."""
    if weights is None:
        return np.ones(rows)
    found = np.asarray(weights, dtype=np.float64)
    if found.shape != (rows,) or not (np.isfinite(found) & (found >= 0)).all():
        raise ValueError(f"weights have the shape {found.shape}; give {rows} finite numbers, none below 0.")
    return found


def check_shares(family: Family, y: np.ndarray, response: str) -> None:
    """Refuse targets that the family cannot have."""
    bad = ~family.accepts(y)
    if bad.any():
        row = int(bad.argmax())
        raise ValueError(f"{response!r} is {y[row]:g} in row {row} {COUNTED}; it must be {family.targets}.")

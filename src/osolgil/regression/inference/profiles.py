"""Intervals by the likelihood itself: the values that a likelihood-ratio test does not reject."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from osolgil.regression.coordinates import standardization
from osolgil.regression.families import Family
from osolgil.regression.inference import NoInference
from osolgil.regression.sample import Sample, surroundings

if TYPE_CHECKING:
    from osolgil.regression.model import FittedModel

WIDEST = 64.0
"""How many times the Wald interval is searched for an end; beyond that there is none."""

FAR = 1e6
"""In place of an infinite statistic."""

STEPS = 50
"""Newton steps for the other coefficients."""


def profile_intervals(model: "FittedModel", level: float) -> np.ndarray:
    r"""For each coefficient the values b that a likelihood-ratio test of β_j = b does not reject, shape (n, 2).

    .. math:: 2 \bigl( \ell(\hat\beta) - \max_{\beta_j = b} \ell(\beta) \bigr) \le q^2

    with q the quantile that the Wald interval has too, and ℓ divided by φ where a dispersion is estimated: for the
    Gaussian the intervals are the Wald ones. An end that is not found within 64 Wald intervals is infinite.

    Raises:
        NoInference: away from the optimum, where the covariance does not believe the likelihood, or where the profile
            comes to linear predictors that stand for no mean.
        ValueError: the model was loaded and has no rows; the level is not between 0 and 1.

    Source: Venzon & Moolgavkar 1988, *A method for computing profile-likelihood-based confidence intervals*.
    """
    found = model.inference
    if found.kind not in ("observed", "expected"):
        raise NoInference(f"Profiles believe the likelihood, which {found.kind} errors do not; use kind='wald'.")
    if model.sample is None:
        raise ValueError("A loaded model has no rows to profile its likelihood by; use kind='wald', or fit it again.")
    sample = model.sample.filled
    reach, scale = found.quantile(level), 1.0 if found.sigma is None else found.sigma**2
    return np.array(
        [
            [
                ended(model.family, sample, model.vector, j, side * found.standard_errors[j], reach, scale)
                for side in (-1, 1)
            ]
            for j in range(len(model.vector))
        ]
    )


def ended(family: Family, sample: Sample, beta: np.ndarray, j: int, step: float, reach: float, scale: float) -> float:
    """The end of the interval of coefficient j in the direction of `step`, a standard error with its sign."""
    from scipy import optimize

    best = surroundings(family, sample, beta).loss
    others = np.delete(beta, j)

    def beyond(away: float) -> float:
        """By how much the root of the statistic exceeds the quantile, `away` standard errors from the estimate."""
        loss = profiled(family, sample, j, beta[j] + away * step, others)
        # Where some row has no mean, the likelihood is 0; a large number does for the search what infinity would not.
        return math.sqrt(max(2 * (loss - best) / scale, 0.0)) - reach if math.isfinite(loss) else FAR

    outer = reach
    while beyond(outer) < 0:
        outer *= 2
        if outer > WIDEST * reach:
            return math.copysign(math.inf, step)
    away = float(optimize.brentq(beyond, 0.0, outer, xtol=1e-10, rtol=1e-12))
    if abs(beyond(away)) > 1e-4 * reach:
        raise NoInference(
            f"The profile of coefficient {j} comes to where rows have no mean under the {family.link} link before the "
            "test rejects; use kind='wald', or the log link."
        )
    return float(beta[j] + step * away)


def profiled(family: Family, sample: Sample, j: int, value: float, others: np.ndarray) -> float:
    """The least loss with coefficient j held: it is an offset then. The other coefficients begin at `others`."""
    offset = value * sample.X[:, j].astype(np.float64)
    offset = offset if sample.offset is None else offset + sample.offset
    X = np.delete(sample.X, j, axis=1)
    if X.shape[1] == 0:
        X, others = np.ones((len(X), 1)), np.zeros(1)
        held = replace(sample, X=X, intercept=0, offset=offset, coordinates=standardization(X, 0))
        return surroundings(family, held, others).loss
    place = None if sample.intercept in (None, j) else sample.intercept - (sample.intercept > j)
    held = replace(sample, X=X, intercept=place, offset=offset, coordinates=standardization(X, place, sample.weights))
    around = surroundings(family, held, others)
    for _ in range(STEPS):
        if around.root is None or float(np.max(np.abs(around.moved))) < 1e-10:
            break
        share = 1.0
        while True:
            after = surroundings(family, held, others + share * around.step)
            if after.loss <= around.loss or share < 1e-8:
                break
            share /= 2
        if not after.loss <= around.loss:
            break
        others, around = others + share * around.step, after
    return around.loss

"""How well a model describes the rows it was fitted to."""

import math
from dataclasses import dataclass

import numpy as np

from osolgil.regression.families import Family, Likelihood
from osolgil.regression.sample import Sample, differentiated_rows


@dataclass(frozen=True)
class Goodness:
    """How well a model describes the rows it was fitted to. What a family does not have is None.

    Attributes:
        rows: that count (weight above zero).
        coefficients: how many there are.
        log_likelihood: of the Gaussian, with σ² = RSS/n.
        aic: 2k − 2·log-likelihood; k counts the coefficients, and σ for the Gaussian.
        bic: k·log n − 2·log-likelihood.
        deviance: RSS for the Gaussian, −2·log-likelihood for the Bernoulli.
        null_deviance: of the model with the intercept alone (of the linear predictor 0 where there is no intercept).
        r_squared: 1 − RSS/TSS for the Gaussian, TSS about the mean if there is an intercept and about 0 if not.
        pseudo_r_squared: McFadden's 1 − deviance/null deviance for the Bernoulli.
        accuracy: share of rows whose class is predicted at 0.5.
        confusion: counts, rows true 0 and 1, columns predicted 0 and 1.
    """

    rows: int
    coefficients: int
    log_likelihood: float | None = None
    aic: float | None = None
    bic: float | None = None
    deviance: float | None = None
    null_deviance: float | None = None
    r_squared: float | None = None
    pseudo_r_squared: float | None = None
    accuracy: float | None = None
    confusion: tuple[tuple[float, float], tuple[float, float]] | None = None


def goodness(family: Family, sample: Sample, beta: np.ndarray) -> Goodness:
    """How well these coefficients describe the rows.

    Weights are inverse variances for the Gaussian (Y ~ N(η, σ²/w)) and repetitions for the Bernoulli.
    """
    mass, eta = sample.mass, sample.predictor(beta)
    y = np.asarray(sample.y, dtype=np.float64)
    rows, n = int(np.count_nonzero(mass)), len(beta)
    accuracy = confusion = None
    if family.binary:
        predicted = eta > 0
        (a, b), (c, d) = (
            tuple(float(mass[(y == true) & (predicted == guess)].sum()) for guess in (False, True)) for true in (0, 1)
        )
        confusion, accuracy = ((a, b), (c, d)), (a + d) / (a + b + c + d)
    if not isinstance(family, Likelihood):
        return Goodness(rows, n, accuracy=accuracy, confusion=confusion)

    def total(predictor: np.ndarray) -> float:
        return float(mass @ differentiated_rows(family, predictor, y)[0])

    null = np.zeros(len(y)) if sample.intercept is None else np.full(len(y), null_predictor(family, y, mass))
    deviance, null_deviance = 2 * total(eta), 2 * total(null)
    share = 1 - deviance / null_deviance if null_deviance > 0 else None
    if family.dispersed:
        count, parameters = float(rows), n + 1
        logs = float(np.log(mass[mass > 0]).sum())
        log_likelihood = (
            -count / 2 * (math.log(2 * math.pi * deviance / count) + 1) + logs / 2 if deviance else math.inf
        )
    else:
        count, parameters = float(mass.sum()), n
        log_likelihood = -deviance / 2
    return Goodness(
        rows=rows,
        coefficients=n,
        log_likelihood=log_likelihood,
        aic=2 * parameters - 2 * log_likelihood,
        bic=parameters * math.log(count) - 2 * log_likelihood,
        deviance=deviance,
        null_deviance=null_deviance,
        r_squared=share if family.dispersed else None,
        pseudo_r_squared=share if family.binary else None,
        accuracy=accuracy,
        confusion=confusion,
    )


def null_predictor(family: Family, y: np.ndarray, mass: np.ndarray) -> float:
    """The linear predictor of the model that has the intercept alone."""
    mean = float(np.average(y, weights=mass))
    if not family.binary:
        return mean
    # Both classes occur, but weights can be so unequal that their mean rounds to 0 or 1.
    edge = float(np.finfo(np.float64).eps)
    mean = min(max(mean, edge), 1 - edge)
    return math.log(mean / (1 - mean))

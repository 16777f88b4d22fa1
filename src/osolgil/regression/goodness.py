"""How well a model describes the rows it was fitted to."""

import math
from dataclasses import dataclass, replace

import numpy as np

from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.families import Family, Likelihood
from osolgil.regression.links import LINKS
from osolgil.regression.sample import Sample

ITERATIONS = 100
"""Newton steps that the intercept alone may take beside an offset."""


@dataclass(frozen=True)
class Goodness:
    """How well a model describes the rows it was fitted to. What a family does not have is None.

    Attributes:
        rows: that count (weight above zero).
        coefficients: how many there are.
        log_likelihood: with every constant; of the Gaussian at σ² = RSS/n, of the Gamma, the inverse Gaussian and the
            Gaussian under the log link at the dispersion below.
        aic: 2k − 2·log-likelihood; k counts the coefficients, and the dispersion where one is estimated.
        bic: k·log n − 2·log-likelihood.
        deviance: 2(log-likelihood of the best means − log-likelihood)·φ: RSS for the Gaussian, −2·log-likelihood for
            the Bernoulli.
        null_deviance: of the model with the intercept alone, and the offset (of the linear predictor 0, and the offset,
            where there is no intercept).
        r_squared: 1 − RSS/TSS for the Gaussian, TSS about the mean if there is an intercept and about 0 if not.
        pseudo_r_squared: McFadden's 1 − log-likelihood/log-likelihood of the null model, for families without a
            dispersion.
        accuracy: share of rows whose class is predicted at 0.5, or as the most probable of several.
        confusion: counts, a row for each true class and a column for each predicted one.
        dispersion: Pearson's Σw(y − μ)²/V(μ) over the observations less the coefficients: the estimate of φ, and far
            above 1 in the families that have none a sign that targets scatter more than the family allows.
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
    confusion: tuple[tuple[float, ...], ...] | None = None
    dispersion: float | None = None


def goodness(family: Family, sample: Sample, beta: np.ndarray) -> Goodness:
    """How well these coefficients describe the rows. For what weights mean see `Likelihood`."""
    live = sample.mass > 0
    mass, eta = sample.mass[live], sample.predictor(beta)[live]
    y = np.asarray(sample.y, dtype=np.float64)[live]
    rows, n = len(y), len(beta)
    accuracy = confusion = None
    if family.binary:
        predicted = above_half(family, eta)
        (a, b), (c, d) = (
            tuple(float(mass[(y == true) & (predicted == guess)].sum()) for guess in (False, True)) for true in (0, 1)
        )
        confusion, accuracy = ((a, b), (c, d)), (a + d) / (a + b + c + d)
    if not isinstance(family, Likelihood):
        return Goodness(rows, n, accuracy=accuracy, confusion=confusion)
    null = null_rows(family, sample)[live]
    deviance, null_deviance = float(mass @ family.deviances(eta, y)), float(mass @ family.deviances(null, y))
    dispersion = None if family.binary else pearson(family, sample, beta)
    if family.binary:
        log_likelihood: float | None = -deviance / 2
    elif not family.dispersed:
        log_likelihood = family.log_likelihood(eta, y, mass, 1.0)
    else:
        known = (deviance / rows if family.quadratic else dispersion) or 0.0
        exact = math.inf if family.quadratic else None
        log_likelihood = family.log_likelihood(eta, y, mass, known) if known > 0 else exact
    parameters, count = n + family.dispersed, family.count(mass)
    r_squared = 1 - deviance / null_deviance if family.quadratic and null_deviance > 0 else None
    return Goodness(
        rows=rows,
        coefficients=n,
        log_likelihood=log_likelihood,
        aic=None if log_likelihood is None else 2 * parameters - 2 * log_likelihood,
        bic=None if log_likelihood is None else parameters * math.log(count) - 2 * log_likelihood,
        deviance=deviance,
        null_deviance=null_deviance if math.isfinite(null_deviance) else None,
        r_squared=r_squared,
        pseudo_r_squared=mcfadden(family, log_likelihood, null_deviance, null, y, mass),
        accuracy=accuracy,
        confusion=confusion,
        dispersion=dispersion,
    )


def above_half(family: Family, eta: np.ndarray) -> np.ndarray:
    """Which rows have a mean above 0.5, shape (rows,)."""
    # For the logit and the probit that is η > 0.
    return np.asarray(eta > (0.0 if family.link != "cloglog" else math.log(math.log(2.0))))


def mcfadden(
    family: Likelihood,
    log_likelihood: float | None,
    null_deviance: float,
    null: np.ndarray,
    y: np.ndarray,
    mass: np.ndarray,
) -> float | None:
    """McFadden's R² of a family without dispersion."""
    if family.dispersed or log_likelihood is None:
        return None
    nothing = -null_deviance / 2 if family.binary else family.log_likelihood(null, y, mass, 1.0)
    return 1 - log_likelihood / nothing if math.isfinite(nothing) and nothing < 0 else None


def pearson(family: Likelihood, sample: Sample, beta: np.ndarray) -> float | None:
    """Pearson's dispersion, Σw(y − μ)²/V(μ)/(observations − coefficients); None where nothing is left over."""
    live = sample.mass > 0
    mass, mean = sample.mass[live], family.means(sample.predictor(beta)[live])
    freedom = family.count(mass) - len(beta)
    if freedom <= 0:
        return None
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        squares = (np.asarray(sample.y, dtype=np.float64)[live] - mean) ** 2
        found = float(mass @ np.where(squares == 0, 0.0, squares / family.variance(mean))) / freedom
    return found if math.isfinite(found) else None


def null_predictor(family: Family, y: np.ndarray, mass: np.ndarray) -> float:
    """The linear predictor of the model that has the intercept alone."""
    centre = family.centre(y, mass)
    if family.link == "log" and centre <= 0:
        # Only where all counts are zero; no η is as small.
        return -30.0
    return float(LINKS[family.link].predictor(centre))


def null_rows(family: Family, sample: Sample) -> np.ndarray:
    """The linear predictor of each row under the intercept alone, with the offset, shape (rows,)."""
    offset = np.zeros(len(sample.y)) if sample.offset is None else sample.offset
    if sample.intercept is None:
        return offset
    return offset + null_intercept(family, sample)


def null_intercept(family: Family, sample: Sample) -> float:
    """The intercept of the model that has nothing else but the offset."""
    if sample.offset is None:
        return null_predictor(family, np.asarray(sample.y, dtype=np.float64), sample.mass)
    if family.quadratic or not isinstance(family, Likelihood):
        return null_predictor(family, sample.shifted.y, sample.mass)
    return newton_in_one(family, replace(sample, y=np.asarray(sample.y, dtype=np.float64)))


def newton_in_one(family: Family, sample: Sample) -> float:
    """The same by Newton's method, with steps halved until the loss falls."""
    mass, offset = sample.mass, sample.offset
    assert offset is not None

    def around(b: float) -> tuple[float, float, float]:
        loss, slope, curve = differentiated_rows(family, b + offset, sample.y)
        live = mass > 0
        total, gradient, curvature = (float(mass[live] @ part[live]) for part in (loss, slope, curve))
        return total, gradient, curvature

    b = null_predictor(family, sample.y, mass) - float(np.average(offset, weights=mass))
    if LINKS[family.link].positive:
        b = max(b, float(np.max(-offset)) + 1e-3 * (1 + abs(b)))
    value, gradient, curvature = around(b)
    for _ in range(ITERATIONS):
        if not math.isfinite(value) or gradient == 0 or curvature == 0:
            break
        # Far steps overshoot where the loss is exponential.
        step = max(-5.0, min(5.0, -gradient / abs(curvature))) if family.link == "log" else -gradient / abs(curvature)
        found = around(b + step)
        while not found[0] <= value and abs(step) > 1e-15 * (1 + abs(b)):
            step /= 2
            found = around(b + step)
        if abs(step) <= 1e-15 * (1 + abs(b)):
            break
        b, (value, gradient, curvature) = b + step, found
    return b

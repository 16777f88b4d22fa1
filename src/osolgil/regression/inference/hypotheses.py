"""Tests of hypotheses about coefficients, after any fit that stands at its optimum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.protocol import precision
from osolgil.regression.constraints import hint
from osolgil.regression.families import Likelihood
from osolgil.regression.inference import NoInference
from osolgil.regression.sample import Sample
from osolgil.safety import Relation

if TYPE_CHECKING:
    from osolgil.regression.estimated import Estimated
    from osolgil.regression.model import FittedModel

ALIKE = 1e-9
"""Two linear predictors that differ by less than this share are the same."""


@dataclass(frozen=True)
class WaldTest:
    """A Wald test of q linear hypotheses.

    Attributes:
        statistic: W, χ² with q degrees of freedom; or F = W/q where a dispersion was estimated.
        freedom: q.
        residual_freedom: of F in its denominator; None for χ².
        p_value: of a statistic as large, if the hypotheses hold.
    """

    statistic: float
    freedom: int
    residual_freedom: float | None
    p_value: float

    def __str__(self) -> str:
        return f"{named(self)} = {self.statistic:.6g}, p = {self.p_value:.4g}"


@dataclass(frozen=True)
class Comparison:
    """A test of a model against a larger one that contains it.

    Attributes:
        statistic: the likelihood ratio 2(ℓ₁ − ℓ₀), χ² with q degrees of freedom; where a dispersion is estimated
            F = (D₀ − D₁)/(q·φ₁), with the deviances D and the dispersion of the larger model, of which the Gaussian's
            likelihood ratio is a rising function.
        freedom: q, how many coefficients the larger model has more.
        residual_freedom: of F in its denominator; None for χ².
        p_value: of a statistic as large, if the smaller model holds.
        likelihood_ratio: 2(ℓ₁ − ℓ₀) in either case.
    """

    statistic: float
    freedom: int
    residual_freedom: float | None
    p_value: float
    likelihood_ratio: float

    def __str__(self) -> str:
        return f"{named(self)} = {self.statistic:.6g}, p = {self.p_value:.4g}"


def named(test: WaldTest | Comparison) -> str:
    """The statistic with its degrees of freedom."""
    if test.residual_freedom is None:
        return f"χ²({test.freedom})"
    return f"F({test.freedom}, {test.residual_freedom:g})"


def tail(statistic: float, freedom: int, residual_freedom: float | None) -> float:
    """The probability of a χ² (statistic itself) or F as large."""
    from scipy import special

    if residual_freedom is None:
        return float(special.chdtrc(freedom, statistic))
    return float(special.fdtrc(freedom, residual_freedom, statistic))


def wald(model: "Estimated", hypotheses: Sequence[Any]) -> WaldTest:
    r"""Test linear hypotheses Rβ = r about the coefficients, all together.

    .. math:: W = (R\hat\beta - r)^\top (R C R^\top)^{-1} (R\hat\beta - r)

    with C the covariance of the model, of whatever kind; W is χ² with q degrees of freedom, and W/q is F where the
    tests of the coefficients are t.

    Args:
        model: at its optimum.
        hypotheses: relations such as "x1 = x2" or "x1 + x2 = 1"; a dict of names and values, for names that are no
            expressions (``{"city[T.b]": 0}``); or (R, r) as arrays of shape (q, n) and (q,).

    Raises:
        NoInference: away from the optimum, or where the model has none.
        ValueError: no hypothesis; an unknown name; a relation that is not linear, or an inequality; hypotheses that
            depend on each other.

    Source: Wald 1943, *Tests of statistical hypotheses concerning several parameters*.
    """
    found = model.inference
    rows = [row for hypothesis in hypotheses for row in linear(hypothesis, model.names)]
    if not rows:
        raise ValueError("Give a hypothesis, such as 'x1 = x2' or {'x1': 0}.")
    R, r = np.array([row for row, _ in rows]), np.array([value for _, value in rows])
    half = R @ found.root
    size = np.linalg.norm(half, axis=1)
    if not (size > 0).all() or np.linalg.matrix_rank(half / np.where(size > 0, size, 1.0)[:, None], tol=1e-10) < len(R):
        raise ValueError(
            f"The {len(R)} hypotheses depend on each other (or there are fewer groups than hypotheses); leave out what "
            "follows from the others."
        )
    # W is the square of the least z with RLz = Rβ − r.
    away = np.linalg.lstsq(half, R @ model.vector - r)[0]
    statistic, count = float(away @ away), len(R)
    if found.freedom is not None:
        statistic /= count
    return WaldTest(statistic, count, found.freedom, tail(statistic, count, found.freedom))


def linear(hypothesis: Any, names: tuple[str, ...]) -> list[tuple[np.ndarray, float]]:
    """The rows of R and r that a hypothesis stands for."""
    if isinstance(hypothesis, Mapping):
        return [(unit(str(name), names), float(value)) for name, value in hypothesis.items()]
    if isinstance(hypothesis, str):
        return [of_relation(part, names) for part in hypothesis.split(",")]
    if isinstance(hypothesis, tuple) and len(hypothesis) == 2:
        R, r = np.atleast_2d(np.asarray(hypothesis[0], float)), np.atleast_1d(np.asarray(hypothesis[1], float))
        if R.shape != (len(r), len(names)):
            raise ValueError(f"R and r have the shapes {R.shape} and {r.shape}; they need (q, {len(names)}) and (q,).")
        return list(zip(R, map(float, r), strict=True))
    raise TypeError(f"{hypothesis!r} is no hypothesis; write 'x1 = x2', {{'x1': 0}}, or (R, r).")


def unit(name: str, names: tuple[str, ...]) -> np.ndarray:
    """A row that picks one coefficient."""
    if name not in names:
        raise ValueError(f"The hypothesis names {name!r}, which is no coefficient; {hint(name, names)}")
    return (np.array(names) == name).astype(np.float64)


def of_relation(text: str, names: tuple[str, ...]) -> tuple[np.ndarray, float]:
    """The row of R, and of r, that a relation such as "x1 = x2" stands for."""
    if text.strip() in names:
        return unit(text.strip(), names), 0.0
    relation = Relation.parse(text)
    if relation.lower != 0 or relation.upper != 0:
        raise ValueError(f"{text.strip()!r} is an inequality; a Wald test takes equations, such as 'x1 = x2'.")
    for name in relation.difference.names:
        unit(name, names)
    f, n = relation.as_function(names), len(names)
    points = np.vstack([np.zeros(n), np.eye(n), 2 * np.eye(n), np.arange(1.0, n + 1)])
    with precision(np.dtype(np.float64)):
        values = np.array([float(f(point)) for point in points])
    row = values[1 : n + 1] - values[0]
    straight = np.concatenate([values[0] + 2 * row, [values[0] + row @ points[-1]]])
    if not np.allclose(values[n + 1 :], straight, rtol=1e-12, atol=1e-12 * float(np.abs(row).max(initial=1.0))):
        raise ValueError(f"{text.strip()!r} is not linear in the coefficients; write such as 'x1 + x2 = 1'.")
    return row, -float(values[0])


def compare(one: "Estimated", other: "Estimated") -> Comparison:
    """Test the smaller of two nested models against the larger, whichever comes first.

    Raises:
        NoInference: one is away from its optimum or has no likelihood, or its covariance says that the likelihood is
            not believed (HC0 to HC3, clustered): use a Wald test there.
        ValueError: the models are not of one family and the same rows, weights and offset, or not nested.

    Source: Wilks 1938, *The large-sample distribution of the likelihood ratio*.
    """
    small, large = sorted((one, other), key=lambda model: len(model.names))
    for model in (small, large):
        if model.inference.kind not in ("observed", "expected"):
            raise NoInference(
                f"A likelihood-ratio test believes the likelihood, which {model.inference.kind} errors do not; use "
                "model.wald(...)."
            )
    rows, more = small.sample, large.sample
    if rows is None or more is None:
        raise ValueError("A loaded model has no rows to compare by; fit it again.")
    if small.family != large.family:
        raise ValueError(f"{small.family!r} and {large.family!r} are different families; compare models of one.")
    if not same_rows(rows, more):
        raise ValueError(
            "The models were not fitted to the same targets, weights and offset; fit both to the same rows."
        )
    freedom = len(large.names) - len(small.names)
    if freedom == 0 or not spans(more, rows):
        raise ValueError(
            f"The models are not nested: the columns {', '.join(small.names)} are no combinations of "
            f"{', '.join(large.names)}, or there are as many; compare AIC instead."
        )
    first, second = small.at_optimum, large.at_optimum
    assert first.log_likelihood is not None
    assert second.log_likelihood is not None
    assert first.deviance is not None
    assert second.deviance is not None
    ratio = 2 * (second.log_likelihood - first.log_likelihood)
    if not (isinstance(large.family, Likelihood) and large.family.dispersed):
        return Comparison(ratio, freedom, None, tail(max(ratio, 0.0), freedom, None), ratio)
    sigma, residual = large.inference.sigma, large.inference.freedom
    assert sigma is not None
    statistic = (first.deviance - second.deviance) / freedom / sigma**2
    return Comparison(statistic, freedom, residual, tail(max(statistic, 0.0), freedom, residual), ratio)


def same_rows(one: Sample, other: Sample) -> bool:
    """Whether two models were fitted to the same targets, weights and offset."""

    def offset(sample: Sample) -> np.ndarray:
        return np.zeros(len(sample.y)) if sample.offset is None else sample.offset

    return (
        len(one.y) == len(other.y)
        and np.array_equal(one.y, other.y)
        and np.array_equal(one.mass, other.mass)
        and np.array_equal(offset(one), offset(other))
    )


def spans(large: Sample, small: Sample) -> bool:
    """Whether every column of the small design is a combination of those of the large one."""
    A = large.coordinates.columns(large.X.astype(np.float64))
    B = small.coordinates.columns(small.X.astype(np.float64))
    live = large.mass > 0
    left = B[live] - A[live] @ np.linalg.lstsq(A[live], B[live])[0]
    size = np.linalg.norm(B[live], axis=0)
    return bool((np.linalg.norm(left, axis=0) <= ALIKE * np.where(size > 0, size, 1.0)).all())


def inflation(model: "FittedModel") -> dict[str, float]:
    r"""Variance inflation factors: how many times the variance is that a coefficient had if its column were alone.

    .. math:: VIF_j = C_{jj} (C^{-1})_{jj} = 1/(1 - R_j^2)

    with C the covariance of the coefficients but the intercept's, by the information. For the Gaussian R² is that of
    the regression of column j on the others; elsewhere of the weighted regression that the information stands for.

    Raises:
        NoInference: away from the optimum, or where the model has none.

    Source: Belsley, Kuh & Welsch 1980, *Regression Diagnostics*; Fox & Monette 1992, *Generalized collinearity
    diagnostics*.
    """
    found = model.inference
    if found.kind not in ("observed", "expected"):
        raise NoInference(
            f"Variance inflation is of the information; {found.kind} errors have none. "
            "Use model.with_covariance('observed')."
        )
    place = None if model.sample is None else model.sample.intercept
    place = model.names.index("Intercept") if place is None and "Intercept" in model.names else place
    kept = [j for j in range(len(model.names)) if j != place]
    # With C = LLᵀ the inverse's diagonal is that of the pseudo-inverse's columns.
    root = found.root[kept]
    size = np.linalg.norm(root, axis=1)
    inverse = np.linalg.pinv(root / size[:, None])
    return {model.names[j]: float(value) for j, value in zip(kept, np.sum(inverse**2, axis=0), strict=True)}

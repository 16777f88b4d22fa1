"""What the data say about the coefficients besides their estimate: given at the optimum, and only there."""

import math
from dataclasses import dataclass

import numpy as np

from osolgil.regression.families import Family, Likelihood
from osolgil.regression.goodness import pearson
from osolgil.regression.inference.covariances import Uncertainty, covariance_root
from osolgil.regression.sample import Sample, Surroundings

NEAR = 0.01
"""How many standard errors from the optimum still count as there."""

ROUNDING = 64 * float(np.finfo(np.float64).eps)
"""A residual spread below this share of the targets' size is rounding, not noise."""


class NoInference(ValueError):  # noqa: N818  # it says what there is not
    """There is no inference, for the reason that the message gives."""


def checked_level(level: float) -> None:
    """Refuse a level of intervals that is not between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"level={level!r} must lie between 0 and 1, such as 0.95.")


@dataclass(frozen=True, eq=False)
class Inference:
    """The uncertainty of the coefficients at the optimum.

    The covariance is the inverse observed information, times the dispersion φ where the family has one: σ²(XᵀWX)⁻¹ with
    σ² = RSS/(n − p) for the Gaussian, and Pearson's φ for the Gamma and the inverse Gaussian. Other kinds are those of
    `covariance_root`. Tests are t with n − p degrees of freedom where φ was estimated, with G − 1 where G groups were
    told apart, and normal elsewhere.

    Attributes:
        root: L with covariance LLᵀ, shape (n, n) (or fewer columns, where there are fewer groups).
        sigma: the estimated σ = √φ, or None for families that have none.
        freedom: degrees of freedom of the t distribution, or None for the normal one.
        kind: of the covariance, one of `COVARIANCES`.
    """

    root: np.ndarray
    sigma: float | None
    freedom: float | None
    kind: str = "observed"

    @property
    def covariance(self) -> np.ndarray:
        """Of the coefficients, shape (n, n)."""
        return np.asarray(self.root @ self.root.T)

    @property
    def standard_errors(self) -> np.ndarray:
        """Of the coefficients, shape (n,)."""
        return np.asarray(np.sqrt(np.sum(self.root**2, axis=1)))

    def quantile(self, level: float) -> float:
        """How many standard errors a two-sided interval of this level reaches to either side.

        Raises:
            ValueError: the level is not between 0 and 1.
        """
        checked_level(level)
        # scipy.special has the same numbers as scipy.stats, which takes most of a second to import.
        from scipy import special

        upper = 0.5 + level / 2
        return float(special.ndtri(upper) if self.freedom is None else special.stdtrit(self.freedom, upper))

    def intervals(self, beta: np.ndarray, level: float) -> np.ndarray:
        """Confidence intervals of the coefficients, shape (n, 2)."""
        half = self.quantile(level) * self.standard_errors
        return np.stack([beta - half, beta + half], axis=1)

    def p_values(self, beta: np.ndarray) -> np.ndarray:
        """Of the hypothesis that a coefficient is zero, two-sided, shape (n,)."""
        from scipy import special

        lower = -np.abs(beta / self.standard_errors)
        return np.asarray(2 * (special.ndtr(lower) if self.freedom is None else special.stdtr(self.freedom, lower)))

    def spread(self, X: np.ndarray) -> np.ndarray:
        """The standard error of the linear predictor of rows of a design, shape (rows,)."""
        return np.asarray(np.sqrt(np.sum((X @ self.root) ** 2, axis=1)))


@dataclass(frozen=True, eq=False)
class Standing:
    """Where coefficients stand with respect to the optimum.

    Attributes:
        distance: |H⁻¹g|ⱼ/seⱼ, standard errors from the optimum, shape (n,), or None where that is undefined.
        inference: at the optimum; or None, and then
        refusal: says why not.
    """

    distance: np.ndarray | None
    inference: Inference | None
    refusal: str | None


def standing(family: Family, sample: Sample, beta: np.ndarray, around: Surroundings, trouble: str | None) -> Standing:
    """How far from the optimum the coefficients are, and their uncertainty if they are there.

    Args:
        family: of the targets.
        sample: the rows.
        beta: the coefficients, shape (n,).
        around: the loss around them.
        trouble: why there is no optimum, or no unique one, if that is known.
    """
    if not isinstance(family, Likelihood):
        return Standing(
            None, None, f"The {family.title} is not a likelihood; use the family {family.instead!r} for inference."
        )
    if trouble is not None:
        return Standing(None, None, trouble)
    if around.root is None:
        return placed(around.step, None)
    sigma, freedom = None, None
    if family.dispersed:
        freedom = float(np.count_nonzero(sample.mass) - len(beta))
        if freedom <= 0:
            return Standing(
                None, None, f"{len(beta)} coefficients and as many rows leave no residuals to estimate σ from."
            )
        # At the optimum of the quadratic model, so that it does not hang on how far away the coefficients are.
        dispersion = pearson(family, sample, beta + around.step)
        dispersion = pearson(family, sample, beta) if dispersion is None else dispersion
        if dispersion is None:
            return Standing(None, None, "Some rows have no mean at these coefficients: their linear predictor is ≤ 0.")
        sigma = math.sqrt(dispersion)
        size = 1.0
        if family.quadratic:
            size = math.sqrt(float(sample.mass @ np.asarray(sample.y, dtype=np.float64) ** 2) / freedom)
        if sigma <= ROUNDING * size:
            return Standing(
                None, None, "The fit is exact up to rounding: no residuals are left to estimate a standard error from."
            )
    return placed(around.step, Inference(around.root if sigma is None else sigma * around.root, sigma, freedom))


def placed(step: np.ndarray, found: Inference | None) -> Standing:
    """The standing of coefficients that are a step of Newton's, shape (n,), from the optimum; None if H is singular."""
    if found is None:
        return Standing(
            np.full(len(step), np.inf),
            None,
            "The curvature of the likelihood is singular at these coefficients, so their distance from the optimum "
            "cannot be measured; model.polish(), or --polish, finishes with the exact method.",
        )
    distance = np.abs(step) / found.standard_errors
    farthest = float(distance.max())
    if farthest <= NEAR:
        return Standing(distance, found, None)
    return Standing(
        distance,
        None,
        f"The coefficients are {farthest:.2g} standard errors from the optimum (at most {NEAR} count as there); "
        "model.polish(), or --polish, finishes with the exact method.",
    )


def with_uncertainty(family: Family, sample: Sample, beta: np.ndarray, place: Standing, how: Uncertainty) -> Standing:
    """The same standing with another covariance; as it is where there is no inference."""
    known = place.inference
    if known is None or not isinstance(family, Likelihood):
        return place
    found = covariance_root(how, family, sample, beta, known.sigma)
    if isinstance(found, str):
        return Standing(place.distance, None, found)
    root, freedom = found
    if freedom is None and family.dispersed:
        freedom = float(np.count_nonzero(sample.mass) - len(beta))
    return Standing(place.distance, Inference(root, known.sigma, freedom, how.kind), None)

"""The rows that a model is fitted to, and what its loss looks like around given coefficients."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.regression.coordinates import Coordinates
from osolgil.regression.derivatives import differentiated_means, differentiated_rows
from osolgil.regression.families import Family, Likelihood


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows that a model is fitted to.

    Attributes:
        X: the design, shape (rows, n).
        y: the targets, shape (rows,); 0 or 1 of a binary family.
        weights: shape (rows,), or None: one each.
        intercept: the place of the intercept's column, or None.
        coordinates: of centred and scaled columns.
        offset: what is added to the linear predictor of each row, shape (rows,), or None.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None
    intercept: int | None
    coordinates: Coordinates
    offset: np.ndarray | None = None

    @property
    def mass(self) -> np.ndarray:
        """The weight of each row, shape (rows,)."""
        return np.ones(len(self.y)) if self.weights is None else np.asarray(self.weights, dtype=np.float64)

    def predictor(self, beta: np.ndarray) -> np.ndarray:
        """The linear predictor of each row in float64, shape (rows,)."""
        eta = predictor(self.coordinates, self.X, beta)
        return eta if self.offset is None else eta + self.offset

    @property
    def shifted(self) -> "Sample":
        """The rows with their offset taken from the targets: the same, where the loss is one of y − η."""
        if self.offset is None:
            return self
        return replace(self, y=np.asarray(self.y, dtype=np.float64) - self.offset, offset=None)


def predictor(coordinates: Coordinates, X: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The linear predictor of any rows in float64, shape (rows,), centred first so that nothing cancels."""
    found: np.ndarray = coordinates.predictor(coordinates.inward(np.asarray(beta)), X.astype(np.float64, copy=False))
    return found


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The total loss around given coefficients β, to second order, in float64.

    Attributes:
        loss: Σw·loss.
        gradient: of the total loss by inner coordinates, shape (n,).
        step: −H⁻¹g, what Newton's method would add to β, shape (n,); infinite where H is singular.
        moved: how much that step changes the linear predictor of each row, shape (rows,).
        root: L with LLᵀ = H⁻¹ on the original scale, shape (n, n), or None where H is not positive definite.
        slope, curve: derivatives of each row's loss, without its weight, by its linear predictor, shape (rows,).
    """

    loss: float
    gradient: np.ndarray
    step: np.ndarray
    moved: np.ndarray
    root: np.ndarray | None
    slope: np.ndarray
    curve: np.ndarray


def surroundings(family: Family, sample: Sample, beta: np.ndarray) -> Surroundings:
    """The total loss around β.

    H = ZᵀWZ is never formed where all weights W are positive: with R the triangular factor of √W·Z, Z the centred and
    scaled columns, H = RᵀR.
    """
    mass, coordinates = sample.mass, sample.coordinates
    Z = coordinates.columns(sample.X.astype(np.float64, copy=False))
    loss, slope, curve = differentiated_rows(family, sample.predictor(beta), sample.y)
    # A row of weight zero has no part in it, be its loss infinite.
    loss, slope, curve = (np.where(mass > 0, part, 0.0) for part in (loss, slope, curve))
    total, gradient = float(mass @ loss), (mass * slope) @ Z
    n = Z.shape[1]
    inverse = inverse_factor(mass * curve, Z) if np.isfinite(gradient).all() else None
    if inverse is None:
        return Surroundings(total, gradient, np.full(n, np.inf), np.full(len(Z), np.inf), None, slope, curve)
    inner = -inverse @ (inverse.T @ gradient)
    return Surroundings(
        total,
        gradient,
        coordinates.outward(inner),
        Z @ inner,
        coordinates.outward(inverse.T.copy()).T,
        slope,
        curve,
    )


def inverse_factor(bent: np.ndarray, Z: np.ndarray) -> np.ndarray | None:
    """L with LLᵀ = (ZᵀWZ)⁻¹ for the weights `bent`, shape (n, n); None where that is not positive definite."""
    n = Z.shape[1]
    if len(Z) < n or not np.isfinite(bent).all():
        return None
    if (bent >= 0).all():
        R: Any = np.linalg.qr(np.sqrt(bent)[:, None] * Z, mode="r")
        limit = 1 / (n * np.finfo(np.float64).eps)
    else:
        try:
            R = np.linalg.cholesky((bent * Z.T) @ Z).T
        except np.linalg.LinAlgError:
            return None
        # A matrix that was formed has lost half of its digits.
        limit = 1 / np.sqrt(n * np.finfo(np.float64).eps)
    return np.linalg.inv(R) if np.linalg.cond(R) < limit else None


def expected_root(family: Likelihood, sample: Sample, beta: np.ndarray) -> np.ndarray | None:
    """L with LLᵀ = I⁻¹ on the original scale, I = Σw(∂μ/∂η)²/V(μ)·xxᵀ the expected information at φ = 1."""
    mean, slope = differentiated_means(family, sample.predictor(beta))
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = np.where(slope == 0, 0.0, sample.mass * slope**2 / family.variance(mean))
    inverse = inverse_factor(bent, sample.coordinates.columns(sample.X.astype(np.float64, copy=False)))
    return None if inverse is None else sample.coordinates.outward(inverse.T.copy()).T

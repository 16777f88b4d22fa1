"""The rows that a model is fitted to, and what its loss looks like around given coefficients."""

import functools
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.problems.finite_sum import shared_length
from osolgil.protocol import precision
from osolgil.regression.coordinates import Coordinates
from osolgil.regression.families import Family


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows that a model is fitted to.

    Attributes:
        X: the design, shape (rows, n).
        y: the targets, shape (rows,); 0 or 1 of a binary family.
        weights: shape (rows,), or None: one each.
        intercept: the place of the intercept's column, or None.
        coordinates: of centred and scaled columns.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None
    intercept: int | None
    coordinates: Coordinates

    @property
    def mass(self) -> np.ndarray:
        """The weight of each row, shape (rows,)."""
        return np.ones(len(self.y)) if self.weights is None else np.asarray(self.weights, dtype=np.float64)

    def predictor(self, beta: np.ndarray) -> np.ndarray:
        """The linear predictor of each row in float64, shape (rows,)."""
        return predictor(self.coordinates, self.X, beta)


def predictor(coordinates: Coordinates, X: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The linear predictor of any rows in float64, shape (rows,), centred first so that nothing cancels."""
    found: np.ndarray = coordinates.predictor(coordinates.inward(np.asarray(beta)), X.astype(np.float64, copy=False))
    return found


@functools.partial(jax.jit, static_argnames="family")
def row_derivatives(family: Family, eta: Any, y: Any) -> tuple[Any, Any, Any]:
    """Loss of each row, and its first and second derivative by the linear predictor, by automatic differentiation."""
    slope = jax.grad(family.loss)
    return jax.vmap(family.loss)(eta, y), jax.vmap(slope)(eta, y), jax.vmap(jax.grad(slope))(eta, y)


def differentiated_rows(family: Family, eta: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`row_derivatives` in float64, for any number of rows without a program for each."""
    count, length = len(eta), shared_length(len(eta))
    with precision(np.dtype(np.float64)):
        padded = [np.pad(np.asarray(part, dtype=np.float64), (0, length - count)) for part in (eta, y)]
        loss, slope, curve = (np.asarray(part)[:count] for part in row_derivatives(family, *padded))
    return loss, slope, curve


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The total loss around given coefficients β, to second order, in float64.

    Attributes:
        loss: Σw·loss.
        gradient: of the total loss by inner coordinates, shape (n,).
        step: −H⁻¹g, what Newton's method would add to β, shape (n,); infinite where H is singular.
        moved: how much that step changes the linear predictor of each row, shape (rows,).
        root: L with LLᵀ = H⁻¹ on the original scale, shape (n, n), or None where H is not positive definite.
    """

    loss: float
    gradient: np.ndarray
    step: np.ndarray
    moved: np.ndarray
    root: np.ndarray | None


def surroundings(family: Family, sample: Sample, beta: np.ndarray) -> Surroundings:
    """The total loss around β.

    H = ZᵀWZ is never formed: with R the triangular factor of √W·Z, Z the centred and scaled columns, H = RᵀR.
    """
    mass, coordinates = sample.mass, sample.coordinates
    Z = coordinates.columns(sample.X.astype(np.float64, copy=False))
    loss, slope, curve = differentiated_rows(family, sample.predictor(beta), sample.y)
    total, gradient = float(mass @ loss), (mass * slope) @ Z
    n = Z.shape[1]
    bent = mass * curve
    if len(Z) >= n and (bent >= 0).all() and np.isfinite(gradient).all():
        R = np.linalg.qr(np.sqrt(bent)[:, None] * Z, mode="r")
        if np.linalg.cond(R) < 1 / (n * np.finfo(np.float64).eps):
            inverse = np.linalg.inv(R)
            inner = -inverse @ (inverse.T @ gradient)
            return Surroundings(
                total, gradient, coordinates.outward(inner), Z @ inner, coordinates.outward(inverse.T.copy()).T
            )
    return Surroundings(total, gradient, np.full(n, np.inf), np.full(len(Z), np.inf), None)

"""The rows that a model is fitted to, and what its loss looks like around given coefficients."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.descent.setup import MANY
from osolgil.problems.sparse_rows import is_sparse
from osolgil.regression.coordinates import Coordinates, filled_in
from osolgil.regression.derivatives import differentiated_means, differentiated_rows
from osolgil.regression.families import Family, Likelihood
from osolgil.rows.blocks import LARGE, blocks, summed

ALIKE = 1e3
"""Condition number up to which a matrix of products of columns loses few digits: its square, 1e6 of 1e16."""

FAR = 100.0
"""How many spreads a column may be away from zero: its centred squares, by subtraction, lose four digits there."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows that a model is fitted to.

    Attributes:
        X: the design, shape (rows, n): an array, or a CSR array of SciPy's.
        y: the targets, shape (rows,); 0 or 1 of a binary family.
        weights: shape (rows,), or None: one each.
        intercept: the place of the intercept's column, or None.
        coordinates: of centred and scaled columns.
        offset: what is added to the linear predictor of each row, shape (rows,), or None.
    """

    X: Any
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
    def boundless(self) -> bool:
        """Whether the rows are sparse and of so many columns that no matrix of all pairs of them is formed."""
        return is_sparse(self.X) and self.X.shape[1] > MANY

    @property
    def filled(self) -> "Sample":
        """The rows with their zeros, for what needs an array. Raises ValueError where they are too many."""
        return replace(self, X=filled_in(self.X)) if is_sparse(self.X) else self

    @property
    def shifted(self) -> "Sample":
        """The rows with their offset taken from the targets: the same, where the loss is one of y − η."""
        if self.offset is None:
            return self
        return replace(self, y=np.asarray(self.y, dtype=np.float64) - self.offset, offset=None)


def predictor(coordinates: Coordinates, X: Any, beta: np.ndarray) -> np.ndarray:
    """The linear predictor of any rows in float64, shape (rows,), centred first so that nothing cancels."""
    return predicted(coordinates, coordinates.inward(np.asarray(beta)), X)


def predicted(coordinates: Coordinates, inner: np.ndarray, X: Any) -> np.ndarray:
    """The same of inner coordinates; a block of a large array at a time."""
    parts = [slice(None)] if is_sparse(X) else blocks(X)
    found = [coordinates.predictor(inner, X[rows].astype(np.float64, copy=False)) for rows in parts]
    return found[0] if len(found) == 1 else np.concatenate(found)


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

    H = ZᵀWZ is not formed where all weights W are positive: with R the triangular factor of √W·Z, Z the centred and
    scaled columns, H = RᵀR. Of large arrays and of sparse rows only a block of Z exists at a time, and H is formed
    where that loses few digits; of sparse rows with more than 500 columns nothing is asked about it.
    """
    mass, coordinates = sample.mass, sample.coordinates
    loss, slope, curve = differentiated_rows(family, sample.predictor(beta), sample.y)
    # A row of weight zero has no part in it, be its loss infinite.
    loss, slope, curve = (np.where(mass > 0, part, 0.0) for part in (loss, slope, curve))
    count, n = sample.X.shape
    total, pull = float(mass @ loss), mass * slope
    if is_sparse(sample.X):
        gradient = (pull @ sample.X - pull.sum() * coordinates.shift) / coordinates.scale
    else:
        columns = coordinates.columns
        gradient = summed(sample.X, lambda rows: pull[rows] @ columns(sample.X[rows].astype(np.float64, copy=False)))
    inverse = inverse_root(mass * curve, sample) if np.isfinite(gradient).all() else None
    if inverse is None:
        return Surroundings(total, gradient, np.full(n, np.inf), np.full(count, np.inf), None, slope, curve)
    inner = -inverse @ (inverse.T @ gradient)
    return Surroundings(
        total,
        gradient,
        coordinates.outward(inner),
        predicted(coordinates, inner, sample.X),
        coordinates.outward(inverse.T.copy()).T,
        slope,
        curve,
    )


def inverse_root(bent: np.ndarray, sample: Sample) -> np.ndarray | None:
    """L with LLᵀ = (ZᵀWZ)⁻¹ for the weights `bent`, shape (n, n); None where that is not positive definite."""
    if is_sparse(sample.X) or sample.X.size > LARGE:
        return inverse_of_blocks(bent, sample)
    return inverse_factor(bent, sample.coordinates.columns(sample.X.astype(np.float64, copy=False)))


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


def inverse_of_blocks(bent: np.ndarray, sample: Sample) -> np.ndarray | None:
    """The same, some rows at a time; None for more than 500 sparse columns, too.

    The matrix is formed where that loses few digits, and factors of blocks are combined by another QR where it does.
    """
    n = sample.X.shape[1]
    if sample.boundless or sample.X.shape[0] < n or not np.isfinite(bent).all():
        return None
    try:
        R = np.linalg.cholesky(products(bent, sample)).T
    except np.linalg.LinAlgError:
        R = np.zeros((n, n))
    if np.linalg.cond(R) < ALIKE:
        return np.asarray(np.linalg.inv(R))
    return inverse_factor(np.ones(n), triangle(np.sqrt(bent), sample)) if (bent >= 0).all() else None


def products(bent: np.ndarray, sample: Sample) -> np.ndarray:
    """ZᵀWZ of the centred and scaled columns Z, for the weights `bent`, shape (n, n)."""
    shift, scale = (np.asarray(part) for part in (sample.coordinates.shift, sample.coordinates.scale))
    if is_sparse(sample.X) and np.max(abs(shift) / scale) < FAR:
        X = sample.X.astype(np.float64, copy=False)
        cross = np.outer(shift, bent @ X)
        square = (X.T @ X.multiply(bent[:, None]).tocsr()).toarray()
        square += bent.sum() * np.outer(shift, shift) - (cross + cross.T)
        return np.asarray(square / np.outer(scale, scale))
    if is_sparse(sample.X):
        parts = [(bent[rows, None] * Z).T @ Z for rows, Z in sample.coordinates.blocks(sample.X)]
        return np.asarray(np.sum(parts, axis=0))

    def part(rows: slice) -> np.ndarray:
        Z = sample.coordinates.columns(sample.X[rows].astype(np.float64, copy=False))
        return np.asarray((bent[rows, None] * Z).T @ Z)

    found: np.ndarray = summed(sample.X, part)
    return found


def triangle(roots: np.ndarray, sample: Sample) -> np.ndarray:
    """The triangular factor R of the centred and scaled columns, each row times its root, shape (n, n) at most."""
    R: Any = np.zeros((0, sample.X.shape[1]))
    for rows, Z in sample.coordinates.blocks(sample.X):
        R = np.linalg.qr(np.vstack([R, roots[rows, None] * Z]), mode="r")
    return np.asarray(R)


def expected_root(family: Likelihood, sample: Sample, beta: np.ndarray) -> np.ndarray | None:
    """L with LLᵀ = I⁻¹ on the original scale, I = Σw(∂μ/∂η)²/V(μ)·xxᵀ the expected information at φ = 1."""
    mean, slope = differentiated_means(family, sample.predictor(beta))
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = np.where(slope == 0, 0.0, sample.mass * slope**2 / family.variance(mean))
    inverse = inverse_root(bent, sample)
    return None if inverse is None else sample.coordinates.outward(inverse.T.copy()).T

"""Virtual standardization: methods walk in coordinates of centred and scaled columns, people see their own."""

from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil.problems.sparse_rows import SparseRows, is_sparse, means_and_spreads
from osolgil.protocol import pytree, static
from osolgil.rows.blocks import LARGE, blocks, summed

FILLABLE = 20_000_000
"""Entries of sparse rows that are filled in with zeros at once, at most: 160 MB."""

BLOCK = 2**20
"""Entries of a block of sparse rows that are filled in one after the other: 8 MB."""


@pytree
class Coordinates:
    r"""The affine map between the coefficients β that people see and those, γ, in which methods walk.

    Column j is read as (xⱼ − shiftⱼ)/scaleⱼ, so that with an intercept in place k

    .. math:: \gamma_j = scale_j \beta_j, \qquad \gamma_k = \beta_k + \sum_j shift_j \beta_j

    leave every linear predictor as it is. The data are never copied: the evaluation centres and scales.

    Attributes:
        shift: what is subtracted from each column, shape (n,); 0 for the intercept, and throughout without one.
        scale: what each column is divided by, shape (n,); 1 for the intercept.
        unit: 1 in the intercept's place, else 0, shape (n,).
    """

    shift: Any
    scale: Any
    unit: Any

    def columns(self, X: Any) -> Any:
        """The columns as methods see them, shape (rows, n), of sparse rows with their zeros filled in.

        Raises:
            ValueError: the rows are sparse, and too many for that.
        """
        if is_sparse(X):
            X = filled_in(X)
        return (X - self.shift) / self.scale

    def blocks(self, X: Any) -> Iterator[tuple[slice, np.ndarray]]:
        """The columns as methods see them in float64, of a small array at once, of a large one and of sparse rows block
        by block: the rows of each, and its columns, shape (some rows, n).
        """
        for rows in self.sparse_blocks(X) if is_sparse(X) else blocks(X):
            yield rows, self.columns(X[rows].astype(np.float64, copy=False))

    @staticmethod
    def sparse_blocks(X: Any) -> Iterator[slice]:
        """Consecutive rows, as many as are filled in at once."""
        count, n = X.shape
        size = max(BLOCK // n, 2 * n, 1)
        for first in range(0, count, size):
            yield slice(first, min(first + size, count))

    def predictor(self, inner: Any, X: Any) -> Any:
        """The linear predictor of each row, shape (rows,); of coefficients (classes, n), shape (rows, classes).

        X may be an array, `SparseRows`, or a SciPy sparse matrix.
        """
        # Measured on 100,000 × 20 float64, value and gradient (Hessian): (X − s) @ (γ/c) 4.6 ms (20 ms), the map
        # applied to γ instead of X 5.0 (18), plain X @ β 4.5 (20), β @ X.T 7.5 (25), sum((X − s)·γ/c, 1) 6.7 (127).
        # Its gradient is r @ (X − s). Subtracting first is free, and exact where columns hardly vary (years).
        if is_sparse(X):
            # Never carried out: a column of zeros and a few entries is no longer sparse, once it is centred.
            return X @ (inner / self.scale).T - self.shift @ (inner / self.scale).T
        return (X - self.shift) @ (inner / self.scale).T

    def folded(self, X: SparseRows, pull: Any, bent: Any) -> tuple[Any, Any]:
        """Zᵀr and ZᵀWZ of sparse rows, r and W's diagonal of shape (rows,): shape (n,) and (n, n).

        Z is never carried out: with s the shift and c the scale, ZᵀWZ = (XᵀWX − s(XᵀW1)ᵀ − (XᵀW1)sᵀ + ΣW·ssᵀ)/ccᵀ.
        """
        shift, scale = self.shift, self.scale
        cross = jnp.outer(shift, X.across(bent))
        square = X.products(bent) - (cross + cross.T) + jnp.sum(bent) * jnp.outer(shift, shift)
        return (X.across(pull) - jnp.sum(pull) * shift) / scale, square / jnp.outer(scale, scale)

    def inward(self, x: Any) -> Any:
        """γ for β, shape (n,) or (..., n)."""
        shift, scale, unit = self.like(x)
        return x * scale + (x @ shift)[..., None] * unit

    def outward(self, x: Any) -> Any:
        """β for γ, shape (n,) or (..., n)."""
        shift, scale, unit = self.like(x)
        return x / scale - ((x / scale) @ shift)[..., None] * unit

    def outward_gradient(self, gradient: Any) -> Any:
        """∂f/∂β for ∂f/∂γ, shape (n,) or (..., n)."""
        shift, scale, unit = self.like(gradient)
        return gradient * scale + (gradient @ unit)[..., None] * shift

    def of(self, dtype: Any) -> "Coordinates":
        """These coordinates in another precision."""
        return Coordinates(*(np.asarray(part, dtype) for part in (self.shift, self.scale, self.unit)))

    def like(self, x: Any) -> tuple[Any, Any, Any]:
        """shift, scale and unit as arrays of x's kind: NumPy's outside of programs, so that no precision is lost."""
        parts = (self.shift, self.scale, self.unit)
        return tuple(map(np.asarray, parts)) if isinstance(x, np.ndarray) else parts  # type: ignore[return-value]


def filled_in(X: Any) -> np.ndarray:
    """A SciPy sparse matrix as an array.

    Raises:
        ValueError: it is too large for that.
    """
    rows, columns = X.shape
    if rows * columns > FILLABLE:
        raise ValueError(
            f"X is sparse, and what was asked for needs its {rows:,} × {columns:,} entries with their zeros (at most "
            f"{FILLABLE:,}); give fewer rows or columns."
        )
    return np.asarray(X.toarray())


def identity(columns: int) -> Coordinates:
    """The coordinates that people see."""
    return Coordinates(np.zeros(columns), np.ones(columns), np.zeros(columns))


def standardization(X: np.ndarray, intercept: int | None, weights: np.ndarray | None = None) -> Coordinates:
    """Coordinates in which every column but the intercept has mean 0 and mean square 1.

    Without an intercept nothing can take up what centring would move, and columns are only scaled.

    Args:
        X: shape (rows, n); an array, or a SciPy sparse matrix.
        intercept: the place of the intercept's column, if there is one.
        weights: of the rows, shape (rows,).

    >>> found = standardization(np.array([[1.0, 10.0], [1.0, 30.0]]), intercept=0)
    >>> found.shift.tolist(), found.scale.tolist()
    ([0.0, 20.0], [1.0, 10.0])
    """
    n = X.shape[1]
    shift, unit = np.zeros(n), np.zeros(n)
    if is_sparse(X):
        if intercept is not None:
            unit[intercept] = 1.0
        mean, scale = means_and_spreads(X, weights, centred=intercept is not None)
        return Coordinates(mean * (1.0 - unit), np.where((scale > 0) & (unit == 0), scale, 1.0), unit)
    X = np.asarray(X)
    if intercept is not None:
        unit[intercept] = 1.0
        shift = averaged(X, lambda part: part, weights) * (1.0 - unit)
    scale = np.sqrt(averaged(X, lambda part: (part - shift) ** 2, weights))
    scale[~(scale > 0)] = 1.0
    if intercept is not None:
        scale[intercept] = 1.0
    return Coordinates(shift, scale, unit)


def averaged(X: np.ndarray, of: Callable[[np.ndarray], np.ndarray], weights: np.ndarray | None) -> np.ndarray:
    """The weighted mean over the rows of a function of them, in float64, shape (n,)."""
    if X.size <= LARGE:
        small: np.ndarray = np.average(of(np.asarray(X, dtype=np.float64)), axis=0, weights=weights)
        return small

    def part(rows: slice) -> np.ndarray:
        found = of(X[rows].astype(np.float64, copy=False))
        return found.sum(axis=0) if weights is None else np.asarray(weights[rows] @ found)

    whole: np.ndarray = summed(X, part) / (len(X) if weights is None else np.sum(weights))
    return whole


@pytree
class Stacked:
    """The coordinates of a matrix of coefficients, those of each class by themselves; a `Coordinates` of a problem.

    Attributes:
        each: of one class, n coordinates.
        classes: how many there are.
    """

    each: Coordinates
    classes: int = static()

    def by_class(self, change: Any, x: Any) -> Any:
        """A map of the coordinates of each class, for points (classes·n,) or paths (..., classes·n)."""
        return change(x.reshape(*x.shape[:-1], self.classes, -1)).reshape(x.shape)

    def inward(self, x: Any) -> Any:
        """γ for β."""
        return self.by_class(self.each.inward, x)

    def outward(self, x: Any) -> Any:
        """β for γ."""
        return self.by_class(self.each.outward, x)

    def outward_gradient(self, gradient: Any) -> Any:
        """∂f/∂β for ∂f/∂γ."""
        return self.by_class(self.each.outward_gradient, gradient)

"""The objective of a regression: the weighted mean loss over rows, posed for the methods that can solve it."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.problems import FiniteSum, LeastSquares
from osolgil.problems.sparse_rows import SparseRows
from osolgil.protocol import pytree, static
from osolgil.regression.coordinates import Coordinates
from osolgil.regression.families import Family


@pytree
class GeneralizedLinearLoss:
    """The loss of each row, given coefficients in inner coordinates and rows = (X, y) or (X, y, offset).

    Attributes:
        coordinates: in which methods walk.
        family: of the targets.
    """

    coordinates: Coordinates
    family: Family = static()

    @property
    def __name__(self) -> str:
        return f"{self.family.name} regression"

    @property
    def convex(self) -> bool:
        return self.family.convex

    def __call__(self, inner: Any, rows: Any) -> Any:
        X, y, *offset = rows
        return self.family.loss(sum(offset, self.coordinates.predictor(inner, X)), y)

    def second_order(self, inner: Any, rows: Any, weights: Any) -> tuple[Any, Any, Any]:
        """Σwℓ, its gradient Zᵀ(wℓ′) and its Hessian Zᵀ(wℓ″)Z, with Z the columns as methods see them.

        One product of matrices, where differentiation forward over reverse, which knows nothing of ℓ, makes two.
        """
        X, y, *offset = rows
        eta = sum(offset, self.coordinates.predictor(inner, X))
        slope = jax.grad(self.family.loss)
        loss, first, second = (jax.vmap(each)(eta, y) for each in (self.family.loss, slope, jax.grad(slope)))
        if isinstance(X, SparseRows):
            return (jnp.sum(weights * loss), *self.coordinates.folded(X, weights * first, weights * second))
        Z = self.coordinates.columns(X)
        return jnp.sum(weights * loss), (weights * first) @ Z, ((weights * second)[:, None] * Z).T @ Z


@pytree
class LinearResiduals:
    """√w·(η − y) of each row, given coefficients in inner coordinates, X, y and √w; half its square is the mean loss.

    Attributes:
        coordinates: in which methods walk.
    """

    coordinates: Coordinates

    @property
    def __name__(self) -> str:
        return "gaussian regression"

    def __call__(self, inner: Any, X: Any, y: Any, root: Any) -> Any:
        return root * (self.coordinates.predictor(inner, X) - y)


def mean_loss(
    family: Family,
    X: Any,
    y: np.ndarray,
    weights: np.ndarray | None,
    coordinates: Coordinates,
    penalty: Any = None,
    offset: np.ndarray | None = None,
) -> FiniteSum:
    """Σw·loss/Σw over the rows, plus penalty(β), β on the original scale, for any rule and batch size."""
    rows = (X, y) if offset is None else (X, y, offset)
    return FiniteSum(loss=GeneralizedLinearLoss(coordinates, family), rows=rows, weights=weights, penalty=penalty)


def least_squares(X: np.ndarray, y: np.ndarray, weights: np.ndarray | None, coordinates: Coordinates) -> LeastSquares:
    """Σw(y − η)²/2Σw over the rows, with its triangular factor."""
    share = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    root = np.sqrt(share / share.sum()).astype(X.dtype)
    return LeastSquares(LinearResiduals(coordinates), (X, y, root))

"""More than two classes: the softmax loss of a matrix of coefficients, one row for each class."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil.protocol import pytree, static
from osolgil.regression.coordinates import Stacked
from osolgil.regression.families.categorical import cross_entropy


@dataclass(frozen=True)
class Softmax:
    r"""Y is one of K classes with probability :math:`p_k = e^{\eta_k} / \sum_j e^{\eta_j}`; −log f is −log p_y.

    Attributes:
        classes: K.
    """

    classes: int


@pytree
class SoftmaxLoss:
    r"""The loss of each row, given coefficients in inner coordinates, shape (classes, n), and rows = (X, y).

    .. math:: \log \sum_k e^{\eta_k} - \eta_y + \tfrac12 \Big\lVert \sum_k \gamma_k \Big\rVert^2

    Adding one vector to the coefficients of all classes changes no probability. The last term, which is 0 at the
    optimum (of a ridge's too), chooses the coefficients that sum to zero: Newton's method has one place to go to.

    Attributes:
        coordinates: in which methods walk.
        gauge: whether the last term is there. A lasso chooses by itself.
    """

    coordinates: Stacked
    gauge: bool = static()

    @property
    def __name__(self) -> str:
        return "softmax regression"

    @property
    def convex(self) -> bool:
        return True

    def __call__(self, inner: Any, rows: Any) -> Any:
        X, y = rows
        each = self.coordinates.each
        eta = (X - each.shift) @ (inner / each.scale).T
        loss = cross_entropy(eta, y)
        return loss + 0.5 * jnp.sum(jnp.sum(inner, axis=0) ** 2) if self.gauge else loss


def margins(eta: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far the linear predictor of a row's class is above all others, shape (rows,)."""
    codes = y.astype(int)[:, None]
    own = np.take_along_axis(eta, codes, axis=1)[:, 0]
    others = eta.copy()
    np.put_along_axis(others, codes, -np.inf, axis=1)
    found: np.ndarray = own - others.max(axis=1)
    return found

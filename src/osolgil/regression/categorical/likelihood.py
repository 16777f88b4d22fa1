"""The loss of all rows of classes: posed for the methods, and what it looks like around given coefficients."""

import math
from typing import Any

import jax
import numpy as np

from osolgil.protocol import pytree
from osolgil.regression.coordinates import Stacked
from osolgil.regression.derivatives import over_rows
from osolgil.regression.families import Categorical
from osolgil.regression.goodness import Goodness
from osolgil.regression.inference.covariances import Uncertainty, by_scores
from osolgil.regression.sample import Sample, Surroundings

OF_CLASSES = ("observed", "expected", "HC0", "HC1", "clustered")
"""The covariances that there are: of several linear predictors a row's leverage is no number."""


@pytree
class CategoricalLoss:
    """The loss of each row, given coefficients in inner coordinates, shape (K − 1, n), and rows = (X, y).

    Attributes:
        coordinates: in which methods walk.
    """

    coordinates: Stacked

    @property
    def __name__(self) -> str:
        return "categorical regression"

    @property
    def convex(self) -> bool:
        return True

    def __call__(self, inner: Any, rows: Any) -> Any:
        X, y = rows
        return Categorical().loss(self.coordinates.each.predictor(inner, X), y)


@jax.jit
def class_derivatives(eta: Any, y: Any) -> tuple[Any, Any, Any]:
    """Loss of each row, and its gradient and Hessian by the row's linear predictors, by automatic differentiation."""
    loss = Categorical().loss
    return jax.vmap(loss)(eta, y), jax.vmap(jax.grad(loss))(eta, y), jax.vmap(jax.hessian(loss))(eta, y)


def predictors(sample: Sample, B: np.ndarray) -> np.ndarray:
    """The linear predictors of each row but the reference's, in float64, shape (rows, K − 1)."""
    here = sample.coordinates
    return np.asarray(here.predictor(here.inward(B), sample.X.astype(np.float64, copy=False)))


def with_reference(eta: np.ndarray) -> np.ndarray:
    """The linear predictors with the reference's, which is 0, shape (rows, K)."""
    return np.column_stack([np.zeros(len(eta)), eta])


def shares(eta: np.ndarray) -> np.ndarray:
    """The probability of each class, of linear predictors with the reference's, shape (rows, K)."""
    odds = np.exp(eta - eta.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def surroundings(sample: Sample, B: np.ndarray) -> Surroundings:
    """The total loss around coefficients of shape (K − 1, n): `Surroundings` of m = (K − 1)·n coefficients.

    H = Σ wᵢ·Cᵢ ⊗ zᵢzᵢᵀ, with C the Hessian of a row's loss by its linear predictors, and z centred and scaled. Of the
    fields `moved` and `slope` have the shape (rows, K − 1), and `curve` (rows, K − 1, K − 1).
    """
    mass, here = sample.mass, Stacked(sample.coordinates, len(B))
    Z = sample.coordinates.columns(sample.X.astype(np.float64, copy=False))
    loss, slope, curve = over_rows(class_derivatives, predictors(sample, B), sample.y)
    total, gradient = float(mass @ loss), ((mass[:, None] * slope).T @ Z).ravel()
    inverse = inverse_factor(mass, curve, Z)
    if inverse is None:
        nowhere = np.full(B.size, np.inf)
        return Surroundings(total, gradient, nowhere, np.full(slope.shape, np.inf), None, slope, curve)
    inner = -inverse @ (inverse.T @ gradient)
    return Surroundings(
        total,
        gradient,
        here.outward(inner),
        Z @ inner.reshape(B.shape).T,
        np.ascontiguousarray(here.outward(inverse.T.copy()).T),
        slope,
        curve,
    )


def inverse_factor(mass: np.ndarray, curve: np.ndarray, Z: np.ndarray) -> np.ndarray | None:
    """L with LLᵀ = H⁻¹ in inner coordinates, shape (m, m); None where H is not positive definite."""
    n, classes = Z.shape[1], curve.shape[1]
    H = np.zeros((classes, n, classes, n))
    for a in range(classes):
        for b in range(a + 1):
            H[a, :, b, :] = ((mass * curve[:, a, b]) * Z.T) @ Z
            H[b, :, a, :] = H[a, :, b, :].T
    m = classes * n
    try:
        R = np.linalg.cholesky(H.reshape(m, m)).T
    except np.linalg.LinAlgError:
        return None
    # A matrix that was formed has lost half of its digits.
    return np.linalg.inv(R) if np.linalg.cond(R) < 1 / math.sqrt(m * np.finfo(np.float64).eps) else None


def covariance_root(
    how: Uncertainty, sample: Sample, B: np.ndarray, around: Surroundings
) -> tuple[np.ndarray, float | None] | str:
    """L with LLᵀ the covariance of the m coefficients, and the freedom where groups fix it; or why there is none.

    The scores of a row are those of all classes; otherwise see `covariances.covariance_root`. The expected information
    is the observed one, the softmax being the canonical link.
    """
    if how.kind not in OF_CLASSES:
        return (
            f"{how.kind} divides by what a row's leverage leaves, and of several linear predictors that is no number; "
            f"choose one of {', '.join(map(repr, OF_CLASSES))}."
        )
    root = around.root
    if root is None:
        return "The observed information is singular at these coefficients."
    if how.kind in ("observed", "expected"):
        return root, None
    Z = sample.coordinates.columns(sample.X.astype(np.float64, copy=False))
    inner = Stacked(sample.coordinates, len(B)).inward(root.T.copy()).T
    scores = (around.slope[:, :, None] * Z[:, None, :]).reshape(len(Z), -1) @ inner
    return by_scores(how, scores, sample.mass, True, root, np.zeros(len(Z)))


def goodness(sample: Sample, B: np.ndarray) -> Goodness:
    """How well these coefficients, shape (K − 1, n), describe the rows."""
    mass, y, eta = sample.mass, sample.y.astype(int), predictors(sample, B)
    log_likelihood = -float(mass @ over_rows(class_derivatives, eta, sample.y)[0])
    nothing = null_log_likelihood(sample, len(B) + 1)
    confusion = np.zeros((len(B) + 1, len(B) + 1))
    np.add.at(confusion, (y, with_reference(eta).argmax(axis=1)), mass)
    return Goodness(
        rows=int(np.count_nonzero(mass)),
        coefficients=B.size,
        log_likelihood=log_likelihood,
        aic=2 * B.size - 2 * log_likelihood,
        bic=B.size * math.log(mass.sum()) - 2 * log_likelihood,
        deviance=-2 * log_likelihood,
        null_deviance=-2 * nothing,
        pseudo_r_squared=1 - log_likelihood / nothing,
        accuracy=float(np.trace(confusion) / mass.sum()),
        confusion=tuple(map(tuple, confusion.tolist())),
    )


def null_log_likelihood(sample: Sample, classes: int) -> float:
    """Of the intercepts alone, the classes' shares; without intercepts, of equal probabilities."""
    if sample.intercept is None:
        return -float(sample.mass.sum()) * math.log(classes)
    counts = np.bincount(sample.y.astype(int), sample.mass, classes)
    return float(counts @ np.log(counts / counts.sum()))


def null_coefficients(sample: Sample, classes: int) -> np.ndarray:
    """The coefficients of the intercepts alone, shape (K − 1, n)."""
    B = np.zeros((classes - 1, sample.X.shape[1]))
    if sample.intercept is not None:
        counts = np.bincount(sample.y.astype(int), sample.mass, classes)
        B[:, sample.intercept] = np.log(counts[1:] / counts[0])
    return B

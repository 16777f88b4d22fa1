"""The truth that functions are held against. Derivatives come from difference quotients of the losses alone."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Vector = np.ndarray
RowLoss = Callable[[Any, Any, Any], float]

DIFFERENCE = 1e-5
"""Half the width of a difference quotient: its error is about 1e-10 on losses of size 1."""


def dot_product(a: Vector, b: Vector) -> float:
    """Σ aᵢbᵢ."""
    return math.fsum(float(p) * float(q) for p, q in zip(a, b, strict=True))


def logistic(x: Vector, beta: Vector) -> float:
    """1/(1 + e^−xβ)."""
    z = dot_product(x, beta)
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def linear(x: Vector, beta: Vector) -> float:
    """The linear predictor xβ."""
    return dot_product(x, beta)


def minus_log_cross_entropy_i(x: Vector, y: float, beta: Vector) -> float:
    """−{y log p + (1 − y) log(1 − p)}."""
    p = logistic(x, beta)
    return -(float(y) * math.log(p) + (1 - float(y)) * math.log(1 - p))


def mse_i(x: Vector, y: float, beta: Vector) -> float:
    """½(y − xβ)²."""
    return 0.5 * (float(y) - dot_product(x, beta)) ** 2


LOSSES: dict[str, RowLoss] = {"linear": mse_i, "logistic": minus_log_cross_entropy_i}
"""The loss of a row under each model."""


def batch_loss(X: Vector, y: Vector, beta: Vector, loss_i: RowLoss) -> float:
    """Σᵢ ℓᵢ, a sum over rows."""
    return math.fsum(loss_i(row, target, beta) for row, target in zip(X, y, strict=True))


def get_gradient_ij(x: Vector, y: float, beta: Vector, j: int, model: str) -> float:
    """∂ℓᵢ/∂β_j as a difference quotient."""
    h = np.zeros(len(beta))
    h[j] = DIFFERENCE
    loss = LOSSES[model]
    return (loss(x, y, beta + h) - loss(x, y, beta - h)) / (2 * DIFFERENCE)


def row_gradient(x: Vector, y: float, beta: Vector, model: str) -> Vector:
    """The derivatives of one row's loss as difference quotients, shape (n,)."""
    return np.array([get_gradient_ij(x, y, beta, j, model) for j in range(len(beta))])


def batch_gradient(X: Vector, y: Vector, beta: Vector, model: str) -> Vector:
    """The derivatives of the batch's loss as difference quotients, shape (n,)."""
    steps = np.eye(len(beta)) * DIFFERENCE
    loss = LOSSES[model]
    rises = [batch_loss(X, y, beta + h, loss) - batch_loss(X, y, beta - h, loss) for h in steps]
    return np.array(rises) / (2 * DIFFERENCE)


def step(beta: Vector, gradient: Vector, learning_rate: float) -> Vector:
    """Down the gradient, shape (n,)."""
    return beta - learning_rate * gradient

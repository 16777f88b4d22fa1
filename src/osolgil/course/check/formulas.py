"""Formulas with one mistake each. A mistake is named only if its formula gives what the function gave in every case."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.course.check import reference
from osolgil.course.check.rows import RowGradient, wrong_gradients

Formula = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """The names of the mistakes, and the formula that makes them; it takes the arguments of the function by name."""

    names: tuple[str, ...]
    formula: Formula


def mutants(*pairs: tuple[str, Formula]) -> list[Mutant]:
    """Formulas with one mistake each; several may make the same one."""
    return [Mutant((name,), formula) for name, formula in pairs]


DOT_PRODUCT = mutants(
    ("plus_for_times", lambda a, b: np.sum(a + b)),
    ("stays_zero", lambda a, b: 0.0),
    ("times_for_plus", lambda a, b: np.prod(a * b)),
    ("times_for_plus", lambda a, b: np.prod(a + b)),
    ("last_term_only", lambda a, b: a[-1] * b[-1]),
    ("first_term_only", lambda a, b: a[0] * b[0]),
    ("first_skipped", lambda a, b: np.sum(a[1:] * b[1:])),
    ("last_skipped", lambda a, b: np.sum(a[:-1] * b[:-1])),
    ("one_vector_twice", lambda a, b: np.sum(a * a)),
    ("one_vector_twice", lambda a, b: np.sum(b * b)),
    ("divided_by_n", lambda a, b: np.mean(a * b)),
    ("flipped_sign", lambda a, b: -np.sum(a * b)),
)


def sigmoid(z: float) -> float:
    """1/(1 + e^−z)."""
    return 1 / (1 + math.exp(-z))


LOGISTIC = mutants(
    ("flipped_exponent", lambda x, beta: sigmoid(-(x @ beta))),
    ("no_logistic", lambda x, beta: x @ beta),
    ("missing_parentheses", lambda x, beta: 1 + math.exp(-(x @ beta))),
    ("one_omitted", lambda x, beta: math.exp(x @ beta)),
    ("class_for_probability", lambda x, beta: float(x @ beta > 0)),
    ("plus_for_times", lambda x, beta: sigmoid(np.sum(x + beta))),
    ("intercept_skipped", lambda x, beta: sigmoid(x[1:] @ beta[1:])),
    ("flipped_sign", lambda x, beta: -sigmoid(x @ beta)),
)


def entropy(x: Any, beta: Any, y: float, log: Callable[[float], float] = math.log) -> tuple[float, float]:
    """The two terms y log p and (1 − y) log(1 − p)."""
    p = sigmoid(x @ beta)
    return y * log(p), (1 - y) * log(1 - p)


def identity(p: float) -> float:
    """In place of a logarithm."""
    return p


def plus_in_entropy(x: Any, y: float, beta: Any) -> float:
    """−{y + log p + (1 − y) + log(1 − p)}."""
    p = sigmoid(x @ beta)
    return -(y + math.log(p) + (1 - y) + math.log(1 - p))


CROSS_ENTROPY = mutants(
    ("flipped_sign", lambda x, y, beta: sum(entropy(x, beta, y))),
    ("no_logarithm", lambda x, y, beta: -sum(entropy(x, beta, y, identity))),
    ("no_logarithm", lambda x, y, beta: sum(entropy(x, beta, y, identity))),
    ("wrong_base", lambda x, y, beta: -sum(entropy(x, beta, y, math.log10))),
    ("wrong_base", lambda x, y, beta: -sum(entropy(x, beta, y, math.log2))),
    ("one_class_only", lambda x, y, beta: -entropy(x, beta, y)[0]),
    ("one_class_only", lambda x, y, beta: -entropy(x, beta, y)[1]),
    ("classes_swapped", lambda x, y, beta: -sum(entropy(x, beta, 1 - y))),
    ("minus_between_terms", lambda x, y, beta: entropy(x, beta, y)[1] - entropy(x, beta, y)[0]),
    ("minus_between_terms", lambda x, y, beta: entropy(x, beta, y)[0] - entropy(x, beta, y)[1]),
    ("stays_zero", lambda x, y, beta: 0.0),
    ("plus_for_times", plus_in_entropy),
    ("squared_error_through_logistic", lambda x, y, beta: 0.5 * (y - sigmoid(x @ beta)) ** 2),
    ("squared_error_through_logistic", lambda x, y, beta: (y - sigmoid(x @ beta)) ** 2),
    ("squared_error_for_cross_entropy", lambda x, y, beta: 0.5 * (y - x @ beta) ** 2),
    ("squared_error_for_cross_entropy", lambda x, y, beta: (y - x @ beta) ** 2),
)

SQUARED_ERROR = [
    *mutants(
        ("half_omitted", lambda x, y, beta: (y - x @ beta) ** 2),
        ("squared_error_through_logistic", lambda x, y, beta: 0.5 * (y - sigmoid(x @ beta)) ** 2),
        ("not_squared", lambda x, y, beta: y - x @ beta),
        ("not_squared", lambda x, y, beta: 0.5 * (y - x @ beta)),
        ("not_squared", lambda x, y, beta: x @ beta - y),
        ("not_squared", lambda x, y, beta: 0.5 * (x @ beta - y)),
        ("not_squared", lambda x, y, beta: abs(y - x @ beta)),
        ("not_squared", lambda x, y, beta: 0.5 * abs(y - x @ beta)),
        ("flipped_sign", lambda x, y, beta: -0.5 * (y - x @ beta) ** 2),
        ("sum_for_difference", lambda x, y, beta: 0.5 * (y + x @ beta) ** 2),
        ("half_squared", lambda x, y, beta: (0.5 * (y - x @ beta)) ** 2),
        ("plus_for_times", lambda x, y, beta: 0.5 + (y - x @ beta) ** 2),
        ("plus_for_times", lambda x, y, beta: 0.5 * (y - np.sum(x + beta)) ** 2),
        ("intercept_skipped", lambda x, y, beta: 0.5 * (y - x[1:] @ beta[1:]) ** 2),
    ),
    Mutant(("squared_error_through_logistic", "half_omitted"), lambda x, y, beta: (y - sigmoid(x @ beta)) ** 2),
    Mutant(("half_omitted", "flipped_sign"), lambda x, y, beta: -((y - x @ beta) ** 2)),
    Mutant(("half_omitted", "sum_for_difference"), lambda x, y, beta: (y + x @ beta) ** 2),
]


def terms(X: Any, y: Any, beta: Any, loss_i: Any) -> np.ndarray:
    """The losses of the rows, shape (rows,)."""
    return np.array([loss_i(row, target, beta) for row, target in zip(X, y, strict=True)])


def with_loss(model: str) -> Formula:
    """The sum of this model's loss, whatever was handed over."""
    return lambda X, y, beta, loss_i: np.sum(terms(X, y, beta, reference.LOSSES[model]))


BATCH_LOSS = mutants(
    ("divided_by_n", lambda X, y, beta, loss_i: np.mean(terms(X, y, beta, loss_i))),
    ("divided_by_n_twice", lambda X, y, beta, loss_i: np.mean(terms(X, y, beta, loss_i)) / len(X)),
    ("stays_zero", lambda X, y, beta, loss_i: 0.0),
    ("times_for_plus", lambda X, y, beta, loss_i: np.prod(terms(X, y, beta, loss_i))),
    ("last_term_only", lambda X, y, beta, loss_i: terms(X, y, beta, loss_i)[-1]),
    ("first_term_only", lambda X, y, beta, loss_i: terms(X, y, beta, loss_i)[0]),
    ("first_skipped", lambda X, y, beta, loss_i: np.sum(terms(X, y, beta, loss_i)[1:])),
    ("last_skipped", lambda X, y, beta, loss_i: np.sum(terms(X, y, beta, loss_i)[:-1])),
    ("loss_ignored", with_loss("linear")),
    ("loss_ignored", with_loss("logistic")),
    ("flipped_sign", lambda X, y, beta, loss_i: -np.sum(terms(X, y, beta, loss_i))),
)

STEP = [
    *mutants(
        ("gradient_ascent", lambda beta, gradient, learning_rate: beta + learning_rate * gradient),
        ("learning_rate_ignored", lambda beta, gradient, learning_rate: beta - gradient),
        ("plus_for_times", lambda beta, gradient, learning_rate: beta - (learning_rate + gradient)),
        ("plus_for_times", lambda beta, gradient, learning_rate: beta - learning_rate + gradient),
        ("beta_ignored", lambda beta, gradient, learning_rate: -learning_rate * gradient),
        ("beta_ignored", lambda beta, gradient, learning_rate: learning_rate * gradient),
        ("times_for_plus", lambda beta, gradient, learning_rate: beta * learning_rate * gradient),
        ("times_for_plus", lambda beta, gradient, learning_rate: -beta * learning_rate * gradient),
        ("divided_by_learning_rate", lambda beta, gradient, learning_rate: beta - gradient / learning_rate),
        ("divided_by_n", lambda beta, gradient, learning_rate: beta - learning_rate * gradient / len(beta)),
        ("one_coordinate_only", lambda beta, gradient, learning_rate: moved(beta, gradient, learning_rate, 0)),
        ("one_coordinate_only", lambda beta, gradient, learning_rate: moved(beta, gradient, learning_rate, -1)),
        ("not_moved", lambda beta, gradient, learning_rate: beta),
    ),
    Mutant(("gradient_ascent", "learning_rate_ignored"), lambda beta, gradient, learning_rate: beta + gradient),
]


def moved(beta: Any, gradient: Any, learning_rate: float, coordinate: int) -> np.ndarray:
    """The point after one coordinate has moved."""
    point = np.array(beta)
    point[coordinate] -= learning_rate * gradient[coordinate]
    return point


def partial_derivatives(model: str) -> Iterator[Mutant]:
    """One derivative of one row, with up to two mistakes."""
    for names, gradient in wrong_gradients(model, together=2):
        yield Mutant(names, lambda x, y, beta, j, model, gradient=gradient: gradient(x, y, beta)[j])
    yield Mutant(("stays_zero",), lambda x, y, beta, j, model: 0.0)
    for names, gradient in wrong_gradients(model, together=1):
        yield Mutant(
            (*names, "divided_by_n"), lambda x, y, beta, j, model, gradient=gradient: gradient(x, y, beta)[j] / len(x)
        )


TOTALS: dict[str | None, Callable[[np.ndarray], np.ndarray]] = {
    None: lambda G: G.sum(0),
    "divided_by_n": lambda G: G.mean(0),
    "divided_by_n_twice": lambda G: G.mean(0) / len(G),
    "last_term_only": lambda G: G[-1],
    "first_term_only": lambda G: G[0],
    "first_skipped": lambda G: G[1:].sum(0),
    "last_skipped": lambda G: G[:-1].sum(0),
    "times_for_plus": lambda G: G.prod(0),
    "not_reset": lambda G: np.cumsum(G.sum(0)),
    "stays_zero": lambda G: np.zeros(G.shape[1]),
}
"""How the rows' derivatives, shape (rows, n), become one vector, shape (n,)."""


def batch_gradients(model: str) -> Iterator[Mutant]:
    """The sum over rows, with up to two mistakes, one of them in the total at most."""
    for names, gradient in wrong_gradients(model, together=2):
        for total, way in TOTALS.items():
            if total is None or len(names) < 2:
                yield Mutant((*names, total) if total else names, summed(gradient, way))


def summed(gradient: RowGradient, total: Callable[[np.ndarray], np.ndarray]) -> Formula:
    """This total of these derivatives."""
    return lambda X, y, beta, model: total(
        np.array([gradient(row, target, beta) for row, target in zip(X, y, strict=True)])
    )

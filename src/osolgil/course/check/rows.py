"""Derivatives of one row's loss, right and wrong: what `get_gradient_ij`, `batch_gradient` and the loop are made of."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.course.check import reference

RowGradient = Callable[[Any, float, Any], np.ndarray]
"""(x, y, beta) to the derivatives, shape (n,)."""

OTHER = {"linear": "logistic", "logistic": "linear"}


@dataclass(frozen=True)
class Choice:
    """One part of a formula, and the name of the mistake that it makes; none where it is right."""

    name: str | None
    part: Any


def predictions(model: str) -> list[Choice]:
    """What a row is predicted to be."""
    means: dict[str, Any] = {"linear": reference.linear, "logistic": reference.logistic}
    found = [Choice(None, means[model]), Choice("model_ignored", means[OTHER[model]])]
    if model == "logistic":
        found.append(Choice("flipped_exponent", lambda x, beta: reference.logistic(x, -beta)))
    return found


def residuals(model: str) -> list[Choice]:
    """What comes of target and prediction."""
    found = [
        Choice(None, lambda y, p: p - y),
        Choice("flipped_sign", lambda y, p: y - p),
        Choice("half_omitted", lambda y, p: 2 * (p - y)),
        Choice("sum_for_difference", lambda y, p: -(y + p)),
        Choice("squared_residual", lambda y, p: -((y - p) ** 2)),
        Choice("residual_missing", lambda y, p: -1.0),
        Choice("residual_missing", lambda y, p: 1.0),
    ]
    if model == "logistic":
        found.append(Choice("squared_error_through_logistic", lambda y, p: (p - y) * p * (1 - p)))
    return found


FACTORS = [
    Choice(None, lambda r, x, beta: r * x),
    Choice("missing_x_ij", lambda r, x, beta: r * np.ones_like(x)),
    Choice("plus_for_times", lambda r, x, beta: r + x),
    Choice("wrong_column", lambda r, x, beta: r * np.roll(x, 1)),
    Choice("wrong_column", lambda r, x, beta: r * np.roll(x, -1)),
    Choice("beta_for_x", lambda r, x, beta: r * beta),
]
"""How the residual meets the row."""


def wrong_gradients(model: str, together: int) -> Iterator[tuple[tuple[str, ...], RowGradient]]:
    """Every formula with at most so many mistakes together, the fewest first; the first one is right."""
    sets = list(itertools.product(predictions(model), residuals(model), FACTORS))
    named = [(tuple(choice.name for choice in parts if choice.name), parts) for parts in sets]
    for names, parts in sorted(named, key=lambda each: len(each[0])):
        if len(names) <= together:
            yield names, composed(*(choice.part for choice in parts))


def composed(prediction: Any, residual: Any, factor: Any) -> RowGradient:
    """The parts as one formula."""

    def gradient(x: Any, y: float, beta: Any) -> np.ndarray:
        return np.asarray(factor(residual(y, prediction(x, beta)), x, beta), np.float64)

    return gradient

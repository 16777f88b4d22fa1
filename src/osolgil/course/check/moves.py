"""One step of the loop, right and wrong: from where, by which gradient, divided by what, in which direction."""

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.course.check.cases import TARGETS, X
from osolgil.course.check.plans import Rows
from osolgil.course.check.rows import Choice, RowGradient, wrong_gradients


@dataclass(frozen=True)
class Run:
    """The arguments of one call of `gradient_descent`, on the rows of the cases."""

    X: np.ndarray
    y: np.ndarray
    beta: np.ndarray
    model: str
    learning_rate: float
    epochs: int
    batch_size: int


Total = Callable[[np.ndarray, Rows], np.ndarray]
"""(point, rows) to the summed derivatives."""

DIVISORS = [
    Choice(None, lambda batch, run: len(batch)),
    Choice("never_divided_by_n", lambda batch, run: 1),
    Choice("divided_by_n_twice", lambda batch, run: len(batch) ** 2),
    Choice("batch_size_for_last_batch", lambda batch, run: run.batch_size),
    Choice("divided_by_all_rows", lambda batch, run: len(run.X)),
    Choice("divided_by_n_twice", lambda batch, run: len(batch) * run.batch_size),
]

DIRECTIONS = [
    Choice(None, lambda x, g, rate: x - rate * g),
    Choice("gradient_ascent", lambda x, g, rate: x + rate * g),
    Choice("learning_rate_ignored", lambda x, g, rate: x - g),
    Choice("plus_for_times", lambda x, g, rate: x - (rate + g)),
    Choice("divided_by_learning_rate", lambda x, g, rate: x - g / rate),
]


def at_the_point(total: Total, x: np.ndarray, start: np.ndarray, batch: Rows, move: Any) -> np.ndarray:
    """The gradient of the point where the step begins."""
    return move(x, total(x, batch))


def at_the_start(total: Total, x: np.ndarray, start: np.ndarray, batch: Rows, move: Any) -> np.ndarray:
    """The gradient of the point where the run began."""
    return move(x, total(start, batch))


def one_by_one(total: Total, x: np.ndarray, start: np.ndarray, batch: Rows, move: Any) -> np.ndarray:
    """Each coordinate moves before the next partial derivative is computed."""
    point = x.copy()
    for j in range(len(x)):
        point[j] = move(point, total(point, batch))[j]
    return point


PLACES = [Choice(None, at_the_point), Choice("stale_gradient", at_the_start), Choice("old_and_new_mixed", one_by_one)]


@dataclass(frozen=True)
class Move:
    """A step with the names of its mistakes; none for the right one."""

    names: tuple[str, ...]
    gradient: RowGradient
    divisor: Callable[[Rows, Run], float]
    direction: Callable[..., np.ndarray]
    place: Callable[..., np.ndarray]

    def __call__(self, run: Run, x: np.ndarray, batch: Rows) -> np.ndarray:
        """Where the step from x with these rows ends."""

        def total(point: np.ndarray, rows: Rows) -> np.ndarray:
            return derivatives(self.gradient, run.model, tuple(point.tolist()))[list(rows)].sum(0)

        def move(point: np.ndarray, summed: np.ndarray) -> np.ndarray:
            return self.direction(point, summed / self.divisor(batch, run), run.learning_rate)

        return self.place(total, x, run.beta, batch, move)


@functools.lru_cache(maxsize=20_000)
def derivatives(gradient: RowGradient, model: str, point: tuple[float, ...]) -> np.ndarray:
    """The derivatives of all rows of the cases at a point, shape (rows, n): many combinations of mistakes ask again."""
    x = np.array(point)
    return np.array([gradient(row, float(y), x) for row, y in zip(X, TARGETS[model], strict=True)])


@functools.cache
def moves(model: str, together: int) -> list[Move]:
    """Every step with at most so many mistakes together, the fewest first; the first one is right."""
    gradients = [Choice(names[0] if names else None, gradient) for names, gradient in wrong_gradients(model, 1)]
    # With the whole direction reversed there is one name for it, that of the loop.
    gradients = [choice for choice in gradients if choice.name != "flipped_sign"]
    found = []
    for parts in itertools.product(gradients, DIVISORS, DIRECTIONS, PLACES):
        names = tuple(choice.name for choice in parts if choice.name)
        if len(names) <= together:
            found.append(Move(names, *(choice.part for choice in parts)))
    return sorted(found, key=lambda move: len(move.names))

"""A problem as it is raced on: everything that a seed draws, and what counts as having got there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from osolgil.problems import FiniteSum, Problem, Surface
from osolgil.races.tables import TARGETS


class Drawn(NamedTuple):
    """What one seed draws of a problem.

    Attributes:
        start: where everybody begins, a vector or any pytree of arrays.
        problem: what is minimized, on the rows to train on where there are rows.
        validation: the same loss on other rows; None where nothing is learned.
        test: the same loss on yet other rows, to be read once at the end.
    """

    start: Any
    problem: Problem
    validation: FiniteSum | None = None
    test: FiniteSum | None = None


@dataclass(frozen=True, eq=False)
class RaceProblem:
    """A problem as it is raced on. It is declared before the race, and travels to other processes by pickle.

    Attributes:
        name: what the race calls it.
        draw: from a seed to what it draws. The problems of all seeds have one structure, and rows of one shape.
        f_star: the lowest value; the exit level of an unbounded surface; a versioned reference value of a network.
        source: where f_star comes from.
        dimension: the number of parameters.
        targets: τ of the targets f* + τ (f₀ − f*) that are worth asking for here.
        batch_size: rows of a mini-batch; None: every evaluation is of all rows.
        surface: for pictures of paths; None where there is none to draw.
    """

    name: str
    draw: Callable[[int], Drawn]
    f_star: float
    source: str
    dimension: int
    targets: tuple[float, ...] = TARGETS
    batch_size: int | None = None
    surface: Surface | None = None

    @property
    def traceable(self) -> bool:
        """Whether it can be compiled, and run in lanes."""
        return self.draw(0).problem.traceable

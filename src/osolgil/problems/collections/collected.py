"""A problem of a collection, with what is known about it."""

from dataclasses import dataclass

import numpy as np

from osolgil.problems.problem import Problem


@dataclass(frozen=True, eq=False)
class Minimum:
    """A known minimum: "reached the minimum" must say which.

    Attributes:
        value: f there, of `Collected.problem`.
        x: where it is, shape (n,); None where the source gives the value alone.
        at_infinity: whether f only tends to this value, as coordinates grow without bound.
    """

    value: float
    x: np.ndarray | None = None
    at_infinity: bool = False


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Collected:
    """A problem of a collection. Points are read-only float64 vectors of shape (n,).

    Attributes:
        name: what `collections.named` calls it.
        title: what a table calls it.
        problem: what is minimized. A sum of squares is posed as `LeastSquares`, whose value is ½‖r‖².
        starts: the starts that the source gives, the standard one first.
        minima: what is known, the lowest first.
        source: where the problem comes from.
        squares: the same as the plain `Function` ‖r‖², the f of Moré, Garbow & Hillstrom: twice the value of `problem`;
            None where the problem is no sum of squares.
    """

    name: str
    title: str
    problem: Problem
    starts: tuple[np.ndarray, ...]
    minima: tuple[Minimum, ...]
    source: str
    squares: Problem | None = None

    @property
    def start(self) -> np.ndarray:
        """The standard start, shape (n,)."""
        return self.starts[0]

    @property
    def n(self) -> int:
        """The number of parameters."""
        return self.start.size

    @property
    def minimum_value(self) -> float:
        """The lowest known value of `problem`."""
        return self.minima[0].value

    def far_start(self, factor: float) -> np.ndarray:
        """The standard start times a factor, as Moré, Garbow & Hillstrom take 10 and 100; where the start is zero, a
        vector of factors.
        """
        return frozen(factor * self.start if self.start.any() else np.full(self.n, float(factor)))

    def reached(self, value: float, rtol: float = 1e-6, atol: float = 1e-12) -> Minimum | None:
        """Which known minimum has this value, or None."""
        near = [each for each in self.minima if abs(value - each.value) <= rtol * abs(each.value) + atol]
        return near[0] if near else None

    def __repr__(self) -> str:
        return f"<{self.name}, n = {self.n}>"


def frozen(x: object) -> np.ndarray:
    """A read-only float64 copy."""
    array = np.array(x, dtype=np.float64)
    array.flags.writeable = False
    return array

"""A surface: a problem together with everything that is known about it."""

import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.problems.problem import Problem

Interval = tuple[float, float]


def point(*coordinates: Any) -> np.ndarray:
    """Coordinates as a float64 vector of shape (n,) that nobody can change: surfaces are shared."""
    vector = np.array(coordinates[0] if np.ndim(coordinates[0]) else coordinates, dtype=np.float64)
    vector.setflags(write=False)
    return vector


def whole(name: str, value: Any, least: int) -> int:
    """The value as an int, if it is a whole number that is not below `least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be a whole number, but it is {value!r}; give an int such as {name}={least}.")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, but it is {value}; give a larger number.")
    return int(value)


def finite(name: str, value: Any, least: float) -> float:
    """The value as a float, if it is a finite number that is not below `least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, but it is {value!r}; give one such as {name}={least:g}.")
    number = float(value)
    if not (np.isfinite(number) and number >= least):
        raise ValueError(f"{name} must be finite and at least {least:g}, but it is {number:g}.")
    return number


def generator(seed: int) -> np.random.Generator:
    """NumPy's generator for this seed; no seed at all would not be reproducible."""
    return np.random.default_rng(whole("seed", seed, least=0))


@dataclass(frozen=True, eq=False)
class Box:
    """Starts are uniform in a box.

    Attributes:
        low: lower corner, shape (n,).
        high: upper corner, shape (n,).

    >>> Box(point(-2, -1), point(2, 3)).words
    'uniform in [-2, 2] × [-1, 3]'
    >>> Box(point([-5] * 10), point([5] * 10)).words
    'uniform in [-5, 5]^10'
    """

    low: np.ndarray
    high: np.ndarray

    def draw(self, seed: int) -> np.ndarray:
        """One start, shape (n,)."""
        return generator(seed).uniform(self.low, self.high)

    @property
    def words(self) -> str:
        """The distribution, described."""
        sides = [f"[{low:.4g}, {high:.4g}]" for low, high in zip(self.low, self.high, strict=True)]
        if len(sides) > 1 and len(set(sides)) == 1:
            return f"uniform in {sides[0]}^{len(sides)}"
        if len(sides) > 4:
            sides[2:-1] = ["..."]
        return "uniform in " + " × ".join(sides)


@dataclass(frozen=True, eq=False)
class Gaussian:
    """Starts are normal around a point, independent in each coordinate.

    Attributes:
        mean: shape (n,).
        deviation: the standard deviation of every coordinate.

    >>> Gaussian(point(1, 0), 0.01).words
    'normal around (1, 0) with standard deviation 0.01 in each coordinate'
    """

    mean: np.ndarray
    deviation: float

    def draw(self, seed: int) -> np.ndarray:
        """One start, shape (n,)."""
        return generator(seed).normal(self.mean, self.deviation)

    @property
    def words(self) -> str:
        """The distribution, described."""
        center = ", ".join(f"{coordinate:.4g}" for coordinate in self.mean)
        return f"normal around ({center}) with standard deviation {self.deviation:.4g} in each coordinate"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Surface:
    """A problem together with everything that is known about it. Points are read-only float64 vectors of shape (n,).

    Attributes:
        name: what `surfaces.named` calls it.
        title: what a picture calls it.
        formula: f(x) in LaTeX.
        problem: what is minimized.
        start: the standard start, from the literature where there is one.
        starts: the distribution that other starts are drawn from; `starts.words` describes it.
        window: one interval for each axis of a picture: one for n = 1, otherwise two (the first two coordinates).
        teaches: what this surface shows, in English.
        teaches_ko: the same in Korean.
        source: where the surface comes from.
        minima: all points where f has its lowest value; empty if there is none.
        minimum_value: f at `minima`, None if there is none. If there is also an `exit_level`, it is the lowest value
            in the window only, since f is unbounded below outside.
        local_minima: other points where f has a minimum, as far as they are few and known.
        saddles: points of zero gradient, neither minimum nor maximum, as far as they are few and known.
        maxima: points where f has a maximum, as far as they are few and known.
        exit_level: for a surface that is unbounded below, the value at which it counts as left; otherwise None.
        smooth: whether f has a gradient at its minima.
    """

    name: str
    title: str
    formula: str
    problem: Problem
    start: np.ndarray
    starts: Box | Gaussian
    window: tuple[Interval] | tuple[Interval, Interval]
    teaches: str
    teaches_ko: str
    source: str
    minima: tuple[np.ndarray, ...] = ()
    minimum_value: float | None = None
    local_minima: tuple[np.ndarray, ...] = ()
    saddles: tuple[np.ndarray, ...] = ()
    maxima: tuple[np.ndarray, ...] = ()
    exit_level: float | None = None
    smooth: bool = True

    @property
    def n(self) -> int:
        """The number of parameters."""
        return self.start.size

    def draw_start(self, seed: int) -> np.ndarray:
        """A start drawn from `starts`, shape (n,): the same seed gives the same start.

        Raises:
            TypeError: if the seed is not a whole number.
            ValueError: if it is negative.
        """
        return self.starts.draw(seed)

    def __repr__(self) -> str:
        return f"<surface {self.name}, n = {self.n}>"


def square_window(n: int, low: float, high: float) -> tuple[Interval] | tuple[Interval, Interval]:
    """The same interval for every axis of a picture in n coordinates."""
    return ((low, high),) if n == 1 else ((low, high), (low, high))


def cube(n: int, low: float, high: float) -> Box:
    """Starts uniform in [low, high]^n."""
    return Box(point(np.full(n, low)), point(np.full(n, high)))

"""What a distribution has to say about itself so that its parameters can be estimated."""

import abc
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from osolgil.likelihood.domains import Domain
from osolgil.protocol.words import counted


@dataclass(frozen=True)
class Parameter:
    """A parameter of a distribution.

    Attributes:
        name: what people type, and what results call it.
        domain: where it lives.
        meaning: what it is, in a few words.
        symbol: what tables and pictures call it.
    """

    name: str
    domain: Domain
    meaning: str
    symbol: str


@dataclass(frozen=True)
class Distribution(abc.ABC):
    """A distribution with unknown parameters θ, shape (k,). It has no data: it is part of a program's structure."""

    name: ClassVar[str]
    """What people type."""

    title: ClassVar[str]
    """What tables show."""

    support: ClassVar[str]
    """Where its values lie, in words."""

    discrete: ClassVar[bool] = False
    """Whether its values are whole numbers, so that its likelihood is a probability."""

    @property
    @abc.abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of θ."""

    @abc.abstractmethod
    def log_density(self, theta: Any, y: Any) -> Any:
        """log f(y; θ) of each value, shape (rows,), written with JAX's functions."""

    @abc.abstractmethod
    def holds(self, y: np.ndarray) -> np.ndarray:
        """Which of the finite values y, shape (rows,), lie in the support."""

    @abc.abstractmethod
    def start(self, y: np.ndarray) -> np.ndarray:
        """A rough first guess at θ inside its domain, shape (k,): where the descent begins, not the estimate."""

    def center(self, y: Any) -> float:
        """What may be subtracted from all rows and from the first parameter alike, so that nothing cancels later."""
        return 0.0

    def unit(self, start: np.ndarray) -> np.ndarray:
        """How long a step of one is in each inner coordinate, shape (k,): 1 on logarithms and logits."""
        return np.ones(len(self.parameters))

    def boundary(self, y: np.ndarray) -> "Boundary | None":
        """The estimate, where these data put it on the boundary of the domain; None where it lies inside.

        Raises:
            ValueError: the likelihood of these data has no maximum.
        """
        return None

    @property
    def described(self) -> str:
        """The distribution with what is known about it."""
        return self.title

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names."""
        return tuple(parameter.name for parameter in self.parameters)

    def checked(self, data: Any) -> np.ndarray:
        """The data as float64, shape (rows,).

        Raises:
            ValueError: there are none, or one is not finite or outside the support.
            TypeError: they are not numbers.
        """
        try:
            y = np.atleast_1d(np.asarray(data, dtype=np.float64))
        except (TypeError, ValueError):
            raise TypeError(
                f"The data {str(data)[:60]!r} are not numbers; pass one number, or a list of them."
            ) from None
        if y.ndim != 1:
            raise ValueError(f"The data have shape {y.shape}; {self.title} takes one number a row, shape (rows,).")
        if not len(y):
            raise ValueError("There are no data; a likelihood needs at least one row.")
        finite = np.isfinite(y)
        inside = finite & self.holds(np.where(finite, y, 0.0))
        if not inside.all():
            row = int(np.argmin(inside))
            raise ValueError(
                f"Row {row} holds {y[row]:g} (the first row is row 0), which the {self.title} distribution cannot "
                f"give: its values are {self.support}."
            )
        return y


class Rational(abc.ABC):
    """A distribution whose probabilities are fractions where its parameter is one."""

    @abc.abstractmethod
    def exact(self, theta: Fraction, y: int) -> Fraction:
        """f(y; θ), exactly."""

    @property
    def values(self) -> tuple[int, ...] | None:
        """All values that it can take; None where there are infinitely many."""
        return None


@dataclass(frozen=True)
class Boundary:
    """An estimate that lies on the boundary of the domain.

    Attributes:
        theta: the estimate, shape (1,).
        reason: what in the data put it there, a sentence without its end.
    """

    theta: tuple[float, ...]
    reason: str


def whole(y: np.ndarray) -> np.ndarray:
    """Which values are whole numbers."""
    return np.asarray(y == np.floor(y))


def extreme(values: np.ndarray, of: float, what: str, low: float, high: float) -> Boundary | None:
    """The boundary estimate of a probability, where all values are 0 or all are `of`."""
    rows = counted(len(values), "row")
    if not values.any():
        return Boundary((low,), f"there is no {what} in {rows}")
    if (values == of).all():
        return Boundary((high,), f"there is nothing but {what}es in {rows}")
    return None

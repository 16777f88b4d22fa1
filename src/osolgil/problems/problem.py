"""What is minimized."""

import abc
from typing import Any, ClassVar, Protocol

import numpy as np
from jax import Array

from osolgil.protocol import Evaluation, Layout, Needs


class Coordinates(Protocol):
    """An affine map between the coordinates that people see and those in which methods walk.

    Each function takes a point (n,) or a path (..., n), as a NumPy array on the host and as a JAX array in a program.
    """

    def inward(self, x: Any) -> Any:
        """From the coordinates that people see to those in which methods walk."""

    def outward(self, x: Any) -> Any:
        """From the coordinates in which methods walk to those that people see."""

    def outward_gradient(self, gradient: Any) -> Any:
        """A gradient with respect to the inner coordinates, as one with respect to those that people see."""


class Problem(abc.ABC):
    """What is minimized: knows how to evaluate itself. A pytree whose leaves are its data."""

    offers: ClassVar[Needs]
    """What an evaluation of this problem can hold."""

    traceable: ClassVar[bool] = True
    """Whether `evaluate` can be compiled by JAX; if not, the loop runs on the host."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """What messages and captions call this problem."""

    @abc.abstractmethod
    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        """What is known at x.

        Without a layout, x is in the user's own shape (any pytree); with one, x is the flat vector of shape (n,) that
        the layout describes. Gradient and Hessian always refer to the flat vector.
        """

    @abc.abstractmethod
    def prepared(self, dtype: Any) -> "Problem":
        """This problem with its data as JAX arrays of the given dtype, ready to be an argument of a program."""

    def calls_per_evaluation(self, n: int) -> int:
        """How often the user's function is called for one evaluation with gradient."""
        return 1

    @property
    def convex(self) -> bool:
        """Whether every critical point is known to be a minimum."""
        return False

    @property
    def coordinates(self) -> "Coordinates | None":
        """Better coordinates than those that people see, for methods to walk in; None where there are none."""
        return None

    # The three maps of the coordinates take one point (n,) or a path (..., n).

    def inward(self, x: np.ndarray) -> np.ndarray:
        """From the coordinates that people see to those in which methods walk."""
        return x if self.coordinates is None else self.coordinates.inward(x)

    def outward(self, x: np.ndarray) -> np.ndarray:
        """From the coordinates in which methods walk to those that people see."""
        return x if self.coordinates is None else self.coordinates.outward(x)

    def outward_gradient(self, gradient: np.ndarray) -> np.ndarray:
        """A gradient with respect to the inner coordinates, as one with respect to those that people see."""
        return gradient if self.coordinates is None else self.coordinates.outward_gradient(gradient)


def flat(x: Any, layout: Layout | None) -> tuple[Array, Layout]:
    """x as a vector with its layout, for an `evaluate` that may have been given either."""
    if layout is not None:
        return x, layout
    layout = Layout.of(x)
    return layout.ravel(x), layout

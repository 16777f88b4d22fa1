"""Penalties: what is added to a loss to keep parameters small."""

import abc
from typing import Any, ClassVar

import jax
import numpy as np
from jax import Array

from osolgil.protocol.geometry import Layout
from osolgil.protocol.shrinkage import Shrinkage


class Penalty(abc.ABC):
    """A penalty as people state it: on the parameters that they see, in the shape that these have."""

    convex: ClassVar[bool] = True
    """Whether the penalty is convex."""

    @abc.abstractmethod
    def parts(self) -> tuple[Any, Any]:
        """a and q of `Shrinkage`: each one number, or a pytree that may stop above the parameters' leaves."""

    @abc.abstractmethod
    def checked(self) -> "Penalty":
        """This penalty with lists of numbers as vectors, or a ValueError that says what is wrong with its numbers."""

    @property
    def smooth(self) -> bool:
        """Whether the penalty has no kink, so that any method can go down it."""
        return all(not np.any(np.asarray(leaf)) for leaf in jax.tree.leaves(self.parts()[0]))

    def shrinkage(self, layout: Layout) -> Shrinkage:
        """The penalty of parameters of this layout, as float64 arrays of the host.

        Raises:
            ValueError: a strength is negative or not finite, or there are more or fewer than parameters.
        """
        parts = self.checked().parts()
        return Shrinkage(*(spread(part, layout, type(self).__name__) for part in parts))

    def __call__(self, x: Any) -> Any:
        """h(x), shape (): of a vector, or of any pytree of parameters. It may be traced and differentiated."""
        leaves = jax.tree.leaves((x, self.parts()))
        layout = Layout.of(x)
        if not any(isinstance(leaf, Array) for leaf in leaves):
            return self.shrinkage(layout).value(layout.flat(x))
        vector = layout.ravel(x)
        return Shrinkage(*(layout.expand(part, vector.dtype) for part in self.parts())).value(vector)

    def gradient(self, x: Any) -> Any:
        """Of the smooth part: q·x, in the shape of x."""
        layout = Layout.of(x)
        return layout.unravel(self.shrinkage(layout).square * layout.flat(x))

    def proximal(self, x: Any, step: float = 1.0) -> Any:
        """argmin h(z) + ‖z − x‖²/(2·step), in the shape of x; see `Shrinkage.proximal`."""
        layout = Layout.of(x)
        return layout.unravel(self.shrinkage(layout).proximal(layout.flat(x), step))


def as_prefix(part: Any) -> Any:
    """A list of plain numbers as the vector that it is meant to be; anything else as it is."""
    plain = isinstance(part, list | tuple) and part and all(np.isscalar(each) for each in part)
    return np.asarray(part, dtype=np.float64) if plain else part


def spread(part: Any, layout: Layout, whose: str) -> np.ndarray:
    """One number for each coordinate, shape (n,), from a pytree that may stop above the parameters' leaves."""
    found: list[Any] = [None] * len(layout.shapes)
    numbered = jax.tree.unflatten(layout.structure, range(len(layout.shapes)))

    def fill(value: Any, below: Any) -> None:
        for index in jax.tree.leaves(below):
            found[index] = np.broadcast_to(np.asarray(value, dtype=np.float64), layout.shapes[index]).ravel()

    try:
        jax.tree.map(fill, part, numbered)
    except (ValueError, TypeError) as error:
        shapes = [np.shape(leaf) for leaf in jax.tree.leaves(part)]
        raise ValueError(
            f"{whose}: strengths of shape {', '.join(map(str, shapes))} do not fit parameters of shape "
            f"{', '.join(map(str, layout.shapes))}; give one number, or one for each parameter."
        ) from error
    return np.concatenate([np.zeros(0), *found])

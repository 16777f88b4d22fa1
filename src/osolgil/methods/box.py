"""A box: lower and upper bounds of every parameter, for methods that walk along straight lines within it."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.methods.interior.state import Reported
from osolgil.protocol import Bounds

TOUCHING = 4.0
"""A coordinate this many units of rounding away from its bound lies on it."""


class Box(NamedTuple):
    """lower ≤ x ≤ upper, shape (n,) each; an infinite bound is none, equal ones fix their parameter."""

    lower: Array
    upper: Array

    @classmethod
    def of(cls, bounds: Bounds, dtype: Any) -> "Box":
        """The box of these bounds."""
        return cls(jnp.asarray(bounds.lower, dtype), jnp.asarray(bounds.upper, dtype))

    def inside(self, x: Array) -> Array:
        """The nearest point of the box; coordinates that only rounding keeps from a bound lie on it."""
        rounding = TOUCHING * jnp.finfo(x.dtype).eps * jnp.abs(x)
        x = jnp.where(x - self.lower <= rounding, self.lower, x)
        return jnp.where(self.upper - x <= rounding, self.upper, x)

    def free(self, x: Array, gradient: Array) -> Array:
        """Which coordinates may go down: those that no bound holds against the gradient, shape (n,)."""
        return ~(((x <= self.lower) & (gradient > 0)) | ((x >= self.upper) & (gradient < 0)))

    def optimality(self, x: Array, gradient: Array) -> Array:
        """max |P(x − g) − x|, with P the projection into the box: 0 exactly where Karush, Kuhn and Tucker's conditions
        hold. Without bounds it is max |g|.
        """
        room = jnp.where(gradient > 0, x - self.lower, self.upper - x)
        return jnp.max(jnp.minimum(jnp.abs(gradient), room), initial=0.0)

    def pushed(self, x: Array, direction: Array) -> Array:
        """Which coordinates lie on a bound that the direction leads across, shape (n,)."""
        return ((x <= self.lower) & (direction < 0)) | ((x >= self.upper) & (direction > 0))

    def within(self, x: Array, direction: Array) -> Array:
        """P(x + d) − x: the direction as far as the box allows, so that a step of 1 along it stays inside."""
        return jnp.clip(direction, self.lower - x, self.upper - x)

    def room(self, x: Array, direction: Array) -> Array:
        """The longest step along a direction that stays inside, at least 1 where `within` made the direction."""
        gap = jnp.where(direction > 0, self.upper - x, self.lower - x)
        steps = jnp.where(direction != 0, gap / jnp.where(direction != 0, direction, 1), jnp.inf)
        return jnp.maximum(jnp.min(steps, initial=jnp.inf), 1)

    def reported(self, x: Any, gradient: Any) -> Reported:
        """The multipliers: ∂f*/∂bound of a parameter that is held by one is ∂f/∂x there, and the others' are 0."""
        held: Any = np.where(np.asarray(self.free(x, gradient)), 0, np.asarray(gradient))
        none: Any = np.zeros(0, held.dtype)
        zero: Any = np.zeros((), held.dtype)
        return Reported(rows=none, bounds=held, infeasibility=zero, complementarity=zero)

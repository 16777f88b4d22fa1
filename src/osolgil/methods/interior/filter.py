"""The filter: a step has to lower the violation or the barrier's value, and must not undo what others have done.

Wächter & Biegler 2006, *Math. Program.* 106, §2.3, with the constants of their §4; the idea is Fletcher & Leyffer's
(2002).
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

ENTRIES = 32
"""Corners that a filter holds; one more takes the place of the oldest. It is emptied whenever μ changes."""

VIOLATION = 1e-5
"""γθ: the part of the violation by which it has to fall."""
VALUE = 1e-5
"""γφ: the part of the violation by which the value has to fall."""
ARMIJO = 1e-4
"""ηφ: the part of what the slope promises that must come true, where the value is what counts."""


class Filter(NamedTuple):
    """What is forbidden.

    Attributes:
        most: the violation that nothing may exceed (ibid. eq. 21).
        corners: (violation, value) that nothing may be both above of, the newest first, shape (ENTRIES, 2).
    """

    most: Array
    corners: Array

    @classmethod
    def empty(cls, dtype: Any, most: Any = jnp.inf) -> "Filter":
        """A filter that forbids nothing but violations above `most`."""
        return cls(jnp.asarray(most, dtype), jnp.full((ENTRIES, 2), jnp.inf, dtype))

    @property
    def small(self) -> Array:
        """θmin: the violation up to which the value may judge alone; 1e-8 θmax (ibid. §4)."""
        return 1e-8 * self.most

    @property
    def entered(self) -> Array:
        """The violation of the newest corner, where a restoration of feasibility began."""
        newest: Array = self.corners[0, 0] / (1 - VIOLATION)
        return newest

    def allows(self, violation: Array, value: Array) -> Array:
        """Whether no corner is at most as violated and at most as high."""
        dominated = jnp.all(jnp.stack([violation, value]) >= self.corners, axis=1)
        return (violation <= self.most) & ~jnp.any(dominated)

    def with_corner(self, violation: Array, value: Array) -> "Filter":
        """The filter that forbids what is not better than a point by the margins (ibid. eq. 22)."""
        corner = jnp.stack([(1 - VIOLATION) * violation, value - VALUE * violation])
        return self._replace(corners=jnp.concatenate([corner[None], self.corners[:-1]]))


def by_value(slope: Array, step: Array, violation: Array, small: Array) -> Array:
    """Whether a step is judged by the value alone: it promises more than the violation weighs (ibid. eq. 19)."""
    promised = jnp.where(slope < 0, -slope, 0)
    return (slope < 0) & (violation <= small) & (step * promised**2.3 > violation**1.1)


def falls(value: Array, before: Array, promise: Array, least: float = 1.0) -> Array:
    """Whether the value falls by a part of what α·slope promised: Armijo's condition (ibid. eq. 20).

    Within the rounding of the value, whose terms have at least the size `least`, no fall can be seen, and none is
    asked for.
    """
    return value - before - rounding_of(before, least) <= ARMIJO * promise


def improves(
    violation: Array, value: Array, before: Array, value_before: Array, slope: Array, step: Array, small: Array
) -> Array:
    """Whether a trial is better enough than the point where it began (ibid. eq. 18 and 20)."""
    nearer = violation <= (1 - VIOLATION) * before
    lower = value - value_before - rounding_of(value_before) <= -VALUE * before
    promised = falls(value, value_before, step * slope)
    return jnp.where(by_value(slope, step, before, small), promised, nearer | lower)


def rounding_of(value: Array, least: float = 1.0) -> Array:
    """By how much rounding alone may raise a value."""
    return 10 * jnp.finfo(value.dtype).eps * jnp.maximum(least, jnp.abs(value))

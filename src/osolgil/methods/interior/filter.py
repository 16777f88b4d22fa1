"""The filter: a step has to lower the violation or the barrier's value, and must not undo what others have done.

Wächter & Biegler 2006, *Math. Program.* 106, §2.3; the idea is Fletcher & Leyffer's (2002).
"""

from typing import Any

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


def empty(dtype: Any, most: Array | float = jnp.inf) -> Array:
    """A filter that forbids nothing but violations above `most`; rows are (violation, value), shape (ENTRIES, 2)."""
    nothing = jnp.full((ENTRIES, 2), jnp.inf, dtype)
    return nothing.at[0].set(jnp.stack([jnp.asarray(most, dtype), jnp.asarray(-jnp.inf, dtype)]))


def allows(corners: Array, violation: Array, value: Array) -> Array:
    """Whether no corner is at most as violated and at most as high."""
    return ~jnp.any((violation >= corners[:, 0]) & (value >= corners[:, 1]))


def with_corner(corners: Array, violation: Array, value: Array) -> Array:
    """The filter that forbids what is not better than a point by the margins (ibid. eq. 22)."""
    corner = jnp.stack([(1 - VIOLATION) * violation, value - VALUE * violation])
    return jnp.concatenate([corners[:1], corner[None], corners[1:-1]])


def by_value(slope: Array, step: Array, violation: Array, small: Array) -> Array:
    """Whether a step is judged by the value alone: it promises more than the violation weighs (ibid. eq. 19)."""
    promised = jnp.where(slope < 0, -slope, 0)
    return (slope < 0) & (violation <= small) & (step * promised**2.3 > violation**1.1)


def improves(
    violation: Array, value: Array, before: Array, value_before: Array, slope: Array, step: Array, small: Array
) -> Array:
    """Whether a trial is better enough than the point where it began (ibid. eq. 18 and 20).

    Within the rounding of the value no fall can be seen, and none is asked for.
    """
    rounding = 10 * jnp.finfo(value.dtype).eps * jnp.maximum(1, jnp.abs(value_before))
    falls = value - value_before - rounding <= ARMIJO * step * slope
    lower = (violation <= (1 - VIOLATION) * before) | (value - rounding <= value_before - VALUE * before)
    return jnp.where(by_value(slope, step, before, small), falls, lower)

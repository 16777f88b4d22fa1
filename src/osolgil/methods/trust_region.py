"""Steps within a radius: what trust-region methods share.

The model ½qᵀdiag(w)q + cᵀq stands in the coordinates of its own eigenvectors, so that a step for another radius costs
O(n), and a rejected trial is asked again closer by without another factorization.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

ACCEPTED = 1e-4
"""The value must fall by at least this part of what the model predicts (Moré 1978; MINPACK)."""

POOR, GOOD = 0.25, 0.75
"""Below the one the radius shrinks, above the other it grows (Nocedal & Wright 2006, Algorithm 4.1)."""

WITHIN = 0.1
"""How closely the length of a step must meet the radius (Moré & Sorensen 1983)."""

ITERATIONS = 30


class Step(NamedTuple):
    """A step within a radius.

    Attributes:
        q: in the coordinates of the eigenvectors, shape (n,).
        fall: by how much the model falls, not negative.
        slope: of the model along the step, where it begins.
        bounded: whether the radius held it back.
    """

    q: Array
    fall: Array
    slope: Array
    bounded: Array


def shifted(w: Array, c: Array, radius: Array, floor: Array) -> tuple[Array, Array]:
    """q = −c/(w + λ) with ‖q‖ = radius, to WITHIN of it, and w + λ.

    λ is found by Newton's method on 1/‖q‖ (Moré & Sorensen 1983; Conn, Gould & Toint 2000, Algorithm 7.3.1), from
    below: no component of q may be longer than the radius, so λ ≥ |cᵢ|/radius − wᵢ for every i, and from there it rises
    towards the solution without passing it.

    Args:
        w: eigenvalues, shape (n,).
        c: the gradient in the coordinates of the eigenvectors, shape (n,).
        radius: positive.
        floor: the least w + λ that is not rounding.
    """
    base = jnp.maximum(jnp.max(jnp.abs(c) / radius - w), jnp.maximum(-jnp.min(w), 0.0))

    def gaps(shift: Array) -> Array:
        return jnp.maximum(w + shift, floor)

    def too_long(carry: tuple[Array, Array]) -> Array:
        shift, count = carry
        return (jnp.sqrt(jnp.sum((c / gaps(shift)) ** 2)) > (1 + WITHIN) * radius) & (count < ITERATIONS)

    def closer(carry: tuple[Array, Array]) -> tuple[Array, Array]:
        shift, count = carry
        gap = gaps(shift)
        q = c / gap
        square = jnp.sum(q**2)
        length = jnp.sqrt(square)
        return shift + square / jnp.sum(q**2 / gap) * (length - radius) / radius, count + 1

    shift, _ = jax.lax.while_loop(too_long, closer, (base, jnp.asarray(0, jnp.int32)))
    gap = gaps(shift)
    return -c / gap, gap


def resized(radius: Array, length: Array, ratio: Array, bounded: Array, shrink: Array, grow: float) -> Array:
    """The next radius, by how much of the predicted fall there was.

    Args:
        radius: so far.
        length: of the step that was tried.
        ratio: the fall over the predicted fall.
        bounded: whether the radius held the step back.
        shrink: by what factor, where the model was poor.
        grow: by what factor, where it was good.
    """
    poor = ~(ratio > POOR)  # what is no number is poor
    larger = jnp.where((ratio >= GOOD) | ~bounded, grow * length, radius)
    return jnp.where(poor, shrink * jnp.minimum(radius, length), larger)

"""Where to try next: minimizers of the cubics and quadratics through what is known, safeguarded."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array


class Trial(NamedTuple):
    """What is known at one step: α, φ(α) − φ(0) and φ'(α)."""

    step: Array
    fall: Array
    slope: Array


def chosen(condition: Array, yes: Trial, no: Trial) -> Trial:
    """One of two trials."""
    return Trial(*(jnp.where(condition, a, b) for a, b in zip(yes, no, strict=True)))


def cubic(a: Trial, b: Trial) -> tuple[Array, Array]:
    """The minimizer of the cubic through two trials as a fraction of the way from b to a, and γ.

    Nocedal & Wright 2006, eq. (3.59), scaled as in MINPACK-2 so that no square overflows. γ = 0 where the cubic has
    no minimizer.
    """
    theta = 3 * (a.fall - b.fall) / (b.step - a.step) + a.slope + b.slope
    scale = jnp.maximum(jnp.maximum(jnp.abs(theta), jnp.abs(a.slope)), jnp.abs(b.slope))
    square = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale)
    gamma = scale * jnp.sqrt(jnp.maximum(square, 0))
    gamma = jnp.where(b.step > a.step, -gamma, gamma)
    return ((gamma - b.slope) + theta) / (((gamma - b.slope) + gamma) + a.slope), gamma


def next_step(x: Trial, y: Trial, t: Trial, bracketed: Array, low: Array, high: Array) -> Array:
    """The safeguarded step of Moré & Thuente 1994, §4, of four cases, before its interval is updated.

    Args:
        x: the best trial so far, an end of the interval.
        y: the other end.
        t: the trial that was told now.
        bracketed: whether a minimizer lies between x and y.
        low, high: where the step has to lie while nothing is bracketed.
    """
    forward = t.step > x.step
    opposite = jnp.sign(t.slope) * jnp.sign(x.slope) < 0
    secant = t.step + (t.slope / (t.slope - x.slope)) * (x.step - t.step)
    fraction, gamma = cubic(x, t)
    middle = t.step + fraction * (x.step - t.step)

    # Case 1: the value is higher. The same cubic, and the quadratic through both values and the slope at x.
    rise = (x.fall - t.fall) / (t.step - x.step) + x.slope
    quadratic = x.step + x.slope / rise / 2 * (t.step - x.step)
    back, _ = cubic(t, x)
    from_x = x.step + back * (t.step - x.step)
    nearer = jnp.abs(from_x - x.step) <= jnp.abs(quadratic - x.step)
    higher = jnp.where(nearer, from_x, from_x + (quadratic - from_x) / 2)

    # Case 2: lower, and the slope has turned.
    farther = jnp.where(jnp.abs(middle - t.step) > jnp.abs(secant - t.step), middle, secant)

    # Case 3: lower, and the slope is less steep. The cubic counts if its minimizer lies beyond t.
    beyond = jnp.where((fraction < 0) & (gamma != 0), middle, jnp.where(forward, high, low))
    cubic_is_nearer = jnp.abs(beyond - t.step) < jnp.abs(secant - t.step)
    inside = jnp.where(cubic_is_nearer, beyond, secant)
    most = t.step + 0.66 * (y.step - t.step)
    inside = jnp.where(forward, jnp.minimum(most, inside), jnp.maximum(most, inside))
    cubic_is_farther = jnp.abs(beyond - t.step) > jnp.abs(secant - t.step)
    outside = jnp.clip(jnp.where(cubic_is_farther, beyond, secant), low, high)
    flatter = jnp.where(bracketed, inside, outside)

    # Case 4: lower, and the slope is as steep as before.
    to_y, _ = cubic(y, t)
    steeper = jnp.where(bracketed, t.step + to_y * (y.step - t.step), jnp.where(forward, high, low))

    same = jnp.where(jnp.abs(t.slope) < jnp.abs(x.slope), flatter, steeper)
    return jnp.where(t.fall > x.fall, higher, jnp.where(opposite, farther, same))

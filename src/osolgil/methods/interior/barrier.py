"""The barrier: distances to the bounds, how far a step may go, and how far the equations are from holding."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.interior.kkt import Sides

PUSH = 1e-2
"""How far inside of its bounds a start is put (Wächter & Biegler 2006, §3.6)."""

LARGE, LARGEST = 100.0, 1e4
"""Between these means multipliers are asked for a relative precision only (Wächter & Biegler 2006, eq. 6). Beyond, they
grow because the problem is ill posed, which must not pass for precision."""


RELAXED = 1e-5
"""How far behind its bound a barrier stands, in terms of μ: where nothing is strictly inside of all bounds, multipliers
then grow to one over it, and not without end."""


class Box(NamedTuple):
    """The bounds of v = (x, slacks), shape (N,). Bounds that are equal fix a variable, and have no barrier.

    The barrier stands behind the bound by `RELAXED` μ, which goes to zero with μ; v itself never leaves its bounds.
    """

    lower: Array
    upper: Array
    mu: Array

    @property
    def movable(self) -> Array:
        return self.lower < self.upper

    @property
    def has_lower(self) -> Array:
        return self.movable & jnp.isfinite(self.lower)

    @property
    def has_upper(self) -> Array:
        return self.movable & jnp.isfinite(self.upper)

    def gaps(self, v: Array) -> tuple[Array, Array]:
        """The distances to the barriers, which rounding never brings to zero; 1 where there is none."""
        lower = jnp.where(self.has_lower, self.lower, 0)
        upper = jnp.where(self.has_upper, self.upper, 0)
        spacing = jnp.finfo(v.dtype).eps
        behind = RELAXED * self.mu
        below = jnp.maximum(v - lower, 0) + jnp.maximum(behind, spacing * jnp.maximum(1, jnp.abs(lower)))
        above = jnp.maximum(upper - v, 0) + jnp.maximum(behind, spacing * jnp.maximum(1, jnp.abs(upper)))
        return jnp.where(self.has_lower, below, 1), jnp.where(self.has_upper, above, 1)

    def inside(self, v: Array) -> Array:
        """The point, pushed inside of the bounds by a part of their size or of their distance (ibid. §3.6)."""
        lower = jnp.where(self.has_lower, self.lower, 0)
        upper = jnp.where(self.has_upper, self.upper, 0)
        width = jnp.where(self.has_lower & self.has_upper, upper - lower, jnp.inf)
        low = lower + jnp.minimum(PUSH * jnp.maximum(1, jnp.abs(lower)), PUSH * width)
        high = upper - jnp.minimum(PUSH * jnp.maximum(1, jnp.abs(upper)), PUSH * width)
        v = jnp.where(self.has_lower, jnp.maximum(v, low), v)
        v = jnp.where(self.has_upper, jnp.minimum(v, high), v)
        return jnp.where(self.movable, v, self.lower)


class Multipliers(NamedTuple):
    """Of the rows, shape (m,), and of the lower and upper bounds of v, shape (N,), 0 where there are none."""

    rows: Array
    lower: Array
    upper: Array


def fraction_to_boundary(values: Array, steps: Array, tau: Array) -> Array:
    """The largest α ≤ 1 with values + α·steps ≥ (1 − τ)·values, for positive values (ibid. eq. 15)."""
    ratio = jnp.where(steps < 0, -tau * values / jnp.where(steps < 0, steps, 1), jnp.inf)
    return jnp.minimum(1, jnp.min(ratio, initial=jnp.inf)).astype(values.dtype)


def bound_steps(box: Box, v: Array, mu: Array, z: Multipliers, dv: Array) -> tuple[Array, Array]:
    """The steps of the bounds' multipliers that belong to a step of v (ibid. eq. 12)."""
    below, above = box.gaps(v)
    lower = (mu - z.lower * dv) / below - z.lower
    upper = (mu + z.upper * dv) / above - z.upper
    return jnp.where(box.has_lower, lower, 0), jnp.where(box.has_upper, upper, 0)


def kept_near(box: Box, v: Array, mu: Array, z: Multipliers, factor: Array) -> Multipliers:
    """The bounds' multipliers, kept within a factor of μ/gap, whose Hessian they estimate (ibid. eq. 16)."""
    below, above = box.gaps(v)

    def near(multiplier: Array, gap: Array, exists: Array) -> Array:
        return jnp.where(exists, jnp.clip(multiplier, mu / (factor * gap), factor * mu / gap), 0)

    return z._replace(lower=near(z.lower, below, box.has_lower), upper=near(z.upper, above, box.has_upper))


def logarithms(box: Box, v: Array) -> Array:
    """The sum of the logarithms of the gaps."""
    below, above = box.gaps(v)
    return jnp.sum(jnp.log(below)) + jnp.sum(jnp.log(above))


def pulls(box: Box, v: Array, mu: Array) -> Array:
    """The gradient of −μ times the sum of the logarithms, shape (N,)."""
    below, above = box.gaps(v)
    return jnp.where(box.has_upper, mu / above, 0) - jnp.where(box.has_lower, mu / below, 0)


class Residuals(NamedTuple):
    """How far the equations are from holding.

    Attributes:
        dual: the largest component of the Lagrangian's gradient, relative to the size of the multipliers.
        rows: the largest violation of a row.
        products: multiplier times gap, of the lower and upper bounds, shape (2N,), relative to the multipliers.
        exists: which of them there are.
        relative: what the products were divided by.
    """

    dual: Array
    rows: Array
    products: Array
    exists: Array
    relative: Array

    def error(self, mu: Array) -> Array:
        """E_μ (ibid. eq. 5): what should be zero at the minimum of the barrier problem; with μ = 0, of the problem."""
        off = jnp.where(self.exists, jnp.abs(self.products - mu / self.relative), 0)
        return jnp.maximum(jnp.maximum(self.dual, self.rows), jnp.max(off, initial=0.0))


def residuals(box: Box, v: Array, z: Multipliers, slope: Array, jacobian: Array, rows: Array) -> Residuals:
    """How far from holding the equations are.

    Args:
        box: the bounds of v.
        v, z: point and multipliers.
        slope: the objective's gradient in x, shape (n,).
        jacobian: of the rows, shape (m, n).
        rows: what should be zero of them, shape (m,).
    """
    sides = lagrangian(slope, jacobian, z.rows, len(v) - len(slope))
    dual = jnp.where(box.movable, jnp.concatenate(sides) - z.lower + z.upper, 0)
    below, above = box.gaps(v)
    exists = jnp.concatenate([box.has_lower, box.has_upper])
    bounds = jnp.sum(jnp.abs(z.lower)) + jnp.sum(jnp.abs(z.upper))
    count = jnp.maximum(jnp.sum(exists), 1)
    mean = (jnp.sum(jnp.abs(z.rows)) + bounds) / jnp.maximum(len(rows) + jnp.sum(exists), 1)
    relative = jnp.clip(bounds / count, LARGE, LARGEST) / LARGE
    return Residuals(
        dual=jnp.max(jnp.abs(dual), initial=0.0) / (jnp.clip(mean, LARGE, LARGEST) / LARGE),
        rows=jnp.max(jnp.abs(rows), initial=0.0),
        products=jnp.concatenate([z.lower * below, z.upper * above]) / relative,
        exists=exists,
        relative=relative,
    )


def lagrangian(slope: Array, jacobian: Array, y: Array, slacks: int) -> tuple[Array, Array]:
    """The gradient of f + yᵀ(c − s) in x and in the slacks, without their bounds."""
    return slope + y @ jacobian, -y[len(y) - slacks :]


def barrier_sides(box: Box, v: Array, mu: Array, slope: Array, jacobian: Array, y: Array, rows: Array) -> Sides:
    """What a step has to bring to zero, the bounds' multipliers eliminated (ibid. eq. 11)."""
    n = len(slope)
    x, s = lagrangian(slope, jacobian, y, len(v) - n)
    pull = pulls(box, v, mu)
    return Sides(jnp.where(box.movable[:n], x + pull[:n], 0), s + pull[n:], rows)


def lowered(mu: Array, found: Residuals, floor: Array) -> Array:
    """μ after as many reductions as the equations allow, each solved to ten times its μ (ibid. eq. 7 and step A-3)."""

    def goes_on(mu: Array) -> Array:
        return (found.error(mu) <= 10 * mu) & (mu > floor)

    def reduced(mu: Array) -> Array:
        return jnp.maximum(floor, jnp.minimum(mu / 5, mu**1.5))

    lowered: Array = jax.lax.while_loop(goes_on, reduced, mu)
    return lowered

"""The barrier: distances to the bounds, how far a step may go, and how far the equations are from holding.

Lower and upper bounds are one list of 2N distances that must not become negative: v − lower, then upper − v.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

PUSH = 1e-2
"""How far inside of its bounds a start is put: κ₁ and κ₂ of Wächter & Biegler 2006, §3.6."""

LARGE, LARGEST = 100.0, 1e4
"""Between these means multipliers are asked for a relative precision only (Wächter & Biegler 2006, eq. 6). Beyond, they
grow because the problem is ill posed, which must not pass for precision."""

RELAXED = 1e-5
"""How far behind its bound a barrier stands, in terms of μ: where nothing is strictly inside of all bounds, multipliers
then grow to one over it, and not without end."""


class Walls(NamedTuple):
    """Where the barriers stand: the bounds of v = (x, slacks). Equal bounds fix a variable, and have no barrier.

    The barrier stands behind the bound by `RELAXED` μ, which goes to zero with μ; v itself never leaves its bounds.

    Attributes:
        lower, upper: shape (N,).
        movable: which variables are not fixed, shape (N,).
        exists: which distances there are, shape (2N,).
        limits: what v and −v must not fall below, 0 where there is no limit, shape (2N,).
    """

    lower: Array
    upper: Array
    movable: Array
    exists: Array
    limits: Array

    @classmethod
    def of(cls, lower: Array, upper: Array) -> "Walls":
        movable = lower < upper
        limits = jnp.concatenate([lower, -upper])
        exists = jnp.isfinite(limits) & jnp.concatenate([movable, movable])
        return cls(lower, upper, movable, exists, jnp.where(exists, limits, 0))

    @property
    def scale(self) -> Array:
        """max(1, |limit|), shape (2N,)."""
        return jnp.maximum(1, jnp.abs(self.limits))

    def gaps(self, v: Array, mu: Array) -> Array:
        """The distances to the barriers, which rounding never brings to zero; 1 where there is none, shape (2N,)."""
        behind = jnp.maximum(RELAXED * mu, jnp.finfo(v.dtype).eps * self.scale)
        return jnp.where(self.exists, jnp.maximum(both(v) - self.limits, 0) + behind, 1)

    def inside(self, v: Array) -> Array:
        """The point, pushed inside of the bounds by a part of their size or of their distance (ibid. §3.6)."""
        width = self.upper - self.lower
        nearest = self.limits + PUSH * jnp.minimum(self.scale, jnp.concatenate([width, width]))
        low, high = jnp.split(jnp.where(self.exists, nearest, -jnp.inf), 2)
        return jnp.clip(jnp.clip(v, low, -high), self.lower, self.upper)


def both(v: Array) -> Array:
    """How the distances change with v, shape (2N,)."""
    return jnp.concatenate([v, -v])


def net(z: Array) -> Array:
    """How something of the distances pulls at v: `both`, transposed, shape (N,)."""
    lower, upper = jnp.split(z, 2)
    return lower - upper


def fraction_to_boundary(values: Array, steps: Array, tau: Array) -> Array:
    """The largest α ≤ 1 with values + α·steps ≥ (1 − τ)·values, for positive values (ibid. eq. 15)."""
    ratio = jnp.where(steps < 0, -tau * values / steps, 1)
    return jnp.min(ratio, initial=1)


def logarithms(gaps: Array) -> Array:
    """The sum of the logarithms of the gaps."""
    return jnp.sum(jnp.log(gaps))


class Residuals(NamedTuple):
    """How far the equations are from holding.

    Attributes:
        dual: the largest component of the Lagrangian's gradient, relative to the size of the multipliers.
        rows: the largest violation of a row.
        products: multiplier times gap, relative to the multipliers, shape (2N,); 0 where there is none.
        exists: which of them there are.
        relative: what the products were divided by.
    """

    dual: Array
    rows: Array
    products: Array
    exists: Array
    relative: Array

    def error(self, mu: Array | float) -> Array:
        """E_μ (ibid. eq. 5): what should be zero at the minimum of the barrier problem; with μ = 0, of the problem."""
        off = jnp.where(self.exists, jnp.abs(self.products - mu / self.relative), 0)
        return jnp.max(off, initial=jnp.maximum(self.dual, self.rows))


def residuals(walls: Walls, gaps: Array, dual: Array, rows: Array, y: Array, z: Array) -> Residuals:
    """How far from holding the equations are.

    Args:
        walls: the bounds of v.
        gaps: the distances to the barriers.
        dual: the gradient of the Lagrangian, shape (N,).
        rows: what should be zero of the rows, shape (m,).
        y, z: the multipliers of the rows and of the bounds.
    """
    bounds, count = jnp.sum(jnp.abs(z)), jnp.sum(walls.exists)
    sums = jnp.stack([bounds + jnp.sum(jnp.abs(y)), bounds])
    means = sums / jnp.maximum(jnp.stack([len(y) + count, count]), 1)
    relative = jnp.clip(means, LARGE, LARGEST) / LARGE
    return Residuals(
        dual=jnp.max(jnp.where(walls.movable, jnp.abs(dual), 0)) / relative[0],
        rows=jnp.max(jnp.abs(rows), initial=0),
        products=z * gaps / relative[1],
        exists=walls.exists,
        relative=relative[1],
    )


def lagrangian(slope: Array, jacobian: Array, y: Array, slacks: int) -> Array:
    """The gradient of f + yᵀ(c − s), without the bounds, shape (N,)."""
    return jnp.concatenate([slope + y @ jacobian, -y[len(y) - slacks :]])


def lowered(mu: Array, found: Residuals) -> Array:
    """μ after as many reductions as the equations allow, each solved to ten times its μ (ibid. eq. 7 and step A-3)."""
    floor = float(jnp.finfo(mu.dtype).eps) ** 0.75

    def goes_on(mu: Array) -> Array:
        return (found.error(mu) <= 10 * mu) & (mu > floor)

    def reduced(mu: Array) -> Array:
        return jnp.maximum(floor, jnp.minimum(mu / 5, mu * jnp.sqrt(mu)))

    lowered: Array = jax.lax.while_loop(goes_on, reduced, mu)
    return lowered

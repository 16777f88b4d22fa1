"""The minimum of a quadratic plus a penalty with a kink: sweeps find the face, one factorization its minimum."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.protocol import Shrinkage

ROUNDS = 100
"""Rounds of sweeps and a factorization; one or two are enough unless columns are alike."""

SWEEPS = 30
"""Sweeps of a round at most.

Measured on 1000 columns, neighbours correlated by 0, 0.9 and 0.99, to slopes of 1e-11 of the largest: sweeps alone need
10, 140 and 1550, of 1 ms each. Semismooth Newton steps, a factorization each, need 3 to 6 without correlation, and with
it go round in circles from a start at zero. Sweeps and, every thirty, the face take 0.03, 0.1 to 0.4, and 0.25 s, to
slopes of 1e-15.
"""

SMALL = 64
"""Coefficients of which a factorization costs less than to compile one more for a part of them."""

ROUNDING = 256.0
"""Slopes of so many units of rounding of what they are the sums of count as zero."""


class Standing(NamedTuple):
    """Where the search stands: the point z, the slope u = g + H(z − x) of the quadratic there, shape (n,) each."""

    z: Array
    u: Array
    rounds: Array
    slope: Array


def minimized(x: Array, gradient: Array, hessian: Array, penalty: Shrinkage) -> Array:
    r"""The minimum of :math:`g^\top (z - x) + \tfrac12 (z - x)^\top H (z - x) + h(z)`, shape (n,).

    Coordinates are minimized one after another (Friedman, Hastie & Tibshirani 2010, §2.2, "covariance updates"). Where
    that is slow, the function is a quadratic on the face that was found, whose minimum one Cholesky factorization
    gives. Where it lies beyond the face, coordinates that would change their sign stop at zero if the value is lower
    there; else the way is gone as far as the first of them.

    Args:
        x: where gradient and Hessian were taken, shape (n,), and where the search begins.
        gradient: g, shape (n,).
        hessian: H, positive semidefinite, shape (n, n).
        penalty: h.
    """
    a, q = penalty
    n = x.shape[0]
    eps = jnp.finfo(x.dtype).eps
    diagonal = jnp.diagonal(hessian)
    bend = diagonal + q
    flat = bend <= 0

    def swept(j: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        z, u = carry
        ahead = diagonal[j] * z[j] - u[j]
        shrunk = ahead - jnp.clip(ahead, -a[j], a[j])
        # A column of zeros says nothing of its coefficient, which a kink then draws to zero.
        still = jnp.where(a[j] > 0, 0.0, z[j])
        after = jnp.where(flat[j], still, shrunk / jnp.where(flat[j], 1, bend[j]))
        return z.at[j].set(after), u + (after - z[j]) * hessian[j]

    # Slopes come from g + H(z − x), whose terms are at least as large as their rounding.
    enough = ROUNDING * eps * jnp.max(jnp.abs(gradient) + a)

    def sweeping(carry: tuple[Array, Array, Array, Array]) -> Array:
        _, _, count, moved = carry
        return (count < SWEEPS) & (moved > enough)

    def sweep(carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        z, u, count, _ = carry
        after, u = jax.lax.fori_loop(0, n, swept, (z, u))
        return after, u, count + 1, jnp.max(jnp.abs(after - z) * bend)

    def value(z: Array, u: Array) -> Array:
        found: Array = 0.5 * jnp.sum((gradient + u) * (z - x)) + penalty.value(z)
        return found

    def at(z: Array) -> tuple[Array, Array]:
        return z, gradient + (z - x) @ hessian

    def largest(z: Array, u: Array) -> Array:
        return jnp.max(jnp.abs(penalty.slopes(z, u)), initial=0.0)

    def on_the_face(z: Array, u: Array) -> tuple[Array, Array]:
        free = ((z != 0) | (a == 0)) & ~flat
        slopes = penalty.slopes(z, u)

        def solved(size: int) -> Array:
            places = jnp.nonzero(free, size=size, fill_value=n)[0]
            here = places < n
            matrix = hessian.at[places[:, None], places].get(mode="fill", fill_value=0)
            bent = jnp.where(here, q.at[places].get(mode="fill", fill_value=0), 1)
            factor = jnp.linalg.cholesky(matrix + jnp.diag(bent))
            right = slopes.at[places].get(mode="fill", fill_value=0)
            found = jax.scipy.linalg.cho_solve((factor, True), right)
            whole: Array = jnp.zeros_like(z).at[places].set(-found, mode="drop")
            return whole

        # A quarter of the coefficients is a sixty-fourth of the work, and a lasso seldom leaves more.
        few = n // 4
        whole = n <= SMALL
        step = solved(n) if whole else jax.lax.cond(jnp.sum(free) <= few, lambda: solved(few), lambda: solved(n))
        # Columns that depend on each other have no factor; the sweeps go on without.
        step = jnp.where(jnp.all(jnp.isfinite(step)), step, 0)
        crossing = (a > 0) & (z * (z + step) < 0)
        room = jnp.where(crossing, -z / jnp.where(crossing, step, 1), jnp.inf)
        part = jnp.minimum(jnp.min(room, initial=jnp.inf), 1)
        near = at(jnp.where(crossing & (room <= part), 0, z + part * step))
        far = at(jnp.where(crossing, 0, z + step))
        here, lower, lowest = value(z, u), value(*near), value(*far)
        # Within rounding values tell nothing, and the slopes decide.
        near = better((lower < here) | (largest(*near) < largest(z, u)), near, (z, u))
        return better((lowest < lower) | (largest(*far) < largest(*near)), far, near)

    def turn(standing: Standing) -> Standing:
        begun = (standing.z, standing.u, jnp.asarray(0, jnp.int32), jnp.asarray(jnp.inf, x.dtype))
        z, u, _, _ = jax.lax.while_loop(sweeping, sweep, begun)
        z, u = at(z)
        done = largest(z, u) <= allowed(z)
        z, u = jax.lax.cond(done, lambda: (z, u), lambda: on_the_face(z, u))
        return Standing(z, u, standing.rounds + 1, largest(z, u))

    def allowed(z: Array) -> Array:
        terms = jnp.abs(gradient) + jnp.abs(z - x) @ jnp.abs(hessian) + a
        return ROUNDING * eps * jnp.max(terms, initial=0.0)

    def goes_on(standing: Standing) -> Array:
        return (standing.rounds < ROUNDS) & (standing.slope > allowed(standing.z))

    begin = Standing(x, gradient, jnp.asarray(0, jnp.int32), jnp.asarray(jnp.inf, x.dtype))
    found: Standing = jax.lax.while_loop(goes_on, turn, begin)
    return found.z


def better(condition: Array, one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    """One of two points with its slope."""
    return jnp.where(condition, one[0], other[0]), jnp.where(condition, one[1], other[1])


def definite(hessian: Array) -> Array:
    """The Hessian, or where it has a negative eigenvalue the matrix with their absolute values, shape (n, n)."""
    n = hessian.shape[0]
    shift = n * jnp.finfo(hessian.dtype).eps * jnp.max(jnp.abs(jnp.diagonal(hessian)))

    def modified() -> Any:
        values, vectors = jnp.linalg.eigh(hessian)
        return (vectors * jnp.abs(values)) @ vectors.T

    lower = jnp.linalg.cholesky(hessian + shift * jnp.eye(n, dtype=hessian.dtype))
    found: Array = jax.lax.cond(jnp.all(jnp.isfinite(lower)), lambda: hessian, modified)
    return found

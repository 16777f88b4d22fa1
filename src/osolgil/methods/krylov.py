"""Steps of Newton's method from products with the Hessian H alone.

Conjugate gradients minimize the model gᵀp + ½pᵀHp over growing subspaces. Their iterates grow in length and fall in the
model (Steihaug 1983, Theorem 2.1), so that the first that leaves the radius is cut there.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

ROUNDING = 32
"""In units of the last place of ‖H‖: curvature below this is none."""

LONGEST = 2
"""Conjugate gradients end after n steps, but for rounding, which this many times n make up for."""


class Path(NamedTuple):
    """The way from a point down its model: straight along −g to where the model is lowest, and from there to p.

    It grows in length and falls in the model, so that where it crosses a radius is a step for that radius: what the
    dogleg (Powell 1970) is to Newton's step, with the step of conjugate gradients in its place.

    Attributes:
        gradient: g, shape (n,).
        step: p, shape (n,).
        bend: how far along −g, in units of g, the first leg goes; 0 where the way to p is straight.
        gg, ghg, gp, ghp, php: products of g and p, through H where there is an h.
        bounded: whether p was held back by the radius, or lies along a curvature that is not positive.
    """

    gradient: Array
    step: Array
    bend: Array
    gg: Array
    ghg: Array
    gp: Array
    ghp: Array
    php: Array
    bounded: Array

    @property
    def pp(self) -> Array:
        """‖p‖²."""
        return jnp.sum(self.step**2)


def along(path: Path, radius: Array) -> tuple[Array, Array, Array]:
    """The step within a radius, by how much the model falls there, and whether the radius held it back."""
    g, p, bend = path.gradient, path.step, path.bend
    pp, leg = path.pp, bend * jnp.sqrt(path.gg)
    inside = pp <= (radius * (1 + 8 * jnp.finfo(radius.dtype).eps)) ** 2
    # ‖−κg + t(p + κg)‖ = radius: a t² + 2b t + c = 0 with c ≤ 0 ≤ b.
    a = pp + bend * (2 * path.gp + bend * path.gg)
    b = -bend * (path.gp + bend * path.gg)
    c = jnp.minimum(leg**2 - radius**2, 0.0)
    below = b + jnp.sqrt(jnp.maximum(b**2 - a * c, 0.0))
    t = jnp.clip(-c / jnp.where(below > 0, below, 1.0), 0.0, 1.0)
    first = radius < leg
    towards = jnp.where(inside, 1.0, jnp.where(first, 0.0, t))
    share = jnp.where(first, radius / jnp.where(leg > 0, leg, 1.0), 1.0 - towards)
    back = -bend * jnp.where(inside, 0.0, share)
    slope = back * path.gg + towards * path.gp
    curvature = back**2 * path.ghg + 2 * back * towards * path.ghp + towards**2 * path.php
    return back * g + towards * p, jnp.maximum(-(slope + 0.5 * curvature), 0.0), ~inside | path.bounded


class Iterate(NamedTuple):
    """Where conjugate gradients for Hp = −g stand.

    Attributes:
        p: the step so far.
        r: the residual g + Hp.
        d: the direction of the next move.
        rr: ‖r‖².
        largest: of ‖Hd‖/‖d‖ so far: no more than ‖H‖.
        products: so far.
        first, curvature: of the first direction: the length of the move along it, and dᵀHd.
        outside: whether p was cut at the radius, or the curvature along d is not positive.
        bent: −dᵀHd/‖d‖² where that is positive beyond rounding, else 0; then
        Hd: the product with that direction.
    """

    p: Array
    r: Array
    d: Array
    rr: Array
    largest: Array
    products: Array
    first: Array
    curvature: Array
    outside: Array
    bent: Array
    Hd: Array


def conjugate_gradients(
    product: Callable[[Any], Array], g: Array, farthest: Array, short: Array, enough: Array, most: Array
) -> Iterate:
    """Steihaug's conjugate gradients (Nocedal & Wright 2006, Algorithm 7.2).

    Args:
        product: v ↦ Hv.
        g: the gradient, shape (n,).
        farthest: the radius.
        short: where there is negative curvature, the step goes along it as far as this, or else to twice the length
            so far, but not beyond the radius.
        enough: they end at a residual of this norm.
        most: they end after so many products.
    """
    zero, false = jnp.zeros((), g.dtype), jnp.asarray(False)
    rr = jnp.sum(g**2)

    def goes_on(now: Iterate) -> Array:
        return ~now.outside & (now.rr > enough**2) & (now.products < most)

    def onward(now: Iterate) -> Iterate:
        d = now.d
        Hd = product(d)
        dd, dHd, pd, pp = jnp.sum(d**2), jnp.sum(d * Hd), jnp.sum(now.p * d), jnp.sum(now.p**2)
        largest = jnp.maximum(now.largest, jnp.sqrt(jnp.sum(Hd**2) / dd))
        noise = ROUNDING * jnp.finfo(g.dtype).eps * largest * dd
        curved = ~(dHd > noise)
        alpha = now.rr / jnp.where(curved, 1.0, dHd)
        beyond = pp + alpha * (2 * pd + alpha * dd) >= farthest**2
        outside = curved | beyond
        edge = jnp.where(curved, jnp.minimum(farthest, jnp.maximum(2 * jnp.sqrt(pp), short)), farthest)
        # The positive root of ‖p + τd‖ = edge.
        root = jnp.sqrt(jnp.maximum(pd**2 + dd * (edge**2 - pp), 0.0))
        tau = jnp.where(pd > 0, (edge**2 - pp) / jnp.where(pd > 0, pd + root, 1.0), (root - pd) / dd)
        move = jnp.where(outside, tau, alpha)
        r = now.r + move * Hd
        rr = jnp.sum(r**2)
        return Iterate(
            p=now.p + move * d,
            r=r,
            d=jnp.where(outside, d, -r + (rr / now.rr) * d),
            rr=rr,
            largest=largest,
            products=now.products + 1,
            first=jnp.where(now.products == 0, move, now.first),
            curvature=jnp.where(now.products == 0, dHd, now.curvature),
            outside=outside,
            bent=jnp.where(dHd < -noise, -dHd / dd, 0.0),
            Hd=Hd,
        )

    count = jnp.asarray(0, jnp.int32)
    begun = Iterate(jnp.zeros_like(g), g, -g, rr, zero, count, zero, zero, false, zero, jnp.zeros_like(g))
    return jax.lax.while_loop(goes_on, onward, begun)


def newton_path(
    product: Callable[[Any], Array], g: Array, farthest: Array, short: Array, flat: Array, probes: int
) -> tuple[Path, Array, Array]:
    """The way down the model, the negative curvature that was met, or 0, and the products that it took.

    Args:
        product, g, farthest, short: as in `conjugate_gradients`.
        flat: whether the slope counts as zero. Then nothing is left to be solved for, and negative curvature is looked
            for from a fixed direction: the way leads along it, or nowhere.
        probes: with at most so many products.
    """
    slope, fixed = jnp.sqrt(jnp.sum(g**2)), direction(g)
    enough = jnp.minimum(0.5, jnp.sqrt(slope)) * slope
    # Where nothing but rounding is left of the fixed direction, all that products can tell from there is known.
    exhausted = jnp.sqrt(jnp.finfo(g.dtype).eps * jnp.sum(fixed**2))
    found = conjugate_gradients(
        product,
        jnp.where(flat, fixed, g),
        jnp.where(flat, jnp.inf, farthest).astype(g.dtype),
        short,
        jnp.where(flat, exhausted, enough),
        jnp.where(flat, probes, LONGEST * g.shape[0] + 10),
    )

    def out() -> Path:
        return downhill(g, found, jnp.where(found.bent > 0, short, 0.0))

    return jax.lax.cond(flat, out, lambda: path_of(g, found)), found.bent, found.products


def path_of(g: Array, found: Iterate) -> Path:
    """The way to where conjugate gradients ended."""
    p, Hp = found.p, found.r - g
    # A first move that was cut has no lowest point to bend at: all of the way is along −g.
    straight = (found.products <= 1) & found.outside
    return Path(
        gradient=g,
        step=p,
        bend=jnp.where(straight, 0.0, found.first),
        gg=jnp.sum(g**2),
        ghg=found.curvature,
        gp=jnp.sum(g * p),
        ghp=jnp.sum(g * Hp),
        php=jnp.sum(p * Hp),
        bounded=found.outside,
    )


def downhill(g: Array, found: Iterate, length: Array) -> Path:
    """The way along the negative curvature that was found, so far, to the side on which the slope does not rise."""
    d = found.d
    size = jnp.sqrt(jnp.maximum(jnp.sum(d**2), jnp.finfo(d.dtype).tiny))
    scale = jnp.where(jnp.sum(g * d) > 0, -length, length) / size
    p, Hp, zero = scale * d, scale * found.Hd, jnp.zeros_like(length)
    return Path(g, p, zero, jnp.sum(g**2), zero, jnp.sum(g * p), jnp.sum(g * Hp), jnp.sum(p * Hp), length > 0)


def direction(like: Array) -> Array:
    """A direction in which nothing is special: the fractions of the multiples of the golden ratio, less one half."""
    numbers = jnp.arange(1, like.shape[0] + 1, dtype=like.dtype)
    return jnp.mod(numbers * 0.6180339887498949, 1.0) - 0.5

"""The step: Newton's direction on the primal–dual equations, from one Cholesky factorization of known inertia.

Eliminating the slacks (Wächter & Biegler 2006, eq. 11–13) leaves, with D = Σs⁻¹ + elastic for the rows with slacks,

    [ H + Σx + Jᵢᵀ D⁻¹ Jᵢ    Jₑᵀ     ] [ dx  ]     [ r ]
    [ Jₑ                   −elastic ] [ dyₑ ] = −[ c ]

The inertia is right, and the direction goes down, if and only if the upper left block K is positive definite where
Jₑ dx = 0 (Nocedal & Wright 2006, Theorem 16.3): a Cholesky factorization of ZᵀKZ says so, which JAX has, where LDLᵀ it
has not. The null space Z comes from a QR factorization, in variables scaled by the diagonal of K, whose entries spread
over twenty orders of magnitude near a solution and would drown one another.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

SHIFTS = 40
"""Shifts of the diagonal that are tried before the last one is taken as it is."""


class System(NamedTuple):
    """The matrices of a step.

    Attributes:
        hessian: of the Lagrangian, shape (n, n).
        jacobian: of the constraints, equalities first, shape (m, n).
        weights: Σx, of the bounds on x, shape (n,).
        slack_weights: Σs, of the bounds on the slacks, positive, shape (slacks,).
        movable: which x are not fixed, shape (n,).
        elastic: how far the equations of the rows give way to their multipliers; 0 not at all.
    """

    hessian: Array
    jacobian: Array
    weights: Array
    slack_weights: Array
    movable: Array
    elastic: Array


class Sides(NamedTuple):
    """What the step is to bring to zero.

    Attributes:
        x: the gradient of the barrier's Lagrangian in x, shape (n,).
        s: in the slacks, shape (slacks,).
        rows: cₑ(x), and cᵢ(x) − s, shape (m,).
    """

    x: Array
    s: Array
    rows: Array


class Direction(NamedTuple):
    """A step: x and slacks, the rows' multipliers, and how much the diagonal was shifted."""

    v: Array
    y: Array
    shift: Array


def direction(system: System, sides: Sides, last_shift: Array) -> Direction:
    """Newton's direction, with the Hessian shifted as much as its inertia needs.

    `last_shift` is the one that was needed last, where the search for the next one begins.
    """
    equalities, movable = len(sides.rows) - len(sides.s), system.movable
    jacobian = jnp.where(movable, system.jacobian, 0)
    hard, soft = jacobian[:equalities], jacobian[equalities:]
    hard_rows, soft_rows = sides.rows[:equalities], sides.rows[equalities:]
    stiffness = 1 / (1 / system.slack_weights + system.elastic)
    pull = soft_rows + sides.s / system.slack_weights
    unit = jnp.eye(len(sides.x), dtype=sides.x.dtype)
    matrix = system.hessian + unit * system.weights + (soft.T * stiffness) @ soft
    matrix = jnp.where(movable[:, None] & movable, matrix, unit)
    side = jnp.where(movable, sides.x + (stiffness * pull) @ soft, 0)

    precision = jnp.sqrt(jnp.finfo(side.dtype).eps)
    scale = 1 / jnp.sqrt(jnp.maximum(jnp.max(unit * jnp.abs(matrix), axis=1), precision))
    scaled = scale[:, None] * matrix * scale
    solved = null_space(scaled, scale, scale * side, hard * scale, hard_rows, system.elastic, last_shift)
    dx = jnp.where(movable, scale * solved.v, 0)
    along = soft @ dx
    dy = stiffness * (along + pull)
    ds = along + soft_rows - system.elastic * dy
    return Direction(jnp.concatenate([dx, ds]), jnp.concatenate([solved.y, dy]), solved.shift)


def null_space(
    matrix: Array, scale: Array, side: Array, hard: Array, rows: Array, elastic: Array, last_shift: Array
) -> Direction:
    """The scaled step: what the equalities ask for in their range, what lowers the rest in their null space.

    It is the null-space method of Nocedal & Wright 2006, §16.2. Each equality gives way by ε^⅜ of itself, as if it had
    a slack of that size: rows that depend on one another then have a solution too, and the others one that differs by
    ε^¾, which the next step makes good.
    """
    n, equalities = len(side), len(rows)
    if equalities == 0:
        factor, shift = definite(matrix, jnp.eye(n, dtype=side.dtype) * scale**2, last_shift)
        return Direction(-solve_with(factor, side), rows, shift)
    length = jnp.sqrt(jnp.sum(hard**2, axis=1))
    length = jnp.where(length > 0, length, 1)
    give = jnp.sqrt(float(jnp.finfo(side.dtype).eps) ** 0.75 + elastic / length**2)
    wide = jnp.concatenate([hard / length[:, None], jnp.eye(equalities, dtype=side.dtype) * give], axis=1)
    rotation, triangle = jnp.linalg.qr(wide.T, mode="complete")
    triangle = triangle[:equalities]
    inside, across = rotation[:, :equalities], rotation[:, equalities:]
    moved = jnp.concatenate([scale**2, jnp.zeros_like(rows)])
    unit = jnp.eye(n + equalities, dtype=side.dtype)
    whole = jnp.pad(matrix, (0, equalities)) + unit * (moved == 0)
    downhill = jnp.concatenate([side, jnp.zeros_like(rows)])

    factor, shift = definite(across.T @ whole @ across, (across.T * moved) @ across, last_shift)
    whole = whole + unit * (shift * moved)
    ranged = inside @ triangular(triangle, -rows / length, lower=False, transpose=True)
    free = solve_with(factor, -(downhill + whole @ ranged) @ across)
    step = ranged + across @ free
    rest = -(downhill + whole @ step) @ inside
    return Direction(step[:n], triangular(triangle, rest, lower=False) / length, shift)


def solve_with(factor: Array, side: Array) -> Array:
    """What a matrix with this Cholesky factor maps to `side`."""
    return triangular(factor, triangular(factor, side), transpose=True)


def triangular(matrix: Array, side: Array, lower: bool = True, transpose: bool = False) -> Array:
    """What a triangular matrix, or its transpose, maps to `side`."""
    found = jax.lax.linalg.triangular_solve(matrix, side[:, None], left_side=True, lower=lower, transpose_a=transpose)
    return found[:, 0]


def definite(matrix: Array, unit: Array, last_shift: Array) -> tuple[Array, Array]:
    """The Cholesky factor of matrix + shift·unit, and the smallest shift tried that makes it positive definite.

    The shifts are those of Wächter & Biegler 2006, Algorithm IC: none; a third of the last one; then growing. What is
    not finite has no factor.
    """
    dtype = matrix.dtype
    first = jnp.where(last_shift > 0, last_shift / 3, jnp.sqrt(jnp.finfo(dtype).eps))
    growth = jnp.where(last_shift > 0, 8.0, 30.0)

    def fails(carry: tuple[Array, Array, Array]) -> Array:
        factor, _, tries = carry
        # A pivot that is nothing but rounding is none: the direction would be of any size along it.
        return ~(jnp.min(jnp.diagonal(factor)) ** 2 > len(factor) * jnp.finfo(dtype).eps) & (tries < SHIFTS)

    def grow(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        _, shift, tries = carry
        shift = jnp.where(tries < 0, 0, jnp.where(tries == 0, first, growth * shift)).astype(dtype)
        return jax.lax.linalg.cholesky(matrix + shift * unit, symmetrize_input=False), shift, tries + 1

    tries = jnp.where(jnp.isfinite(jnp.trace(matrix)), -1, SHIFTS)
    factor, shift, _ = jax.lax.while_loop(fails, grow, (jnp.zeros_like(matrix), jnp.zeros((), dtype), tries))
    return factor, shift

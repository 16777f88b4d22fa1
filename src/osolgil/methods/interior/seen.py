"""What the interior point method sees of a point: the evaluation, scaled, with the slacks."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.interior.barrier import Walls
from osolgil.methods.interior.state import FIRST, InteriorState, Scales, walls_of
from osolgil.protocol import Evaluation

STEEPEST = 100.0
"""A first gradient above this is scaled down to it (Wächter & Biegler 2006, §3.8)."""


class Seen(NamedTuple):
    """A question, answered and scaled.

    Attributes:
        walls: of v.
        v: the point with its slacks.
        value, slope, hessian: of f there.
        jacobian, curvatures: of the rows; no curvatures where all are linear.
        rows: c(x) − targets, c(x) − s: what should be zero.
        largest, violation: max|rows| and ‖rows‖₁.
        broken: by how much the point breaks its limits, unscaled.
        finite: whether all of it is.
        scales: of f and the rows.
    """

    walls: Walls
    v: Array
    value: Array
    slope: Array
    hessian: Array
    jacobian: Array
    curvatures: Array | None
    rows: Array
    largest: Array
    violation: Array
    broken: Array
    finite: Array
    scales: Scales


def look(state: InteriorState, evaluation: Evaluation) -> Seen:
    """What was told, scaled; the first time with scales of its own, and with slacks put inside of their bounds."""
    told: Any = evaluation
    n, bounds = len(state.question), state.bounds
    first = state.phase == FIRST
    fresh = Scales(toned(told.gradient), toned(told.jacobian))
    scales = jax.tree.map(lambda new, old: jnp.where(first, new, old), fresh, state.scales)
    walls = walls_of(bounds, scales)
    level = scales.rows * told.constraints
    equalities = len(bounds.targets)
    v = jnp.concatenate([state.question, jnp.where(first, level[equalities:], state.trial[n:])])
    v = jnp.where(first, walls.inside(v), jnp.clip(v, walls.lower, walls.upper))
    rows = level - jnp.concatenate([scales.rows[:equalities] * bounds.targets, v[n:]])
    slope, jacobian = scales.value * told.gradient, scales.rows[:, None] * told.jacobian
    curvatures = None if told.curvatures is None else scales.rows[:, None, None] * told.curvatures
    value, violation = scales.value * told.value, jnp.sum(jnp.abs(rows))
    # A sum is finite only if all its terms are; where it overflows, nothing is lost by a shorter step.
    total = value + violation + jnp.sum(slope) + jnp.sum(jacobian) + jnp.sum(told.hessian)
    if curvatures is not None:
        total = total + jnp.sum(curvatures)
    return Seen(
        walls=walls,
        v=v,
        value=value,
        slope=slope,
        hessian=scales.value * told.hessian,
        jacobian=jacobian,
        curvatures=curvatures,
        rows=rows,
        largest=jnp.max(jnp.abs(rows), initial=0.0),
        violation=violation,
        broken=told.violation,
        finite=jnp.isfinite(total),
        scales=scales,
    )


def toned(gradient: Array) -> Array:
    """What brings the largest component of a gradient, along the last axis, down to `STEEPEST`; at most 1."""
    return STEEPEST / jnp.maximum(STEEPEST, jnp.max(jnp.abs(gradient), axis=-1, initial=0.0))


def merit(seen: Seen, mu: Array, logs: Array, restoring: Array) -> Array:
    """What a step is judged by: the barrier's value, of f or, while feasibility is restored, of ½‖rows‖².

    `logs` is the sum of the logarithms of the distances to the barriers of μ.
    """
    height: Array = jnp.where(restoring, 0.5 * jnp.sum(seen.rows**2), seen.value) - mu * logs
    return height

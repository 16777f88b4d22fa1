"""What the interior point method remembers."""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.interior import filter as filters
from osolgil.methods.interior.barrier import Box, Multipliers
from osolgil.protocol import Bounds, Status

FIRST, NORMAL, ENTERING, RESTORING = range(4)
"""The phases: nothing is known yet; steps; the answer is asked about once more, to restore feasibility from there;
restoring it."""


class Reported(NamedTuple):
    """What is handed over at the answer, in the problem's own units.

    Attributes:
        rows: ∂f*/∂limit of each row of the constraints, shape (m,).
        bounds: ∂f*/∂bound of each parameter, shape (n,).
        infeasibility: by how much the answer breaks the limit that it breaks most.
        complementarity: the largest product of a multiplier and the distance to its limit.
    """

    rows: Array
    bounds: Array
    infeasibility: Array
    complementarity: Array


class Scales(NamedTuple):
    """What f and the rows are multiplied by, so that no first gradient is above 100 (ibid. §3.8)."""

    value: Array
    rows: Array


class InteriorState(NamedTuple):
    """The state of the interior point method; see `State`. Everything is scaled but what `State` and `Reported` name.

    Attributes:
        reported: at the answer.
        v: x and the slacks at the answer, shape (N,).
        z: the multipliers there.
        dv, dz: the direction from there.
        step: of v, to the question.
        alpha, alpha_dual: parts of the directions that the question, and the bounds' multipliers, go along.
        mu, restoring_mu: the barrier's parameter, of steps and of restorations.
        violation, value, slope: of the merit at the answer, and along the direction.
        corners: the filter.
        small: the violation below which the value may judge alone.
        entry: the violation where the restoration began.
        shift: that the Hessian needed last.
        trials: rejected along this direction.
        phase: see above.
        scales, bounds: what does not change after the first evaluation.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    reported: Reported
    v: Array
    z: Multipliers
    dv: Array
    dz: Multipliers
    step: Array
    alpha: Array
    alpha_dual: Array
    mu: Array
    restoring_mu: Array
    violation: Array
    value: Array
    slope: Array
    corners: Array
    small: Array
    entry: Array
    shift: Array
    trials: Array
    phase: Array
    scales: Scales
    bounds: Bounds


def unbounded(n: int, dtype: Any) -> Bounds:
    """No bounds and no rows."""
    none = jnp.zeros(0, dtype)
    return Bounds(jnp.full(n, -jnp.inf, dtype), jnp.full(n, jnp.inf, dtype), none, none, none)


def box_of(bounds: Bounds, scales: Scales, mu: Array) -> Box:
    """The bounds of v, scaled, with their barriers for μ."""
    rows = scales.rows[len(bounds.targets) :]
    return Box(
        jnp.concatenate([bounds.lower, rows * bounds.row_lower]),
        jnp.concatenate([bounds.upper, rows * bounds.row_upper]),
        mu,
    )


def first_state(x0: Array, bounds: Bounds, mu: Array) -> InteriorState:
    """The state before the first evaluation, which is asked for inside of the bounds."""
    n, m = len(x0), len(bounds.targets) + len(bounds.row_lower)
    wide = n + len(bounds.row_lower)
    zero, dtype = jnp.zeros((), x0.dtype), x0.dtype
    none = Multipliers(jnp.zeros(m, dtype), jnp.zeros(wide, dtype), jnp.zeros(wide, dtype))
    begin = Box(bounds.lower, bounds.upper, zero).inside(x0)
    return InteriorState(
        question=begin,
        answer=begin,
        optimality=zero + jnp.inf,
        step_size=zero,
        accepted=jnp.asarray(True),
        status=jnp.asarray(Status.RUNNING, jnp.int32),
        reported=Reported(jnp.zeros(m, dtype), jnp.zeros(n, dtype), zero + jnp.inf, zero + jnp.inf),
        v=jnp.concatenate([begin, jnp.zeros(wide - n, dtype)]),
        z=none,
        dv=jnp.zeros(wide, dtype),
        dz=none,
        step=jnp.zeros(wide, dtype),
        alpha=zero,
        alpha_dual=zero,
        mu=zero + mu,
        restoring_mu=zero + mu,
        violation=zero + jnp.inf,
        value=zero + jnp.inf,
        slope=zero,
        corners=filters.empty(dtype),
        small=zero,
        entry=zero,
        shift=zero,
        trials=jnp.asarray(0, jnp.int32),
        phase=jnp.asarray(FIRST, jnp.int32),
        scales=Scales(zero + 1, jnp.ones(m, dtype)),
        bounds=bounds,
    )

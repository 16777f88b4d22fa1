"""What the interior point method remembers."""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.interior.barrier import Walls
from osolgil.methods.interior.filter import Filter
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


class Standing(NamedTuple):
    """Where the method stands, and where it goes from there: it stays the same while trials are rejected.

    Attributes:
        v: x and the slacks, shape (N,).
        y, z: the multipliers of the rows, shape (m,), and of the distances to the bounds, shape (2N,).
        dv, dy, dz: the direction.
        alpha_dual: the part of dz that may be taken.
        mu, restoring_mu: the barrier's parameter, of steps and of restorations.
        violation, value, slope: of the merit, and along the direction.
        shift: that the Hessian needed.
        optimality: E₀.
        reported: what is handed over.
    """

    v: Array
    y: Array
    z: Array
    dv: Array
    dy: Array
    dz: Array
    alpha_dual: Array
    mu: Array
    restoring_mu: Array
    violation: Array
    value: Array
    slope: Array
    shift: Array
    optimality: Array
    reported: Reported


class InteriorState(NamedTuple):
    """The state of the interior point method; see `State`. Everything is scaled but the question and what is reported.

    Attributes:
        standing: at the answer.
        trial: x and the slacks of the question, shape (N,).
        alpha: the part of the direction that the question goes along.
        trials: rejected along this direction.
        phase: see above.
        filter: what is forbidden.
        scales, bounds: what does not change after the first evaluation.
    """

    question: Array
    step_size: Array
    accepted: Array
    status: Array
    standing: Standing
    trial: Array
    alpha: Array
    trials: Array
    phase: Array
    filter: Filter
    scales: Scales
    bounds: Bounds

    @property
    def answer(self) -> Array:
        answer: Array = self.standing.v[..., : self.question.shape[-1]]
        return answer

    @property
    def optimality(self) -> Array:
        return self.standing.optimality

    @property
    def mu(self) -> Array:
        """Of the barrier that trials are judged by."""
        return jnp.where(self.phase == RESTORING, self.standing.restoring_mu, self.standing.mu)

    @property
    def reported(self) -> Reported:
        return self.standing.reported


def unbounded(n: int, dtype: Any) -> Bounds:
    """No bounds and no rows."""
    none = jnp.zeros(0, dtype)
    return Bounds(jnp.full(n, -jnp.inf, dtype), jnp.full(n, jnp.inf, dtype), none, none, none)


def walls_of(bounds: Bounds, scales: Scales) -> Walls:
    """The bounds of v, scaled."""
    rows = scales.rows[len(bounds.targets) :]
    return Walls.of(
        jnp.concatenate([bounds.lower, rows * bounds.row_lower]),
        jnp.concatenate([bounds.upper, rows * bounds.row_upper]),
    )


def first_state(x0: Array, bounds: Bounds, mu: Array) -> InteriorState:
    """The state before the first evaluation, which is asked for inside of the bounds."""
    n, m = len(x0), len(bounds.targets) + len(bounds.row_lower)
    wide = n + len(bounds.row_lower)
    zero, dtype = jnp.zeros((), x0.dtype), x0.dtype
    begin = Walls.of(bounds.lower, bounds.upper).inside(x0)
    nowhere, rows, ends = jnp.zeros(wide, dtype), jnp.zeros(m, dtype), jnp.zeros(2 * wide, dtype)
    v = jnp.concatenate([begin, jnp.zeros(wide - n, dtype)])
    endless = zero + jnp.inf
    standing = Standing(
        v=v,
        y=rows,
        z=ends,
        dv=nowhere,
        dy=rows,
        dz=ends,
        alpha_dual=zero,
        mu=zero + mu,
        restoring_mu=zero + mu,
        violation=endless,
        value=endless,
        slope=zero,
        shift=zero,
        optimality=endless,
        reported=Reported(rows, jnp.zeros(n, dtype), endless, endless),
    )
    return InteriorState(
        question=begin,
        step_size=zero,
        accepted=jnp.asarray(True),
        status=jnp.asarray(Status.RUNNING, jnp.int32),
        standing=standing,
        trial=v,
        alpha=zero,
        trials=jnp.asarray(0, jnp.int32),
        phase=jnp.asarray(FIRST, jnp.int32),
        filter=Filter.empty(dtype),
        scales=Scales(zero + 1, jnp.ones(m, dtype)),
        bounds=bounds,
    )

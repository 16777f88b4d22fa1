"""The interior point method, for bounds and constraints."""

from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.interior import filter as filters
from osolgil.methods.interior.barrier import (
    Residuals,
    both,
    fraction_to_boundary,
    lagrangian,
    logarithms,
    lowered,
    net,
    residuals,
)
from osolgil.methods.interior.kkt import Direction, Sides, System, direction
from osolgil.methods.interior.seen import Seen, look, merit
from osolgil.methods.interior.state import (
    ENTERING,
    FIRST,
    NORMAL,
    RESTORING,
    InteriorState,
    Reported,
    Standing,
    first_state,
    unbounded,
)
from osolgil.methods.method import Method, Order
from osolgil.methods.norms import norm
from osolgil.methods.validation import POSITIVE, Limits
from osolgil.protocol import Evaluation, Geometry, Needs, Status, pytree

LEVENBERG = 1e-4
"""The curvature, relative to the violation, that a restoration has in directions of which the rows say nothing."""

BLOCKED = 5e-7
"""The part of a direction below which the bounds block it, so that feasibility is restored: 0.05 γθ, the αmin of
Wächter & Biegler 2006, eq. 23, where the value promises nothing."""

RESTORED = 0.1
"""The part of the violation that may be left when a restoration ends. After 0.9, as in IPOPT, an infeasible problem
goes back and forth many times."""

FEW, MANY = 12, 40
"""Halvings before feasibility is restored, and before a feasible point's search counts as failed."""


@pytree
class InteriorPoint(Method[InteriorState]):
    r"""The primal–dual interior point method, with a filter line search.

    .. math:: f(x) - \mu \sum_i \log(v_i - l_i) - \mu \sum_i \log(u_i - v_i), \quad c(x) = s, \quad v = (x, s)

    is minimized by Newton's method for an ever smaller μ, the multipliers z of the bounds being unknowns of their own,
    with z·(v − l) = μ. No step goes further than a part of the way to a bound; a step that neither the violation of the
    constraints nor the value agrees to is rejected. Where no step is found, feasibility is restored first, and a point
    that locally breaks the constraints least ends the run as infeasible.

    Attributes:
        barrier: the first μ.

    Source: Frisch 1955, who first put a logarithm at the border; Wächter & Biegler 2006, *Math. Program.* 106,
    Algorithm A (the equations cited here are theirs); Nocedal & Wright 2006, §19.
    """

    barrier: Any = 0.1

    title: ClassVar[str] = "Interior point"
    parents: ClassVar[dict[str, str]] = {"newton": "a logarithmic barrier before each bound, which recedes"}
    parents_ko: ClassVar[dict[str, str]] = {"newton": "경계마다 세운 로그 장벽을 점점 물림"}
    source: ClassVar[str] = "Wächter & Biegler 2006, Algorithm A; the barrier by Frisch"
    order: ClassVar[Order] = "second"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN | Needs.CONSTRAINTS
    limits: ClassVar[Limits] = {"barrier": POSITIVE}

    def tolerance(self, dtype: Any) -> float:
        """The optimality that counts as converged where nobody says another: near a solution a step squares it."""
        return 1e-9 if jnp.finfo(dtype).bits == 64 else 1e-4

    def start(self, x0: Array, geometry: Geometry) -> InteriorState:
        bounds = unbounded(len(x0), x0.dtype) if geometry.bounds is None else geometry.bounds
        return first_state(x0, jax.tree.map(lambda limit: jnp.asarray(limit, x0.dtype), bounds), self.barrier)

    def tell(self, state: InteriorState, evaluation: Evaluation) -> InteriorState:
        seen = look(state, evaluation)
        accepted = agreed(state, seen)
        moved = arrive(state, seen)
        # One more look at a rejected full step that went off the constraints: what is missing to come back to them.
        corrects = ~accepted & seen.finite & (state.phase == NORMAL) & (state.trials == 0)
        # (A correction of rounding would ask for the same point again, as if the method stood still.)
        corrects &= (seen.violation >= state.standing.violation) & (seen.largest > 10 * rounding_of(seen.v))
        # A correction is a step back to the constraints alone (§2.4), here with the matrices of the trial, which are
        # at hand, and not with those where the trial began.
        x, s = jnp.split(jnp.where(accepted, moved.gradient, 0), [len(seen.slope)])
        sides = Sides(x, s, moved.rows)

        def solved() -> Direction:
            # Where multipliers start anew, the Hessian of the Lagrangian says nothing yet: a step of unit curvature.
            anew = accepted & (moved.phase == NORMAL) & (state.phase != NORMAL)
            return direction(system(moved, seen), sides, jnp.where(anew, 3, state.standing.shift))

        def nothing() -> Direction:
            return Direction(state.standing.dv, state.standing.dy, state.standing.shift)

        found = jax.lax.cond(accepted | corrects, solved, nothing)
        standing = jax.lax.cond(accepted, lambda: stand(state, moved, found, seen), lambda: state.standing)
        return ask(state, seen, moved, standing, found, accepted, corrects)


def agreed(state: InteriorState, seen: Seen) -> Array:
    """Whether the trial is accepted."""
    at, mu, restoring = state.standing, state.mu, state.phase == RESTORING
    value = merit(seen, mu, logarithms(seen.walls.gaps(seen.v, mu)), restoring)
    better = filters.improves(seen.violation, value, at.violation, at.value, at.slope, state.alpha, state.filter.small)
    steps = state.filter.allows(seen.violation, value) & better
    restores = filters.falls(value, at.value, state.alpha * at.slope, least=0.0)
    unconditional = (state.phase == FIRST) | (state.phase == ENTERING)
    return seen.finite & (unconditional | jnp.where(restoring, restores, steps))


class Moved(NamedTuple):
    """Where the method stands if the trial is accepted, and what it solves for its next direction.

    Attributes:
        y, z: the multipliers; of a restoration, y are the rows themselves.
        dual: the gradient of the Lagrangian without its bounds, shape (N,).
        gradient: of the barrier's Lagrangian.
        rows: what the direction has to bring to zero of the rows.
        downhill: the gradient of the merit.
        gaps: the distances to the barriers.
        restoring: whether the direction restores feasibility.
        mu, kept_mu: of this direction, and of steps after a restoration.
        phase: see the state.
        found: how far the equations are from holding, for the problem or for its restoration.
    """

    y: Array
    z: Array
    dual: Array
    gradient: Array
    rows: Array
    downhill: Array
    gaps: Array
    restoring: Array
    mu: Array
    kept_mu: Array
    phase: Array
    found: Residuals


def arrive(state: InteriorState, seen: Seen) -> Moved:
    """Take the step of the multipliers, lower μ as far as the equations allow, and say what is to be solved next."""
    at, walls, v = state.standing, seen.walls, seen.v
    first, entering = state.phase == FIRST, state.phase == ENTERING

    # Restoration ends where the violation fell enough for the filter; the multipliers then start anew (§3.3).
    value = merit(seen, at.mu, logarithms(walls.gaps(v, at.mu)), jnp.asarray(False))
    back = (seen.violation <= RESTORED * state.filter.entered) & state.filter.allows(seen.violation, value)
    leaving = (state.phase == RESTORING) & back
    restoring = entering | ((state.phase == RESTORING) & ~back)
    # The merit of a restoration is a square: μ is to be of its size.
    entry_mu = jnp.maximum(at.mu, jnp.minimum(seen.largest, seen.largest**2))
    current = jnp.where(entering, entry_mu, jnp.where(restoring, at.restoring_mu, at.mu))

    gaps = walls.gaps(v, current)
    z = jnp.where(first, 1, at.z + at.alpha_dual * at.dz)
    # Within a factor of μ/gap, whose Hessian they estimate (eq. 16).
    factor = jnp.where(entering | leaving, 1.0, 1e10)
    z = jnp.where(walls.exists, jnp.clip(z, current / (factor * gaps), factor * current / gaps), 0)
    y = jnp.where(restoring, seen.rows, jnp.where(leaving, 0, at.y + state.alpha * at.dy))
    # What is left of a row by rounding is no error: dependent rows would disagree about it, and their multipliers grow.
    rows = jnp.where(restoring | (jnp.abs(seen.rows) <= rounding_of(v)), 0, seen.rows)
    slope = jnp.where(restoring, 0, seen.slope)
    dual = lagrangian(slope, seen.jacobian, y, len(v) - len(slope))
    found = residuals(walls, gaps, dual - net(z), rows, y, z)

    mu = lowered(current, found)
    gaps = walls.gaps(v, mu)
    pull = net(jnp.where(walls.exists, mu / gaps, 0))
    alone = jnp.concatenate([slope, jnp.zeros(len(v) - len(slope), v.dtype)])
    return Moved(
        y=y,
        z=z,
        dual=dual,
        gradient=dual - pull,
        rows=rows,
        downhill=jnp.where(restoring, dual, alone) - pull,
        gaps=gaps,
        restoring=restoring,
        mu=mu,
        kept_mu=jnp.where(restoring, at.mu, mu),
        phase=jnp.where(restoring, RESTORING, NORMAL).astype(jnp.int32),
        found=found,
    )


def system(moved: Moved, seen: Seen) -> System:
    """The matrices of the next direction (eq. 11); of a restoration, those of Newton's method on ½‖rows‖²."""
    n = len(seen.slope)
    # Levenberg's term, where rows say nothing of a direction.
    damped = LEVENBERG * jnp.minimum(1, seen.largest) * jnp.eye(n, dtype=seen.v.dtype)
    hessian = jnp.where(moved.restoring, damped, seen.hessian)
    if seen.curvatures is not None:
        hessian = hessian + jnp.tensordot(moved.y, seen.curvatures, 1)
    below, above = jnp.split(moved.z / moved.gaps, 2)
    weights, slack_weights = jnp.split(below + above, [n])
    elastic = moved.restoring.astype(hessian.dtype)
    return System(hessian, seen.jacobian, weights, slack_weights, seen.walls.movable[:n], elastic)


def stand(state: InteriorState, moved: Moved, found: Direction, seen: Seen) -> Standing:
    """At an accepted point, with its direction."""
    z, gaps = moved.z, moved.gaps
    dz = jnp.where(seen.walls.exists, (moved.mu - z * both(found.v)) / gaps - z, 0)  # eq. 12
    return Standing(
        v=seen.v,
        y=moved.y,
        z=z,
        dv=found.v,
        dy=found.y,
        dz=dz,
        alpha_dual=fraction_to_boundary(z, dz, nearness(moved.mu)),
        mu=moved.kept_mu,
        restoring_mu=moved.mu,
        violation=seen.violation,
        value=merit(seen, moved.mu, logarithms(gaps), moved.restoring),
        slope=moved.downhill @ found.v,
        shift=found.shift,
        # While feasibility is restored, the optimality stays that of the last point before.
        optimality=jnp.where(moved.restoring, state.optimality, moved.found.error(0.0)),
        reported=report(moved, seen),
    )


def report(moved: Moved, seen: Seen) -> Reported:
    """The multipliers as derivatives of the minimum by the limits, and what is left of the conditions."""
    n, scales = len(seen.slope), seen.scales
    bounds = jnp.where(seen.walls.movable, net(moved.z), moved.dual)[:n]
    return Reported(
        rows=jnp.where(moved.restoring, 0, -moved.y) * scales.rows / scales.value,
        bounds=bounds / scales.value,
        infeasibility=seen.broken,
        complementarity=jnp.max(moved.found.products, initial=0.0) * moved.found.relative / scales.value,
    )


def ask(
    state: InteriorState,
    seen: Seen,
    moved: Moved,
    standing: Standing,
    found: Direction,
    accepted: Array,
    corrects: Array,
) -> InteriorState:
    """The next question: along a new direction, or one corrected, or half as far, or of a restoration of feasibility.

    It is as far as the bounds allow.
    """
    n, precision = len(seen.slope), float(jnp.finfo(seen.v.dtype).eps) ** 0.5
    way = jnp.where(corrects, state.trial - standing.v + found.v, standing.dv)
    mu = jnp.where(accepted, moved.mu, state.mu)
    steps = jnp.where(seen.walls.exists, both(way), 0)
    most = fraction_to_boundary(seen.walls.gaps(standing.v, mu), steps, nearness(mu))

    trials = jnp.where(accepted, 0, state.trials + 1)
    phase = jnp.where(accepted, moved.phase, state.phase)
    # Where there is nothing to restore, a search that finds nothing has failed.
    alone = (phase == RESTORING) | (standing.violation <= precision)
    stuck = trials > jnp.where(alone, MANY, FEW)
    # Where the linearized rows have no common solution within the bounds, their multipliers grow without end.
    grown = jnp.max(jnp.abs(standing.y), initial=0.0) > precision**-1.5
    blocked = accepted & (phase == NORMAL) & (grown | (most < BLOCKED)) & (standing.violation > precision)
    failed, enters = stuck & alone, (stuck & ~alone) | blocked

    part = jnp.where(enters, 0, jnp.minimum(most, jnp.where(accepted | corrects, 1, state.alpha / 2)))
    trial = standing.v + part * way
    # Rounding does not put it outside of the bounds.
    question = jnp.clip(trial[:n], state.bounds.lower, state.bounds.upper)

    lost = (state.phase == FIRST) & ~accepted
    ended = jnp.where(failed, Status.LINE_SEARCH_FAILED, jnp.where(lost, Status.DIVERGED, Status.RUNNING))
    return InteriorState(
        question=question,
        # Where x stays and only multipliers move, the step is zero: that is no stall.
        step_size=norm(question - standing.v[:n]),
        accepted=accepted & (state.phase != ENTERING),
        status=jnp.where(accepted, ending(moved, seen), ended).astype(jnp.int32),
        standing=standing,
        trial=trial,
        alpha=jnp.where(corrects, state.alpha, part),
        trials=trials,
        phase=jnp.where(enters, ENTERING, phase).astype(jnp.int32),
        filter=remembered(state, standing, moved, accepted, enters),
        scales=seen.scales,
        bounds=state.bounds,
    )


def remembered(
    state: InteriorState, standing: Standing, moved: Moved, accepted: Array, enters: Array
) -> filters.Filter:
    """The filter: empty for another μ (step A-3), and with a corner where the value did not judge alone (step A-7).

    Where a restoration of feasibility begins, its start is a corner (step A-9).
    """
    at, known, first = state.standing, state.filter, state.phase == FIRST
    alone = filters.by_value(at.slope, state.alpha, at.violation, known.small)
    # A corner where nothing is violated would forbid everything that is higher, also where a restoration ends.
    marks = accepted & (state.phase == NORMAL) & ~alone & (at.violation > rounding_of(at.v))
    anew = accepted & (first | (moved.kept_mu < at.mu))
    corner = jax.tree.map(
        lambda new, old: jnp.where(enters, new, old), (standing.violation, standing.value), (at.violation, at.value)
    )
    most = jnp.where(first, 1e4 * jnp.maximum(1, standing.violation), known.most)
    left = filters.Filter(most, jnp.where(anew, jnp.inf, known.corners))
    return left._replace(corners=jnp.where(enters | (marks & ~anew), left.with_corner(*corner).corners, left.corners))


def ending(moved: Moved, seen: Seen) -> Array:
    """Whether the problem is known to have no solution: the violation has a minimum here, or the value none."""
    precision = float(jnp.finfo(seen.v.dtype).eps) ** 0.5
    still = moved.found.error(0.0) <= 8 * precision * jnp.minimum(seen.largest, 1)
    infeasible = moved.restoring & still & (seen.largest > 8 * precision)
    size = jnp.maximum(1, jnp.max(jnp.abs(seen.v[: len(seen.slope)])))
    endless = ~moved.restoring & (seen.value < -(precision**-1.5)) & (seen.largest <= 8 * precision * size)
    return jnp.where(infeasible, Status.INFEASIBLE, jnp.where(endless, Status.UNBOUNDED, Status.RUNNING))


def nearness(mu: Array) -> Array:
    """τ: the part of the distance to a bound that a step may go (eq. 8), which here never comes to all of it."""
    return jnp.clip(1 - mu, 0.99, 0.9995)


def rounding_of(v: Array) -> Array:
    """The violation that rounding alone makes at a point."""
    tiny: Array = 100 * jnp.finfo(v.dtype).eps * jnp.maximum(1, jnp.max(jnp.abs(v)))
    return tiny

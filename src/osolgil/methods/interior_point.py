"""The interior point method, for bounds and constraints."""

from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.interior import filter as filters
from osolgil.methods.interior.barrier import (
    Box,
    Multipliers,
    Residuals,
    barrier_sides,
    bound_steps,
    fraction_to_boundary,
    kept_near,
    logarithms,
    lowered,
    pulls,
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
    first_state,
    unbounded,
)
from osolgil.methods.method import Method
from osolgil.methods.norms import norm
from osolgil.methods.validation import POSITIVE, Limits
from osolgil.protocol import Evaluation, Geometry, Needs, Status, pytree

LEVENBERG = 1e-4
"""The curvature, relative to the violation, that a restoration has in directions of which the rows say nothing."""

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
        corrects &= (seen.violation >= state.violation) & (seen.violation > rounding_of(state.v))
        asked = jax.tree.map(lambda new, old: jnp.where(accepted, new, old), moved, correction(state, seen))

        def solved() -> Direction:
            # Where multipliers start anew, the Hessian of the Lagrangian says nothing yet: a step of unit curvature.
            anew = accepted & (asked.phase == NORMAL) & (state.phase != NORMAL)
            return direction(asked.system(seen), asked.sides, jnp.where(anew, 3, state.shift).astype(state.shift.dtype))

        def nothing() -> Direction:
            return Direction(jnp.zeros_like(state.v), jnp.zeros_like(state.z.rows), state.shift)

        found = jax.lax.cond(accepted | corrects, solved, nothing)
        onward = set_out(state, moved, found, seen)
        back = closer(state, found, corrects, seen)
        after = jax.tree.map(lambda new, old: jnp.where(accepted, new, old), onward, back)
        lost = (state.phase == FIRST) & ~accepted
        status = jnp.where(lost, Status.DIVERGED, after.status).astype(jnp.int32)
        return after._replace(accepted=accepted & (state.phase != ENTERING), status=status)


def agreed(state: InteriorState, seen: Seen) -> Array:
    """Whether the trial is accepted."""
    restoring = state.phase == RESTORING
    value = merit(seen, jnp.where(restoring, state.restoring_mu, state.mu), restoring)
    better = filters.improves(
        seen.violation, value, state.violation, state.value, state.slope, state.alpha, state.small
    )
    steps = filters.allows(state.corners, seen.violation, value) & better
    rounding = 10 * jnp.finfo(value.dtype).eps * jnp.abs(state.value)
    restores = value - rounding <= state.value + filters.ARMIJO * state.alpha * state.slope
    unconditional = (state.phase == FIRST) | (state.phase == ENTERING)
    return seen.finite & (unconditional | jnp.where(restoring, restores, steps))


class Moved(NamedTuple):
    """Where the method stands if the trial is accepted, and what it solves for its next direction.

    Attributes:
        box: the bounds, with their barriers for the new μ.
        z: the multipliers.
        y: those of the rows that the direction starts from: of the problem, or of its violation alone.
        sides: what is to be zero.
        weights: Σ of v.
        restoring: whether the direction restores feasibility.
        mu, restoring_mu, corners, phase: see the state.
        error: E₀ of the problem, or of its restoration.
    """

    box: Box
    z: Multipliers
    y: Array
    sides: Sides
    weights: Array
    restoring: Array
    mu: Array
    restoring_mu: Array
    corners: Array
    phase: Array
    found: Residuals

    def system(self, seen: Seen) -> System:
        """The matrices of the next direction."""
        n = len(seen.slope)
        # Levenberg's term, where rows say nothing of a direction.
        damped = LEVENBERG * jnp.minimum(1, jnp.max(jnp.abs(seen.rows), initial=0.0)) * jnp.eye(n)
        hessian = jnp.where(self.restoring, damped, seen.hessian).astype(seen.slope.dtype)
        if seen.curvatures is not None:
            hessian = hessian + jnp.tensordot(self.y, seen.curvatures, 1)
        return System(
            hessian=hessian,
            jacobian=seen.jacobian,
            weights=self.weights[:n],
            slack_weights=self.weights[n:],
            movable=seen.box.movable[:n],
            elastic=jnp.where(self.restoring, 1.0, 0.0).astype(hessian.dtype),
        )


def weights_of(box: Box, v: Array, z: Multipliers) -> Array:
    """Σ, what the bounds add to the Hessian's diagonal (eq. 13)."""
    below, above = box.gaps(v)
    return z.lower / below + z.upper / above


def arrive(state: InteriorState, seen: Seen) -> Moved:
    """Take the step of the multipliers, lower μ as far as the equations allow, and say what is to be solved next."""
    box, v = seen.box, seen.v
    first, entering = state.phase == FIRST, state.phase == ENTERING
    ones = Multipliers(state.z.rows, box.has_lower * 1.0, box.has_upper * 1.0)
    z = Multipliers(
        state.z.rows + state.alpha * state.dz.rows,
        state.z.lower + state.alpha_dual * state.dz.lower,
        state.z.upper + state.alpha_dual * state.dz.upper,
    )
    z = jax.tree.map(lambda a, b: jnp.where(first, a, b).astype(v.dtype), ones, z)

    # Restoration ends where the violation fell enough for the filter; the multipliers then start anew.
    back = (seen.violation <= 0.9 * state.entry) & filters.allows(
        state.corners, seen.violation, merit(seen, state.mu, jnp.asarray(False))
    )
    leaving = (state.phase == RESTORING) & back
    restoring = entering | ((state.phase == RESTORING) & ~back)
    largest = jnp.max(jnp.abs(seen.rows), initial=0.0)
    restoring_mu = jnp.where(entering, jnp.maximum(state.mu, jnp.minimum(largest, largest**2)), state.restoring_mu)
    current = jnp.where(restoring, restoring_mu, state.mu)
    factor = jnp.where(entering | leaving, 1.0, 1e10)
    z = kept_near(box, v, current, z, factor)
    z = z._replace(rows=jnp.where(leaving | restoring, 0, z.rows))

    taken = (state.phase == NORMAL) & ~filters.by_value(state.slope, state.alpha, state.violation, state.small)
    corners = jnp.where(taken, filters.with_corner(state.corners, state.violation, state.value), state.corners)
    y = jnp.where(restoring, seen.rows, z.rows)
    # What is left of a row by rounding is no error: dependent rows would disagree about it, and their multipliers grow.
    rounded = jnp.where(jnp.abs(seen.rows) <= rounding_of(v), 0, seen.rows)
    slope, rows = jnp.where(restoring, 0, seen.slope), jnp.where(restoring, 0, rounded)
    found = residuals(box, v, z._replace(rows=y), slope, seen.jacobian, rows)
    mu = lowered(current, found, jnp.asarray(float(jnp.finfo(v.dtype).eps) ** 0.75, v.dtype))
    most = jnp.where(first, 1e4 * jnp.maximum(1, seen.violation), state.corners[0, 0])
    anew = first | (~restoring & (mu < state.mu))
    corners = jnp.where(anew, filters.empty(v.dtype, most), corners)
    box = box._replace(mu=mu)
    return Moved(
        box=box,
        z=z,
        y=y,
        sides=barrier_sides(box, v, mu, slope, seen.jacobian, y, rows),
        weights=weights_of(box, v, z),
        restoring=restoring,
        mu=jnp.where(restoring, state.mu, mu),
        restoring_mu=jnp.where(restoring, mu, restoring_mu),
        corners=corners,
        phase=jnp.where(restoring, RESTORING, NORMAL).astype(jnp.int32),
        found=found,
    )


def correction(state: InteriorState, seen: Seen) -> Moved:
    """What is solved for a second-order correction: the step back to the constraints from a trial (§2.4).

    It is taken with the matrices of the trial, which are at hand, and not with those where the trial began.
    """
    n = len(seen.slope)
    zero = jnp.zeros_like(seen.violation)
    nowhere = jnp.zeros_like(seen.v)
    sides = Sides(nowhere[:n], nowhere[n:], seen.rows)
    found = Residuals(zero, zero, jnp.concatenate([nowhere, nowhere]), jnp.concatenate([nowhere, nowhere]) > 0, zero)
    return Moved(
        box=seen.box,
        z=state.z,
        y=state.z.rows,
        sides=sides,
        weights=weights_of(seen.box, seen.v, state.z),
        restoring=jnp.asarray(False),
        mu=state.mu,
        restoring_mu=state.restoring_mu,
        corners=state.corners,
        phase=state.phase,
        found=found,
    )


def set_out(state: InteriorState, moved: Moved, found: Direction, seen: Seen) -> InteriorState:
    """From an accepted point along its direction, as far as the bounds allow."""
    box, v, z, restoring = moved.box, seen.v, moved.z, moved.restoring
    seen = seen._replace(logs=logarithms(box, v))
    n = len(seen.slope)
    current = jnp.where(restoring, moved.restoring_mu, moved.mu)
    tau = jnp.clip(1 - current, 0.99, 0.9995)
    below, above = box.gaps(v)
    gaps, gap_steps = jnp.concatenate([below, above]), jnp.concatenate([found.v, -found.v])
    exists = jnp.concatenate([box.has_lower, box.has_upper])
    alpha = fraction_to_boundary(gaps, jnp.where(exists, gap_steps, 0), tau)
    lower, upper = bound_steps(box, v, current, z, found.v)
    alpha_dual = fraction_to_boundary(jnp.concatenate([z.lower, z.upper]), jnp.concatenate([lower, upper]), tau)
    value = merit(seen, current, restoring)
    blame = jnp.where(restoring, seen.rows, 0)
    downhill = jnp.concatenate(
        [jnp.where(restoring, 0, seen.slope) + blame @ seen.jacobian, -blame[len(blame) - len(v) + n :]]
    )
    # While feasibility is restored, the optimality stays that of the last point before.
    optimality = jnp.where(restoring, state.optimality, moved.found.error(jnp.zeros_like(value)))
    ahead = state._replace(
        answer=v[:n],
        optimality=optimality,
        status=ending(moved, seen),
        reported=report(moved, seen),
        v=v,
        z=z,
        dv=found.v,
        dz=Multipliers(found.y, lower, upper),
        alpha_dual=alpha_dual,
        mu=moved.mu,
        restoring_mu=moved.restoring_mu,
        violation=seen.violation,
        value=value,
        slope=(downhill + pulls(box, v, current)) @ found.v,
        corners=moved.corners,
        small=jnp.where(state.phase == FIRST, 1e-4 * jnp.maximum(1, seen.violation), state.small),
        entry=jnp.where(state.phase == ENTERING, seen.violation, state.entry),
        shift=found.shift,
        trials=jnp.zeros_like(state.trials),
        phase=moved.phase,
        scales=seen.scales,
    )
    return asking(ahead, alpha, alpha * found.v)


def ending(moved: Moved, seen: Seen) -> Array:
    """Whether the problem is known to have no solution: the violation has a minimum here, or the value none."""
    precision = jnp.sqrt(jnp.finfo(seen.v.dtype).eps)
    n = len(seen.slope)
    largest = jnp.max(jnp.abs(seen.rows), initial=0.0)
    still = moved.found.error(jnp.zeros_like(largest)) <= 8 * precision * jnp.minimum(largest, 1)
    infeasible = moved.restoring & still & (largest > 8 * precision)
    size = jnp.maximum(1, jnp.max(jnp.abs(seen.v[:n])))
    endless = ~moved.restoring & (seen.value < -(precision**-1.5)) & (largest <= 8 * precision * size)
    status = jnp.where(infeasible, Status.INFEASIBLE, Status.RUNNING)
    return jnp.where(endless, Status.UNBOUNDED, status).astype(jnp.int32)


def report(moved: Moved, seen: Seen) -> Reported:
    """The multipliers as derivatives of the minimum by the limits, and what is left of the conditions."""
    n, scales, z = len(seen.slope), seen.scales, moved.z
    fixed = seen.slope + z.rows @ seen.jacobian
    bounds = jnp.where(seen.box.movable[:n], z.lower[:n] - z.upper[:n], fixed)
    products = jnp.where(moved.found.exists, moved.found.products, 0) * moved.found.relative
    return Reported(
        rows=-z.rows * scales.rows / scales.value,
        bounds=bounds / scales.value,
        infeasibility=seen.broken,
        complementarity=jnp.max(products, initial=0.0) / scales.value,
    )


def closer(state: InteriorState, found: Direction, corrects: Array, seen: Seen) -> InteriorState:
    """From a rejected trial to a corrected one, to one half as far, or to a restoration of feasibility."""
    below, above = seen.box.gaps(state.v)
    corrected = state.step + found.v
    exists = jnp.concatenate([seen.box.has_lower, seen.box.has_upper])
    tau = jnp.clip(1 - state.mu, 0.99, 0.9995)
    part = fraction_to_boundary(
        jnp.concatenate([below, above]), jnp.where(exists, jnp.concatenate([corrected, -corrected]), 0), tau
    )
    alpha = jnp.where(corrects, state.alpha, state.alpha / 2)
    step = jnp.where(corrects, part * corrected, alpha * state.dv)
    trials = state.trials + 1
    restoring = state.phase == RESTORING
    alone = restoring | (state.violation <= rounding_of(state.v))
    stuck = trials > jnp.where(alone, MANY, FEW)
    failed = stuck & alone
    enters = stuck & ~failed
    corners = jnp.where(enters, filters.with_corner(state.corners, state.violation, state.value), state.corners)
    after = state._replace(
        trials=trials,
        phase=jnp.where(enters, ENTERING, state.phase).astype(jnp.int32),
        corners=corners,
        status=jnp.where(failed, Status.LINE_SEARCH_FAILED, Status.RUNNING).astype(jnp.int32),
    )
    return asking(after, jnp.where(enters, 0, alpha), jnp.where(enters, 0, step))


def rounding_of(v: Array) -> Array:
    """The violation that rounding alone makes at a point."""
    tiny: Array = 10 * jnp.finfo(v.dtype).eps * jnp.maximum(1, jnp.max(jnp.abs(v), initial=0.0))
    return tiny


def asking(state: InteriorState, alpha: Array, step: Array) -> InteriorState:
    """The state with its next question, which rounding does not put outside of the bounds."""
    n = len(state.answer)
    question = jnp.clip(state.v[:n] + step[:n], state.bounds.lower, state.bounds.upper)
    # Where x stays and only multipliers move, the step is zero: that is no stall.
    return state._replace(question=question, alpha=alpha, step=step, step_size=norm(question - state.answer))

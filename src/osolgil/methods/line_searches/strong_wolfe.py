"""The strong Wolfe conditions, by Moré and Thuente's search."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.line_searches.interpolation import Trial, chosen, next_step
from osolgil.methods.line_searches.search import Line, LineSearch, SearchStatus, line, reason, starting, told
from osolgil.methods.validation import FRACTION, Interval, Limits, Whole
from osolgil.protocol import pytree, static

EXTRAPOLATE_LEAST, EXTRAPOLATE_MOST = 1.1, 4.0
"""Without a bracket the next step lies this many last moves beyond the trial (MINPACK-2, dcsrch)."""

SHRINK = 0.66
"""A bracket that did not shrink to this part in two trials is bisected."""

RETREAT = 0.1
"""From a trial without a value the search goes this part of the way there."""


ENDLESS = 1e15
"""Where the value still falls as asked at this many first steps, it falls without end."""


class StrongWolfeState(NamedTuple):
    """The state of the search; see `SearchState`.

    Attributes:
        line: what is known besides the trials.
        first: the step that was tried first.
        best: the trial with the lowest value, of which the interval is one end; `seen` says whether its value differs
            from the start's by more than rounding.
        other: the other end.
        bracketed: whether a minimizer lies between them.
        modified: whether the value less what Armijo's condition asks for is still what goes down (stage 1).
        low, high: where the next step has to lie.
        width, width_before: of the bracket, after the last trial and the one before it.
        wall: the nearest step beyond `best` where there was no value.
        returning: whether the search asks about its best trial once more, to end there.
    """

    step_size: Array
    status: Array
    line: Line
    first: Array
    best: Trial
    seen: Array
    other: Trial
    bracketed: Array
    modified: Array
    low: Array
    high: Array
    width: Array
    width_before: Array
    wall: Array
    returning: Array


@pytree
class StrongWolfe(LineSearch):
    r"""A step that satisfies the strong Wolfe conditions, within a bracket that shrinks by interpolation.

    .. math:: \varphi(\alpha) \le \varphi(0) + c_1 \alpha \varphi'(0), \qquad |\varphi'(\alpha)| \le c_2 |\varphi'(0)|

    Where differences of values drown in rounding, their slopes' trapezoid takes their place, which makes the first
    condition Hager and Zhang's approximate one. If the trials or the bracket are used up, the best trial will do if
    it satisfies the first condition by its value.

    At the end of a line that has one, the first condition alone is asked for.

    Attributes:
        decrease: c₁, the part of the promised decrease that is asked for.
        curvature: c₂, the part of the slope that may be left; 1e-6 makes the search exact. Both conditions can
            surely be met where c₁ < c₂.
        width: the bracket's width, relative to its end, below which it counts as used up.
        trials: the trials allowed.

    Source: Moré & Thuente 1994, *ACM Trans. Math. Softw.* 20, 286–307, and MINPACK-2's dcsrch; Nocedal & Wright 2006,
    eq. (3.7); Hager & Zhang 2005, *SIAM J. Optim.* 16, eq. (4.1).
    """

    decrease: float = 1e-4
    curvature: float = 0.9
    width: float = 1e-10
    trials: int = static(default=40)

    limits: ClassVar[Limits] = {
        "decrease": Interval(0, 1, low_open=True, high_open=True),
        "curvature": Interval(0, 1, low_open=True, high_open=True),
        "width": FRACTION,
        "trials": Whole(1),
    }

    def start(
        self,
        value: Array,
        slope: Array,
        step: Array,
        allowance: Array | float = 0.0,
        resolution: Array | float = 0.0,
        farthest: Array | None = None,
    ) -> StrongWolfeState:
        zero = jnp.zeros_like(value)
        here = Trial(zero, zero, slope)
        return StrongWolfeState(
            step_size=step,
            status=starting(value, slope),
            line=line(value + allowance, slope, resolution, farthest),
            first=step,
            best=here,
            seen=jnp.asarray(False),
            other=here,
            bracketed=jnp.asarray(False),
            modified=jnp.asarray(True),
            low=zero,
            high=step + EXTRAPOLATE_MOST * step,
            width=zero + jnp.inf,
            width_before=zero + jnp.inf,
            wall=zero + jnp.inf,
            returning=jnp.asarray(False),
        )

    def update(self, state: StrongWolfeState, value: Array, slope: Array) -> StrongWolfeState:
        step = state.step_size
        trial, known = told(state.line, step, value, slope)
        t = Trial(step, trial.fall, slope)
        asked = self.decrease * known.slope
        sufficient = trial.finite & (t.fall <= step * asked)
        found = sufficient & (jnp.abs(slope) <= self.curvature * -known.slope)

        # From a trial without a value nothing is learned but that there is a wall.
        moved = self.moved(state, t, sufficient, asked, trial.seen)
        after = jax.tree.map(lambda new, old: jnp.where(trial.finite, new, old), moved, state)
        wall = jnp.where(trial.finite, state.wall, jnp.minimum(state.wall, step))
        best = after.best.step
        back = best + jnp.where(best > 0, 0.5, RETREAT) * (wall - best)
        following = jnp.where(after.step_size < wall, after.step_size, back)
        if known.farthest is not None:
            # Where the line ends, the value need not have stopped falling.
            found |= sufficient & (step >= known.farthest)
            following = jnp.minimum(following, known.farthest)

        span = jnp.maximum(self.width * after.high, known.resolution)
        narrow = after.bracketed & (after.high - after.low <= span)
        stuck = after.bracketed & ((following <= after.low) | (following >= after.high))
        walled = jnp.isfinite(wall) & (wall - best <= jnp.maximum(self.width * wall, known.resolution))
        spent = known.trials >= self.trials
        least = jnp.maximum(known.resolution, jnp.finfo(value.dtype).eps ** 2 * state.first)
        too_small = following <= least
        over = narrow | stuck | walled | spent | too_small
        unbounded = sufficient & ~after.bracketed & jnp.isinf(wall) & (step >= ENDLESS * state.first)

        # The best trial will do if it is lower by its own value; where it is not the last one, it is asked about again.
        good = after.seen & (after.best.fall <= after.best.step * asked)
        there = best == step
        status = jnp.where(over & ~good, reason(known, spent, too_small), SearchStatus.SEARCHING)
        status = jnp.where(unbounded, SearchStatus.UNBOUNDED, status)
        status = jnp.where(found | state.returning | (over & good & there), SearchStatus.FOUND, status)
        running = (state.status == SearchStatus.SEARCHING) & (status == SearchStatus.SEARCHING)
        return after._replace(
            step_size=jnp.where(running, jnp.where(over, best, following), step),
            status=jnp.where(state.status == SearchStatus.SEARCHING, status, state.status).astype(jnp.int32),
            line=known,
            wall=wall,
            returning=over & good,
        )

    def moved(
        self, state: StrongWolfeState, t: Trial, sufficient: Array, asked: Array, seen: Array
    ) -> StrongWolfeState:
        """The interval after a trial with a value, and the next step within it."""
        modified = state.modified & ~(sufficient & (t.slope >= 0))
        # Moré & Thuente's ψ: as long as no trial has fallen as asked, the value less what is asked for goes down.
        tilted = modified & (t.fall <= state.best.fall) & ~sufficient
        tilt = jnp.where(tilted, asked, 0.0)
        x, y, z = (Trial(a.step, a.fall - a.step * tilt, a.slope - tilt) for a in (state.best, state.other, t))
        is_higher = z.fall > x.fall
        has_turned = jnp.sign(z.slope) * jnp.sign(x.slope) < 0
        step = next_step(x, y, z, state.bracketed, state.low, state.high)
        bracketed = state.bracketed | is_higher | has_turned
        other = chosen(is_higher, t, chosen(has_turned, state.best, state.other))
        best = chosen(is_higher, state.best, t)

        span = jnp.abs(other.step - best.step)
        bisected = best.step + 0.5 * (other.step - best.step)
        slow = span >= SHRINK * state.width_before
        step = jnp.where(bracketed & (slow | ~jnp.isfinite(step)), bisected, step)
        low = jnp.where(bracketed, jnp.minimum(best.step, other.step), step + EXTRAPOLATE_LEAST * (step - best.step))
        high = jnp.where(bracketed, jnp.maximum(best.step, other.step), step + EXTRAPOLATE_MOST * (step - best.step))
        return state._replace(
            step_size=step,
            best=best,
            seen=jnp.where(is_higher, state.seen, seen),
            other=other,
            bracketed=bracketed,
            modified=modified,
            low=low,
            high=high,
            width=jnp.where(bracketed, span, state.width),
            width_before=jnp.where(bracketed, state.width, state.width_before),
        )

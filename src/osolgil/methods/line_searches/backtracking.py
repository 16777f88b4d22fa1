"""Armijo's condition, by backtracking with interpolation."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.methods.line_searches.search import Line, LineSearch, SearchStatus, line, reason, starting, told
from osolgil.methods.validation import Interval, Limits, Whole
from osolgil.protocol import pytree, static

CURVATURE = 0.9
"""Where rounding hides the decrease, this part of the slope may be left at most: a tiny step is no decrease."""


class BacktrackingState(NamedTuple):
    """The state of the search; see `SearchState`.

    Attributes:
        line: what is known besides the trials.
        first: the step that was tried first.
        allowance: how far above φ(0) the decrease is measured from.
        before, fall_before: the rejected trial before this one and its φ(α) − φ(0); zero if there was none.
    """

    step_size: Array
    status: Array
    line: Line
    first: Array
    allowance: Array
    before: Array
    fall_before: Array


@pytree
class Backtracking(LineSearch):
    r"""The first step, shortened until the value falls enough.

    .. math:: \varphi(\alpha) \le \varphi(0) + c_1 \alpha \varphi'(0)

    After the first rejection the next trial is the minimizer of the quadratic through φ(0), φ'(0) and φ(α); after
    others, of the cubic through the last two trials as well; but never less than `least` or more than `most` of the
    step before. Where the difference of values drowns in rounding, slopes decide by the approximate Wolfe conditions.

    Attributes:
        decrease: c₁, the part of the promised decrease that is asked for.
        least, most: parts of a rejected step between which the next one lies.
        trials: the trials allowed.

    Source: Armijo 1966, *Pacific J. Math.* 16, 1–3; Nocedal & Wright 2006, Algorithm 3.1 and eq. (3.57)–(3.59);
    Hager & Zhang 2005, *SIAM J. Optim.* 16, eq. (4.1).
    """

    decrease: float = 1e-4
    least: float = 0.1
    most: float = 0.5
    trials: int = static(default=40)

    limits: ClassVar[Limits] = {
        "decrease": Interval(0, 1, low_open=True, high_open=True),
        "least": Interval(0, 1, low_open=True, high_open=True),
        "most": Interval(0, 1, low_open=True, high_open=True),
        "trials": Whole(1),
    }

    def complaint(self) -> str | None:
        """Why these fields contradict each other, if they do."""
        if np.any(np.asarray(self.least) > np.asarray(self.most)):
            return f"least must be at most most, but they are {self.least!r} and {self.most!r}"
        return None

    def start(
        self,
        value: Array,
        slope: Array,
        step: Array,
        allowance: Array | float = 0.0,
        resolution: Array | float = 0.0,
        farthest: Array | None = None,
    ) -> BacktrackingState:
        zero = jnp.zeros_like(value)
        return BacktrackingState(
            step_size=step,
            status=starting(value, slope),
            line=line(value, slope, resolution, farthest),
            first=step,
            allowance=zero + allowance,
            before=zero,
            fall_before=zero,
        )

    def update(self, state: BacktrackingState, value: Array, slope: Array) -> BacktrackingState:
        step, start = state.step_size, state.line.slope
        trial, known = told(state.line, step, value, slope)
        has_fallen = trial.finite & (trial.fall <= state.allowance + self.decrease * step * start)
        found = has_fallen & (trial.seen | (jnp.abs(slope) <= CURVATURE * -start))

        # Nocedal & Wright (3.58) and (3.59): the polynomial αφ'(0) + bα² + aα³ through the last two falls.
        quadratic = -start * step**2 / (2 * (trial.fall - start * step))
        second = (trial.fall - start * step) / step**2
        first = (state.fall_before - start * state.before) / state.before**2
        a = (second - first) / (step - state.before)
        b = second - a * step
        # The root of (3.58) the other way round, so that a = 0 is no exception.
        cubic = -start / (b + jnp.sqrt(b**2 - 3 * a * start))
        proposed = jnp.where(state.before > 0, cubic, quadratic)
        least, most = self.least * step, self.most * step
        following = jnp.where(jnp.isfinite(proposed), jnp.clip(proposed, least, most), most)
        following = jnp.where(trial.finite, following, least)

        spent = known.trials >= self.trials
        least = jnp.maximum(known.resolution, jnp.finfo(value.dtype).eps ** 2 * state.first)
        too_small = following <= least
        status = jnp.where(spent | too_small, reason(known, spent, too_small), SearchStatus.SEARCHING)
        status = jnp.where(found, SearchStatus.FOUND, status)
        alive = state.status == SearchStatus.SEARCHING
        going = alive & (status == SearchStatus.SEARCHING)
        return state._replace(
            step_size=jnp.where(going, following, step),
            status=jnp.where(alive, status, state.status).astype(jnp.int32),
            line=known,
            before=jnp.where(trial.finite, step, state.before),
            fall_before=jnp.where(trial.finite, trial.fall, state.fall_before),
        )

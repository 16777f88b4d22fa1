"""The protocol of line searches, and what they all know of rounding and of gradients that are wrong.

A line search is told, it never calls: `start` gives its first trial, `update` is told value and slope there and gives
the next trial or a status. With φ(α) = f(x + αd), it is about φ(0), φ'(0) and what was told of φ(α), φ'(α).
"""

import abc
import enum
from typing import Any, ClassVar, NamedTuple, Protocol

import jax.numpy as jnp
from jax import Array

from osolgil.methods.validation import Limits


class SearchStatus(enum.IntEnum):
    """How a line search stands or ended."""

    SEARCHING = 0
    """Value and slope at `step_size` are asked for."""
    FOUND = 1
    """The point that was told last is acceptable."""
    NOT_DESCENT = 2
    """The slope at the start is not negative."""
    NON_FINITE = 3
    """No trial had a finite value and slope."""
    WRONG_SLOPE = 4
    """Difference quotients disagree with the slopes: the gradient is wrong, or jumps."""
    PRECISION_FLOOR = 5
    """Differences of values drown in their rounding."""
    UNDERFLOW = 6
    """The step became too small to be one."""
    BUDGET = 7
    """The trials allowed are used up."""
    UNBOUNDED = 8
    """The value fell without end as the step grew."""


class SearchState(Protocol):
    """What every line search's state exposes.

    Attributes:
        step_size: α of the trial that is asked about, or that was found.
        status: a `SearchStatus` code.
        line: what was told so far.
    """

    @property
    def step_size(self) -> Array: ...
    @property
    def status(self) -> Array: ...
    @property
    def line(self) -> "Line": ...


class LineSearch(abc.ABC):
    """How far to go along a direction: a frozen pytree of hyperparameters with two pure functions of numbers."""

    limits: ClassVar[Limits]

    @abc.abstractmethod
    def start(
        self,
        value: Array,
        slope: Array,
        step: Array,
        allowance: Array | float = 0.0,
        resolution: Array | float = 0.0,
        farthest: Array | None = None,
    ) -> Any:
        """The first state, whose trial is `step`.

        Args:
            value: φ(0).
            slope: φ'(0).
            step: α to try first, positive.
            allowance: how far above φ(0) the line lies from which the decrease is measured (for methods that need not
                go down at every step).
            resolution: the α below which no coordinate of x + αd differs from that of x in floating point.
            farthest: the α beyond which nothing may be asked about, at least `step`; None where there is no such end.
        """

    @abc.abstractmethod
    def update(self, state: Any, value: Array, slope: Array) -> Any:
        """The state after φ and φ' at `state.step_size` were told."""


class Line(NamedTuple):
    """What a search knows of its line, besides the trials.

    Attributes:
        value, slope: φ(0) and φ'(0).
        resolution: below it steps change nothing.
        trials: told so far.
        finite: whether any of them was finite.
        agreement: the least misfit between values and slopes of any trial, see `told`.
        misfit: that of the trial nearest to the start whose difference could be seen.
        nearest: the step of that trial.
        farthest: the longest step that may be tried; None without an end.
    """

    value: Array
    slope: Array
    resolution: Array
    trials: Array
    finite: Array
    agreement: Array
    misfit: Array
    nearest: Array
    farthest: Array | None


class Told(NamedTuple):
    """One trial, as a search sees it.

    Attributes:
        finite: whether value and slope are.
        fall: φ(α) − φ(0), or the trapezoid under the slopes where rounding swallows that.
        seen: whether the fall is a difference of values.
    """

    finite: Array
    fall: Array
    seen: Array


ROUNDING = 100.0
"""Differences of values are believed beyond this many units of the values' rounding."""

MISFIT = 0.1
"""Slopes whose trapezoid is never nearer to the difference than this part of φ'(0) are not those of the values."""

DROWNED = 100.0
"""A wrong gradient has a bounded misfit as the step shrinks; that of rounding grows beyond any bound."""


def line(value: Array, slope: Array, resolution: Array | float, farthest: Array | None = None) -> Line:
    """A line of which only the start is known."""
    infinite = jnp.full_like(value, jnp.inf)
    return Line(
        value=value,
        slope=slope,
        resolution=jnp.zeros_like(value) + resolution,
        trials=jnp.asarray(0, jnp.int32),
        finite=jnp.asarray(False),
        agreement=infinite,
        misfit=infinite,
        nearest=infinite,
        farthest=farthest,
    )


def starting(value: Array, slope: Array) -> Array:
    """The status before the first trial."""
    status = jnp.where(slope < 0, SearchStatus.SEARCHING, SearchStatus.NOT_DESCENT)
    finite = jnp.isfinite(value) & jnp.isfinite(slope)
    return jnp.where(finite, status, SearchStatus.NON_FINITE).astype(jnp.int32)


def told(line: Line, step: Array, value: Array, slope: Array) -> tuple[Told, Line]:
    """What a trial says.

    Near a minimum φ(α) − φ(0) is lost in rounding long before the slopes are. There the trapezoid α(φ'(0) + φ'(α))/2
    takes its place, with which Armijo's condition becomes φ'(α) ≤ (2c₁ − 1) φ'(0): the approximate Wolfe condition of
    Hager & Zhang 2005, *SIAM J. Optim.* 16, eq. (4.1).
    """
    finite = jnp.isfinite(value) & jnp.isfinite(slope)
    rounding = ROUNDING * jnp.finfo(value.dtype).eps * jnp.maximum(jnp.abs(line.value), jnp.abs(value))
    difference = value - line.value
    seen = finite & (jnp.abs(difference) > rounding)
    trapezoid = step * (line.slope + slope) / 2
    # Both sides of the comparison are of the order of the step: it says the same at every length.
    misfit = jnp.abs(difference - trapezoid) / (step * jnp.maximum(jnp.abs(line.slope), jnp.abs(slope)))
    nearer = seen & (step < line.nearest)
    known = line._replace(
        trials=line.trials + 1,
        finite=line.finite | finite,
        agreement=jnp.where(seen, jnp.minimum(line.agreement, misfit), line.agreement),
        misfit=jnp.where(nearer, misfit, line.misfit),
        nearest=jnp.where(nearer, step, line.nearest),
    )
    return Told(finite, jnp.where(seen, difference, trapezoid), seen), known


def reason(line: Line, spent: Array, too_small: Array) -> Array:
    """Why a search without an acceptable point ended: a `SearchStatus` code.

    A difference quotient tells a wrong gradient from the precision floor: with a right one the trapezoid under the
    slopes fits some difference well, unless all of them drown in rounding.
    """
    none_seen = jnp.isinf(line.misfit)
    wrong = (line.agreement > MISFIT) & (line.misfit < DROWNED)
    drowned = none_seen | (line.misfit >= DROWNED)
    why = jnp.where(spent, SearchStatus.BUDGET, SearchStatus.PRECISION_FLOOR)
    why = jnp.where(too_small, SearchStatus.UNDERFLOW, why)
    why = jnp.where(drowned, SearchStatus.PRECISION_FLOOR, why)
    why = jnp.where(wrong, SearchStatus.WRONG_SLOPE, why)
    return jnp.where(line.finite, why, SearchStatus.NON_FINITE).astype(jnp.int32)

"""Methods that choose a direction and search along it: what they all share.

Reverse communication: a trial point is a question like any other. The line search is told value and slope there; when
it has found its step the point is accepted, and the method is told the move and aims anew.
"""

import abc
from typing import Any, ClassVar, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.line_searches import LineSearch, SearchStatus
from osolgil.methods.line_searches.search import reason
from osolgil.methods.method import Method
from osolgil.methods.norms import norm
from osolgil.methods.products import inner
from osolgil.protocol import Evaluation, Geometry, Status


class Move(NamedTuple):
    """The move to the point that was evaluated last, and what is known at both its ends.

    At the start there was no move: its step, its change and its direction are zero.

    Attributes:
        x: where it ended, shape (n,).
        step: s, the way it went, shape (n,).
        change: y, the gradient's change, shape (n,).
        gradient, value: there.
        direction: that it went along, shape (n,).
        slope: along the direction where it began.
        gradient_before: where it began.
        fall: of the value, positive if it went down.
        step_size: α of step = α · direction.
    """

    x: Array
    step: Array
    change: Array
    gradient: Array
    value: Array
    direction: Array
    slope: Array
    gradient_before: Array
    fall: Array
    step_size: Array


class Aim(NamedTuple):
    """Where to go from an accepted point.

    Attributes:
        direction: shape (n,).
        first: the step along it to try first.
        allowance: how far above the present value the decrease is measured from.
    """

    direction: Array
    first: Array
    allowance: Array | float = 0.0


class SearchingState(NamedTuple):
    """The state of a method that searches along directions; see `State`.

    Attributes:
        value, gradient: at the answer; an infinite value before the first evaluation.
        direction: where it goes from the answer, shape (n,).
        slope: gradient · direction, negative.
        search: the line search's state.
        memory: the method's own.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    value: Array
    gradient: Array
    direction: Array
    slope: Array
    search: Any
    memory: Any


ENDS = {
    SearchStatus.NOT_DESCENT: Status.STALLED,
    SearchStatus.NON_FINITE: Status.DIVERGED,
    SearchStatus.WRONG_SLOPE: Status.LINE_SEARCH_FAILED,
    SearchStatus.PRECISION_FLOOR: Status.PRECISION_FLOOR,
    SearchStatus.UNDERFLOW: Status.LINE_SEARCH_FAILED,
    SearchStatus.BUDGET: Status.LINE_SEARCH_FAILED,
    SearchStatus.UNBOUNDED: Status.UNBOUNDED,
}
"""How a run ends whose line search ends so. Directions go down but where their slope underflows: that is a stall."""

M = TypeVar("M")


class Searching(Method[SearchingState]):
    """A method that chooses a direction and searches along it.

    Its memory is a NamedTuple with a field `known`: the moves that it knows since it last began anew.
    """

    line_search: LineSearch
    accepts_always: ClassVar[bool] = False

    @abc.abstractmethod
    def remember(self, x: Array) -> Any:
        """The memory before the first move."""

    @abc.abstractmethod
    def learn(self, memory: Any, move: Move, accepted: Array) -> Any:
        """The memory after a move, or as it was if the move was not accepted."""

    @abc.abstractmethod
    def aim(self, memory: Any, move: Move) -> Aim:
        """Where to go from here."""

    def start(self, x0: Array, geometry: Geometry) -> SearchingState:
        zero, nowhere = jnp.zeros((), x0.dtype), jnp.zeros_like(x0)
        return SearchingState(
            question=x0,
            answer=x0,
            optimality=zero + jnp.inf,
            step_size=zero,
            accepted=jnp.asarray(True),
            status=jnp.asarray(Status.RUNNING, jnp.int32),
            value=zero + jnp.inf,
            gradient=nowhere,
            direction=nowhere,
            slope=zero,
            search=self.line_search.start(zero, zero - 1, zero + 1),
            memory=self.remember(x0),
        )

    def tell(self, state: SearchingState, evaluation: Evaluation) -> SearchingState:
        gradient: Any = evaluation.gradient
        value = evaluation.value
        is_first = jnp.isinf(state.value)
        slope = inner(gradient, state.direction)
        told = self.line_search.update(state.search, value, slope)
        found = told.status == SearchStatus.FOUND
        accepted = jnp.where(is_first, jnp.isfinite(value) & jnp.isfinite(slope), found)
        failed = ~is_first & (told.status != SearchStatus.SEARCHING) & ~found
        move = Move(
            x=state.question,
            step=state.question - state.answer,
            change=jnp.where(is_first, 0.0, gradient - state.gradient),
            gradient=gradient,
            value=value,
            direction=state.direction,
            slope=state.slope,
            gradient_before=state.gradient,
            fall=jnp.where(is_first, 0.0, state.value - value),
            step_size=jnp.where(is_first, 0.0, state.search.step_size),
        )
        memory = self.learn(state.memory, move, accepted & ~is_first)
        # Where a direction built from memory leads nowhere, straight down is tried once more before giving up.
        again = failed & (memory.known > 0) & (told.status != SearchStatus.UNBOUNDED)
        memory = memory._replace(known=jnp.where(again, 0, memory.known))
        kept = Kept(state.answer, state.value, state.gradient, state.optimality)

        def onward() -> tuple[Kept, Aim]:
            arrived = Kept(state.question, value, gradient, jnp.max(jnp.abs(gradient), initial=0.0))
            aim = self.aim(memory, move)
            slope = inner(gradient, aim.direction)
            goes_down = (slope < 0) & jnp.isfinite(slope)
            return arrived, either(goes_down, aim, straight_down(gradient))

        def steady() -> tuple[Kept, Aim]:
            same = Aim(state.direction, state.search.step_size, 0.0)
            return kept, either(~again, same, straight_down(state.gradient))

        here, aim = jax.lax.cond(accepted, onward, steady)
        slope = inner(here.gradient, aim.direction)
        resolution = coarseness(here.x, aim.direction)
        first = jnp.maximum(aim.first, resolution)
        begun = self.line_search.start(here.value, slope, first, aim.allowance, resolution)
        search = jax.tree.map(lambda new, old: jnp.where(accepted | again, new, old), begun, told)
        step = search.step_size * aim.direction
        question = here.x + step
        # A trial that would ask about the same point again can teach nothing.
        repeats = (search.status == SearchStatus.SEARCHING) & ~accepted & jnp.all(question == state.question)
        end = jnp.where(repeats, reason(search.line, jnp.asarray(False), jnp.asarray(False)), search.status)
        return SearchingState(
            question=question,
            answer=here.x,
            optimality=here.optimality,
            step_size=norm(step),
            accepted=accepted,
            status=ending(end, here.optimality, value, is_first & ~accepted),
            value=here.value,
            gradient=here.gradient,
            direction=aim.direction,
            slope=slope,
            search=search,
            memory=memory,
        )


class Kept(NamedTuple):
    """What is known at the answer."""

    x: Array
    value: Array
    gradient: Array
    optimality: Array


FIRST = 2.8
"""The longest way that is tried first straight down, where nothing is known yet of the curvature.

Measured: evaluations summed over Moré, Garbow & Hillstrom's problems differ by a few percent between 0.4 and 4. Of 2.7
to 3, Rosenbrock's valley is crossed by the first move.
"""


def straight_down(gradient: Array) -> Aim:
    """Down the gradient, or a way of length `FIRST` if that is shorter: no gradient is too long to be squared."""
    one = jnp.ones((), gradient.dtype)
    length = norm(gradient)
    return Aim(-gradient * jnp.minimum(one, FIRST / jnp.where(length > 0, length, one)), one, jnp.zeros_like(one))


def down(gradient: Array) -> Aim:
    """Down the gradient, as it is: for methods whose next step is told from the length of this one."""
    one = jnp.ones((), gradient.dtype)
    return Aim(-gradient, jnp.minimum(one, FIRST / norm(gradient)), jnp.zeros_like(one))


def coarseness(x: Array, direction: Array) -> Array:
    """The step below which x + step · direction is x in floating point: steps that matter change the last bit."""
    moving = direction != 0
    ratio = jnp.abs(x) / jnp.where(moving, jnp.abs(direction), 1)
    least = jnp.min(jnp.where(moving, ratio, jnp.inf), initial=jnp.inf)
    return jnp.where(jnp.isfinite(least), 2 * jnp.finfo(x.dtype).eps * least, 0)


def ending(search: Array, optimality: Array, value: Array, lost: Array) -> Array:
    """The run's status: the search's end; a gradient that vanishes is none."""
    status = jnp.asarray(Status.RUNNING, jnp.int32)
    for found, ends in ENDS.items():
        status = jnp.where((search == found) & (optimality > 0), jnp.int32(ends), status)
    status = jnp.where(lost, jnp.int32(Status.DIVERGED), status)
    return jnp.where(value == -jnp.inf, jnp.int32(Status.UNBOUNDED), status)


def either(condition: Array, one: Aim, other: Aim) -> Aim:
    """One of two aims."""
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b).astype(one.direction.dtype), one, other)

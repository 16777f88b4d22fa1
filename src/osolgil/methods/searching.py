"""Methods that choose a direction and search along it: what they all share.

Reverse communication: a trial point is a question like any other. The line search is told value and slope there; when
it has found its step the point is accepted, and the method is told the move and aims anew.
"""

import abc
from typing import Any, ClassVar, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.box import Box
from osolgil.methods.interior.state import Reported
from osolgil.methods.line_searches import LineSearch, SearchStatus
from osolgil.methods.line_searches.search import reason
from osolgil.methods.method import Method, opening
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
        free: which coordinates may go on, shape (n,); None where there are no bounds.
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
    free: Array | None


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
        box: where the questions stay; None without bounds.
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
    box: Box | None = None

    @property
    def reported(self) -> Reported | None:
        """What is handed over of the bounds at the answer."""
        return None if self.box is None else self.box.reported(self.answer, self.gradient)


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

    Within bounds a direction d is cut to P(x + d) − x, with P the projection into the box: the box is convex, so that
    every trial up to a step of 1, and on to the border, lies inside. Where what is left of the direction does not go
    down, P(x − τg) − x takes its place, which does wherever Karush, Kuhn and Tucker's conditions do not hold.
    """

    line_search: LineSearch
    accepts_always: ClassVar[bool] = False

    def complaint(self) -> str | None:
        """Why these fields make no sense, if they do not."""
        given: Any = self.line_search
        if not isinstance(given, LineSearch):
            return f"line_search must be a LineSearch such as StrongWolfe(), but it is {given!r}"
        return None

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
        box = None if geometry.bounds is None else Box.of(geometry.bounds, x0.dtype)
        x0 = x0 if box is None else box.inside(x0)
        return SearchingState(
            **opening(x0),
            value=zero + jnp.inf,
            gradient=nowhere,
            direction=nowhere,
            slope=zero,
            search=self.line_search.start(zero, zero - 1, zero + 1, farthest=None if box is None else zero + 1),
            memory=self.remember(x0),
            box=box,
        )

    def tell(self, state: SearchingState, evaluation: Evaluation) -> SearchingState:
        gradient: Any = evaluation.gradient
        value, box = evaluation.value, state.box
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
            free=None if box is None else box.free(state.question, gradient),
        )
        memory = self.learn(state.memory, move, accepted & ~is_first)
        # Where a direction built from memory leads nowhere, straight down is tried once more before giving up.
        again = failed & (memory.known > 0) & (told.status != SearchStatus.UNBOUNDED)
        memory = memory._replace(known=jnp.where(again, 0, memory.known))
        kept = Kept(state.answer, state.value, state.gradient, state.optimality)

        def onward() -> tuple[Kept, Aim]:
            if box is None:
                optimality = jnp.max(jnp.abs(gradient), initial=0.0)
            else:
                optimality = box.optimality(state.question, gradient)
            arrived = Kept(state.question, value, gradient, optimality)
            aim, straight = kept_in(box, state.question, self.aim(memory, move)), straight_down(gradient)
            slope = inner(gradient, aim.direction)
            goes_down = (slope < 0) & jnp.isfinite(slope)
            if box is not None:
                # What the box has cut off a direction may be what went down by it.
                goes_down &= -slope >= DOWNHILL * inner(jnp.abs(gradient), jnp.abs(aim.direction))
            return arrived, either(goes_down, aim, kept_in(box, state.question, straight))

        def steady() -> tuple[Kept, Aim]:
            same = Aim(state.direction, state.search.step_size, 0.0)
            return kept, either(~again, same, kept_in(box, state.answer, straight_down(state.gradient)))

        here, aim = jax.lax.cond(accepted, onward, steady)
        slope = inner(here.gradient, aim.direction)
        resolution = coarseness(here.x, aim.direction)
        first, farthest = jnp.maximum(aim.first, resolution), None
        if box is not None:
            farthest = box.room(here.x, aim.direction)
            first = jnp.minimum(first, farthest)
        begun = self.line_search.start(here.value, slope, first, aim.allowance, resolution, farthest)
        search = jax.tree.map(lambda new, old: jnp.where(accepted | again, new, old), begun, told)
        step = search.step_size * aim.direction
        question = here.x + step if box is None else box.inside(here.x + step)
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
            box=box,
        )


class Kept(NamedTuple):
    """What is known at the answer."""

    x: Array
    value: Array
    gradient: Array
    optimality: Array


FIRST = 2.8
"""The longest way that is tried first straight down, where nothing is known yet of the curvature.

It is tuned. From Rosenbrock's (−1.2, 1) to a gradient of 1e-5, BFGS, L-BFGS and conjugate gradients evaluate

| first way | 0.0116 | 0.1 | 0.25 | 0.5 | 1 | 1.562 | 2 | 2.7 | 2.8 | 3 | 4 | SciPy |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
| BFGS | 42 | 45 | 41 | 48 | 48 | 44 | 43 | 26 | 22 | 26 | 45 | 39 |
| L-BFGS | 45 | 43 | 43 | 42 | 44 | 42 | 40 | 27 | 24 | 26 | 47 | 44 |
| conjugate gradients | 80 | 71 | 62 | 75 | 76 | 51 | 67 | 40 | 38 | 39 | 66 | 77 |

times: from 2.7 to 3 the first move crosses the valley, and elsewhere BFGS needs a few more than SciPy's. Lengths that
have a reason of their own are among them: 1 (Nocedal & Wright 2006, p. 142), 1.562 = ‖x‖, and 0.0116, about what Hager
& Zhang (2006, ACM Trans. Math. Softw. 32, step I0) begin with. Summed over Moré, Garbow & Hillstrom's problems,
evaluations differ by a few percent between 0.4 and 4: there the choice costs little and gains little.
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


DOWNHILL = 0.01
"""Of a direction that the box has cut, what goes down has to outweigh what goes up by this part of both at least."""


def kept_in(box: Box | None, x: Array, aim: Aim) -> Aim:
    """The aim, cut to the box, if there is one."""
    return aim if box is None else aim._replace(direction=box.within(x, aim.direction))


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

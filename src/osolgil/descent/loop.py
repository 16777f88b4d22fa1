"""The loop, compiled: evaluate, observe, record, until something ends it or the host wants to look.

Lanes are an axis of the loop, not `vmap` around it: `vmap` of a while-loop selects over every recorded buffer at every
step. Here evaluation and observation are batched, finished lanes are frozen by selecting on the progress alone, and
one row is written for all lanes at the shared counter.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.descent.batches import Order, epoch_order, live
from osolgil.descent.kernels import loop_as_one_kernel
from osolgil.descent.observe import Progress, judge, observe, observe_sample, settle
from osolgil.descent.stop import Limits
from osolgil.methods.method import Method
from osolgil.problems.finite_sum import Batch, FiniteSum, takes_key
from osolgil.problems.problem import Problem
from osolgil.protocol import Evaluation, Layout, Needs, Status


@dataclass(frozen=True)
class Setting:
    """What a program is made for, besides the shapes of its arguments.

    Attributes:
        layout: of the parameters.
        record: "values", "path" or "all".
        capacity: rows that the record buffer holds.
        columns: numbers in a row.
        lanes: whether progress, method and seeds have a leading axis of lanes.
        batch_size: rows of a mini-batch; None evaluates all rows.
        order: how an epoch goes through the rows.
        shared_order: whether all lanes go through the rows in one order.
        own: for every leaf of the problem whether it has a leading axis of lanes; empty where lanes share the problem.
    """

    layout: Layout
    record: str
    capacity: int
    columns: int
    lanes: bool = False
    batch_size: int | None = None
    order: Order = Order.SHUFFLED
    shared_order: bool = True
    own: tuple[bool, ...] = ()


class Clock(NamedTuple):
    """Shared counters: evaluations (per lane) and where the epoch stands."""

    t: Any
    epoch: Any
    position: Any


def new_clock() -> Clock:
    """The clock before the first evaluation."""
    return Clock(*(np.asarray(0, np.int32) for _ in Clock._fields))


def running(progress: Progress) -> Array:
    """Whether any lane still runs."""
    return jnp.any(progress.status == Status.RUNNING)


def frozen(old: Progress, new: Progress) -> Progress:
    """The new progress for lanes that still run, the old one for those that have ended."""
    alive = old.status == Status.RUNNING

    def select(before: Array, after: Array) -> Array:
        return jnp.where(alive.reshape(alive.shape + (1,) * (after.ndim - 1)), after, before)

    return jax.tree.map(select, old, new)


def axes_of(setting: Setting, problem: Problem) -> Any:
    """For `vmap`: the axis of lanes of each leaf of the problem, None for what lanes share."""
    if not setting.own:
        return None
    return jax.tree.unflatten(jax.tree.structure(problem), [0 if own else None for own in setting.own])


def first_of(setting: Setting, problem: Any) -> Any:
    """The problem of the first lane, whose number of rows is that of all."""
    if not setting.own:
        return problem
    leaves, structure = jax.tree.flatten(problem)
    return jax.tree.unflatten(
        structure, [leaf[0] if own else leaf for leaf, own in zip(leaves, setting.own, strict=True)]
    )


def advance(
    setting: Setting,
    problem: Problem,
    method: Method[Any],
    progress: Progress,
    clock: Clock,
    until: Array,
    limits: Limits,
) -> tuple[Progress, Clock, Array]:
    """Evaluate everything, again and again, until `clock.t` is `until` or every lane has ended.

    Returns:
        progress, clock and the record, shape (capacity, columns), or (capacity, lanes, columns); its first rows are
        those of this call.
    """
    begun = clock.t

    def one(problem: Problem, method: Method[Any], progress: Progress, t: Array) -> tuple[Progress, Array]:
        evaluation = problem.evaluate(progress.state.question, method.needs, setting.layout)
        return observe(method, progress, evaluation, t, limits, setting.record)

    turn = jax.vmap(one, in_axes=(axes_of(setting, problem), 0, 0, None)) if setting.lanes else one

    def body(carry: tuple[Progress, Array, Array]) -> tuple[Progress, Array, Array]:
        progress, t, record = carry
        after, row = turn(problem, method, progress, t + 1)
        record = jax.lax.dynamic_update_index_in_dim(record, row, t - begun, 0)
        return frozen(progress, after) if setting.lanes else after, t + 1, record

    def goes_on(carry: tuple[Progress, Array, Array]) -> Array:
        progress, t, _ = carry
        return (t < until) & running(progress)

    record = empty_record(setting, progress)
    progress, t, record = jax.lax.while_loop(goes_on, body, (progress, clock.t, record))
    return progress, clock._replace(t=t), record


def empty_record(setting: Setting, progress: Progress) -> Array:
    """A record buffer for one chunk."""
    lanes = progress.status.shape if setting.lanes else ()
    return jnp.zeros((setting.capacity, *lanes, setting.columns), progress.best.value.dtype)


class Sampling(NamedTuple):
    """What a sampled run draws with.

    Attributes:
        key: one, or one a lane.
        batches: of an epoch.
        order: the row numbers of the epoch under way, as `draw_order` draws them: a chunk that begins within an epoch
            goes on with it. None where no program has run yet.
    """

    key: Array
    batches: Any
    order: Any = None


def draw_order(setting: Setting, problem: FiniteSum, sampling: Sampling, epoch: Array) -> Array:
    """The row numbers of an epoch, shape (slots,), or (lanes, slots) where every lane has its own."""
    batch_size = setting.batch_size
    assert batch_size is not None

    def draw(key: Array) -> Array:
        return epoch_order(setting.order, jax.random.fold_in(key, epoch), problem.count, problem.length, batch_size)

    return draw(sampling.key) if sampling.key.ndim == 0 else jax.vmap(draw)(sampling.key)


def sample(
    setting: Setting, problem: FiniteSum, method: Method[Any], x: Array, order: Array, clock: Clock, key: Array
) -> Evaluation:
    """The estimate at x from the batch at which the clock stands."""
    size = setting.batch_size
    assert size is not None
    start = clock.position * size
    # The loss's own randomness comes from a branch of the key that no epoch's order uses.
    draws = jax.random.fold_in(jax.random.fold_in(key, 0x7FFFFFFF), clock.t) if takes_key(problem.loss) else None
    batch = Batch(
        indices=jax.lax.dynamic_slice_in_dim(order, start, size),
        live=live(setting.order, start, problem.count, size, x.dtype),
        key=draws,
    )
    return problem.evaluate_batch(x, batch, method.needs, setting.layout)


def judged_at(method: Method[Any], state: Any) -> Array:
    """Where a sampled run is judged: the newest point, or the answer of a method that answers elsewhere."""
    point: Array = state.answer if method.answers_elsewhere else state.question
    return point


def examine(
    setting: Setting,
    problem: Problem,
    validation: Problem | None,
    method: Method[Any],
    progress: Progress,
    limits: Limits,
) -> tuple[Progress, Array]:
    """Judge a sampled run by all rows, or by a validation's.

    Returns:
        the progress and (value, optimality, evaluations), shape (3,); a validation's optimality is NaN, since its slope
        is not what the run brings to zero.
    """
    x = judged_at(method, progress.state)
    if validation is None:
        evaluation = problem.evaluate(x, method.needs, setting.layout)
        optimality = method.stationarity(progress.state, x, evaluation.gradient)  # type: ignore[arg-type]
        finite = jnp.isfinite(evaluation.value) & jnp.isfinite(optimality)
    else:
        # The two may walk in coordinates of their own.
        there: Any = validation.inward(problem.outward(x))  # type: ignore[arg-type]
        evaluation = validation.evaluate(there, Needs.VALUE, setting.layout)
        optimality = None
        finite = jnp.isfinite(evaluation.value)
    status = settle(progress.status, (~finite, Status.DIVERGED))
    judged = judge(progress, x, evaluation, optimality, status, progress.evaluations, limits)
    shown = jnp.full_like(evaluation.value, jnp.nan) if optimality is None else optimality
    return judged, jnp.stack([evaluation.value, shown, progress.evaluations.astype(shown.dtype)])


def advance_sampled(
    setting: Setting,
    problem: FiniteSum,
    validation: FiniteSum | None,
    method: Method[Any],
    progress: Progress,
    clock: Clock,
    until: Array,
    limits: Limits,
    sampling: Sampling,
) -> tuple[Progress, Clock, Array, Array, Array, Array]:
    """Evaluate batch after batch until `clock.t` is `until` or every lane has ended; judge after each epoch.

    Returns:
        progress, clock, the record as in `advance`, the judgements of the epochs that ended, shape (capacity, 3), or
        (capacity, lanes, 3), the order of the epoch under way, and a number that only has to be returned.
    """
    begun, begun_epoch = clock.t, clock.epoch

    def one(
        problem: FiniteSum, method: Method[Any], progress: Progress, order: Array, key: Array, clock: Clock
    ) -> tuple[Progress, Array]:
        x = progress.state.question
        evaluation = sample(setting, problem, method, x, order, clock, key)
        return observe_sample(method, progress, evaluation, clock.t + 1, setting.record)

    def one_examined(problem: FiniteSum, method: Method[Any], progress: Progress) -> tuple[Progress, Array]:
        return examine(setting, problem, validation, method, progress, limits)

    turn, examined = one, one_examined
    if setting.lanes:
        posed, own = axes_of(setting, problem), None if setting.shared_order else 0
        turn = jax.vmap(one, in_axes=(posed, 0, 0, own, own, None))
        examined = jax.vmap(one_examined, in_axes=(posed, 0, 0))

    def batch(carry: Any) -> Any:
        progress, clock, record, order = carry
        after, row = turn(problem, method, progress, order, sampling.key, clock)
        record = jax.lax.dynamic_update_index_in_dim(record, row, clock.t - begun, 0)
        after = frozen(progress, after) if setting.lanes else after
        return after, clock._replace(t=clock.t + 1, position=clock.position + 1), record, order

    def epoch_goes_on(carry: Any) -> Array:
        progress, clock, _, _ = carry
        return (clock.t < until) & (clock.position < sampling.batches) & running(progress)

    def epoch(carry: Any) -> Any:
        progress, clock, record, judgements, order, used = carry

        def draw() -> Array:
            return draw_order(setting, first_of(setting, problem), sampling, clock.epoch)

        order = jax.lax.cond(clock.position == 0, draw, lambda: order)
        (progress, clock, record, _), number = loop_as_one_kernel(
            lambda carry: jax.lax.while_loop(epoch_goes_on, batch, carry), (progress, clock, record, order)
        )

        def ended(progress: Progress, judgements: Array) -> tuple[Progress, Array]:
            after, row = examined(problem, method, progress)
            if setting.lanes:
                # A lane that has ended is judged no more: evaluation 0 marks a row that is none.
                row = jnp.where((progress.status == Status.RUNNING)[:, None], row, 0)
            judgements = jax.lax.dynamic_update_index_in_dim(judgements, row, clock.epoch - begun_epoch, 0)
            return frozen(progress, after) if setting.lanes else after, judgements

        whole = clock.position >= sampling.batches
        progress, judgements = jax.lax.cond(whole & running(progress), ended, lambda *same: same, progress, judgements)
        clock = clock._replace(
            epoch=clock.epoch + whole.astype(jnp.int32), position=jnp.where(whole, 0, clock.position)
        )
        return progress, clock, record, judgements, order, used + number

    def goes_on(carry: Any) -> Array:
        progress, clock, *_ = carry
        return (clock.t < until) & running(progress)

    record = empty_record(setting, progress)
    judgements = jnp.zeros((*record.shape[:-1], 3), record.dtype)
    carry = (progress, clock, record, judgements, sampling.order, jnp.zeros((), jnp.float32))
    return jax.lax.while_loop(goes_on, epoch, carry)

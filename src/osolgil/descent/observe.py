"""One turn of the loop: an evaluation is told to the method, judged, and recorded. Every driver turns this wheel."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.descent.stop import Limits
from osolgil.methods.method import Method
from osolgil.protocol import Evaluation, Status


class Best(NamedTuple):
    """The judged point with the lowest finite value; a validation's value has no gradient with it, but NaN."""

    x: Array
    value: Array
    gradient: Array
    evaluation: Array


class Progress(NamedTuple):
    """Where a run stands. All there is: saving it is saving the run.

    Attributes:
        state: the method's state.
        best: the best point that was judged.
        evaluations: questions answered so far.
        steps: accepted moves so far (the start is not a move, so −1 before it was evaluated).
        status: a `Status` code.
    """

    state: Any
    best: Best
    evaluations: Array
    steps: Array
    status: Array


COLUMNS = ("value", "optimality", "step_size", "accepted")
"""The columns of a record row that every run has; the point and the memory follow if asked for."""


def begin(method: Method[Any], x0: Array, geometry: Any, sampled: bool = False) -> Progress:
    """The progress before the first evaluation."""
    return Progress(
        state=method.start(x0, geometry),
        best=Best(x0, jnp.full((), jnp.inf, x0.dtype), jnp.full_like(x0, jnp.nan), jnp.asarray(0, jnp.int32)),
        evaluations=jnp.asarray(0, jnp.int32),
        # Sampled runs have no evaluation of the start among their rows: each of their evaluations leads to a step.
        steps=jnp.asarray(0 if sampled else -1, jnp.int32),
        status=jnp.asarray(Status.RUNNING, jnp.int32),
    )


def row_of(record: str, asked: Array, value: Array, state: Any) -> Array:
    """The record of one evaluation, packed into one row: a loop that writes one row stays small enough for XLA."""
    columns = jnp.stack([value, state.optimality, state.step_size, state.accepted.astype(value.dtype)])
    if record == "values":
        return columns
    if record == "path":
        return jnp.concatenate([columns, asked])
    memory = [jnp.ravel(leaf).astype(value.dtype) for leaf in jax.tree.leaves(memory_of(state))]
    return jnp.concatenate([columns, asked, *memory])


def memory_of(state: Any) -> Any:
    """What a method remembers beyond what every state exposes."""
    return getattr(state, "memory", ())


def observe(
    method: Method[Any], progress: Progress, evaluation: Evaluation, t: Array, limits: Limits, record: str
) -> tuple[Progress, Array]:
    """Tell the method what is known at its question, and judge: an evaluation of everything is the truth.

    `t` is the number of this evaluation, from 1.
    """
    asked = progress.state.question
    state = method.tell(progress.state, evaluation)
    row = row_of(record, asked, evaluation.value, state)
    steps = t - 1 if method.accepts_always else progress.steps + state.accepted
    judged = judge(progress, asked, evaluation, state.optimality, state.status, t, limits)
    # A step that is not zero and yet changes no coordinate is below the spacing of floating-point numbers around x.
    stuck = (state.step_size > 0) & jnp.all(state.question == asked)
    status = settle(judged.status, (stuck, Status.STALLED))
    if limits.steps is not None:
        status = settle(status, (steps >= limits.steps, Status.STEP_LIMIT))
    return judged._replace(state=state, evaluations=t, steps=steps, status=status), row


def observe_sample(
    method: Method[Any], progress: Progress, evaluation: Evaluation, t: Array, record: str
) -> tuple[Progress, Array]:
    """Tell the method an estimate, and judge nothing by it but whether it is finite.

    A batch's gradient may vanish far from any optimum. Steps are not limited here: a sampled run ends between
    evaluations, where the host says so, and goes on from there as if it had never ended.
    """
    asked = progress.state.question
    state = method.tell(progress.state, evaluation)
    row = row_of(record, asked, evaluation.value, state)
    steps = t if method.accepts_always else progress.steps + state.accepted
    return progress._replace(state=state, evaluations=t, steps=steps, status=state.status), row


def judge(
    progress: Progress,
    x: Array,
    evaluation: Evaluation,
    optimality: Array | None,
    status: Array,
    t: Array,
    limits: Limits,
) -> Progress:
    """Best so far, convergence, target, patience and exit, by an evaluation of all rows at x, the t-th.

    An evaluation of a validation has neither gradient nor optimality: nothing converges by it.
    """
    value, gradient = evaluation.value, evaluation.gradient
    if evaluation.violation is not None:
        # A point outside of the constraints is no candidate, however low: it counts as infinitely high.
        value = jnp.where(evaluation.violation <= feasible(value.dtype), value, jnp.inf)
    best = progress.best
    better = (value < best.value) & jnp.isfinite(value)
    best = Best(
        x=jnp.where(better, x, best.x),
        value=jnp.where(better, value, best.value),
        gradient=best.gradient if gradient is None else jnp.where(better, gradient, best.gradient),
        evaluation=jnp.where(better, t, best.evaluation),
    )
    if optimality is not None:
        status = settle(status, (optimality <= limits.optimality, Status.CONVERGED))
    if limits.target is not None:
        status = settle(status, (value <= limits.target, Status.TARGET_REACHED))
    if limits.exit_level is not None:
        status = settle(status, (value < limits.exit_level, Status.UNBOUNDED))
    if limits.patience is not None:
        ended = Status.EARLY_STOPPED if optimality is None else Status.STALLED
        status = settle(status, (t - best.evaluation >= limits.patience, ended))
    return progress._replace(best=best, status=status)


def feasible(dtype: Any) -> float:
    """The violation of a constraint up to which a point counts as feasible: 6e-6 in float64, 5e-3 in float32."""
    return float(jnp.finfo(dtype).eps) ** (1 / 3)


def settle(status: Array, reason: tuple[Array, Status]) -> Array:
    """The status, or the reason if it holds while the status is still RUNNING."""
    holds, ended = reason
    return jnp.where((status == Status.RUNNING) & holds, jnp.int32(ended), status)


def largest(gradient: Array) -> Array:
    """maxⱼ|gⱼ|."""
    return jnp.max(jnp.abs(gradient))

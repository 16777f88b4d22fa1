"""One turn of the loop: an evaluation is told to the method, judged, and recorded. Every driver turns this wheel."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.descent.stop import IDLE, Limits
from osolgil.methods.method import Method
from osolgil.protocol import Evaluation, Status


class Best(NamedTuple):
    """The evaluated point with the lowest finite value."""

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
        idle: judgements in a row that left x as it was.
        unimproved: judgements since the best value improved.
        status: a `Status` code.
    """

    state: Any
    best: Best
    evaluations: Array
    steps: Array
    idle: Array
    unimproved: Array
    status: Array


COLUMNS = ("value", "optimality", "step_size", "accepted")
"""The columns of a record row that every run has; the point and the memory follow if asked for."""


def begin(method: Method[Any], x0: Array, geometry: Any, sampled: bool = False) -> Progress:
    """The progress before the first evaluation."""
    return Progress(
        state=method.start(x0, geometry),
        best=Best(x0, jnp.full((), jnp.inf, x0.dtype), jnp.zeros_like(x0), jnp.asarray(0, jnp.int32)),
        evaluations=jnp.asarray(0, jnp.int32),
        # Sampled runs have no evaluation of the start among their rows: each of their evaluations leads to a step.
        steps=jnp.asarray(0 if sampled else -1, jnp.int32),
        idle=jnp.asarray(0, jnp.int32),
        unimproved=jnp.asarray(0, jnp.int32),
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
    method: Method[Any], progress: Progress, evaluation: Evaluation, limits: Limits, record: str
) -> tuple[Progress, Array]:
    """Tell the method what is known at its question, and judge: an evaluation of everything is the truth."""
    asked = progress.state.question
    state = method.tell(progress.state, evaluation)
    row = row_of(record, asked, evaluation.value, state)
    moved = jnp.any(state.question != asked)
    judged = judge(progress, asked, evaluation, state.optimality, state.status, limits)
    steps = progress.steps + state.accepted
    evaluations = progress.evaluations + 1
    idle = jnp.where(moved, 0, progress.idle + 1)
    status = settle(
        judged.status,
        (idle >= IDLE, Status.STALLED),
        (steps >= limits.steps, Status.STEP_LIMIT),
        (evaluations >= limits.evaluations, Status.EVALUATION_LIMIT),
    )
    return judged._replace(state=state, evaluations=evaluations, steps=steps, idle=idle, status=status), row


def observe_sample(
    method: Method[Any], progress: Progress, evaluation: Evaluation, record: str
) -> tuple[Progress, Array]:
    """Tell the method an estimate, and judge nothing by it but whether it is finite.

    A batch's gradient may vanish far from any optimum. Steps are not limited here: a sampled run ends between
    evaluations, where the host says so, and goes on from there as if it had never ended.
    """
    asked = progress.state.question
    state = method.tell(progress.state, evaluation)
    row = row_of(record, asked, evaluation.value, state)
    return (
        progress._replace(
            state=state,
            evaluations=progress.evaluations + 1,
            steps=progress.steps + state.accepted,
            status=state.status,
        ),
        row,
    )


def judge(
    progress: Progress, x: Array, evaluation: Evaluation, optimality: Array, status: Array, limits: Limits
) -> Progress:
    """Best so far, convergence, target, patience and exit, by an evaluation of all rows at x."""
    value, gradient = evaluation.value, evaluation.gradient
    best = progress.best
    better = (value < best.value) & jnp.isfinite(value)
    best = Best(
        x=jnp.where(better, x, best.x),
        value=jnp.where(better, value, best.value),
        gradient=jnp.where(better, gradient, best.gradient),
        evaluation=jnp.where(better, progress.evaluations, best.evaluation),
    )
    unimproved = jnp.where(better, 0, progress.unimproved + 1)
    status = settle(
        status,
        (optimality <= limits.optimality, Status.CONVERGED),
        (value <= limits.target, Status.TARGET_REACHED),
        (value < limits.exit_level, Status.UNBOUNDED),
        (unimproved >= limits.patience, Status.STALLED),
    )
    return progress._replace(best=best, unimproved=unimproved, status=status)


def settle(status: Array, *reasons: tuple[Array, Status]) -> Array:
    """The status, or the first reason that holds while it is still RUNNING."""
    for holds, ended in reasons:
        status = jnp.where((status == Status.RUNNING) & holds, jnp.int32(ended), status)
    return status


def largest(gradient: Array) -> Array:
    """maxⱼ|gⱼ|."""
    return jnp.max(jnp.abs(gradient), initial=0.0)

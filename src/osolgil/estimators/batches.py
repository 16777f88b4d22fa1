"""Mini-batches that come one after the other, perhaps in another process: a rule that goes on where it was."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent.setup import as_leaves, as_method, check_penalized, name_of
from osolgil.estimators.softmax import Softmax
from osolgil.estimators.tasks import Task, loss_of
from osolgil.methods import check
from osolgil.problems import FiniteSum
from osolgil.problems.finite_sum import shared_length
from osolgil.problems.penalized import walked
from osolgil.problems.placing import as_arrays
from osolgil.problems.sparse_rows import SparseRows, is_sparse
from osolgil.protocol import Geometry, Layout, Status, precision
from osolgil.regression.coordinates import Coordinates
from osolgil.regression.solving import rule_for


@dataclass(frozen=True, eq=False)
class Walk:
    """Where a rule stands between two batches. Nothing but arrays: it is pickled and copied with its estimator.

    Attributes:
        method: the rule, with its hyperparameters as arrays.
        state: of the rule; its question is the point where it looks next, in inner coordinates.
        coordinates: of the columns, whose centres and spreads are those of the first call's rows.
        shape: of the coefficients.
        dtype: to compute in.
    """

    method: Any
    state: Any
    coordinates: Any
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def coefficients(self) -> np.ndarray:
        """Where the last step led, or the average of a rule that averages, on the original scale."""
        here = self.state.answer if self.method.answers_elsewhere else self.state.question
        return np.asarray(self.coordinates.outward(np.asarray(here, dtype=np.float64))).reshape(self.shape)

    @property
    def steps(self) -> int:
        """How many batches it has seen."""
        return int(self.state.t)

    @property
    def diverged(self) -> bool:
        """Whether a value or a gradient was no finite number."""
        return int(self.state.status) == Status.DIVERGED or not np.isfinite(self.coefficients).all()


def set_out(task: Task, method: Any, start: np.ndarray | None) -> Walk:
    """A rule before its first batch.

    Args:
        task: with the first batch as its rows, whose centres and spreads the coordinates are.
        method: the rule, or "auto".
        start: coefficients on the original scale; 0 by default.

    Raises:
        ValueError: the method is none that may be fed mini-batches, or it cannot keep the penalty.
    """
    given = rule_for(task.penalty) if isinstance(method, str) and method == "auto" else as_method(method)
    check(given)
    if not given.samples:
        raise ValueError(
            f"{name_of(given)} compares values between points, which batches of partial_fit only estimate; use a rule "
            "such as 'adam', or fit."
        )
    if task.penalty is not None:
        check_penalized(given, task.penalty, False, None)
    begun = np.zeros(task.shape) if start is None else start
    dtype = task.sample.X.dtype
    # Of inner coordinates, in which scales are about one: a first batch of one row has no spread, and is only centred.
    seen = task.sample.coordinates
    problem = FiniteSum(loss_of(task.family, seen, task.kinked), task.sample.y)
    layout = Layout.of(begun)
    shrinkage = None
    if task.penalty is not None and given.takes_penalty:
        shrinkage = walked(task.penalty.shrinkage(layout), problem, layout)
    with precision(dtype):
        x0 = jnp.asarray(problem.inward(layout.flat(begun)), dtype)
        inside = None if shrinkage is None else jax.tree.map(lambda part: jnp.asarray(part, dtype), shrinkage)
        method = as_leaves(given, dtype)
        state = method.start(x0, Geometry(layout, None, inside))
    return Walk(method, at_rest(state), problem.coordinates, task.shape, dtype)


def at_rest(state: Any) -> Any:
    """A state as NumPy's arrays."""
    return jax.tree.map(np.asarray, state)


def walked_over(walk: Walk, task: Task, batch_size: int | None) -> tuple[Walk, np.ndarray]:
    """The rule after one step for each batch of these rows, in their order, and the objective that each batch had.

    Args:
        walk: where the rule stands.
        task: with the rows.
        batch_size: rows of a batch; None takes all of them for one.
    """
    rows = len(task.sample.y)
    size = rows if batch_size is None else min(int(batch_size), rows)
    count = -(-rows // size)
    # Batches are filled up by a row that does not count, and calls by batches that are not looked at, so that few
    # lengths, and few compilations, serve all.
    length, room = shared_length(size), 1 if count == 1 else shared_length(count)
    places = np.zeros((room, length), int)
    live = np.zeros((room, length))
    order = np.arange(count * size)
    places[:count, :size] = np.where(order < rows, order, 0).reshape(count, size)
    live[:count, :size] = (order < rows).reshape(count, size)
    weights = live * task.sample.mass[places]
    # A batch whose rows all weigh nothing says nothing: no step.
    kept = np.flatnonzero(weights.sum(axis=1) > 0)
    arranged = np.concatenate([kept, np.zeros(room - len(kept), int)])
    chosen = places[arranged]
    y = task.sample.y[chosen]
    # Few widths of sparse rows, too.
    whole = SparseRows.of(task.sample.X, shared_length) if is_sparse(task.sample.X) else task.sample.X
    X = jax.tree.map(lambda part: part[chosen], whole)
    each = walk.coordinates.each if isinstance(task.family, Softmax) else walk.coordinates
    penalty = None if task.penalty is None or walk.method.takes_penalty else task.penalty
    with precision(walk.dtype):
        data = as_arrays([X, y, weights[arranged]], walk.dtype)
        state, values = steps(
            (task.family, walk.shape, task.kinked),
            walk.method,
            walk.state,
            each.of(walk.dtype),
            penalty,
            *data,
            jnp.asarray(len(kept), jnp.int32),
        )
    return replace(walk, state=at_rest(state)), np.asarray(values)[: len(kept)]


def walk_through(
    what: Any, method: Any, state: Any, each: Coordinates, penalty: Any, X: Any, y: Any, weights: Any, count: Any
) -> Any:
    """One step for each of the first `count` batches: X of shape (batches, rows, n), perhaps sparse; y and weights of
    shape (batches, rows).
    """
    family, shape, kinked = what
    layout, loss = Layout.of(np.zeros(shape)), loss_of(family, each, kinked)

    def step(index: Any, carried: Any) -> Any:
        state, values = carried
        count = jnp.asarray(y.shape[1], jnp.int32)
        batch = FiniteSum(
            loss, (jax.tree.map(lambda part: part[index], X), y[index]), weights[index], penalty, count=count
        )
        evaluation = batch.evaluate(state.question, layout=layout)
        return method.tell(state, evaluation), values.at[index].set(evaluation.value)

    return jax.lax.fori_loop(0, count, step, (state, jnp.zeros(len(y), y.dtype)))


steps = jax.jit(walk_through, static_argnums=0)

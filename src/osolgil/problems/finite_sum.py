"""Sums over rows: what data make of a loss."""

import inspect
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.compacting import compacted
from osolgil.problems.few_rows import FEW, summing
from osolgil.problems.function import differentiated
from osolgil.problems.linearized import REMEMBERED, Combined, SideBySide, bytes_remembered, in_order
from osolgil.problems.placing import as_arrays, placed, wanted_dtype
from osolgil.problems.problem import Coordinates, Problem, flat
from osolgil.problems.sparse_rows import SparseRows, filled
from osolgil.protocol import Evaluation, Layout, Needs, as_node, data_pytree, static
from osolgil.protocol.pytrees import StaticCallable

CHUNK = 4096
"""Rows of one chunk, the unit in which a sum over rows is cut: at most, where rows are narrow."""

GROUP = 8
"""Chunks of so many rows whose totals are folded together before groups are; smaller chunks are as many more."""

CACHED = 256 * 1024
"""Bytes of a chunk of wide rows. Read once from memory and then, by the loss and by its gradient, from a core's own
cache (1 MiB, 512 kB of the smallest in use): 8.5 GB/s a core at 100 float32 columns, where chunks of 1.6 MB make 5.5.
A number and not the machine's own, so that machines with other caches add in the same order."""


class Totals(NamedTuple):
    """What a chunk of rows adds to the sum: Σw, Σw·loss and the derivatives of the latter."""

    weight: Array
    loss: Array
    gradient: Array | None = None
    hessian: Array | None = None
    product: Callable[[Any], Array] | None = None


class Batch(NamedTuple):
    """The rows of one evaluation: which ones, and which of them count (a ragged batch is filled up with others)."""

    indices: Array
    live: Array
    key: Array | None


@data_pytree
class FiniteSum(Problem):
    """The weighted mean (or sum) of a loss over rows, plus a penalty: Σw·loss(x, row) / Σw + penalty(x).

    The mean is the default, so that a learning rate does not depend on the number of rows. Under ``reduction="sum"``
    a mini-batch estimates the sum: the mean over the batch times the total weight.

    Attributes:
        loss: ``loss(x, rows)`` returns one loss per row, shape (rows,), written with JAX's functions. A third
            parameter makes it ``loss(x, rows, key)``: the key draws what is random in a mini-batch (dropout), and is
            None when all rows are evaluated. A loss that is a pytree may have `coordinates` (see `Problem`): it is
            then called with x in the inner ones; and a method ``second_order(x, rows, weights)`` that returns the
            weighted sum of the losses with its gradient and Hessian, where it knows a shorter way to them.
        rows: any pytree of arrays with one leading length, the number of rows. They are read when the problem is first
            run; changing them in place afterwards is not seen, so pose a new problem for new data.
        weights: non-negative weights, shape (rows,); one each by default.
        penalty: ``penalty(x)`` returns a scalar; x is in the coordinates that people see.
        reduction: "mean" or "sum".
        count: how many rows are real; set by `prepared`, which fills up to a length that compiled programs share.

    >>> import numpy as np
    >>> heights = FiniteSum(lambda x, rows: (rows - x[0]) ** 2, np.array([1.0, 2.0, 3.0, 6.0]))
    >>> float(heights.evaluate(np.array([3.0])).value)
    3.5
    """

    loss: Callable[..., Any]
    rows: Any
    weights: Any = None
    penalty: Callable[..., Any] | None = None
    reduction: str = static(default="mean")
    count: Any = None

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN | Needs.PRODUCT

    def __post_init__(self) -> None:
        object.__setattr__(self, "loss", as_node(self.loss))
        if self.penalty is not None:
            object.__setattr__(self, "penalty", as_node(self.penalty))

    @property
    def name(self) -> str:
        return getattr(self.loss, "__name__", type(self.loss).__name__)

    @property
    def coordinates(self) -> Coordinates | None:
        return getattr(self.loss, "coordinates", None)

    @property
    def convex(self) -> bool:
        kept = self.penalty is None or getattr(self.penalty, "convex", False)
        return kept and getattr(self.loss, "convex", False)

    @property
    def length(self) -> int:
        """The number of rows as they lie in memory."""
        return int(np.shape(jax.tree.leaves(self.rows)[0])[0])

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        if self.count is None:
            return self.prepared(jnp.result_type(float)).evaluate(x, needs, layout)
        x, shape = flat(x, layout)
        totals = self.linearized(x, needs, shape) if Needs.PRODUCT in needs else self.folded(x, needs, shape)
        return self.completed(x, totals, totals.weight, needs, shape)

    def evaluate_batch(
        self, x: Array, batch: Batch, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None
    ) -> Evaluation:
        """An estimate from some rows: their weighted mean in place of that of all rows."""
        x, shape = flat(x, layout)
        rows = jax.tree.map(lambda array: jnp.asarray(array).at[batch.indices].get(mode="promise_in_bounds"), self.rows)
        weights = jnp.asarray(self.weights).at[batch.indices].get(mode="promise_in_bounds") * batch.live
        totals = self.totals(x, rows, weights, needs, shape, batch.key)
        everything = jnp.sum(self.weights) if self.reduction == "sum" else totals.weight
        return self.completed(x, totals, everything, needs, shape)

    def totals(
        self, x: Array, rows: Any, weights: Array, needs: Needs, layout: Layout, key: Array | None = None
    ) -> Totals:
        """The kernel: what these rows add, for any cut of the rows."""
        extra = (key,) if takes_key(self.loss) else ()
        if Needs.HESSIAN in needs:
            # Of sparse rows their gathered entries would be as many times as there are columns.
            second_order = getattr(self.loss, "second_order", None)
            rows = filled(rows, crowded=second_order is not None)
            if second_order is not None:
                return Totals(jnp.sum(weights), *second_order(layout.unravel(x), rows, weights))

        def weighted(parameters: Any) -> Array:
            try:
                loss = summing(self.loss) if len(weights) <= FEW else self.loss
                losses = loss(parameters, rows, *extra)
            except (TypeError, AttributeError) as error:
                if extra == (None,) and "NoneType" in str(error):
                    raise TypeError(
                        f"{self.name} cannot do without its key: when all rows are evaluated the key is None, and "
                        "nothing is to be drawn (no dropout). Write: if key is not None: ..."
                    ) from error
                raise
            # Any other shape would broadcast against the weights, to a wrong sum.
            if jnp.shape(losses) != weights.shape:
                raise TypeError(
                    f"{self.name} returns an array of shape {jnp.shape(losses)} when it is given {len(weights)} rows; "
                    f"a loss must return one number per row, shape ({len(weights)},)."
                )
            return jnp.sum(weights * losses)

        found = differentiated(weighted, x, needs, layout)
        if found.product is not None:
            found = found._replace(product=compacted(found.product, x))
        return Totals(jnp.sum(weights), *found[:4])

    def folded(self, x: Array, needs: Needs, layout: Layout) -> Totals:
        """Totals over all rows."""
        totals: Totals = self.over_chunks(lambda rows, weights: self.totals(x, rows, weights, needs, layout))
        return totals

    def over_chunks(self, total: Callable[[Any, Array], Any]) -> Any:
        """What ``total(rows, weights)`` is of all rows: within groups of chunks, then over the groups, each in index
        order.
        """
        if self.length <= CHUNK:
            return total(self.rows, self.weights)

        def add_group(group: Any, totals: Any) -> Any:
            return jax.tree.map(jnp.add, totals, self.over_group(total, group))

        return jax.lax.fori_loop(0, (self.count + CHUNK * GROUP - 1) // (CHUNK * GROUP), add_group, self.zero(total))

    def over_group(self, total: Callable[[Any, Array], Any], group: Any) -> Any:
        """What ``total(rows, weights)`` is of one group of chunks, in index order; zero beyond the last."""
        size = self.chunk_rows
        chunks, of_group = (self.count + size - 1) // size, CHUNK * GROUP // size

        def add(index: Any, totals: Any) -> Any:
            rows, weights = self.chunk(index)
            return jax.tree.map(jnp.add, totals, total(rows, weights))

        first = jnp.minimum(group * of_group, chunks)
        return jax.lax.fori_loop(first, jnp.minimum(first + of_group, chunks), add, self.zero(total))

    def chunk(self, index: Any) -> tuple[Any, Array]:
        """The rows and weights of one chunk."""

        def cut(array: Array) -> Array:
            return jax.lax.dynamic_slice_in_dim(array, index * self.chunk_rows, self.chunk_rows)

        return jax.tree.map(cut, self.rows), cut(self.weights)

    def zero(self, total: Callable[[Any, Array], Any]) -> Any:
        """The totals of no rows."""
        shapes = jax.eval_shape(lambda: total(*self.chunk(0)))
        return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)

    @property
    def chunk_rows(self) -> int:
        """The rows of one chunk: a power of two that divides `CHUNK`, so that a chunk stays in a core's cache."""
        # The gradient of every chunk of sparse rows is as long as all columns: there, few chunks are better.
        parts = jax.tree.leaves((self.rows, self.weights), is_leaf=lambda part: isinstance(part, SparseRows))
        bytes_read = sum(part.dtype.itemsize * part.size for part in parts if not isinstance(part, SparseRows))
        size = CHUNK
        while size > 64 and size * bytes_read > CACHED * self.length:
            size //= 2
        return size

    def linearized(self, x: Array, needs: Needs, layout: Layout) -> Totals:
        """Totals over all rows with products of the Hessian, for which every chunk is linearized once."""
        chunks = max(self.length // CHUNK, 1)

        def cut(array: Array) -> Array:
            return array.reshape(chunks, -1, *array.shape[1:])

        def totals(rows: Any, weights: Array) -> Totals:
            return self.totals(x, rows, weights, needs, layout)

        cuts = jax.tree.map(cut, (self.rows, self.weights))
        one = jax.tree.map(lambda array: jax.ShapeDtypeStruct(array.shape[1:], array.dtype), cuts)
        if chunks * bytes_remembered(lambda *chunk: totals(*chunk).product, *one) > REMEMBERED:
            afresh = jax.tree_util.Partial(differentiated_afresh, self, x, layout)
            return self.folded(x, needs & ~Needs.PRODUCT, layout)._replace(product=afresh)
        found = jax.vmap(totals)(*cuts)
        assert found.product is not None
        summed: Totals = in_order(found._replace(product=None), GROUP)
        return summed._replace(product=SideBySide(found.product, GROUP))

    def completed(self, x: Array, totals: Totals, everything: Array, needs: Needs, layout: Layout) -> Evaluation:
        """The objective from the totals of some rows: reduced, with the penalty."""
        # A batch whose rows all weigh nothing says nothing: its mean is 0, not 0/0.
        scale = 1 / jnp.maximum(totals.weight, jnp.finfo(x.dtype).tiny)
        if self.reduction == "sum":
            scale = scale * everything
        scaled: Evaluation = jax.tree.map(lambda total: total * scale, Evaluation(*totals[1:4]))
        if self.penalty is None:
            product = None if totals.product is None else Combined((totals.product,), (scale,))
            return scaled._replace(product=product)
        penalty, coordinates = self.penalty, self.coordinates

        def penalized(v: Array) -> Any:
            return penalty(layout.unravel(v if coordinates is None else coordinates.outward(v)))

        added = differentiated(penalized, x, needs, Layout.of(x))
        both: Evaluation = jax.tree.map(jnp.add, scaled, added._replace(product=None))
        if totals.product is None or added.product is None:
            return both
        return both._replace(product=Combined((totals.product, added.product), (scale, jnp.ones_like(scale))))

    def checked(self) -> "FiniteSum":
        """This problem, or a ValueError that says what is wrong with its rows, weights or reduction."""
        lengths = {np.shape(leaf)[0] if np.ndim(leaf) else None for leaf in jax.tree.leaves(self.rows)}
        if len(lengths) != 1 or None in lengths:
            raise ValueError(
                f"Rows must be arrays of one leading length; these have lengths {sorted(map(str, lengths))}."
            )
        if lengths == {0}:
            raise ValueError("There are no rows: a sum over rows needs at least one.")
        if self.reduction not in ("mean", "sum"):
            raise ValueError(f'reduction is {self.reduction!r}; choose "mean" or "sum".')
        if self.weights is not None:
            weights = np.asarray(self.weights)
            if weights.shape != (self.length,):
                raise ValueError(f"weights have shape {weights.shape}; {self.length} rows need ({self.length},).")
            bad = ~(np.isfinite(weights) & (weights >= 0))
            if bad.any():
                row = int(np.argmax(bad))
                raise ValueError(f"The weight of row {row} is {weights[row]}; weights are finite and not negative.")
            if not weights.any():
                raise ValueError("All weights are zero; at least one row must count.")
        return self

    def prepared(self, dtype: Any) -> "FiniteSum":
        if self.count is not None:
            return as_arrays(self, dtype)
        self.checked()
        count, length = self.length, shared_length(self.length)

        def extended(array: Any) -> Any:
            # The filling repeats a real row: a row of zeros can be NaN in some losses, and 0·NaN = NaN.
            return placed(array, wanted_dtype(array, dtype), length)

        weights = np.zeros(length)
        weights[:count] = 1.0 if self.weights is None else np.asarray(self.weights)
        rows = jax.tree.map(extended, self.rows) if length > count else self.rows
        whole = FiniteSum(self.loss, rows, weights, self.penalty, self.reduction)
        ready: FiniteSum = as_arrays(whole, dtype)
        object.__setattr__(ready, "count", np.asarray(count, np.int32))
        return ready


def differentiated_afresh(problem: FiniteSum, x: Array, layout: Layout, v: Array) -> Array:
    """The Hessian of the weighted sum of the losses, unscaled, times v."""

    def chunk(rows: Any, weights: Array) -> Any:
        def gradient(u: Array) -> Any:
            return problem.totals(u, rows, weights, Needs.VALUE | Needs.GRADIENT, layout).gradient

        return jax.jvp(gradient, (x,), (v,))[1]

    product: Array = problem.over_chunks(chunk)
    return product


def shared_length(count: int) -> int:
    """The length that `count` rows are filled up to, so that few lengths, and few compilations, serve all.

    Below a chunk: 2ᵏ times 1, 1¼, 1½ or 1¾. Above, whole chunks, of which only the real ones are computed.

    >>> [shared_length(count) for count in (3, 15, 150, 1437, 5000)]
    [8, 16, 160, 1536, 8192]
    """
    if count > CHUNK:
        return -(-count // CHUNK) * CHUNK
    power = 8
    while power * 2 < count:
        power *= 2
    return next(power * quarters // 4 for quarters in (4, 5, 6, 7, 8) if power * quarters // 4 >= count)


def takes_key(loss: Callable[..., Any]) -> bool:
    """Whether a loss has the third parameter, the random key.

    One with a default of its own (`delta=1.0`) is a hyperparameter, not a key.
    """
    function = loss.function if isinstance(loss, StaticCallable) else loss
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(positional) >= 3 and (positional[2].default is inspect.Parameter.empty or positional[2].default is None)

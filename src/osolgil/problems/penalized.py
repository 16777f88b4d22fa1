"""Problems with a penalty."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.linearized import Combined
from osolgil.problems.placing import as_arrays
from osolgil.problems.problem import Coordinates, Problem, flat
from osolgil.protocol import Evaluation, Layout, Needs, Penalty, Shrinkage, data_pytree, pytree, static


@pytree
class Apart:
    """A penalty of which only the value is told: its derivatives are zero, since the method keeps it by itself.

    Attributes:
        shrinkage: the penalty of the parameters that people see, whatever its name: all share one program.
    """

    shrinkage: Shrinkage

    @property
    def convex(self) -> bool:
        return True

    def __call__(self, x: Any) -> Any:
        return self.shrinkage.value(jax.lax.stop_gradient(Layout.of(x).ravel(x)))


@pytree
class Together:
    """The sum of two penalties."""

    one: Any
    other: Any

    @property
    def convex(self) -> bool:
        return all(getattr(each, "convex", False) for each in (self.one, self.other))

    def __call__(self, x: Any) -> Any:
        return self.one(x) + self.other(x)


@pytree
class Squares:
    """v ↦ q·v, what the square of a penalty adds to products with the Hessian."""

    q: Any

    def __call__(self, v: Any) -> Any:
        return self.q * v


@data_pytree
class Penalized(Problem):
    """A problem plus a penalty; a FiniteSum has a place for one and stays what it is. `penalized` makes either.

    Attributes:
        problem: what is minimized.
        shrinkage: the penalty, in the coordinates in which methods walk.
        apart: whether the gradient is that of the problem alone, because the method keeps the penalty by itself.
    """

    problem: Problem
    shrinkage: Shrinkage
    apart: bool = static()

    @property
    def offers(self) -> Needs:  # type: ignore[override]
        return self.problem.offers & ~Needs.FACTOR

    @property
    def name(self) -> str:
        return self.problem.name

    @property
    def traceable(self) -> bool:  # type: ignore[override]
        return self.problem.traceable

    @property
    def convex(self) -> bool:
        return self.problem.convex

    @property
    def coordinates(self) -> Coordinates | None:
        return self.problem.coordinates

    def calls_per_evaluation(self, n: int) -> int:
        return self.problem.calls_per_evaluation(n)

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        x, shape = flat(x, layout)
        found = self.problem.evaluate(x, needs, shape)
        shrinkage = self.shrinkage
        if not self.traceable:
            x, shrinkage = np.asarray(x), Shrinkage(*map(np.asarray, shrinkage))
        q = shrinkage.square
        found = found._replace(value=found.value + shrinkage.value(x))
        if self.apart:
            return found
        if found.gradient is not None:
            found = found._replace(gradient=found.gradient + q * x)
        if found.hessian is not None:
            found = found._replace(hessian=found.hessian + jnp.diag(q))
        if found.product is not None:
            one = jnp.ones((), q.dtype)
            found = found._replace(product=Combined((found.product, Squares(q)), (one, one)))
        return found

    def prepared(self, dtype: Any) -> "Penalized":
        return replace(self, problem=self.problem.prepared(dtype), shrinkage=as_arrays(self.shrinkage, dtype))


def penalized(problem: Problem, penalty: Penalty, layout: Layout, apart: bool) -> Problem:
    """The problem plus the penalty.

    Args:
        problem: without it; its data may be prepared already.
        penalty: of the parameters that people see.
        layout: of the parameters.
        apart: whether only its value is told, to a method that keeps it by itself.

    Raises:
        ValueError: the penalty does not fit the parameters, or the coordinates in which methods walk.
    """
    seen = penalty.shrinkage(layout)
    inner = walked(seen, problem, layout)
    if isinstance(problem, FiniteSum):
        added: Any = Apart(seen) if apart else penalty
        return replace(problem, penalty=added if problem.penalty is None else Together(problem.penalty, added))
    return Penalized(problem, inner, apart)


def walked(shrinkage: Shrinkage, problem: Problem, layout: Layout) -> Shrinkage:
    """The penalty in the coordinates in which methods walk.

    Raises:
        ValueError: one of the penalized parameters depends on more than one of the inner coordinates, so that what it
            costs is no sum over these.
    """
    n = layout.size
    if problem.coordinates is None:
        return shrinkage
    nothing, scale = (np.asarray(problem.outward(np.full(n, number))) for number in (0.0, 1.0))
    steps = np.asarray(problem.outward(np.arange(1.0, n + 1)))
    counted = (shrinkage.absolute > 0) | (shrinkage.square > 0)
    alone = (nothing == 0) & (abs(steps - scale * np.arange(1, n + 1)) <= 1e-6 * abs(steps))
    if (counted & ~alone).any():
        name = layout.names[int(np.argmax(counted & ~alone))]
        raise ValueError(
            f"{problem.name} walks in coordinates of which {name} is a mixture, so that a penalty on it has no closed "
            "form there; leave it unpenalized (an intercept is), or walk in the coordinates that people see."
        )
    scale = np.where(counted, scale, 1.0)
    return shrinkage.scaled(scale)

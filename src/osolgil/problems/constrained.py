"""Problems with bounds and constraints."""

from dataclasses import replace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.constraints import LinearRows, Rows, as_box, as_limited
from osolgil.problems.placing import as_arrays
from osolgil.problems.problem import Problem, flat
from osolgil.protocol import Bounds, Evaluation, Layout, Needs, data_pytree, static


@data_pytree
class Constrained(Problem):
    """A problem whose parameters have bounds, or have to satisfy constraints. `Constrained.of` makes one.

    Attributes:
        problem: what is minimized.
        rows: of the constraints, in the order in which they were given.
        bounds: of the parameters and of the rows that have limits.
        order: which row is which: those that have limits, equalities first.
        counts: the rows of each constraint.
    """

    problem: Problem
    rows: tuple[Rows, ...]
    bounds: Bounds
    order: tuple[int, ...] = static()
    counts: tuple[int, ...] = static()

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN | Needs.CONSTRAINTS

    @classmethod
    def of(cls, problem: Problem, x0: Any, bounds: Any = None, constraints: Any = ()) -> "Constrained":
        """The problem with bounds and constraints; see `minimize` for their forms.

        Raises:
            TypeError, ValueError: bounds or constraints make no sense, or contradict themselves.
        """
        layout = Layout.of(x0)
        if not walks_as_seen(problem, layout.size):
            raise ValueError(
                f"{problem.name} walks in coordinates of its own, in which bounds and constraints have another meaning."
            )
        lower, upper = as_box(bounds, layout)
        given = as_limited(constraints, x0, layout)
        low = np.concatenate([np.zeros(0), *(each.lower for each in given)])
        high = np.concatenate([np.zeros(0), *(each.upper for each in given)])
        equal = np.flatnonzero(low == high)
        between = np.flatnonzero((low < high) & (np.isfinite(low) | np.isfinite(high)))
        return cls(
            problem,
            tuple(each.rows for each in given),
            Bounds(lower, upper, low[equal], low[between], high[between]),
            tuple(int(i) for i in (*equal, *between)),
            tuple(len(each.lower) for each in given),
        )

    @property
    def name(self) -> str:
        return self.problem.name

    @property
    def traceable(self) -> bool:  # type: ignore[override]
        """As the problem is: bounds are known without asking."""
        return self.problem.traceable

    def calls_per_evaluation(self, n: int) -> int:
        return self.problem.calls_per_evaluation(n)

    @property
    def limited(self) -> bool:
        """Whether anything has a limit."""
        bounds = self.bounds
        return bool(self.order) or bool(np.isfinite(bounds.lower).any() or np.isfinite(bounds.upper).any())

    @property
    def convex(self) -> bool:
        """A convex problem stays one where what its parameters may be is convex."""
        return self.problem.convex and all(isinstance(each, LinearRows) for each in self.rows)

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        x, shape = flat(x, layout)
        found = self.problem.evaluate(x, needs & ~Needs.CONSTRAINTS, shape)
        if Needs.CONSTRAINTS not in needs:
            return found
        known = [known_of(each, x, shape) for each in self.rows]
        n, chosen = x.shape[0], np.array(self.order, dtype=int)
        known.append((jnp.zeros(0, x.dtype), jnp.zeros((0, n), x.dtype), jnp.zeros((0, n, n), x.dtype)))
        values, jacobian, curvatures = (jnp.concatenate(parts)[chosen] for parts in zip(*known, strict=True))
        linear = all(isinstance(each, LinearRows) for each in self.rows)
        return found._replace(
            constraints=values,
            jacobian=jacobian,
            curvatures=None if linear else curvatures,
            violation=self.violation(x, values),
        )

    def violation(self, x: Any, values: Any) -> Array:
        """By how much x breaks the limit that it breaks most, given the rows there."""
        bounds, equalities = self.bounds, len(self.bounds.targets)
        excess = [
            bounds.lower - x,
            x - bounds.upper,
            jnp.abs(values[:equalities] - bounds.targets),
            bounds.row_lower - values[equalities:],
            values[equalities:] - bounds.row_upper,
        ]
        return jnp.max(jnp.concatenate(excess), initial=0.0)

    def by_constraint(self, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """Numbers of the rows that have limits, in the order of the constraints; 0 for rows without limits."""
        whole = np.zeros(sum(self.counts))
        whole[list(self.order)] = rows
        return tuple(np.split(whole, np.cumsum(self.counts)[:-1])) if self.counts else ()

    def prepared(self, dtype: Any) -> "Constrained":
        rows, bounds = as_arrays((self.rows, self.bounds), dtype)
        return replace(self, problem=self.problem.prepared(dtype), rows=rows, bounds=bounds)


def walks_as_seen(problem: Problem, n: int) -> bool:
    """Whether the coordinates in which methods walk are those that people see: an affine map that moves neither 0 nor
    any unit vector.
    """
    if problem.coordinates is None and type(problem).outward is Problem.outward:
        return True
    points = np.vstack([np.zeros(n), np.eye(n)])
    return np.array_equal(problem.outward(points), points)


def known_of(rows: Rows, x: Any, layout: Layout) -> tuple[Any, Any, Any]:
    """Values, Jacobian and Hessians of rows of constraints, shapes (rows,), (rows, n) and (rows, n, n)."""
    n = x.shape[0]
    if isinstance(rows, LinearRows):
        return rows(x, layout), rows.matrix, jnp.zeros((rows.matrix.shape[0], n, n), x.dtype)

    def slopes(v: Any) -> Any:
        jacobian, values = jax.jacfwd(lambda u: (rows(u, layout),) * 2, has_aux=True)(v)
        return jacobian, (jacobian, values)

    curvatures, (jacobian, values) = jax.jacfwd(slopes, has_aux=True)(x)
    return values, jacobian, curvatures

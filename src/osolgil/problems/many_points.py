"""Values of a problem at many points at once, as pictures need them."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.problem import Problem
from osolgil.protocol import Layout, Needs, precision

AT_ONCE = 2**22
"""Numbers that one block of a grid may hold."""


def values_at(problem: Problem, points: np.ndarray, layout: Layout) -> np.ndarray:
    """Values at many points in the coordinates that people see, shape (points,), in float64."""
    with precision(np.dtype(np.float64)):
        inner = problem.inward(points)
        if not problem.traceable:
            return np.array([float(problem.evaluate(x, Needs.VALUE, layout).value) for x in inner])
        ready = problem.prepared(np.float64)
        rows = ready.length if isinstance(ready, FiniteSum) else 1
        return np.asarray(in_blocks(ready, inner, layout, max(1, AT_ONCE // (rows * layout.size))))


@functools.partial(jax.jit, static_argnames="block")
def in_blocks(problem: Problem, points: Array, layout: Layout, block: int) -> Array:
    """The same, compiled, a block of points at a time."""

    def value(x: Array) -> Array:
        return problem.evaluate(x, Needs.VALUE, layout).value

    if block >= points.shape[0]:
        return jnp.asarray(jax.vmap(value)(points))
    return jnp.asarray(jax.lax.map(value, points, batch_size=block))

"""What is diagnosed: a problem at a point, and how it is looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import jax
import numpy as np
from jax import Array

from osolgil.problems.as_problem import as_problem, as_start
from osolgil.problems.freezing import Freeze, reduced
from osolgil.problems.problem import Problem
from osolgil.protocol import Evaluation, Layout, Needs, computing_dtype, precision
from osolgil.protocol.programs import compiled

Product = Callable[[np.ndarray], np.ndarray]
"""v ↦ Hv, both of shape (n,)."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A problem at a point, in the coordinates in which methods walk.

    Attributes:
        problem: with its data as arrays of `dtype`.
        layout: of the parameters.
        dtype: to compute in.
        x: the point, shape (n,).
        names: of the parameters.
    """

    problem: Problem
    layout: Layout
    dtype: np.dtype[Any]
    x: np.ndarray
    names: tuple[str, ...]

    @property
    def n(self) -> int:
        """The number of parameters."""
        return len(self.x)

    @property
    def epsilon(self) -> float:
        """The relative error of second derivatives: of rounding, or of quotients where JAX cannot look."""
        rounding = float(np.finfo(self.dtype).eps)
        if self.problem.traceable:
            return rounding
        # ε/h for one quotient of exact gradients, ε/h² for a quotient of quotients, with h = ∛ε.
        return rounding ** (2 / 3 if getattr(self.problem, "gradient", None) is not None else 1 / 3)

    def at(self, x: np.ndarray) -> "Subject":
        """The same problem at another point, shape (n,)."""
        return replace(self, x=x)

    @cached_property
    def evaluation(self) -> Evaluation:
        """Value and gradient at x."""
        return self.evaluated(self.x, Needs.VALUE | Needs.GRADIENT)

    @property
    def value(self) -> float:
        """f(x)."""
        return float(self.evaluation.value)

    @cached_property
    def gradient(self) -> np.ndarray:
        """∇f(x), shape (n,)."""
        return np.asarray(self.evaluation.gradient, dtype=np.float64)

    def value_at(self, x: np.ndarray) -> float:
        """f at another point, shape (n,)."""
        return float(self.evaluated(x, Needs.VALUE).value)

    @cached_property
    def hessian(self) -> np.ndarray:
        """∇²f(x), shape (n, n), symmetric."""
        if self.problem.traceable and Needs.HESSIAN in self.problem.offers:
            found = self.evaluated(self.x, Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN).hessian
            H = np.asarray(found, dtype=np.float64)
        else:
            product = self.product()
            H = np.stack([product(unit) for unit in np.eye(self.n)])
        return (H + H.T) / 2

    def product(self) -> Product:
        """v ↦ ∇²f(x) v, which costs about two gradients; by difference quotients where JAX cannot look."""
        if self.problem.traceable:

            def exact(v: np.ndarray) -> np.ndarray:
                return np.asarray(self.run(hessian_product, self.x, v), dtype=np.float64)

            return exact

        def quotient(v: np.ndarray) -> np.ndarray:
            h = np.cbrt(np.finfo(np.float64).eps) * max(1.0, float(np.linalg.norm(self.x))) / np.linalg.norm(v)
            ahead, behind = (self.at(self.x + sign * h * v).gradient for sign in (1, -1))
            return (ahead - behind) / (2 * h)

        return quotient

    def evaluated(self, x: np.ndarray, needs: Needs) -> Evaluation:
        """What the problem says at x."""
        if self.problem.traceable:
            found: Evaluation = self.run(evaluate, x, setting=needs)
            return found
        return self.problem.evaluate(np.array(x), needs, self.layout)

    def run(self, function: Any, *vectors: np.ndarray, setting: Any = None) -> Any:
        """The program of ``function((layout, setting), problem, *vectors)``."""
        with precision(self.dtype):
            arguments = (self.problem, *(np.asarray(vector, self.dtype) for vector in vectors))
            program, _ = compiled(function, (self.layout, setting), arguments)
            return program(*arguments)


def length(vector: np.ndarray) -> float:
    """‖v‖, which neither overflows nor vanishes where its square would.

    >>> length(np.array([4e200, 0.0])), length(np.array([0.0, 3e-200]))
    (4e+200, 3e-200)
    """
    largest = float(np.max(np.abs(vector), initial=0.0))
    return largest * float(np.linalg.norm(vector / largest)) if 0 < largest < np.inf else largest


def evaluate(setting: tuple[Layout, Needs], problem: Problem, x: Array) -> Evaluation:
    """What the problem says at x."""
    layout, needs = setting
    return problem.evaluate(x, needs, layout)


def hessian_product(setting: tuple[Layout, None], problem: Problem, x: Array, v: Array) -> Array:
    """∇²f(x) v, forward over reverse."""
    layout, _ = setting

    def gradient(x: Array) -> Any:
        return problem.evaluate(x, Needs.VALUE | Needs.GRADIENT, layout).gradient

    _, product = jax.jvp(gradient, (x,), (v,))
    return product


def subject_of(
    problem: Any, x: Any = None, names: Sequence[str] | None = None, freeze: Freeze | None = None
) -> Subject:
    """A problem, surface, network or callable at x, in its people's coordinates; by default at its own start.

    What is frozen is left out: the subject is the problem of the free parameters.

    Raises:
        ValueError: there is no x, it is not finite, or it has another number of names.
        TypeError: JAX cannot trace the callable.
    """
    if x is None:
        x = getattr(problem, "start", None)
        if x is None:
            raise ValueError(
                "x is missing: this problem declares no start, so say where to look, such as x=[0.0, 1.0]."
            )
    plain, x = x, as_start(x)
    found = as_problem(problem, x)
    dtype = computing_dtype(plain, found) if found.traceable else np.dtype(np.float64)
    if freeze is not None:
        with precision(dtype):
            found, x = reduced(found.prepared(dtype), freeze, dtype), freeze.free(x)
    layout = Layout.of(x)
    vector = layout.flat(x)
    if not np.isfinite(vector).all():
        j = int(np.argmin(np.isfinite(vector)))
        raise ValueError(f"The point is not finite: {layout.names[j]} = {vector[j]}; look at a finite point.")
    with precision(dtype):
        whole = found.prepared(dtype)
    called = layout.names if names is None else tuple(names)
    if len(called) != layout.size:
        raise ValueError(f"There are {len(called)} names for {layout.size} parameters; give one for each, or none.")
    return Subject(whole, layout, dtype, np.asarray(found.inward(vector), dtype=np.float64), called)

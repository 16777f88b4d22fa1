"""The host's side of a run: another library asks, this answers, counts, remembers, and ends the run."""

import time
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

import jax
import numpy as np
from jax import Array

from osolgil.descent.setup import rows_in, set_up
from osolgil.methods import GradientDescent
from osolgil.problems import Problem
from osolgil.protocol import Layout, Needs, Status, precision
from osolgil.protocol.programs import compiled
from osolgil.races.contestants.arguments import first_line
from osolgil.races.contestants.contestant import Lane, Outcome
from osolgil.races.problem import RaceProblem

SLOPE = Needs.VALUE | Needs.GRADIENT


class Ended(BaseException):
    """Raised within a library that asks for more than it may have. It never leaves this module.

    It is no Exception, since a library may take those for a failure of its own and go on.
    """


class Host:
    """One run of a library that drives itself.

    Every question is recorded. The run ends where the evaluations allowed are used up, where the value falls below the
    level at which an unbounded problem counts as left, or where a point is not finite.

    Attributes:
        x0: the start as a vector, shape (n,).
        layout: of the parameters in the vector.
        evaluations: questions answered so far.
        counts: of them, what was asked for: "value", "gradient", "hessian", "product".
        steps: moves accepted, as the library counts them.
    """

    def __init__(
        self, problem: RaceProblem, lane: Lane, evaluations: int, *, dtype: Any = None, strict: bool = False
    ) -> None:
        """Prepare a run.

        Args:
            problem, lane: what is run.
            evaluations: allowed.
            dtype: to compute in; by default that of start and data.
            strict: a value or gradient that is not finite ends the run; otherwise only a point that is not finite
                does, since a line search may step back from the former.
        """
        drawn = lane.drawn
        start = drawn.start if dtype is None else jax.tree.map(lambda leaf: np.asarray(leaf, dtype), drawn.start)
        self.setup = set_up(drawn.problem, start, GradientDescent())
        self.allowed, self.strict = evaluations, strict
        self.exit_level = getattr(drawn.problem, "exit_level", None)
        self.x0, self.layout, self.dtype = self.setup.x0, self.setup.layout, self.setup.dtype
        self.rows = rows_in(self.setup.problem)
        self.evaluations = self.steps = 0
        self.counts = dict.fromkeys(("value", "gradient", "hessian", "product"), 0)
        self.values: list[float] = []
        self.path: list[np.ndarray] | None = None if problem.surface is None else []
        self.best: tuple[float, np.ndarray | None] = (np.inf, None)
        self.compile_seconds = 0.0
        self.ended: Status | None = None
        self.known: tuple[np.ndarray, float, np.ndarray] | None = None
        self.asked_for_gradient = False

    # What libraries call.

    def value(self, x: Any) -> float:
        """f(x): a new evaluation, unless x is the point that was asked about last."""
        return self.looked_up(x)[0]

    def gradient(self, x: Any) -> np.ndarray:
        """∇f(x), shape (n,): known with the value, and counted once it is asked for."""
        found = self.looked_up(x)[1]
        self.counts["gradient"] += not self.asked_for_gradient
        self.asked_for_gradient = True
        return found.astype(np.float64)

    def value_alone(self, x: Any) -> float:
        """f(x), always a new evaluation: of a method that asks for nothing else."""
        self.known = None
        return self.value(x)

    def both(self, x: Any) -> tuple[float, np.ndarray]:
        """f(x) and ∇f(x), always a new evaluation: of a method that moves by gradients alone."""
        before = self.evaluations
        try:
            return self.asked(self.own(x))
        finally:
            # The last evaluation ends the run, and was made all the same.
            self.counts["gradient"] += self.evaluations - before

    def hessian(self, x: Any) -> np.ndarray:
        """∇²f(x), shape (n, n); counted apart from the evaluations, since value and slope are asked for anyway."""
        self.counts["hessian"] += 1
        return np.array(self.call(hessian_at, self.layout, self.own(x)), np.float64)

    def product(self, x: Any, v: Any) -> np.ndarray:
        """∇²f(x)·v, shape (n,); counted apart, as above."""
        self.counts["product"] += 1
        return np.array(self.call(product_at, self.layout, self.own(x), self.own(v)), np.float64)

    # What they rest on.

    def looked_up(self, x: Any) -> tuple[float, np.ndarray]:
        """Value and gradient at x, as they were or anew."""
        x = self.own(x)
        if self.known is None or not np.array_equal(self.known[0], x):
            self.known = (x, *self.asked(x))
            self.asked_for_gradient = False
        return self.known[1:]

    def asked(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and gradient at a point of which nothing is known: one evaluation more.

        Raises:
            Ended: it is not allowed any more, or the last that there is.
        """
        if self.evaluations >= self.allowed:
            self.end(Status.EVALUATION_LIMIT)
        if not np.isfinite(x).all():
            self.end(Status.DIVERGED)
        value, gradient = self.slope(x)
        self.evaluations += 1
        self.counts["value"] += 1
        self.note(x)
        self.judge(x, value, gradient)
        return value, gradient

    def note(self, x: np.ndarray) -> None:
        """Remember where the evaluation was, if anybody wants to see it."""
        if self.path is not None:
            self.path.append(np.asarray(self.setup.problem.outward(x.astype(np.float64))))

    def judge(self, x: np.ndarray, value: float, gradient: np.ndarray) -> None:
        """Remember a value of the objective; it may be the best, and may end the run."""
        self.values.append(value)
        if np.isfinite(value) and value < self.best[0]:
            self.best = (value, x)
        if self.strict and not (np.isfinite(value) and np.isfinite(gradient).all()):
            self.end(Status.DIVERGED)
        if self.exit_level is not None and value < self.exit_level:
            self.end(Status.UNBOUNDED)

    def end(self, status: Status) -> NoReturn:
        """End the run, from within a library."""
        self.ended = self.ended or status
        raise Ended(status.name)

    def own(self, x: Any) -> np.ndarray:
        """A copy of a library's vector, which it may change, in the precision that is computed in."""
        return np.array(x, self.dtype)

    def slope(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and gradient of the objective, not counted."""
        value, gradient = self.call(slope_at, self.layout, x)
        return float(value), np.asarray(gradient)

    def call(self, function: Callable[..., Any], setting: Any, *arguments: Any) -> Any:
        """Run a function of a setting, the problem and arrays; compile it first if it can be and has not been."""
        problem = self.setup.problem
        if not problem.traceable:
            return function(setting, problem, *arguments)
        with precision(self.dtype):
            program, seconds = compiled(function, setting, (problem, *arguments))
            self.compile_seconds += seconds
            return program(problem, *arguments)

    # How it ends.

    def drive(self, library: Callable[[], tuple[str, Any]]) -> Outcome:
        """Let a library run, and say how it went.

        Args:
            library: runs it, and returns its own word for how it ended, and the point that it hands over.
        """
        started = time.perf_counter()
        x: Any = None
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # What a library has to say about the end of a run is its status.
            warnings.simplefilter("ignore")
            try:
                status, x = library()
            except Ended as end:
                status = str(end)
            except Exception as error:
                status = f"ERROR: {first_line(error)}"
        if self.ended is not None:
            # Whatever a library makes of our exception, this is why the run ended.
            status, x = self.ended.name, None
        if x is not None and not np.isfinite(self.slope(self.own(x))[0]):
            status = Status.DIVERGED.name
        if self.best[1] is None and not status.startswith("ERROR"):
            status = Status.DIVERGED.name
        return self.outcome(status, x, time.perf_counter() - started)

    def outcome(self, status: str, x: Any, seconds: float) -> Outcome:
        """The run; without a point that the library hands over, the best one that was judged."""
        if x is None:
            x = self.x0 if self.best[1] is None else self.best[1]
        return Outcome(
            status=status,
            failed=status == Status.DIVERGED.name or status.startswith("ERROR"),
            x=self.setup.outside(self.own(x)),
            evaluations=self.judged_after(),
            values=np.asarray(self.values, np.float64),
            path=None if self.path is None else np.reshape(self.path, (len(self.path), self.layout.size)),
            steps=self.steps,
            counts=dict(self.counts),
            rows=self.rows_read(),
            seconds=seconds - self.compile_seconds,
            compile_seconds=self.compile_seconds,
        )

    def judged_after(self) -> np.ndarray:
        """The evaluation of each value, shape (m,)."""
        return np.arange(1, len(self.values) + 1)

    def rows_read(self) -> int:
        """Rows read; as for our own methods, the newest evaluation counts as the pass that only judges."""
        return max(self.evaluations - 1, 0) * self.rows


def slope_at(layout: Layout, problem: Problem, x: Any) -> tuple[Any, Any]:
    """Value and gradient at the vector x."""
    found = problem.evaluate(x, SLOPE, layout)
    return found.value, found.gradient


def hessian_at(layout: Layout, problem: Problem, x: Any) -> Array | None:
    """The Hessian at the vector x."""
    return problem.evaluate(x, SLOPE | Needs.HESSIAN, layout).hessian


def product_at(layout: Layout, problem: Problem, x: Any, v: Any) -> Array:
    """The Hessian at the vector x times v."""
    found = problem.evaluate(x, SLOPE | Needs.PRODUCT, layout)
    assert found.product is not None
    return found.product(v)

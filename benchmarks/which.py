"""Which method when: every kind of method on every kind of problem, in evaluations and milliseconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil import FiniteSum, Result, Stop, minimize, minimize_lanes
from osolgil.problems import collections, surfaces

SLOPE = 1e-6
"""Everybody stops where no partial derivative is larger."""

LIMIT = 2_000
"""Evaluations after which a method has not made it."""

REPEATS = 5


@dataclass(frozen=True)
class Case:
    """A problem in the table.

    Attributes:
        title: the head of its column.
        problem: what is minimized.
        start: from where.
        minimum: the lowest value, to tell a saddle from a minimum.
    """

    title: str
    problem: Any
    start: np.ndarray
    minimum: float


def chained_rosenbrock(x: Any) -> Any:
    """Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²."""
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def extended_rosenbrock(x: Any) -> Any:
    """Rosenbrock's function of each pair of neighbours, in sum."""
    a, b = x[0::2], x[1::2]
    return jnp.sum(100 * (b - a**2) ** 2 + (1 - a) ** 2)


def logistic_loss(x: Any, rows: tuple[Any, Any]) -> Any:
    """log(1 + exp(−m)) with the margin m of each row, by logaddexp; the ridge keeps the minimum finite."""
    design, sign = rows
    return jnp.logaddexp(0.0, -sign * (design @ x)) + 5e-4 * jnp.sum(x**2)


def cases() -> tuple[Case, ...]:
    """The columns of the table."""
    random = np.random.default_rng(0)
    bowl = collections.named("convex_quadratic", n=100, condition=1e4)
    design = random.normal(size=(20_000, 50)) * np.geomspace(0.1, 10, 50)
    sign = np.where(random.random(20_000) < 1 / (1 + np.exp(-design @ random.normal(size=50) / 5)), 1.0, -1.0)
    logistic = FiniteSum(logistic_loss, (design, sign))
    lowest = minimize(logistic, np.zeros(50), "newton").fun
    return (
        Case("Rosenbrock, n = 2", surfaces.named("rosenbrock").problem, np.array([-1.2, 1.0]), 0.0),
        Case("chained, n = 100", chained_rosenbrock, np.tile([-1.2, 1.0], 50), 0.0),
        Case("in pairs, n = 10,000", extended_rosenbrock, np.tile([-1.2, 1.0], 5000), 0.0),
        Case("quadratic, κ = 10⁴", bowl.problem, bowl.starts[0], 0.0),
        Case("logistic, 20,000 × 50", logistic, np.zeros(50), lowest),
        Case("saddle, from it", lambda x: x[0] ** 2 / 2 - x[1] ** 2 / 2 + x[1] ** 4 / 4, np.zeros(2), -0.25),
    )


METHODS = (
    "gradient_descent",
    "momentum",
    "adam",
    "line_search_descent",
    "barzilai_borwein",
    "conjugate_gradient",
    "lbfgs",
    "bfgs",
    "sr1",
    "newton_cg",
    "newton_trust_region",
    "newton",
)
MATRICES = {"bfgs", "sr1", "newton_trust_region", "newton"}
"""These keep n × n numbers, and sit the longest problem out."""

RATES = tuple(np.geomspace(1e-5, 1.0, 11))
"""Rules have the best of these: their column says what a well-chosen learning rate can do."""


def main() -> None:
    """Print the table."""
    columns = cases()
    print(f"\n## Which method when: evaluations, ms after compilation, to a slope of {SLOPE:g}\n")
    print("| method | " + " | ".join(case.title for case in columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for method in METHODS:
        print(f"| `{method}` | " + " | ".join(entry(method, case) for case in columns) + " |", flush=True)


def entry(method: str, case: Case) -> str:
    """Evaluations and milliseconds, or why not."""
    if method in MATRICES and len(case.start) > 1000:
        return "n × n"
    if method in METHODS[:3]:
        return tuned(method, case)
    result, seconds = timed(lambda: minimize(case.problem, case.start, method, stop=stop()))
    return told(result, seconds, case)


def tuned(method: str, case: Case) -> str:
    """A rule at the best of RATES."""
    from osolgil.methods import named

    def run(rate: float) -> Result:
        return minimize(case.problem, case.start, named(method, learning_rate=rate), stop=stop())

    methods = [named(method, learning_rate=rate) for rate in RATES]
    lanes = minimize_lanes(case.problem, case.start, methods, stop=stop())
    arrived = [(result.nfev, rate) for result, rate in zip(lanes, RATES, strict=True) if result.success]
    return told(*timed(lambda: run(min(arrived)[1])), case) if arrived else "no"


def stop() -> Stop:
    """Where everybody stops."""
    return Stop(optimality=SLOPE, evaluations=LIMIT)


def timed(run: Callable[[], Result]) -> tuple[Result, float]:
    """The result, and the least seconds of some runs after the first."""
    result, least = run(), np.inf
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - started)
        if least > 2:
            break
    return result, least


def told(result: Result, seconds: float, case: Case) -> str:
    """What a run came to."""
    if not np.max(np.abs(result.jac)) <= SLOPE:
        return "no"
    if result.fun > case.minimum + 1e-6 * max(1.0, abs(case.minimum)):
        return "stays" if np.array_equal(result.x, case.start) else "elsewhere"
    return f"{result.nfev}, {1e3 * seconds:.3g}"

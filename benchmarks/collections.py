"""How many evaluations Moré, Garbow & Hillstrom's functions cost, beside SciPy's methods of the same kind."""

import warnings
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import scipy.optimize

from osolgil.descent import Descent, Stop, minimize
from osolgil.problems import collections
from osolgil.problems.collections import Collected

PEERS = {
    "bfgs": "BFGS",
    "lbfgs": "L-BFGS-B",
    "conjugate_gradient": "CG",
    "sr1": "BFGS",
}
"""SciPy's method of the same kind; its SR1 belongs to trust-constr, so that SR1 stands beside BFGS."""

TOLERANCES = (1e-5, 1e-8)
LIMIT = 1000
SAME = 1e-5
"""Values of ‖r‖² that differ by less than this part are those of one minimum."""

NEAR = 1e-8
"""Least squares are compared by when ‖r‖² is this near to the minimum that they came to."""


class Counted:
    """A function with its gradient that counts its calls, and remembers the first to reach each tolerance."""

    def __init__(self, evaluate: Callable[[Any], Any]) -> None:
        self.evaluate, self.calls = evaluate, 0
        self.arrivals: dict[float, tuple[int, float]] = {}

    def __call__(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = (np.asarray(part) for part in self.evaluate(x))
        self.calls += 1
        for tolerance in TOLERANCES:
            if tolerance not in self.arrivals and np.max(np.abs(gradient)) <= tolerance:
                self.arrivals[tolerance] = (self.calls, float(value))
        return float(value), gradient


def ours(found: Collected, f: Counted, method: str) -> None:
    """Our method, asked and told."""
    descent = Descent(method, np.array(found.start), Stop(optimality=TOLERANCES[-1], evaluations=LIMIT))
    while not descent.done:
        descent.tell(*f(descent.ask()))


def theirs(found: Collected, f: Counted, peer: str) -> None:
    """SciPy's method; it is asked for more than we count, so that its own criteria do not end it early."""
    options: dict[str, Any] = {"gtol": TOLERANCES[-1] / 1000, "maxiter": LIMIT}
    if peer == "L-BFGS-B":
        options |= {"ftol": 0, "maxfun": LIMIT}
    scipy.optimize.minimize(f, np.array(found.start), jac=True, method=peer, options=options)


def gradients() -> None:
    """The table of methods that are told gradients."""
    print("\nUntil max|∂f/∂x| is below a tolerance, f = ‖r‖², from the standard starts:\n")
    print("| method | tolerance | evaluations | SciPy's | ratio | over | left out |")
    print("|---|---:|---:|---:|---:|---:|---|")
    for method, peer in PEERS.items():
        runs = {}
        for name in collections.names("mgh"):
            found, evaluate = collections.named(name), evaluator(name)
            runs[name] = Counted(evaluate), Counted(evaluate)
            ours(found, runs[name][0], method)
            theirs(found, runs[name][1], peer)
        for tolerance in TOLERANCES:
            own, other, over = 0, 0, 0
            left: dict[str, list[str]] = {}
            for name, pair in runs.items():
                one, two = (run.arrivals.get(tolerance) for run in pair)
                if one and two and abs(one[1] - two[1]) <= SAME * abs(two[1]) + 1e-8:
                    own, other, over = own + one[0], other + two[0], over + 1
                else:
                    why = (
                        "another minimum" if one and two else "only ours" if one else "only SciPy" if two else "neither"
                    )
                    left.setdefault(why, []).append(name)
            said = "; ".join(f"{why}: {', '.join(names)}" for why, names in left.items())
            print(f"| {method} | {tolerance:g} | {own} | {other} ({peer}) | {own / other:.2f} | {over} | {said} |")


known: dict[str, Any] = {}


def evaluator(name: str) -> Any:
    """Value and gradient of ‖r‖², compiled once."""
    if name not in known:
        known[name] = jax.jit(jax.value_and_grad(collections.named(name).squares.scalar))  # type: ignore[union-attr]
    return known[name]


def squares() -> None:
    """The table of least squares."""
    print(f"\nUntil ‖r‖² is within {NEAR:g} of the minimum that was reached:\n")
    print("| method | evaluations | SciPy's | ratio | over | another minimum, or none |")
    print("|---|---:|---:|---:|---:|---|")
    values = {name: trace_of(collections.named(name)) for name in collections.names("mgh")}
    for peer in ("trf", "lm"):
        own, other, left = 0, 0, []
        for name, mine in values.items():
            yours = peer_trace(collections.named(name), peer)
            if yours is None or abs(min(mine) - min(yours)) > SAME * min(yours) + 1e-12:
                left.append(name)
                continue
            own, other = own + arrival(mine), other + arrival(yours)
        over = len(values) - len(left)
        print(f"| levenberg_marquardt | {own} | {other} ({peer}) | {own / other:.2f} | {over} | {', '.join(left)} |")


def arrival(values: list[float]) -> int:
    """How many evaluations until the value was near its lowest."""
    return 1 + next(i for i, value in enumerate(values) if value <= min(values) * (1 + NEAR) + 1e-14 * values[0])


def trace_of(found: Collected) -> list[float]:
    """The values of a run of Levenberg–Marquardt's method."""
    trace = minimize(found.problem, found.start, "levenberg_marquardt").trace
    return [2 * float(value) if np.isfinite(value) else np.inf for value in trace.value]


def peer_trace(found: Collected, peer: str) -> list[float] | None:
    """The values of SciPy's run, or None where it refuses (MINPACK wants no fewer rows than parameters)."""
    residuals: Any = found.problem.residuals  # type: ignore[attr-defined]
    data = found.problem.data  # type: ignore[attr-defined]
    compiled = jax.jit(lambda x: residuals(x, *data))
    slopes = jax.jit(jax.jacfwd(lambda x: residuals(x, *data)))
    values: list[float] = []

    def told(x: np.ndarray) -> np.ndarray:
        r = np.asarray(compiled(x))
        values.append(float(r @ r) if np.isfinite(r).all() else np.inf)
        return r

    tight = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "max_nfev": LIMIT}
    try:
        scipy.optimize.least_squares(told, found.start, lambda x: np.asarray(slopes(x)), method=peer, **tight)
    except ValueError:
        return None
    return values


def main() -> None:
    """Print the tables."""
    with jax.enable_x64(True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gradients()
        squares()

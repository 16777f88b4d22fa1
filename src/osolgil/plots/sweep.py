"""Learning rates for a fair picture: one sweep of lanes for each method, equal steps for all."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.descent import Result, Stop, minimize_lanes
from osolgil.methods import Method, named
from osolgil.plots.runs import shown, title_of
from osolgil.plots.words import hangul_font
from osolgil.protocol import Status
from osolgil.protocol.words import checked_language, counted

LECTURE = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
"""The lecture's optimizers, parents first."""

RATES = np.geomspace(1e-4, 1e2, 25)
"""Learning rates to choose from: four in each decade."""

ARRIVED = 1e-4
"""A run has arrived when it has gone down all but this part of the way from the start to the minimum."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """A method at its best learning rate.

    Attributes:
        label: the method's title.
        rate: the learning rate chosen.
        result: the run at that rate, with its path.
        rates: the rates tried, shape (k,).
        arrivals: for each rate, the step from which on the run had arrived for good; infinite if it had not.
        finals: for each rate, the value after the last step; infinite if the run diverged.
    """

    label: str
    rate: float
    result: Result
    rates: np.ndarray
    arrivals: np.ndarray
    finals: np.ndarray

    @property
    def at_the_edge(self) -> bool:
        """Whether the best rate is the smallest or largest one tried, so that a better one may lie beyond."""
        return bool(self.rate in (self.rates[0], self.rates[-1]))


@dataclass(frozen=True, eq=False)
class Sweep:
    """Several methods, each tuned by one sweep of equal length.

    Attributes:
        steps: of every run.
        rates: the rates that each method was tried at, shape (k,).
        runs: one for each method.
    """

    steps: int
    rates: np.ndarray
    runs: tuple[Tuned, ...]

    @property
    def results(self) -> dict[str, Result]:
        """The runs at the rates chosen, by label."""
        return {run.label: run.result for run in self.runs}

    def how(self, language: str = "en") -> str:
        """How the learning rates were chosen, in a sentence."""
        low, high = shown(self.rates[0]), shown(self.rates[-1])
        edge = [run.label for run in self.runs if run.at_the_edge]
        if checked_language(language) == "ko" and hangul_font() is not None:
            beyond = f" 범위 끝: {', '.join(edge)}." if edge else ""
            return f"조정함: {low}부터 {high}까지 {len(self.rates)}개 중 최선, 모두 똑같이 {self.steps}스텝.{beyond}"
        beyond = f" At the edge of the range: {', '.join(edge)}." if edge else ""
        return (
            f"tuned: best of {len(self.rates)} between {low} and {high}, equal {counted(self.steps, 'step')}.{beyond}"
        )


def tuned(
    problem: Any,
    methods: Sequence[str | Method[Any]] = LECTURE,
    *,
    steps: int = 300,
    rates: Sequence[float] | np.ndarray = RATES,
    x0: Any = None,
    minimum_value: float | None = None,
) -> Sweep:
    """Choose each method's learning rate by one sweep: the same rates, the same start, the same number of steps.

    The rule: of the rates with which a run comes within 10⁻⁴ of the way from f(x0) to the minimum and stays there to
    the last step, the one that does so soonest; if there is none, or the minimum is not known, the one with the lowest
    value after the last step. A run that diverges is worse than any other.

    Args:
        problem: a Surface, or what `minimize` takes together with x0.
        methods: names, or methods with their other hyperparameters.
        steps: of every run.
        rates: the learning rates to try.
        x0: the start; by default the surface's.
        minimum_value: f*; by default the surface's.

    Returns:
        a `Sweep`, whose `results` any picture takes.

    Raises:
        ValueError: there are no rates, methods or steps, or a rate is not positive.
        TypeError: a method has no learning rate.
    """
    tried = np.asarray(rates, dtype=np.float64)
    if tried.ndim != 1 or not len(tried) or not (np.isfinite(tried) & (tried > 0)).all():
        raise ValueError(f"rates={rates!r} must be a list of positive numbers.")
    if steps < 1:
        raise ValueError(f"steps={steps} must be at least 1.")
    if not len(methods):
        raise ValueError("There are no methods to tune; name at least one.")
    chosen = [named(method) if isinstance(method, str) else method for method in methods]
    for method in chosen:
        if not hasattr(method, "learning_rate"):
            raise TypeError(f"{title_of(method)} has no learning rate to tune; leave it out.")
    lowest = getattr(problem, "minimum_value", None) if minimum_value is None else minimum_value
    return Sweep(steps, tried, tuple(best(problem, method, steps, tried, x0, lowest) for method in chosen))


def best(problem: Any, method: Any, steps: int, rates: np.ndarray, x0: Any, lowest: float | None) -> Tuned:
    """One method at the best of these rates."""
    lanes = [dataclasses.replace(method, learning_rate=float(rate)) for rate in rates]
    results = minimize_lanes(problem, x0, lanes, stop=Stop(steps=steps, optimality=0.0), record="path")
    finals = np.array([final(result) for result in results])
    arrivals = np.array([arrival(result, lowest) for result in results])
    place = int(np.lexsort((finals, arrivals))[0])
    return Tuned(title_of(method), float(rates[place]), results[place], rates, arrivals, finals)


def final(result: Result) -> float:
    """The value after the last step; infinite if the run diverged."""
    value = float(result.trace.value[-1])
    return value if np.isfinite(value) and result.status is not Status.DIVERGED else np.inf


def arrival(result: Result, lowest: float | None) -> float:
    """The step from which on a run had arrived for good; infinite if it had not, or nobody knows where."""
    if lowest is None or not np.isfinite(final(result)):
        return np.inf
    value = result.trace.value
    away = np.flatnonzero(~(value - lowest <= ARRIVED * (value[0] - lowest)))
    since = 0 if not len(away) else int(away[-1]) + 1
    return float(result.trace.steps[since]) if since < len(value) else np.inf


def rates_of(results: dict[str, Result]) -> dict[str, str]:
    """The learning rate of each run as a picture shows it: a number, or the name of its schedule."""
    found = {label: getattr(result.method, "learning_rate", None) for label, result in results.items()}
    return {label: shown(rate) for label, rate in found.items() if rate is not None}

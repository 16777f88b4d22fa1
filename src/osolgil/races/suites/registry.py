"""Suites by name, and suites of one's own."""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from osolgil.problems import FiniteSum, Network, Problem, Surface, surfaces
from osolgil.problems.naming import chosen
from osolgil.races.problem import RaceProblem
from osolgil.races.protocol import Protocol
from osolgil.races.suites.lecture import lecture
from osolgil.races.suites.networks import EPOCHS, digits
from osolgil.races.suites.posing import race_problem
from osolgil.races.suites.regression import regression
from osolgil.races.suites.suite import Suite
from osolgil.races.suites.valleys import valleys

SUITES: dict[str, Callable[[], Suite]] = {
    "lecture": lecture,
    "valleys": valleys,
    "regression": regression,
    "networks": digits,
}


def names() -> tuple[str, ...]:
    """The names of all suites."""
    return tuple(SUITES)


def suite(name: str) -> Suite:
    """The suite with this name; hyphens and blanks stand for underscores.

    Raises:
        ValueError: there is no such suite.
    """
    return chosen("suite", SUITES, name, {})[0]()


def named(name: str) -> list[RaceProblem]:
    """The problems of the suite with this name.

    Raises:
        ValueError: there is no such suite.

    >>> [problem.name for problem in named("lecture")]
    ['beale', 'long_valley', 'race_saddle', 'ill_conditioned_bowl', 'noisy_bowl']
    """
    return suite(name).problems


def as_suite(problems: Any) -> Suite:
    """A suite as it is or by its name, or one's own of these problems.

    Args:
        problems: the name of a suite, or one problem or several: whatever `race_problem` takes, or the name of a
            surface or of a problem of a suite. A suite of one's own is about learning if all of its problems have rows
            to validate by, and otherwise about optimization.

    Raises:
        ValueError: there is no such suite or problem, or a problem lacks what a race has to know.
        TypeError: it is no problem.

    >>> as_suite(["rosenbrock", "diabetes"]).problems[1].dimension
    11
    """
    if isinstance(problems, Suite):
        return problems
    if isinstance(problems, str):
        if as_key(problems) in SUITES:
            return suite(problems)
        problems = [problem_named(problems, "suite or problem")]
    one = isinstance(problems, RaceProblem | Surface | Network | Problem) or callable(problems)
    if not one and not isinstance(problems, Iterable):
        raise TypeError(f"{problems!r} is no problem to race on; name a suite ({', '.join(SUITES)}) or list problems.")
    listed = [problems] if one else list(problems)
    if not listed:
        raise ValueError(f"there is no problem to race on; name a suite ({', '.join(SUITES)}) or list problems.")
    posed = [problem_named(each) if isinstance(each, str) else race_problem(each) for each in listed]
    return Suite("own", posed, protocol_of(posed))


def problem_named(name: str, what: str = "problem") -> RaceProblem:
    """The problem of a suite, or else the surface, with this name; hyphens and blanks stand for underscores.

    Args:
        name: of the problem.
        what: it was said to be.

    Raises:
        ValueError: there is none.
    """
    key = as_key(name)
    known: dict[str, Callable[[], Any]] = dict(SUITES)
    for found in known_problems():
        if key in found:
            return found[key]()
        known |= found
    posed: RaceProblem = chosen(what, known, name, {})[0]()
    return posed


def known_problems() -> Iterator[dict[str, Callable[[], RaceProblem]]]:
    """How to pose what has a name, group by group: tables and networks, which take seconds to load, come last."""

    def of(build: Callable[[], Suite]) -> dict[str, Callable[[], RaceProblem]]:
        return {problem.name: partial(itself, problem) for problem in build().problems}

    yield of(lecture)
    yield of(valleys)
    yield {name: partial(surface_named, name) for name in surfaces.names()}
    yield of(regression)
    yield of(digits)


def itself(problem: RaceProblem) -> RaceProblem:
    """The problem."""
    return problem


def surface_named(name: str) -> RaceProblem:
    """A surface, as it is raced on."""
    return race_problem(surfaces.named(name))


def as_key(name: str) -> str:
    """A name as the registry has it."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def protocol_of(problems: list[RaceProblem]) -> Protocol:
    """How problems of one's own are raced on unless told otherwise."""
    epochs = []
    for problem in problems:
        drawn = problem.draw(0)
        if drawn.validation is None or not isinstance(drawn.problem, FiniteSum):
            return Protocol()
        epochs.append(math.ceil(drawn.problem.length / (problem.batch_size or drawn.problem.length)))
    return Protocol(evaluations=EPOCHS * max(epochs), claim="learning")

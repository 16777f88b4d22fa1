"""Values of a problem at points: at the starts, and on the rows that nobody trained on."""

from collections.abc import Sequence
from typing import Any

from osolgil.descent.setup import prepared
from osolgil.problems import Problem
from osolgil.protocol import Layout, Needs, computing_dtype, precision
from osolgil.protocol.programs import compiled
from osolgil.races.problem import RaceProblem


def value_at(problem: Problem, x: Any) -> float:
    """The value of a problem at x, of all its rows; x in the shape that people see."""
    layout, dtype = Layout.of(x), computing_dtype(x, problem)
    with precision(dtype):
        point = problem.inward(layout.flat(x)).astype(dtype)
        if not problem.traceable:
            return float(problem.evaluate(point, Needs.VALUE, layout).value)
        arguments = (prepared(problem, dtype), point)
        program, _ = compiled(value_program, layout, arguments)
        return float(program(*arguments))


def value_program(layout: Layout, problem: Problem, x: Any) -> Any:
    """The value, as a function of a setting and arrays."""
    return problem.evaluate(x, Needs.VALUE, layout).value


def start_values(problem: RaceProblem, seeds: Sequence[int]) -> list[float]:
    """f₀: the value where each of these seeds begins, on all rows to train on."""
    drawn = (problem.draw(seed) for seed in seeds)
    return [value_at(each.problem, each.start) for each in drawn]

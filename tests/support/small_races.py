"""Races that are small enough to be run in a test: they share their programs, whose lanes are always 24."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.methods import Rule
from osolgil.problems import Function, surfaces
from osolgil.protocol import pytree
from osolgil.races.protocol import Protocol
from osolgil.races.race import race
from osolgil.races.suites import race_loss, race_problem

BOWL = race_problem(surfaces.named("bowl", condition=100.0), name="bowl")
NOISY = race_problem(surfaces.named("noisy_bowl"), batch_size=64, targets=(1e-1, 1e-3))
PROBLEMS = [BOWL, NOISY]
CONTESTANTS = ["momentum", "adam"]
SMALL = Protocol(trials=4, tuning_seeds=2, evaluation_seeds=7, evaluations=60, measure="gap")


@lru_cache(maxsize=1)
def small():
    """Momentum and Adam on two bowls, run once for all tests that only look."""
    return race(PROBLEMS, CONTESTANTS, protocol=SMALL)


def numbers(found):
    """All rows of both tables, without what the clock says: what has to be the same to the last bit."""
    timed = ("seconds", "compile_seconds")
    runs = [{name: value for name, value in row.items() if name not in timed} for row in found.runs.rows()]
    curves = {name: column.tolist() for name, column in found.curves.items()}
    return sorted(map(repr, runs)), sorted(map(repr, zip(*curves.values(), strict=True)))


class Waiting(NamedTuple):
    """The memory of the rule inside."""

    inside: tuple


@pytree
class Dawdling(Rule[Waiting]):
    """A rule that moves on every second gradient only: twice as dear, and otherwise the same."""

    rule: Rule

    title = "Dawdling"

    def init(self, x):
        return Waiting(self.rule.init(x))

    def update(self, gradient, memory, x, t):
        def move():
            step, inside = self.rule.update(gradient, memory.inside, x, (t + 1) / 2)
            return step, Waiting(inside)

        return jax.lax.cond(t % 2 == 1, move, lambda: (jnp.zeros_like(x), memory))


def without_tuning(**changed):
    """A protocol in which everybody races as declared."""
    return replace(Protocol(divisions=("defaults",)), **changed)


def flat_draw(seed):
    """The bowl's start, and a bowl a million times as flat."""
    drawn = BOWL.draw(seed)
    bowl = drawn.problem.f
    return drawn._replace(problem=Function(type(bowl)(bowl.eigenvalues * 1e-6)))


def line_loss(x, rows):
    w, h = rows
    return (x[0] + x[1] * w - h) ** 2


def line_rows():
    random = np.random.default_rng(7)
    w = random.normal(size=60)
    return w, 1.0 + 2.0 * w + random.normal(size=60)


def line_start(seed):
    return np.random.default_rng(seed).normal(size=2)


LINE = race_loss(line_loss, line_rows(), name="line", start=line_start, f_star=0.0, source="squares", batch_size=9)

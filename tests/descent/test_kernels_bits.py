"""Whole runs in one kernel: marked or not, they give the same bits."""

import collections

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.small import ADAM, BOWL, BOWL_START, VALLEY, VALLEY_START, same_bits, same_trace

from osolgil.descent import Stop, kernels, minimize, minimize_lanes, programs
from osolgil.descent.kernels import bytes_written, largest_turn
from osolgil.methods import GradientNoise
from osolgil.problems import Function

FULL = {"stop": Stop(steps=300), "record": "all"}


def branching(x):
    return jax.lax.cond(x[0] > 0, lambda x: jnp.sum(x**2), lambda x: jnp.sum(jnp.abs(x)) + x[0] ** 2, x)


RUNS = {
    "a valley": lambda: [minimize(VALLEY, VALLEY_START, ADAM, **FULL)],
    "conditions": lambda: [minimize(Function(branching), VALLEY_START, ADAM, **FULL)],
    "random bits": lambda: [minimize(BOWL, BOWL_START, GradientNoise(ADAM), **FULL)],
    "lanes": lambda: minimize_lanes(VALLEY, [VALLEY_START, -VALLEY_START], ADAM, **FULL),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_marked_program_computes_the_same_bits_as_an_unmarked_one(case, monkeypatch):
    marked = RUNS[case]()
    monkeypatch.setattr(kernels, "SMALL", -1)
    monkeypatch.setattr(programs, "executables", collections.OrderedDict())
    for one, other in zip(marked, RUNS[case](), strict=True):
        assert other.compile_seconds > 0
        same_bits(one, other)
        same_trace(one.trace, other.trace)


def test_a_turn_is_measured_by_all_it_writes_but_what_is_written_in_place():
    def turn(x):
        return jax.lax.dynamic_update_index_in_dim(x, jnp.sin(x[0]), 0, 0)

    def loop(x):
        return jax.lax.while_loop(lambda x: x[0] < 5, turn, x)

    x = np.ones(1000, np.float32)
    traced = jax.make_jaxpr(loop)(x).jaxpr
    assert 0 < largest_turn(traced) < 100
    assert largest_turn(jax.make_jaxpr(jnp.sin)(x).jaxpr) == 0
    assert bytes_written(jax.make_jaxpr(jnp.sin)(x).jaxpr) == 4000

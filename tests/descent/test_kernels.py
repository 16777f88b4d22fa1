"""Small programs as one kernel: marked or not, they compute the same."""

import collections

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.small import ADAM, BOWL, BOWL_START, VALLEY, VALLEY_START, same_bits, same_trace

from osolgil.descent import Stop, kernels, minimize, minimize_lanes, programs
from osolgil.descent.kernels import as_one_kernel, bytes_written, largest_turn
from osolgil.methods import GradientNoise
from osolgil.problems import Function

MARK = "xla_cpu_small_call"
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


def looped(turn, start):
    """The text of a program that loops ten turns, as one kernel if it is plain and small."""

    def loop(x):
        return jax.lax.while_loop(lambda carry: carry[0] < 10, lambda carry: (carry[0] + 1, turn(carry[1])), (0, x))[1]

    def program(x):
        return as_one_kernel(loop, x)

    return jax.jit(program).lower(start).as_text()


def test_a_small_plain_loop_is_marked():
    assert MARK in looped(lambda x: jnp.sin(x) + 1, np.ones(3, np.float32))


def test_a_loop_with_matrix_products_is_not_marked():
    assert MARK not in looped(lambda x: x @ x, np.eye(3, dtype=np.float32))


def test_a_large_loop_is_not_marked():
    assert MARK not in looped(lambda x: jnp.sin(x) + 1, np.ones(100_000, np.float32))


def test_a_loop_with_an_array_that_was_captured_is_not_marked():
    captured = jnp.arange(3.0)
    assert MARK not in looped(lambda x: jnp.sin(x) + captured, np.ones(3, np.float32))


def test_another_compiler_runs_it_unmarked(monkeypatch):
    monkeypatch.setattr(kernels, "TESTED", set())
    assert MARK not in looped(lambda x: jnp.sin(x) + 1, np.ones(3, np.float32))


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

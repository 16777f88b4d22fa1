"""Small programs are compiled as one kernel: where that is safe, and to the same numbers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil import Function, Stop, minimize, minimize_lanes
from osolgil.descent import kernels
from osolgil.methods import METHODS, Adam, Rule
from osolgil.protocol import programs

MARK = "xla_cpu_small_call"
CAPTURED = np.linspace(0.0, 1.0, 3000)
STOP = Stop(steps=20, optimality=0)

pytestmark = pytest.mark.skipif(
    jax.default_backend() != "cpu" or jax.__version_info__[:2] not in kernels.TESTED,
    reason="programs are marked only on a CPU, and under versions of JAX that are known to take it well",
)


def bent(x):
    return jnp.sum((x[1:] - x[:-1] ** 2) ** 2) + jnp.sum(jnp.sin(x) ** 2)


def branching(x):
    return jax.lax.cond(x[0] > 0, lambda x: jnp.sum(x**2), lambda x: jnp.sum(jnp.abs(x)) + x[0] ** 2, x)


def marked(f, x, *data):
    """Whether a loop that adds f up a few times is marked."""

    def summed(x, *data):
        return jax.lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, c[1] + f(c[1], *data)), (0, x))

    return MARK in jax.jit(lambda *a: kernels.as_one_kernel(summed, *a)).lower(x, *data).as_text()


@pytest.fixture
def fresh_programs(monkeypatch):
    """No program of an earlier test is used again."""
    monkeypatch.setattr(programs, "executables", type(programs.executables)())


def test_a_small_loop_of_plain_operations_is_marked():
    assert marked(lambda x: jnp.sin(x) + jnp.sum(x), jnp.ones(3))


@pytest.mark.parametrize(
    "f",
    [lambda x: x @ x, jnp.sort, jnp.cumsum, lambda x: x[jnp.array([2, 0, 1])], lambda x: x.at[x.astype(int)].add(1.0)],
    ids=["matrix product", "sort", "cumulative sum", "gather", "scatter"],
)
def test_a_loop_with_an_operation_that_such_a_kernel_cannot_hold_is_not_marked(f):
    assert not marked(f, jnp.ones(3))


def test_a_loop_that_writes_much_is_not_marked():
    assert not marked(jnp.sin, jnp.ones(kernels.SMALL // 4 + 1))


def test_a_program_that_captured_an_array_is_not_marked_because_xla_would_abort():
    assert not marked(lambda x: x + jnp.sum(CAPTURED), jnp.ones(3))


def test_a_version_of_jax_that_was_not_tested_is_not_trusted_with_the_mark(monkeypatch):
    monkeypatch.setattr(kernels, "TESTED", {(0, 1)})
    assert not marked(jnp.sin, jnp.ones(3))


@pytest.mark.parametrize(
    "f",
    [
        lambda x, data: jnp.sum(x**2),
        lambda x, data: jnp.sum(x**2) + jnp.where(True, 0.0, data[0]),
        lambda x, data: jnp.sum(x * 0.0) + 3.0,
        lambda x, data: jax.lax.cond(x[0] > 0, lambda: jnp.sum(x**2), lambda: jnp.sum(jnp.abs(x))),
        lambda x, data: jnp.sum((x[0] * jnp.arange(300.0) - x[1]) ** 2),
        lambda x, data: jnp.sum(jnp.eye(20) * x[0] ** 2) + jnp.sum(jnp.tri(20) * x[1] ** 2),
        lambda x, data: jnp.sum((x[0] - CAPTURED) ** 2) + x[1] ** 2,
    ],
    ids=["unused data", "dead data", "dead x", "branches", "folded range", "folded matrices", "captured array"],
)
def test_xla_takes_the_mark_whatever_a_function_does_with_its_arguments(f):
    result = minimize(Function(f, (np.arange(5.0),)), np.ones(2), "gradient_descent", stop=Stop(steps=3))
    assert np.isfinite(result.fun)


@pytest.mark.parametrize(("f", "record"), [(bent, "values"), (bent, "all"), (branching, "all")])
def test_marked_and_unmarked_programs_agree_up_to_rounding(f, record, monkeypatch, fresh_programs):
    start = np.array([1.2, -0.7, 0.4])
    methods = [Adam(learning_rate=rate) for rate in (0.01, 0.1)]

    def run():
        alone = minimize(f, start, methods[0], stop=STOP, record=record)
        lanes = minimize_lanes(f, start, methods, stop=STOP, record=record)
        return [alone, *lanes]

    with_mark = run()
    programs.executables.clear()
    monkeypatch.setattr(kernels, "SMALL", 0)
    for one, other in zip(with_mark, run(), strict=True):
        for name, column in one.trace.columns().items():
            np.testing.assert_allclose(column, other.trace.columns()[name], rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if issubclass(method, Rule)])
def test_every_rule_runs_marked(name):
    result = minimize(bent, np.array([1.2, -0.7, 0.4]), name, stop=STOP, record="all")
    assert np.isfinite(result.fun)
    assert len(result.trace) == 21


def test_a_turn_is_measured_by_all_it_writes_but_what_is_written_in_place():
    def turn(x):
        return jax.lax.dynamic_update_index_in_dim(x, jnp.sin(x[0]), 0, 0)

    def loop(x):
        return jax.lax.while_loop(lambda x: x[0] < 5, turn, x)

    x = np.ones(1000, np.float32)
    traced = jax.make_jaxpr(loop)(x).jaxpr
    assert 0 < kernels.largest_turn(traced) < 100
    assert kernels.largest_turn(jax.make_jaxpr(jnp.sin)(x).jaxpr) == 0
    assert kernels.bytes_written(jax.make_jaxpr(jnp.sin)(x).jaxpr) == 4000

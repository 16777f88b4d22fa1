"""Groups of rows side by side: the bits of one program, whatever the number of threads."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import FiniteSum, Function, finite_sum, threads
from osolgil.problems.threads import evaluate_by_threads, number_of_groups, worth_threads
from osolgil.protocol import Layout, Needs

NEEDS = Needs.VALUE | Needs.GRADIENT
POINT = np.array([0.3, -0.8], np.float32)
LAYOUT = Layout.of(POINT)


def loss(x, rows):
    return (x[0] + x[1] * rows[0] - rows[1]) ** 2


@pytest.fixture
def problem(monkeypatch):
    monkeypatch.setattr(finite_sum, "CHUNK", 64)
    monkeypatch.setattr(finite_sum, "GROUP", 2)
    random = np.random.default_rng(5)
    rows = (random.normal(size=64 * 37 - 5), random.normal(size=64 * 37 - 5))
    return FiniteSum(loss, rows, penalty=lambda x: 0.1 * jnp.sum(x**4)).prepared(np.float32)


def test_the_bits_are_those_of_one_program_for_any_number_of_threads(problem):
    assert number_of_groups(problem) == 19
    expected = jax.jit(lambda problem, x: problem.evaluate(x, NEEDS, LAYOUT)[:2])(problem, POINT)
    for workers in (1, 2, 3):
        found, _ = evaluate_by_threads(problem, jnp.asarray(POINT), NEEDS, LAYOUT, workers)
        for one, other in zip(found[:2], expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_second_evaluation_compiles_nothing(problem):
    evaluate_by_threads(problem, jnp.asarray(POINT), NEEDS, LAYOUT, 2)
    assert evaluate_by_threads(problem, jnp.asarray(POINT) + 1, NEEDS, LAYOUT, 2)[1] == 0


def test_threads_are_worth_it_for_many_rows_only(problem, monkeypatch):
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 2)
    assert not worth_threads(problem, NEEDS)
    monkeypatch.setattr(threads, "WORTH", 1000)
    assert worth_threads(problem, NEEDS)
    assert not worth_threads(problem, NEEDS | Needs.PRODUCT)
    assert not worth_threads(Function(jnp.sum), NEEDS)
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 1)
    assert not worth_threads(problem, NEEDS)


def test_products_are_refused(problem):
    with pytest.raises(ValueError, match="Products of the Hessian are not evaluated by threads"):
        evaluate_by_threads(problem, jnp.asarray(POINT), Needs.PRODUCT, LAYOUT)

"""Groups of rows side by side: the bits of one program, whatever the number of threads."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import drive, minimize
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
    assert not worth_threads(problem, NEEDS, 2)
    monkeypatch.setattr(threads, "WORTH", 1000)
    assert worth_threads(problem, NEEDS, 2)
    assert not worth_threads(problem, NEEDS | Needs.PRODUCT, 2)
    assert not worth_threads(problem, NEEDS | Needs.HESSIAN, 10_000)
    assert not worth_threads(Function(jnp.sum), NEEDS, 2)


def test_a_run_on_many_rows_reads_them_by_threads_and_goes_the_same_way(problem, monkeypatch):
    by_one = minimize(problem, POINT, "lbfgs", driver="compiled")
    monkeypatch.setattr(threads, "WORTH", 1000)
    seen = []
    monkeypatch.setattr(drive, "evaluate_by_threads", lambda *given: seen.append(1) or evaluate_by_threads(*given))
    by_threads = minimize(problem, POINT, "lbfgs")
    assert len(seen) >= by_threads.nfev == by_one.nfev
    np.testing.assert_allclose(by_threads.x, by_one.x, rtol=1e-4)


def test_products_are_refused(problem):
    with pytest.raises(ValueError, match="Products of the Hessian are not evaluated by threads"):
        evaluate_by_threads(problem, jnp.asarray(POINT), Needs.PRODUCT, LAYOUT)

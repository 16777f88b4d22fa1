"""A sample of the rows first: to the same end, by few passes over all of them."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import Stop, minimize, progressive
from osolgil.descent.progressive import headway, sample_size, sampled
from osolgil.methods import LBFGS
from osolgil.problems import FiniteSum
from osolgil.regression.coordinates import standardization
from osolgil.regression.families import Bernoulli
from osolgil.regression.objective import mean_loss
from osolgil.regression.penalties import Ridge

RANDOM = np.random.default_rng(11)
ROWS = 8192
X = np.column_stack([np.ones(ROWS), RANDOM.normal(size=(ROWS, 3)) * [1.0, 50.0, 0.1] + [3.0, 0.0, -1.0]])
Y = (RANDOM.random(ROWS) < 1 / (1 + np.exp(-X @ [1.0, -0.5, 0.02, 2.0]))).astype(float)
PROBLEM = mean_loss(Bernoulli(), X, Y, None, standardization(X, 0))
START = np.zeros(4)
PENALTY = Ridge(np.array([0.0, 0.01, 0.01, 0.01]))
EXACT = Stop(optimality=1e-11)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(progressive, "LEAST", 1024)
    monkeypatch.setattr(progressive, "WORTH", 0)


@pytest.mark.parametrize("penalty", [None, PENALTY], ids=["free", "ridge"])
def test_a_sample_s_solution_and_hessian_save_passes_over_all_rows(penalty):
    found = headway(PROBLEM, START, 1e-11, penalty)
    assert found.rows == 1024
    result = minimize(PROBLEM, found.start, found.method, penalty=penalty, stop=EXACT)
    plain = minimize(PROBLEM, START, "lbfgs", penalty=penalty, stop=EXACT)
    np.testing.assert_allclose(result.x, plain.x, rtol=1e-8)
    assert result.nfev <= 0.75 * plain.nfev


def test_l_bfgs_that_begins_with_the_inverse_hessian_of_a_quadratic_arrives_in_one_step():
    A = np.diag([1.0, 10.0, 1000.0])
    quadratic = minimize(lambda x: 0.5 * x @ jnp.asarray(A) @ x, np.ones(3), LBFGS(initial=np.linalg.inv(A)))
    assert (quadratic.nit, quadratic.success) == (1, True)
    np.testing.assert_allclose(quadratic.x, 0, atol=1e-12)


def test_the_sample_is_drawn_evenly_and_the_same_every_time():
    numbers = FiniteSum(lambda x, rows: (rows - x) ** 2, np.arange(1000.0), weights=np.arange(1000.0))
    part = sampled(numbers, 100)
    np.testing.assert_array_equal(part.rows, part.weights)
    np.testing.assert_array_equal(part.rows // 10, np.arange(100))
    np.testing.assert_array_equal(part.rows, sampled(numbers, 100).rows)


def test_few_rows_or_many_parameters_are_not_worth_it():
    assert sample_size(8 * 1024, 4) == 1024
    assert sample_size(8 * 1024 - 1, 4) is None
    assert sample_size(10**6, 500) == 32_768
    assert sample_size(10**9, 1001) is None
    assert headway(lambda x: x**2, START, 1e-8) is None
    wavy = FiniteSum(lambda x, rows: jnp.sin(rows - x[0]), np.zeros(ROWS))
    assert headway(wavy, np.zeros(1), 1e-8) is None


@pytest.mark.parametrize("initial", [np.ones(3), np.ones((2, 3))])
def test_an_initial_matrix_is_square(initial):
    with pytest.raises(ValueError, match="LBFGS: initial must be a square matrix, but its shape is"):
        minimize(lambda x: x @ x, np.ones(3), LBFGS(initial=initial))

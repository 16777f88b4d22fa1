import jax
import numpy as np
import pytest
from oracles.regression import numerical_hessian

from osolgil.protocol import Layout, Needs, precision
from osolgil.regression.coordinates import identity, standardization
from osolgil.regression.families import Bernoulli
from osolgil.regression.objective import least_squares, mean_loss
from osolgil.regression.sample import Sample, surroundings

RNG = np.random.default_rng(5)
X = np.column_stack([np.ones(24), RNG.normal(100, 5, 24), RNG.exponential(0.01, 24)])
Y = (RNG.random(24) < 0.5).astype(float)
W = RNG.uniform(0.5, 2.0, 24)
BETA = np.array([0.3, -0.01, 20.0])


def bernoulli_mean(beta):
    eta = X @ beta
    return np.average(np.log1p(np.exp(eta)) - Y * eta, weights=W)


def penalty(beta):
    return 0.01 * (beta @ beta)


def evaluated(problem, beta, needs=Needs.VALUE | Needs.GRADIENT):
    with precision(np.dtype(float)):
        inner = problem.inward(beta)
        layout = Layout.of(inner)
        found = jax.jit(lambda ready, x: ready.evaluate(x, needs, layout))(problem.prepared(np.float64), inner)
        return float(found.value), problem.outward_gradient(np.array(found.gradient)), found


def test_standardized_columns_have_mean_zero_and_mean_square_one_under_the_weights():
    Z = standardization(X, 0, W).columns(X)
    np.testing.assert_allclose(np.average(Z, axis=0, weights=W), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(np.average(Z**2, axis=0, weights=W), [1, 1, 1], atol=1e-12)


def test_without_an_intercept_columns_are_scaled_but_not_centred():
    found = standardization(X[:, 1:], None)
    assert found.shift.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(found.scale, np.sqrt(np.mean(X[:, 1:] ** 2, axis=0)), rtol=1e-14)


@pytest.mark.parametrize("intercept", [0, None])
def test_the_maps_leave_linear_predictors_as_they_are_and_undo_each_other(intercept):
    found = standardization(X, intercept)
    inner = found.inward(BETA)
    np.testing.assert_allclose(found.columns(X) @ inner, X @ BETA, rtol=1e-12)
    np.testing.assert_allclose(found.outward(inner), BETA, rtol=1e-12)
    path = np.stack([BETA, 2 * BETA, 0 * BETA])
    np.testing.assert_allclose(found.outward(found.inward(path)), path, rtol=1e-12)


@pytest.mark.parametrize("penalized", [None, penalty])
@pytest.mark.parametrize("coordinates", [standardization(X, 0, W), identity(3)], ids=["standardized", "raw"])
def test_value_and_gradient_are_those_of_the_original_scale_in_any_coordinates(coordinates, penalized):
    value, gradient, _ = evaluated(mean_loss(Bernoulli(), X, Y, W, coordinates, penalized), BETA)
    extra = 0.0 if penalized is None else penalty(BETA)
    assert value == pytest.approx(bernoulli_mean(BETA) + extra, rel=1e-13)
    p = 1 / (1 + np.exp(-X @ BETA))
    expected = (W * (p - Y)) @ X / W.sum() + (0 if penalized is None else 0.02 * BETA)
    np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-12)


def test_least_squares_is_the_weighted_mean_of_half_squared_residuals():
    needs = Needs.VALUE | Needs.GRADIENT | Needs.FACTOR
    value, gradient, found = evaluated(least_squares(X, Y, W, standardization(X, 0, W)), BETA, needs)
    residual = X @ BETA - Y
    assert value == pytest.approx(np.average(residual**2, weights=W) / 2, rel=1e-13)
    np.testing.assert_allclose(gradient, (W * residual) @ X / W.sum(), rtol=1e-11)
    assert found.factor.shape == (4, 4)


def test_the_curvature_around_any_point_is_the_numerical_hessian_of_the_total_loss():
    sample = Sample(X, Y, W, 0, standardization(X, 0, W))
    around = surroundings(Bernoulli(), sample, BETA)
    hessian = W.sum() * numerical_hessian(bernoulli_mean, BETA)
    # Central differences of second order: h² of truncation, ε/h² of rounding, both about 1e-8, times the conditioning.
    np.testing.assert_allclose(np.linalg.inv(around.root @ around.root.T), hessian, rtol=1e-4, atol=1e-4)
    p = 1 / (1 + np.exp(-X @ BETA))
    information = (X * (W * p * (1 - p))[:, None]).T @ X
    np.testing.assert_allclose(np.linalg.inv(around.root @ around.root.T), information, rtol=1e-8)
    np.testing.assert_allclose(around.step, np.linalg.solve(information, X.T @ (W * (Y - p))), rtol=1e-8)
    np.testing.assert_allclose(around.moved, X @ around.step, rtol=1e-7, atol=1e-10)

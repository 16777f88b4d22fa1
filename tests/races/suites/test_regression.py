"""Lowest values of the regressions, found again by SciPy and formulas of its own."""

import jax
import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize
from scipy.special import expit, logsumexp

from osolgil.descent import Stop, minimize_lanes
from osolgil.races import suites

PROBLEMS = {problem.name: problem for problem in suites.named("regression")}
RIDGE = 1e-3


def squares(x, X, y):
    error = X @ x - y
    return 0.5 * np.mean(error**2), X.T @ error / len(y), X.T @ X / len(y)


def poisson(x, X, y):
    mean = np.exp(X @ x)
    return np.mean(mean - y * (X @ x)), X.T @ (mean - y) / len(y), X.T @ (mean[:, None] * X) / len(y)


def logistic(x, X, y):
    share = expit(X @ x)
    value = np.mean(np.logaddexp(0, X @ x) - y * (X @ x)) + RIDGE / 2 * x @ x
    hessian = X.T @ ((share * (1 - share))[:, None] * X) / len(y) + RIDGE * np.eye(len(x))
    return value, X.T @ (share - y) / len(y) + RIDGE * x, hessian


def softmax(x, X, y):
    scores, labels = X @ x.reshape(-1, 3), np.eye(3)[y]
    logs = scores - logsumexp(scores, axis=1, keepdims=True)
    shares = np.exp(logs)
    covariances = shares[:, :, None] * (np.eye(3) - shares[:, None, :])
    hessian = np.einsum("ni,nj,nab->iajb", X, X, covariances).reshape(len(x), -1) / len(y)
    value = -np.mean(np.sum(labels * logs, axis=1)) + RIDGE / 2 * x @ x
    return value, (X.T @ (shares - labels)).ravel() / len(y) + RIDGE * x, hessian + RIDGE * np.eye(len(x))


def evaluated(problem, x):
    return problem.evaluate(x)


FORMULAS = {"diabetes": squares, "linnerud": poisson, "wine": softmax, "breast_cancer": logistic}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_lowest_value_is_what_newton_s_method_finds(name):
    problem, formula = PROBLEMS[name], FORMULAS[name]
    drawn = problem.draw(0)
    data = drawn.problem.rows["X"], drawn.problem.rows["y"]
    start = drawn.start.ravel()
    value, gradient, _ = formula(start, *data)
    with jax.enable_x64(True):
        told = jax.jit(evaluated)(drawn.problem.prepared(np.float64), drawn.start)
    np.testing.assert_allclose(told.value, value, rtol=1e-12)
    np.testing.assert_allclose(told.gradient, gradient, rtol=1e-10, atol=1e-13)
    found = scipy_minimize(
        lambda x: formula(x, *data)[:2],
        start,
        jac=True,
        hess=lambda x: formula(x, *data)[2],
        method="trust-exact",
        options={"gtol": 1e-10},
    )
    np.testing.assert_allclose(problem.f_star, found.fun, rtol=1e-11)
    assert problem.f_star < value


@pytest.mark.parametrize("name", FORMULAS)
def test_columns_are_standardized_and_counts_are_whole(name):
    rows = PROBLEMS[name].draw(0).problem.rows
    np.testing.assert_array_equal(rows["X"][:, 0], 1)
    np.testing.assert_allclose(rows["X"][:, 1:].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rows["X"][:, 1:].std(axis=0), 1, rtol=1e-12)
    assert name == "diabetes" or np.array_equal(rows["y"], np.round(rows["y"]))


def test_our_own_method_gets_there_and_not_below():
    problem = PROBLEMS["breast_cancer"]
    draws = [problem.draw(seed) for seed in range(3)]
    results = minimize_lanes(draws[0].problem, [each.start for each in draws], "lbfgs", stop=Stop(evaluations=500))
    for result in results:
        assert -1e-13 <= result.best.fun - problem.f_star < 1e-9

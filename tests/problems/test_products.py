"""Products with the Hessian: of every problem, in whatever chunks, remembering as little as there is to remember."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import FiniteSum, Function, LeastSquares, finite_sum
from osolgil.problems.compacting import compacted
from osolgil.problems.linearized import bytes_remembered, in_order
from osolgil.protocol import Needs, precision

FLOAT64 = np.dtype(np.float64)
KNOWN = Needs.VALUE | Needs.GRADIENT
ROWS, N = 37, 3

random = np.random.default_rng(4)
X = random.normal(size=(ROWS, N))
Y = random.random(ROWS)
WEIGHTS = random.uniform(0.5, 2, size=ROWS)
POINT, DIRECTION = random.normal(size=N), random.normal(size=N)


def logistic(b, rows):
    features, y = rows
    eta = features @ b
    return jax.nn.softplus(eta) - y * eta


def penalty(b):
    return 0.1 * jnp.sum(b**4)


def by_numpy(b, v):
    """Value, gradient and the Hessian times v of the weighted mean logistic loss, with the penalty."""
    eta = X @ b
    p, w = 1 / (1 + np.exp(-eta)), WEIGHTS / WEIGHTS.sum()
    value = w @ (np.logaddexp(0, eta) - Y * eta) + 0.1 * np.sum(b**4)
    gradient = (w * (p - Y)) @ X + 0.4 * b**3
    return value, gradient, (w * p * (1 - p) * (X @ v)) @ X + 1.2 * b**2 * v


def products(problem):
    # A program of its own each time: how rows are cut is no argument of it.
    def looked(problem, x, v):
        found = problem.evaluate(x, KNOWN | Needs.PRODUCT)
        return found.value, found.gradient, found.product(v)

    with precision(FLOAT64):
        arguments = (problem.prepared(FLOAT64), jnp.asarray(POINT), jnp.asarray(DIRECTION))
        return tuple(map(np.asarray, jax.jit(looked)(*arguments)))


@pytest.mark.parametrize("way", ["one chunk", "chunks in groups", "differentiated afresh"])
def test_a_sum_over_rows_is_numpy_s_however_it_is_cut(way, monkeypatch):
    if way != "one chunk":
        # Five chunks of eight rows, in groups of two.
        monkeypatch.setattr(finite_sum, "CHUNK", 8)
        monkeypatch.setattr(finite_sum, "GROUP", 2)
    if way == "differentiated afresh":
        monkeypatch.setattr(finite_sum, "REMEMBERED", 0)
    for found, wanted in zip(
        products(FiniteSum(logistic, (X, Y), WEIGHTS, penalty)), by_numpy(POINT, DIRECTION), strict=True
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_a_function_s_and_a_sum_of_squares_products_are_the_hessian_s():
    def residuals(b, features, y):
        return jnp.exp(features @ b / 4) - y

    for problem in (LeastSquares(residuals, (X, Y)), Function(lambda b, X: jnp.sum(jnp.sin(X @ b) ** 2), (X,))):
        with precision(FLOAT64):
            whole = problem.prepared(FLOAT64).evaluate(jnp.asarray(POINT), KNOWN | Needs.HESSIAN)
            wanted = np.asarray(whole.hessian) @ DIRECTION
        value, gradient, product = products(problem)
        np.testing.assert_allclose(product, wanted, rtol=1e-12)
        np.testing.assert_allclose(gradient, whole.gradient, rtol=1e-12)
        assert value == pytest.approx(float(whole.value), rel=1e-13)


def remembered(loss, rows):
    """Bytes that a chunk's linearization holds beside its rows."""
    problem = FiniteSum(loss, rows)

    def linear(rows, weights):
        return problem.totals(jnp.asarray(POINT), rows, weights, KNOWN | Needs.PRODUCT, layout).product

    with precision(FLOAT64):
        layout = finite_sum.Layout.of(POINT)
        return bytes_remembered(linear, jax.tree.map(jnp.asarray, rows), jnp.asarray(WEIGHTS))


def test_of_a_linear_predictor_one_number_a_row_is_remembered():
    assert remembered(logistic, (X, Y)) == 8 * ROWS

    def huber(b, rows):
        error = rows[0] @ b - rows[1]
        return jnp.where(jnp.abs(error) < 1, 0.5 * error**2, jnp.abs(error) - 0.5)

    assert remembered(huber, (X, Y)) == 8 * ROWS


def test_compacting_changes_nothing_but_the_order_of_factors():
    def gradient(b):
        hidden = jnp.tanh(jnp.outer(jnp.asarray(X)[:, 0], b)) / (1 + b[0] ** 2)
        return jax.grad(lambda c: jnp.sum(jnp.where(hidden > 0, hidden, -2.0) * jnp.cos(c)) + jnp.sum(c[1:] ** 3))(b)

    with precision(FLOAT64):
        _, linear = jax.linearize(gradient, jnp.asarray(POINT))
        less = compacted(linear, jnp.asarray(POINT))
        for v in (DIRECTION, np.zeros(N), 1e6 * np.eye(N)[1]):
            np.testing.assert_allclose(less(jnp.asarray(v)), linear(jnp.asarray(v)), rtol=1e-12, atol=1e-15)
    assert sum(map(np.size, jax.tree.leaves(less))) <= sum(map(np.size, jax.tree.leaves(linear)))


@pytest.mark.parametrize("chunks", [1, 7, 8, 9, 20])
def test_chunks_are_folded_within_groups_and_then_over_them_to_the_bit(chunks):
    totals = np.random.default_rng(chunks).normal(size=(chunks, 2)) * 10.0 ** np.arange(chunks)[:, None]
    with precision(FLOAT64):
        found = np.asarray(in_order(jnp.asarray(totals), 8))
    whole = np.zeros(2)
    for first in range(0, chunks, 8):
        within = np.zeros(2)
        for total in totals[first : first + 8]:
            within = within + total
        whole = whole + within
    np.testing.assert_array_equal(found, whole)

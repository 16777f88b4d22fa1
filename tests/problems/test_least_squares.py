"""Least squares: the factor of [J r] and what follows from it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import LeastSquares
from osolgil.protocol import Needs, precision

WIDE = np.dtype(np.float64)
FACTOR = Needs.VALUE | Needs.GRADIENT | Needs.FACTOR
DIFFERENTIATED = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
T = np.linspace(0.0, 2.0, 9)
Y = 1.5 * np.exp(-0.7 * T) + 0.1 * np.cos(9 * T)
X = np.array([1.2, 0.5])


def decay(x, t, y):
    return x[0] * jnp.exp(-x[1] * t) - y


def by_hand(x):
    """Residuals and Jacobian, by NumPy."""
    curve = np.exp(-x[1] * T)
    return x[0] * curve - Y, np.column_stack([curve, -x[0] * T * curve])


def evaluated(needs, rows=slice(None)):
    with precision(WIDE):
        return jax.jit(lambda problem, x: problem.evaluate(x, needs))(LeastSquares(decay, (T[rows], Y[rows])), X)


def test_value_and_gradient_are_half_the_sum_of_squares_and_jt_r_by_either_way():
    r, J = by_hand(X)
    for needs in (FACTOR, DIFFERENTIATED):
        known = evaluated(needs)
        np.testing.assert_allclose(known.value, 0.5 * r @ r, rtol=1e-13)
        np.testing.assert_allclose(known.gradient, J.T @ r, rtol=1e-12)


def test_the_factor_is_upper_triangular_and_squares_to_that_of_jacobian_and_residuals():
    r, J = by_hand(X)
    R = np.asarray(evaluated(FACTOR).factor)
    assert R.shape == (3, 3)
    np.testing.assert_array_equal(R, np.triu(R))
    together = np.column_stack([J, r])
    np.testing.assert_allclose(R.T @ R, together.T @ together, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rows", [1, 2])
def test_fewer_rows_than_parameters_have_a_factor_of_the_same_shape(rows):
    r, J = (part[:rows] for part in by_hand(X))
    known = evaluated(FACTOR, slice(0, rows))
    assert known.factor.shape == (3, 3)
    np.testing.assert_allclose(known.value, 0.5 * r @ r, rtol=1e-13)
    np.testing.assert_allclose(known.gradient, J.T @ r, rtol=1e-12)


def test_factors_of_two_blocks_combine_by_another_qr():
    halves = [np.asarray(evaluated(FACTOR, rows).factor) for rows in (slice(0, 4), slice(4, 9))]
    combined = np.linalg.qr(np.vstack(halves), mode="r")
    whole = np.asarray(evaluated(FACTOR).factor)
    np.testing.assert_allclose(combined.T @ combined, whole.T @ whole, rtol=1e-12, atol=1e-14)


def test_the_hessian_is_the_full_one_not_gauss_newtons():
    r, J = by_hand(X)
    curve = np.exp(-X[1] * T)
    second = np.array([[0.0, -(r @ (T * curve))], [-(r @ (T * curve)), X[0] * (r @ (T**2 * curve))]])
    np.testing.assert_allclose(evaluated(DIFFERENTIATED).hessian, J.T @ J + second, rtol=1e-11)


def test_residuals_of_any_shape_are_taken_in_order():
    with precision(WIDE):
        square = LeastSquares(lambda x: jnp.outer(x, x)).evaluate(X, FACTOR)
    np.testing.assert_allclose(square.value, 0.5 * (X @ X) ** 2, rtol=1e-13)


def test_residuals_may_be_a_list():
    listed = LeastSquares(lambda x: [10 * (x[1] - x[0] ** 2), 1 - x[0]])
    assert float(listed.evaluate(np.array([-1.2, 1.0])).value) == pytest.approx(12.1)

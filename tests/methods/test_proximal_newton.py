import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.penalties import GRAM, PROBLEM, SCALED, Y, gradient

from osolgil.descent import Stop, minimize
from osolgil.methods.shrunken_quadratic import definite, minimized
from osolgil.problems import FiniteSum
from osolgil.protocol import Shrinkage, precision
from osolgil.regression.penalties import ElasticNet, Lasso
from osolgil.regression.penalties.certificate import kkt

TIGHT = Stop(optimality=1e-12)
STEEPEST = float(np.abs(gradient(np.zeros(5))).max())
"""The strength from which on a lasso of PROBLEM is zero."""


def solved(penalty, problem=PROBLEM):
    return minimize(problem, np.zeros(5), "proximal_newton", penalty=penalty, stop=TIGHT)


def test_an_orthogonal_design_is_soft_thresholded():
    columns = np.linalg.qr(SCALED)[0] * np.sqrt(40)
    plain = columns.T @ Y / 40
    x = solved(Lasso(0.3), FiniteSum(PROBLEM.loss, (columns, Y))).x
    np.testing.assert_allclose(x, np.sign(plain) * np.maximum(np.abs(plain) - 0.3, 0), atol=1e-14)
    x = solved(ElasticNet(0.6, mix=0.5), FiniteSum(PROBLEM.loss, (columns, Y))).x
    np.testing.assert_allclose(x, np.sign(plain) * np.maximum(np.abs(plain) - 0.3, 0) / 1.3, atol=1e-14)


def test_at_the_largest_slope_at_zero_all_coefficients_are_zero_exactly_and_below_it_one_is_not():
    assert solved(Lasso(STEEPEST * (1 + 1e-12))).x.tolist() == [0] * 5
    assert np.count_nonzero(solved(Lasso(STEEPEST * 0.999)).x) == 1


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.0])
def test_a_quadratic_is_solved_in_one_step_to_rounding(share):
    result = solved(Lasso(share * STEEPEST))
    assert result.success
    assert result.nit <= 2
    assert np.abs(kkt(Lasso(share * STEEPEST), result.x, gradient(result.x))).max() <= 1e-14 * STEEPEST


def test_strengths_by_coordinate_leave_some_without_a_penalty():
    strengths = np.array([0.0, 9.0, 0.1, 0.0, 9.0])
    x = solved(Lasso(strengths)).x
    assert (x == 0).tolist() == [False, True, False, False, True]
    assert np.abs(gradient(x)[[0, 3]]).max() < 1e-13
    assert abs(gradient(x)[2]) == pytest.approx(0.1)


def test_a_loss_that_is_no_quadratic_takes_a_few_newton_steps():
    labels = (np.median(Y) < Y).astype(float)
    logistic = FiniteSum(lambda x, rows: jnp.logaddexp(0, rows[0] @ x) - rows[1] * (rows[0] @ x), (SCALED, labels))
    result = solved(Lasso(0.02), logistic)
    slopes = SCALED.T @ (1 / (1 + np.exp(-SCALED @ result.x)) - labels) / 40
    assert 2 <= result.nit <= 10
    assert np.abs(kkt(Lasso(0.02), result.x, slopes)).max() < 1e-14


def test_a_loss_with_a_saddle_is_left_downhill_to_a_point_that_satisfies_the_conditions():
    result = minimize(
        lambda x: jnp.sum(0.25 * x**4 - 0.5 * x**2 - 0.3 * x), np.full(5, 0.1), penalty=Lasso(0.1), stop=TIGHT
    )
    assert result.success
    x = result.x
    np.testing.assert_allclose(x**3 - x - 0.3 + 0.1, 0, atol=1e-12)
    assert (x > 1).all()


def test_dependent_columns_are_solved_although_no_factorization_exists():
    twice = np.column_stack([SCALED[:, :3], SCALED[:, :2]])
    result = solved(Lasso(0.05), FiniteSum(PROBLEM.loss, (twice, Y)))
    slopes = twice.T @ (twice @ result.x - Y) / 40
    assert result.success
    assert np.abs(kkt(Lasso(0.05), result.x, slopes)).max() < 1e-12


def test_a_hundred_correlated_columns_and_fewer_rows_satisfy_the_conditions_to_rounding():
    i = np.arange(60.0)[:, None]
    X = np.cumsum(np.cos(i * np.arange(1, 101) ** 2), axis=1) / np.sqrt(np.arange(1, 101))  # neighbours are alike
    H, g = X.T @ X / 60, -X.T @ (X[:, 3] - X[:, 50] + np.sin(i[:, 0])) / 60
    a = np.full(100, 0.02 * np.abs(g).max())
    with precision(np.dtype(np.float64)):
        x = np.zeros(100)
        z = np.asarray(jax.jit(lambda H, g, a: minimized(jnp.asarray(x), g, H, Shrinkage(a, 0 * a)))(H, g, a))
    assert 5 < np.count_nonzero(z) < 60
    assert np.abs(Shrinkage(a, 0 * a).slopes(z, g + H @ z)).max() <= 1e-12 * np.abs(g).max()


def test_a_hessian_with_a_negative_eigenvalue_gets_its_absolute_value():
    with precision(np.dtype(np.float64)):
        found = definite(jnp.diag(jnp.array([2.0, -3.0])))
        np.testing.assert_allclose(found, np.diag([2.0, 3.0]), atol=1e-15)
        np.testing.assert_array_equal(definite(jnp.asarray(GRAM)), GRAM)

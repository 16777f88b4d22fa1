"""The Gauss–Newton method, through minimize, against NumPy."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import Status, Stop, minimize
from osolgil.methods import GaussNewton
from osolgil.problems import LeastSquares

random = np.random.default_rng(5)
DESIGN = random.normal(size=(12, 3))
Y = random.normal(size=12)
BEST = np.linalg.lstsq(DESIGN, Y, rcond=None)[0]


def linear(x, design, y):
    return jnp.sum(design * x, axis=1) - y


def run(design=DESIGN, y=Y, start=None, residuals=linear, **options):
    start = np.zeros(3) if start is None else start
    return minimize(LeastSquares(residuals, (design, y)), start, GaussNewton(), record="all", **options)


def test_a_linear_model_takes_one_step_wherever_it_starts():
    for start in (np.zeros(3), np.array([100.0, -3.0, 7.0])):
        trace = run(start=start).trace
        np.testing.assert_allclose(trace.path[1], BEST, rtol=1e-10)
    result = run()
    assert result.status is Status.CONVERGED
    assert result.nit <= 2
    np.testing.assert_allclose(result.x, BEST, rtol=1e-12)
    assert result.fun == pytest.approx(0.5 * np.sum((DESIGN @ BEST - Y) ** 2), rel=1e-13)
    assert (result.njev, result.nhev) == (result.nfev, 0)


def test_the_optimality_is_the_cosine_between_residual_and_columns():
    trace = run(stop=Stop(steps=0)).trace
    cosines = np.abs(DESIGN.T @ Y) / (np.linalg.norm(DESIGN, axis=0) * np.linalg.norm(Y))
    assert trace.optimality[0] == pytest.approx(cosines.max(), rel=1e-7)


@pytest.mark.parametrize("units", [np.array([1e-6, 1.0, 1e8])])
def test_the_optimality_and_the_fit_do_not_depend_on_units_of_measurement(units):
    plain, scaled = run(), run(DESIGN * units)
    np.testing.assert_allclose(scaled.x * units, plain.x, rtol=1e-9)
    assert scaled.trace.optimality[0] == pytest.approx(plain.trace.optimality[0], rel=1e-9)
    assert scaled.status is Status.CONVERGED


def test_dependent_columns_get_the_step_of_least_norm():
    design = np.column_stack([DESIGN[:, 0], DESIGN[:, 1], DESIGN[:, 0] + DESIGN[:, 1]])
    design /= np.linalg.norm(design, axis=0)  # of norm one, so that scaling the columns changes no norm
    result = run(design)
    np.testing.assert_allclose(result.x, np.linalg.lstsq(design, Y, rcond=None)[0], rtol=1e-8)
    assert result.status is Status.CONVERGED


def test_a_column_of_zeros_stays_where_it_started():
    design = DESIGN * np.array([1.0, 0.0, 1.0])
    result = run(design, start=np.array([0.0, 5.0, 0.0]))
    assert result.status is Status.CONVERGED
    assert result.x[1] == 5
    np.testing.assert_allclose(result.x[[0, 2]], np.linalg.lstsq(DESIGN[:, [0, 2]], Y, rcond=None)[0], rtol=1e-9)


def test_a_model_that_fits_exactly_converges():
    result = run(y=DESIGN @ np.array([1.0, 2.0, 3.0]))
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, [1, 2, 3], rtol=1e-12)


def curve(x, t, y):
    return x[0] * jnp.exp(x[1] * t) - y


def test_a_curve_is_fitted_and_trials_that_climb_are_halved():
    t = np.linspace(0, 3, 12)
    result = run(t, 2 * np.exp(-1.3 * t), np.array([1.0, -5.0]), residuals=curve)
    assert result.status is Status.CONVERGED
    assert not result.trace.accepted.all()
    assert (np.diff(result.trace.value[result.trace.accepted]) <= 0).all()
    np.testing.assert_allclose(result.x, [2, -1.3], rtol=1e-8)


def test_a_step_of_a_curve_is_the_least_squares_solution_of_its_linearization():
    t = np.linspace(0, 3, 12)
    y, x = 2 * np.exp(-1.3 * t) + 0.01 * np.sin(7 * t), np.array([1.8, -1.0])
    trace = run(t, y, x, residuals=curve, stop=Stop(steps=1)).trace
    grown = np.exp(x[1] * t)
    jacobian = np.column_stack([grown, x[0] * t * grown])
    step = np.linalg.lstsq(jacobian, -(x[0] * grown - y), rcond=None)[0]
    np.testing.assert_allclose(trace.path[1] - x, step, rtol=1e-10)


def test_an_ill_conditioned_line_keeps_the_digits_that_normal_equations_lose():
    # Columns 1 and 1e6 + w: the condition number is 1e6, its square beyond half of all digits.
    w = np.linspace(0, 1, 12)
    design = np.column_stack([np.ones(12), 1e6 + w, w**2])
    result = run(design, design @ np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(design @ result.x, design @ np.array([1.0, 2.0, 3.0]), rtol=1e-12)
    np.testing.assert_allclose(result.x[2], 3, rtol=1e-7)

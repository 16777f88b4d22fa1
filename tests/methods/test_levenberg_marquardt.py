"""Levenberg–Marquardt and the dogleg, through minimize, against NumPy, SciPy and what the literature knows."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import Status, minimize
from osolgil.methods import Dogleg, LevenbergMarquardt
from osolgil.methods.dogleg import bent
from osolgil.methods.factor_region import Linearized
from osolgil.methods.levenberg_marquardt import damped
from osolgil.problems import LeastSquares, collections
from osolgil.protocol import precision

FLOAT64 = np.dtype(np.float64)

random = np.random.default_rng(5)
DESIGN = random.normal(size=(12, 3))
Y = random.normal(size=12)
BEST = np.linalg.lstsq(DESIGN, Y, rcond=None)[0]

# The host's driver has a program for each method, which problems of as many parameters share.
HOST = {"driver": "host", "record": "path"}

both = pytest.mark.parametrize("method", [LevenbergMarquardt(), Dogleg()], ids=lambda method: type(method).__name__)


def linear(x, design, y):
    return jnp.sum(design * x, axis=1) - y


def valley(x):
    return jnp.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]])


VALLEY = LeastSquares(valley)
START = np.array([-1.2, 1.0])


@both
def test_a_linear_model_takes_one_step_where_the_radius_reaches_the_solution(method):
    # From far away the radius is the length of Gauss–Newton's step; from 0 it is that, too.
    result = minimize(LeastSquares(linear, (DESIGN, Y)), np.zeros(3), method, **HOST)
    np.testing.assert_allclose(result.trace.path[1], BEST, rtol=1e-10)
    assert result.status is Status.CONVERGED
    assert result.nit <= 2


@both
def test_rosenbrock_as_a_sum_of_squares_needs_no_more_than_scipy(method):
    result = minimize(VALLEY, START, method, record="path")
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, 1, rtol=1e-12)
    # SciPy's "lm" needs 21.
    assert result.nfev <= 21


@both
def test_the_value_never_rises_and_a_rejected_trial_is_asked_again_closer_by(method):
    trace = minimize(VALLEY, START, method, record="path").trace
    assert not trace.accepted.all()
    assert (np.diff(trace.value[trace.accepted]) < 0).all()
    at = np.flatnonzero(~trace.accepted)[0]
    origin = trace.path[np.flatnonzero(trace.accepted[:at])[-1]]
    assert np.linalg.norm(trace.path[at + 1] - origin) < 0.6 * np.linalg.norm(trace.path[at] - origin)


@pytest.mark.parametrize("radius", [1e-3, 0.3, 1.0, 100.0])
def test_a_damped_step_is_the_solution_of_the_damped_system_and_as_long_as_the_radius(radius):
    triangle = np.linalg.qr(DESIGN, mode="r")
    projected = np.array([1.0, -2.0, 0.5])
    left, values, axes = np.linalg.svd(triangle)
    linearized = Linearized(values, projected @ left, axes)
    with precision(FLOAT64):
        step = damped(linearized, jnp.asarray(radius))
    p = np.asarray(step.q) @ axes
    newton = -np.linalg.solve(triangle, projected)
    if np.linalg.norm(newton) <= radius:
        np.testing.assert_allclose(p, newton, rtol=1e-12)
        assert not step.bounded
        return
    assert radius * 0.99 <= np.linalg.norm(p) <= 1.1 * radius
    # (JᵀJ + λI)p = −Jᵀr for some λ > 0: λp is what is left of the gradient.
    left_over = -(triangle.T @ projected + triangle.T @ (triangle @ p))
    damping = (left_over @ p) / (p @ p)
    assert damping > 0
    np.testing.assert_allclose(left_over, damping * p, atol=1e-10)
    fall = 0.5 * projected @ projected - 0.5 * np.sum((triangle @ p + projected) ** 2)
    assert float(step.fall) == pytest.approx(fall, rel=1e-9)


@pytest.mark.parametrize("radius", [0.01, 0.5, 1.2, 5.0])
def test_the_dogleg_goes_down_the_slope_and_then_bends(radius):
    triangle = np.diag([1.0, 3.0])
    projected = np.array([1.0, 2.0])
    with precision(FLOAT64):
        step = bent(Linearized(np.array([3.0, 1.0]), projected[::-1], np.eye(2)[::-1]), jnp.asarray(radius))
    p = np.asarray(step.q)[::-1]
    slope = triangle.T @ projected
    cauchy = -slope * (slope @ slope) / np.sum((triangle @ slope) ** 2)
    newton = -np.linalg.solve(triangle, projected)
    # The path, walked in small pieces: the farthest point within the radius.
    path = np.concatenate(
        [np.linspace(0, 1, 4001)[:, None] * cauchy, cauchy + np.linspace(0, 1, 4001)[:, None] * (newton - cauchy)]
    )
    expected = path[np.linalg.norm(path, axis=1) <= radius][-1]
    np.testing.assert_allclose(p, expected, atol=2e-3 * max(1, radius))


@pytest.mark.parametrize("units", [np.array([1e-6, 1.0, 1e8])])
def test_units_of_measurement_change_nothing(units):
    t = np.linspace(0, 3, 12)
    y = 2 * np.exp(-1.3 * t) + 0.5 + 0.1 * np.sin(9 * t)

    def residuals(x, t, y, unit):
        b = x * unit
        return b[0] * jnp.exp(b[1] * t) + b[2] - y

    plain, scaled = (
        minimize(LeastSquares(residuals, (t, y, unit)), np.array([1.0, -5.0, 0.0]) / unit, LevenbergMarquardt(), **HOST)
        for unit in (np.ones(3), units)
    )
    assert plain.nfev == scaled.nfev
    np.testing.assert_allclose(scaled.x * units, plain.x, rtol=1e-7)


@both
def test_columns_that_depend_on_others_get_the_step_of_least_norm(method):
    design = np.column_stack([DESIGN[:, 0], DESIGN[:, 1], DESIGN[:, 0] + DESIGN[:, 1]])
    design /= np.linalg.norm(design, axis=0)
    result = minimize(LeastSquares(linear, (design, Y)), np.zeros(3), method, **HOST)
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, np.linalg.lstsq(design, Y, rcond=None)[0], rtol=1e-7)


@both
def test_more_parameters_than_rows_is_no_obstacle(method):
    result = minimize(LeastSquares(linear, (DESIGN[:2], Y[:2])), np.zeros(3), method, **HOST)
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(DESIGN[:2] @ result.x, Y[:2], atol=1e-12)


@both
def test_a_trial_without_a_value_is_a_rejected_trial(method):
    # Within ‖Dx‖ the first step from 3 for log x leads to 0 or just beyond, where the logarithm has no value.
    result = minimize(LeastSquares(lambda x: jnp.log(x)), np.array([3.0]), method, **HOST)
    lost = ~np.isfinite(result.trace.value)
    assert lost.any()
    assert not result.trace.accepted[lost].any()
    assert result.status is Status.CONVERGED
    assert result.x[0] == pytest.approx(1, abs=1e-8)


@both
def test_a_start_without_a_value_is_diverged(method):
    assert minimize(LeastSquares(lambda x: jnp.log(x)), np.array([-1.0]), method, **HOST).status is Status.DIVERGED


@both
def test_a_start_at_the_solution_has_nothing_to_do(method):
    result = minimize(VALLEY, np.ones(2), method, record="path")
    assert (result.status, result.nit, result.nfev) == (Status.CONVERGED, 0, 1)


@both
def test_a_jacobian_of_zeros_is_a_critical_point(method):
    # r = x² + 1 at 0, whose derivative vanishes there.
    result = minimize(LeastSquares(lambda x: x**2 + 1), np.array([0.0]), method, **HOST)
    assert (result.status, result.x[0]) == (Status.CONVERGED, 0)


@both
def test_a_start_on_a_saddle_of_the_sum_is_critical_and_one_beside_it_leaves(method):
    # ½(x² − 1)² + ½y² has a saddle at 0 and minima at (±1, 0): Gauss–Newton's model sees no curvature downwards there.
    saddle = LeastSquares(lambda x: jnp.stack([x[0] ** 2 - 1, x[1]]))
    assert minimize(saddle, np.zeros(2), method, **HOST).status is Status.CONVERGED
    beside = minimize(saddle, np.array([1e-6, 0.3]), method, **HOST)
    assert beside.status is Status.CONVERGED
    np.testing.assert_allclose(np.abs(beside.x), [1, 0], atol=1e-8)


def test_a_wrong_jacobian_ends_as_stalled_at_the_best_point():
    import jax

    @jax.custom_jvp
    def lying(x):
        return x - 5

    lying.defjvp(lambda primals, tangents: (lying(*primals), -tangents[0]))
    result = minimize(LeastSquares(lambda x: lying(x)), np.array([1.0, 2.0]), LevenbergMarquardt(), **HOST)
    assert result.status is Status.STALLED
    assert not result.success
    np.testing.assert_array_equal(result.x, [1, 2])


def test_float32_stays_float32():
    result = minimize(VALLEY, START.astype(np.float32), LevenbergMarquardt())
    assert result.x.dtype == np.float32
    assert result.success
    np.testing.assert_allclose(result.x, 1, rtol=1e-4)


@pytest.mark.parametrize("radius", [0.0, -1.0, np.nan])
def test_a_first_radius_that_is_not_positive_is_refused(radius):
    with pytest.raises(ValueError, match="first_radius must be a finite number > 0"):
        minimize(VALLEY, START, LevenbergMarquardt(first_radius=radius))


# Evaluations from the standard start to the default tolerance, with a little slack: they may fall,
# and not rise.
COUNTS = {
    "rosenbrock": 16, "freudenstein_roth": 20, "powell_badly_scaled": 58, "brown_badly_scaled": 36, "beale": 10,
    "jennrich_sampson": 30, "helical_valley": 12, "bard": 7, "gaussian": 4, "meyer": 130, "gulf": 25, "box": 8,
    "powell_singular": 25, "wood": 64, "kowalik_osborne": 32, "brown_dennis": 190, "osborne1": 20, "biggs_exp6": 43,
    "osborne2": 18, "watson": 10, "extended_rosenbrock": 15, "extended_powell": 25, "penalty1": 105, "penalty2": 50,
    "variably_dimensioned": 12, "trigonometric": 34, "brown_almost_linear": 9, "discrete_boundary_value": 5,
    "discrete_integral_equation": 5, "broyden_tridiagonal": 7, "broyden_banded": 8, "linear_full_rank": 4,
    "linear_rank_1": 3, "linear_rank_1_zeros": 3, "chebyquad": 52,
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_more_garbow_and_hillstrom_s_functions_come_to_a_known_minimum_in_so_many_evaluations(name):
    found = collections.named(name)
    result = minimize(found.problem, found.start, LevenbergMarquardt(), **HOST)
    assert result.status is Status.CONVERGED
    assert found.reached(result.fun, rtol=1e-8, atol=1e-16) is not None, 2 * result.fun
    assert result.nfev <= COUNTS[name]


def evaluations_until_near(found, result):
    """How many evaluations until ‖r‖² was within 1e-8 of the minimum that it came to, or its rounding."""
    values = 2 * result.trace.value
    least = 2 * found.reached(result.fun, rtol=1e-8, atol=1e-16).value
    return 1 + int(np.flatnonzero(values <= least * (1 + 1e-8) + 1e-14 * values[0])[0])


def test_all_of_them_together_need_no_more_evaluations_than_scipy():
    total = 0
    for name in COUNTS:
        found = collections.named(name)
        result = minimize(found.problem, found.start, LevenbergMarquardt(), **HOST)
        total += evaluations_until_near(found, result)
    # Counted in the same way of SciPy 1.17's least_squares with exact Jacobians: 814 by "trf", its default, and 1012 by
    # "lm", which is MINPACK. Ours were 805 when this was written.
    assert total <= 1.05 * 814


def test_from_ten_and_a_hundred_times_as_far_it_needs_so_many_evaluations():
    total = 0
    for name in ("rosenbrock", "freudenstein_roth", "helical_valley", "powell_singular", "wood", "brown_dennis"):
        found = collections.named(name)
        for factor in (10, 100):
            result = minimize(found.problem, found.far_start(factor), LevenbergMarquardt(), **HOST)
            total += evaluations_until_near(found, result)
    # Ours were 471; SciPy 1.17's, counted in the same way, 1135 by "trf" and 420 by "lm", with Brown–Dennis, where ours
    # are 228 and theirs 48 and 167. Of all 70 far starts, where both come to the same minimum, ours are 2027 where
    # "trf" has 3992, and 1821 where "lm" has 2230.
    assert total <= 1.05 * 471


def test_box_bod_is_fitted_from_the_start_where_minpack_fails():
    box = collections.nist.named("BoxBOD")
    result = minimize(box.problem, box.starts[0], LevenbergMarquardt())
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, box.certified.estimates, rtol=1e-6)


def test_lanes_of_starts_agree_with_single_runs():
    from osolgil.descent import minimize_lanes

    starts = np.array([[-1.2, 1.0], [2.0, 2.0], [0.5, -1.0]])
    lanes = minimize_lanes(VALLEY, list(starts), LevenbergMarquardt())
    for lane, start in zip(lanes, starts, strict=True):
        single = minimize(VALLEY, start, LevenbergMarquardt(), record="path")
        assert lane.nfev == single.nfev
        np.testing.assert_allclose(lane.x, single.x, rtol=1e-9)

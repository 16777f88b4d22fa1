"""Published figures of the surfaces, and what their texts claim."""

import jax
import numpy as np
import pytest
from oracles import surfaces as oracle

from osolgil.problems import surfaces
from osolgil.protocol import Needs


@jax.jit
def evaluated(problem, x):
    return problem.evaluate(x, Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN)


def hessian(surface, *x):
    """Value, gradient and Hessian at one point, in float64."""
    with jax.enable_x64(True):
        found = evaluated(surface.problem.prepared(np.float64), np.array(x, dtype=float))
    return float(found.value), np.asarray(found.gradient), np.asarray(found.hessian)


def test_beale_figures():
    beale = surfaces.named("beale")
    value, gradient, _ = hessian(beale, 1.0, 1.0)
    assert value == 14.203125
    np.testing.assert_allclose(gradient, [0, 27.75], rtol=1e-15)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian(beale, 0.0, 1.0)[2]), [-27.75, 27.75], rtol=1e-14)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian(beale, 3.0, 0.5)[2]), [0.301464, 48.97979], rtol=2e-6)


def test_beale_sinks_left_of_the_saddle_towards_0_452_at_infinity():
    a = (1.5 + 2 * 2.25 + 3 * 2.625) / 14
    far = -np.array([1e3, 1e5, 1e7])
    floor = oracle.beale(np.column_stack([far, 1 - a / far]))[0]
    assert (np.diff(floor) < 0).all()
    assert floor[-1] == pytest.approx(0.45201, abs=1e-5)


def test_rosenbrock_figures():
    rosenbrock = surfaces.named("rosenbrock")
    value, gradient, curvature = hessian(rosenbrock, 1.0, 1.0)
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)
    np.testing.assert_array_equal(curvature, [[802, -400], [-400, 200]])
    low, high = np.linalg.eigvalsh(curvature)
    assert low == pytest.approx(0.39936, abs=5e-6)
    assert high == pytest.approx(1001.60, abs=5e-3)
    assert high / low == pytest.approx(2508, abs=0.5)
    assert hessian(rosenbrock, *rosenbrock.start)[0] == pytest.approx(24.2, rel=1e-15)


def test_long_valley_has_a_steep_wall_and_a_slope_of_0_004_along_the_floor_at_the_start():
    _, (along, across), _ = hessian(surfaces.named("long_valley"), -3.0, 1.0)
    assert along == pytest.approx(-0.004, abs=2e-4)
    assert across == 20


@pytest.mark.parametrize("condition", [10.0, 1e4])
def test_axes_of_the_bowls_ellipse_have_the_square_root_of_the_condition_number_as_ratio(condition):
    bowl = surfaces.named("bowl", condition=condition)
    low, high = np.linalg.eigvalsh(hessian(bowl, 0.3, -0.2)[2])
    assert high / low == pytest.approx(condition, rel=1e-14)
    # Half an axis of the ellipse f = 1 is where the value, a multiple of the square of the distance, becomes 1.
    axes = [1 / np.sqrt(hessian(bowl, *direction)[0]) for direction in ((1.0, 0.0), (0.0, 1.0))]
    assert axes[0] / axes[1] == pytest.approx(np.sqrt(condition), rel=1e-14)


def test_eigenvalues_of_a_larger_bowl_are_evenly_spaced_in_the_logarithm():
    curvature = hessian(surfaces.named("bowl", condition=1e3, n=4), 0.0, 0.0, 0.0, 0.0)[2]
    np.testing.assert_allclose(np.diag(curvature), [1, 10, 100, 1000], rtol=1e-14)


@pytest.mark.parametrize(("deviation", "seed"), [(1.0, 0), (0.3, 5)])
def test_row_gradients_of_the_noisy_bowl_have_the_bowls_mean_and_the_stated_covariance(deviation, seed):
    noisy = surfaces.named("noisy_bowl", deviation=deviation, seed=seed).problem
    x = np.array([2.0, -3.0])
    with jax.enable_x64(True):
        gradients = np.asarray(jax.jit(jax.jacrev(noisy.loss))(x, noisy.rows))
    value, mean = oracle.bowl(x[None])
    np.testing.assert_allclose(gradients.mean(axis=0), mean[0], rtol=1e-14)
    np.testing.assert_allclose(np.cov(gradients.T, ddof=0), deviation**2 * np.eye(2), atol=1e-14)
    assert hessian(surfaces.named("noisy_bowl", deviation=deviation, seed=seed), *x)[0] == pytest.approx(value[0])


def test_noise_depends_on_the_seed():
    first, second = (surfaces.named("noisy_bowl", seed=seed).problem.rows for seed in (0, 1))
    assert np.abs(first - second).max() > 0.1


def test_bowls_of_one_size_share_one_compiled_program():
    traces = []

    @jax.jit
    def value(problem, x):
        traces.append(x.shape)
        return problem.evaluate(x, Needs.VALUE).value

    for condition in (3.0, 30.0):
        value(surfaces.named("bowl", condition=condition).problem, np.ones(2, np.float32))
    assert traces == [(2,)]


def test_ackley_has_no_nan_at_its_tip_and_a_gradient_of_full_size_beside_it():
    ackley = surfaces.named("ackley")
    value, gradient, _ = hessian(ackley, 0.0, 0.0)
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)
    assert not ackley.smooth
    for distance in (1e-8, 1e-100):
        assert np.linalg.norm(hessian(ackley, distance, 0.0)[1]) == pytest.approx(4 / np.sqrt(2), rel=1e-6)
    # x² is zero in floating point here, although x is not.
    assert np.isfinite(hessian(ackley, 1e-200, 0.0)[1]).all()


def descended(name, x, learning_rate, momentum=0.0, steps=5000):
    velocity = 0.0
    for _ in range(steps):
        velocity = momentum * velocity + getattr(oracle, name)(x[None])[1][0]
        x = x - learning_rate * velocity
    return x


def test_momentum_passes_the_local_minimum_of_the_double_well_and_gradient_descent_does_not():
    well = surfaces.named("double_well")
    np.testing.assert_allclose(descended("double_well", well.start, 0.01), well.local_minima[0], atol=1e-9)
    np.testing.assert_allclose(descended("double_well", well.start, 0.01, momentum=0.9), well.minima[0], atol=1e-9)


def test_descent_on_x2y_from_1_1_stops_on_the_line_of_zero_gradient():
    np.testing.assert_allclose(descended("x2y", np.ones(2), 0.01), [0, 0.71], atol=0.01)


def test_descent_on_the_race_saddle_ends_in_the_minimum_on_the_side_of_its_start():
    race = surfaces.named("race_saddle")
    np.testing.assert_allclose(descended("race_saddle", race.start, 0.1), race.minima[0], atol=1e-12)
    np.testing.assert_array_equal(descended("race_saddle", race.start * [1, 0], 0.1)[1], 0)

"""Newton's method within a trust region, through minimize, against NumPy."""

import jax.numpy as jnp
import numpy as np
import pytest
from support.lying import lying
from support.small import VALLEY, VALLEY_START

from osolgil.descent import Status, Stop, minimize
from osolgil.methods import NewtonTrustRegion
from osolgil.methods.newton_trust_region import within
from osolgil.problems import Function, collections
from osolgil.protocol import precision

FLOAT64 = np.dtype(np.float64)


def run(problem=VALLEY, start=VALLEY_START, **options):
    # The host's driver has one program for the method, which functions of as many parameters share.
    return minimize(problem, start, NewtonTrustRegion(), **({"record": "path", "driver": "host"} | options))


def saddle(x):
    return 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4


def test_a_quadratic_takes_one_step():
    found = collections.named("convex_quadratic", n=4, condition=50)
    result = run(found.problem, found.start)
    assert (result.status, result.nit, result.nfev) == (Status.CONVERGED, 1, 2)
    np.testing.assert_allclose(result.x, found.minima[0].x, rtol=1e-10)


def test_rosenbrock_needs_fewer_gradients_and_hessians_than_scipy_s_newton_cg():
    result = run(driver="compiled")
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, 1, rtol=1e-9)
    assert run().nfev == result.nfev
    # SciPy's Newton-CG: 105 gradients, and as many Hessians as it has steps.
    assert result.njev + result.nhev <= 60
    assert (np.diff(result.trace.value[result.trace.accepted]) < 0).all()


def test_a_saddle_is_left_from_the_very_point():
    result = run(Function(saddle), np.zeros(2))
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(-0.25))
    np.testing.assert_allclose(np.abs(result.x), [0, 1], atol=1e-8)


def test_a_maximum_is_left_too():
    result = run(Function(lambda x: jnp.sum(jnp.cos(x))), np.zeros(3))
    assert result.status is Status.CONVERGED
    assert result.fun == pytest.approx(-3)


def test_the_optimality_knows_of_negative_curvature():
    result = run(Function(saddle), np.zeros(2), stop=Stop(steps=0))
    assert result.trace.optimality[0] == pytest.approx(1)


def test_a_minimum_at_the_start_has_nothing_to_do():
    result = run(Function(saddle), np.array([0.0, 1.0]))
    assert (result.status, result.nfev) == (Status.CONVERGED, 1)


@pytest.mark.parametrize(
    ("w", "c"),
    [
        ([1.0, 4.0, 9.0], [1.0, -2.0, 3.0]),
        ([-2.0, 1.0, 3.0], [0.5, 1.0, -1.0]),
        ([-2.0, 1.0, 3.0], [0.0, 1.0, -1.0]),  # the hard case, where the radius is long
        ([-2.0, -2.0, 3.0], [0.0, 0.0, 0.0]),
        ([0.0, 0.0, 0.0], [1.0, 2.0, 2.0]),
        ([-1e-3, 5.0, 8.0], [1e-9, 1.0, 1.0]),
    ],
)
@pytest.mark.parametrize("radius", [0.1, 1.0, 20.0])
def test_a_step_is_the_lowest_point_within_the_radius(w, c, radius):
    w, c = np.array(w), np.array(c)
    with precision(FLOAT64):
        step = within(jnp.asarray(w), jnp.asarray(c), jnp.asarray(radius))
    q = np.asarray(step.q)
    length = np.linalg.norm(q)
    assert length <= 1.1 * radius + 1e-12
    value = q @ (c + 0.5 * w * q)
    assert float(step.fall) == pytest.approx(-value, rel=1e-9, abs=1e-15)
    # Random points of the ball that the step has used are not lower.
    random = np.random.default_rng(0)
    points = random.normal(size=(20_000, 3))
    points *= (length * random.uniform(size=20_000) ** (1 / 3) / np.linalg.norm(points, axis=1))[:, None]
    values = points @ c + 0.5 * points**2 @ w
    assert value <= values.min() + 1e-9 * abs(values.min())
    # And it is the solution of (W + λ)q = −c for a λ ≥ 0 that leaves no curvature negative.
    assert value <= 0
    if w[0] <= 0 or np.linalg.norm(c / w) > 1.1 * radius:
        assert length >= 0.89 * radius


def test_where_the_hessian_is_singular_a_flat_direction_is_no_obstacle():
    result = run(Function(lambda x: (x[0] + x[1] - 2) ** 2), np.array([3.0, 5.0]))
    assert result.status is Status.CONVERGED
    assert result.x.sum() == pytest.approx(2)


def test_a_trial_without_a_value_is_a_rejected_trial():
    barrier = Function(lambda x: x[0] - jnp.log(x[0]))
    result = run(barrier, np.array([3.0]))
    assert np.isnan(result.trace.value).any()
    assert not result.trace.accepted[np.isnan(result.trace.value)].any()
    assert result.status is Status.CONVERGED
    assert result.x[0] == pytest.approx(1, abs=1e-9)


def test_a_start_without_a_value_is_diverged():
    assert run(Function(lambda x: jnp.log(x[0])), np.array([-1.0])).status is Status.DIVERGED


def test_a_wrong_slope_ends_with_the_point_kept():
    result = run(Function(lying), np.array([1.0, 2.0]))
    assert result.status is Status.LINE_SEARCH_FAILED
    assert not result.success
    np.testing.assert_array_equal(result.x, [1, 2])


@pytest.mark.parametrize(
    "name", ["beale", "wood", "powell_singular", "helical_valley", "brown_dennis", "biggs_exp6", "watson", "box"]
)
def test_general_problems_come_to_a_known_minimum(name):
    found = collections.named(name)
    result = run(found.squares, found.start, stop=Stop(optimality=1e-8, steps=200))
    assert found.reached(result.fun / 2, rtol=1e-7, atol=1e-12) is not None, (result.message, result.fun)


def test_float32_stays_float32():
    result = run(start=VALLEY_START.astype(np.float32))
    assert result.x.dtype == np.float32
    np.testing.assert_allclose(result.x, 1, rtol=1e-3)

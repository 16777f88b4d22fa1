"""Newton's method, through minimize, against facts and NumPy."""

import jax.numpy as jnp
import numpy as np
import pytest
from support.lying import lying
from support.small import VALLEY, VALLEY_START

from osolgil.descent import Status, Stop, minimize
from osolgil.methods import Newton
from osolgil.problems import Function

A = np.array([[3.0, 1.0], [1.0, 2.0]])
SADDLE = np.array([[3.0, 1.0], [1.0, -2.0]])
B = np.array([1.0, -2.0])


def quadratic(x, a):
    return 0.5 * x @ a @ x - jnp.sum(x * B)


def run(problem=VALLEY, start=VALLEY_START, **options):
    # The host's driver has one program for the method, which functions of as many parameters share.
    return minimize(problem, start, Newton(), **({"record": "all", "driver": "host"} | options))


def test_a_quadratic_takes_one_step():
    result = run(Function(quadratic, (A,)), np.array([5.0, -7.0]))
    assert (result.status, result.nit, result.nfev, result.nhev) == (Status.CONVERGED, 1, 2, 2)
    np.testing.assert_allclose(result.x, np.linalg.solve(A, B), rtol=1e-14)


def test_rosenbrock_goes_as_the_book_says_and_the_trial_that_climbs_is_rejected():
    result = run(driver="compiled")
    assert run().nfev == result.nfev
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.trace.value[:3], [24.2, 4.73188, 1411.845], rtol=1e-6)
    assert result.trace.accepted[:3].tolist() == [True, True, False]
    np.testing.assert_allclose(result.x, 1, rtol=1e-9)


def test_a_rejected_trial_is_asked_again_half_as_far():
    trace = run().trace
    origin = trace.path[1]
    tried = trace.path[2:][: np.argmax(trace.accepted[2:]) + 1] - origin
    assert len(tried) > 2
    for i, step in enumerate(tried):
        np.testing.assert_allclose(step, tried[0] / 2**i, rtol=1e-9)


def test_every_accepted_value_is_lower_by_armijos_rule():
    trace = run().trace
    values, points = trace.value[trace.accepted], trace.path[trace.accepted]
    for x, here, there in zip(points, values, values[1:], strict=False):
        assert there <= here, x


def test_the_error_squares_at_every_step():
    # For x − log x Newton's step is x(2 − x), so that the error 1 − x is squared exactly.
    trace = run(Function(lambda x: x[0] - jnp.log(x[0])), np.array([0.5])).trace
    np.testing.assert_allclose(1 - trace.path[:5, 0], 0.5**2.0 ** np.arange(5), rtol=1e-10)


def test_where_the_hessian_is_indefinite_it_goes_down_along_absolute_eigenvalues():
    start = np.array([1.0, 1.0])
    trace = run(Function(quadratic, (SADDLE,)), start, stop=Stop(steps=1)).trace
    values, vectors = np.linalg.eigh(SADDLE)
    expected = start - vectors @ ((vectors.T @ (SADDLE @ start - B)) / np.abs(values))
    np.testing.assert_allclose(trace.path[1], expected, rtol=1e-12)
    assert trace.value[1] < trace.value[0]


def test_a_saddle_is_left_from_a_little_beside_it():
    saddle = Function(lambda x: 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4)
    result = run(saddle, np.array([1.0, 1e-6]))
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(-0.25))
    np.testing.assert_allclose(np.abs(result.x), [0, 1], atol=1e-9)


def test_a_flat_direction_is_no_obstacle():
    flat = Function(lambda x: (x[0] + x[1] - 2) ** 2)
    result = run(flat, np.array([3.0, 5.0]))
    assert result.status is Status.CONVERGED
    assert result.x.sum() == pytest.approx(2)


def test_a_start_without_a_value_is_diverged():
    assert run(Function(lambda x: jnp.log(x[0])), np.array([-1.0])).status is Status.DIVERGED


def test_a_trial_without_a_value_is_a_rejected_trial():
    # Newton's full step from here ends left of zero, where the logarithm has no value.
    barrier = Function(lambda x: x[0] - jnp.log(x[0]))
    result = run(barrier, np.array([3.0]))
    assert np.isnan(result.trace.value).any()
    assert not result.trace.accepted[np.isnan(result.trace.value)].any()
    assert result.status is Status.CONVERGED
    assert result.x[0] == pytest.approx(1, abs=1e-9)


def test_a_wrong_slope_ends_with_a_line_search_that_failed():
    result = run(Function(lying), np.array([1.0, 2.0]))
    assert result.status is Status.LINE_SEARCH_FAILED
    assert not result.success
    assert "check_gradient" in result.message
    np.testing.assert_array_equal(result.x, [1, 2])


def test_a_hessian_that_is_not_finite_where_the_gradient_vanishes_is_no_error():
    result = run(Function(lambda x: jnp.sum(jnp.abs(x) ** 1.5)), np.array([0.0]))
    assert isinstance(result.status, Status)
    assert result.fun == 0

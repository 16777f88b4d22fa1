"""Newton–CG: its steps against NumPy's, and through minimize."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.small import same_trace

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.methods import NewtonCG
from osolgil.methods.krylov import along, newton_path
from osolgil.problems import BlackBox, Function, collections
from osolgil.protocol import precision

FLOAT64 = np.dtype(np.float64)
PROBES = 20


def saddle(x, wall, scale):
    """A saddle at 0 and minima at (0, ±1), of value −¼; there is nothing beyond the wall."""
    value = scale * (0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4)
    return jnp.where(jnp.abs(x[1]) > wall, jnp.nan, value)


def posed(wall=np.inf, scale=1.0, dtype=np.float64):
    return Function(saddle, (np.array(wall, dtype), np.array(scale, dtype)))


def run(problem, start, **options):
    options.setdefault("record", "all")
    return minimize(problem, np.asarray(start), NewtonCG(), **options)


@jax.jit
def jitted(H, g, radius, within, flat):
    path, bent, count = newton_path(lambda v: H @ v, g, radius, jnp.minimum(radius, 1.0), flat, PROBES)
    return (*along(path, within), path.step, bent, count)


def stepped(H, g, radius, within=None, flat=False):
    """Step, predicted fall, whether bounded, the whole step, the negative curvature that was met, products."""
    with precision(FLOAT64):
        numbers = (H, g, radius, radius if within is None else within)
        found = jitted(*(jnp.asarray(each, FLOAT64) for each in numbers), jnp.asarray(flat))
    return tuple(map(np.asarray, found))


def exact(H, g, radius):
    """The lowest value of gᵀp + ½pᵀHp within the radius: (H + λ)p = −g, by bisection over λ."""
    w, Q = np.linalg.eigh(H)
    c = Q.T @ g
    low, high = max(0.0, -w[0]) + 1e-14, np.linalg.norm(g) / radius + abs(w).max()
    if w[0] > 0 and np.linalg.norm(c / w) <= radius:
        return -0.5 * c @ (c / w)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.linalg.norm(c / (w + middle)) > radius else (low, middle)
    q = -c / (w + high)
    return c @ q + 0.5 * q @ (w * q)


def matrix(eigenvalues, seed=0):
    Q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))
    return Q @ np.diag(eigenvalues) @ Q.T


SLOPE = np.array([1.0, -2.0, 0.5, 3.0])


@pytest.mark.parametrize("eigenvalues", [(1, 2, 5, 9), (-1, 2, 3, 4), (-5, -2, -1, 8), (0.01, 0.1, 1, 10)])
@pytest.mark.parametrize("radius", [1e-3, 0.3, 2.0, 50.0])
def test_a_step_falls_by_what_it_says_at_least_by_the_steepest_descent_s_and_no_more_than_is_possible(
    eigenvalues, radius
):
    H = matrix(eigenvalues)
    p, fall, bounded, *_ = stepped(H, SLOPE, radius)
    assert np.linalg.norm(p) <= radius * (1 + 1e-12)
    assert fall == pytest.approx(-(SLOPE @ p + 0.5 * p @ H @ p), rel=1e-10)
    curvature, size = SLOPE @ H @ SLOPE, np.linalg.norm(SLOPE)
    share = min(1.0, size**3 / (radius * curvature)) if curvature > 0 else 1.0
    t = share * radius / size
    steepest = t * size**2 - 0.5 * t**2 * curvature
    # Under the first radius that negative curvature is allowed, the way along it is cut at 1.
    assert fall >= (steepest if radius <= 1 or eigenvalues[0] > 0 else 0) * (1 - 1e-12)
    assert fall <= -exact(H, SLOPE, radius) * (1 + 1e-9)
    if bounded and eigenvalues[0] > 0:
        assert np.linalg.norm(p) == pytest.approx(radius, rel=1e-12)


def test_a_slope_that_is_nearly_zero_is_solved_for_to_all_digits():
    H, g = matrix((1, 2, 5, 9)), 1e-20 * SLOPE
    p, _, bounded, _, bent, count = stepped(H, g, 1.0)
    np.testing.assert_allclose(p, -np.linalg.solve(H, g), rtol=1e-9)
    assert (bool(bounded), float(bent)) == (False, 0.0)
    assert count <= 5


def test_where_all_curvatures_are_equal_the_step_is_the_exact_one_in_one_product():
    for radius in (0.1, 10.0):
        _, fall, _, _, _, count = stepped(3 * np.eye(4), SLOPE, radius)
        assert fall == pytest.approx(-exact(3 * np.eye(4), SLOPE, radius), rel=1e-9)
        assert count == 1


@pytest.mark.parametrize("eigenvalues", [(0.5, 2, 5, 9), (-1, 0.3, 3, 4)])
def test_a_rejected_step_is_asked_again_closer_by_and_falls_less_without_a_rise_on_the_way(eigenvalues):
    H = matrix(eigenvalues)
    _, _, _, whole, _, _ = stepped(H, 0.1 * SLOPE, 1.0)
    length, before = np.linalg.norm(whole), 0.0
    for share in (1e-3, 0.1, 0.3, 0.6, 0.9, 1.0):
        p, fall, bounded, *_ = stepped(H, 0.1 * SLOPE, 1.0, within=share * length)
        assert np.linalg.norm(p) == pytest.approx(share * length, rel=1e-9)
        assert fall == pytest.approx(-(0.1 * SLOPE @ p + 0.5 * p @ H @ p), rel=1e-9)
        assert fall > before
        assert bounded or share == 1.0
        before = fall
    np.testing.assert_allclose(p, whole, rtol=1e-12)
    # Very close by it is the steepest descent.
    p, *_ = stepped(H, 0.1 * SLOPE, 1.0, within=1e-6)
    np.testing.assert_allclose(p, -1e-6 * SLOPE / np.linalg.norm(SLOPE), rtol=1e-5)


def test_without_a_slope_the_way_leads_along_negative_curvature_or_nowhere():
    p, fall, _, _, bent, _ = stepped(matrix((-2, 1, 3, 4)), np.zeros(4), 0.5, flat=True)
    assert 0 < bent <= 2 + 1e-12
    assert np.linalg.norm(p) == pytest.approx(0.5)
    assert fall == pytest.approx(0.5 * bent * 0.25)
    p, fall, bounded, _, bent, count = stepped(matrix((1, 2, 3, 4)), np.zeros(4), 0.5, flat=True)
    assert (p.any(), float(fall), bool(bounded), float(bent)) == (False, 0.0, False, 0.0)
    assert count <= 6


STARTS = [np.array(start) for start in ([0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [3.0, -0.2], [-2.0, 5.0])]


@pytest.fixture(scope="module")
def alone():
    return [run(posed(), start) for start in STARTS]


def test_it_comes_to_a_minimum_from_wherever_also_from_the_very_saddle(alone):
    for result in alone:
        assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(-0.25))
        np.testing.assert_allclose(np.abs(result.x), [0, 1], atol=1e-6)
        assert (np.diff(result.trace.value[result.trace.accepted]) <= 0).all()
    assert alone[2].nfev == 1


def test_products_are_counted_and_recorded(alone):
    for result in alone:
        recorded = result.trace.memory["products"]
        assert result.nhev == recorded[-1] > 0
        # A rejected trial costs none.
        assert (np.diff(recorded)[~result.trace.accepted[1:]] == 0).all()


def test_lanes_equal_single_runs(alone):
    for lane, single in zip(minimize_lanes(posed(), STARTS, NewtonCG(), record="all"), alone, strict=True):
        assert (lane.status, lane.nit, lane.nfev, lane.nhev) == (single.status, single.nit, single.nfev, single.nhev)
        np.testing.assert_allclose(lane.trace.path, single.trace.path, rtol=1e-12, atol=1e-12)


def test_the_host_agrees_with_the_compiled_loop(alone):
    host = run(posed(), STARTS[3], driver="host")
    assert (host.status, host.nit, host.nfev, host.nhev) == (
        Status.CONVERGED,
        alone[3].nit,
        alone[3].nfev,
        alone[3].nhev,
    )
    np.testing.assert_allclose(host.trace.path, alone[3].trace.path, rtol=1e-12, atol=1e-12)


def test_a_run_goes_on_from_its_checkpoint(alone, tmp_path):
    path = tmp_path / "run.npz"
    half = run(posed(), STARTS[3], stop=Stop(steps=2), checkpoint=path)
    assert half.status is Status.STEP_LIMIT
    same_trace(run(posed(), STARTS[3], checkpoint=path).trace, alone[3].trace)
    # One that had converged, and computed no step there, goes on as well.
    further = run(posed(), STARTS[3], checkpoint=path, stop=Stop(optimality=1e-14))
    assert further.status is Status.CONVERGED
    assert further.trace.optimality[-1] <= 1e-14


def test_trials_without_a_value_are_rejected_trials():
    result = run(posed(wall=1.005), [0.5, 0.1])
    assert np.isnan(result.trace.value).any()
    assert not result.trace.accepted[np.isnan(result.trace.value)].any()
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(-0.25))


def test_a_start_without_a_value_is_diverged():
    assert run(posed(wall=1.0), [0.0, 2.0]).status is Status.DIVERGED


def test_negative_curvature_below_the_tolerance_is_a_saddle_all_the_same():
    result = run(posed(scale=1e-7), [0.0, 0.0])
    assert (result.status, result.success) == (Status.SADDLE, False)


def test_the_optimality_knows_of_negative_curvature():
    result = run(posed(), [0.0, 0.0], stop=Stop(steps=0))
    assert 0.1 < result.trace.optimality[0] <= 1


def test_ten_thousand_parameters_by_products_alone():
    found = collections.named("extended_rosenbrock", n=10_000)
    result = run(found.squares, found.start, record="values")
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, 1, atol=1e-6)
    # SciPy's Newton-CG needs 105 gradients for n = 2, and each pair here is that problem.
    assert result.njev <= 60
    assert result.nhev <= 120


def test_a_sum_over_rows_comes_to_its_minimum():
    found = collections.named("logistic")
    result = run(found.problem, found.start, stop=Stop(optimality=1e-10))
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, found.minima[0].x, atol=1e-8)


def test_float32_stays_float32():
    result = run(posed(dtype=np.float32), np.zeros(2, np.float32))
    assert result.x.dtype == np.float32
    np.testing.assert_allclose(np.abs(result.x), [0, 1], atol=1e-3)


def test_a_black_box_has_no_products_and_the_message_says_what_to_use():
    with pytest.raises(ValueError, match=r"needs the products with the Hessian, which BlackBox cannot give.*'lbfgs'"):
        minimize(BlackBox(lambda x: float(x @ x)), np.ones(2), "newton_cg")

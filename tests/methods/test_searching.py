"""Methods that search along directions, through minimize: against SciPy, NumPy, one another, and bad functions."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from support.small import VALLEY, VALLEY_START, same_bits

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.methods import (
    BFGS,
    LBFGS,
    Backtracking,
    BarzilaiBorwein,
    ConjugateGradient,
    LineSearchDescent,
    StrongWolfe,
    check,
)
from osolgil.methods.conjugate_gradient import FORMS
from osolgil.problems import Function

ALL = {
    "bfgs": BFGS(),
    "lbfgs": LBFGS(),
    "conjugate_gradient": ConjugateGradient(),
    "line_search_descent": LineSearchDescent(),
    "barzilai_borwein": BarzilaiBorwein(),
}
EVERY = pytest.mark.parametrize("method", ALL.values(), ids=ALL)
WOLFE = pytest.mark.parametrize("method", list(ALL.values())[:3], ids=list(ALL)[:3])

# The host's driver has a program for each method, which functions of as many parameters share.
HOST = {"driver": "host", "record": "all"}

EXACT = StrongWolfe(curvature=1e-8)
MIXED = np.linalg.qr(np.random.default_rng(3).normal(size=(6, 6)))[0]
ORIGIN = np.zeros(6)
B = np.arange(1.0, 7.0)


def quadratic(x, a):
    return 0.5 * jnp.sum(x * jnp.sum(a * x, axis=1)) - jnp.sum(x * jnp.arange(1.0, 7.0, dtype=x.dtype))


def bowl(*eigenvalues):
    a = MIXED @ np.diag(eigenvalues) @ MIXED.T
    return Function(quadratic, ((a + a.T) / 2,)), (a + a.T) / 2


HARD, HARD_MATRIX = bowl(1.0, 3.0, 10.0, 20.0, 50.0, 100.0)
FEW, FEW_MATRIX = bowl(1.0, 1.0, 10.0, 10.0, 100.0, 100.0)


def linear_conjugate_gradient(a, b, steps):
    """Hestenes and Stiefel's iterates from zero, by NumPy."""
    x, r = np.zeros(len(b)), b.copy()
    p, path = r.copy(), [np.zeros(len(b))]
    for _ in range(steps):
        alpha = r @ r / (p @ a @ p)
        x = x + alpha * p
        after = r - alpha * a @ p
        p, r = after + (after @ after) / (r @ r) * p, after
        path.append(x)
    return np.array(path)


def accepted(trace):
    return trace.path[trace.accepted]


# Counts on Rosenbrock's function.

PEERS = [
    ("BFGS", BFGS(), 39, 22),
    ("L-BFGS-B", LBFGS(), 44, 24),
    ("CG", ConjugateGradient(), 77, 45),
    ("CG", ConjugateGradient(form="polak_ribiere"), 77, 45),
    ("CG", ConjugateGradient(form="fletcher_reeves"), 77, 60),
]


@pytest.mark.parametrize(("peer", "method", "theirs", "ours"), PEERS, ids=[f"{p[0]}-{i}" for i, p in enumerate(PEERS)])
def test_rosenbrock_takes_no_more_evaluations_than_scipy(peer, method, theirs, ours):
    options = {"gtol": 1e-5, **({"ftol": 0} if peer == "L-BFGS-B" else {})}
    reference = scipy.optimize.minimize(
        scipy.optimize.rosen, VALLEY_START, jac=scipy.optimize.rosen_der, method=peer, options=options
    )
    tolerance = min(1e-5, np.abs(reference.jac).max())
    result = minimize(VALLEY, VALLEY_START, method, record="all", stop=Stop(optimality=tolerance))
    assert result.status is Status.CONVERGED
    assert np.abs(result.jac).max() <= tolerance
    assert result.njev <= min(theirs, reference.njev)
    assert minimize(VALLEY, VALLEY_START, method, record="all", stop=Stop(optimality=1e-5)).njev <= ours


# Quadratics.


@pytest.mark.parametrize("form", FORMS)
def test_conjugate_gradients_end_after_as_many_steps_as_there_are_eigenvalues(form):
    method = ConjugateGradient(EXACT, form)
    for problem, matrix, steps in ((HARD, HARD_MATRIX, 6), (FEW, FEW_MATRIX, 3)):
        result = minimize(problem, ORIGIN, method, stop=Stop(optimality=1e-7), **HOST)
        assert result.status is Status.CONVERGED
        assert result.nit <= steps
        expected = linear_conjugate_gradient(matrix, B, result.nit)
        np.testing.assert_allclose(accepted(result.trace), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("cubic", [True, False])
def test_bfgs_with_exact_searches_is_conjugate_gradients_and_learns_the_inverse(cubic):
    result = minimize(HARD, ORIGIN, BFGS(EXACT, cubic=cubic), stop=Stop(optimality=1e-7), **HOST)
    assert result.nit == 6
    expected = linear_conjugate_gradient(HARD_MATRIX, B, 6)
    np.testing.assert_allclose(accepted(result.trace), expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(result.trace.memory["inverse"][-1], np.linalg.inv(HARD_MATRIX), rtol=1e-5, atol=1e-7)


def test_the_bfgs_matrix_is_the_books():
    trace = minimize(VALLEY, VALLEY_START, BFGS(cubic=False), stop=Stop(steps=4), **HOST).trace
    points = accepted(trace)
    gradients = np.array([scipy.optimize.rosen_der(x) for x in points])
    s, y = np.diff(points, axis=0), np.diff(gradients, axis=0)
    h = s[0] @ y[0] / (y[0] @ y[0]) * np.eye(2)
    for step, change in zip(s, y, strict=True):
        rho = 1 / (step @ change)
        left = np.eye(2) - rho * np.outer(step, change)
        h = left @ h @ left.T + rho * np.outer(step, step)
    np.testing.assert_allclose(trace.memory["inverse"][-1], h, rtol=1e-8)


def test_biggs_scales_the_change_to_the_curvature_of_the_cubic():
    def cubic(x):
        return jnp.sum(x**3 / 3 - 9 * x)

    trace = minimize(Function(cubic), np.array([4.0]), BFGS(Backtracking()), stop=Stop(steps=1), **HOST).trace
    # Of a cubic the curvature at the end of the step is known exactly.
    end = accepted(trace)[-1, 0]
    np.testing.assert_allclose(trace.memory["inverse"][-1], [[1 / (2 * end)]], rtol=1e-9)


def test_lbfgs_that_forgets_nothing_and_bfgs_agree_on_the_first_directions():
    stop = Stop(steps=2)
    one, other = (minimize(VALLEY, VALLEY_START, m, record="all", stop=stop).trace for m in (BFGS(), LBFGS()))
    n = min(len(one), len(other))
    np.testing.assert_allclose(one.path[:n], other.path[:n], rtol=1e-10)


def test_lbfgs_remembers_so_many_moves_and_no_more():
    trace = minimize(VALLEY, VALLEY_START, LBFGS(history=3), **HOST).trace
    moves = np.diff(accepted(trace), axis=0)
    ring = trace.memory["steps"][-1]
    for move in moves[-3:]:
        assert np.any(np.all(np.isclose(ring, move, rtol=1e-12, atol=0), axis=1))
    assert trace.memory["known"].max() == 3


def test_a_move_that_tells_no_curvature_is_skipped_and_counted():
    wave = Function(lambda x: jnp.sum(-x))
    for method in (BFGS(Backtracking()), LBFGS(Backtracking())):
        trace = minimize(wave, np.zeros(2), method, stop=Stop(steps=5), **HOST).trace
        assert (trace.memory["skipped"][-1], trace.memory["known"][-1]) == (5, 0)


# What holds for every function.


@WOLFE
@pytest.mark.parametrize("seed", range(4))
def test_accepted_points_satisfy_the_strong_wolfe_conditions(method, seed):
    random = np.random.default_rng(seed)
    a, c = random.normal(size=(5, 2)), random.normal(size=5)
    problem = Function(hilly, (a, c))
    trace = minimize(problem, random.normal(size=2) * 2, method, stop=Stop(steps=60), **HOST).trace
    points, values = accepted(trace), trace.value[trace.accepted]
    gradients = np.array([hilly_gradient(x, a, c) for x in points])
    search = method.line_search
    for i in range(len(points) - 1):
        step = points[i + 1] - points[i]
        before, after = gradients[i] @ step, gradients[i + 1] @ step
        rounding = 1e-13 * abs(values[i])
        assert values[i + 1] <= values[i] + search.decrease * before + rounding
        assert abs(after) <= search.curvature * abs(before) * (1 + 1e-6) + 1e-14


def hilly(x, a, c):
    return 0.1 * jnp.sum(x**2) ** 2 + jnp.sum(jnp.sin(jnp.sum(a * x, axis=1) + c))


def hilly_gradient(x, a, c):
    return 0.4 * (x @ x) * x + np.cos(a @ x + c) @ a


@pytest.mark.parametrize("method", [BFGS(), LBFGS(), ConjugateGradient(), LineSearchDescent()])
def test_values_at_accepted_points_never_rise(method):
    trace = minimize(VALLEY, VALLEY_START, method, record="all", stop=Stop(steps=200)).trace
    values = trace.value[trace.accepted]
    assert np.all(np.diff(values) <= 1e-13 * np.abs(values[:-1]))


def test_barzilai_borwein_goes_up_now_and_then_but_stays_below_its_last_ten_values():
    trace = minimize(VALLEY, VALLEY_START, BarzilaiBorwein(), record="all").trace
    values, points = trace.value[trace.accepted], accepted(trace)
    assert np.any(np.diff(values) > 0)
    for i in range(1, len(values)):
        assert values[i] <= max(values[max(0, i - 10) : i])
    # Where the first trial was accepted, the step is sᵀs/sᵀy of the move before.
    gradients = np.array([scipy.optimize.rosen_der(x) for x in points])
    s, y = np.diff(points, axis=0), np.diff(gradients, axis=0)
    guesses = np.sum(s**2, axis=1) / np.sum(s * y, axis=1)
    matches = [np.allclose(s[i], -guesses[i - 1] * gradients[i], rtol=1e-9) for i in range(1, len(s))]
    assert np.mean(matches) > 0.6


# The end of the line; test_bad_input.py has the table of bad input.


@WOLFE
def test_a_slope_that_never_ends_is_unbounded(method):
    result = minimize(Function(lambda x: x[0] + x[1]), np.zeros(2), method, **HOST)
    assert result.status is Status.UNBOUNDED
    assert result.fun < -1e12


@pytest.mark.parametrize("method", [BFGS(), LBFGS(), LineSearchDescent()])
def test_where_only_rounding_is_left_the_status_says_so_and_is_no_success(method):
    @jax.custom_jvp
    def noisy(x):
        return jnp.sum((x - 1) ** 2) + 1e-3 * jnp.sin(1e9 * x[0])

    noisy.defjvp(lambda p, t: (noisy(*p), jnp.sum(2 * (p[0] - 1) * t[0])))
    result = minimize(Function(lambda x: noisy(x)), np.array([3.0, 2.0]), method, stop=Stop(optimality=0), **HOST)
    assert result.status is Status.PRECISION_FLOOR
    assert not result.success
    assert result.fun < 1e-2


@EVERY
def test_an_offset_that_hides_every_fall_does_not_keep_the_gradient_from_vanishing(method):
    result = minimize(Function(lambda x: 1e10 + jnp.sum((x - 1) ** 2)), np.array([3.0, 3.0]), method, **HOST)
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, 1, atol=1e-6)


# The loop.


@EVERY
def test_lanes_equal_single_runs(method):
    starts = [VALLEY_START, np.array([2.0, 2.0]), np.array([0.5, -1.0])]
    options = {"stop": Stop(steps=15), "record": "all"}
    for lane, start in zip(minimize_lanes(VALLEY, starts, method, width=3, **options), starts, strict=True):
        single = minimize(VALLEY, start, method, **options)
        assert (lane.status, lane.nit, lane.nfev) == (single.status, single.nit, single.nfev)
        # Rounding grows along the way by what a trial overshoots.
        np.testing.assert_allclose(lane.trace.path[:5], single.trace.path[:5], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(lane.trace.path[:20], single.trace.path[:20], rtol=1e-6, atol=1e-8)


@EVERY
def test_host_and_compiled_drivers_agree(method):
    one, other = (
        minimize(VALLEY, VALLEY_START, method, record="all", stop=Stop(steps=15), driver=driver)
        for driver in ("compiled", "host")
    )
    assert (one.status, one.nit, one.nfev) == (other.status, other.nit, other.nfev)
    np.testing.assert_array_equal(one.trace.accepted, other.trace.accepted)
    np.testing.assert_allclose(one.trace.path[:20], other.trace.path[:20], rtol=1e-7, atol=1e-9)


@EVERY
def test_a_checkpoint_resumes_to_the_same_bits(method, tmp_path):
    def run(steps, **more):
        return minimize(VALLEY, VALLEY_START, method, stop=Stop(steps=steps), record="all", **more)

    path = tmp_path / "run.npz"
    whole = run(15)
    assert run(7, checkpoint=path).nit == 7
    same_bits(whole, run(15, checkpoint=path))


@EVERY
def test_single_precision_stays_single_and_converges(method):
    problem = Function(quadratic, (HARD_MATRIX.astype(np.float32),))
    result = minimize(problem, ORIGIN.astype(np.float32), method, stop=Stop(optimality=1e-2, steps=2000))
    assert result.status is Status.CONVERGED
    assert result.x.dtype == np.float32


def test_forms_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match=r"form must be one of 'fletcher_reeves', .* but it is 'dai_yuan'"):
        check(ConjugateGradient(form="dai_yuan"))


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (LBFGS(history=0), "LBFGS: history must be a whole number >= 1, but it is 0"),
        (LBFGS(history=2.5), "LBFGS: history must be a whole number >= 1, but it is 2.5"),
        (LBFGS(history=10.0), "LBFGS: history must be a whole number >= 1, but it is 10.0"),
        (LBFGS(history=[3, 4]), r"LBFGS: history must be a whole number >= 1, but it is [3, 4]"),
        (BarzilaiBorwein(lookback=0), "BarzilaiBorwein: lookback must be a whole number >= 1, but it is 0"),
        (BFGS(StrongWolfe(trials=1.5)), "StrongWolfe: trials must be a whole number >= 1, but it is 1.5"),
        (BFGS(Backtracking(trials=-1)), "Backtracking: trials must be a whole number >= 1, but it is -1"),
        (BFGS(1e-4), "BFGS: line_search must be a LineSearch such as StrongWolfe(), but it is 0.0001"),
    ],
)
def test_counts_that_are_not_whole_are_refused_with_their_value(method, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        check(method)

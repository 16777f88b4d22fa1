"""Linear conjugate gradients, through minimize, against the textbook's iterates and bounds."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.methods import ConjugateGradient, LinearConjugateGradient
from osolgil.problems import BlackBox, Function, collections

N = 8
MIXED = np.linalg.qr(np.random.default_rng(3).normal(size=(N, N)))[0]
B = np.arange(1.0, N + 1)
START = np.linspace(-1, 1, N)


def matrix(eigenvalues):
    a = MIXED @ np.diag(eigenvalues) @ MIXED.T
    return (a + a.T) / 2


def quadratic(x, a, b):
    return 0.5 * x @ (a @ x) - b @ x


def run(eigenvalues, start=START, **options):
    problem = Function(quadratic, (matrix(eigenvalues), B))
    return minimize(problem, start, LinearConjugateGradient(), record="all", **options)


def textbook(a, b, x, steps):
    """Nocedal & Wright, Algorithm 5.2, with the product A p that ours never asks for."""
    r = a @ x - b
    p, path = -r, [x]
    for _ in range(steps):
        alpha = r @ r / (p @ a @ p)
        x, before = x + alpha * p, r
        r = r + alpha * (a @ p)
        p = -r + (r @ r) / (before @ before) * p
        path.append(x)
    return np.array(path)


def iterates(result):
    """Those of the memory, each once."""
    found = result.trace.memory["iterate"]
    return found[np.r_[True, np.any(found[1:] != found[:-1], axis=1)]]


SPECTRA = {
    "one": np.full(N, 7.0),
    "two": np.repeat([2.0, 30.0], N // 2),
    "four": np.repeat([1.0, 5.0, 20.0, 100.0], N // 4),
    "eight": np.arange(1.0, N + 1) ** 2,
}


@pytest.mark.parametrize("spectrum", SPECTRA)
def test_it_ends_after_as_many_steps_as_there_are_eigenvalues_on_the_textbook_s_path(spectrum):
    values = SPECTRA[spectrum]
    distinct = len(set(values))
    result = run(values)
    assert (result.status, result.nit) == (Status.CONVERGED, distinct)
    # The start, a trial a step, and a look at where that led.
    assert result.nfev <= distinct + 3
    a = matrix(values)
    expected = textbook(a, B, START, distinct)
    np.testing.assert_allclose(iterates(result)[: distinct + 1], expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(result.x, np.linalg.solve(a, B), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(result.jac, 0, atol=1e-6)


def test_after_so_many_steps_the_answer_is_the_textbook_s_iterate_and_is_evaluated():
    a = matrix(SPECTRA["eight"])
    result = run(SPECTRA["eight"], stop=Stop(steps=3))
    assert (result.status, result.nit) == (Status.STEP_LIMIT, 3)
    np.testing.assert_allclose(result.x, textbook(a, B, START, 3)[-1], rtol=1e-9)
    assert result.fun == pytest.approx(0.5 * result.x @ a @ result.x - B @ result.x, rel=1e-12)
    np.testing.assert_allclose(result.jac, a @ result.x - B, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("n", "condition", "seed"), [(10, 100, 0), (10, 100, 1), (60, 1000, 0)])
def test_the_error_falls_at_least_as_fast_as_chebyshev_says(n, condition, seed):
    found = collections.named("convex_quadratic", n=n, condition=condition, seed=seed)
    result = minimize(found.problem, found.start, LinearConjugateGradient(), record="all")
    assert result.status is Status.CONVERGED
    # ½‖x − x*‖²_A is the value itself.
    values = np.array([float(found.problem.evaluate(x).value) for x in iterates(result)])
    errors = np.sqrt(values / values[0])
    rate = (np.sqrt(condition) - 1) / (np.sqrt(condition) + 1)
    bound = 2 * rate ** np.arange(len(errors))
    assert np.all(errors <= bound * (1 + 1e-6) + 1e-12)
    if n <= 10:
        # One more for rounding, as the textbook needs.
        assert result.nit <= n + 1
    # One evaluation a step, where others search.
    assert result.nfev <= 1.05 * result.nit + 4
    if n > 10:
        assert 1.8 * result.nfev < minimize(found.problem, found.start, ConjugateGradient()).nfev


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_of_value_and_of_length_change_nothing(scale):
    a = matrix(SPECTRA["four"])
    plain = run(SPECTRA["four"], stop=Stop(steps=3))
    for valued, stretched in ((scale, 1.0), (1.0, scale)):
        data = (valued * a / stretched**2, valued * B / stretched)
        options = {"stop": Stop(steps=3, optimality=0), "record": "all"}
        other = minimize(Function(quadratic, data), START * stretched, LinearConjugateGradient(), **options)
        assert other.nit == 3
        np.testing.assert_allclose(other.x / stretched, plain.x, rtol=1e-6)


def test_where_only_rounding_is_left_it_begins_anew_and_then_says_so():
    result = run(SPECTRA["four"], stop=Stop(optimality=0))
    assert result.status is Status.PRECISION_FLOOR
    np.testing.assert_allclose(result.x, np.linalg.solve(matrix(SPECTRA["four"]), B), rtol=1e-12)
    # Where the condition is bad it begins anew before its gradient is all error, and comes as near as numbers go.
    hard = run(np.geomspace(1, 1e8, N))
    assert hard.status in (Status.CONVERGED, Status.PRECISION_FLOOR)
    assert np.abs(hard.jac).max() < 1e-5


def test_a_singular_quadratic_with_a_minimum_ends_at_one_and_one_without_is_unbounded():
    flat = np.repeat([0.0, 1.0, 10.0], [2, 3, 3])
    b = matrix(flat) @ B
    result = minimize(Function(quadratic, (matrix(flat), b)), START, LinearConjugateGradient(), record="all")
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(matrix(flat) @ result.x, b, atol=1e-6)
    slope = Function(quadratic, (np.diag(flat), B))
    assert minimize(slope, START, LinearConjugateGradient(), record="all").status is Status.UNBOUNDED


def test_negative_curvature_is_unbounded_and_the_lowest_point_seen_is_kept():
    result = run(np.r_[-1.0, np.full(N - 1, 2.0)])
    assert result.status is Status.UNBOUNDED
    assert "falls without end" in result.message
    assert result.fun == result.trace.value.min() == result.best.fun


BENT = {
    "a little": lambda x, a, b: quadratic(x, a, b) + 1e-3 * jnp.sum(x**4),
    "only across the first line": lambda x, a, b: quadratic(x, a, b) + 5 * x[0] ** 2 * x[1],
    "by a cosine": lambda x, a, b: quadratic(x, a, b) + jnp.cos(jnp.sum(x)),
}


@pytest.mark.parametrize("how", BENT)
def test_a_function_that_is_not_quadratic_is_told_so_and_which_method_is_for_it(how):
    problem = Function(BENT[how], (matrix(SPECTRA["eight"]), B))
    result = minimize(problem, START, LinearConjugateGradient(), record="path")
    assert result.status is Status.NOT_QUADRATIC
    assert not result.success
    assert "use conjugate_gradient, which is for any smooth function" in result.message
    assert result.fun == result.trace.value.min()


def test_a_gradient_from_somebody_s_own_code_will_do():
    a = matrix(SPECTRA["eight"])
    problem = BlackBox(lambda x: quadratic(x, a, B), lambda x: a @ x - B)
    result = minimize(problem, START, LinearConjugateGradient())
    assert (result.status, result.nit) == (Status.CONVERGED, N)


def test_lanes_checkpoints_and_single_precision(tmp_path):
    a = matrix(SPECTRA["eight"])
    starts = [START, np.zeros(N), B]
    lanes = minimize_lanes(Function(quadratic, (a, B)), starts, LinearConjugateGradient(), width=3)
    for lane, start in zip(lanes, starts, strict=True):
        assert lane.status is Status.CONVERGED
        assert lane.nit == run(SPECTRA["eight"], start).nit
        np.testing.assert_allclose(lane.x, np.linalg.solve(a, B), rtol=1e-7)
    path = tmp_path / "run.npz"
    assert run(SPECTRA["eight"], stop=Stop(steps=3), checkpoint=path).nit == 3
    whole, resumed = run(SPECTRA["eight"]), run(SPECTRA["eight"], checkpoint=path)
    np.testing.assert_array_equal(whole.x, resumed.x)
    assert whole.nfev == resumed.nfev
    single = minimize(
        Function(quadratic, (a.astype(np.float32), B.astype(np.float32))),
        START.astype(np.float32),
        LinearConjugateGradient(),
        stop=Stop(optimality=1e-3),
    )
    assert single.status is Status.CONVERGED
    assert single.x.dtype == np.float32

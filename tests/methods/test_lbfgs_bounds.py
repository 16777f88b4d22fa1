"""L-BFGS within bounds: published minima, SciPy's solutions, the conditions at the end, and no question outside.

All problems are branches of one function of ten parameters, those that a problem lacks being fixed: one program.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import LinearConstraint, lsq_linear

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.descent.setup import set_up
from osolgil.methods import BFGS, LBFGS
from osolgil.problems import BlackBox, Constrained, Function

N = 10
INF = np.inf

# Hock & Schittkowski 1981, by their numbers.


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def hs3(x):
    return x[1] + 1e-5 * (x[1] - x[0]) ** 2


def hs4(x):
    return (x[0] + 1) ** 3 / 3 + x[1]


def hs5(x):
    return jnp.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1


def hs38(x):
    squares = 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2 + 90 * (x[3] - x[2] ** 2) ** 2 + (1 - x[2]) ** 2
    return squares + 10.1 * ((x[1] - 1) ** 2 + (x[3] - 1) ** 2) + 19.8 * (x[1] - 1) * (x[3] - 1)


def hs45(x):
    return 2 - jnp.prod(x[:5]) / 120


def hs110(x):
    return jnp.sum(jnp.log(x - 2) ** 2 + jnp.log(10 - x) ** 2) - jnp.prod(x) ** 0.2


BRANCHES = (rosenbrock, hs3, hs4, hs5, hs38, hs45, hs110)


def posed(x, which, matrix, target):
    """One of the branches; after the last of them ½‖Mx − t‖²."""
    branches = [*BRANCHES, lambda x: 0.5 * jnp.sum((jnp.sum(matrix * x, axis=1) - target) ** 2)]
    return jax.lax.switch(which, branches, x)


NOTHING = (np.zeros((N, N)), np.zeros(N))
PUBLISHED = {
    "1": (rosenbrock, [-2, 1], [-INF, -1.5], [INF, INF], 0),
    # Its other minimum, 4.94, lies on the way.
    "2": (rosenbrock, [-2, 1], [-INF, 1.5], [INF, INF], (0.0504261879, 4.9412293)),
    "3": (hs3, [10, 1], [-INF, 0], [INF, INF], 0),
    "4": (hs4, [1.125, 0.125], [1, 0], [INF, INF], 8 / 3),
    "5": (hs5, [0, 0], [-1.5, -3], [4, 3], -np.sqrt(3) / 2 - np.pi / 3),
    "38": (hs38, [-3, -1, -3, -1], [-10] * 4, [10] * 4, 0),
    "45": (hs45, [2] * 5, [0] * 5, [1, 2, 3, 4, 5], 1),
    "110": (hs110, [9] * 10, [2.001] * 10, [9.999] * 10, -45.77846971),
}


def run(which, start, lower, upper, data=NOTHING, **more):
    """L-BFGS on a branch; what it lacks of ten parameters is fixed at 3."""

    def filled(numbers):
        return np.append(np.asarray(numbers, float), np.full(N - len(numbers), 3.0))

    problem = Function(posed, (np.int32(which), *data))
    options = {"method": "lbfgs", "record": "path", "stop": Stop(optimality=1e-7)} | more
    return minimize(problem, filled(start), bounds=(filled(lower), filled(upper)), **options)


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_minima_that_hock_and_schittkowski_publish_are_reached_from_their_starts(number):
    branch, start, lower, upper, minimum = PUBLISHED[number]
    result = run(BRANCHES.index(branch), start, lower, upper)
    assert result.status is Status.CONVERGED
    assert np.min(np.abs(result.fun - np.atleast_1d(minimum))) < 1e-8 * max(1, abs(result.fun))
    k = len(start)
    assert np.all((result.trace.path[:, :k] >= lower) & (result.trace.path[:, :k] <= upper))
    assert np.all(result.trace.path[:, k:] == 3)


def random_box(seed):
    """Every kind of bound: none, below, above, both, equal; and a start that may lie outside."""
    random = np.random.default_rng(seed)
    lower, upper = np.sort(random.normal(size=(2, N)), axis=0)
    lower[random.random(N) < 0.3], upper[random.random(N) < 0.3] = -INF, INF
    fixed = random.random(N) < 0.1
    lower[fixed] = upper[fixed] = random.normal(size=fixed.sum())
    spread = np.diag(10 ** random.uniform(-1, 1, N))
    return random.normal(size=(N, N)) @ spread, 3 * random.normal(size=N), lower, upper, 2 * random.normal(size=N)


@pytest.mark.parametrize("seed", range(20))
def test_no_question_leaves_the_box_and_the_end_is_that_of_bounded_least_squares(seed):
    matrix, target, lower, upper, start = random_box(seed)
    result = run(len(BRANCHES), start, lower, upper, (matrix, target))
    assert result.status is Status.CONVERGED
    assert np.all((result.trace.path >= lower) & (result.trace.path <= upper))
    np.testing.assert_array_equal(result.trace.path[0], np.clip(start, lower, upper))

    # lsq_linear takes no equal bounds: what is fixed goes into its target.
    free = lower < upper
    rest = target - matrix[:, ~free] @ lower[~free]
    oracle = lsq_linear(matrix[:, free], rest, (lower[free], upper[free]), method="bvls", tol=1e-14)
    assert result.fun <= oracle.cost * (1 + 1e-9) + 1e-10

    # Karush, Kuhn and Tucker: what no bound holds is flat, and a bound pushes inward.
    gradient, multipliers = matrix.T @ (matrix @ result.x - target), result.multipliers.bounds
    np.testing.assert_allclose(gradient, multipliers, atol=2e-7 + 1e-9 * np.max(np.abs(gradient)))
    assert np.all(result.x[multipliers > 0] == lower[multipliers > 0])
    assert np.all(result.x[multipliers < 0] == upper[multipliers < 0])
    assert (result.infeasibility, result.complementarity) == (0, 0)


def test_a_box_that_is_a_point_is_the_minimum():
    result = run(BRANCHES.index(rosenbrock), [5, 5], [1, 2], [1, 2])
    assert (result.status, result.nfev) == (Status.CONVERGED, 1)
    np.testing.assert_array_equal(result.x[:2], [1, 2])
    # ∂f*/∂bound, by hand: f = 100 (x₂ − x₁²)² + (1 − x₁)².
    np.testing.assert_allclose(result.multipliers.bounds[:2], [-400, 200])


def test_values_at_accepted_points_never_rise():
    trace = run(len(BRANCHES), *[random_box(3)[i] for i in (4, 2, 3)], random_box(3)[:2]).trace
    values = trace.value[trace.accepted]
    assert np.all(np.diff(values) <= 1e-13 * np.abs(values[:-1]))


def test_a_black_box_is_minimized_within_bounds_by_default():
    matrix, target, lower, upper, start = random_box(0)

    def f(x):
        return 0.5 * np.sum((matrix @ x - target) ** 2)

    box = BlackBox(f, lambda x: matrix.T @ (matrix @ x - target))
    result = minimize(box, start, bounds=(lower, upper), stop=Stop(optimality=1e-7))
    expected = run(len(BRANCHES), start, lower, upper, (matrix, target))
    assert (result.status, isinstance(result.method, LBFGS)) == (Status.CONVERGED, True)
    assert result.nfev == pytest.approx(expected.nfev, abs=3)
    np.testing.assert_allclose(result.x, expected.x, atol=1e-6)


def test_lanes_agree_with_single_runs():
    matrix, target, lower, upper, start = random_box(1)
    problem = Constrained.of(Function(posed, (np.int32(len(BRANCHES)), matrix, target)), start, (lower, upper))
    lanes = minimize_lanes(problem, [start, -start], "lbfgs", record="path", stop=Stop(optimality=1e-7))
    for lane, begin in zip(lanes, [start, -start], strict=True):
        single = run(len(BRANCHES), begin, lower, upper, (matrix, target))
        assert lane.status is Status.CONVERGED
        np.testing.assert_allclose(lane.trace.path[:5], single.trace.path[:5], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(lane.x, single.x, atol=1e-7)


def test_the_default_is_lbfgs_where_there_are_bounds_alone_and_many_parameters():
    def chosen(n, **limits):
        return type(set_up(lambda x: x @ x, np.ones(n), "auto", **limits).method).__name__

    assert chosen(500, bounds=(0, None)) == "InteriorPoint"
    assert chosen(501, bounds=(0, None)) == "LBFGS"
    assert chosen(501, bounds=(0, None), constraints=LinearConstraint(np.ones((1, 501)), 1)) == "InteriorPoint"


@pytest.mark.parametrize(
    ("method", "options", "words"),
    [
        ("lbfgs", {"constraints": LinearConstraint([1, 1], 0)}, "L-BFGS keeps bounds but no other constraints; use"),
        ("lbfgs", {"bounds": [(2, 1)] * 2}, "exchange them"),
        (BFGS(), {"bounds": [(0, 1)] * 2}, "BFGS goes down without bounds and constraints; use .*'lbfgs'"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(method, options, words):
    with pytest.raises(ValueError, match=words):
        minimize(lambda x: x @ x, np.ones(2), method, **options)

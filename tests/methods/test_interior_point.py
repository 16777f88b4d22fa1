"""Linear and quadratic programs by the interior point method, against SciPy's solvers, algebra and known optima."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize
from support.quadratic_programs import (
    EQUALITIES,
    N,
    by_trust_constr,
    random_curvature,
    random_program,
    solve,
    solve_below,
)

from osolgil.descent import Status, minimize
from osolgil.problems import Function


def by_highs(c, A, b, bounds):
    return optimize.linprog(c, A_eq=A, b_eq=b, bounds=bounds, method="highs")


@pytest.mark.parametrize("seed", range(6))
def test_linear_programs_agree_with_highs_to_1e_8_multipliers_too(seed):
    c, A, b = random_program(seed)
    result, oracle = solve(c, A, b), by_highs(c, A, b, [(0, None)] * N)
    assert result.status is Status.CONVERGED
    assert result.nit <= 15
    assert result.fun == pytest.approx(oracle.fun, abs=1e-8)
    np.testing.assert_allclose(result.x, oracle.x, atol=1e-8)
    np.testing.assert_allclose(result.multipliers.constraints[0], oracle.eqlin.marginals, atol=1e-8)
    np.testing.assert_allclose(result.multipliers.bounds, oracle.lower.marginals, atol=1e-8)
    assert result.infeasibility <= 1e-10
    assert result.complementarity <= 1e-9


def test_a_box_has_multipliers_of_either_sign():
    c, A, b = random_program(1)
    bounds = [(0.0, 2.0)] * N
    result, oracle = solve(c, A, b, bounds=bounds), by_highs(c, A, b, bounds)
    assert result.fun == pytest.approx(oracle.fun, abs=1e-8)
    both = oracle.lower.marginals + oracle.upper.marginals
    assert both.min() < -0.01 < 0.01 < both.max()
    np.testing.assert_allclose(result.multipliers.bounds, both, atol=1e-8)


@pytest.mark.parametrize("spread", [1e-4, 1e4])
def test_the_solution_does_not_depend_on_the_scale_of_the_objective(spread):
    c, A, b = random_program(2, spread)
    result, oracle = solve(c, A, b), by_highs(c, A, b, [(0, None)] * N)
    assert result.status is Status.CONVERGED
    assert result.fun == pytest.approx(oracle.fun, rel=1e-4 if spread < 1 else 1e-8)


def test_a_degenerate_linear_program_is_solved():
    # Three constraints hold at (1, 1, 0, ...) where two variables are not zero: the basis is not unique.
    A = np.array([[1.0, 1, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0]])
    b = np.array([2.0, 1, 1])
    c = np.array([-1.0, -2, 0, 0, 0, 1])
    result = solve(c, A, b)
    assert result.status is Status.CONVERGED
    assert result.fun == pytest.approx(-3, abs=1e-8)


def test_rows_that_depend_on_one_another_are_no_trouble():
    (_, A, b), c = random_program(3), np.linspace(0.1, 1, N)
    A, b = np.array([A[0], A[1], A[0] - 2 * A[1]]), np.array([b[0], b[1], b[0] - 2 * b[1]])
    oracle = by_highs(c, A[:2], b[:2], [(0, None)] * N)
    result = solve(c, A, b)
    assert result.status is Status.CONVERGED
    assert result.fun == pytest.approx(oracle.fun, abs=1e-8)


def test_many_solutions_give_one_of_them():
    c, A, b = np.ones(N), np.ones((EQUALITIES, N)) * [[1], [1], [2]], np.array([3.0, 3, 6])
    result = solve(c, A, b)
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(3, abs=1e-8))


def test_infeasible_constraints_are_named_as_such():
    c, A, b = random_program(4)
    result = solve(c, np.abs(A), -np.abs(b))
    assert (result.status, result.success) == (Status.INFEASIBLE, False)
    assert "broken by" in result.message
    assert result.infeasibility > 0.1


@pytest.mark.parametrize("seed", range(4))
def test_multipliers_that_grow_without_end_lead_to_infeasible(seed):
    # No x ≥ 0 satisfies the first row; the steps towards the others end at the bounds sooner and sooner.
    c, A, b = random_program(seed)
    A[0] = np.abs(A[0])
    b[0] = -1e-3 - 0.1 * seed
    result = solve(c, A, b)
    assert result.status is Status.INFEASIBLE
    assert result.nit < 50


def test_rows_that_contradict_one_another_are_infeasible():
    c, A, b = random_program(4)
    A[2], b[2] = A[1], b[1] + 1
    assert solve(c, A, b).status is Status.INFEASIBLE


def test_an_unbounded_program_is_named_as_such():
    c, A, b = np.array([-1.0, 0, 0, 0, 0, 0]), np.zeros((EQUALITIES, N)), np.zeros(EQUALITIES)
    A[0, :2], A[1, 2:4], A[2, 4:] = [1, -1], [1, -1], [1, -1]
    result = solve(c, A, b)
    assert (result.status, result.success) == (Status.UNBOUNDED, False)
    assert "falls without end" in result.message


@pytest.mark.parametrize("seed", range(3))
def test_convex_quadratic_programs_satisfy_their_conditions_to_1e_8(seed):
    c, A, b = random_program(seed)
    H = random_curvature(seed)
    result = solve(c, A, b, H)
    assert result.status is Status.CONVERGED
    # The conditions are necessary and sufficient; nothing here comes from the method.
    x, y, z = result.x, result.multipliers.constraints[0], result.multipliers.bounds
    np.testing.assert_allclose(H @ x + c, A.T @ y + z, atol=1e-8)
    np.testing.assert_allclose(A @ x, b, atol=1e-8)
    assert x.min() >= 0
    assert z.min() >= -1e-8
    assert np.abs(x * z).max() <= 1e-8


def test_without_active_bounds_a_quadratic_program_is_the_solution_of_a_linear_system():
    c, A, b = random_program(0)
    H = random_curvature(0)
    kkt = np.block([[H, A.T], [A, np.zeros((EQUALITIES, EQUALITIES))]])
    exact = np.linalg.solve(kkt, np.concatenate([-c, b]))
    result = solve(c, A, b, H, bounds=[(None, None)] * N)
    assert result.nit == 1
    np.testing.assert_allclose(result.x, exact[:N], atol=1e-10)
    np.testing.assert_allclose(result.multipliers.constraints[0], -exact[N:], atol=1e-9)


@pytest.mark.parametrize("start", [np.full(N, -50.0), np.zeros(N), np.full(N, 1e3)], ids=["outside", "bound", "far"])
def test_every_start_leads_to_the_solution_and_no_question_is_outside_of_the_bounds(start):
    c, A, b = random_program(5)
    H = random_curvature(5)
    result = solve(c, A, b, H, start=start)
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, solve(c, A, b, H).x, atol=1e-7)
    assert result.trace.path.min() >= 0


def test_equal_bounds_fix_a_parameter_and_its_multiplier_is_the_slope_of_the_minimum():
    c, A, b = random_program(0)
    H = random_curvature(0)

    def fixed_at(value):
        return solve(c, A, b, H, bounds=[(value, value)] + [(0, None)] * (N - 1))

    found = fixed_at(0.5)
    assert found.status is Status.CONVERGED
    assert found.x[0] == 0.5
    slope = (fixed_at(0.501).fun - fixed_at(0.499).fun) / 0.002
    assert found.multipliers.bounds[0] == pytest.approx(slope, rel=1e-5)


def test_a_problem_with_negative_curvature_ends_in_a_minimum_where_its_bounds_are():
    # −½‖x‖² on a simplex has its minima in the corners.
    A, b = np.zeros((EQUALITIES, N)), np.array([1.0, 0, 0])
    A[0] = 1
    result = solve(np.linspace(0, 0.1, N), A, b, -np.eye(N), start=np.linspace(1, 2, N))
    assert result.status is Status.CONVERGED
    assert max(result.x) == pytest.approx(1, abs=1e-8)


def padded(rows, width, height):
    """A matrix of rows as one of this shape: what is added is zero."""
    rows = np.atleast_2d(np.asarray(rows, float))
    return np.pad(rows, ((0, height - rows.shape[0]), (0, width - rows.shape[1])))


# Hock & Schittkowski 1981, Test Examples for Nonlinear Programming Codes: H, c, constant, start, minimum, A, b.
EQUAL = {
    28: ([[2, 2, 0], [2, 4, 2], [0, 2, 2]], [0, 0, 0], 0, [-4, 1, 1], 0, [1, 2, 3], [1]),
    48: (
        [[2, 0, 0, 0, 0], [0, 2, -2, 0, 0], [0, -2, 2, 0, 0], [0, 0, 0, 2, -2], [0, 0, 0, -2, 2]],
        [-2, 0, 0, 0, 0], 1, [3, 5, -3, 2, -2], 0, [[1, 1, 1, 1, 1], [0, 0, 1, -2, -2]], [5, -3],
    ),
    51: (
        [[2, -2, 0, 0, 0], [-2, 4, 2, 0, 0], [0, 2, 2, 0, 0], [0, 0, 0, 2, 0], [0, 0, 0, 0, 2]],
        [0, -4, -4, -2, -2], 6, [2.5, 0.5, 2, -1, 0.5], 0,
        [[1, 3, 0, 0, 0], [0, 0, 1, 1, -2], [0, 1, 0, 0, -1]], [4, 0, 0],
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", EQUAL)
def test_problems_of_hock_and_schittkowski_with_linear_equalities_reach_their_minima(number):
    H, c, constant, start, minimum, A, b = EQUAL[number]
    # Coordinates that were added pull to 0, and rows of zeros, which depend on all others, ask for 0 = 0.
    H = padded(H, N, N) + np.diag(np.arange(N) >= len(c))
    c, start, b = (np.pad(np.array(each, float), (0, size - len(each))) for each, size in ((c, N), (start, N), (b, 3)))
    result = solve(c, padded(A, N, EQUALITIES), b, H, bounds=[(None, None)] * N, start=start)
    assert result.status is Status.CONVERGED
    assert result.fun + constant == pytest.approx(minimum, abs=1e-8)
    assert result.infeasibility <= 1e-9
    assert result.nit <= 3


# With linear inequalities: H, c, constant, start, minimum, A, b of Ax ≤ b, and bounds.
BELOW = {
    21: ([[0.02, 0], [0, 2]], [0, 0], -100, [-1, -1], -99.96, [-10, 1], [-10], [(2, 50), (-50, 50)]),
    35: (
        [[4, 2, 2], [2, 4, 0], [2, 0, 2]], [-8, -6, -4], 9, [0.5] * 3, 1 / 9, [1, 1, 2], [3], [(0, None)] * 3,
    ),
    76: (
        [[2, 0, -1, 0], [0, 1, 0, 0], [-1, 0, 2, 1], [0, 0, 1, 1]], [-1, -3, 1, -1], 0, [0.5] * 4, -103 / 22,
        [[1, 2, 1, 1], [3, 1, 2, -1], [0, -1, -4, 0]], [5, 4, -1.5], [(0, None)] * 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", BELOW)
def test_problems_of_hock_and_schittkowski_with_linear_inequalities_reach_their_minima(number):
    H, c, constant, start, minimum, A, b, bounds = BELOW[number]
    n, more = len(c), 4 - len(c)
    H = padded(H, 4, 4) + np.diag(np.arange(4) >= n)
    c, start = (np.pad(np.array(each, float), (0, more)) for each in (c, start))
    # Rows that were added say 0 ≤ 1.
    b = np.pad(np.array(b, float), (0, 3 - len(b)), constant_values=1.0)
    result = solve_below(c, padded(A, 4, 3), b, H, bounds=[*bounds, *[(None, None)] * more], start=start)
    assert result.status is Status.CONVERGED
    assert result.fun + constant == pytest.approx(minimum, abs=1e-8)
    assert result.infeasibility <= 1e-9
    assert result.nit <= 12


@pytest.mark.parametrize("seed", range(4))
def test_quadratic_programs_with_inequalities_agree_with_trust_constr_multipliers_too(seed):
    random = np.random.default_rng(seed)
    H, c, A = random_curvature(seed, n=4), 3 * random.normal(size=4), random.normal(size=(3, 4))
    b, bounds = A @ random.uniform(0, 1, 4) + 0.1, [(0.0, 2.0)] * 4
    result = solve_below(c, A, b, H, bounds=bounds)
    oracle = by_trust_constr(
        lambda x: 0.5 * x @ H @ x + c @ x,
        np.ones(4),
        jac=lambda x: H @ x + c,
        hess=lambda x: H,
        bounds=bounds,
        constraints=optimize.LinearConstraint(A, -np.inf, b),
    )
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, oracle.x, atol=1e-6)
    # SciPy's Lagrangian adds what ours subtracts.
    np.testing.assert_allclose(result.multipliers.constraints[0], -oracle.v[0], atol=1e-6)
    np.testing.assert_allclose(result.multipliers.bounds, -oracle.v[1], atol=1e-6)
    assert np.count_nonzero(np.abs(result.multipliers.constraints[0]) > 0.01) + (result.x < 1e-6).sum() >= 2


# One function of one number for all that needs no more: the logarithm has no value where the first step from 10 goes.
def scalar(x, square, logarithm):
    return square * (x + 1) ** 2 + logarithm * (x - 2 * jnp.log(x))


def solve_scalar(square, logarithm, start, bounds):
    return minimize(
        Function(scalar, (np.float64(square), np.float64(logarithm))), start, "interior_point", bounds=bounds
    )


def test_a_trial_that_is_not_finite_is_refused():
    result = solve_scalar(0, 1, 10.0, [(None, None)])
    assert result.status is Status.CONVERGED
    assert float(result.x) == pytest.approx(2, abs=1e-8)
    assert not np.isfinite(result.trace.value).all()
    assert np.isfinite(result.best.fun)


def test_a_start_without_a_value_ends_as_diverged():
    result = solve_scalar(0, 1, -1.0, [(None, None)])
    assert (result.status, result.nfev) == (Status.DIVERGED, 1)


def test_one_parameter_at_its_bound():
    result = solve_scalar(1, 0, 3.0, [(0.5, 2)])
    assert (result.status, float(result.x)) == (Status.CONVERGED, pytest.approx(0.5, abs=1e-9))
    assert float(result.multipliers.bounds) == pytest.approx(3, abs=1e-7)


def test_float32_stays_float32_and_reaches_its_precision():
    start = np.array([0.5, 0.5], np.float32)
    result = minimize(lambda x: jnp.sum((x - 2) ** 2), start, bounds=[(0, 1), (0, 3)])
    assert result.status is Status.CONVERGED
    assert result.x.dtype == np.float32
    np.testing.assert_allclose(result.x, [1, 2], atol=1e-3)

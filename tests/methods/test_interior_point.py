"""The interior point method, through minimize, against SciPy's solvers and known optima."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize
from support.quadratic_programs import EQUALITIES, N, random_curvature, random_program, solve

from osolgil.descent import Status, Stop, minimize
from osolgil.descent.drive import start_drive
from osolgil.descent.setup import set_up
from osolgil.problems import Function, LinearConstraint, NonlinearConstraint


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
    result = solve(c, A, b, H, start=start, record="path")
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


# Hock & Schittkowski 1981, Test Examples for Nonlinear Programming Codes: f, start, minimum, bounds, constraints.
HOCK_SCHITTKOWSKI = {
    21: (
        lambda x: 0.01 * x[0] ** 2 + x[1] ** 2 - 100,
        [-1, -1],
        -99.96,
        [(2, 50), (-50, 50)],
        LinearConstraint([10, -1], 10),
    ),
    28: (
        lambda x: (x[0] + x[1]) ** 2 + (x[1] + x[2]) ** 2,
        [-4, 1, 1],
        0,
        None,
        LinearConstraint([1, 2, 3], 1, 1),
    ),
    35: (
        lambda x: 9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * x[0] ** 2 + 2 * x[1] ** 2 + x[2] ** 2
        + 2 * x[0] * x[1] + 2 * x[0] * x[2],
        [0.5] * 3,
        1 / 9,
        [(0, None)] * 3,
        LinearConstraint([1, 1, 2], -np.inf, 3),
    ),
    48: (
        lambda x: (x[0] - 1) ** 2 + (x[1] - x[2]) ** 2 + (x[3] - x[4]) ** 2,
        [3, 5, -3, 2, -2],
        0,
        None,
        LinearConstraint([[1, 1, 1, 1, 1], [0, 0, 1, -2, -2]], [5, -3], [5, -3]),
    ),
    51: (
        lambda x: (x[0] - x[1]) ** 2 + (x[1] + x[2] - 2) ** 2 + (x[3] - 1) ** 2 + (x[4] - 1) ** 2,
        [2.5, 0.5, 2, -1, 0.5],
        0,
        None,
        LinearConstraint([[1, 3, 0, 0, 0], [0, 0, 1, 1, -2], [0, 1, 0, 0, -1]], [4, 0, 0], [4, 0, 0]),
    ),
    71: (
        lambda x: x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2],
        [1, 5, 5, 1],
        17.0140172891520,
        [(1, 5)] * 4,
        [NonlinearConstraint(jnp.prod, 25), NonlinearConstraint(lambda x: jnp.sum(x**2), 40, 40)],
    ),
    76: (
        lambda x: x[0] ** 2 + 0.5 * x[1] ** 2 + x[2] ** 2 + 0.5 * x[3] ** 2 - x[0] * x[2] + x[2] * x[3]
        - x[0] - 3 * x[1] + x[2] - x[3],
        [0.5] * 4,
        -103 / 22,
        [(0, None)] * 4,
        LinearConstraint([[1, 2, 1, 1], [3, 1, 2, -1], [0, -1, -4, 0]], -np.inf, [5, 4, -1.5]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", HOCK_SCHITTKOWSKI)
def test_problems_of_hock_and_schittkowski_reach_their_known_minima(number):
    f, start, minimum, bounds, constraints = HOCK_SCHITTKOWSKI[number]
    result = minimize(f, np.array(start, float), bounds=bounds, constraints=constraints)
    assert result.status is Status.CONVERGED
    assert result.fun == pytest.approx(minimum, abs=1e-8)
    assert result.infeasibility <= 1e-9
    assert result.nit <= 12


@pytest.mark.filterwarnings("ignore:delta_grad")
def test_multipliers_of_a_nonlinear_problem_agree_with_those_of_trust_constr():
    f, start, _, bounds, constraints = HOCK_SCHITTKOWSKI[71]
    result = minimize(f, np.array(start, float), bounds=bounds, constraints=constraints)
    oracle = optimize.minimize(
        lambda x: x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2],
        start,
        method="trust-constr",
        bounds=bounds,
        constraints=[
            optimize.NonlinearConstraint(np.prod, 25, np.inf),
            optimize.NonlinearConstraint(lambda x: np.sum(x**2), 40, 40),
        ],
        options={"gtol": 1e-9, "xtol": 1e-12, "barrier_tol": 1e-9},
    )
    np.testing.assert_allclose(result.x, oracle.x, atol=1e-6)
    # SciPy's Lagrangian adds what ours subtracts.
    for ours, theirs in zip((*result.multipliers.constraints, result.multipliers.bounds), oracle.v, strict=True):
        np.testing.assert_allclose(ours, -theirs, atol=1e-6)


# Wächter & Biegler 2000: from this start, steps that satisfy the linearized constraints all end at the bounds.
TRAP = {
    "constraints": NonlinearConstraint(lambda x: jnp.stack([x[0] ** 2 - x[1] - 1, x[0] - x[2] - 0.5]), 0, 0),
    "bounds": [(None, None), (0, None), (0, None)],
}


def test_where_no_step_is_acceptable_feasibility_is_restored():
    result = minimize(lambda x: x[0], np.array([-2.0, 1, 1]), **TRAP)
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(1, abs=1e-8))
    assert not result.trace.accepted.all()


# f = 2(‖x‖² − 1) − x₁ on the unit circle: near a solution the full step raises both f and the violation (Maratos 1978).
CIRCLE = NonlinearConstraint(lambda x: x @ x, 1, 1)


def circled(x):
    return 2 * (x @ x - 1) - x[0]


def test_a_second_order_correction_saves_the_full_step_on_the_circle():
    result = minimize(circled, np.array([0.8, 0.6]), constraints=CIRCLE)
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(-1, abs=1e-8))
    assert result.nit <= 8
    assert result.nfev <= 12


@pytest.mark.parametrize("length", [-0.2, 0.2, 1e3])
def test_a_planted_bad_step_is_refused_and_the_run_goes_on(length):
    problem = Function(circled)
    with jax.enable_x64(True):
        setup = set_up(problem, np.array([0.8, 0.6]), "interior_point", constraints=CIRCLE)
        drive = start_drive(setup, Stop(optimality=1e-9), "values", None, 0, "host")
        drive.turn()
        drive.turn()
        state = drive.progress.state
        assert bool(state.accepted)
        # Off the circle and up: neither the violation nor the value gets better.
        step = length * state.answer if length > 0 else length * np.array([1.0, 0.0]) + 0.2 * state.answer
        planted = state._replace(question=state.answer + step, step=step, dv=step)
        drive.progress = drive.progress._replace(state=planted)
        drive.turn()
        after = drive.progress.state
        assert not bool(after.accepted)
        assert np.array_equal(after.answer, state.answer)
        assert not np.array_equal(after.question, planted.question)
        while drive.running:
            drive.turn()
    assert Status.of(drive.progress.status) is Status.CONVERGED
    np.testing.assert_allclose(drive.progress.state.answer, [1, 0], atol=1e-8)


def test_a_trial_that_is_not_finite_is_refused():
    # The logarithm has no value where the first step goes.
    result = minimize(lambda x: x[0] - 2 * jnp.log(x[0]), np.array([10.0]), "interior_point")
    assert result.status is Status.CONVERGED
    assert result.x[0] == pytest.approx(2, abs=1e-8)
    assert not np.isfinite(result.trace.value).all()


def test_a_nonlinear_infeasible_problem_ends_where_the_constraints_are_broken_least():
    # No point of the unit circle has x + y = 3; (1, 1)·t breaks both, and the sum of squares is least at one t.
    together = NonlinearConstraint(lambda x: jnp.stack([x @ x, x[0] + x[1]]), [1, 3], [1, 3])
    result = minimize(lambda x: x @ x, np.array([1.0, 2.0]), constraints=together)
    assert result.status is Status.INFEASIBLE
    t = optimize.minimize_scalar(lambda t: (2 * t * t - 1) ** 2 + (2 * t - 3) ** 2, bounds=(0, 2)).x
    np.testing.assert_allclose(result.x, [t, t], atol=1e-5)


def test_one_parameter_at_its_bound():
    result = minimize(lambda x: (x + 1) ** 2, 3.0, bounds=[(0.5, 2)])
    assert (result.status, float(result.x)) == (Status.CONVERGED, pytest.approx(0.5, abs=1e-9))
    assert float(result.multipliers.bounds) == pytest.approx(3, abs=1e-7)


def test_float32_stays_float32_and_reaches_its_precision():
    start = np.array([0.5, 0.5], np.float32)
    result = minimize(lambda x: jnp.sum((x - 2) ** 2), start, bounds=[(0, 1), (0, 3)])
    assert result.status is Status.CONVERGED
    assert result.x.dtype == np.float32
    np.testing.assert_allclose(result.x, [1, 2], atol=1e-3)

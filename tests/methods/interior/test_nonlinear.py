"""Curved constraints: known optima, SciPy's solvers, restoration, second-order corrections, the filter."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize
from support.quadratic_programs import (
    by_trust_constr,
    cubic,
    curved_rows,
    random_curvature,
    rows_of,
    solve_curved,
)

from osolgil.descent import Status, Stop
from osolgil.descent.drive import start_drive
from osolgil.descent.setup import set_up
from osolgil.problems import Function, NonlinearConstraint

FREE = (None, None)
NONE = np.zeros(4)


def scipys(lower, upper, rows):
    """The constraints of `solve_curved` as SciPy has them, each row alone."""
    Q, a, p = rows

    def row(i):
        def slope(x):
            return Q[i] @ x + a[i] + p[i] * np.array([np.prod(np.delete(x, j)) for j in range(4)])

        return optimize.NonlinearConstraint(
            lambda x: float(0.5 * x @ Q[i] @ x + a[i] @ x + p[i] * np.prod(x)), lower[i], upper[i], jac=slope
        )

    return [row(0), row(1)]


# Hock & Schittkowski 71: x₁x₄(x₁ + x₂ + x₃) + x₃ where ∏x ≥ 25 and ‖x‖² = 40, 1 ≤ x ≤ 5.
HS71 = {
    "c": [0, 0, 1, 0],
    "rows": rows_of((NONE, NONE, 1.0), ([2] * 4, NONE)),
    "lower": [25, 40],
    "upper": [np.inf, 40],
    "start": [1, 5, 5, 1],
    "k": 1.0,
    "bounds": [(1, 5)] * 4,
}


def test_problem_71_of_hock_and_schittkowski_reaches_its_minimum_from_a_start_that_breaks_it():
    for start in ([1, 5, 5, 1], [5, 5, 5, 5], [-9, 0, 9, 99]):
        result = solve_curved(**HS71 | {"start": start})
        assert result.status is Status.CONVERGED
        assert result.fun == pytest.approx(17.0140172891520, abs=1e-8)
        # Published with five decimals.
        np.testing.assert_allclose(result.x, [1, 4.7429994, 3.8211503, 1.3794082], atol=1e-6)
        assert result.infeasibility <= 1e-9
        assert result.nit <= 30


@pytest.mark.filterwarnings("ignore:delta_grad")
@pytest.mark.parametrize("seed", range(4))
def test_optimum_and_multipliers_agree_with_trust_constr_and_slsqp(seed):
    random = np.random.default_rng(seed)
    H, c, k = random_curvature(seed, n=4), 3 * random.normal(size=4), 0.1
    a, inside = random.normal(size=4), random.uniform(0.5, 1.5, 4)
    # Within an ellipsoid, on a paraboloid; f and the second row are not convex.
    rows = (np.array([random_curvature(seed + 9, n=4), np.diag([1.0, 0, 0, -0.5])]), np.array([NONE, a]), np.zeros(2))
    level = np.array(curved_rows(*rows, inside))
    lower, upper, bounds = [-np.inf, level[1]], level, [(0.0, 2.0)] * 4
    result = solve_curved(c, rows, lower, upper, inside[::-1], H=H, k=k, bounds=bounds)
    assert result.status is Status.CONVERGED

    def f(x):
        return float(cubic(x, H, c, k))

    def slope(x):
        return (
            H @ x
            + c
            + k * np.array([x[3] * (2 * x[0] + x[1] + x[2]), x[0] * x[3], x[0] * x[3], x[0] * (x[0] + x[1] + x[2])])
        )

    constraints = scipys(lower, upper, rows)
    second = optimize.minimize(
        f, result.x + 0.01, jac=slope, bounds=bounds, constraints=constraints, method="SLSQP", options={"ftol": 1e-15}
    )
    np.testing.assert_allclose(result.x, second.x, atol=1e-6)
    first = by_trust_constr(f, np.clip(result.x + 0.01, 0.01, 1.99), jac=slope, bounds=bounds, constraints=constraints)
    np.testing.assert_allclose(result.x, first.x, atol=1e-6)
    # SciPy's Lagrangian adds what ours subtracts.
    ours = [*result.multipliers.constraints[0], *result.multipliers.bounds]
    np.testing.assert_allclose(ours, -np.concatenate(first.v), atol=1e-6)
    assert np.abs(ours).max() > 0.1


# Wächter & Biegler 2000: from this start, steps that satisfy the linearized constraints all end at the bounds.
# x₁² − x₂ = 1, x₁ − x₃ = ½; the fourth number has its own minimum, here and below.
TRAP = {
    "c": [1, 0, 0, 0],
    "H": np.diag([0.0, 0, 0, 1]),
    "rows": rows_of(([2, 0, 0, 0], [0, -1, 0, 0]), (NONE, [1, 0, -1, 0])),
    "lower": [1, 0.5],
    "upper": [1, 0.5],
    "start": [-2, 1, 1, 0],
    "bounds": [FREE, (0, None), (0, None), FREE],
}


def test_where_no_step_is_acceptable_feasibility_is_restored():
    result = solve_curved(**TRAP)
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(1, abs=1e-8))
    # A restoration asks for the same point twice.
    assert not result.trace.accepted.all()


# f = 2‖x‖² − x₁ on the unit circle: near a solution the full step raises both f and the violation (Maratos 1978).
CIRCLE = {
    "c": [-1, 0, 0, 0],
    "H": np.diag([4.0, 4, 1, 1]),
    "rows": rows_of(([2, 2, 0, 0], NONE), (NONE, [0, 0, 1, 1])),
    "lower": [1, 0],
    "upper": [1, 0],
    "start": [0.8, 0.6, 0, 0],
}


def test_a_second_order_correction_saves_the_full_step_on_the_circle():
    result = solve_curved(**CIRCLE)
    assert (result.status, result.fun) == (Status.CONVERGED, pytest.approx(1, abs=1e-8))
    # Without corrections it takes 7 steps and 11 evaluations.
    assert result.nit <= 6
    assert result.nfev <= 8


def test_an_infeasible_problem_ends_where_the_constraints_are_broken_least():
    # No point of the unit circle has x + y = 3; (1, 1)·t breaks both, and the sum of squares is least at one t.
    rows = rows_of(([2, 2, 0, 0], NONE), (NONE, [1, 1, 0, 0]))
    result = solve_curved(NONE, rows, [1, 3], [1, 3], [1, 2, 0, 0], H=2 * np.eye(4))
    assert (result.status, result.success) == (Status.INFEASIBLE, False)
    t = optimize.minimize_scalar(lambda t: (2 * t * t - 1) ** 2 + (2 * t - 3) ** 2, bounds=(0, 2)).x
    np.testing.assert_allclose(result.x[:2], [t, t], atol=1e-5)


def test_a_problem_that_falls_without_end_along_its_constraints_is_unbounded():
    # The circle holds two coordinates; the third one is free to go.
    free = {"H": np.diag([4.0, 4, -1, 1]), "rows": rows_of(([2, 2, 0, 0], NONE), (NONE, NONE))}
    result = solve_curved(**CIRCLE | free | {"start": [0.8, 0.6, 0.5, 0]})
    assert (result.status, result.success) == (Status.UNBOUNDED, False)


def test_where_no_multiplier_exists_the_run_ends_at_the_solution_and_does_not_claim_to_have_one():
    # x₁² + x₂² ≤ 0 leaves one point, where the constraint has no slope: 1 = 0 · multiplier has no solution.
    rows = rows_of(([2, 2, 0, 0], NONE), (NONE, [0, 0, 1, 1]))
    result = solve_curved([1, 0, 0, 0], rows, [-np.inf, 0], [0, 0], [1, 1, 0, 0], H=np.diag([0.0, 0, 1, 1]))
    assert not result.success
    np.testing.assert_allclose(result.x, 0, atol=1e-6)
    assert np.abs(result.multipliers.constraints[0]).max() > 1e5


@pytest.mark.parametrize("length", [-0.2, 0.2, 1e3])
def test_a_planted_bad_step_is_refused_and_the_run_goes_on(length):
    Q, a, p = CIRCLE["rows"]
    problem = Function(cubic, (CIRCLE["H"], np.array(CIRCLE["c"], float), np.float64(0)))
    circle = NonlinearConstraint(jax.tree_util.Partial(curved_rows, Q, a, p), CIRCLE["lower"], CIRCLE["upper"])
    with jax.enable_x64(True):
        setup = set_up(problem, np.array(CIRCLE["start"], float), "interior_point", constraints=circle)
        drive = start_drive(setup, Stop(optimality=1e-9), "values", None, 0, "host")
        drive.turn()
        drive.turn()
        state = drive.progress.state
        assert bool(state.accepted)
        # Off the circle and up: neither the violation nor the value gets better.
        across = 0.2 * state.answer + length * np.array([1.0, 0, 0, 0])
        bad = state.answer + (length * state.answer if length > 0 else across)
        planted = state._replace(
            question=bad, trial=bad, standing=state.standing._replace(dv=jnp.asarray(bad - state.answer))
        )
        drive.progress = drive.progress._replace(state=planted)
        drive.turn()
        after = drive.progress.state
        assert not bool(after.accepted)
        assert np.array_equal(after.answer, state.answer)
        assert not np.array_equal(after.question, planted.question)
        while drive.running:
            drive.turn()
    assert Status.of(drive.progress.status) is Status.CONVERGED
    np.testing.assert_allclose(drive.progress.state.answer, [1, 0, 0, 0], atol=1e-8)

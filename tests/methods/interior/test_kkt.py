"""The step of the interior point method against the whole system of equations, solved by NumPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.methods.interior.kkt import Sides, System, direction

N, EQUALITIES, SLACKS = 4, 2, 3
random = np.random.default_rng(3)
A = random.normal(size=(EQUALITIES + SLACKS, N))
SIDES = Sides(random.normal(size=N), random.normal(size=SLACKS), random.normal(size=EQUALITIES + SLACKS))


def system(hessian, jacobian=A, weights=None, movable=None, elastic=0.0, slack_weights=None):
    return System(
        hessian=hessian,
        jacobian=jacobian,
        weights=np.zeros(N) if weights is None else weights,
        slack_weights=np.array([0.5, 2.0, 7.0]) if slack_weights is None else slack_weights,
        movable=np.ones(N, bool) if movable is None else movable,
        elastic=np.asarray(elastic),
    )


@jax.jit
def solved(system, sides, shift):
    return direction(system, sides, shift)


def found(system, sides=SIDES, shift=0.0):
    with jax.enable_x64(True):
        return jax.tree.map(np.asarray, solved(*jax.tree.map(jnp.asarray, (system, sides, shift))))


def whole(system, shift=0.0):
    """The matrix of all equations: x, slacks, multipliers of the rows."""
    rows = EQUALITIES + SLACKS
    slacked = np.vstack([np.zeros((EQUALITIES, SLACKS)), -np.eye(SLACKS)])
    upper = np.block([[system.hessian + np.diag(system.weights + shift), np.zeros((N, SLACKS)), system.jacobian.T]])
    middle = np.block([[np.zeros((SLACKS, N)), np.diag(system.slack_weights), slacked.T]])
    lower = np.block([[system.jacobian, slacked, -system.elastic * np.eye(rows)]])
    return np.vstack([upper, middle, lower])


def residual(system, step, sides=SIDES, shift=0.0):
    unknowns = np.concatenate([step.v, step.y])
    right = -np.concatenate([sides.x, sides.s, sides.rows])
    return np.max(np.abs(whole(system, shift) @ unknowns - right))


@pytest.mark.parametrize("elastic", [0.0, 1.0])
def test_a_step_solves_all_equations(elastic):
    posed = system(np.diag([1.0, 2, 3, 4]), elastic=elastic)
    step = found(posed)
    assert step.shift == 0
    assert residual(posed, step) < 1e-12


def test_weights_that_spread_over_twenty_orders_of_magnitude_do_not_drown_one_another():
    weights = np.array([1e10, 1e-10, 1e10, 1e-10])
    posed = system(np.zeros((N, N)), weights=weights, slack_weights=np.array([1e-9, 1.0, 1e-9]))
    step = found(posed)
    # Equations are held against the size of their own terms.
    unknowns = np.concatenate([step.v, step.y])
    terms = np.abs(whole(posed)) @ np.abs(unknowns)
    right = -np.concatenate([SIDES.x, SIDES.s, SIDES.rows])
    assert np.max(np.abs(whole(posed) @ unknowns - right) / np.maximum(terms, 1)) < 1e-8


def test_negative_curvature_along_the_constraints_needs_no_shift_and_across_them_none():
    # Only the null space of the equalities counts (Nocedal & Wright 2006, Theorem 16.3).
    normal = A[:EQUALITIES].T @ A[:EQUALITIES]
    posed = system(np.eye(N) - 5 * normal, slack_weights=np.full(SLACKS, 1e-6))
    assert np.linalg.eigvalsh(posed.hessian)[0] < -1
    step = found(posed)
    assert step.shift == 0
    assert residual(posed, step) < 1e-9


def test_negative_curvature_in_the_null_space_is_shifted_until_the_direction_goes_down():
    posed = system(-np.eye(N), slack_weights=np.full(SLACKS, 1e-6))
    step = found(posed)
    assert step.shift > 1
    _, _, rows = np.linalg.svd(A[:EQUALITIES])
    null = rows[EQUALITIES:].T
    assert np.linalg.eigvalsh(null.T @ (posed.hessian + step.shift * np.eye(N)) @ null)[0] > 0
    assert residual(posed, step, shift=step.shift) < 1e-8
    # The next search begins near the shift that was needed last.
    assert found(posed, shift=float(step.shift)).shift <= 8 * step.shift


def test_what_is_fixed_stays():
    posed = system(np.eye(N), movable=np.array([True, False, True, True]))
    step = found(posed)
    assert step.v[1] == 0
    np.testing.assert_allclose(A[:EQUALITIES] @ step.v[:N], -SIDES.rows[:EQUALITIES], atol=1e-12)


def test_rows_that_depend_on_one_another_have_a_step():
    jacobian = A.copy()
    jacobian[1] = 2 * jacobian[0]
    sides = SIDES._replace(rows=np.concatenate([[1.0, 2.0], SIDES.rows[2:]]))
    step = found(system(np.eye(N), jacobian), sides)
    assert np.isfinite(step.v).all()
    assert jacobian[0] @ step.v[:N] == pytest.approx(-1, abs=1e-7)

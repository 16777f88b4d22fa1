"""Runs with bounds and constraints: what is handed over, refused, recorded and resumed."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize
from support.quadratic_programs import N, random_curvature, random_program, solve
from support.small import same_bits

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.methods import Adam, InteriorPoint
from osolgil.problems import BlackBox, Constrained, Function, LinearConstraint

C, A, B = random_program(0)
H = random_curvature(0)


def test_the_host_agrees_with_the_compiled_driver():
    compiled = solve(C, A, B, H, record="path")
    host = solve(C, A, B, H, record="path", driver="host")
    assert (host.nit, host.nfev, host.status) == (compiled.nit, compiled.nfev, Status.CONVERGED)
    np.testing.assert_allclose(host.trace.path, compiled.trace.path, rtol=1e-9, atol=1e-10)


def test_a_run_goes_on_from_its_checkpoint_to_the_same_bits(tmp_path):
    path = tmp_path / "run.npz"
    half = solve(C, A, B, H, stop=Stop(steps=4), checkpoint=path)
    assert (half.status, half.nit) == (Status.STEP_LIMIT, 4)
    whole, resumed = solve(C, A, B, H), solve(C, A, B, H, checkpoint=path)
    same_bits(whole, resumed)
    with pytest.raises(ValueError, match="belongs to another run"):
        solve(C, A, B + 1, H, checkpoint=path)


def test_a_checkpoint_of_other_constraints_is_refused(tmp_path):
    def run(bound):
        return solve(C, A, B, H, bounds=[(bound, None)] * N, checkpoint=tmp_path / "run.npz")

    run(0)
    with pytest.raises(ValueError, match="belongs to another run"):
        run(-1)


def test_a_run_that_was_stopped_hands_over_where_it_stands_and_best_is_the_lowest_feasible_point():
    early = solve(C, A, B, H, stop=Stop(evaluations=1))
    assert not early.success
    assert early.infeasibility > 1e-3
    # No point was feasible yet: there is no best one, and a lower value elsewhere is none.
    assert early.best.evaluation == 0
    np.testing.assert_allclose(np.max(np.abs(A @ early.x - B)), early.infeasibility, rtol=1e-9)
    late = solve(C, A, B, H)
    assert late.best.evaluation > 0
    assert np.max(np.abs(A @ late.best.x - B)) < 1e-5
    assert late.fun == pytest.approx(late.best.fun, abs=1e-5)


def test_lanes_of_starts_agree_with_single_runs():
    def quadratic(x, H, c):
        return 0.5 * x @ (H @ x) + c @ x

    starts = [np.zeros(N), np.full(N, 3.0)]
    problem = Function(quadratic, (H, C))
    posed = Constrained.of(problem, starts[0], [(0, None)] * N, LinearConstraint(A, B, B))
    lanes = minimize_lanes(posed, starts)
    assert [lane.status for lane in lanes] == [Status.CONVERGED] * 2
    for lane, start in zip(lanes, starts, strict=True):
        single = solve(C, A, B, H, start=start)
        assert lane.nit == single.nit
        np.testing.assert_allclose(lane.x, single.x, atol=1e-9)


def test_parameters_may_be_a_pytree_and_so_are_the_multipliers_of_their_bounds():
    start = {"a": np.array([3.0, 3.0]), "b": np.array(3.0)}
    result = minimize(
        lambda p: jnp.sum((p["a"] + 1) ** 2) + (p["b"] - 1) ** 2, start, bounds=({"a": 0.5, "b": None}, None)
    )
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x["a"], [0.5, 0.5], atol=1e-8)
    np.testing.assert_allclose(result.multipliers.bounds["a"], [3, 3], atol=1e-7)
    assert float(result.multipliers.bounds["b"]) == 0


def test_without_limits_the_method_is_newtons_and_names_a_saddle():
    result = minimize(lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4, np.array([1.0, 0.0]), "interior_point")
    assert result.status is Status.SADDLE


def test_results_of_other_methods_know_nothing_of_limits():
    result = minimize(lambda x: x @ x, np.ones(2), Adam(0.1), stop=Stop(steps=1))
    assert (result.multipliers, result.infeasibility, result.complementarity) == (None, None, None)
    assert "infeasibility" not in repr(result)


def square(x):
    return x @ x


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "adam", "bounds": [(0, 1)] * 2}, "Adam goes down without bounds and constraints; use method="),
        ({"method": "adam", "constraints": optimize.LinearConstraint([1, 1], 0)}, "use method='interior_point'"),
        ({"bounds": [(0, 1)] * 2, "frozen": True}, "freeze by equal bounds"),
        ({"bounds": [(2, 1)] * 2}, "exchange them"),
        ({"bounds": [(0, 1)] * 2, "batch_size": 8}, "needs rows"),
        ({"method": InteriorPoint(barrier=-1.0)}, "barrier must be"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(options, words):
    with pytest.raises(ValueError, match=words):
        minimize(square, np.ones(2), **options)


def test_a_black_box_has_no_hessian_and_is_refused():
    with pytest.raises(ValueError, match="needs the Hessian, which BlackBox cannot give"):
        minimize(BlackBox(lambda x: float(x @ x)), np.ones(2), "interior_point", bounds=[(0, 1)] * 2)


def test_limits_are_stated_in_one_place():
    limited = Constrained.of(Function(lambda x: jnp.sum(x**2)), np.ones(2), [(0.5, None)] * 2)
    with pytest.raises(ValueError, match="has bounds and constraints of its own; state all of them there"):
        minimize(limited, np.ones(2), bounds=[(0, 1)] * 2)
    with pytest.raises(ValueError, match="has bounds and constraints of its own"):
        minimize(limited, np.ones(2), constraints=LinearConstraint([1, 1], 3))

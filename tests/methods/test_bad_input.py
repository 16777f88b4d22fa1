"""Bad input, in one table for all methods that learn curvature: the right status, a sentence, and no point is lost."""

import numpy as np
import pytest
from support.plain import Plain, PlainResiduals

from osolgil.descent import Status, Stop, minimize
from osolgil.methods import named

ONE_AND_A_HALF = ("bfgs", "lbfgs", "conjugate_gradient", "line_search_descent", "barzilai_borwein", "sr1")
SQUARES = ("levenberg_marquardt", "dogleg")
ONE_STEP_AT_A_TIME = ("line_search_descent", "barzilai_borwein", "newton_trust_region")
NAN = np.nan

BOWL = Plain(lambda x: x @ x, lambda x: 2 * x, lambda x: 2 * np.eye(2))
SADDLE = Plain(
    lambda x: 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4,
    lambda x: [x[0], x[1] ** 3 - x[1]],
    lambda x: np.diag([1, 3 * x[1] ** 2 - 1]),
)
LOGARITHM = Plain(
    lambda x: 50 * x[0] - np.log(x[0]) + 100 * x[1] ** 2,
    lambda x: [50 - 1 / x[0] if x[0] > 0 else NAN, 200 * x[1]],
    lambda x: np.diag([x[0] ** -2, 200]),
)
HALF_KNOWN = Plain(
    lambda x: 50 * (x[0] - 0.1) ** 2 + x[1] ** 2,
    lambda x: [100 * (x[0] - 0.1) if x[0] > 0 else NAN, 2 * x[1]],
    lambda x: np.diag([100, 2]),
)
KINK = Plain(
    lambda x: max(x @ x, 2 * x[0] + 3),
    lambda x: 2 * x if x @ x > 2 * x[0] + 3 else [2, 0],
    lambda x: 2 * np.eye(2) if x @ x > 2 * x[0] + 3 else np.zeros((2, 2)),
)
UPSIDE_DOWN = Plain(BOWL.f, lambda x: -2 * x, BOWL.hessian)
STEEP = Plain(BOWL.f, lambda x: 2e5 * x, BOWL.hessian)
HOLE = Plain(
    lambda x: np.log(x[0]) + x[1] ** 2,
    lambda x: [1 / x[0] if x[0] >= 0 else NAN, 2 * x[1]],
    lambda x: np.diag([-(x[0] ** -2.0), 2]),
)
SLOPE = Plain(lambda x: x[0] + x[1], lambda x: [1, 1], lambda x: np.zeros((2, 2)))
QUARTIC = Plain(lambda x: (x[0] - 3) ** 4, lambda x: [4 * (x[0] - 3) ** 3], lambda x: [[12 * (x[0] - 3) ** 2]])

CONVERGED, UNBOUNDED = {Status.CONVERGED}, {Status.UNBOUNDED}
WRONG = {Status.LINE_SEARCH_FAILED}
STUCK = {Status.LINE_SEARCH_FAILED, Status.PRECISION_FLOOR, Status.STALLED, Status.STEP_LIMIT}
NO_QUADRATIC = {Status.NOT_QUADRATIC}

# Problem, start, how a run ends, and how one of linear conjugate gradients does.
CASES = {
    "a hessian that is indefinite": (SADDLE, [1, 0.1], CONVERGED, NO_QUADRATIC),
    "a trial without a value": (LOGARITHM, [0.5, 1], CONVERGED, NO_QUADRATIC),
    "a trial with a value and no gradient": (HALF_KNOWN, [0.5, 1], CONVERGED, NO_QUADRATIC),
    "a start without a value": (LOGARITHM, [-1, 0], {Status.DIVERGED}, {Status.DIVERGED}),
    "a gradient that jumps": (KINK, [2, 3], STUCK, NO_QUADRATIC),
    "a start at a minimum": (BOWL, [0, 0], CONVERGED, CONVERGED),
    "a start on a saddle": (SADDLE, [0, 0], CONVERGED, CONVERGED),
    "one parameter": (QUARTIC, [0], CONVERGED, NO_QUADRATIC),
    "a gradient of the wrong sign": (UPSIDE_DOWN, [1, 2], WRONG, NO_QUADRATIC),
    "a gradient of the wrong size": (STEEP, [1, 2], WRONG, NO_QUADRATIC),
    "a value that falls to minus infinity": (HOLE, [1, 0], UNBOUNDED, UNBOUNDED),
    "a slope without end": (SLOPE, [0, 0], UNBOUNDED, UNBOUNDED),
}


def run(problem, start, method):
    result = minimize(problem, np.array(start, float), method, stop=Stop(steps=300, evaluations=3000), record="path")
    known = result.trace.value[np.isfinite(result.trace.value)]
    lowest = known.min() if len(known) else np.inf
    assert result.best.fun == lowest
    # What is handed over is the best point, or one where it converged that rounding cannot tell from it.
    assert result.fun <= lowest + 1e-12 * abs(lowest) or not len(known)
    assert result.success == (result.status is Status.CONVERGED)
    if not result.success:
        assert result.message.endswith(".")
        assert "Remedy: " in result.message
    return result


@pytest.mark.parametrize("name", [*ONE_AND_A_HALF, "linear_conjugate_gradient", "newton_trust_region"])
@pytest.mark.parametrize("case", CASES)
def test_bad_input_ends_in_its_status_and_the_best_point_is_kept(case, name):
    problem, start, statuses, linear = CASES[case]
    result = run(problem, start, name)
    if problem is SLOPE and name in ONE_STEP_AT_A_TIME:
        statuses = {Status.STEP_LIMIT}
    if problem is HOLE and name == "newton_trust_region":
        # It never tries 0 itself: it ends where no number is nearer to it and the step still halves.
        statuses = {Status.STALLED}
    assert result.status in (linear if name == "linear_conjugate_gradient" else statuses), result.message
    if case.startswith("a trial"):
        assert len(result.trace) > 1
        assert not result.trace.accepted[~np.isfinite(result.trace.optimality)].any()
    if case.startswith("a start") and (name != "newton_trust_region" or problem is not SADDLE):
        assert result.nfev == 1
    if name in ONE_AND_A_HALF and result.success and problem is not QUARTIC:
        assert "Gradients alone do not exclude that this is a saddle point." in result.message
    if result.status is Status.LINE_SEARCH_FAILED:
        assert "check_gradient" in result.message
    if result.status is Status.NOT_QUADRATIC:
        assert "use conjugate_gradient" in result.message


def test_only_methods_that_see_curvature_leave_a_saddle_from_the_very_point():
    assert run(SADDLE, [0, 0], "newton_trust_region").fun == pytest.approx(-0.25)


# r, J, start, statuses.
LINE = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
RESIDUALS = {
    "a jacobian whose columns are one": (lambda x: LINE @ x - [1, 2, 3], lambda x: LINE, [5, 1], CONVERGED),
    "a jacobian of zeros": (lambda x: x**2 + 1, lambda x: np.diag(2 * x), [0, 0], CONVERGED),
    "a start at the solution": (lambda x: x - 1, lambda x: np.eye(2), [1, 1], CONVERGED),
    "a start on a saddle": (lambda x: [x[0] ** 2 - 1, x[1]], lambda x: [[2 * x[0], 0], [0, 1]], [0, 0], CONVERGED),
    "a trial without a value": (
        lambda x: [np.log(x[0]), x[1]],
        lambda x: [[1 / x[0] if x[0] > 0 else NAN, 0], [0, 1]],
        [3, 1],
        CONVERGED,
    ),
    "a start without a value": (lambda x: np.log(x), lambda x: np.diag(1 / x), [-1, 1], {Status.DIVERGED}),
    "a jacobian that jumps": (
        lambda x: [abs(x[0]) + abs(x[1] - 1) + 1, 0.1 * x[0]],
        lambda x: [[np.sign(x[0]), np.sign(x[1] - 1)], [0.1, 0]],
        [2, 3],
        {Status.STALLED, Status.STEP_LIMIT},
    ),
    "a jacobian of the wrong sign": (lambda x: x - 5, lambda x: -np.eye(2), [1, 2], {Status.STALLED}),
    "a jacobian of the wrong size": (lambda x: x - 5, lambda x: 1e5 * np.eye(2), [1, 2], {Status.STALLED}),
    "one parameter": (lambda x: (x - 3) ** 2, lambda x: [2 * (x - 3)], [0], CONVERGED),
}


@pytest.mark.parametrize("name", SQUARES)
@pytest.mark.parametrize("case", RESIDUALS)
def test_bad_residuals_end_in_their_status_and_the_best_point_is_kept(case, name):
    residuals, jacobian, start, statuses = RESIDUALS[case]
    result = run(PlainResiduals(residuals, jacobian), start, name)
    assert result.status in statuses, result.message


@pytest.mark.parametrize("name", [*ONE_AND_A_HALF, *SQUARES, "linear_conjugate_gradient", "newton_trust_region"])
def test_nothing_to_optimize_is_refused(name):
    problem = PlainResiduals(lambda x: x, lambda x: np.eye(0)) if name in SQUARES else BOWL
    with pytest.raises(ValueError, match="x0 is empty: there is nothing to optimize"):
        minimize(problem, np.zeros(0), named(name))

"""Problems with bounds and constraints: what an evaluation holds, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize

from osolgil.problems import Constrained, Function, LinearConstraint, NonlinearConstraint
from osolgil.problems.constraints import as_box
from osolgil.protocol import Layout, Needs

X0 = np.array([1.0, 2.0])
ALL = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN | Needs.CONSTRAINTS
SPHERE = Function(lambda x: x @ x)


def curve(x):
    return jnp.stack([x[0] * x[1], jnp.sin(x[0])])


def posed(constraints, bounds=None):
    with jax.enable_x64(True):
        return Constrained.of(SPHERE, X0, bounds, constraints)


def evaluated(problem, x=X0):
    with jax.enable_x64(True):
        return jax.tree.map(np.asarray, jax.jit(lambda x: problem.evaluate(x, ALL))(x))


def test_rows_come_equalities_first_with_their_jacobian_and_curvatures():
    problem = posed(
        [NonlinearConstraint(curve, [-1, 0.5], [3, 0.5]), LinearConstraint([[1, 1], [3, 4]], [2, 7], [2, 9])]
    )
    found = evaluated(problem)
    np.testing.assert_allclose(problem.bounds.targets, [0.5, 2])
    np.testing.assert_allclose(found.constraints, [np.sin(1), 3, 2, 11])
    np.testing.assert_allclose(found.jacobian, [[np.cos(1), 0], [1, 1], [2, 1], [3, 4]])
    curved = np.zeros((4, 2, 2))
    curved[0, 0, 0], curved[2] = -np.sin(1), [[0, 1], [1, 0]]
    np.testing.assert_allclose(found.curvatures, curved, atol=1e-15)
    # 3x + 4y ≤ 9 is broken by 2, x + y = 2 by 1.
    assert found.violation == pytest.approx(2)


def test_multipliers_go_back_to_the_constraints_that_they_belong_to():
    problem = posed([NonlinearConstraint(curve, [-1, 0.5], [3, 0.5]), LinearConstraint([[1, 1], [3, 4]], [2, -np.inf])])
    first, second = problem.by_constraint(np.array([10.0, 20.0, 30.0]))
    assert (first.tolist(), second.tolist()) == ([20, 10], [30, 0])


def test_linear_rows_have_no_curvatures_and_rows_without_limits_are_left_out():
    problem = posed(LinearConstraint([[1, 1], [3, 4]], -np.inf, [np.inf, 5]))
    found = evaluated(problem)
    assert found.curvatures is None
    assert found.constraints.tolist() == [11]


def test_scipys_forms_are_understood():
    ours = posed([NonlinearConstraint(curve, 0, 1), LinearConstraint([1, 2], 3, 3), NonlinearConstraint(curve, 0, 0)])
    theirs = posed(
        [
            optimize.NonlinearConstraint(curve, 0, 1),
            optimize.LinearConstraint([1, 2], 3, 3),
            {"type": "eq", "fun": lambda x, scale: scale * curve(x), "args": (1.0,)},
        ]
    )
    jax.tree.map(np.testing.assert_allclose, evaluated(ours), evaluated(theirs))
    jax.tree.map(np.testing.assert_array_equal, ours.bounds, theirs.bounds)


@pytest.mark.parametrize(
    "bounds",
    [
        [(0, 1), (None, 2)],
        ((0, 1), (-np.inf, 2)),
        np.array([[0, 1], [-np.inf, 2]]),
        (np.array([0, -np.inf]), np.array([1, 2])),
        optimize.Bounds([0, -np.inf], [1, 2]),
    ],
)
def test_bounds_are_understood_in_every_form(bounds):
    lower, upper = as_box(bounds, Layout.of(X0))
    assert (lower.tolist(), upper.tolist()) == ([0, -np.inf], [1, 2])


def test_bounds_may_be_pytrees_that_stop_above_the_leaves():
    start = {"w": np.zeros((2, 2)), "b": 0.0}
    lower, upper = as_box(({"w": 0, "b": None}, 5), Layout.of(start))
    assert lower.tolist() == [-np.inf, 0, 0, 0, 0]
    assert upper.tolist() == [5] * 5


@pytest.mark.parametrize(
    ("bounds", "constraints", "words"),
    [
        ([(1, 0), (0, 1)], (), r"x\[0\] has the lower limit 1 above its upper limit 0"),
        ([(0, 1)], (), "does not fit the 2 parameters"),
        ([(np.nan, 1), (0, 1)], (), "no numbers"),
        ([(np.inf, np.inf), (0, 1)], (), "there is no number"),
        (None, LinearConstraint([1, 1, 1], 0), "2 parameters need"),
        (None, LinearConstraint([1, np.nan], 0), "must be finite"),
        (None, LinearConstraint([1, 1], [0, 1]), "1 rows and 2 limits"),
        (None, NonlinearConstraint(curve, 2, [3, 1]), r"row 1 of constraints\[0\] has the lower limit 2"),
        (None, {"type": "le", "fun": curve}, "'eq' or 'ineq'"),
    ],
)
def test_limits_that_make_no_sense_are_refused_before_any_work(bounds, constraints, words):
    with pytest.raises(ValueError, match=words):
        posed(constraints, bounds)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [(3, "which is no constraint"), (NonlinearConstraint(lambda x: float(x[0])), "cannot trace")],
)
def test_what_is_no_constraint_is_refused(constraint, words):
    with pytest.raises(TypeError, match=words):
        posed(constraint)

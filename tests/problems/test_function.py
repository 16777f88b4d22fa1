"""Functions: what an evaluation holds."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import BlackBox, Function
from osolgil.problems.function import central_differences, raveled_gradient
from osolgil.protocol import Layout, Needs, precision

WIDE = np.dtype(np.float64)


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def test_value_gradient_and_hessian_of_rosenbrock_at_its_minimum():
    with precision(WIDE):
        known = Function(rosenbrock).evaluate(np.ones(2), Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN)
    assert float(known.value) == 0
    np.testing.assert_array_equal(known.gradient, 0)
    np.testing.assert_array_equal(known.hessian, [[802, -400], [-400, 200]])
    assert known.factor is None


def test_what_is_not_needed_is_not_there():
    known = Function(rosenbrock).evaluate(np.ones(2), Needs.VALUE)
    assert (known.gradient, known.hessian, known.factor) == (None, None, None)


def test_gradient_and_hessian_of_a_pytree_refer_to_the_flat_vector():
    point = {"b": 2.0, "w": np.array([[1.0, 2.0], [3.0, 4.0]])}
    f = Function(lambda p: p["b"] ** 2 * p["w"][1, 0] + jnp.sum(p["w"]))
    with precision(WIDE):
        known = jax.jit(lambda p: f.evaluate(p, Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN))(point)
    assert Layout.of(point).names == ("['b']", "['w'][0,0]", "['w'][0,1]", "['w'][1,0]", "['w'][1,1]")
    np.testing.assert_allclose(known.gradient, [2 * 2 * 3, 1, 1, 1 + 4, 1])
    expected = np.zeros((5, 5))
    expected[0, 0], expected[0, 3], expected[3, 0] = 6, 4, 4
    np.testing.assert_allclose(known.hessian, expected)


def test_data_are_leaves_and_the_function_is_structure():
    one, other = (Function(rosenbrock, (np.full(3, value),)) for value in (1.0, 2.0))
    assert jax.tree.structure(one) == jax.tree.structure(other)
    assert [leaf.tolist() for leaf in jax.tree.leaves(other)] == [[2, 2, 2]]
    assert jax.tree.structure(Function(np.sum)) != jax.tree.structure(Function(np.prod))


def test_prepared_casts_floating_data_and_leaves_integers_alone():
    data = (np.ones(2), np.arange(2), np.array([True, False]))
    ready = Function(rosenbrock, data).prepared(np.float32)
    assert [leaf.dtype for leaf in ready.data] == [np.float32, np.int32, np.bool_]


def test_a_problem_is_called_by_its_functions_name():
    assert Function(rosenbrock).name == BlackBox(rosenbrock).name == "rosenbrock"


def test_a_black_box_evaluates_value_and_gradient_in_the_shape_of_x():
    box = BlackBox(lambda p: float(np.sum(p["w"] ** 3)), lambda p: {"w": 3 * p["w"] ** 2})
    with precision(WIDE):
        known = box.evaluate({"w": np.array([[1.0, 2.0]])})
    assert float(known.value) == 9
    np.testing.assert_array_equal(known.gradient, [3, 12])
    assert box.evaluate({"w": np.ones((1, 2))}, Needs.VALUE).gradient is None


def test_a_black_box_without_a_gradient_calls_its_function_2n_plus_1_times():
    calls = []
    box = BlackBox(lambda x: calls.append(x) or float(x @ x))
    box.evaluate(np.arange(4.0))
    assert len(calls) == box.calls_per_evaluation(4) == 9
    assert BlackBox(np.sum, np.ones_like).calls_per_evaluation(4) == 1


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_central_differences_err_by_about_1e_minus_10(scale):
    x = scale * np.array([0.3, -0.7, 1.1])
    exact = np.cos(x / scale) / scale
    found = central_differences(lambda v: float(np.sum(np.sin(v / scale))), x)
    # Truncation h²|f‴|/6 with h = 6e-6·max(1, |x|), relative to the gradient, where f varies over lengths of `scale`.
    bound = 1e-10 + (6.1e-6 * np.maximum(1, np.abs(x)) / scale) ** 2 / 6
    assert (np.abs(found - exact) <= 3 * bound / scale + 1e-9).all()


def test_central_differences_are_exact_for_a_quadratic_but_for_rounding():
    x = np.array([3.0, -2.0])
    np.testing.assert_allclose(central_differences(lambda v: float(v @ v), x), 2 * x, rtol=1e-9)
    np.testing.assert_array_equal(x, [3, -2])


def test_a_gradient_may_lack_axes_of_length_one_and_nothing_else():
    matrix, number = Layout.of(np.zeros((2, 3))), Layout.of(0.0)
    g = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(raveled_gradient(g.tolist(), matrix), np.arange(6))
    np.testing.assert_array_equal(raveled_gradient(g[:, None], matrix), np.arange(6))
    np.testing.assert_array_equal(raveled_gradient([2.0], number), [2])
    for wrong in (g.T, g.ravel(), 1.0, None, "x"):
        with pytest.raises(ValueError, match=r"must have the shape of x, \(2, 3\)"):
            raveled_gradient(wrong, matrix)

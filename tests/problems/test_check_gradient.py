"""Is the gradient right?"""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import BlackBox, FiniteSum, Function, check_gradient

X = np.array([0.4, -1.3, 2.0])


def f(x):
    return float(np.sum(x**3) + x[0] * x[2])


def gradient(x):
    return 3 * x**2 + np.array([x[2], 0.0, x[0]])


def test_a_right_gradient_passes():
    check = check_gradient(BlackBox(f, gradient), X)
    assert check.passed
    assert (check.errors < 1e-8).all()
    assert str(check).startswith("The gradient is right: the worst coordinate, x[")


@pytest.mark.parametrize("coordinate", [0, 1, 2])
def test_a_wrong_coordinate_is_found_and_named(coordinate):
    off = np.zeros(3)
    off[coordinate] = 1e-4
    check = check_gradient(BlackBox(f, lambda x: gradient(x) + off), X)
    assert not check.passed
    assert check.worst == coordinate
    assert f"The gradient is wrong: the worst coordinate, x[{coordinate}], is " in str(check)
    assert check.errors[coordinate] == pytest.approx(1e-4 / max(1, abs(gradient(X)[coordinate])), rel=1e-3)


def test_a_gradient_that_is_not_a_number_is_the_worst_and_does_not_pass():
    check = check_gradient(BlackBox(f, lambda x: gradient(x) * np.array([1.0, np.nan, 1.1])), X)
    assert (check.worst, check.passed) == (1, False)


def test_a_gradient_may_be_given_beside_the_problem():
    assert check_gradient(lambda x: jnp.sum(x**2), X, lambda x: 2 * x).passed
    assert not check_gradient(lambda x: jnp.sum(x**2), X, lambda x: -2 * x).passed


def test_problems_of_every_kind_are_checked():
    assert check_gradient(Function(lambda p: p["a"] ** 2 * jnp.sum(p["b"])), {"a": 1.5, "b": np.ones(2)}).passed
    rows = FiniteSum(lambda x, rows: (rows - x[0]) ** 2, np.arange(5.0))
    check = check_gradient(rows, np.array([0.5]))
    assert check.passed
    np.testing.assert_allclose(check.gradient, [2 * (0.5 - 2.0)])


def test_names_are_those_of_the_parameters():
    check = check_gradient(lambda p: p["a"] + jnp.sum(p["b"]), {"a": 1.0, "b": np.ones(2)})
    assert check.names == ("['a']", "['b'][0]", "['b'][1]")


def test_a_float32_point_is_checked_in_float64():
    check = check_gradient(lambda x: jnp.sum(jnp.sin(x)), np.array([0.3, 0.4], np.float32))
    assert check.gradient.dtype == np.float64
    assert check.errors.max() < 1e-9


def test_the_tolerance_decides():
    close = BlackBox(f, lambda x: gradient(x) + 1e-4)
    assert check_gradient(close, X, tolerance=1e-3).passed
    assert not check_gradient(close, X, tolerance=1e-5).passed


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"must have the shape of x, \(3,\)"):
        check_gradient(BlackBox(f), X, lambda x: np.zeros(2))


def test_where_the_function_is_not_finite_nothing_is_called_wrong():
    found = check_gradient(lambda x: jnp.log(x[0]), [-1.0])
    assert not found.passed
    assert str(found).startswith("The gradient cannot be checked: the function is not finite around this point in x[0]")

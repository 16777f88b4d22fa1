"""What may be a start: vectors, numbers, any pytree; and what may not."""

import jax.numpy as jnp
import numpy as np
import pytest
from support.small import BOWL, DESCENT, VALLEY

from osolgil.descent import Status, Stop, minimize
from osolgil.problems import surfaces


def test_a_number_is_minimized_as_a_number():
    result = minimize(lambda x: (x - 3) ** 2, 1.0, DESCENT, record="path")
    assert result.x.shape == result.jac.shape == ()
    assert float(result.x) == pytest.approx(3, abs=1e-6)
    assert result.trace.path.shape == (len(result.trace), 1)


def test_one_parameter_is_minimized():
    result = minimize(lambda x: (x[0] - 3) ** 2, np.array([1.0]), DESCENT)
    np.testing.assert_allclose(result.x, [3], atol=1e-6)


def test_a_pytree_comes_back_in_its_own_shape():
    start = {"w": np.ones((2, 3)), "b": (0.5, np.zeros(2))}

    def f(p):
        return jnp.sum((p["w"] - np.arange(6.0).reshape(2, 3)) ** 2) + p["b"][0] ** 2 + jnp.sum((p["b"][1] - 7) ** 2)

    shapes = []
    result = minimize(f, start, DESCENT, callback=lambda snapshot: shapes.append(snapshot.x["w"].shape))
    assert result.success
    np.testing.assert_allclose(result.x["w"], np.arange(6.0).reshape(2, 3), atol=1e-5)
    np.testing.assert_allclose(result.x["b"][1], [7, 7], atol=1e-5)
    assert result.jac["w"].shape == result.best.x["w"].shape == (2, 3)
    assert result.x["b"][0].shape == ()
    assert set(shapes) == {(2, 3)}


def test_integers_are_a_start():
    np.testing.assert_allclose(minimize(BOWL, np.array([3, 4]), DESCENT).x, 0, atol=1e-5)


def test_the_start_is_not_changed():
    start = np.array([2.0, 1.0])
    minimize(BOWL, start, DESCENT)
    np.testing.assert_array_equal(start, [2, 1])


def test_a_surface_brings_its_start_and_its_exit_level():
    surface = next(s for s in map(surfaces.named, surfaces.names()) if s.exit_level is not None)
    result = minimize(surface, method="gradient_descent", record="path")
    np.testing.assert_array_equal(result.trace.path[0], surface.start)
    assert result.status is Status.UNBOUNDED
    assert result.fun < surface.exit_level


@pytest.mark.parametrize(
    ("start", "kind", "words"),
    [
        (None, ValueError, "x0 is missing"),
        ([], ValueError, "x0 is empty"),
        (np.zeros((0, 3)), ValueError, "x0 is empty"),
        ("here", TypeError, "x0 holds 'here', which is not a real number"),
        (np.array(["1", "2"]), TypeError, "not a real number"),
        (np.array([1 + 2j, 0]), TypeError, "not a real number"),
        (np.array([1.0, None]), TypeError, "not a real number"),
        (np.array([1.0, np.nan]), ValueError, r"x\[1\] = nan"),
        ({"w": np.array([[1.0, np.inf]])}, ValueError, r"\['w'\]\[0,1\] = inf"),
    ],
)
def test_a_start_that_is_none_is_refused_by_name(start, kind, words):
    with pytest.raises(kind, match=words):
        minimize(VALLEY, start, DESCENT, stop=Stop(steps=1))


@pytest.mark.parametrize("start", [[0, 0], (0.0, 0.0), [np.float64(0), 0]])
def test_a_list_of_numbers_is_a_vector(start):
    result = minimize(lambda x: jnp.sum((x - 1) ** 2), start, "sgd", stop=Stop(steps=2000))
    assert isinstance(result.x, np.ndarray)
    np.testing.assert_allclose(result.x, 1.0, atol=1e-5)


def test_a_list_of_arrays_stays_a_list():
    result = minimize(lambda p: jnp.sum(p[0] ** 2) + p[1] ** 2, [np.ones(2), 1.0], "sgd", stop=Stop(steps=1))
    assert isinstance(result.x, list)

"""Layouts: how parameters lie in the vector that a method sees."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.protocol import Geometry, Layout

PARAMETERS = {"w": np.arange(6.0).reshape(2, 3), "b": 7.0, "pair": (np.array([8.0]), np.array([9.0, 10.0]))}
LAYOUT = Layout.of(PARAMETERS)


def test_ravel_and_unravel_are_inverse():
    vector = np.asarray(LAYOUT.ravel(PARAMETERS))
    np.testing.assert_array_equal(vector, [7, 8, 9, 10, 0, 1, 2, 3, 4, 5])
    back = LAYOUT.unravel(vector)
    assert jax.tree.structure(back) == jax.tree.structure(PARAMETERS)
    for one, other in zip(jax.tree.leaves(back), jax.tree.leaves(PARAMETERS), strict=True):
        np.testing.assert_array_equal(one, other)
        assert np.shape(one) == np.shape(other)


def test_sizes_slices_names_and_leaves():
    assert LAYOUT.size == 10
    assert LAYOUT.sizes == (1, 1, 2, 6)
    assert [(part.start, part.stop) for part in LAYOUT.slices] == [(0, 1), (1, 2), (2, 4), (4, 10)]
    assert LAYOUT.leaf_of.tolist() == [0, 1, 2, 2, 3, 3, 3, 3, 3, 3]
    assert LAYOUT.names[:5] == ("['b']", "['pair'][0][0]", "['pair'][1][0]", "['pair'][1][1]", "['w'][0,0]")
    assert LAYOUT.names[-1] == "['w'][1,2]"


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        (np.zeros(2), ("x[0]", "x[1]")),
        (1.0, ("x",)),
        (np.zeros((1, 2)), ("x[0,0]", "x[0,1]")),
        ([1.0, 2.0], ("[0]", "[1]")),
    ],
)
def test_a_vector_is_called_x(parameters, names):
    assert Layout.of(parameters).names == names


def test_a_path_is_unraveled_point_by_point():
    path = np.arange(30.0).reshape(3, 10)
    found = LAYOUT.unravel(path)
    assert found["w"].shape == (3, 2, 3)
    assert found["b"].shape == (3,)
    np.testing.assert_array_equal(found["w"][1], LAYOUT.unravel(path[1])["w"])


def test_ravel_casts():
    assert LAYOUT.ravel(PARAMETERS, np.float32).dtype == np.float32


def test_a_prefix_is_expanded_to_one_number_a_coordinate():
    found = LAYOUT.expand({"w": True, "b": False, "pair": (2.0, np.array([3.0, 4.0]))}, np.float32)
    np.testing.assert_array_equal(found, [0, 2, 3, 4, 1, 1, 1, 1, 1, 1])
    np.testing.assert_array_equal(LAYOUT.expand(0.5, np.float32), np.full(10, 0.5))


def test_a_prefix_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="pair"):
        LAYOUT.expand({"w": 1.0, "b": 1.0}, np.float32)


def test_layouts_are_equal_by_shape_and_are_no_leaves():
    assert Layout.of(PARAMETERS) == LAYOUT != Layout.of(np.zeros(10))
    assert hash(Layout.of(PARAMETERS)) == hash(LAYOUT)
    assert jax.tree.leaves(Geometry(LAYOUT)) == []


def test_raveling_works_inside_programs():
    doubled = jax.jit(lambda p: LAYOUT.unravel(2 * LAYOUT.ravel(p)))(PARAMETERS)
    np.testing.assert_array_equal(doubled["w"], 2 * PARAMETERS["w"])
    assert isinstance(doubled["b"], jnp.ndarray)

"""Whatever a person hands over, as a problem."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import BlackBox, Function, as_problem, surfaces
from osolgil.protocol import pytree

X = np.ones(2)


def test_a_problem_is_itself():
    for problem in (Function(jnp.sum), BlackBox(np.sum)):
        assert as_problem(problem, X) is problem


def test_a_surface_is_its_problem():
    surface = surfaces.named("beale")
    assert as_problem(surface, surface.start) is surface.problem


def test_a_callable_is_a_function_and_always_the_same_one():
    def f(x):
        return jnp.sum(x**2)

    found = as_problem(f, X)
    assert isinstance(found, Function)
    assert found.name == "f"
    assert as_problem(f, 2 * X) is found
    assert as_problem(f, np.ones(3)) is not found
    assert as_problem(f, X.astype(np.float32)) is not found


def test_a_callable_is_traced_at_the_shape_of_the_start_without_being_evaluated():
    seen = []

    def f(p):
        seen.append((p["w"].shape, p["w"].dtype, isinstance(p["w"], jax.core.Tracer)))
        return jnp.sum(p["w"])

    as_problem(f, {"w": np.ones((2, 3))})
    assert seen == [((2, 3), np.float64, True)]


def test_a_callable_that_holds_arrays_has_them_as_leaves_and_need_not_be_hashable():
    @pytree
    class Distance:
        center: np.ndarray

        def __call__(self, x):
            return jnp.sum((x - self.center) ** 2)

    found = as_problem(Distance(np.array([1.0, 2.0])), X)
    assert [leaf.tolist() for leaf in jax.tree.leaves(found)] == [[1, 2]]

    @dataclasses.dataclass
    class Unhashable:
        factor: float

        def __call__(self, x):
            return self.factor * jnp.sum(x)

    assert isinstance(as_problem(Unhashable(2.0), X), Function)


def test_what_jax_cannot_trace_is_answered_with_the_way_out():
    def simulate(x):
        return float(np.asarray(x).sum())

    with pytest.raises(TypeError, match=r"JAX cannot trace simulate: .*BlackBox\(simulate, gradient=None\)"):
        as_problem(simulate, X)


@pytest.mark.parametrize(
    ("f", "words"), [(lambda x: x, r"\(2,\)"), (lambda x: None, "nothing"), (lambda x: (), "nothing")]
)
def test_what_is_no_scalar_is_refused(f, words):
    with pytest.raises(TypeError, match=f"returns .*{words}.*; an objective must return one scalar"):
        as_problem(f, X)


def test_what_is_no_callable_is_refused():
    with pytest.raises(TypeError, match=r"'rosenbrock' is no problem: pass a callable f\(x\)"):
        as_problem("rosenbrock", X)

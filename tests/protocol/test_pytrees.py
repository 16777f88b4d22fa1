"""Frozen dataclasses as pytrees, and callables as nodes."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.protocol import as_node, data_pytree, pytree, static
from osolgil.protocol.pytrees import StaticCallable, captured


@pytree
class Rule:
    rate: float
    flag: bool = static(default=False)


def test_fields_are_leaves_unless_they_are_static():
    assert jax.tree.leaves(Rule(0.1, flag=True)) == [0.1]
    assert jax.tree.structure(Rule(0.1)) == jax.tree.structure(Rule(0.2))
    assert jax.tree.structure(Rule(0.1)) != jax.tree.structure(Rule(0.1, flag=True))
    assert Rule(0.1) == Rule(0.1)
    assert jax.tree.map(lambda rate: 2 * rate, Rule(0.1, flag=True)) == Rule(0.2, flag=True)


def test_they_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Rule(0.1).rate = 0.2


def test_data_are_equal_only_to_themselves():
    @data_pytree
    class Data:
        rows: np.ndarray

    one = Data(np.ones(3))
    assert one == one
    assert one != Data(np.ones(3))
    assert len({one, Data(np.ones(3))}) == 2


def test_a_plain_function_is_structure():
    def f(x):
        return x + 1

    node = as_node(f)
    assert isinstance(node, StaticCallable)
    assert jax.tree.leaves(node) == []
    assert (node(1), node.__name__) == (2, "f")
    assert jax.tree.structure(node) == jax.tree.structure(as_node(f))
    assert jax.tree.structure(node) != jax.tree.structure(as_node(lambda x: x + 1))


def test_a_callable_that_is_a_pytree_keeps_its_arrays_as_leaves():
    node = as_node(jax.tree_util.Partial(jnp.add, np.ones(2)))
    assert [leaf.tolist() for leaf in jax.tree.leaves(node)] == [[1, 1]]


def test_a_node_is_a_node():
    node = as_node(np.sum)
    assert as_node(node) is node


def test_a_callable_without_a_hash_becomes_structure_too():
    @dataclasses.dataclass
    class Scale:
        factor: float

        def __call__(self, x):
            return self.factor * x

    node = as_node(Scale(3.0))
    assert node(2.0) == 6
    hash(node)


def test_what_a_function_captures_is_compared_object_by_object():
    def closing_over(value):
        return lambda x: x + value

    array = np.ones(3)
    f = closing_over(array)
    assert captured(f) == captured(f)
    assert captured(closing_over(array)) == captured(closing_over(array))
    assert captured(closing_over(array)) != captured(closing_over(np.ones(3)))
    assert captured(closing_over(2.5)) == captured(closing_over(float("2.5")))
    assert captured(closing_over(2)) != captured(closing_over(2.0))
    assert captured(closing_over(0.0)) != captured(closing_over(-0.0))
    assert hash(captured(f)) == hash(captured(f))


def test_globals_are_captured_also_by_functions_inside_and_functions_called():
    global level

    def outer(x):
        return [inner(y) for y in x]

    def inner(y):
        return y + (lambda: level)()

    level = np.zeros(1)
    before = captured(outer)
    assert captured(outer) == before
    level = np.zeros(1)
    assert captured(outer) != before


def test_functions_that_call_each_other_are_captured_once():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    assert captured(even) == captured(even)


@pytest.mark.parametrize("function", [np.sum, jnp.sum, len, functools.partial(np.add, 1), dict.fromkeys])
def test_any_callable_may_be_asked_what_it_captures(function):
    assert captured(function) == captured(function)


def test_a_name_that_is_not_bound_yet_is_no_error():
    def outer():
        def f():
            return later

        found = captured(f)
        later = 1
        return found, captured(f)

    before, after = outer()
    assert before != after

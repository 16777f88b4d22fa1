"""The filter refuses what neither the violation nor the value agrees to."""

import jax
import jax.numpy as jnp
import pytest

from osolgil.methods.interior import filter as filters


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


def improves(violation, value, slope=-1.0, step=1.0, before=0.5, value_before=1.0, small=1e-4):
    numbers = map(jnp.asarray, (violation, value, before, value_before, slope, step, small))
    return bool(filters.improves(*numbers))


def test_far_from_the_constraints_either_may_get_better():
    assert improves(0.4, 5.0)
    assert improves(5.0, 0.4)
    assert not improves(0.5, 1.0)
    assert not improves(0.6, 1.1)


def test_near_the_constraints_a_step_that_promises_much_must_keep_its_promise():
    # The violation got better, but Armijo's condition does not hold.
    assert not improves(1e-9, 1.0, before=1e-6)
    assert improves(2e-6, 0.9, before=1e-6)


def test_a_step_that_promises_little_may_restore_feasibility():
    assert improves(1e-9, 1.0, before=1e-6, slope=-1e-6)
    assert improves(1e-9, 1.0, before=1e-6, slope=1.0)


def test_within_its_rounding_no_fall_of_the_value_is_asked_for():
    assert improves(0.0, 1.0 + 1e-15, before=0.0, slope=-1e-20)
    assert not improves(0.0, 1.0 + 1e-13, before=0.0, slope=-1e-20)


def test_what_a_corner_dominates_is_refused_until_the_filter_is_emptied():
    def allows(corners, violation, value):
        return bool(filters.allows(corners, jnp.asarray(violation), jnp.asarray(value)))

    corners = filters.empty(jnp.float64, 10.0)
    assert allows(corners, 9.0, 1e9)
    assert not allows(corners, 11.0, -1e9)
    corners = filters.with_corner(corners, jnp.asarray(1.0), jnp.asarray(2.0))
    assert not allows(corners, 1.0, 2.0)
    assert not allows(corners, 3.0, 4.0)
    assert allows(corners, 0.5, 4.0)
    assert allows(corners, 3.0, 1.0)


def test_a_full_filter_forgets_the_oldest_corner_but_never_the_largest_violation():
    corners = filters.empty(jnp.float64, 10.0)
    for number in range(filters.ENTRIES):
        corners = filters.with_corner(corners, jnp.asarray(1.0 + number), jnp.asarray(0.0))
    assert not bool(filters.allows(corners, jnp.asarray(11.0), jnp.asarray(-5.0)))
    assert bool(filters.allows(corners, jnp.asarray(1.5), jnp.asarray(1.0)))
    assert not bool(filters.allows(corners, jnp.asarray(2.5), jnp.asarray(1.0)))

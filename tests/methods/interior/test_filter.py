"""The filter refuses what neither the violation nor the value agrees to."""

import jax
import jax.numpy as jnp
import pytest

from osolgil.methods.interior import filter as filters
from osolgil.methods.interior.filter import ENTRIES, Filter

judged = jax.jit(filters.improves)
asked = jax.jit(Filter.allows)
marked = jax.jit(Filter.with_corner)


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


def improves(violation, value, slope=-1.0, step=1.0, before=0.5, value_before=1.0, small=1e-4):
    numbers = map(jnp.asarray, (violation, value, before, value_before, slope, step, small))
    return bool(judged(*numbers))


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


def allows(known, violation, value):
    return bool(asked(known, violation, value))


def with_corner(known, violation, value):
    return marked(known, violation, value)


def test_what_a_corner_dominates_is_refused():
    known = Filter.empty(jnp.float64, 10.0)
    assert allows(known, 9.0, 1e9)
    assert not allows(known, 11.0, -1e9)
    known = with_corner(known, 1.0, 2.0)
    assert not allows(known, 1.0, 2.0)
    assert not allows(known, 3.0, 4.0)
    assert allows(known, 0.5, 4.0)
    assert allows(known, 3.0, 1.0)


def test_a_full_filter_forgets_the_oldest_corner_but_never_the_largest_violation():
    known = Filter.empty(jnp.float64, 10.0)
    for number in range(ENTRIES + 1):
        known = with_corner(known, 1.0 + number / 8, -number)
    assert not allows(known, 11.0, -1e9)
    # The first corner was (1, 0), the second (1.125, −1).
    assert allows(known, 1.1, 0.5)
    assert not allows(known, 1.13, -0.5)


def test_the_newest_corner_remembers_where_a_restoration_began():
    known = with_corner(with_corner(Filter.empty(jnp.float64, 10.0), 5.0, 0.0), 3.0, 1.0)
    assert float(known.entered) == pytest.approx(3.0, rel=1e-15)

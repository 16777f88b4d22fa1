"""The declared spaces cover every rule, and the inclusions claimed hold step by step."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.methods import METHODS, Rule, check, named
from osolgil.races.declared import DIMENSIONS, FIXED, UNTUNED, space_of, tuned
from osolgil.races.inclusions import INCLUSIONS

RULES = [name for name, method in METHODS.items() if issubclass(method, Rule)]


def numbers_of(name):
    fields = dataclasses.fields(METHODS[name])
    return {field.name for field in fields if not isinstance(field.default, bool)}


@pytest.mark.parametrize("name", RULES)
def test_every_hyperparameter_is_tuned_or_left_for_a_reason(name):
    numbers = numbers_of(name)
    assert set(tuned(name, "fully_tuned")) == numbers - set(FIXED) - UNTUNED.get(name, set())
    assert numbers <= set(DIMENSIONS) | set(FIXED)


@pytest.mark.parametrize("name", RULES)
def test_defaults_lie_inside_of_the_space_and_every_trial_is_allowed(name):
    space = space_of(name, "fully_tuned")
    method = named(name)
    for dimension in space.dimensions:
        default = getattr(method, dimension.name)
        assert dimension.low <= default <= dimension.high or (dimension.name, default) == ("weight_decay", 0)
    for trial in space.trials(24):
        assert space.holds(trial)
        check(named(name, **trial))


def test_the_learning_rate_covers_six_decades_and_is_the_only_one_tuned_in_its_division():
    assert DIMENSIONS["learning_rate"].length >= 6
    for name in RULES:
        assert space_of(name, "learning_rate_tuned").names == ("learning_rate",)
        assert space_of(name, "defaults").names == ()


def test_a_shared_dimension_that_is_widened_is_widened_for_everybody():
    wide = {**DIMENSIONS, "learning_rate": DIMENSIONS["learning_rate"].wider("high")}
    assert {space_of(name, "fully_tuned", wide)["learning_rate"].high for name in RULES} == {1e3}


def test_divisions_are_not_mixed_up():
    with pytest.raises(ValueError, match="bfgs finds its own steps; race it in the division self_tuning"):
        tuned("bfgs", "fully_tuned")
    with pytest.raises(ValueError, match="adam needs a learning rate"):
        tuned("adam", "self_tuning")
    with pytest.raises(ValueError, match="no division 'tuned'"):
        tuned("adam", "tuned")
    assert tuned("bfgs", "self_tuning") == ()


def steps(rule, gradients):
    x = jnp.zeros(3, jnp.float32)
    memory, taken = rule.init(x), []
    for t, gradient in enumerate(gradients, start=1):
        step, memory = rule.update(gradient, memory, x, jnp.asarray(t, jnp.float32))
        taken.append(np.asarray(step))
    return np.asarray(taken)


@pytest.mark.parametrize("inclusion", INCLUSIONS, ids=lambda found: f"{found.general} contains {found.special}")
def test_the_general_method_takes_the_steps_of_its_special_case(inclusion):
    gradients = jnp.asarray(np.random.default_rng(0).normal(size=(12, 3)), jnp.float32)
    general_space, special_space = (space_of(name, "fully_tuned") for name in (inclusion.general, inclusion.special))
    assert inclusion.holds(general_space, special_space, {}, inclusion.declared)
    for trial in special_space.trials(4):
        settings = inclusion.settings(trial)
        assert set(settings) == set(general_space.names)
        special = steps(named(inclusion.special, **trial, **inclusion.declared), gradients)
        general = steps(named(inclusion.general, **settings), gradients)
        # both compute in float32, in a different order
        assert general == pytest.approx(special, rel=2e-5, abs=1e-12)


def test_an_inclusion_does_not_hold_where_what_makes_it_is_not_searched():
    momentum = next(found for found in INCLUSIONS if found.general == "momentum")
    rates = space_of("momentum", "learning_rate_tuned"), space_of("gradient_descent", "learning_rate_tuned")
    assert not momentum.holds(*rates)
    wide = {**DIMENSIONS, "learning_rate": DIMENSIONS["learning_rate"].wider("high")}
    assert not momentum.holds(space_of("momentum", "fully_tuned"), space_of("gradient_descent", "fully_tuned", wide))


def test_an_inclusion_does_not_hold_for_other_declarations():
    adam = next(found for found in INCLUSIONS if found.general == "adam")
    spaces = space_of("adam", "fully_tuned"), space_of("rmsprop", "fully_tuned")
    assert not adam.holds(*spaces, {}, {})
    assert adam.holds(*spaces, {}, {"bias_correction": True})
    assert not adam.holds(*spaces, {}, {"bias_correction": True, "centered": True})
    assert not adam.holds(*spaces, {"bias_correction": False}, {"bias_correction": True})

import dataclasses

import pytest

from osolgil import methods
from osolgil.methods import ALIASES, METHODS, Adam, GradientDescent, Rule, canonical, family_tree, name_of, named

NAMES = {
    *("gradient_descent", "normalized_gradient_descent", "momentum", "nesterov", "adagrad_norm", "adagrad"),
    *("rmsprop", "adadelta", "adam", "amsgrad", "adamw", "adamax", "nadam", "radam", "lion", "lamb"),
}


def test_every_method_of_the_lecture_and_its_descendants_has_a_name():
    assert set(METHODS) >= NAMES | {"newton", "gauss_newton", "bfgs", "lbfgs", "conjugate_gradient", "barzilai_borwein"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *(("sgd", "gradient_descent"), ("gd", "gradient_descent"), ("Gradient descent", "gradient_descent")),
        *(("nag", "nesterov"), ("NAG", "nesterov"), ("AdamW", "adamw"), ("AdaGrad-Norm", "adagrad_norm")),
    ],
)
def test_a_name_may_be_said_in_several_ways(said, meant):
    assert canonical(said) == meant


def test_a_named_method_has_the_hyperparameters_given_and_else_its_defaults():
    assert named("adam", learning_rate=0.5) == Adam(learning_rate=0.5)
    assert named("sgd") == GradientDescent(0.01)


@pytest.mark.parametrize(
    ("name", "suggestion"), [("adm", "adam"), ("rmsporp", "rmsprop"), ("nestrov", "nesterov"), ("Ada-Max2", "adamax")]
)
def test_an_unknown_name_is_answered_with_the_nearest_one(name, suggestion):
    with pytest.raises(ValueError, match=f"no method named '{name}'; did you mean '{suggestion}'"):
        named(name)


def test_a_name_like_no_other_is_answered_with_all_names():
    with pytest.raises(ValueError, match=r"no method named 'zzz'; there are gradient_descent, .*lamb"):
        named("zzz")


def test_an_unknown_hyperparameter_is_answered_with_those_that_there_are():
    with pytest.raises(TypeError, match="momentum has no hyperparameter 'rho'; it has learning_rate, momentum, damp"):
        named("momentum", rho=0.9)


def test_a_method_without_hyperparameters_says_that_it_has_none():
    with pytest.raises(TypeError, match="newton has no hyperparameter 'learning_rate'; it has none"):
        named("newton", learning_rate=0.1)


def test_the_family_tree_has_one_root_among_the_rules_and_no_circle():
    tree = family_tree()
    assert set(tree) == set(METHODS)
    order = list(METHODS)
    for child, parents in tree.items():
        for parent, added in parents.items():
            assert order.index(parent) < order.index(child)
            assert added
    rules = {name for name, method in METHODS.items() if issubclass(method, Rule)}
    assert [name for name in rules if not tree[name]] == ["gradient_descent"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_rule_says_its_title_its_source_and_what_each_of_its_fields_is(name):
    rule = METHODS[name]
    assert rule.title
    assert any(character.isdigit() for character in rule.source)
    for part in (".. math::", "Attributes:", "Source:"):
        assert part in rule.__doc__
    attributes = rule.__doc__.split("Attributes:")[1]
    for field in dataclasses.fields(rule):
        assert f" {field.name}: " in attributes
    assert name_of(rule()) == name
    assert getattr(methods, rule.__name__) is rule


def test_aliases_lead_to_methods_and_hide_none():
    assert set(ALIASES.values()) <= set(METHODS)
    assert not set(ALIASES) & set(METHODS)

"""Every preset of `conventions` against the formula and the defaults of the library or text that it is named after.

The references are told the defaults in numbers: a preset that drifts from its library's is found out here, whether or
not the library is installed.
"""

import dataclasses
import inspect
from functools import partial

import numpy as np
import pytest
from oracles import rules, sequences
from support.replay import assert_same_moves, changing, moves

from osolgil.methods import conventions, schedules

BEFORE, AFTER = 0.02, 0.007
RATES = sequences.rates(BEFORE, AFTER)
X = sequences.points()
G = sequences.gradients()
# Papers without an ε divide 0 by 0 where all gradients so far were zero.
G[0] = np.where(G[0] == 0, 1e-3, G[0])

LIBRARIES = {name: getattr(conventions, name) for name in conventions.__all__}

REQUIRED = {
    ("torch", "nesterov"): {"momentum": 0.8},
    ("optax", "momentum"): {"momentum": 0.8},
    ("optax", "nesterov"): {"momentum": 0.8},
    ("paper", "adamw"): {"weight_decay": 0.003},
}
"""What a preset does not choose, because its library does not."""


def plain(rule, **conventions_and_defaults):
    """A reference that looks at the gradients only."""
    return lambda g, x, rates: rule(g, rates=rates, **conventions_and_defaults)


def decaying(reference, weight_decay):
    """A reference with decoupled decay ηλx."""
    return lambda g, x, rates: rules.with_decay(reference(g, x, rates), x, weight_decay=weight_decay, rates=rates)


def decaying_by_itself(reference, weight_decay, rate):
    """A reference with decay ηλx, where the rate of step t is α·η: the paper of AdamW schedules both by η."""
    return lambda g, x, rates: rules.with_decay(
        reference(g, x, rates), x, weight_decay=weight_decay, rates=rates / rate
    )


def layered(**options):
    return lambda g, x, rates: rules.lamb(
        g, x, rates=rates, beta1=0.9, beta2=0.999, leaves=[slice(0, sequences.N)], **options
    )


sgd = plain(rules.gradient_descent)
normalized = plain(rules.normalized_gradient_descent, epsilon=0.0)
heavy_ball = partial(plain, rules.momentum, dampening=0.0, first_dampened=False)
shifted = partial(plain, rules.nesterov_shifted)
adagrad = partial(plain, rules.adagrad)
adagrad_norm = partial(plain, rules.adagrad_norm, inside=False, initial=0.0)
rmsprop = partial(plain, rules.rmsprop)
adadelta = partial(plain, rules.adadelta)
adam = partial(plain, rules.adam, beta1=0.9, beta2=0.999)
amsgrad = partial(plain, rules.amsgrad, beta1=0.9, beta2=0.999)
adamax = partial(plain, rules.adamax, beta1=0.9, beta2=0.999)
nadam = partial(plain, rules.nadam, beta1=0.9, beta2=0.999)
radam = partial(plain, rules.radam, beta1=0.9, beta2=0.999)
lion = plain(rules.lion, beta1=0.9, beta2=0.99)

# Default learning rate (None where the library has none) and reference of every preset.
REFERENCES = {
    "torch": {
        "gradient_descent": (1e-3, sgd),
        "momentum": (1e-3, heavy_ball(rho=0.0, rate_inside=False)),
        "nesterov": (1e-3, shifted(rho=0.8, rate_inside=False)),
        "adagrad": (1e-2, adagrad(epsilon=1e-10, inside=False, initial=0.0)),
        "rmsprop": (1e-2, rmsprop(beta=0.99, epsilon=1e-8, inside=False)),
        "adadelta": (1.0, adadelta(rho=0.9, epsilon=1e-6)),
        "adam": (1e-3, adam(epsilon=1e-8)),
        "amsgrad": (1e-3, amsgrad(epsilon=1e-8, maximum="raw, then corrected")),
        "adamw": (1e-3, decaying(adam(epsilon=1e-8), 1e-2)),
        "adamax": (2e-3, adamax(epsilon=1e-8, epsilon_placement="inside the maximum")),
        "nadam": (2e-3, nadam(epsilon=1e-8, psi=0.004)),
        "radam": (1e-3, radam(epsilon=1e-8, threshold=5.0, epsilon_before_correction=True)),
    },
    "keras": {
        "gradient_descent": (1e-2, sgd),
        "momentum": (1e-2, heavy_ball(rho=0.0, rate_inside=True)),
        "nesterov": (1e-2, shifted(rho=0.0, rate_inside=True)),
        "adagrad": (1e-3, adagrad(epsilon=1e-7, inside=True, initial=0.1)),
        "rmsprop": (1e-3, rmsprop(beta=0.9, epsilon=1e-7, inside=True)),
        "adadelta": (1e-3, adadelta(rho=0.95, epsilon=1e-7)),
        "adam": (1e-3, adam(epsilon=1e-7, epsilon_before_correction=True)),
        "amsgrad": (1e-3, amsgrad(epsilon=1e-7, maximum="raw, then corrected", epsilon_before=True)),
        "adamw": (1e-3, decaying(adam(epsilon=1e-7, epsilon_before_correction=True), 0.004)),
        "adamax": (1e-3, adamax(epsilon=1e-7, epsilon_placement="outside")),
        "nadam": (1e-3, nadam(epsilon=1e-7, psi=1.0)),
        "lion": (1e-3, lion),
        "lamb": (1e-3, layered(epsilon=1e-7, weight_decay=0.0)),
    },
    "optax": {
        "gradient_descent": (None, sgd),
        "momentum": (None, heavy_ball(rho=0.8, rate_inside=False)),
        "nesterov": (None, shifted(rho=0.8, rate_inside=False)),
        "adagrad": (None, adagrad(epsilon=1e-7, inside=True, initial=0.1)),
        "rmsprop": (None, rmsprop(beta=0.9, epsilon=1e-8, inside=True)),
        "adadelta": (1.0, adadelta(rho=0.9, epsilon=1e-6)),
        "adam": (None, adam(epsilon=1e-8)),
        "amsgrad": (None, amsgrad(epsilon=1e-8, maximum="corrected")),
        "adamw": (None, decaying(adam(epsilon=1e-8), 1e-4)),
        "adamax": (None, adamax(epsilon=1e-8, epsilon_placement="inside the maximum")),
        "nadam": (None, nadam(epsilon=1e-8, psi=None)),
        "radam": (None, radam(epsilon=1e-8, threshold=5.0, epsilon_before_correction=False)),
        "lion": (None, decaying(lion, 1e-3)),
        "lamb": (None, layered(epsilon=1e-6, weight_decay=0.0)),
    },
    "paper": {
        "gradient_descent": (0.01, sgd),
        "normalized_gradient_descent": (0.01, normalized),
        "momentum": (0.01, heavy_ball(rho=0.9, rate_inside=False)),
        "adagrad_norm": (0.01, adagrad_norm(epsilon=0.0)),
        "adagrad": (0.01, adagrad(epsilon=1e-7, inside=False, initial=0.0)),
        "rmsprop": (1e-3, rmsprop(beta=0.9, epsilon=1e-8, inside=False)),
        "adadelta": (1.0, adadelta(rho=0.95, epsilon=1e-6)),
        "adam": (1e-3, adam(epsilon=1e-8)),
        "amsgrad": (1e-3, amsgrad(epsilon=0.0, maximum="raw", correct_first=False)),
        "adamw": (1e-3, decaying_by_itself(adam(epsilon=1e-8), 0.003, 1e-3)),
        "adamax": (2e-3, adamax(epsilon=0.0, epsilon_placement="outside")),
        "nadam": (2e-3, nadam(epsilon=1e-8, psi=0.004)),
        "radam": (1e-3, radam(epsilon=0.0, threshold=4.0, epsilon_before_correction=False)),
        "lion": (1e-4, lion),
        "lamb": (1e-3, layered(epsilon=1e-6, weight_decay=0.01)),
    },
    "lecture_part_one": {
        "gradient_descent": (0.01, sgd),
        "momentum": (0.01, heavy_ball(rho=0.9, rate_inside=False)),
        "adagrad": (0.01, adagrad(epsilon=1e-7, inside=False, initial=0.0)),
        "rmsprop": (1e-3, rmsprop(beta=0.9, epsilon=1e-7, inside=False)),
        "adam_almost": (1e-3, adam(epsilon=1e-7, bias_correction=False)),
        "adam": (1e-3, adam(epsilon=1e-7)),
    },
    "lecture_part_two": {
        "gradient_descent": (0.01, sgd),
        "normalized_gradient_descent": (0.01, normalized),
        "momentum": (0.01, heavy_ball(rho=0.9, rate_inside=False)),
        "adagrad_norm": (0.01, adagrad_norm(epsilon=1e-7)),
        "adagrad": (0.01, adagrad(epsilon=1e-8, inside=True, initial=0.0)),
        "rmsprop": (1e-3, rmsprop(beta=0.9, epsilon=1e-8, inside=True)),
        "adam": (1e-3, adam(epsilon=0.0, epsilon_root=1e-8, epsilon_before_correction=True)),
    },
}

LOOKING_AHEAD = {("paper", "nesterov")}
"""Presets whose questions depend on their answers: `test_rules_equal_oracles.py` follows them along a function."""

PRESETS = [(library, name) for library, known in REFERENCES.items() for name in known]


def made(library, name):
    """The preset with nothing said but what has to be."""
    make = getattr(LIBRARIES[library], name)
    required = dict(REQUIRED.get((library, name), {}))
    if "learning_rate" in inspect.signature(make).parameters and REFERENCES[library][name][0] is None:
        required["learning_rate"] = BEFORE
    return make(**required)


def test_every_preset_has_a_reference():
    public = {
        (library, name)
        for library, module in LIBRARIES.items()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
    }
    assert public == {*PRESETS, *LOOKING_AHEAD}


@pytest.mark.parametrize(("library", "name"), PRESETS)
def test_a_preset_equals_the_formula_and_the_defaults_of_its_library(library, name):
    default, reference = REFERENCES[library][name]
    rule = made(library, name)
    if default is not None:
        assert rule.learning_rate == default
    rule = dataclasses.replace(rule, learning_rate=changing(BEFORE, AFTER))
    expected = reference(G, X, RATES)
    if name == "lamb":
        # A leaf's move is as long as the leaf: rounding in one coordinate changes the scale of all.
        terms = np.linalg.norm(expected, axis=1, keepdims=True)
    else:
        terms = np.abs(reference(np.abs(G), np.abs(X), RATES))
    assert_same_moves(moves(rule, G, X), expected, terms)


@pytest.mark.parametrize("library", ["torch", "keras"])
def test_momentum_of_a_preset_may_be_chosen_and_its_rate_stands_where_the_library_has_it(library):
    inside = library == "keras"
    for name, reference in (
        ("momentum", heavy_ball(rho=0.7, rate_inside=inside)),
        ("nesterov", shifted(rho=0.7, rate_inside=inside)),
        ("rmsprop", rmsprop(beta=0.8, epsilon=1e-5, inside=inside, momentum=0.7, rate_inside=inside, centered=True)),
    ):
        options = {"beta": 0.8, "epsilon_root" if inside else "epsilon": 1e-5, "centered": True}
        rule = getattr(LIBRARIES[library], name)(
            learning_rate=changing(BEFORE, AFTER), momentum=0.7, **(options if name == "rmsprop" else {})
        )
        terms = np.abs(reference(np.abs(G), X, RATES))
        assert_same_moves(moves(rule, G), reference(G, X, RATES), terms)


@pytest.mark.parametrize(("library", "decoupled"), [("torch", False), ("keras", True)])
@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adam"])
def test_weight_decay_is_l2_in_torch_and_decoupled_in_keras(library, decoupled, name):
    reference = REFERENCES[library][name][1]
    rule = getattr(LIBRARIES[library], name)(learning_rate=changing(BEFORE, AFTER), weight_decay=0.05)
    if decoupled:
        reference, seen, points = decaying(reference, 0.05), G, X
    else:
        seen, points = rules.with_l2(G, X, weight_decay=0.05), X
    terms = np.abs(reference(np.abs(seen), np.abs(points), RATES))
    assert_same_moves(moves(rule, G, X), reference(seen, points, RATES), terms)


def first_step(rule, gradient):
    return abs(float(moves(rule, np.full((1, sequences.N), gradient))[0, 0]))


def test_the_first_adam_step_at_a_tiny_gradient_differs_by_140_between_two_libraries_defaults():
    torch, keras = (first_step(library.adam(), 1.26e-8) for library in (conventions.torch, conventions.keras))
    hat = first_step(conventions.keras.adam(epsilon=1e-8), 1.26e-8)
    assert torch == pytest.approx(5.6e-4, rel=0.01)
    assert hat == pytest.approx(3.8e-5, rel=0.01)
    assert keras == pytest.approx(4.0e-6, rel=0.01)
    assert torch / keras == pytest.approx(140, rel=0.01)


def test_the_second_lectures_adam_starts_with_0_30_of_the_rate_where_the_firsts_starts_with_all_of_it():
    assert first_step(conventions.lecture_part_two.adam(), 1e-3) == pytest.approx(0.30e-3, rel=0.01)
    assert first_step(conventions.lecture_part_one.adam(), 1e-3) == pytest.approx(1e-3, rel=1e-3)


def test_adagrads_first_step_is_the_rate_from_a_sum_of_zero_and_g_over_a_third_from_a_sum_of_a_tenth():
    assert first_step(conventions.torch.adagrad(learning_rate=1.0), 1e-3) == pytest.approx(1.0, rel=1e-6)
    assert first_step(conventions.torch.adagrad(learning_rate=1.0), 1e-9) == pytest.approx(0.909, abs=5e-4)
    assert first_step(conventions.keras.adagrad(learning_rate=1.0), 1e-3) == pytest.approx(1e-3 / 0.32, rel=0.02)


def test_the_paper_s_adamw_refuses_a_schedule_which_its_decay_would_not_follow():
    with pytest.raises(TypeError, match="the paper's decay does not follow a schedule"):
        conventions.paper.adamw(learning_rate=schedules.Cosine(0.1, 100), weight_decay=0.01)

"""Every rule against its NumPy reference: 200 steps, gradients from 1e-9 to 1e3, a new learning rate on the way.

What 1e-12 is relative to, and why, says `support.replay.assert_same_moves`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from oracles import rules, sequences
from support.replay import assert_same_moves, changing, moves

from osolgil.methods import (
    LAMB,
    Adadelta,
    AdaGrad,
    AdaGradNorm,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    GradientDescent,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    NormalizedGradientDescent,
    RAdam,
    RMSProp,
)
from osolgil.methods.transforms import WeightDecay
from osolgil.protocol import Evaluation, Geometry, Layout

G = sequences.gradients()
X = sequences.points()
DRAWS = 4

# Where hyperparameters are drawn from: (low, high) of the exponent u.
NUMBER = "10^u"
DECAY = "1 - 10^u"
SHARE = "u"

RHO = {"rho": (DECAY, -2, -0.3)}
EPSILON = {"epsilon": (NUMBER, -12, -3)}
BETAS = {"beta1": (DECAY, -2, -0.3), "beta2": (DECAY, -3, -0.3)}
INITIAL = {"initial": (NUMBER, -8, 0)}
SPARED = {"weight_decay": (NUMBER, -3, 0)}


@dataclass(frozen=True)
class Case:
    """A rule, made from a learning rate and what is drawn, and its reference, made from g, the rates and the same."""

    name: str
    rule: Callable[..., Any]
    reference: Callable[..., np.ndarray]
    drawn: dict[str, tuple[str, float, float]] = field(default_factory=dict)
    ill_conditioned: int = 0
    """The number of steps at the start whose move is not determined to any digits."""


def draw(case, number):
    """A learning rate, the one after the change, and what the case draws; the same ones for the same number."""
    rng = np.random.default_rng([number, *case.name.encode()])
    before = 10 ** rng.uniform(-4, 0)
    scales = {NUMBER: lambda u: 10**u, DECAY: lambda u: 1 - 10**u, SHARE: lambda u: u}
    drawn = {name: float(scales[kind](rng.uniform(low, high))) for name, (kind, low, high) in case.drawn.items()}
    return float(before), float(before * 10 ** rng.uniform(-1, 1)), drawn


def renamed(rule, **names):
    """The rule, with keyword arguments under the names that the references use."""
    return lambda rate, **drawn: rule(rate, **{names.get(name, name): value for name, value in drawn.items()})


def epsilon_inside(rule, inside):
    """The rule with what is drawn as ε on this side of the root only."""

    def made(rate, *, epsilon, **options):
        return rule(rate, epsilon=0.0 if inside else epsilon, epsilon_root=epsilon if inside else 0.0, **options)

    return made


CASES = [
    Case("gradient descent", GradientDescent, rules.gradient_descent),
    Case(
        "normalized gradient descent",
        NormalizedGradientDescent,
        partial(rules.normalized_gradient_descent, epsilon=0.0),
    ),
    Case(
        "AdaGrad-Norm",
        renamed(AdaGradNorm, initial="accumulator_init"),
        partial(rules.adagrad_norm, inside=False),
        EPSILON | INITIAL,
    ),
    Case("Adadelta", Adadelta, rules.adadelta, RHO | {"epsilon": (NUMBER, -12, -3)}),
    Case(
        "Adam without correction",
        partial(Adam, bias_correction=False),
        partial(rules.adam, bias_correction=False),
        BETAS | EPSILON | {"epsilon_root": (NUMBER, -15, -3)},
    ),
    Case("NAdam", NAdam, rules.nadam, BETAS | EPSILON | {"psi": (NUMBER, -3, 0)}),
    Case(
        "NAdam, constant momentum",
        partial(NAdam, momentum_schedule=False),
        partial(rules.nadam, psi=None),
        BETAS | EPSILON,
    ),
    Case("Lion", Lion, rules.lion, BETAS),
]
for inside in (False, True):
    where = "inside" if inside else "outside"
    CASES += [
        Case(
            f"momentum, rate {where} the velocity",
            partial(renamed(Momentum, rho="momentum"), learning_rate_inside=inside),
            partial(rules.momentum, first_dampened=False, rate_inside=inside),
            RHO | {"dampening": (SHARE, 0, 0.9)},
        ),
        Case(
            f"Nesterov, rate {where} the velocity",
            partial(renamed(Nesterov, rho="momentum"), learning_rate_inside=inside),
            partial(rules.nesterov_shifted, rate_inside=inside),
            RHO,
        ),
        Case(
            f"AdaGrad, ε {where} the root",
            renamed(epsilon_inside(AdaGrad, inside), initial="accumulator_init", rate_decay="learning_rate_decay"),
            partial(rules.adagrad, inside=inside),
            EPSILON | INITIAL | {"rate_decay": (SHARE, 0, 0.5)},
        ),
        Case(
            f"Adamax, ε {where} the maximum",
            partial(Adamax, epsilon_inside_max=inside),
            partial(rules.adamax, epsilon_placement="inside the maximum" if inside else "outside"),
            BETAS | EPSILON,
        ),
    ]
    for centered in (False, True):
        rule, reference = epsilon_inside(RMSProp, inside), partial(rules.rmsprop, inside=inside, centered=centered)
        drawn = {"beta": (DECAY, -3, -0.3)} | EPSILON | INITIAL
        name = f"{'centered ' * centered}RMSProp, ε {where} the root"
        CASES += [
            Case(name, partial(renamed(rule, initial="accumulator_init"), centered=centered), reference, drawn),
            Case(
                f"{name}, corrected",
                partial(rule, centered=centered, bias_correction=True),
                partial(reference, bias_correction=True),
                {"beta": (DECAY, -3, -0.3)} | EPSILON,
                # One gradient has no variance: what is left of g² − g² is rounding.
                ill_conditioned=1 if centered else 0,
            ),
        ]
        CASES += [
            Case(
                f"{name}, with momentum, rate {'inside' if rate_inside else 'outside'}",
                partial(renamed(rule, initial="accumulator_init"), centered=centered, learning_rate_inside=rate_inside),
                partial(reference, rate_inside=rate_inside),
                drawn | {"momentum": (DECAY, -2, -0.3)},
            )
            for rate_inside in (False, True)
        ]
for before in (False, True):
    when = "before" if before else "after"
    both = BETAS | EPSILON | {"epsilon_root": (NUMBER, -15, -3)}
    CASES += [
        Case(
            f"Adam, ε added {when} the correction",
            partial(Adam, epsilon_before_correction=before),
            partial(rules.adam, epsilon_before_correction=before),
            both,
        ),
        Case(
            f"AMSGrad, ε added {when} the correction of the largest moment",
            partial(AMSGrad, bias_correction=True, epsilon_before_correction=before),
            partial(rules.amsgrad, maximum="raw, then corrected", epsilon_before=before),
            both,
        ),
    ]
    CASES += [
        Case(
            f"RAdam, ε added {when} the correction, trusted from a length of {threshold}",
            partial(RAdam, threshold=threshold, epsilon_before_correction=before),
            partial(rules.radam, threshold=threshold, epsilon_before_correction=before),
            {"beta1": BETAS["beta1"], "beta2": (DECAY, -3, -1)} | EPSILON,
        )
        for threshold in (4.0, 5.0)
    ]
CASES += [
    Case(
        "AMSGrad, maximum of the corrected moments",
        partial(AMSGrad, bias_correction=True, maximum_after_correction=True),
        partial(rules.amsgrad, maximum="corrected"),
        BETAS | EPSILON,
    ),
    Case(
        "AMSGrad without correction",
        AMSGrad,
        partial(rules.amsgrad, maximum="raw", correct_first=False),
        BETAS | EPSILON,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_rule_equals_its_reference_for_random_hyperparameters(case):
    for number in range(DRAWS):
        before, after, drawn = draw(case, number)
        rates = sequences.rates(before, after)
        assert_same_moves(
            moves(case.rule(changing(before, after), **drawn), G),
            case.reference(G, rates=rates, **drawn),
            np.abs(case.reference(np.abs(G), rates=rates, **drawn)),
            skip=case.ill_conditioned,
        )


def test_centered_rmsprop_is_finite_where_one_gradient_has_no_variance():
    assert np.all(np.isfinite(moves(RMSProp(0.01, centered=True, bias_correction=True), G)))


def test_centered_rmsprop_is_finite_where_rounding_makes_the_variance_of_a_constant_gradient_negative():
    constant = np.tile(np.geomspace(1e-9, 1e3, 64), (300, 1))
    m = r = variance = np.zeros(64)
    for g in constant:
        m, r = 0.5 * m + 0.5 * g, 0.5 * r + 0.5 * g * g
        variance = np.minimum(variance, r - m * m)
    assert np.sum(variance < 0) > 10
    assert np.all(np.isfinite(moves(RMSProp(0.01, beta=0.5, centered=True), constant)))


@pytest.mark.parametrize("rule", [AdamW, Lion])
def test_decoupled_decay_takes_the_rate_times_lambda_of_each_weight_and_the_rest_is_the_rule_without_it(rule):
    before, after, decay = 0.03, 0.2, 0.07
    rates = sequences.rates(before, after)
    if rule is AdamW:
        reference = partial(rules.adam, rates=rates, beta1=0.8, beta2=0.95, epsilon=1e-6)
        made = AdamW(changing(before, after), beta1=0.8, beta2=0.95, epsilon=1e-6, weight_decay=decay)
    else:
        reference = partial(rules.lion, rates=rates, beta1=0.8, beta2=0.95)
        made = Lion(changing(before, after), beta1=0.8, beta2=0.95, weight_decay=decay)
    assert_same_moves(
        moves(made, G, X),
        rules.with_decay(reference(G), X, weight_decay=decay, rates=rates),
        np.abs(rules.with_decay(-np.abs(reference(np.abs(G))), np.abs(X), weight_decay=decay, rates=rates)),
    )


def test_decay_through_the_gradient_gives_the_rule_g_plus_lambda_x():
    before, after, decay = 0.03, 0.2, 0.07
    reference = partial(rules.adam, rates=sequences.rates(before, after), beta1=0.8, beta2=0.95, epsilon=1e-6)
    made = Adam(changing(before, after), beta1=0.8, beta2=0.95, epsilon=1e-6)
    seen = rules.with_l2(G, X, weight_decay=decay)
    assert_same_moves(
        moves(WeightDecay(made, weight_decay=decay, decoupled=False), G, X),
        reference(seen),
        np.abs(reference(np.abs(seen))),
    )


@pytest.mark.parametrize("leaves", [((0, 8),), ((0, 3), (3, 4), (4, 8))])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_lamb_equals_its_reference_leaf_by_leaf(leaves, decay):
    before, after = 0.03, 0.2
    slices = [slice(*ends) for ends in leaves]
    points = X.copy()
    points[10, :3] = 0  # a leaf of length zero is not scaled
    options = {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6, "weight_decay": decay}
    reference = rules.lamb(G, points, rates=sequences.rates(before, after), leaves=slices, **options)
    found = moves(LAMB(changing(before, after), **options), G, points, leaves=[b - a for a, b in leaves])
    # A leaf's move is as long as the leaf: rounding in one coordinate changes the scale of all.
    terms = np.zeros_like(G)
    for leaf in slices:
        terms[:, leaf] = np.linalg.norm(reference[:, leaf], axis=1, keepdims=True)
    assert_same_moves(found, reference, terms)


def asked_and_answered(rule, gradient_at, x0, steps):
    """What the rule asks and answers at each step, through the protocol as the loop runs it."""
    x0 = jnp.asarray(x0)
    tell = jax.jit(rule.tell)
    state = rule.start(x0, Geometry(Layout.of(x0)))
    asked, answers = [], []
    for _ in range(steps):
        x = np.asarray(state.question)
        asked.append(x)
        state = tell(state, Evaluation(value=jnp.asarray(0.0), gradient=jnp.asarray(gradient_at(x))))
        answers.append(np.asarray(state.answer))
    return np.stack(asked), np.stack(answers)


@pytest.mark.parametrize("inside", [False, True])
def test_nesterov_looking_ahead_asks_ahead_and_answers_with_the_textbooks_point(inside):
    curvatures = np.array([1e-3, 1.0, 30.0])
    x0, rho, before, after = np.array([1.0, -2.0, 3.0]), 0.9, 0.02, 0.05
    points, asked = rules.nesterov_look_ahead(
        lambda x: curvatures * x, x0, rates=sequences.rates(before, after), rho=rho, rate_inside=inside
    )
    with jax.enable_x64(True):
        rule = Nesterov(changing(before, after), momentum=rho, look_ahead=True, learning_rate_inside=inside)
        found_asked, found_points = asked_and_answered(rule, lambda x: curvatures * x, x0, len(points))
    # Differences of points near x₀ are known to the last place of x₀.
    assert found_asked == pytest.approx(asked, rel=1e-12, abs=1e-13)
    assert found_points == pytest.approx(points, rel=1e-12, abs=1e-13)


def test_both_forms_of_nesterov_ask_the_same_questions_while_the_rate_is_constant():
    curvatures = np.array([1e-3, 1.0, 30.0])
    x0 = np.array([1.0, -2.0, 3.0])
    with jax.enable_x64(True):
        (ahead, answers), (shifted, same) = (
            asked_and_answered(Nesterov(0.02, look_ahead=form), lambda x: curvatures * x, x0, 100)
            for form in (True, False)
        )
    assert ahead == pytest.approx(shifted, rel=1e-12, abs=1e-13)
    assert np.array_equal(same, shifted)
    assert np.max(np.abs(answers - ahead)) > 0.1

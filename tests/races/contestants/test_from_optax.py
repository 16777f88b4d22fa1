import pickle
import sys

import jax
import numpy as np
import pytest
from oracles import sequences
from support.race_problems import VALLEY_RACED, lane, posed
from support.replay import assert_same_moves, moves
from support.small import VALLEY, VALLEY_START

from osolgil.descent import Stop, minimize
from osolgil.methods import conventions
from osolgil.problems import BlackBox
from osolgil.races.contestants.from_optax import OptaxContestant, OptaxRule, optax_contestant
from osolgil.races.declared import DIMENSIONS
from osolgil.races.spaces import Dimension

optax = pytest.importorskip("optax", reason="optax is optional: install it to race its optimizers")

STEPS = 20
G = sequences.gradients()[:STEPS]
X = sequences.points()[:STEPS]
RATE = 0.02


def clipped(learning_rate, beta1=0.9, width=1.0, switch=0.0):
    """A chain of one's own, of which races have to say that it clips."""
    return optax.chain(optax.clip_by_global_norm(width), optax.adam(learning_rate, b1=beta1))


def without_rate(b1=0.9):
    return optax.adam(1e-3, b1=b1)


def rule(name, options=None, **settings):
    return optax_contestant(name, **options or {}).rule({"learning_rate": RATE, **settings})


PRESETS = {
    "momentum": (rule("sgd", {"momentum": 0.8}), conventions.optax.momentum(learning_rate=RATE, momentum=0.8)),
    "rmsprop": (rule("rmsprop", beta=0.8), conventions.optax.rmsprop(learning_rate=RATE, beta=0.8)),
    "adam": (
        rule("adam", beta2=0.9, epsilon=1e-5),
        conventions.optax.adam(learning_rate=RATE, beta2=0.9, epsilon=1e-5),
    ),
    "adamw": (rule("adamw", weight_decay=0.1), conventions.optax.adamw(learning_rate=RATE, weight_decay=0.1)),
    "lion": (rule("lion", beta1=0.8), conventions.optax.lion(learning_rate=RATE, beta1=0.8)),
}


@pytest.mark.parametrize("name", PRESETS)
def test_a_rule_of_optax_is_our_preset_of_the_same_hyperparameters(name):
    theirs, ours = PRESETS[name]
    terms = np.abs(moves(ours, np.abs(G), np.abs(X)))
    assert_same_moves(moves(theirs, G, X), moves(ours, G, X), terms)


def test_layers_are_seen_as_the_user_has_them():
    leaves = (2, G.shape[1] - 2)
    theirs, ours = rule("lamb"), conventions.optax.lamb(learning_rate=RATE)
    found, reference = moves(theirs, G, X, leaves=leaves), moves(ours, G, X, leaves=leaves)
    # A leaf's move is as long as the leaf: rounding in one coordinate changes the scale of all.
    assert_same_moves(found, reference, np.linalg.norm(reference, axis=1, keepdims=True))


def test_minimize_takes_it_as_any_rule():
    stop = Stop(evaluations=STEPS, optimality=0)
    theirs = minimize(VALLEY, VALLEY_START, rule("adam"), stop=stop, record="all")
    ours = minimize(VALLEY, VALLEY_START, conventions.optax.adam(learning_rate=RATE), stop=stop, record="all")
    np.testing.assert_allclose(theirs.trace.path, ours.trace.path, rtol=1e-12)
    assert theirs.nfev == ours.nfev == STEPS


def test_lanes_of_its_hyperparameters_run_as_each_would_alone():
    contestant = optax_contestant("optax.adam")
    settings = [{"learning_rate": 0.02}, {"learning_rate": 0.5}]
    outcomes = contestant.run(VALLEY_RACED, [lane(VALLEY_RACED, **each) for each in settings], STEPS)
    for outcome, each in zip(outcomes, settings, strict=True):
        ours = conventions.optax.adam(**each)
        alone = minimize(VALLEY, VALLEY_START, ours, stop=Stop(evaluations=STEPS, optimality=0), record="all")
        np.testing.assert_allclose(outcome.values, alone.trace.value, rtol=1e-11)
        assert (outcome.status, outcome.failed) == ("EVALUATION_LIMIT", False)


def test_all_divisions_share_one_program():
    contestant = optax_contestant("adam")
    tuned = [contestant.rule({"learning_rate": 1.0}), contestant.rule({"learning_rate": 1.0, "epsilon": 1e-3})]
    assert jax.tree.structure(tuned[0]) == jax.tree.structure(tuned[1])
    assert tuned[0].hyperparameters == {"learning_rate": 1.0, "b1": 0.9, "b2": 0.999, "eps": 1e-8}
    assert tuned[1].hyperparameters["eps"] == 1e-3


def test_the_space_is_that_of_everybody():
    contestant = optax_contestant("optax.adamw")
    names = ("learning_rate", "beta1", "beta2", "epsilon", "weight_decay")
    assert contestant.space("fully_tuned").dimensions == tuple(DIMENSIONS[name] for name in names)
    assert contestant.space("learning_rate_tuned").names == ("learning_rate",)
    wider = {**DIMENSIONS, "learning_rate": Dimension("learning_rate", 1e-8, 1e2, "log", widened=1)}
    assert contestant.space("learning_rate_tuned", wider)["learning_rate"].low == 1e-8


def test_what_is_set_by_hand_is_declared_and_held():
    contestant = optax_contestant("optax.sgd", momentum=0.8)
    assert contestant.declared == {"momentum": 0.8}
    assert contestant.space("fully_tuned").names == ("learning_rate",)
    assert contestant.rule({"learning_rate": 1.0}).options == (("momentum", 0.8),)


def test_without_a_default_learning_rate_there_are_no_defaults():
    contestant = optax_contestant("adam")
    assert not contestant.enters("defaults")
    assert contestant.enters("learning_rate_tuned")
    assert contestant.enters("fully_tuned")
    assert not contestant.enters("self_tuning")
    with pytest.raises(ValueError, match=r"optax\.adam has no default learning rate, and so no defaults to race by"):
        contestant.space("defaults")


def test_a_learning_rate_by_default_or_by_hand_enters_the_defaults():
    by_default, by_hand = optax_contestant("adadelta"), optax_contestant("adam", learning_rate=0.1)
    assert by_default.enters("defaults")
    assert by_default.space("defaults").dimensions == ()
    assert "learning_rate" not in by_default.rule({}).hyperparameters
    assert by_hand.enters("defaults")
    assert not by_hand.enters("learning_rate_tuned")


def test_a_chain_of_ones_own_is_tuned_by_our_names_and_says_what_it_is_made_of():
    contestant = OptaxContestant("mine", clipped, {"width": 0.5})
    assert contestant.layers[:2] == ["clip_by_global_norm", "scale_by_adam"]
    assert contestant.method == f"{__name__}.clipped"
    assert contestant.declared == {"width": 0.5}
    # What is off by default stays off, and what has a name of its own is not known to races.
    assert contestant.space("fully_tuned").names == ("learning_rate", "beta1")
    found = contestant.rule({"learning_rate": 1.0, "beta1": 0.5})
    assert (found.hyperparameters, found.options) == ({"learning_rate": 1.0, "beta1": 0.5}, (("width", 0.5),))


def test_what_optax_itself_made_has_its_name_alone():
    assert optax_contestant("adafactor").layers == ["adafactor"]


def test_it_travels_by_pickle():
    travelled = pickle.loads(pickle.dumps(optax_contestant("optax.adamw", nesterov=True)))
    assert (travelled.name, travelled.method, travelled.declared) == ("optax.adamw", "optax.adamw", {"nesterov": True})


def test_what_cannot_travel_is_refused():
    with pytest.raises(ValueError, match=r"cannot travel to other processes: .* top level of a module"):
        OptaxContestant("mine", lambda learning_rate: optax.sgd(learning_rate))


def test_what_has_no_learning_rate_or_needs_more_than_gradients_is_refused():
    with pytest.raises(ValueError, match=r"mine: without_rate has no argument learning_rate"):
        OptaxContestant("mine", without_rate)
    with pytest.raises(
        ValueError, match=r"optax\.lbfgs cannot race as a rule, which is told gradients and nothing else"
    ):
        optax_contestant("optax.lbfgs")


def test_unknown_names_and_arguments_are_refused():
    with pytest.raises(ValueError, match=r"'optax\.adamww'; did you mean 'optax\.adamw'\?"):
        optax_contestant("optax.adamww")
    with pytest.raises(TypeError, match=r"optax\.adam: adam has no argument 'beta1'; it has learning_rate, b1, b2"):
        optax_contestant("optax.adam", beta1=0.5)


def test_a_hyperparameter_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="OptaxRule: learning_rate must be a finite number, but it is nan"):
        minimize(VALLEY, VALLEY_START, OptaxRule({"learning_rate": np.nan}, optax.sgd))


def test_a_problem_that_cannot_be_compiled_is_refused():
    with pytest.raises(ValueError, match=r"optax\.adam races in lanes of one compiled program, which cannot look into"):
        optax_contestant("adam").check(posed(BlackBox(np.sum)))


def test_without_optax_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "optax", None)
    with pytest.raises(
        ModuleNotFoundError, match=r"optax is not installed, and optax\.adam .* pip install 'osolgil\[pe"
    ):
        optax_contestant("optax.adam")

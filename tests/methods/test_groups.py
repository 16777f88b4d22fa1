"""Learning rates by group: each part of the parameters goes as it would alone."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.every_rule import variants

from osolgil.descent import Stop, minimize, minimize_lanes
from osolgil.explain import explain, step_of
from osolgil.methods import (
    Adam,
    AdamW,
    ClipByNorm,
    Constant,
    Cosine,
    GradientDescent,
    InverseTime,
    NormalizedGradientDescent,
    PolyakAveraging,
    Step,
    WeightDecay,
    check,
    conventions,
    per_coordinate,
)
from osolgil.protocol import Evaluation, Geometry, Layout

PARTS = {"hidden": {"w": np.array([1.0, -2.0, 0.5]), "b": np.array(0.3)}, "out": np.array([[0.7, -0.1]])}
HIDDEN, OUT = slice(0, 4), slice(4, 6)  # "b" and "w", then "out"
LAYOUT = Layout.of(PARTS)
X0 = LAYOUT.flat(PARTS)
GRADIENTS = np.random.default_rng(5).normal(size=(6, 6)) * np.logspace(0, -3, 6)

SHARED = ("normalized_gradient_descent", "adagrad_norm", "fista")
"""Rules that divide by one length for all parameters, or restart all of them: their parts cannot go apart."""

SEPARABLE = {name: rule for name, rule in variants() if name.split("-")[0] not in SHARED}


@pytest.fixture(autouse=True)
def _float64():
    with jax.enable_x64(True):
        yield


def walked(rule, x0, gradients, layout):
    """The answers after each gradient."""
    state = rule.start(jnp.asarray(x0), Geometry(layout))
    answers = []
    for gradient in gradients:
        state = rule.tell(state, Evaluation(jnp.zeros(()), jnp.asarray(gradient)))
        answers.append(np.asarray(state.question if not rule.answers_elsewhere else state.answer))
    return np.array(answers)


def with_rate(rule, rate):
    if hasattr(rule, "rule"):
        return dataclasses.replace(rule, rule=with_rate(rule.rule, rate))
    return dataclasses.replace(rule, learning_rate=rate)


def assert_parts_go_apart(rule, hidden, out):
    spread = per_coordinate(with_rate(rule, {"hidden": hidden, "out": out}), LAYOUT)
    together = walked(spread, X0, GRADIENTS, LAYOUT)
    for name, part, rate in (("hidden", HIDDEN, hidden), ("out", OUT, out)):
        alone = walked(with_rate(rule, rate), X0[part], GRADIENTS[:, part], Layout.of(PARTS[name]))
        np.testing.assert_allclose(together[:, part], alone, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", SEPARABLE)
def test_each_group_goes_as_it_would_alone(name):
    assert_parts_go_apart(SEPARABLE[name], 0.03, 0.2)


@pytest.mark.parametrize(
    ("hidden", "out"),
    [(Cosine(0.1, over=4), 0.2), (Step(0.3, every=2), InverseTime(0.1)), (0.05, Constant(0.01))],
    ids=["one schedule", "two schedules", "a constant"],
)
def test_a_group_may_have_a_schedule(hidden, out):
    assert_parts_go_apart(Adam(), hidden, out)


@pytest.mark.parametrize(
    "rule",
    [WeightDecay(Adam(), 0.3), PolyakAveraging(Adam()), conventions.keras.adam(), conventions.torch.radam()],
    ids=["decay", "average", "keras", "torch"],
)
def test_rules_inside_transforms_and_presets_go_by_group(rule):
    assert_parts_go_apart(rule, 0.03, 0.2)


def test_a_length_divided_out_is_that_of_all_groups():
    rule = per_coordinate(NormalizedGradientDescent({"hidden": 0.1, "out": 1.0}), LAYOUT)
    step = walked(rule, X0, GRADIENTS[:1], LAYOUT)[0] - X0
    rates = np.array([0.1] * 4 + [1.0] * 2)
    np.testing.assert_allclose(step, -rates * GRADIENTS[0] / np.linalg.norm(GRADIENTS[0]), rtol=1e-12)


def test_a_rate_may_be_given_for_every_coordinate_of_a_leaf():
    rates = {"hidden": {"w": np.array([0.1, 0.2, 0.3]), "b": 0.5}, "out": 0.7}
    rule = per_coordinate(GradientDescent(rates), LAYOUT)
    step = walked(rule, X0, GRADIENTS[:1], LAYOUT)[0] - X0
    np.testing.assert_allclose(step, -np.array([0.5, 0.1, 0.2, 0.3, 0.7, 0.7]) * GRADIENTS[0], rtol=1e-12)


def test_a_method_with_one_rate_stays_the_same_object():
    for method in (Adam(0.1), Adam(Cosine(0.1)), ClipByNorm(Adam(0.1))):
        assert per_coordinate(method, LAYOUT) is method


def bowl(p):
    return jnp.sum(p["a"] ** 2) + 3 * jnp.sum(p["b"] ** 2)


BOWL_START = {"a": np.array([1.0, -2.0]), "b": np.array([0.5])}


def test_a_run_by_group_is_two_runs_of_their_own():
    options = {"stop": Stop(steps=20), "record": "path"}
    joint = minimize(bowl, BOWL_START, AdamW({"a": 0.1, "b": 0.02}), **options)
    for name, rate, columns, factor in (("a", 0.1, slice(0, 2), 1.0), ("b", 0.02, slice(2, 3), 3.0)):
        alone = minimize(lambda x, c=factor: c * jnp.sum(x**2), BOWL_START[name], AdamW(rate), **options)
        np.testing.assert_allclose(joint.trace.path[:, columns], alone.trace.path, rtol=1e-12)
    assert joint.method == AdamW({"a": 0.1, "b": 0.02})


def test_lanes_sweep_the_rates_of_groups():
    methods = [GradientDescent({"a": rate, "b": Cosine(rate, over=10)}) for rate in (0.01, 0.1)]
    lanes = minimize_lanes(bowl, BOWL_START, methods, stop=Stop(steps=10), record="path")
    for lane, method in zip(lanes, methods, strict=True):
        single = minimize(bowl, BOWL_START, method, stop=Stop(steps=10), record="path")
        np.testing.assert_allclose(lane.trace.path, single.trace.path, rtol=1e-12)
    assert not np.array_equal(lanes[0].x["a"], lanes[1].x["a"])


def test_other_rates_of_the_same_groups_do_not_compile_again():
    minimize(bowl, BOWL_START, Adam({"a": 0.1, "b": 0.02}), stop=Stop(steps=5))
    assert minimize(bowl, BOWL_START, Adam({"a": 0.3, "b": 0.2}), stop=Stop(steps=5)).compile_seconds == 0


def test_rates_by_group_can_be_explained():
    rule = GradientDescent([0.1, 0.01])
    assert [line.text for line in explain(rule).equations] == ["x_{t+1} = x_t − α g_t"]
    with pytest.raises(ValueError, match="do not fit the parameters"):
        step_of(rule, lambda x: jnp.sum(x**2), [1.0, 2.0])


def test_a_step_with_a_rate_for_each_coordinate_shows_them():
    rule = GradientDescent(np.array([0.1, 0.01]))
    step = step_of(rule, lambda x: jnp.sum(x**2), [1.0, 2.0])
    assert step.equations == ("x_{t+1} = [1, 2] − [0.1, 0.01]·[2, 4] = [0.8, 1.96]",)


@pytest.mark.parametrize(
    ("rates", "error", "words"),
    [
        ({"a": -1.0, "b": 0.1}, ValueError, r"Adam: learning_rate['a'] must be a finite number > 0, but it is -1"),
        ({"a": 0.1, "b": {"c": 0.0}}, ValueError, r"learning_rate['b']['c'] must be a finite number > 0, but it is 0"),
        ({"a": Cosine(-0.1), "b": 0.1}, ValueError, "Cosine: initial must be a finite number > 0, but it is -0.1"),
        ({"a": "fast", "b": 0.1}, TypeError, r"learning_rate['a'] must be a number, but it is 'fast'"),
        ({}, TypeError, "learning_rate must be a number"),
        (
            {"a": np.array([0.1, -0.2]), "b": 0.1},
            ValueError,
            r"learning_rate['a'] must be a finite number > 0, but it is -0.2 at index 1",
        ),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused_by_its_place(rates, error, words):
    with pytest.raises(error) as refused:
        check(ClipByNorm(Adam(rates)))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "rates", [{"a": 0.1}, {"a": 0.1, "b": 0.1, "c": 0.1}, {"a": {"w": 0.1}, "b": 0.1}, {"a": np.ones(3), "b": 0.1}]
)
def test_rates_that_do_not_fit_the_parameters_are_refused(rates):
    with pytest.raises(ValueError, match=r"Adam: the learning rates .* do not fit the parameters; give one for every"):
        minimize(bowl, BOWL_START, ClipByNorm(Adam(rates)))


def test_rates_by_group_in_a_loop_of_ones_own_are_refused_until_they_are_spread():
    rule = Adam({"hidden": 0.1, "out": 0.2})
    with pytest.raises(TypeError, match="spread them over the parameters first"):
        walked(rule, X0, GRADIENTS, LAYOUT)

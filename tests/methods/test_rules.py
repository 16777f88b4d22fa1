"""What holds for every rule: lanes, precision, layouts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.every_rule import RULES, variants

from osolgil.methods import (
    LAMB,
    AdaGrad,
    Adam,
    ClipByNorm,
    Cosine,
    GradientNoise,
    PolyakAveraging,
    RMSProp,
    Rule,
    WeightDecay,
    named,
)
from osolgil.protocol import Evaluation, Geometry, Layout, Status

LEAVES = {"b": np.zeros(2), "w": np.zeros((2, 2))}
GEOMETRY = Geometry(Layout.of(LEAVES))
WRAPPED = GradientNoise(PolyakAveraging(WeightDecay(ClipByNorm(Adam(Cosine(0.1))), mask={"w": True, "b": False})))
ALL = [*variants(), ("transforms", WRAPPED)]
RICHEST = [*{name.partition("-")[0]: (name, rule) for name, rule in variants()}.values(), ("transforms", WRAPPED)]
"""Of every rule the one with most switches on, that is, with most to remember."""


def told(rule, x0, gradients):
    state = rule.start(x0, GEOMETRY)
    for gradient in gradients:
        state = rule.tell(state, Evaluation(jnp.ones((), x0.dtype), gradient))
    return state


@pytest.mark.parametrize("rule", [rule for _, rule in RICHEST], ids=[name for name, _ in RICHEST])
def test_lanes_of_a_rule_are_the_single_runs(rule):
    def moved(rule, x, gradient):
        return rule.update(gradient, rule.remember(x, GEOMETRY), x, jnp.asarray(3.0))

    # not compiled as a whole, so that rules share the operations that they have in common
    with jax.enable_x64(True):
        factors = np.array([1.0, 0.5])
        x, gradient = jnp.linspace(-1.0, 2.0, 6), jnp.asarray([1.0, -2.0, 0.5, 0.0, 3.0, 1e-6])
        lanes = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf, np.float64) * factors), rule)
        together = jax.tree.map(np.asarray, jax.vmap(moved, (0, None, None))(lanes, x, gradient))
        for lane, factor in enumerate(factors):
            alone = moved(jax.tree.map(lambda leaf, f=factor: np.asarray(leaf, np.float64) * f, rule), x, gradient)
            jax.tree.map(
                lambda one, all_, i=lane: np.testing.assert_allclose(all_[i], one, rtol=1e-13, atol=1e-15),
                alone,
                together,
            )


@pytest.mark.parametrize("rule", [rule for _, rule in ALL], ids=[name for name, _ in ALL])
def test_float32_stays_float32_beside_float64(rule):
    with jax.enable_x64(True):
        x0 = jnp.ones(6, jnp.float32)
        before = jax.tree.map(lambda leaf: leaf.dtype, rule.start(x0, GEOMETRY))
        after = jax.tree.map(lambda leaf: leaf.dtype, told(rule, x0, jnp.ones((1, 6), jnp.float32)))
    assert before == after
    assert all(dtype != np.float64 for dtype in jax.tree.leaves(after))


def test_a_rules_state_says_what_it_was_told():
    with jax.enable_x64(True):
        x0 = jnp.asarray([3.0, 4.0])
        rule = named("gradient_descent", learning_rate=0.5)
        state = rule.start(x0, Geometry(Layout.of(x0)))
        assert (np.asarray(state.question) == [3, 4]).all()
        state = rule.tell(state, Evaluation(jnp.asarray(12.5), jnp.asarray([6.0, -8.0])))
    state = jax.tree.map(np.asarray, state)
    assert (state.question == [0, 8]).all()
    assert (state.answer == [3, 4]).all()
    assert state.optimality == 8
    assert state.step_size == 5
    assert state.t == 1
    assert state.status == Status.RUNNING


@pytest.mark.parametrize(("value", "gradient"), [(np.nan, 1.0), (np.inf, 1.0), (1.0, np.nan), (1.0, np.inf)])
def test_a_rule_that_is_told_no_number_ends_as_diverged(value, gradient):
    rule = Adam()
    state = rule.start(jnp.ones(2), Geometry(Layout.of(np.ones(2))))
    told_so = rule.tell(state, Evaluation(jnp.asarray(value), jnp.asarray([gradient, 1.0])))
    assert told_so.status == Status.DIVERGED


def test_an_average_that_forgets_weighs_a_gradient_k_steps_old_by_one_less_beta_times_beta_to_the_k():
    beta, steps = 0.9, 30
    with jax.enable_x64(True):
        rule = RMSProp(beta=beta, accumulator_init=1.0)
        x = jnp.zeros(steps)
        memory = rule.init(x)
        # coordinate i has a gradient of 1 in step i + 1 and none else
        for t, gradient in enumerate(jnp.eye(steps), start=1):
            _, memory = rule.update(gradient, memory, x, jnp.asarray(float(t)))
    age = np.arange(steps)[::-1]
    np.testing.assert_allclose(memory.r, (1 - beta) * beta**age + beta**steps, rtol=1e-13)


def test_adagrad_remembers_every_gradient_alike():
    with jax.enable_x64(True):
        rule, x = AdaGrad(accumulator_init=0.25), jnp.zeros(4)
        memory = rule.init(x)
        for t, gradient in enumerate(jnp.eye(4) * 3, start=1):
            _, memory = rule.update(gradient, memory, x, jnp.asarray(float(t)))
    assert (np.asarray(memory.r) == 9.25).all()


def test_lamb_moves_every_layer_by_the_rate_times_the_layers_length():
    with jax.enable_x64(True):
        x0 = jnp.asarray([3.0, 4.0, 0.1, 0.1, 0.1, 0.1])
        gradient = jnp.asarray([1e3, 1e-2, 5.0, -5.0, 1.0, 2.0])
        step = np.asarray(told(LAMB(0.01, weight_decay=0.0), x0, [gradient]).question - x0)
    np.testing.assert_allclose(np.linalg.norm(step[:2]), 0.01 * 5, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(step[2:]), 0.01 * 0.2, rtol=1e-12)


def test_lamb_takes_a_plain_step_in_a_layer_that_is_zero_and_none_where_nothing_pulls():
    with jax.enable_x64(True):
        x0 = jnp.asarray([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
        gradient = jnp.asarray([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
        state = told(LAMB(0.01, epsilon=0.0, weight_decay=0.0), x0, [gradient + 1e-300])
        np.testing.assert_allclose(state.question[:2], -0.01, rtol=1e-12)
        still = told(LAMB(0.01, weight_decay=0.0), x0, [0 * gradient])
    assert (np.asarray(still.question) == np.asarray(x0)).all()
    assert (np.asarray(still.memory.trust) == 1).all()


def test_lamb_knows_its_layers_inside_a_compiled_loop_over_lanes():
    def final(rule, gradients):
        def body(carry):
            t, state = carry
            return t + 1, rule.tell(state, Evaluation(jnp.ones(()), gradients[t]))

        start = (0, rule.start(jnp.linspace(1.0, 2.0, 6), GEOMETRY))
        return jax.lax.while_loop(lambda carry: carry[0] < 5, body, start)[1].question

    with jax.enable_x64(True):
        gradients = jnp.asarray(np.random.default_rng(3).normal(size=(5, 6)))
        rates = jnp.asarray([0.1, 0.01])
        lanes = jax.jit(jax.vmap(lambda rate: final(LAMB(rate), gradients)))(rates)
        for rate, lane in zip(rates, lanes, strict=True):
            alone = told(LAMB(rate), jnp.linspace(1.0, 2.0, 6), gradients)
            np.testing.assert_allclose(lane, alone.question, rtol=1e-13)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_a_frozen_pytree_that_comes_back_from_its_leaves(name):
    rule: Rule = RULES[name]()
    leaves, structure = jax.tree.flatten(rule)
    assert jax.tree.unflatten(structure, leaves) == rule
    assert len(leaves) >= 1
    with pytest.raises(AttributeError):
        rule.learning_rate = 1.0

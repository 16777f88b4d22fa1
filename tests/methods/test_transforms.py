import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.methods import (
    Adam,
    AdamW,
    ClipByNorm,
    ClipByValue,
    Cosine,
    GradientDescent,
    GradientNoise,
    Momentum,
    Nesterov,
    PolyakAveraging,
    WeightDecay,
)
from osolgil.protocol import Evaluation, Geometry, Layout

SGD = GradientDescent(1.0)


@pytest.fixture(autouse=True)
def _float64():
    with jax.enable_x64(True):
        yield


def first_step(rule, gradient, x=None):
    gradient = jnp.asarray(gradient)
    x = jnp.zeros_like(gradient) if x is None else jnp.asarray(x)
    return np.asarray(rule.update(gradient, rule.init(x), x, jnp.ones((), x.dtype))[0])


def run(rule, x0, gradients, parameters=None):
    """The questions after each of the gradients, and the last state."""
    x0 = jnp.asarray(x0)
    state = rule.start(x0, Geometry(Layout.of(x0 if parameters is None else parameters)))
    questions = []
    for gradient in gradients:
        state = rule.tell(state, Evaluation(jnp.zeros(()), jnp.asarray(gradient)))
        questions.append(np.asarray(state.question))
    return np.array(questions), state


def test_clipping_by_norm_shortens_a_long_gradient_and_keeps_its_direction():
    np.testing.assert_allclose(first_step(ClipByNorm(SGD, 1.0), [3.0, 4.0]), [-0.6, -0.8], rtol=1e-15)


def test_clipping_by_norm_leaves_a_short_gradient_bit_for_bit_and_a_zero_one_zero():
    assert (first_step(ClipByNorm(SGD, 5.1), [3.0, 4.0]) == [-3, -4]).all()
    assert (first_step(ClipByNorm(SGD, 1.0), [0.0, 0.0]) == 0).all()


def test_clipping_by_norm_tames_a_gradient_whose_square_overflows():
    huge = np.array([3e30, 4e30], np.float32)
    found = first_step(ClipByNorm(SGD, 1.0), huge)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [-0.6, -0.8], rtol=1e-6)


def test_clipping_by_value_cuts_each_coordinate():
    assert (first_step(ClipByValue(SGD, 1.0), [-3.0, 0.5, 4.0]) == [1, -0.5, -1]).all()


def test_decoupled_decay_of_adam_is_adamw():
    gradients = np.random.default_rng(0).normal(size=(20, 2))
    rate = Cosine(0.1, over=15)
    apart, _ = run(WeightDecay(Adam(rate), 0.2), np.ones(2), gradients)
    together, _ = run(AdamW(rate, weight_decay=0.2), np.ones(2), gradients)
    np.testing.assert_allclose(apart, together, rtol=1e-13)


def test_both_kinds_of_decay_are_one_for_gradient_descent_and_two_for_adam():
    x, gradient = [2.0, -1.0], [0.5, 0.1]

    def steps(rule):
        return [first_step(WeightDecay(rule, 0.3, decoupled=decoupled), gradient, x) for decoupled in (True, False)]

    decoupled, l2 = steps(GradientDescent(0.1))
    np.testing.assert_allclose(decoupled, l2, rtol=1e-15)
    np.testing.assert_allclose(decoupled, [-0.1 * (0.5 + 0.6), -0.1 * (0.1 - 0.3)], rtol=1e-15)
    decoupled, l2 = steps(Adam(0.1))
    np.testing.assert_allclose(decoupled, [-0.1 - 0.06, -0.1 + 0.03], rtol=1e-6)
    np.testing.assert_allclose(l2, [-0.1, 0.1], rtol=1e-6)


@pytest.mark.parametrize("decoupled", [True, False])
def test_a_mask_names_the_parameters_that_decay(decoupled):
    parameters = {"b": np.ones(2), "w": np.ones((2, 2))}
    rule = WeightDecay(GradientDescent(0.1), 0.5, mask={"w": True, "b": False}, decoupled=decoupled)
    (question,), _ = run(rule, np.ones(6), np.zeros((1, 6)), parameters)
    np.testing.assert_allclose(question, [1, 1, 0.95, 0.95, 0.95, 0.95], rtol=1e-15)


def test_a_mask_may_be_swept_and_weigh():
    rule = WeightDecay(GradientDescent(1.0), 1.0, mask=jnp.asarray([0.0, 0.5]))
    np.testing.assert_allclose(first_step(rule, [0.0, 0.0], [1.0, 1.0]), [0, -0.5], rtol=1e-15)


def test_a_mask_that_does_not_fit_is_refused_with_one_that_does():
    rule = WeightDecay(SGD, mask={"v": True})
    with pytest.raises(ValueError, match=r"the mask \{'v': True\} does not fit .* such as \{'b': True, 'w': True\}"):
        rule.remember(jnp.ones(2), Geometry(Layout.of({"b": 1.0, "w": 1.0})))


def test_decay_beside_a_rule_with_a_point_of_its_own_is_refused():
    for rule in (Nesterov(look_ahead=True), PolyakAveraging(SGD)):
        with pytest.raises(ValueError, match="keeps a point of its own that would not decay"):
            WeightDecay(rule).init(jnp.ones(2))


def test_noise_has_the_variance_of_its_formula_and_fades():
    rule = GradientNoise(SGD, variance=0.09, gamma=0.5, seed=1)
    n = 20_000
    memory = rule.init(jnp.zeros(n))
    for t, variance in ((1.0, 0.09), (16.0, 0.0225)):
        noise = np.asarray(rule.update(jnp.zeros(n), memory, jnp.zeros(n), jnp.asarray(t))[0])
        # the standard error of a variance is about √(2/n) of it: 1 %; five of them
        np.testing.assert_allclose(noise.var(), variance, rtol=0.05)
        assert abs(noise.mean()) < 5 * np.sqrt(variance / n)


def test_noise_is_new_at_every_step_and_the_same_for_the_same_seed():
    def moves(seed):
        return np.diff(run(GradientNoise(SGD, seed=seed), np.zeros(2), np.zeros((3, 2)))[0], axis=0)

    assert (moves(1) == moves(1)).all()
    assert (moves(1) != moves(2)).all()
    assert len(np.unique(moves(1))) == 4


def test_averaging_answers_with_the_mean_of_the_points_and_asks_as_the_rule_does():
    gradients = np.random.default_rng(0).normal(size=(12, 2))
    plain, _ = run(Momentum(0.1), np.ones(2), gradients)
    averaged, state = run(PolyakAveraging(Momentum(0.1)), np.ones(2), gradients)
    assert (averaged == plain).all()
    np.testing.assert_allclose(state.answer, plain.mean(axis=0), rtol=1e-13)
    _, state = run(PolyakAveraging(Momentum(0.1), burn_in=5), np.ones(2), gradients)
    np.testing.assert_allclose(state.answer, plain[5:].mean(axis=0), rtol=1e-13)


def test_averaging_before_its_burn_in_ends_answers_with_the_newest_point():
    questions, state = run(PolyakAveraging(SGD, burn_in=9), np.ones(2), np.ones((4, 2)))
    assert (state.answer == questions[-1]).all()


def test_averaging_by_decay_weighs_exponentially_without_bias():
    beta, steps = 0.7, 12
    gradients = np.random.default_rng(0).normal(size=(steps, 2))
    points, state = run(PolyakAveraging(SGD, decay=beta), np.ones(2), gradients)
    weights = (1 - beta) * beta ** np.arange(steps)[::-1] / (1 - beta**steps)
    np.testing.assert_allclose(weights.sum(), 1, rtol=1e-14)
    np.testing.assert_allclose(state.answer, weights @ points, rtol=1e-13)


def test_averaging_a_look_ahead_averages_the_points_and_not_the_questions():
    gradients = np.random.default_rng(0).normal(size=(6, 2))
    rule = Nesterov(0.1, look_ahead=True)
    points = [np.asarray(run(rule, np.ones(2), gradients[:t])[1].answer) for t in range(1, 7)]
    _, state = run(PolyakAveraging(rule), np.ones(2), gradients)
    np.testing.assert_allclose(state.answer, np.mean(points, axis=0), rtol=1e-13)


def test_transforms_nest_and_what_is_inside_shows_through():
    gradients = 10 * np.random.default_rng(0).normal(size=(8, 2))
    averaging = PolyakAveraging(ClipByNorm(Momentum(0.1), 1.0))
    outside = ClipByNorm(PolyakAveraging(Momentum(0.1)), 1.0)
    (asked, one), (asked_too, other) = (run(rule, np.ones(2), gradients) for rule in (averaging, outside))
    assert (asked == asked_too).all()
    assert (np.asarray(one.answer) == np.asarray(other.answer)).all()
    assert averaging.answers_elsewhere
    assert outside.answers_elsewhere
    assert not ClipByNorm(Momentum()).answers_elsewhere
    assert ClipByNorm(Nesterov(look_ahead=True)).answers_elsewhere
    assert averaging.samples
    assert averaging.learning_rate == 0.1


def test_the_order_of_nesting_is_the_order_of_the_formulas():
    clipped_first = ClipByNorm(WeightDecay(SGD, 1.0, decoupled=False), 1.0)
    decayed_first = WeightDecay(ClipByNorm(SGD, 1.0), 1.0, decoupled=False)
    assert (first_step(clipped_first, [2.0], [3.0]) == [-4]).all()
    assert (first_step(decayed_first, [2.0], [3.0]) == [-1]).all()

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.methods import (
    Adam,
    Constant,
    Cosine,
    Exponential,
    GradientDescent,
    InverseTime,
    Joined,
    Piecewise,
    Polynomial,
    Step,
    WarmUp,
)
from osolgil.methods.schedules import at

ROOT_HALF = 0.7071067811865476

HAND_COMPUTED = [
    (Constant(0.3), {1: 0.3, 1000: 0.3}),
    (Step(1.0, 0.5, every=10), {1: 1, 10: 1, 11: 0.5, 20: 0.5, 21: 0.25}),
    (Piecewise((3.0, 5.0), (1.0, 0.1, 0.01)), {1: 1, 3: 1, 4: 0.1, 5: 0.1, 6: 0.01, 99: 0.01}),
    (Exponential(2.0, 0.25, over=2), {1: 2, 2: 1, 3: 0.5, 5: 0.125}),
    (InverseTime(2.0, 0.5), {1: 2, 3: 1, 7: 0.5}),
    (InverseTime(1.0, power=0.5), {1: 1, 2: ROOT_HALF, 4: 0.5, 100: 0.1}),
    (Polynomial(1.0, 0.2, over=4, power=2.0), {1: 1, 3: 0.4, 5: 0.2, 9: 0.2}),
    (Cosine(1.0, over=4), {1: 1, 2: (1 + ROOT_HALF) / 2, 3: 0.5, 5: 0, 50: 0}),
    (Cosine(1.0, 0.2, over=4), {1: 1, 3: 0.6, 5: 0.2, 50: 0.2}),
    (WarmUp(4, 0.8), {1: 0.2, 2: 0.4, 3: 0.6, 4: 0.8, 5: 0.8, 60: 0.8}),
    (WarmUp(3, Step(1.0, 0.5, every=2)), {1: 1 / 3, 2: 2 / 3, 3: 1, 4: 1, 5: 0.5, 7: 0.25}),
    (Joined((0.6, Exponential(1.0, 0.5, over=1)), (3.0,)), {1: 0.6, 3: 0.6, 4: 1, 5: 0.5, 6: 0.25}),
    (Joined((0.1, InverseTime(1.0), 0.2), (2.0, 5.0)), {2: 0.1, 3: 1, 4: 0.5, 5: 1 / 3, 6: 0.2}),
]

IDS = [type(schedule).__name__ for schedule, _ in HAND_COMPUTED]


def rates(schedule, times, dtype=np.float64):
    with jax.enable_x64(True):
        return np.array([at(schedule, jnp.asarray(t, dtype)) for t in times])


@pytest.mark.parametrize(("schedule", "expected"), HAND_COMPUTED, ids=IDS)
def test_a_schedule_has_the_rates_that_its_formula_gives_by_hand(schedule, expected):
    np.testing.assert_allclose(rates(schedule, expected), list(expected.values()), rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize(("schedule", "expected"), HAND_COMPUTED, ids=IDS)
def test_a_schedule_whose_numbers_and_time_are_traced_and_batched_is_the_same_schedule(schedule, expected):
    with jax.enable_x64(True):
        times = jnp.asarray(list(expected), jnp.float64)
        lanes = jax.tree.map(lambda leaf: jnp.full(len(times), leaf, jnp.float64), schedule)
        found = np.asarray(jax.jit(jax.vmap(at))(lanes, times))
    np.testing.assert_allclose(found, rates(schedule, expected), rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("schedule", [schedule for schedule, _ in HAND_COMPUTED] + [0.1], ids=[*IDS, "number"])
def test_a_rate_has_the_precision_of_the_run(schedule, dtype):
    assert rates(schedule, [3], dtype).dtype == dtype


@pytest.mark.parametrize(
    "schedule", [Cosine(1.0, over=100), Polynomial(1.0, over=100), Exponential(1.0, 0.1, over=100)]
)
def test_a_warm_up_meets_the_schedule_it_leads_to_without_a_jump(schedule):
    found = rates(WarmUp(20, schedule), range(1, 60))
    assert found[19] == 1.0
    assert np.argmax(found) == 19
    assert np.abs(np.diff(found)).max() < 0.0500001


def test_a_schedule_joined_where_the_one_before_ends_makes_no_jump():
    joined = Joined((Polynomial(1.0, 0.5, over=10), Cosine(0.5, over=50)), (10.0,))
    found = rates(joined, range(1, 60))
    assert found[10] == 0.5
    assert np.abs(np.diff(found)).max() < 0.0500001


def test_a_schedule_is_the_learning_rate_of_a_rule():
    with jax.enable_x64(True):
        rule = GradientDescent(Step(1.0, 0.1, every=1))
        gradient = jnp.ones(2)
        steps = [rule.update(gradient, rule.init(gradient), gradient, jnp.asarray(float(t)))[0] for t in (1, 2, 3)]
    np.testing.assert_allclose([float(step[0]) for step in steps], [-1, -0.1, -0.01], rtol=1e-14)


def test_the_numbers_of_a_schedule_are_leaves_of_its_rule():
    assert jax.tree.leaves(Adam(Cosine(0.5, 0.25, over=7)))[:3] == [0.5, 0.25, 7]

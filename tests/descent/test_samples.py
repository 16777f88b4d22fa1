"""Mini-batch runs, replayed by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.small import (
    BATCH,
    BATCHES,
    EVEN,
    LINE_START,
    MOMENTUM,
    RAGGED,
    WEIGHTS,
    H,
    W,
    line_loss,
    line_value,
    same_bits,
)

from osolgil.descent import Stop, minimize
from osolgil.problems import FiniteSum


def replayed(count, epochs, factor=1.0):
    """Momentum in fixed order over the first `count` rows, by NumPy: the points, batch values, and full values."""
    x, v = LINE_START.copy(), np.zeros(2)
    points, values, judged = [], [], []
    for _ in range(epochs):
        for start in range(0, count, BATCH):
            value, gradient = line_value(x, slice(start, min(start + BATCH, count)))
            points.append(x)
            values.append(factor * value)
            v = 0.9 * v + factor * gradient
            x = x - 0.02 * v
        judged.append(factor * line_value(x, slice(0, count))[0])
    return np.array(points), np.array(values), np.array(judged)


@pytest.mark.parametrize(("problem", "count"), [(EVEN, 24), (RAGGED, 23)])
def test_a_run_in_fixed_order_equals_the_formula_with_weights_and_a_ragged_last_batch(problem, count):
    options = {"batch_size": BATCH, "order": "fixed", "record": "all"}
    result = minimize(problem, LINE_START, MOMENTUM, stop=Stop(epochs=3), **options)
    points, values, judged = replayed(count, 3)
    np.testing.assert_allclose(result.trace.path, points, rtol=1e-12)
    np.testing.assert_allclose(result.trace.value, values, rtol=1e-12)
    np.testing.assert_allclose(result.trace.judgements[:, 0], judged, rtol=1e-12)
    assert result.trace.judgements[:, 2].tolist() == [4, 8, 12]
    assert result.trace.rows.tolist()[:5] == [6, 12, 18, count, count + 6]


def test_under_a_sum_a_batch_estimates_the_sum():
    total = FiniteSum(line_loss, (W[:23], H[:23]), WEIGHTS[:23], reduction="sum")
    # A rate smaller by the total weight makes the same run as with the mean.
    weight = WEIGHTS[:23].sum()
    slow = type(MOMENTUM)(learning_rate=0.02 / weight)
    result = minimize(total, LINE_START, slow, batch_size=BATCH, order="fixed", stop=Stop(epochs=2), record="all")
    points, values, judged = replayed(23, 2)
    np.testing.assert_allclose(result.trace.path, points, rtol=1e-12)
    np.testing.assert_allclose(result.trace.value, weight * values, rtol=1e-12)
    np.testing.assert_allclose(result.trace.judgements[:, 0], weight * judged, rtol=1e-12)


def sampled(seed=0, **options):
    options = {"stop": Stop(epochs=3), **options}
    return minimize(RAGGED, LINE_START, MOMENTUM, batch_size=BATCH, record="all", seed=seed, **options)


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_run():
    same_bits(sampled(3), sampled(3))
    assert not np.array_equal(sampled(3).trace.path, sampled(4).trace.path)


def test_every_epoch_is_shuffled_anew():
    stay = type(MOMENTUM)(learning_rate=1e-300)
    values = minimize(RAGGED, LINE_START, stay, batch_size=BATCH, stop=Stop(epochs=3), record="all").trace.value
    assert len(set(values.reshape(3, BATCHES)[:, 0])) == 3


def test_a_batch_larger_than_the_rows_is_all_rows():
    result = minimize(RAGGED, LINE_START, MOMENTUM, batch_size=1000, stop=Stop(epochs=3))
    assert (result.nfev, result.epochs) == (3, 3)
    assert result.trace.value[0] == pytest.approx(line_value(LINE_START, slice(0, 23))[0], rel=1e-12)


def test_a_loss_gets_a_key_in_batches_and_none_on_all_rows():
    seen = set()

    def dropout(x, rows, key):
        seen.add(key is None)
        kept = 1.0 if key is None else 2.0 * jax.random.bernoulli(key, 0.5, rows.shape)
        return (kept * x[0] - rows) ** 2

    rows = np.full(4, 1.0)
    problem = FiniteSum(dropout, rows)
    stay = type(MOMENTUM)(learning_rate=1e-300)
    result = minimize(problem, np.ones(1), stay, batch_size=4, stop=Stop(epochs=8))
    assert seen == {True, False}
    assert np.all(result.trace.value == 1.0)  # kept twice or not at all: both are off by one
    result = minimize(problem, np.full(1, 2.0), stay, batch_size=4, stop=Stop(epochs=8))
    assert len(set(result.trace.value)) > 2
    np.testing.assert_array_equal(result.trace.judgements[:, 0], 1.0)


def test_a_third_parameter_with_a_value_of_its_own_is_no_key():
    def huber(x, rows, delta=1.0):
        error = jnp.abs(x[0] - rows)
        return jnp.where(error < delta, 0.5 * error**2, delta * (error - 0.5 * delta))

    value = FiniteSum(huber, np.array([0.0, 3.0])).evaluate(np.array([0.5])).value
    assert float(value) == pytest.approx((0.125 + 2.0) / 2)


def test_a_loss_that_always_draws_is_told_when_not_to():
    def dropped(x, rows, key):
        return jnp.where(jax.random.bernoulli(key, 0.5, rows.shape), (rows - x[0]) ** 2, 0.0)

    with pytest.raises(TypeError, match="the key is None, and nothing is to be drawn"):
        minimize(FiniteSum(dropped, np.arange(8.0)), np.zeros(1), "adam", batch_size=4, stop=Stop(epochs=1))

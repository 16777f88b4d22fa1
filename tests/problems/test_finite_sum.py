"""Sums over rows, against NumPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import FiniteSum
from osolgil.problems.finite_sum import CHUNK, GROUP, Batch, shared_length
from osolgil.protocol import Layout, Needs, precision

WIDE = np.dtype(np.float64)
ALL = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
X = np.array([0.3, -0.8])
random = np.random.default_rng(11)


def loss(x, rows):
    w, h = rows
    return (x[0] + x[1] * w - h) ** 2


def penalty(x):
    return 0.1 * jnp.sum(x**4)


def data(count):
    return random.normal(size=count), random.normal(size=count), random.uniform(0.1, 2, size=count)


def reference(w, h, weights, x=X):
    """Σ weights, Σ weights·loss, and its gradient and Hessian, by NumPy."""
    columns = np.column_stack([np.ones_like(w), w])
    error = columns @ x - h
    hessian = 2 * columns.T @ (weights[:, None] * columns)
    return weights.sum(), weights @ error**2, 2 * columns.T @ (weights * error), hessian


def evaluated(problem, needs=ALL):
    layout = Layout.of(X)
    with precision(WIDE):
        return jax.jit(lambda problem, x: problem.evaluate(x, needs, layout))(problem.prepared(np.float64), X)


@pytest.mark.parametrize("count", [1, 5, 24, 33])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_mean_and_sum_with_weights_equal_the_formula(count, reduction):
    w, h, weights = data(count)
    total, value, gradient, hessian = reference(w, h, weights)
    divisor = total if reduction == "mean" else 1.0
    found = evaluated(FiniteSum(loss, (w, h), weights, reduction=reduction))
    np.testing.assert_allclose(found.value, value / divisor, rtol=1e-13)
    np.testing.assert_allclose(found.gradient, gradient / divisor, rtol=1e-12)
    np.testing.assert_allclose(found.hessian, hessian / divisor, rtol=1e-12)


def test_without_weights_every_row_weighs_one():
    w, h, _ = data(13)
    one, other = (evaluated(FiniteSum(loss, (w, h), weights)) for weights in (None, np.ones(13)))
    np.testing.assert_array_equal(one.gradient, other.gradient)
    np.testing.assert_allclose(one.value, reference(w, h, np.ones(13))[1] / 13, rtol=1e-13)


def test_integer_weights_repeat_rows():
    w, h, _ = data(4)
    times = np.array([3, 0, 1, 2])
    one = evaluated(FiniteSum(loss, (w, h), times))
    other = evaluated(FiniteSum(loss, (np.repeat(w, times), np.repeat(h, times))))
    np.testing.assert_allclose(one.value, other.value, rtol=1e-13)


def test_the_penalty_is_added_once_whatever_the_reduction_and_the_batch():
    w, h, weights = data(6)
    for reduction in ("mean", "sum"):
        plain = FiniteSum(loss, (w, h), weights, reduction=reduction)
        penalized = FiniteSum(loss, (w, h), weights, penalty, reduction)
        one, other = evaluated(plain), evaluated(penalized)
        np.testing.assert_allclose(other.value - one.value, 0.1 * np.sum(X**4), rtol=1e-12)
        np.testing.assert_allclose(other.gradient - one.gradient, 0.4 * X**3, rtol=1e-11)
        np.testing.assert_allclose(other.hessian - one.hessian, np.diag(1.2 * X**2), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_counts_its_live_rows_by_their_weights(reduction):
    w, h, weights = data(10)
    chosen, live = np.array([7, 2, 9, 0]), np.array([1.0, 1.0, 1.0, 0.0])
    with precision(WIDE):
        ready = FiniteSum(loss, (w, h), weights, reduction=reduction).prepared(np.float64)
        found = ready.evaluate_batch(jnp.asarray(X), Batch(chosen, jnp.asarray(live), None), layout=Layout.of(X))
    kept = chosen[:3]
    total, value, gradient, _ = reference(w[kept], h[kept], weights[kept])
    factor = 1 / total if reduction == "mean" else weights.sum() / total
    np.testing.assert_allclose(found.value, value * factor, rtol=1e-13)
    np.testing.assert_allclose(found.gradient, gradient * factor, rtol=1e-12)


def test_a_batch_whose_rows_weigh_nothing_says_nothing():
    with precision(WIDE):
        ready = FiniteSum(loss, (np.ones(3), np.ones(3)), [0, 0, 1]).prepared(np.float64)
        found = ready.evaluate_batch(jnp.asarray(X), Batch(np.array([0, 1]), jnp.ones(2), None), layout=Layout.of(X))
    assert float(found.value) == 0
    np.testing.assert_array_equal(found.gradient, 0)


MANY = CHUNK * GROUP + 3 * CHUNK + 777
"""More rows than a group of chunks holds, so that two groups are folded, and the last chunk is not full."""


def test_a_fold_over_groups_of_chunks_equals_the_formula():
    w, h, weights = data(MANY)
    total, value, gradient, hessian = reference(w, h, weights)
    found = evaluated(FiniteSum(loss, (w, h), weights))
    np.testing.assert_allclose(found.value, value / total, rtol=1e-12)
    np.testing.assert_allclose(found.gradient, gradient / total, rtol=1e-10)
    np.testing.assert_allclose(found.hessian, hessian / total, rtol=1e-10)


@pytest.mark.parametrize("count", [21, MANY])
def test_whatever_rows_fill_up_the_length_the_bits_are_the_same(count):
    w, h, weights = data(count)
    clean = FiniteSum(loss, (w, h), weights).prepared(np.float32)
    filled = shared_length(count) - count
    assert filled > 0
    assert clean.length == count + filled
    np.testing.assert_array_equal(np.asarray(clean.weights)[count:], 0)
    np.testing.assert_array_equal(np.asarray(clean.rows[0])[count:], np.asarray(clean.rows[0])[0])
    program = jax.jit(lambda problem, x: problem.evaluate(x, ALL, Layout.of(X)))
    expected = program(clean, X.astype(np.float32))
    for garbage in (0.0, -7.5, 1e15):
        rows = tuple(jnp.asarray(array).at[count:].set(garbage) for array in clean.rows)
        spoilt = FiniteSum(loss, rows, clean.weights)
        object.__setattr__(spoilt, "count", clean.count)
        for one, other in zip(expected[:3], program(spoilt, X.astype(np.float32))[:3], strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_fold_adds_chunks_within_groups_and_then_groups_in_index_order():
    # Sums of these numbers depend on the order in float32: the one that is promised must come out to the last bit.
    rows = random.normal(size=MANY).astype(np.float32)
    ready = FiniteSum(lambda x, rows: x[0] * rows, rows, reduction="sum").prepared(np.float32)
    one = jnp.ones(1, np.float32)
    folded = jax.jit(lambda problem: problem.folded(one, Needs.VALUE, Layout.of(one)).loss)(ready)
    chunk = jax.jit(lambda rows, weights: jnp.sum(weights * (one[0] * rows)))
    starts = range(0, ready.length, CHUNK)
    sums = [np.float32(chunk(ready.rows[i : i + CHUNK], ready.weights[i : i + CHUNK])) for i in starts]
    groups = [sum(sums[i : i + GROUP], np.float32(0)) for i in range(0, len(sums), GROUP)]
    assert float(folded) == float(sum(groups, np.float32(0)))


@pytest.mark.parametrize("count", [*range(1, 70), 1437, 4095, 4096, 4097, 50_000])
def test_rows_are_filled_up_to_few_lengths_and_by_little(count):
    length = shared_length(count)
    assert length >= count
    assert shared_length(length) == length
    assert length <= max(8, 1.25 * count) if count <= CHUNK else length - count < CHUNK and length % CHUNK == 0


def test_few_lengths_serve_all():
    assert len({shared_length(count) for count in range(1, CHUNK + 1)}) <= 40


def test_rows_may_be_any_pytree_and_keep_their_integers():
    rows = {"w": np.ones((5, 3)), "label": np.arange(5)}
    ready = FiniteSum(loss, rows).prepared(np.float32)
    assert (ready.rows["w"].shape, ready.rows["w"].dtype) == ((8, 3), np.float32)
    assert (ready.rows["label"].dtype, int(ready.count)) == (np.int32, 5)
    assert ready.prepared(np.float32).count == 5

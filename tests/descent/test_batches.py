"""Which rows make a batch: each exactly once an epoch, and every order equally likely."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from osolgil.descent.batches import Order, epoch_order, live, places_in_order
from osolgil.problems.finite_sum import shared_length

ALMOST_CERTAIN = 1e-4
"""The seeds are fixed: a draw that is uniform fails these tests in one of 10,000 choices of the seed."""


@functools.partial(jax.jit, static_argnums=(0, 3, 4))
def orders(order, keys, count, length, batch_size):
    return jax.vmap(lambda key: epoch_order(order, key, count, length, batch_size))(keys)


def keys(number, seed=0):
    return jax.vmap(lambda i: jax.random.fold_in(jax.random.key(seed), i))(jnp.arange(number))


@pytest.mark.parametrize(("count", "batch_size"), [(5, 2), (15, 4), (32, 32), (33, 8), (1437, 100)])
@pytest.mark.parametrize("order", [Order.SHUFFLED, Order.FIXED])
def test_an_epoch_visits_every_row_exactly_once_and_only_real_rows(order, count, batch_size):
    length = shared_length(count)
    drawn = np.asarray(orders(order, keys(4), jnp.int32(count), length, batch_size))
    batches = -(-count // batch_size)
    assert drawn.shape[1] >= batches * batch_size
    for row in drawn:
        assert ((row >= 0) & (row < count)).all()
        visited = []
        for start in range(0, batches * batch_size, batch_size):
            counts = np.asarray(live(order, jnp.int32(start), jnp.int32(count), batch_size, np.float32))
            assert counts[0] == 1
            visited += list(row[start : start + batch_size][counts == 1])
        assert sorted(visited) == list(range(count))
    if order is Order.FIXED:
        np.testing.assert_array_equal(drawn[:, :count], np.tile(np.arange(count), (4, 1)))
    else:
        assert count < 10 or len({tuple(row) for row in drawn}) == 4


def test_every_order_of_the_rows_is_equally_likely():
    number = 12_000
    drawn = np.asarray(orders(Order.SHUFFLED, keys(number), jnp.int32(5), 8, 2))[:, :5]
    permutations = {each: i for i, each in enumerate(itertools.permutations(range(5)))}
    counts = np.bincount([permutations[tuple(row)] for row in drawn.tolist()], minlength=120)
    assert scipy.stats.chisquare(counts).pvalue > ALMOST_CERTAIN


def test_words_that_tie_are_ordered_by_the_second_words():
    random = np.random.default_rng(0)
    for _ in range(20):
        # every first word is there twice at most
        first = random.permutation(np.repeat(np.arange(20), 2))[:33].astype(np.uint32)
        second = random.integers(0, 2**32, 33, np.uint32)
        np.testing.assert_array_equal(places_in_order(first, second), np.lexsort((second, first)))


def test_with_replacement_every_row_is_equally_likely_at_every_place_and_only_real_ones_are_drawn():
    drawn = np.asarray(orders(Order.REPLACEMENT, keys(5000), jnp.int32(5), 8, 3))
    assert drawn.shape == (5000, 9)
    assert set(np.unique(drawn)) == set(range(5))
    for place in drawn.T:
        assert scipy.stats.chisquare(np.bincount(place, minlength=5)).pvalue > ALMOST_CERTAIN
    pairs = np.bincount(5 * drawn[:, 0] + drawn[:, 1], minlength=25)
    assert scipy.stats.chisquare(pairs).pvalue > ALMOST_CERTAIN


def test_with_replacement_every_drawn_row_counts():
    assert np.asarray(live(Order.REPLACEMENT, jnp.int32(3), jnp.int32(5), 3, np.float32)).tolist() == [1, 1, 1]
    assert np.asarray(live(Order.SHUFFLED, jnp.int32(3), jnp.int32(5), 3, np.float32)).tolist() == [1, 1, 0]


def test_an_order_is_known_by_its_name():
    assert Order.named("replacement") is Order.REPLACEMENT is Order.named(Order.REPLACEMENT)
    with pytest.raises(
        ValueError, match="order='random' is not known; choose one of 'shuffled', 'replacement', 'fixed'"
    ):
        Order.named("random")

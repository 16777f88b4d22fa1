"""Which rows make a batch."""

import enum
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array


class Order(enum.Enum):
    """How an epoch goes through the rows."""

    SHUFFLED = "shuffled"
    """Every row once an epoch, in an order drawn anew: what libraries do."""

    REPLACEMENT = "replacement"
    """Every batch drawn at random from all rows: the lecture's stochastic gradient descent."""

    FIXED = "fixed"
    """Every row once an epoch, always in the order of the rows."""

    @classmethod
    def named(cls, name: "str | Order") -> "Order":
        """The order of this name, or a ValueError that lists them."""
        try:
            return cls(name)
        except ValueError:
            names = ", ".join(repr(order.value) for order in cls)
            raise ValueError(f"order={name!r} is not known; choose one of {names}.") from None


def epoch_order(order: Order, key: Array, count: Array, length: int, batch_size: int) -> Array:
    """The row numbers of one epoch, in order, filled up to whole batches.

    Args:
        order: how to go through the rows.
        key: draws this epoch.
        count: the number of real rows (traced).
        length: the number of rows in memory, at least count.
        batch_size: rows of a batch.

    Returns:
        shape (⌈length / batch_size⌉·batch_size,); entries from count on repeat a real row.
    """
    slots = slots_of(length, batch_size)
    position = jnp.arange(slots, dtype=jnp.int32)
    if order is Order.FIXED:
        return jnp.where(position < count, position, 0)
    if order is Order.REPLACEMENT:
        return jax.random.randint(key, (slots,), 0, count, jnp.int32)
    # A permutation of the first `count` of `slots` places: sort random words, the places beyond count last.
    words = jax.random.bits(key, (2, slots), jnp.uint32)
    words = jnp.where(position < count, words, np.uint32(2**32 - 1))
    shuffled = places_in_order(words[0], words[1])
    return jnp.where(position < count, shuffled, shuffled[0])


def places_in_order(first: Array, second: Array) -> Array:
    """The places of pairs of words in ascending order, shape (n,).

    One sort by the first words, each with its place as the lower half of one number: XLA sorts an array of numbers five
    times as fast as pairs, and those three times as fast as by both words. Words that tie would favour low places: of
    two that do, the second words decide. Three of 32 bits tie in one of 10¹¹ sorts of a thousand.
    """
    places = jnp.arange(first.size, dtype=jnp.int32)
    with jax.enable_x64(True):
        low = np.uint64(2**32 - 1)
        packed = jax.lax.sort((first.astype(jnp.uint64) << np.uint64(32)) | places.astype(jnp.uint64))
        ordered, found = (packed >> np.uint64(32)).astype(jnp.uint32), (packed & low).astype(jnp.int32)
    for parity in (0, 1):
        pair = second[found]
        wrong = (ordered[:-1] == ordered[1:]) & (pair[:-1] > pair[1:]) & (places[:-1] % 2 == parity)
        later, earlier = jnp.append(wrong, False), jnp.append(False, wrong)
        found = jnp.where(later, jnp.roll(found, -1), jnp.where(earlier, jnp.roll(found, 1), found))
    return found


def slots_of(length: int, batch_size: int) -> int:
    """How many row numbers an epoch holds: ⌈length / batch_size⌉·batch_size."""
    return -(-length // batch_size) * batch_size


def live(order: Order, start: Array, count: Array, batch_size: int, dtype: Any) -> Array:
    """1 for the rows of the batch at `start` that count, 0 for those that only fill it up; shape (batch_size,)."""
    if order is Order.REPLACEMENT:
        return jnp.ones(batch_size, dtype)
    return (start + jnp.arange(batch_size, dtype=jnp.int32) < count).astype(dtype)

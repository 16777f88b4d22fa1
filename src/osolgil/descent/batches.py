"""Which rows make a batch."""

import enum
from typing import Any

import jax
import jax.numpy as jnp
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
    # A permutation of the first `count` of `slots` places: sort random words, the places beyond count last. Two words
    # a row make ties, which would favour low row numbers, a matter of 2⁻⁶⁴.
    words = jax.random.bits(key, (2, slots), jnp.uint32)
    beyond = (position >= count).astype(jnp.uint32)
    *_, shuffled = jax.lax.sort((beyond, words[0], words[1], position), num_keys=3)
    return jnp.where(position < count, shuffled, shuffled[0])


def slots_of(length: int, batch_size: int) -> int:
    """How many row numbers an epoch holds: ⌈length / batch_size⌉·batch_size."""
    return -(-length // batch_size) * batch_size


def live(order: Order, start: Array, count: Array, batch_size: int, dtype: Any) -> Array:
    """1 for the rows of the batch at `start` that count, 0 for those that only fill it up; shape (batch_size,)."""
    if order is Order.REPLACEMENT:
        return jnp.ones(batch_size, dtype)
    return (start + jnp.arange(batch_size, dtype=jnp.int32) < count).astype(dtype)

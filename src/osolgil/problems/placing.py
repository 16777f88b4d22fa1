"""Data where programs read them: copied once, to where no further copy is made."""

import math
import os
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

T = TypeVar("T")

SMALL = 64 * 1024
"""Bytes below which an array stays the host's: to put it on a device takes longer than a program takes to read it."""

LARGE = 8 * 2**20
"""Bytes from which an array is copied by several threads."""

ALIGNED = 64
"""Bytes of whose multiple an address must be for XLA to read an array where it lies.

Measured on 500,000 × 100 float64: `jnp.asarray` 0.5 to 1.9 s, since its memory comes in small pages; a copy to memory
of NumPy's, in large pages and at such an address, 0.08 s, and to hand that over nothing.
"""

BLOCK = 512 * 1024
"""Bytes of the rows that are copied at once: an array in column order is turned within a core's cache."""


def as_arrays(tree: T, dtype: Any) -> T:
    """The leaves as arrays for programs: floating ones in `dtype`, integers, booleans and keys as they are.

    What is large goes to the device at once, and not again with every call. What people change later is not seen.
    """

    def convert(leaf: Any) -> Any:
        if isinstance(leaf, jax.Array) and jnp.issubdtype(leaf.dtype, jax.dtypes.extended):
            return leaf
        wanted = wanted_dtype(leaf, dtype)
        if isinstance(leaf, jax.Array):
            return jnp.asarray(leaf, wanted)
        if np.size(leaf) * np.dtype(wanted).itemsize < SMALL:
            return np.array(leaf, wanted)
        return placed(leaf, wanted)

    return jax.tree.map(convert, tree)


def wanted_dtype(leaf: Any, dtype: Any) -> Any:
    """In which dtype programs read a leaf."""
    if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
        return dtype
    kind = jnp.result_type(leaf)
    return dtype if jnp.issubdtype(kind, np.floating) else kind


def placed(array: Any, dtype: Any, length: int | None = None) -> Any:
    """A copy of an array on the device, in row order; of the host's, where it is small.

    Args:
        array: shape (rows, ...).
        dtype: of the copy.
        length: of the copy, at least `rows`: it is filled up with the first row.
    """
    given = np.asarray(array)
    rows = len(given) if given.ndim else 0
    shape = given.shape if length is None else (length, *given.shape[1:])
    room = rooms.get(id(given))
    if room is None or room.shape != shape or room.dtype != dtype:
        room = aligned(shape, dtype)
        if room.nbytes < LARGE:
            np.copyto(room[:rows] if length else room, given, casting="unsafe")
        else:
            copied(room[:rows], given)
    if length is not None:
        room[rows:] = room[:1]
    if room.nbytes < SMALL:
        return room
    # Nobody else has this memory, so that it may be read where it lies.
    return jax.device_put(room, may_alias=True)


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array of no particular values, at an address that XLA can read."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(size + ALIGNED, np.uint8)
    first = -room.ctypes.data % ALIGNED
    return room[first : first + size].view(dtype).reshape(shape)


def copied(room: np.ndarray, given: np.ndarray, ones: int = 0) -> None:
    """Copy to an array of the same shape but for so many columns of ones before the others, block by block."""
    rows = len(given)
    size = max(1, BLOCK * rows // max(room.nbytes, 1))

    def copy(first: int) -> None:
        part = slice(first, min(first + size, rows))
        if ones:
            room[part, :ones] = 1
        np.copyto(room[part, ones:] if ones else room[part], given[part], casting="unsafe")

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(copy, range(0, rows, size)))


rooms: dict[int, np.ndarray] = {}
"""The memory of large arrays that `in_rows` made, by their `id` as long as they live: with room for as many rows as
programs share, so that `placed` need not copy them once more."""


def in_rows(X: np.ndarray, ones: int = 0) -> np.ndarray:
    """An array in row order, with so many columns of ones before its own: sums over it then add in the same order,
    whatever its order was. A large one cannot be written to: programs read it where it lies.
    """
    from osolgil.problems.finite_sum import shared_length

    if not ones and X.flags.c_contiguous:
        return np.asarray(X)
    count, n = X.shape
    large = X.nbytes >= LARGE
    room = aligned((shared_length(count) if large else count, n + ones), X.dtype)
    copied(room[:count], X, ones)
    found = room[:count].view()
    if large:
        found.flags.writeable = False
        rooms[id(found)] = room
        weakref.finalize(found, rooms.pop, id(found), None)
    return found

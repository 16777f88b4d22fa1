"""Large arrays some rows at a time: to write a copy of all of them costs more than most of what is computed of it."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

ENTRIES = 2**18
"""Entries of a block: 2 MB of float64."""

LARGE = 2**22
"""Entries from which an array is taken block by block: 32 MB of float64."""


def blocks(X: Any) -> Iterator[slice]:
    """Consecutive rows of an array of shape (rows, n), a block at a time; all of them at once where they are few.

    >>> [rows.stop - rows.start for rows in blocks(np.zeros((2**22 + 1, 1)))][-2:]
    [262144, 1]
    """
    count, width = X.shape
    size = max(ENTRIES // max(width, 1), 1) if count * width > LARGE else max(count, 1)
    for first in range(0, count, size):
        yield slice(first, min(first + size, count))


def summed(X: Any, part: Callable[[slice], Any]) -> Any:
    """The sum of ``part(rows)`` over the blocks of X, several at once, added in order: to the same bits anywhere."""
    if X.shape[0] * X.shape[1] <= LARGE:
        return part(slice(0, X.shape[0]))
    workers = os.cpu_count() or 1
    found: Any = 0.0
    waiting: deque[Future[Any]] = deque()
    # Threads of BLAS's own wait for each other in a busy loop. Measured on 500,000 × 100 beside other work, XᵀX by two
    # of them in 4 to 7 s, by two of ours with one each in 0.5.
    with blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        for rows in blocks(X):
            waiting.append(pool.submit(part, rows))
            # Few at a time: parts may be large.
            if len(waiting) > 2 * workers:
                found = found + waiting.popleft().result()
        for each in waiting:
            found = found + each.result()
    return found


@cache
def blas() -> ThreadpoolController:
    """What knows how many threads NumPy's products take."""
    return ThreadpoolController()


def all_finite(X: np.ndarray) -> bool:
    """Whether no entry is NaN or infinite."""
    return X.dtype.kind != "f" or summed(X, lambda rows: int(not np.isfinite(X[rows]).all())) == 0


def gram(X: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """SᵀS of the columns S = X/scale, shape (n, n)."""

    def part(rows: slice) -> np.ndarray:
        scaled = X[rows] / scale
        return np.asarray(scaled.T @ scaled)

    found: np.ndarray = summed(X, part)
    return found

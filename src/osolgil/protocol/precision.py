"""Precision follows the data: float64 in, float64 computed; float32 in, float32 computed."""

import contextlib
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np


def computing_dtype(*trees: Any) -> np.dtype:
    """The dtype to compute in, given everything that goes in.

    float32 if there is a floating array of at most 32 bits and no wider one; float64 otherwise. Python numbers and
    integer arrays take no side.
    """
    widths = {
        np.dtype(leaf.dtype).itemsize
        for tree in trees
        for leaf in jax.tree.leaves(tree)
        if hasattr(leaf, "dtype") and jax.numpy.issubdtype(leaf.dtype, np.floating)
    }
    return np.dtype(np.float32 if widths and max(widths) <= 4 else np.float64)


@contextlib.contextmanager
def precision(dtype: np.dtype) -> Iterator[None]:
    """Compute in `dtype` inside the block, in this thread only. JAX's global configuration is left alone.

    float32 is a scope too: where a program has turned float64 on for everything, a constant would promote.
    """
    with jax.enable_x64(np.dtype(dtype) == np.float64):
        yield

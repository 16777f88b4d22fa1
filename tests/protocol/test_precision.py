"""Precision follows the data."""

import threading

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest

from osolgil.protocol import computing_dtype, precision

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


@pytest.mark.parametrize(
    ("trees", "dtype"),
    [
        ((np.ones(2),), DOUBLE),
        ((np.ones(2, np.float32),), SINGLE),
        ((np.ones(2, np.float16),), SINGLE),
        ((np.ones(2, ml_dtypes.bfloat16),), SINGLE),
        ((np.float32(1),), SINGLE),
        ((1.0, 2), DOUBLE),
        ((np.arange(3),), DOUBLE),
        ((np.ones(2, np.float32), 1.5), SINGLE),
        ((np.ones(2, np.float32), np.arange(3)), SINGLE),
        (({"a": np.ones(2, np.float32), "b": np.ones(1)},), DOUBLE),
        ((), DOUBLE),
    ],
)
def test_float32_only_where_nothing_is_wider(trees, dtype):
    assert computing_dtype(*trees) == dtype


def width():
    return jnp.asarray(1.5).dtype


def test_the_scope_is_of_its_precision_and_ends():
    assert width() == SINGLE
    with precision(DOUBLE):
        assert width() == DOUBLE
        with precision(SINGLE):
            assert width() == SINGLE
        assert width() == DOUBLE
    assert width() == SINGLE
    with pytest.raises(KeyError), precision(DOUBLE):
        raise KeyError
    assert width() == SINGLE


def test_the_scope_is_of_this_thread_only():
    seen = []
    with precision(DOUBLE):
        thread = threading.Thread(target=lambda: seen.append(width()))
        thread.start()
        thread.join()
    assert seen == [SINGLE]
    assert not jax.config.jax_enable_x64

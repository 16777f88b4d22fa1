"""Products of vectors and matrices, as sums where they are small.

XLA compiles sums into one kernel with all that surrounds them, which for a few numbers is many times faster than a
call of a library; for many numbers the library is.
"""

import jax.numpy as jnp
from jax import Array

FEW = 128
"""Numbers in a vector up to which its products are sums."""


def inner(a: Array, b: Array) -> Array:
    """aᵀb of two vectors, shape ()."""
    product: Array = jnp.sum(a * b) if a.shape[-1] <= FEW else a @ b
    return product


def times(matrix: Array, v: Array) -> Array:
    """The product of a symmetric matrix and a vector, shape (n,)."""
    product: Array = jnp.sum(matrix * v, axis=1) if v.shape[-1] <= FEW else v @ matrix
    return product

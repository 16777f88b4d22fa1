"""Powers of a decay."""

from typing import Any

import jax.numpy as jnp
from jax import Array


def power(beta: Any, t: Array) -> Array:
    """βᵗ for 0 ≤ β < 1 and t ≥ 1, as exp(t ln β), which differs from βᵗ by two roundings of 1.

    XLA's own power is a library call for every number; the exponential is computed for many lanes at once.
    """
    result: Array = jnp.exp(t * jnp.log(jnp.asarray(beta, t.dtype)))
    return result

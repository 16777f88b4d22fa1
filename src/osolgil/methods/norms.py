"""Euclidean lengths that neither overflow nor underflow."""

import jax
import jax.numpy as jnp
from jax import Array


def norm(v: Array) -> Array:
    """‖v‖₂, shape (). The vector is scaled first: in float32 squares overflow from 1.8e19 on, as exploding ones do."""
    largest = jnp.max(jnp.abs(v), initial=0.0)
    scale = jnp.where(largest > 0, largest, 1)
    return scale * jnp.sqrt(jnp.sum((v / scale) ** 2))


def norm_per_layer(v: Array, layer: Array, layers: int) -> Array:
    """‖v_l‖₂ of the coordinates of each layer l, shape (layers,); `layer` numbers each coordinate's layer."""
    largest = jnp.max(jnp.abs(v), initial=0.0)
    scale = jnp.where(largest > 0, largest, 1)
    squares = jax.ops.segment_sum((v / scale) ** 2, layer, layers, indices_are_sorted=True)
    return scale * jnp.sqrt(squares)

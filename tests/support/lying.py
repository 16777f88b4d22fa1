"""A function whose derivative is wrong."""

import jax
import jax.numpy as jnp


@jax.custom_jvp
def _lying(x):
    return jnp.sum(x**2)


_lying.defjvp(lambda primals, tangents: (_lying(*primals), -jnp.sum(2 * primals[0] * tangents[0])))


def lying(x):
    """xᵀx, which says that its gradient is −2x."""
    return _lying(x)

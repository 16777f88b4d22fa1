"""A rule fed with gradients that were fixed beforehand, so that the whole comparison is one compiled loop."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.protocol import Geometry, Layout


@partial(jax.jit, static_argnames="geometry")
def _replay(rule, gradients, points, geometry):
    def tell(memory, seen):
        gradient, x, t = seen
        move, memory = rule.update(gradient, memory, x, t)
        return memory, move

    count = jnp.arange(1, len(gradients) + 1, dtype=gradients.dtype)
    return jax.lax.scan(tell, rule.remember(points[0], geometry), (gradients, points, count))[1]


def moves(rule, gradients, points=None, *, leaves=None):
    """The steps that a rule takes for these gradients, shape (steps, n), in float64.

    Hyperparameters are arguments of the compiled loop: rules that differ in nothing else share it.
    `leaves` gives the sizes of the parameter leaves; without it there is one.
    """
    points = np.zeros_like(gradients) if points is None else points
    parameters = [np.zeros(size) for size in leaves or (gradients.shape[1],)]
    with jax.enable_x64(True):
        found = _replay(rule, jnp.asarray(gradients), jnp.asarray(points), Geometry(Layout.of(parameters)))
        return np.asarray(found)

"""A rule fed with gradients that were fixed beforehand, so that the whole comparison is one compiled loop."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from oracles import sequences

from osolgil.methods.schedules import Piecewise
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


def changing(before, after):
    """The learning rate of `sequences.rates(before, after)`, as a schedule."""
    return Piecewise(boundaries=(float(sequences.CHANGE),), rates=(before, after))


def assert_same_moves(found, reference, terms, *, skip=0, tolerance=1e-12):
    """Equal to 1e-12 of the terms that were added up, and exactly zero where nothing was.

    Two floating-point evaluations of one formula agree relative to the terms that it adds up, not to what is left
    after they cancel: a velocity whose last two contributions differ by one part in a thousand is known a thousand
    times less well than either. So `terms` is the size of the move that the reference makes for |g| in place of g: it
    has the same second moments, and numerators with every sign turned to plus. Without cancellation it is the size of
    the move itself. The first `skip` moves are not looked at.
    """
    error = np.abs(found - reference)
    wrong = np.argwhere(~(error <= tolerance * terms)[skip:])
    assert not len(wrong), (
        f"{len(wrong)} moves differ, the first in step {wrong[0][0] + skip + 1}, coordinate {wrong[0][1]}: "
        f"{found[skip:][tuple(wrong[0])]!r} where {reference[skip:][tuple(wrong[0])]!r} is due"
    )

"""Problems to race other libraries on: the small ones that many tests share, as races see them."""

import jax.numpy as jnp
import numpy as np
from support.small import BATCH, EVEN, LINE_START, RAGGED, VALLEY, VALLEY_START

from osolgil.problems import surfaces
from osolgil.races.contestants.contestant import Lane
from osolgil.races.problem import Drawn, RaceProblem

PICTURED = surfaces.named("beale")
"""Any surface: it makes a run record its points."""


def valley(seed):
    return Drawn(VALLEY_START, VALLEY)


def even(seed):
    return Drawn(LINE_START, EVEN)


def ragged(seed):
    return Drawn(LINE_START, RAGGED)


def posed(problem, start=VALLEY_START, **more):
    """A problem that every seed draws alike; such a one cannot travel."""
    more = {"surface": PICTURED} | more
    return RaceProblem("posed", lambda seed: Drawn(start, problem), 0.0, "by hand", np.size(start), **more)


VALLEY_RACED = RaceProblem("valley", valley, 0.0, "Rosenbrock 1960", 2, surface=PICTURED)
EVEN_RACED = RaceProblem("line", even, 0.0, "none", 2, batch_size=BATCH, surface=PICTURED)
RAGGED_RACED = RaceProblem("ragged line", ragged, 0.0, "none", 2, batch_size=BATCH, surface=PICTURED)


def lane(problem, seed=0, **settings):
    return Lane(settings, problem.draw(seed), seed)


def cliff(x):
    """A bowl in which there is no value beyond 2."""
    return jnp.where(x[0] < 2, 0.5 * jnp.sum(x**2), jnp.nan)

"""Gradients to hold rules against their references: every size that matters, signs at random, some exact zeros."""

import numpy as np

STEPS = 200
CHANGE = 80
"""The learning rate is another one after this many steps."""

_EXPONENTS = np.array([[-9, -7], [-7, -3], [-3, 0], [2, 3], [-9, 3], [-9, 3], [-9, 3], [-4, 3]])
"""Decimal exponents, one row a coordinate: some always tiny, so that ε decides, some always large, some both."""

N = len(_EXPONENTS)

LEAVES = (slice(0, 3), slice(3, 4), slice(4, 8))


def gradients(seed=20):
    """Shape (STEPS, N): magnitudes log-uniform within 1e-9 ... 1e3, one in thirty exactly zero.

    The first gradient of coordinate 5 is zero, so that a rule meets 0/ε, and all but one coordinate of the fourth.
    """
    rng = np.random.default_rng(seed)
    g = 10 ** rng.uniform(*_EXPONENTS.T, (STEPS, N)) * rng.choice([-1.0, 1.0], (STEPS, N))
    g[rng.random((STEPS, N)) < 1 / 30] = 0.0
    g[0, 5] = 0.0
    g[3, 1:] = 0.0
    return g


def points(seed=21):
    """Where those gradients were taken, shape (STEPS, N), of size 1, for rules that decay weights."""
    return np.random.default_rng(seed).normal(size=(STEPS, N))


def rates(before, after):
    """The learning rate of each step: `before` up to step CHANGE, `after` from there on."""
    return np.where(np.arange(1, STEPS + 1) <= CHANGE, before, after)

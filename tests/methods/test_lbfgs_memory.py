"""What L-BFGS makes of the moves it remembers, beside the matrix of the textbook."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.methods import LBFGS
from osolgil.methods.lbfgs import compact, two_loops
from osolgil.methods.products import FEW
from osolgil.methods.searching import Move

HISTORY = 4


def dense(moves, gamma, n):
    """H by Nocedal & Wright (6.17), from γI and the moves, oldest first."""
    h = gamma * np.eye(n)
    for s, y in moves:
        rho = 1 / (s @ y)
        left = np.eye(n) - rho * np.outer(s, y)
        h = left @ h @ left.T + rho * np.outer(s, s)
    return h


def moved(s, y):
    """A move of which the memory only sees s and y."""
    zero = jnp.zeros(())
    s, y = jnp.asarray(s), jnp.asarray(y)
    return Move(s, s, y, y, zero, s, zero, y, zero, zero + 1, None)


@pytest.mark.parametrize("n", [6, FEW + 2])
def test_hg_is_that_of_the_matrix_of_the_moves_that_are_remembered(n):
    random = np.random.default_rng(n)
    curvature = np.diag(np.geomspace(1, 30, n))
    method, known = LBFGS(history=HISTORY, cubic=False), []
    with jax.enable_x64(True):
        memory = method.remember(jnp.zeros(n))
        learn, recursion = jax.jit(lambda *told: method.learn(*told)), jax.jit(lambda m, g: two_loops(m, g))
        closed = jax.jit(lambda m, g: compact(m, m.inverse, g))
        for turn in range(12):
            s = random.normal(size=n)
            y = curvature @ s
            accepted = turn % 3 != 1
            if turn == 7:
                # What `Searching` does where a direction led nowhere.
                memory, known = memory._replace(known=jnp.zeros_like(memory.known)), []
            if turn == 5:
                y = -y  # tells no positive curvature
            memory = learn(memory, moved(s, y), jnp.asarray(accepted))
            if accepted and s @ y > 0:
                known = [*known, (s, y)][-HISTORY:]
            assert int(memory.known) == len(known)
            if not known:
                continue
            gamma, g = known[-1][0] @ known[-1][1] / (known[-1][1] @ known[-1][1]), random.normal(size=n)
            expected = dense(known, gamma, n) @ g
            np.testing.assert_allclose(recursion(memory, g), expected, rtol=1e-10, atol=1e-12)
            if memory.inverse is not None:
                np.testing.assert_allclose(closed(memory, g), expected, rtol=1e-9, atol=1e-11)
        assert (memory.inverse is not None) == (n > FEW)
        assert int(memory.skipped) == 1


@pytest.mark.parametrize("n", [6, FEW + 2])
def test_of_free_coordinates_only_their_parts_of_the_moves_are_heard(n):
    random = np.random.default_rng(n)
    method, free = LBFGS(history=HISTORY, cubic=False), np.arange(n) % 3 != 0
    with jax.enable_x64(True):
        memory, known = method.remember(jnp.zeros(n)), []
        for _ in range(6):
            s = random.normal(size=n)
            y = s * np.linspace(1, 9, n)
            memory = method.learn(memory, moved(s, y)._replace(free=jnp.asarray(free)), jnp.asarray(True))
            known = [*known, (s, y)][-HISTORY:]
        g = random.normal(size=n)
        found = np.asarray(two_loops(memory, jnp.asarray(g), jnp.asarray(free)))
    s, y = known[-1]
    parts = [(s[free], y[free]) for s, y in known]
    expected = dense(parts, s @ y / (y @ y), free.sum()) @ g[free]
    np.testing.assert_allclose(found[free], expected, rtol=1e-10, atol=1e-12)
    assert np.all(found[~free] == 0)

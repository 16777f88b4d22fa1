"""Stochastic descent on a linear predictor runs as one kernel, to the same numbers."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil import FiniteSum, Stop, minimize
from osolgil.descent import kernels
from osolgil.methods import Adam, GradientDescent
from osolgil.protocol import programs

random = np.random.default_rng(8)
ROWS = (random.normal(size=(24, 3)), (random.random(24) < 0.5).astype(float))


def loss(x, rows):
    X, y = rows
    eta = X @ x
    return jnp.logaddexp(0.0, eta) - y * eta


@pytest.fixture
def witnesses(monkeypatch):
    """How many arrays each call of `witness` was given: one is of every program, another of a loop that is a kernel."""
    found = []
    monkeypatch.setattr(programs, "executables", type(programs.executables)())
    genuine = kernels.witness

    def noted(arrays):
        found.append(len(arrays))
        return genuine(arrays)

    monkeypatch.setattr(kernels, "witness", noted)
    return found


def run(method, batch_size=1):
    return minimize(FiniteSum(loss, ROWS), np.zeros(3), method, batch_size=batch_size, stop=Stop(epochs=3), seed=4)


@pytest.mark.parametrize("method", [GradientDescent(0.1), Adam(0.05)])
def test_a_loop_of_single_rows_is_one_kernel_and_its_numbers_are_those_of_a_plain_loop(method, witnesses, monkeypatch):
    one = run(method)
    assert len(witnesses) == 2
    monkeypatch.setattr(kernels, "SMALL", 0)
    programs.executables.clear()
    other = run(method)
    assert len(witnesses) == 3
    np.testing.assert_allclose(one.trace.value, other.trace.value, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(one.x, other.x, rtol=1e-12)
    np.testing.assert_allclose(one.trace.judgements, other.trace.judgements, rtol=1e-11)


def test_batches_of_many_rows_are_left_to_the_library_of_products(witnesses):
    run(GradientDescent(0.1), batch_size=8)
    assert len(witnesses) == 1

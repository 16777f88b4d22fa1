import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.methods import Adam, GradientDescent, Momentum
from osolgil.problems import FiniteSum, surfaces


@pytest.fixture(scope="session")
def beale():
    return surfaces.named("beale")


@pytest.fixture(scope="session")
def walks(beale):
    """Three methods on Beale's function, with their paths."""
    methods = [GradientDescent(0.03), Momentum(0.01), Adam(0.3)]
    return [minimize(beale, method=each, stop=Stop(steps=40, optimality=0.0), record="path") for each in methods]


@pytest.fixture(scope="session")
def silent(beale):
    """A run that recorded no path."""
    return minimize(beale, method=GradientDescent(0.03), stop=Stop(steps=3))


def squares(x, rows):
    return 0.5 * (x[0] + x[1] * rows[:, 0] - rows[:, 1]) ** 2


@pytest.fixture(scope="session")
def regression():
    """A line of twelve rows, and a batch, a mini-batch and a stochastic run on it."""
    x = np.linspace(-1.5, 1.5, 12)
    rows = np.stack([x, 2.0 + 3.0 * x + 0.1 * np.cos(9 * x)], axis=1)
    problem = FiniteSum(squares, rows)
    runs = {
        label: minimize(problem, np.zeros(2), GradientDescent(0.2), batch_size=size, stop=Stop(epochs=8), record="path")
        for label, size in (("batch", None), ("mini-batch", 4), ("stochastic", 1))
    }
    return problem, runs

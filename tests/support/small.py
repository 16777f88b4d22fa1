"""Small problems that many tests share, so that few programs have to be compiled: every test records everything."""

import jax.numpy as jnp
import numpy as np

from osolgil import methods
from osolgil.problems import FiniteSum, Function


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def weighted_bowl(x, curvatures):
    return 0.5 * jnp.sum(curvatures * x**2)


def line_loss(x, rows):
    w, h = rows
    return (x[0] + x[1] * w - h) ** 2


VALLEY = Function(rosenbrock)
VALLEY_START = np.array([-1.2, 1.0])

CURVATURES = np.array([1.0, 4.0])
BOWL = Function(weighted_bowl, (CURVATURES,))
BOWL_START = np.array([2.0, 1.0])

random = np.random.default_rng(7)
W = random.normal(size=24)
H = 1.0 + 2.0 * W + random.normal(size=24)
WEIGHTS = random.uniform(0.5, 2.0, size=24)
LINE_START = np.array([0.5, -0.5])

# 23 rows are filled up to 24, so that both share every program. Batches of six: four an epoch, the last one ragged.
EVEN = FiniteSum(line_loss, (W, H), WEIGHTS)
RAGGED = FiniteSum(line_loss, (W[:23], H[:23]), WEIGHTS[:23])
BATCH = 6
BATCHES = 4

ADAM = methods.Adam(learning_rate=0.02)
DESCENT = methods.GradientDescent(learning_rate=0.1)
MOMENTUM = methods.Momentum(learning_rate=0.02)


def line_value(x, rows=slice(None), weights=WEIGHTS):
    """The weighted mean loss over these rows, and its gradient, by NumPy."""
    w, h, p = W[rows], H[rows], weights[rows]
    error = x[0] + x[1] * w - h
    total = p.sum()
    return (p @ error**2) / total, np.array([2 * p @ error, 2 * p @ (error * w)]) / total


def same_bits(one, other):
    """Whether two results have the same points, values and histories to the last bit."""
    np.testing.assert_array_equal(one.x, other.x)
    np.testing.assert_array_equal(one.jac, other.jac)
    assert (one.fun, one.status, one.nit, one.nfev, one.epochs) == (
        other.fun,
        other.status,
        other.nit,
        other.nfev,
        other.epochs,
    )
    assert one.message == other.message
    same_trace(one.trace, other.trace)


def same_trace(one, other):
    for name in ("evaluation", "value", "optimality", "step_size", "accepted", "steps", "rows", "path", "judgements"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.memory is None) == (other.memory is None)
    for name in one.memory or {}:
        np.testing.assert_array_equal(one.memory[name], other.memory[name], err_msg=name)

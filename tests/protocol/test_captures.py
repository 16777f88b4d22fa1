"""Arrays that a function captures: seen by JAX as new objects, so that no precision spoils another."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil import Function, Stop, check_gradient, minimize
from osolgil.protocol.captures import refreshed

TABLE = np.linspace(0.0, 1.0, 12).reshape(4, 3)
STOP = Stop(steps=3, optimality=0)
LONG, SHORT = np.zeros(3), np.zeros(3, np.float32)


def logistic(seed):
    """A negative log-likelihood that captures float64 arrays of its own."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(200, 3)), (rng.random(200) < 0.5) * 1.0
    return lambda b: jnp.mean(jnp.logaddexp(0.0, X @ b) - y * (X @ b))


ORDERS = {
    "float32, then float64": lambda f: [minimize(f, x, "sgd", stop=STOP) for x in (SHORT, LONG)],
    "float64, then float32": lambda f: [minimize(f, x, "sgd", stop=STOP) for x in (LONG, SHORT)],
    "one Function in both": lambda f: [minimize(g, x, "sgd", stop=STOP) for g in [Function(f)] for x in (LONG, SHORT)],
    "the user's jit, then ours": lambda f: [jax.jit(f)(LONG), minimize(f, LONG, "newton", stop=STOP)],
    "the user's trace, then ours": lambda f: [jax.eval_shape(f, LONG), minimize(f, LONG, "newton", stop=STOP)],
    "ours, then the user's": lambda f: [minimize(f, LONG, "sgd", stop=STOP), jax.grad(f)(LONG), jax.jit(f)(LONG)],
    "a check, then the user's": lambda f: [check_gradient(f, LONG), jax.grad(f)(LONG), f(LONG)],
    "a jitted function in both": lambda f: [minimize(jax.jit(f), x, "sgd", stop=STOP) for x in (SHORT, LONG)],
}


@pytest.mark.parametrize("order", ORDERS)
def test_no_precision_spoils_the_other_and_none_the_user_s_own_programs(order):
    f = logistic(seed=list(ORDERS).index(order))
    ORDERS[order](f)
    assert jax.grad(f)(SHORT).dtype == np.float32


def test_a_float64_run_after_a_float32_one_uses_every_digit_of_a_captured_array():
    third = np.full(3, 1 / 3)

    def f(x):
        return jnp.sum((x - third) ** 2)

    jax.jit(f)(SHORT)
    minimize(f, SHORT, "sgd", stop=STOP)
    assert minimize(f, LONG, "sgd", stop=STOP).trace.value[0] == pytest.approx(3 * (1 / 3) ** 2, rel=1e-15)


def through_a_global(x):
    return np.sum(TABLE @ x)


def through_a_helper(x):
    return through_a_global(x) + 1.0


class Model:
    def __init__(self):
        self.table = TABLE

    def loss(self, x):
        return np.sum(self.table @ x)

    __call__ = loss


def capturing():
    table, nested = TABLE, {"parts": [TABLE]}
    return {
        "a cell": lambda x: np.sum(table @ x),
        "a cell of a container": lambda x: np.sum(nested["parts"][0] @ x),
        "a default": lambda x, table=TABLE: np.sum(table @ x),
        "a keyword default": keyword_default,
        "a global": through_a_global,
        "a helper": through_a_helper,
        "a partial": functools.partial(lambda table, x: np.sum(table @ x), TABLE),
        "a method": Model().loss,
        "a callable object": Model(),
    }


def keyword_default(x, *, table=TABLE):
    return np.sum(table @ x)


@pytest.mark.parametrize("way", capturing())
def test_a_refreshed_function_computes_the_same_from_other_array_objects(way):
    seen = []

    class Spy(np.ndarray):
        def __rmatmul__(self, table):
            seen.append(table)
            return table @ np.asarray(self)

        __array_ufunc__ = None

    f = capturing()[way]
    x = np.array([1.0, 2.0, 3.0])
    assert refreshed(f)(x) == f(x)
    refreshed(f)(x.view(Spy))
    assert seen[-1] is not TABLE
    assert np.shares_memory(seen[-1], TABLE)


def test_a_function_that_captures_no_wide_array_is_left_as_it_is():
    short, number, counted = TABLE.astype(np.float32), 2.0, []

    def f(x):
        counted.append(x)
        return x @ short.T * number

    assert refreshed(f) is f
    assert refreshed(jnp.sum) is jnp.sum
    assert refreshed(np.sum) is np.sum


def test_a_function_that_refers_to_itself_is_refreshed_once():
    table = TABLE

    def f(x, depth=2):
        return np.sum(table @ x) if depth == 0 else f(x, depth - 1)

    assert refreshed(f)(np.ones(3)) == f(np.ones(3))

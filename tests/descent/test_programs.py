"""Programs are compiled once, and forgotten in time."""

import collections
import functools
import gc
import weakref

import jax.numpy as jnp
import numpy as np
import pytest
from support.small import BATCH, DESCENT, MOMENTUM

from osolgil.descent import Stop, minimize, setup
from osolgil.problems import FiniteSum, Function, as_problem
from osolgil.protocol import programs

FEW = Stop(steps=2)


def counted(f):
    """f, and a list that grows by one whenever f is called (which is when it is traced)."""
    calls = []

    def counting(*arguments):
        calls.append(1)
        return f(*arguments)

    return counting, calls


def test_a_thousand_runs_of_one_callable_compile_once():
    f, traces = counted(lambda x: jnp.sum((x - 1) ** 2))
    first = minimize(f, np.zeros(2), DESCENT, stop=FEW)
    assert first.compile_seconds > 0
    traced = len(traces)
    for i in range(1000):
        last = minimize(f, np.full(2, i / 7), DESCENT, stop=FEW)
    assert len(traces) == traced
    assert last.compile_seconds == 0


def test_new_data_of_the_same_shape_do_not_recompile():
    f, traces = counted(lambda x, center: jnp.sum((x - center) ** 2))
    counts = []
    for i in range(5):
        result = minimize(Function(f, (np.full(2, float(i)),)), np.zeros(2), DESCENT, stop=Stop(steps=200))
        np.testing.assert_allclose(result.x, i, atol=1e-5)
        counts.append(len(traces))
    assert len(set(counts)) == 1


def test_new_rows_that_are_filled_up_to_the_same_length_do_not_recompile():
    loss, traces = counted(lambda x, rows: (rows - x[0]) ** 2)
    counts = []
    for count in (21, 22, 24, 23):
        rows = np.arange(float(count))
        result = minimize(FiniteSum(loss, rows), np.zeros(1), DESCENT, stop=Stop(steps=200))
        np.testing.assert_allclose(result.x, rows.mean(), rtol=1e-6)
        minimize(FiniteSum(loss, rows), np.zeros(1), MOMENTUM, batch_size=BATCH, stop=Stop(epochs=1))
        counts.append(len(traces))
    assert len(set(counts)) == 1


def test_a_function_whose_captures_are_replaced_is_compiled_again():
    global center
    center = np.zeros(2)
    at_zero = minimize(distance, np.ones(2), DESCENT)
    center = np.full(2, 3.0)
    at_three = minimize(distance, np.ones(2), DESCENT)
    np.testing.assert_allclose(at_zero.x, 0, atol=1e-5)
    np.testing.assert_allclose(at_three.x, 3, atol=1e-5)


def distance(x):
    return squares(x)


def squares(x):
    return jnp.sum((x - center) ** 2)


def test_a_method_of_an_object_that_changes_is_compiled_again():
    class Model:
        center = 0.0

        def loss(self, x):
            return jnp.sum((x - self.center) ** 2)

    model = Model()
    model.center = 1.0
    one = minimize(model.loss, np.zeros(2), DESCENT)
    model.center = 2.0
    two = minimize(model.loss, np.zeros(2), DESCENT)
    np.testing.assert_allclose((one.x[0], two.x[0]), (1, 2), atol=1e-5)


@pytest.mark.parametrize("wrap", [Function, lambda f: f], ids=["Function", "callable"])
def test_fresh_closures_are_forgotten_when_others_have_been_run(wrap, monkeypatch):
    monkeypatch.setattr(programs, "KEPT", 2)
    monkeypatch.setattr(programs, "executables", collections.OrderedDict())
    module = __import__("sys").modules["osolgil.problems.as_problem"]
    few = functools.lru_cache(maxsize=2)(module.remembered.__wrapped__)
    monkeypatch.setattr(module, "remembered", few)

    def closure(i):
        return lambda x: jnp.sum((x - i) ** 2)

    def run(i):
        f = closure(i)
        minimize(wrap(f), np.zeros(1), DESCENT, stop=Stop(steps=1))
        return weakref.ref(f)

    alive = [run(i) for i in range(8)]
    gc.collect()
    assert alive[0]() is None
    assert alive[1]() is None
    assert sum(each() is not None for each in alive) <= 6
    assert len(programs.executables) <= 2


def test_as_many_programs_are_kept_as_are_allowed(monkeypatch):
    assert programs.KEPT >= 16
    monkeypatch.setattr(programs, "KEPT", 3)
    monkeypatch.setattr(programs, "executables", collections.OrderedDict())
    for n in range(5):
        programs.compiled(double, n, (np.zeros(n + 1),))
    assert [key[1] for key in programs.executables] == [2, 3, 4]
    programs.compiled(double, 2, (np.zeros(3),))
    assert [key[1] for key in programs.executables] == [3, 4, 2]


def double(setting, x):
    return 2 * x


def test_the_same_callable_is_the_same_problem():
    def f(x):
        return jnp.sum(x**2)

    assert as_problem(f, np.ones(2)) is as_problem(f, np.zeros(2))
    assert as_problem(f, np.ones(3)) is not as_problem(f, np.ones(2))


def test_data_are_prepared_once_and_let_go_with_their_problem():
    problem = FiniteSum(lambda x, rows: (rows - x) ** 2, np.arange(4.0))
    for _ in range(2):
        minimize(problem, 0.0, "gradient_descent", stop=Stop(steps=1))
    assert [known() for known, *_ in setup.ready].count(problem) == 1
    held = len(setup.ready)
    del problem
    gc.collect()
    assert len(setup.ready) < held

"""Functions that JAX cannot look into."""

import numpy as np
import pytest
from support.small import ADAM, BOWL_START, same_trace

from osolgil.descent import Descent, Status, Stop, minimize
from osolgil.methods import Momentum, Nesterov
from osolgil.problems import BlackBox

STOP = Stop(steps=40)
MOVES = Momentum(learning_rate=0.03)


def f(x):
    return float(0.5 * x[0] ** 2 + 2 * x[1] ** 2)


def gradient(x):
    return np.array([x[0], 4 * x[1]])


def test_it_is_called_once_for_each_evaluation():
    calls = {"f": 0, "gradient": 0}

    def counted(name, function):
        def calling(x):
            calls[name] += 1
            return function(x)

        return calling

    box = BlackBox(counted("f", f), counted("gradient", gradient))
    result = minimize(box, BOWL_START, MOVES, stop=STOP)
    assert calls == {"f": 41, "gradient": 41} == {"f": result.nfev, "gradient": result.njev}


def test_without_a_gradient_central_differences_are_counted_and_named():
    calls = []
    result = minimize(BlackBox(lambda x: calls.append(1) or f(x)), BOWL_START, MOVES, stop=STOP)
    exact = minimize(BlackBox(f, gradient), BOWL_START, MOVES, stop=STOP)
    assert len(calls) == result.nfev * 5
    assert "approximated by central differences, 5 calls of the function an evaluation" in result.message
    assert "central differences" not in exact.message
    np.testing.assert_allclose(result.x, exact.x, rtol=1e-7)


def test_it_gets_copies_that_it_may_keep_or_change():
    def spoiling(x):
        value = f(x)
        x[:] = np.nan
        return value

    def spoiling_gradient(x):
        value = gradient(x)
        x[:] = np.nan
        return value

    spoilt = minimize(BlackBox(spoiling, spoiling_gradient), BOWL_START, MOVES, stop=STOP, record="all")
    clean = minimize(BlackBox(f, gradient), BOWL_START, MOVES, stop=STOP, record="all")
    same_trace(spoilt.trace, clean.trace)


def test_it_sees_numpy_arrays_in_the_shape_of_the_start():
    seen = []

    def g(p):
        seen.append((type(p["w"]), p["w"].shape, p["w"].dtype, np.shape(p["b"])))
        return float(np.sum(p["w"] ** 2) + p["b"] ** 2)

    minimize(BlackBox(g), {"w": np.ones((2, 2), np.float32), "b": 1}, ADAM, stop=Stop(steps=1))
    assert set(seen) == {(np.ndarray, (2, 2), np.dtype(np.float64), ())}


def test_an_error_of_the_function_is_the_callers():
    with pytest.raises(ZeroDivisionError):
        minimize(BlackBox(lambda x: 1 / 0), BOWL_START, ADAM)


def asked_and_told(method, stop, record="all"):
    descent = Descent(method, BOWL_START, stop, record)
    while not descent.done:
        x = descent.ask()
        descent.tell(f(x), gradient(x))
    return descent


@pytest.mark.parametrize("stop", [Stop(steps=40), Stop(evaluations=17), Stop(optimality=0.1), Stop(target=0.3), Stop()])
def test_a_descent_that_is_asked_and_told_equals_minimize_exactly(stop):
    mine = asked_and_told(MOVES, stop).result()
    other = minimize(BlackBox(f, gradient), BOWL_START, MOVES, stop=stop, record="all")
    assert (mine.status, mine.nit, mine.nfev, mine.fun) == (other.status, other.nit, other.nfev, other.fun)
    np.testing.assert_array_equal(mine.x, other.x)
    np.testing.assert_array_equal(mine.jac, other.jac)
    assert mine.message == other.message
    same_trace(mine.trace, other.trace)


def test_nothing_stops_a_descent_from_going_on():
    descent = asked_and_told(MOVES, Stop(steps=3))
    x = descent.ask()
    descent.tell(f(x), gradient(x))
    assert descent.result().nfev == 5


def test_what_a_descent_asks_may_be_changed():
    descent = Descent(MOVES, BOWL_START)
    descent.ask()[:] = np.nan
    np.testing.assert_array_equal(descent.ask(), BOWL_START)


def test_a_descent_before_it_was_told_anything_has_a_result():
    result = Descent(MOVES, BOWL_START).result()
    assert (result.status, result.nfev, len(result.trace)) == (Status.RUNNING, 0, 0)
    np.testing.assert_array_equal(result.x, BOWL_START)


@pytest.mark.parametrize(
    ("value", "slope", "words"),
    [
        (1.0, np.zeros(3), r"gradient must have the shape of x, \(2,\)"),
        (1.0, None, "gradient must have the shape of x"),
        (1.0, {"a": 1.0}, "gradient must have the shape of x"),
        (np.zeros(2), np.zeros(2), "value must be one number"),
    ],
)
def test_a_descent_refuses_what_is_no_value_or_gradient(value, slope, words):
    descent = Descent(MOVES, BOWL_START)
    with pytest.raises(ValueError, match=words):
        descent.tell(value, slope)
    assert descent.result().nfev == 0


@pytest.mark.parametrize("stop", [Stop(epochs=1), Stop(seconds=1)])
def test_a_descent_counts_neither_epochs_nor_seconds(stop):
    with pytest.raises(ValueError, match="in your own loop"):
        Descent(MOVES, BOWL_START, stop)


def test_a_method_that_answers_elsewhere_has_its_answer_evaluated():
    ahead = Nesterov(learning_rate=0.03, look_ahead=True)
    result = minimize(BlackBox(f, gradient), BOWL_START, ahead, stop=STOP, record="all")
    np.testing.assert_array_equal(result.x, result.trace.memory["y"][-1])
    assert result.fun == f(result.x)
    np.testing.assert_array_equal(result.jac, gradient(result.x))

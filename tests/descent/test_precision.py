"""Precision follows the data, in a scope that ends where other people's code begins."""

import threading
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.small import ADAM, BATCH, LINE_START, MOMENTUM, VALLEY, VALLEY_START, H, W, line_loss

from osolgil.descent import Stop, minimize, minimize_lanes
from osolgil.problems import BlackBox, FiniteSum, Function

STOP = Stop(steps=30)
SHORT = VALLEY_START.astype(np.float32)
LINE32 = FiniteSum(line_loss, (W.astype(np.float32), H.astype(np.float32)))


def dtypes(result):
    arrays = [result.x, result.jac, result.trace.value, result.trace.path, result.trace.step_size]
    return {array.dtype for array in arrays} | {leaf.dtype for leaf in result.trace.memory.values()}


def test_float64_in_float64_computed():
    result = minimize(VALLEY, VALLEY_START, ADAM, stop=STOP, record="all")
    assert dtypes(result) == {np.dtype(np.float64)}
    assert result.trace.value[0] == pytest.approx(24.2, rel=1e-15)


@pytest.mark.parametrize("start", [[-1.2, 1.0], (-1.2, 1.0)])
def test_plain_numbers_are_computed_in_float64(start):
    assert minimize(lambda x: x[0] ** 2 + x[1], start, ADAM, stop=Stop(steps=1)).x[0].dtype == np.float64


def test_integers_are_computed_in_float64():
    assert minimize(VALLEY, np.array([3, 4]), ADAM, stop=STOP, record="all").x.dtype == np.float64


def test_float32_in_float32_computed():
    result = minimize(VALLEY, SHORT, ADAM, stop=STOP, record="all")
    assert dtypes(result) == {np.dtype(np.float32)}


def test_float32_rows_and_plain_numbers_are_computed_in_float32():
    result = minimize(LINE32, [0.5, -0.5], ADAM, stop=STOP)
    assert result.trace.value.dtype == np.float32
    assert minimize(LINE32, LINE_START, ADAM, stop=STOP).trace.value.dtype == np.float64


def test_mini_batches_of_float32_are_computed_in_float32():
    result = minimize(LINE32, LINE_START.astype(np.float32), MOMENTUM, batch_size=BATCH, stop=STOP, record="all")
    assert dtypes(result) == {np.dtype(np.float32)}


def test_float32_stays_float32_where_a_program_has_turned_float64_on():
    with jax.enable_x64(True):
        result = minimize(VALLEY, SHORT, ADAM, stop=STOP, record="all")
    assert dtypes(result) == {np.dtype(np.float32)}


def test_the_default_tolerance_is_that_of_the_precision():
    assert Stop().tolerance(np.float64) == 1e-6
    assert Stop().tolerance(np.float32) == 1e-4
    assert Stop(optimality=1e-3).tolerance(np.float32) == 1e-3


def enabled():
    return bool(jax.config.jax_enable_x64) or jnp.zeros(()).dtype == np.float64


def test_the_global_configuration_is_as_it_was_and_callbacks_run_outside_of_the_scope():
    seen = []
    assert not enabled()
    minimize(VALLEY, VALLEY_START, ADAM, stop=STOP, callback=lambda _: seen.append(enabled()), callback_every=10)
    minimize_lanes(VALLEY, [VALLEY_START] * 2, ADAM, stop=STOP)
    assert seen == [False, False, False]
    assert not enabled()


def test_the_global_configuration_is_as_it_was_after_an_error():
    def broken(_):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        minimize(VALLEY, VALLEY_START, ADAM, stop=STOP, callback=broken, callback_every=10)
    with pytest.raises(TypeError):
        minimize(Function(lambda x: x), VALLEY_START, ADAM)
    with pytest.raises(TypeError):
        minimize(lambda x: x, VALLEY_START, ADAM)
    assert not enabled()


def test_two_threads_of_different_precision_do_not_disturb_each_other():
    expected = {
        each.dtype: minimize(VALLEY, each, ADAM, stop=STOP, record="all").trace for each in (VALLEY_START, SHORT)
    }
    errors = []

    def work(start):
        try:
            for _ in range(20):
                result = minimize(VALLEY, start, ADAM, stop=STOP, record="all")
                assert dtypes(result) == {start.dtype}
                np.testing.assert_array_equal(result.trace.path, expected[start.dtype].path)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (VALLEY_START, SHORT, VALLEY_START, SHORT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_captured_float32_array_in_a_float64_run_is_warned_about_and_a_float64_one_is_not():
    short, long = jnp.full(2, 0.1), np.full(2, 0.1)
    with pytest.warns(UserWarning, match="captured an array of float32.*pass it as data"):
        minimize(lambda x: jnp.sum((x - short) ** 2), np.zeros(2), ADAM, stop=Stop(steps=1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        minimize(lambda x: jnp.sum((x - short) ** 2), np.zeros(2, np.float32), ADAM, stop=Stop(steps=1))
        minimize(lambda x: jnp.sum((x - long) ** 2), np.zeros(2), ADAM, stop=Stop(steps=1))


def test_a_black_box_is_called_outside_of_the_scope_too_and_keeps_every_digit():
    seen = []

    def f(x):
        seen.append((str(jnp.asarray(1.0).dtype), str(x.dtype)))
        return float(np.sum((x - 1 / 3) ** 2))

    result = minimize(BlackBox(f, lambda x: 2 * (x - 1 / 3)), np.full(2, 0.1), ADAM, stop=Stop(steps=2))
    assert set(seen) == {("float32", "float64")}
    assert float(BlackBox(f).evaluate(np.array([0.1, 0.2])).value) == (0.1 - 1 / 3) ** 2 + (0.2 - 1 / 3) ** 2
    assert result.trace.value[0] == 2 * (0.1 - 1 / 3) ** 2

"""Runs that are judged by other rows than those they see, replayed by hand."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.small import (
    BATCH,
    BATCHES,
    LINE_START,
    MOMENTUM,
    RAGGED,
    VALLEY,
    VALLEY_START,
    line_loss,
    line_value,
    same_bits,
    same_trace,
)

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.methods import GradientDescent, PolyakAveraging
from osolgil.problems import FiniteSum, Function
from osolgil.protocol import data_pytree

# Another line than that of the training rows: the way to the one leads past the other.
random = np.random.default_rng(3)
W = random.normal(size=13)
H = 0.9 + 0.6 * W
OTHERS = FiniteSum(line_loss, (W, H))
PATIENCE = 3


def judged_by_hand(epochs):
    """Momentum in fixed order over the training rows, by NumPy: points and validation values after each epoch."""
    x, v = LINE_START.copy(), np.zeros(2)
    points, values = [], []
    for _ in range(epochs):
        for start in range(0, 23, BATCH):
            v = 0.9 * v + line_value(x, slice(start, min(start + BATCH, 23)))[1]
            x = x - 0.02 * v
        points.append(x)
        values.append(np.mean((x[0] + x[1] * W - H) ** 2))
    return np.array(points), np.array(values)


def run(method=MOMENTUM, problem=RAGGED, validation=OTHERS, stop=None, **options):
    stop = Stop(epochs=30, patience=PATIENCE) if stop is None else stop
    options = {"batch_size": BATCH, "order": "fixed", "record": "all"} | options
    return minimize(problem, LINE_START, method, validation=validation, stop=stop, **options)


@pytest.mark.parametrize("driver", ["compiled", "host"])
def test_early_stopping_hands_over_the_point_that_was_best_by_validation(driver):
    points, values = judged_by_hand(12)
    best = int(np.argmin(values))
    assert 0 < best < 12 - PATIENCE
    result = run(driver=driver)
    ended = best + PATIENCE + 1
    assert (result.status, result.success, result.epochs) == (Status.EARLY_STOPPED, True, ended)
    assert (result.nfev, result.nit, result.njev) == (BATCHES * ended,) * 3
    np.testing.assert_allclose(result.trace.judgements[:, 0], values[:ended], rtol=1e-12)
    assert np.isnan(result.trace.judgements[:, 1]).all()
    np.testing.assert_allclose(result.x, points[best], rtol=1e-12)
    assert result.validation == result.trace.judgements[best, 0]
    assert result.message.startswith(f"Stopped early: not improved on validation for {PATIENCE} epochs; ")
    assert f"{result.validation:.6g} at evaluation {BATCHES * (best + 1)}." in result.message
    assert f"validation: {result.validation}" in repr(result)


def test_value_and_gradient_of_the_answer_are_of_the_training_rows():
    result = run()
    value, gradient = line_value(result.x, slice(0, 23))
    np.testing.assert_allclose(result.fun, value, rtol=1e-12)
    np.testing.assert_allclose(result.jac, gradient, rtol=1e-12)
    assert (result.best.fun, result.best.evaluation % BATCHES) == (result.fun, 0)
    np.testing.assert_array_equal(result.best.x, result.x)
    assert result.validation != result.fun


def test_both_drivers_agree():
    compiled, host = run(driver="compiled"), run(driver="host")
    assert (compiled.status, compiled.nfev, compiled.best.evaluation) == (host.status, host.nfev, host.best.evaluation)
    np.testing.assert_allclose(compiled.trace.judgements, host.trace.judgements, rtol=1e-12)
    np.testing.assert_allclose(compiled.x, host.x, rtol=1e-12)
    np.testing.assert_allclose(compiled.validation, host.validation, rtol=1e-12)


def test_a_lane_is_judged_as_its_single_run_is():
    methods = [dataclasses.replace(MOMENTUM, learning_rate=rate) for rate in (0.005, 0.02)]
    options = {"batch_size": BATCH, "stop": Stop(epochs=30, patience=PATIENCE), "validation": OTHERS, "seeds": [4, 9]}
    lanes = minimize_lanes(RAGGED, LINE_START, methods, **options)
    assert len({lane.nfev for lane in lanes}) == 2
    del options["seeds"]
    for lane, method, seed in zip(lanes, methods, (4, 9), strict=True):
        single = minimize(RAGGED, LINE_START, method, seed=seed, **options)
        assert (lane.status, lane.nfev, lane.message) == (single.status, single.nfev, single.message)
        np.testing.assert_allclose(lane.trace.judgements, single.trace.judgements, rtol=1e-12)
        np.testing.assert_allclose(lane.validation, single.validation, rtol=1e-12)
        np.testing.assert_allclose(lane.x, single.x, rtol=1e-12)


def test_a_validation_changes_what_is_judged_and_not_the_run():
    stop = Stop(epochs=4)
    with_it, without = run(stop=stop), run(stop=stop, validation=None)
    np.testing.assert_array_equal(with_it.trace.path, without.trace.path)
    np.testing.assert_array_equal(with_it.trace.value, without.trace.value)
    assert without.validation is None
    assert "validation" not in repr(without)


def test_the_target_is_one_of_validation():
    values = judged_by_hand(12)[1]
    target = np.sort(values)[:2].mean()
    result = run(stop=Stop(epochs=30, target=target))
    assert (result.status, result.epochs) == (Status.TARGET_REACHED, np.argmin(values) + 1)
    assert result.message == f"Target reached: validation value {values.min():.6g} ≤ {target}."


def test_nothing_converges_by_a_validation():
    stop = Stop(epochs=3, optimality=1e9)
    assert run(stop=stop, validation=None).status is Status.CONVERGED
    result = run(stop=stop)
    assert (result.status, result.epochs) == (Status.COMPLETED, 3)
    assert result.message == f"Completed: 3 epochs ≥ 3; validation value {result.validation:.6g}."


def test_the_last_look_at_a_run_that_ends_within_an_epoch_is_at_the_validation():
    result = run(stop=Stop(steps=2 * BATCHES + 1))
    assert result.trace.judgements[:, 2].tolist() == [BATCHES, 2 * BATCHES, 2 * BATCHES + 1]
    x = result.x
    np.testing.assert_allclose(result.validation, np.mean((x[0] + x[1] * W - H) ** 2), rtol=1e-12)


def test_an_average_is_handed_over_where_it_ended_and_judged_there():
    result = run(PolyakAveraging(MOMENTUM), stop=Stop(epochs=12))
    judged = result.trace.judgements[:, 0]
    np.testing.assert_allclose(result.x, result.trace.memory["average"][-1], rtol=1e-12)
    assert result.validation == judged[-1] > judged.min()
    np.testing.assert_allclose(result.fun, line_value(result.x, slice(0, 23))[0], rtol=1e-12)
    np.testing.assert_allclose(result.best.fun, line_value(result.best.x, slice(0, 23))[0], rtol=1e-12)
    assert result.best.evaluation == result.trace.judgements[np.argmin(judged), 2]


def test_a_validation_value_that_is_not_finite_ends_the_run():
    result = run(validation=FiniteSum(line_loss, (W, np.full_like(H, np.inf))))
    assert (result.status, result.nfev, result.success) == (Status.DIVERGED, BATCHES, False)
    assert result.validation == np.inf


@pytest.mark.parametrize("cut", [BATCHES * 2, BATCHES * 2 + 3])
def test_a_validated_run_goes_on_from_its_checkpoint_to_the_same_bits(cut, tmp_path):
    path = tmp_path / "run.npz"
    run(stop=Stop(steps=cut, patience=PATIENCE), checkpoint=path)
    on, whole = run(checkpoint=path), run()
    same_trace(on.trace, whole.trace)
    same_bits(on, whole)
    assert on.validation == whole.validation
    more = run(checkpoint=path, stop=Stop(epochs=30, patience=2 * PATIENCE))
    same_bits(more, run(stop=Stop(epochs=30, patience=2 * PATIENCE)))
    assert more.nfev == on.nfev + PATIENCE * BATCHES
    with pytest.raises(ValueError, match="belongs to another run: its validation"):
        run(checkpoint=path, validation=FiniteSum(line_loss, (W, H + 1)))


def test_other_rows_to_validate_by_do_not_compile_again():
    run()
    assert run(validation=FiniteSum(line_loss, (W + 1, H))).compile_seconds == 0


@data_pytree
class Doubled:
    """The line's loss for a method that walks in z = 2x."""

    convex = False

    def __call__(self, z, rows):
        return line_loss(jax.tree.map(lambda leaf: leaf / 2, z), rows)

    @property
    def coordinates(self):
        return self

    def inward(self, x):
        return 2 * x

    def outward(self, z):
        return z / 2

    def outward_gradient(self, gradient):
        return 2 * gradient


def test_a_validation_is_evaluated_in_its_own_coordinates():
    inner = FiniteSum(Doubled(), RAGGED.rows, RAGGED.weights)
    slow = GradientDescent(0.08)
    results = [run(GradientDescent(0.02), RAGGED), run(slow, inner)]
    results += [run(slow, inner, FiniteSum(Doubled(), OTHERS.rows))]
    for result in results[1:]:
        np.testing.assert_allclose(result.trace.judgements[:, 0], results[0].trace.judgements[:, 0], rtol=1e-10)
        np.testing.assert_allclose(result.x, results[0].x, rtol=1e-10)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"batch_size": None}, ValueError, "give a batch_size, such as batch_size=32, or 23 for all rows at once"),
        ({"validation": VALLEY}, TypeError, "a Function; it must be a FiniteSum of the same parameters"),
        ({"validation": (W, H)}, TypeError, "a tuple; it must be a FiniteSum"),
        ({"validation": line_loss}, TypeError, "a function; it must be a FiniteSum"),
        ({"validation": FiniteSum(line_loss, W)}, ValueError, "validation does not take the parameters of line_loss"),
        ({"validation": FiniteSum(line_loss, (W, H[:5]))}, ValueError, "one leading length"),
    ],
)
def test_what_cannot_judge_is_refused(options, error, words):
    with pytest.raises(error, match=words):
        run(**options)


def test_a_problem_without_rows_cannot_be_judged_by_others():
    with pytest.raises(ValueError, match=r"give a batch_size, such as batch_size=32\.$"):
        minimize(Function(lambda x: jnp.sum(x**2)), VALLEY_START, validation=OTHERS)

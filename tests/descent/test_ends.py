"""How runs end: which status, what is kept, and what the message says."""

import re

import jax.numpy as jnp
import numpy as np
import pytest
from support.small import BATCH, BATCHES, BOWL, BOWL_START, DESCENT, EVEN, LINE_START, MOMENTUM, line_value

from osolgil.descent import Status, Stop, minimize
from osolgil.methods import GradientDescent, Momentum, Newton
from osolgil.problems import Function, surfaces

FAST = GradientDescent(learning_rate=0.3)


def descend(problem=BOWL, start=BOWL_START, method=DESCENT, **options):
    return minimize(problem, start, method, record="all", **options)


def test_success_follows_from_the_status_alone():
    good = {status for status in Status if status.success}
    assert good == {Status.CONVERGED, Status.TARGET_REACHED, Status.COMPLETED, Status.EARLY_STOPPED}
    for status in Status:
        assert status.cause
        assert status.remedy
    assert len({int(status) for status in Status}) == len(Status)


def test_a_run_converges_when_no_component_of_the_gradient_exceeds_the_tolerance():
    result = descend(stop=Stop(optimality=1e-3))
    assert result.status is Status.CONVERGED
    assert result.success
    assert np.max(np.abs(result.jac)) <= 1e-3 < result.trace.optimality[-2]
    np.testing.assert_array_equal(result.jac, [result.x[0], 4 * result.x[1]])
    optimality = f"{np.max(np.abs(result.jac)):.3g}"
    assert result.message.startswith(f"Converged: optimality {optimality} ≤ 0.001.")


def test_a_first_order_methods_message_does_not_exclude_a_saddle():
    assert "does not exclude that this is a saddle point" in descend().message
    assert "saddle" not in descend(method=Newton()).message


def test_a_start_that_is_optimal_already_converges_without_a_step():
    result = descend(start=np.zeros(2))
    assert (result.status, result.nit, result.nfev) == (Status.CONVERGED, 0, 1)
    assert result.best.evaluation == 1
    np.testing.assert_array_equal(result.x, 0)


@pytest.mark.parametrize("method", [DESCENT, Newton()], ids=["rule", "trials"])
@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_step_limit_of_k_makes_k_moves_and_evaluates_the_point_they_lead_to(method, steps):
    from support.small import VALLEY, VALLEY_START

    result = descend(VALLEY, VALLEY_START, method, stop=Stop(steps=steps))
    assert (result.status, result.nit) == (Status.STEP_LIMIT, steps)
    assert result.trace.accepted.sum() == steps + 1
    assert result.trace.steps[-1] == steps
    assert result.nfev == len(result.trace) >= steps + 1
    assert (result.nfev == steps + 1) or method is not DESCENT
    assert result.message.startswith(f"Step limit: {steps} step{'s' * (steps != 1)}; optimality ")
    assert result.message.endswith("Remedy: allow more steps, or take a larger learning rate.")


def test_a_step_limit_of_k_mini_batches_makes_k_moves():
    result = descend(EVEN, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(steps=6))
    assert (result.status, result.nit, result.nfev, result.epochs) == (Status.STEP_LIMIT, 6, 6, 1.5)
    assert list(result.trace.judgements[:, 2]) == [BATCHES, 6]


def test_an_evaluation_limit_is_one_of_evaluations():
    result = descend(stop=Stop(evaluations=4))
    assert (result.status, result.nfev, result.nit) == (Status.EVALUATION_LIMIT, 4, 3)
    assert result.message.startswith("Evaluation limit: 4 evaluations; optimality ")
    assert "> 1e-06" in result.message


def test_without_any_limit_ten_thousand_steps_are_one():
    assert Stop().step_limit == 10_000
    assert Stop(evaluations=3).step_limit is None
    assert Stop(epochs=3).step_limit is None
    assert Stop(seconds=3).step_limit is None
    assert descend(method=GradientDescent(learning_rate=1e-9)).nit == 10_000


def test_epochs_that_are_done_are_a_success():
    result = descend(EVEN, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=3))
    assert (result.status, result.success, result.epochs) == (Status.COMPLETED, True, 3.0)
    assert result.nfev == 3 * BATCHES
    assert result.message.startswith("Completed: 3 epochs ≥ 3; optimality ")


def test_epochs_of_all_rows_are_steps_and_the_point_they_lead_to_is_evaluated_too():
    result = descend(EVEN, LINE_START, MOMENTUM, stop=Stop(epochs=3))
    assert (result.status, result.nit, result.nfev, result.epochs) == (Status.COMPLETED, 3, 4, 3.0)
    np.testing.assert_array_equal(result.trace.rows, [0, 24, 48, 72])
    batched = descend(EVEN, LINE_START, MOMENTUM, batch_size=24, stop=Stop(epochs=3))
    assert (batched.nit, batched.epochs) == (3, 3.0)


def test_the_first_value_at_or_below_the_target_ends_the_run():
    result = descend(stop=Stop(target=0.5))
    assert result.status is Status.TARGET_REACHED
    assert result.success
    assert result.fun <= 0.5 < result.trace.value[-2]
    assert re.match(r"Target reached: value 0\.\d+ ≤ 0\.5\.", result.message)


def test_mini_batches_reach_a_target_on_all_rows_only():
    full = descend(EVEN, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=30)).trace
    target = full.judgements[9, 0]
    batches_below = full.value[: 9 * BATCHES] < target
    assert batches_below.any()
    result = descend(EVEN, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=30, target=target))
    first = int(np.argmax(full.judgements[:, 0] <= target)) + 1
    assert (result.status, result.epochs) == (Status.TARGET_REACHED, first)


def test_a_value_below_the_exit_level_is_unbounded():
    result = descend(Function(jnp.sum), np.zeros(2), GradientDescent(learning_rate=1.0), stop=Stop(exit_level=-10.0))
    assert (result.status, result.success, result.fun) == (Status.UNBOUNDED, False, -12.0)
    assert result.message.startswith("Unbounded: value -12 < -10.0.")


def test_patience_counts_evaluations_since_the_best():
    bouncing = GradientDescent(learning_rate=0.5)  # twice the inverse curvature of the second coordinate: it bounces
    result = descend(start=np.array([0.0, 1.0]), method=bouncing, stop=Stop(patience=5))
    assert (result.status, result.best.evaluation, result.nfev) == (Status.STALLED, 1, 6)
    assert "the value stopped improving" in result.message


def test_patience_of_mini_batches_counts_epochs():
    never = Stop(patience=2, epochs=50)
    wild = descend(EVEN, LINE_START, GradientDescent(learning_rate=0.9), batch_size=BATCH, stop=never)
    values = wild.trace.judgements[:, 0]
    assert wild.status is Status.STALLED
    assert len(values) - 1 - np.argmin(values) == 2


def test_no_seconds_are_a_time_limit_after_the_first_look():
    result = descend(method=GradientDescent(learning_rate=1e-9), stop=Stop(seconds=0))
    assert result.status is Status.TIME_LIMIT
    assert not result.success
    assert result.nfev == 64
    assert re.match(r"Time limit: \S+ s of 0 s; optimality 4 > 1e-06\.", result.message)


def test_a_value_that_is_not_finite_is_diverged_and_the_best_is_kept():
    log = Function(lambda x: jnp.log(x[0]) + x[1])
    result = descend(log, np.array([1.0, 0.0]), GradientDescent(learning_rate=0.4))
    assert (result.status, result.success) == (Status.DIVERGED, False)
    assert np.isnan(result.trace.value[-1])
    assert result.fun == np.nanmin(result.trace.value)
    assert np.isfinite(result.x).all()
    assert result.best.evaluation == np.nanargmin(result.trace.value) + 1
    np.testing.assert_array_equal(result.x, result.trace.path[result.best.evaluation - 1])
    assert result.message.startswith(f"Diverged: the value or the gradient of evaluation {result.nfev} is not finite.")


def test_a_gradient_that_is_not_finite_is_diverged():
    result = descend(Function(lambda x: jnp.sum(jnp.sqrt(x))), np.array([0.0, 1.0]))
    assert (result.status, result.nfev) == (Status.DIVERGED, 1)


def test_a_start_without_a_value_has_no_gradient_either():
    result = descend(Function(lambda x: jnp.log(x[0]) + x[1]), np.array([-1.0, 0.0]))
    assert (result.status, result.fun) == (Status.DIVERGED, np.inf)
    assert np.isnan(result.jac).all()
    np.testing.assert_array_equal(result.x, [-1, 0])


def test_epochs_that_end_where_there_is_no_value_are_diverged():
    result = descend(EVEN, LINE_START, GradientDescent(learning_rate=1e300), batch_size=BATCH, stop=Stop(steps=1))
    assert result.status is Status.DIVERGED
    result = descend(EVEN, LINE_START, GradientDescent(learning_rate=1e300), batch_size=24, stop=Stop(epochs=1))
    assert (result.status, result.success) == (Status.DIVERGED, False)


def test_a_run_that_diverges_with_the_last_batch_of_an_epoch_is_not_judged_there():
    result = descend(EVEN, LINE_START, GradientDescent(learning_rate=1e70), batch_size=BATCH, stop=Stop(epochs=3))
    assert result.status is Status.DIVERGED
    assert (result.trace.judgements[:, 2] > 0).all()


def test_a_step_below_the_spacing_of_floating_point_numbers_is_stalled():
    far = Function(lambda x: 0.5 * jnp.sum((x - 1e9) ** 2))
    result = descend(far, np.array([1e9 - 1e-3]), GradientDescent(learning_rate=1e-6))
    assert (result.status, result.nit) == (Status.STALLED, 0)
    assert result.trace.step_size[0] > 0
    assert "too small to change x" in result.message


def test_newton_that_arrives_at_a_saddle_says_so():
    saddle = Function(lambda x: 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4)
    result = descend(saddle, np.array([1.0, 0.0]), Newton())
    np.testing.assert_allclose(result.x, 0, atol=1e-12)
    assert (result.status, result.success) == (Status.SADDLE, False)
    assert "indefinite" in result.message
    assert "start a little off this point" in result.message
    assert descend(saddle, np.array([1.0, 1e-3]), Newton()).status is Status.CONVERGED


def test_newton_at_a_maximum_says_so():
    assert descend(Function(lambda x: -jnp.sum(x**2)), np.zeros(2), Newton()).status is Status.SADDLE


def test_the_lecture_race_saddle_is_one_for_newton():
    surface = surfaces.named("race_saddle")
    assert surface.minimum_value == -0.25
    assert minimize(surface, np.array([1.0, 0.0]), Newton()).status is Status.SADDLE


def test_a_mini_batch_whose_gradient_vanishes_far_from_the_optimum_does_not_stop():
    from support.small import W, line_loss

    from osolgil.problems import FiniteSum

    h = np.where(np.arange(24) < BATCH, 0.0, 5.0)
    result = descend(
        FiniteSum(line_loss, (W, h), np.ones(24)),
        np.zeros(2),
        MOMENTUM,
        batch_size=BATCH,
        order="fixed",
        stop=Stop(epochs=2),
    )
    assert result.trace.optimality[0] == 0.0
    assert result.trace.optimality[1] > 1.0
    assert (result.status, result.nfev) == (Status.COMPLETED, 2 * BATCHES)


def test_the_best_of_mini_batches_is_judged_on_all_rows():
    result = descend(EVEN, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=40))
    judgements = result.trace.judgements
    assert len(judgements) == 40
    assert result.fun == result.best.fun == judgements[:, 0].min()
    assert result.best.evaluation == judgements[np.argmin(judgements[:, 0]), 2]
    assert result.trace.value.min() < result.fun
    value, gradient = line_value(result.x)
    assert result.fun == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(result.jac, gradient, rtol=1e-9)


def test_a_converged_run_hands_over_where_it_converged_although_it_has_seen_a_lower_value():
    wells = Function(lambda x: 0.25 * x[0] ** 4 - 0.5 * x[0] ** 2 + 0.1 * x[0])
    ball = Momentum(learning_rate=0.05, momentum=0.9)
    result = descend(wells, np.array([-1.9]), ball)
    assert result.status is Status.CONVERGED
    assert np.max(np.abs(result.jac)) <= 1e-6
    assert result.x[0] > 0.9
    assert result.best.fun < result.fun
    assert result.best.fun == result.trace.value.min()


def test_a_start_where_nothing_is_finite_says_so_and_not_that_the_rate_is_too_large():
    result = minimize(lambda x: jnp.log(x[0]), np.array([-1.0]), DESCENT)
    assert result.message == "Diverged: the value or the gradient at the start is not finite. Remedy: start elsewhere."

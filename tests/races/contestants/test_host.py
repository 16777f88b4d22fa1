"""The host's side of a run, driven by descents written here in NumPy, against our own runs of the same."""

import numpy as np
import pytest
from support.race_problems import EVEN_RACED, RAGGED_RACED, VALLEY_RACED, lane, posed
from support.small import BATCH, DESCENT, VALLEY_START, rosenbrock

from osolgil import methods
from osolgil.descent import Stop, minimize
from osolgil.problems import BlackBox, surfaces
from osolgil.races.contestants.host import Host
from osolgil.races.contestants.sampled import SampledHost

RATE = 1e-3
PLAIN = methods.GradientDescent(learning_rate=RATE)


def descending(host, rate=RATE):
    """Gradient descent as another library would have it: without an end of its own."""

    def library():
        x = host.x0.copy()
        while True:
            x -= rate * host.both(x)[1]

    return library


def test_a_full_run_has_the_values_points_and_counts_of_ours():
    host = Host(VALLEY_RACED, lane(VALLEY_RACED), 30, strict=True)
    found = host.drive(descending(host))
    ours = minimize(*VALLEY_RACED.draw(0)[1::-1], PLAIN, stop=Stop(evaluations=30, optimality=0), record="path")
    np.testing.assert_allclose(found.values, ours.trace.value, rtol=1e-12)
    np.testing.assert_allclose(found.path, ours.trace.path, rtol=1e-12)
    np.testing.assert_allclose(found.x, ours.x, rtol=1e-12)
    assert (found.status, found.failed) == (ours.status.name, False) == ("EVALUATION_LIMIT", False)
    assert found.evaluations.tolist() == list(range(1, 31))
    assert found.counts == {"value": 30, "gradient": 30, "hessian": 0, "product": 0}


@pytest.mark.parametrize("problem", [EVEN_RACED, RAGGED_RACED])
def test_a_sampled_run_draws_the_batches_of_ours_and_is_judged_where_ours_is(problem):
    host = SampledHost(problem, lane(problem, seed=3), 10)
    found = host.drive(descending(host, rate=0.1))
    stop = Stop(evaluations=10, optimality=0)
    ours = minimize(*problem.draw(3)[1::-1], DESCENT, batch_size=BATCH, seed=3, stop=stop, record="path")
    np.testing.assert_allclose(found.path, ours.trace.path, rtol=1e-12)
    np.testing.assert_allclose(found.values, ours.trace.judgements[:, 0], rtol=1e-12)
    # Four batches an epoch, and where the run ends within one.
    assert found.evaluations.tolist() == ours.trace.judgements[:, 2].tolist() == [4, 8, 10]
    assert found.rows == ours.trace.rows[-1]
    assert found.counts["value"] == 10
    np.testing.assert_allclose(found.x, ours.x, rtol=1e-12)


def test_a_run_that_ends_with_an_epoch_is_judged_there_once():
    host = SampledHost(EVEN_RACED, lane(EVEN_RACED), 8)
    assert host.drive(descending(host, rate=0.1)).evaluations.tolist() == [4, 8]


def test_another_seed_draws_other_batches():
    paths = []
    for seed in (0, 1):
        host = SampledHost(EVEN_RACED, lane(EVEN_RACED, seed), 4)
        paths.append(host.drive(descending(host, rate=0.1)).path)
    assert np.array_equal(paths[0][0], paths[1][0])
    assert not np.array_equal(paths[0][1], paths[1][1])


@pytest.mark.parametrize("problem", [VALLEY_RACED, EVEN_RACED])
def test_a_run_that_leaves_the_numbers_has_diverged_and_hands_over_its_best_point(problem):
    kind = Host if problem.batch_size is None else SampledHost
    host = kind(problem, lane(problem), 3000, **({"strict": True} if kind is Host else {}))
    found = host.drive(descending(host, rate=50.0))
    assert (found.status, found.failed) == ("DIVERGED", True)
    assert len(found.path) < 3000
    assert np.isfinite(found.x).all()


def test_a_surface_that_is_left_ends_the_run_and_does_not_fail_it():
    surface = surfaces.named("saddle")
    problem = posed(surface, np.array([0.1, 0.1]))
    host = Host(problem, lane(problem), 500, strict=True)
    found = host.drive(descending(host, rate=0.1))
    assert (found.status, found.failed) == ("UNBOUNDED", False)
    assert found.values[-1] < surface.exit_level <= found.values[-2]


def asking_twice(host):
    """A library that takes whatever goes wrong for its own failure, and asks again."""

    def library():
        for _ in range(10):
            try:
                host.value_alone(host.x0)
            except Exception:
                continue
        return "done", host.x0

    return library


def test_the_budget_ends_a_library_that_catches_exceptions():
    host = Host(VALLEY_RACED, lane(VALLEY_RACED), 4)
    found = host.drive(asking_twice(host))
    assert (found.status, len(found.values)) == ("EVALUATION_LIMIT", 4)


def swallowing(host):
    """A library that catches everything there is."""

    def library():
        for _ in range(10):
            try:
                host.value_alone(host.x0)
            except BaseException:
                break
        return "satisfied", host.x0 + 1

    return library


def test_a_library_that_swallows_the_end_has_ended_all_the_same():
    host = Host(VALLEY_RACED, lane(VALLEY_RACED), 4)
    found = host.drive(swallowing(host))
    assert found.status == "EVALUATION_LIMIT"
    assert np.array_equal(found.x, VALLEY_START)


def test_an_exception_fails_the_run_and_its_first_line_is_kept():
    def broken(x):
        raise OSError("the sensor is off\nsee the manual")

    problem = posed(BlackBox(broken))
    host = Host(problem, lane(problem), 4)
    found = host.drive(asking_once(host))
    assert (found.status, found.failed) == ("ERROR: the sensor is off", True)
    assert found.values.size == 0
    assert np.array_equal(found.x, VALLEY_START)


def asking_once(host):
    return lambda: ("done", host.both(host.x0)[1])


def test_a_keyboard_interrupt_ends_more_than_the_run():
    host = Host(VALLEY_RACED, lane(VALLEY_RACED), 4)

    def library():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        host.drive(library)


def test_one_point_is_evaluated_once_and_its_gradient_counted_when_asked_for():
    host = Host(VALLEY_RACED, lane(VALLEY_RACED), 4)

    def library():
        x = host.x0.copy()
        value = host.value(x)
        host.gradient(x)
        host.gradient(x)
        x += 1
        host.value(x)
        assert host.value(x - 1) == value
        return "done", x

    found = host.drive(library)
    assert found.counts == {"value": 3, "gradient": 1, "hessian": 0, "product": 0}
    assert found.evaluations.tolist() == [1, 2, 3]


def test_derivatives_are_those_of_the_function():
    host = Host(VALLEY_RACED, lane(VALLEY_RACED), 4)
    x, y = VALLEY_START
    hessian = np.array([[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200.0]])
    np.testing.assert_allclose(host.hessian(VALLEY_START), hessian, rtol=1e-12)
    np.testing.assert_allclose(host.product(VALLEY_START, [1.0, -2.0]), hessian @ [1.0, -2.0], rtol=1e-12)
    np.testing.assert_allclose(host.value(VALLEY_START), float(rosenbrock(VALLEY_START)), rtol=1e-12)
    assert host.counts == {"value": 1, "gradient": 0, "hessian": 1, "product": 1}


def test_a_float32_start_is_computed_in_float32_unless_another_precision_is_asked_for():
    problem = posed(VALLEY_RACED.draw(0).problem, VALLEY_START.astype(np.float32))
    assert Host(problem, lane(problem), 1).dtype == np.float32
    assert Host(problem, lane(problem), 1, dtype=np.float64).dtype == np.float64

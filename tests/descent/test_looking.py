"""What the host does between chunks: callbacks and Ctrl-C."""

import signal
import threading

import numpy as np
import pytest
from support.small import ADAM, BATCH, BOWL, BOWL_START, LINE_START, MOMENTUM, RAGGED, VALLEY, VALLEY_START, same_bits

from osolgil.descent import Status, Stop, looking, minimize, minimize_lanes
from osolgil.descent.looking import Pace
from osolgil.problems import BlackBox

STOP = Stop(steps=99)


def run(callback=None, every=10, **options):
    return minimize(
        VALLEY, VALLEY_START, ADAM, stop=STOP, record="all", callback=callback, callback_every=every, **options
    )


def test_a_callback_sees_where_the_run_stands():
    seen = []
    result = run(seen.append, every=25)
    assert [snapshot.nfev for snapshot in seen] == [25, 50, 75, 100]
    assert [snapshot.nit for snapshot in seen] == [24, 49, 74, 99]
    for snapshot in seen:
        np.testing.assert_array_equal(snapshot.x, result.trace.path[snapshot.nfev - 1])
        assert snapshot.optimality == result.trace.optimality[snapshot.nfev - 1]
        assert snapshot.fun == result.trace.value[: snapshot.nfev].min()
        assert snapshot.epochs == 0.0


def test_a_callback_of_mini_batches_sees_epochs():
    seen = []
    options = {"batch_size": BATCH, "record": "all", "callback": seen.append, "callback_every": 6}
    minimize(RAGGED, LINE_START, MOMENTUM, stop=Stop(steps=12), **options)
    assert [snapshot.epochs for snapshot in seen] == [pytest.approx((23 + 12) / 23), 3.0]


@pytest.mark.parametrize("said", [True, np.True_])
def test_a_callback_that_returns_true_stops_the_run(said):
    result = run(lambda snapshot: said if snapshot.nfev >= 30 else None)
    assert (result.status, result.success, result.nfev) == (Status.STOPPED, False, 30)
    assert "stopped from outside" in result.message


def test_a_callback_that_raises_stop_iteration_stops_the_run():
    def stop(snapshot):
        raise StopIteration

    assert (run(stop).status, run(stop).nfev) == (Status.STOPPED, 10)


@pytest.mark.parametrize("said", [False, None, 1, "yes", np.False_])
def test_a_callback_that_returns_anything_else_does_not(said):
    assert run(lambda snapshot: said).nfev == 100


def test_a_callback_may_change_what_it_is_given():
    def spoil(snapshot):
        snapshot.x[:] = np.nan

    same_bits(run(), run(spoil))


def test_what_a_callback_kept_does_not_change_afterwards():
    kept = []
    run(lambda snapshot: kept.append((snapshot.x, snapshot.x.copy())))
    for now, then in kept:
        np.testing.assert_array_equal(now, then)


def test_a_callback_may_minimize():
    inner = []
    outer = run(lambda snapshot: inner.append(run().fun))
    same_bits(outer, run())
    assert len(set(inner)) == 1


def test_ctrl_c_ends_the_run_at_the_next_look_and_returns_what_there_is():
    before = signal.getsignal(signal.SIGINT)
    result = run(lambda snapshot: signal.raise_signal(signal.SIGINT) if snapshot.nfev == 20 else None)
    assert (result.status, result.nfev, len(result.trace)) == (Status.STOPPED, 20, 20)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_ends_it_at_once():
    before = signal.getsignal(signal.SIGINT)

    def twice(snapshot):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(twice)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_on_the_host_ends_a_black_box_run():
    calls = []

    def f(x):
        calls.append(1)
        if len(calls) == 5:
            signal.raise_signal(signal.SIGINT)
        return float(x @ x)

    box = BlackBox(f, lambda x: 2 * x)
    result = minimize(box, BOWL_START, ADAM, stop=STOP, callback=lambda _: None, callback_every=1)
    assert (result.status, result.nfev) == (Status.STOPPED, 5)


def test_ctrl_c_ends_all_groups_of_lanes(monkeypatch):
    original = looking.Pace.learn

    def interrupted(self, evaluations, seconds):
        signal.raise_signal(signal.SIGINT)
        original(self, evaluations, seconds)

    monkeypatch.setattr(looking.Pace, "learn", interrupted)
    results = minimize_lanes(VALLEY, [VALLEY_START] * 3, ADAM, stop=Stop(steps=1000), width=1, record="all")
    assert [result.status for result in results] == [Status.STOPPED] * 3
    assert [result.nfev for result in results] == [64, 0, 0]


def test_outside_of_the_main_thread_the_handler_is_left_alone():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        seen.append(run(lambda snapshot: seen.append(signal.getsignal(signal.SIGINT) is before), every=50).status)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True, True, Status.STEP_LIMIT]


def test_the_host_aims_at_ten_looks_a_second():
    pace = Pace()
    assert pace.evaluations == looking.FIRST
    pace.learn(64, 0.064)
    assert pace.evaluations == 100
    pace.learn(100, 50.0)
    assert pace.evaluations == 1
    pace.learn(0, 0.0)
    assert pace.evaluations == 1


def test_an_error_of_a_callback_is_the_callers():
    with pytest.raises(ZeroDivisionError):
        run(lambda snapshot: 1 / 0)
    assert minimize(BOWL, BOWL_START, ADAM, stop=Stop(steps=1)).nit == 1

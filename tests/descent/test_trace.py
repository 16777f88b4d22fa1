"""The record of a run: one row an evaluation, thinned by a stated stride."""

import numpy as np
import pytest
from support.small import (
    ADAM,
    BATCH,
    BOWL,
    BOWL_START,
    DESCENT,
    LINE_START,
    MOMENTUM,
    RAGGED,
    VALLEY,
    VALLEY_START,
    rosenbrock,
)

from osolgil.descent import Stop, minimize
from osolgil.descent.trace import Recorder
from osolgil.methods import Newton

STOP = Stop(steps=25)


def valley(**options):
    return minimize(VALLEY, VALLEY_START, ADAM, stop=STOP, **{"record": "all", **options})


def test_row_t_is_the_state_of_affairs_at_the_t_th_evaluated_point():
    trace = valley().trace
    np.testing.assert_array_equal(trace.evaluation, np.arange(1, 27))
    np.testing.assert_array_equal(trace.path[0], VALLEY_START)
    np.testing.assert_allclose(trace.value, [float(rosenbrock(x)) for x in trace.path], rtol=1e-12)
    moves = np.linalg.norm(np.diff(trace.path, axis=0), axis=1)
    np.testing.assert_allclose(trace.step_size[:-1], moves, rtol=1e-9)
    np.testing.assert_array_equal(trace.steps, np.arange(26))
    assert trace.optimality[0] == pytest.approx(215.6)
    assert trace.accepted.dtype == bool
    assert trace.accepted.all()
    assert trace.stride == 1
    assert trace.judgements is None


def test_what_is_not_asked_for_is_not_recorded():
    values, path = valley(record="values").trace, valley(record="path").trace
    assert (values.path, values.memory, path.memory) == (None, None, None)
    np.testing.assert_allclose(values.value, path.value, rtol=1e-9)
    np.testing.assert_allclose(path.path, valley().trace.path, rtol=1e-9)


def test_memory_has_the_names_of_the_textbook_and_the_shapes_of_the_fields():
    memory = valley().trace.memory
    assert {name: array.shape for name, array in memory.items()} == {"m": (26, 2), "r": (26, 2)}
    gradient = np.array([-215.6, -88.0])
    np.testing.assert_allclose(memory["m"][0], 0.1 * gradient, rtol=1e-12)
    np.testing.assert_allclose(memory["r"][0], 0.001 * gradient**2, rtol=1e-9)


def test_a_rule_that_remembers_nothing_has_no_memory():
    assert minimize(BOWL, BOWL_START, DESCENT, stop=STOP, record="all").trace.memory is None


def test_rejected_trials_are_in_the_record_and_are_no_steps():
    trace = minimize(VALLEY, VALLEY_START, Newton(), record="all").trace
    assert not trace.accepted.all()
    np.testing.assert_array_equal(trace.steps, np.cumsum(trace.accepted) - 1)


def test_rows_seen_are_counted_by_batches_with_the_last_one_ragged():
    options = {"batch_size": BATCH, "stop": Stop(steps=6), "record": "all"}
    shuffled = minimize(RAGGED, LINE_START, MOMENTUM, **options)
    assert shuffled.trace.rows.tolist() == [6, 12, 18, 23, 29, 35]
    replaced = minimize(RAGGED, LINE_START, MOMENTUM, order="replacement", **options)
    assert replaced.trace.rows.tolist() == [6, 12, 18, 24, 30, 36]


def test_a_trace_becomes_a_table_of_every_kind():
    trace = valley().trace
    names = ["evaluation", "value", "optimality", "step_size", "accepted", "steps", "rows", "x[0]", "x[1]"]
    names += [f"{moment}[{j}]" for moment in trace.memory or () for j in range(2)]
    table, frame, arrow = trace.to_numpy(), trace.to_pandas(), trace.to_arrow()
    assert list(table.dtype.names) == list(frame.columns) == arrow.column_names == names
    assert len(table) == len(frame) == arrow.num_rows == len(trace) == 26
    for name, column in trace.columns().items():
        np.testing.assert_array_equal(table[name], column)
        np.testing.assert_array_equal(frame[name], column)
        np.testing.assert_array_equal(arrow[name].to_numpy(), column)
    np.testing.assert_array_equal(frame["x[1]"], trace.path[:, 1])


def rows(first, count):
    """Rows whose value is the number of their evaluation."""
    return np.column_stack([np.arange(first, first + count, dtype=float)] + 3 * [np.ones(count)])


def recorded(total, budget, block=7):
    recorder = Recorder(budget)
    for first in range(1, total + 1, block):
        recorder.add(rows(first, min(block, total + 1 - first)), first)
    return recorder


@pytest.mark.parametrize("block", [1, 7, 1000])
@pytest.mark.parametrize("total", [1, 2, 31, 32, 33, 100, 1000])
def test_a_long_record_is_thinned_by_a_stated_stride_and_keeps_its_ends(total, block):
    recorder = recorded(total, budget=32 * 32, block=block)
    table, numbers = recorder.table()
    stride = recorder.stride
    assert numbers[0] == 1
    assert numbers[-1] == total
    np.testing.assert_array_equal(table[:, 0], numbers)
    np.testing.assert_array_equal(numbers, sorted({*range(1, total + 1, stride), total}))
    assert recorder.bytes <= 32 * 32
    assert stride == 1 if total <= 32 else total / stride <= 32 < 2 * total / stride + 2


def test_a_thinned_run_says_so_and_ends_with_its_last_row(monkeypatch):
    whole = valley().trace
    whole_row = 8 * (4 + 2 + 4)  # four columns, the point, and Adam's two moments
    monkeypatch.setattr(Recorder.__init__, "__defaults__", (7 * whole_row,))
    thin = valley().trace
    assert thin.stride == 4
    assert thin.evaluation.tolist() == [1, 5, 9, 13, 17, 21, 25, 26]
    np.testing.assert_array_equal(thin.path, whole.path[thin.evaluation - 1])
    np.testing.assert_array_equal(thin.steps, whole.steps[thin.evaluation - 1])


def test_the_least_budget_keeps_the_ends():
    _, numbers = recorded(100, budget=1).table()
    assert numbers.tolist() == [1, 100]


def test_a_record_of_nothing_is_empty():
    table, numbers = Recorder().table()
    assert (len(table), len(numbers)) == (0, 0)

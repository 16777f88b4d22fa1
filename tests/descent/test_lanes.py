"""Lanes: many runs in one program, each as if it were alone."""

import jax
import numpy as np
import pytest
from support.small import (
    ADAM,
    BATCH,
    BOWL,
    BOWL_START,
    CURVATURES,
    LINE_START,
    MOMENTUM,
    RAGGED,
    VALLEY,
    VALLEY_START,
    line_loss,
    same_bits,
    weighted_bowl,
)

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.descent.lanes import own_leaves, together
from osolgil.methods import Adam, GradientDescent, Momentum
from osolgil.problems import BlackBox, FiniteSum, Function
from osolgil.protocol import precision

STARTS = [VALLEY_START, np.array([2.0, 2.0]), np.array([0.5, -1.0])]
RATES = [Adam(learning_rate=rate) for rate in (0.001, 0.02, 0.3)]
FULL = {"stop": Stop(steps=20), "record": "all"}
SAMPLED = {"batch_size": BATCH, "stop": Stop(epochs=5), "record": "all"}


def equal_over_twenty_questions(lane, single):
    assert (lane.status, lane.nit, lane.nfev, lane.epochs) == (single.status, single.nit, single.nfev, single.epochs)
    assert len(lane.trace) == len(single.trace)
    for name in ("value", "path", "optimality", "step_size"):
        one, other = (getattr(result.trace, name)[:20] for result in (lane, single))
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12, err_msg=name)
    for name, memory in single.trace.memory.items():
        np.testing.assert_allclose(lane.trace.memory[name][:20], memory[:20], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(lane.trace.rows, single.trace.rows)
    if single.trace.judgements is not None:
        np.testing.assert_allclose(lane.trace.judgements, single.trace.judgements, rtol=1e-12, atol=1e-12)


def test_lanes_of_starts_equal_single_runs():
    lanes = minimize_lanes(VALLEY, STARTS, ADAM, width=3, **FULL)
    for lane, start in zip(lanes, STARTS, strict=True):
        equal_over_twenty_questions(lane, minimize(VALLEY, start, ADAM, **FULL))


def test_lanes_of_hyperparameters_equal_single_runs():
    lanes = minimize_lanes(VALLEY, VALLEY_START, RATES, width=3, **FULL)
    for lane, method in zip(lanes, RATES, strict=True):
        equal_over_twenty_questions(lane, minimize(VALLEY, VALLEY_START, method, **FULL))
        assert lane.method == method


def test_lanes_of_seeds_draw_the_batches_that_single_runs_of_these_seeds_draw():
    lanes = minimize_lanes(RAGGED, LINE_START, MOMENTUM, seeds=[3, 4, 5], **SAMPLED)
    for lane, seed in zip(lanes, (3, 4, 5), strict=True):
        equal_over_twenty_questions(lane, minimize(RAGGED, LINE_START, MOMENTUM, seed=seed, **SAMPLED))
    assert not np.allclose(lanes[0].trace.path[1:], lanes[1].trace.path[1:])


def test_lanes_of_one_seed_share_its_batches():
    rates = [Momentum(learning_rate=rate) for rate in (0.01, 0.02, 0.05)]
    for lane, method in zip(minimize_lanes(RAGGED, LINE_START, rates, **SAMPLED), rates, strict=True):
        equal_over_twenty_questions(lane, minimize(RAGGED, LINE_START, method, **SAMPLED))


def test_with_a_fixed_width_a_lanes_bits_do_not_depend_on_how_many_others_there_are():
    alone = minimize_lanes(VALLEY, STARTS[:1], ADAM, width=3, **FULL)
    many = minimize_lanes(VALLEY, STARTS + STARTS[::-1] + STARTS[:1], ADAM, width=3, **FULL)
    assert len(many) == 7
    same_bits(alone[0], many[0])
    same_bits(many[1], many[4])
    same_bits(many[0], many[6])


def test_lanes_of_problems_equal_single_runs():
    bowls = [Function(weighted_bowl, (curvatures,)) for curvatures in (CURVATURES, CURVATURES * 2, CURVATURES)]
    for lane, bowl in zip(minimize_lanes(bowls, BOWL_START, MOMENTUM, **FULL), bowls, strict=True):
        equal_over_twenty_questions(lane, minimize(bowl, BOWL_START, MOMENTUM, **FULL))
        assert lane.problem is bowl


def test_lanes_of_rows_of_their_own_share_what_they_hold_alike():
    w, h = RAGGED.rows
    sums = [FiniteSum(line_loss, (w, heights), RAGGED.weights) for heights in (h, h + 1.0, h[::-1])]
    for lane, one, seed in zip(
        minimize_lanes(sums, LINE_START, MOMENTUM, seeds=[3, 4, 5], **SAMPLED), sums, (3, 4, 5), strict=True
    ):
        equal_over_twenty_questions(lane, minimize(one, LINE_START, MOMENTUM, seed=seed, **SAMPLED))
    with precision(np.float64):
        prepared = [each.prepared(np.float64) for each in sums]
        own = own_leaves(prepared)
        problem = together(prepared, own)
    assert sum(own) == 1
    assert {leaf.shape for leaf, mine in zip(jax.tree.leaves(problem), own, strict=True) if mine} == {(3, 24)}


def test_a_lane_that_ends_is_left_as_it_was_while_others_go_on():
    rates = [GradientDescent(learning_rate=rate) for rate in (1e-4, 1e-3, 10.0)]
    stop = Stop(steps=300, optimality=10.0)
    slow, fast, wild = minimize_lanes(VALLEY, VALLEY_START, rates, stop=stop, record="all")
    assert (slow.status, fast.status, wild.status) == (Status.CONVERGED, Status.CONVERGED, Status.DIVERGED)
    assert len({slow.nfev, fast.nfev, wild.nfev}) == 3
    for lane, method in zip((slow, fast, wild), rates, strict=True):
        single = minimize(VALLEY, VALLEY_START, method, stop=stop, record="all")
        assert (lane.status, lane.nfev, len(lane.trace)) == (single.status, single.nfev, single.nfev)
        np.testing.assert_allclose(lane.x, single.x, rtol=1e-9)


def test_a_sampled_lane_that_ended_is_judged_no_more():
    rates = [Momentum(learning_rate=rate) for rate in (0.01, 0.02, 1e200)]
    options = {"batch_size": BATCH, "stop": Stop(epochs=12, optimality=0.3), "record": "all"}
    lanes = minimize_lanes(RAGGED, LINE_START, rates, **options)
    singles = [minimize(RAGGED, LINE_START, method, **options) for method in rates]
    assert len({lane.nfev for lane in lanes}) > 1
    assert Status.DIVERGED in {lane.status for lane in lanes}
    for lane, single in zip(lanes, singles, strict=True):
        assert (lane.status, lane.nfev, lane.epochs) == (single.status, single.nfev, single.epochs)
        np.testing.assert_allclose(lane.trace.judgements, single.trace.judgements, rtol=1e-9)
        np.testing.assert_allclose(lane.x, single.x, rtol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"x0": STARTS, "method": RATES[:2]}, "2 methods for 3 lanes"),
        ({"x0": VALLEY_START, "method": [ADAM, MOMENTUM]}, "may differ in numbers only"),
        ({"x0": [np.ones(2), np.ones(3)]}, "another shape"),
        ({"x0": [np.ones(2), np.ones(2, np.float32)]}, "float32 and float64"),
        ({"x0": []}, "x0 is empty"),
        ({"x0": STARTS, "problem": [VALLEY, VALLEY]}, "2 problems for 3 lanes"),
        ({"x0": BOWL_START, "problem": []}, "list of problems is empty"),
        ({"x0": VALLEY_START, "problem": [VALLEY, BOWL]}, "another structure"),
        ({"x0": VALLEY_START, "width": 0}, "width=0"),
        ({"x0": VALLEY_START, "width": 1.5}, "width=1.5"),
        ({"x0": VALLEY_START, "seeds": [0, 0.5]}, "0.5"),
        ({"x0": VALLEY_START, "record": "everything"}, "'values', 'path', 'all'"),
    ],
)
def test_lanes_that_cannot_share_a_program_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        minimize_lanes(**{"problem": VALLEY, **arguments})


def test_lanes_of_a_black_box_are_refused():
    with pytest.raises(ValueError, match="cannot look into BlackBox"):
        minimize_lanes(BlackBox(lambda x: 0.0), np.ones(2), ADAM)

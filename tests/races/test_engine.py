"""The engine: what a cell holds, and that a run's numbers are its own."""

import json
from dataclasses import replace

import numpy as np
import pytest
from support.small_races import BOWL, LINE, NOISY, SMALL, small

from osolgil.descent import Stop, minimize
from osolgil.methods import Momentum
from osolgil.races.contestants import Lane, Outcome, contestant
from osolgil.races.contestants.lanes import run_methods
from osolgil.races.engine import Cell, Job, key_of, run_job
from osolgil.races.measuring import POINTS, curve_rows, reached
from osolgil.races.race import race


def lanes_of(problem, seeds):
    return [Lane({}, problem.draw(seed), seed) for seed in seeds]


@pytest.mark.parametrize("problem", [BOWL, NOISY, LINE], ids=lambda problem: problem.name)
@pytest.mark.parametrize("seeds", [range(26), [3] * 26], ids=["seeds", "trials"])
def test_a_runs_bits_do_not_depend_on_which_runs_it_shares_a_program_with(problem, seeds):
    rates = np.geomspace(1e-4, 1e-2, 26)
    lanes, methods = lanes_of(problem, seeds), [Momentum(learning_rate=rate) for rate in rates]
    whole = run_methods(problem, lanes, methods, 30)
    assert len({outcome.values[-1] for outcome in whole}) == 26
    # 26 lanes are a group of 24 and one of two
    for part in (slice(0, 5), slice(5, 26), slice(24, 26)):
        for one, other in zip(run_methods(problem, lanes[part], methods[part], 30), whole[part], strict=True):
            np.testing.assert_array_equal(one.values, other.values)
            for first, second in zip(one.x, other.x, strict=True):
                np.testing.assert_array_equal(first, second)


def test_every_run_is_what_minimize_makes_of_the_same_seed_and_settings():
    for row in list(small().runs.rows())[::9]:
        problem = {"bowl": BOWL, "noisy_bowl": NOISY}[row["problem"]]
        drawn = problem.draw(row["seed"])
        method = replace(contestant(row["contestant"]).given, **json.loads(row["settings"]))
        alone = minimize(
            drawn.problem, drawn.start, method, batch_size=problem.batch_size, seed=row["seed"],
            stop=Stop(evaluations=60, optimality=0),
        )  # fmt: skip
        values = alone.trace.value if problem.batch_size is None else alone.trace.judgements[:, 0]
        assert (row["status"], row["steps"], row["evaluations_gradient"]) == (alone.status.name, alone.nit, 60)
        assert row["final"] == pytest.approx(values[-1], rel=1e-9, abs=1e-12)
        assert row["best"] == pytest.approx(min(values.min(), row["f0"]), rel=1e-9, abs=1e-12)
        assert row["rows"] == alone.trace.rows[-1]


def test_a_cell_holds_every_trial_on_every_tuning_seed_and_the_best_on_every_evaluation_seed():
    here = small().runs.where(problem="bowl", contestant="adam")
    tuning, evaluation = here.where(phase="tuning"), here.where(phase="evaluation")
    pairs = sorted(zip(tuning["trial"].tolist(), tuning["seed"].tolist(), strict=True))
    assert pairs == [(trial, seed) for trial in range(4) for seed in (1000000, 1000001)]
    assert sorted(evaluation["seed"].tolist()) == list(range(7))
    # of four trials the one with the lowest median of what it ended with
    medians = [np.median(tuning["final"][tuning["trial"] == trial]) for trial in range(4)]
    assert set(evaluation["trial"].tolist()) == {int(np.argmin(medians))}


def test_all_contestants_begin_where_their_seeds_say():
    for problem in ("bowl", "noisy_bowl"):
        starts = [small().runs.where(problem=problem, contestant=name)["f0"] for name in ("momentum", "adam")]
        np.testing.assert_array_equal(np.unique(starts[0]), np.unique(starts[1]))
        assert len(np.unique(starts[0])) == 9


def test_learning_is_selected_by_validation_and_the_test_is_read_at_the_end_only():
    protocol = replace(SMALL, claim="learning", measure=None)
    found = race([LINE], ["momentum"], protocol=protocol)
    assert found.manifest["selection"] == {"claim": "learning", "metric": "validation", "measure": "test"}
    tuning, evaluation = (found.runs.where(phase=phase) for phase in ("tuning", "evaluation"))
    assert np.isnan(tuning["test"]).all()
    assert np.isfinite(evaluation["test"]).all()
    medians = [np.median(tuning["validation"][tuning["trial"] == trial]) for trial in range(4)]
    assert set(evaluation["trial"].tolist()) == {int(np.argmin(medians))}
    # the loss on the rows of its own split, by NumPy
    drawn = LINE.draw(2)
    settings = json.loads(evaluation["settings"][2])
    start, stop = drawn.start, Stop(evaluations=60, optimality=0)
    x = minimize(drawn.problem, start, Momentum(**settings), batch_size=LINE.batch_size, seed=2, stop=stop).x
    w, h = drawn.test.rows
    assert evaluation["test"][2] == pytest.approx(np.mean((x[0] + x[1] * w - h) ** 2), rel=1e-9)


def outcome(values, **changed):
    """A run with these values at its evaluations."""
    plain = Outcome(
        "STEP_LIMIT",
        False,
        np.zeros(2),
        np.arange(1, len(values) + 1),
        np.asarray(values, float),
        None,
        0,
        {},
        0,
        0.0,
        0.0,
    )
    return plain._replace(**changed)


def test_a_target_is_reached_when_the_value_is_there_for_the_first_time():
    way = outcome([8.0, 3.0, 1.0, 2.0, 0.5])
    assert [reached(way, target) for target in (8.0, 2.5, 1.0, 0.4)] == [1, 3, 3, np.inf]
    assert reached(outcome([np.nan, np.inf, 1.0]), 2.0) == 3


def test_curves_are_thinned_on_the_logarithmic_axis_and_say_where_the_run_was():
    values = np.linspace(5.0, 1.0, 2000)
    path = np.stack([values, -values], axis=1)
    rows = curve_rows(outcome(values, path=path), {"seed": 3})
    at = [row["evaluation"] for row in rows]
    assert (at[:10], at[-1]) == (list(range(1, 11)), 2000)
    assert 120 < len(rows) <= POINTS
    assert all(row["value"] == row["x1"] == -row["x2"] == values[row["evaluation"] - 1] for row in rows)
    assert all(row["seed"] == 3 for row in rows)


def test_whatever_a_cells_numbers_depend_on_changes_the_name_that_it_is_kept_under():
    cell, manifest = Cell("learning_rate_tuned", "bowl", "adam"), small().manifest
    other = json.loads(json.dumps(manifest))
    assert key_of(cell, other) == key_of(cell, manifest)
    other["problems"]["noisy_bowl"]["f_star"] = 1.0
    assert key_of(cell, other) == key_of(cell, manifest)
    for change in (
        lambda m: m["budget"].update(evaluations_value=61),
        lambda m: m["versions"].update(jax="0.0"),
        lambda m: m["problems"]["bowl"].update(starts="elsewhere"),
        lambda m: m["contestants"]["adam"]["declared"].update(beta1=0.5),
        lambda m: m["search"].update(trials=5),
        lambda m: m["divisions"]["learning_rate_tuned"]["spaces"]["adam"]["dimensions"][0].update(high=1e3),
    ):
        changed = json.loads(json.dumps(manifest))
        change(changed)
        assert key_of(cell, changed) != key_of(cell, manifest)


def test_a_job_runs_its_divisions_with_one_program():
    protocol = replace(SMALL, divisions=("defaults", "learning_rate_tuned"))
    adam = contestant("adam")
    manifest = protocol.declare("own", [BOWL], [adam])
    done = run_job(Job(BOWL, adam, ("defaults", "learning_rate_tuned"), manifest))
    assert [(cell.division, len(finished.runs), finished.winner) for cell, finished in done.items()] == [
        ("defaults", 7, -1),
        ("learning_rate_tuned", 15, done[Cell("learning_rate_tuned", "bowl", "adam")].winner),
    ]
    assert {row["settings"] for row in done[Cell("defaults", "bowl", "adam")].runs} == {"{}"}

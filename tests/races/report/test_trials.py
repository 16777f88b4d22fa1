import math

import numpy as np
import pytest
from support.made_up_curves import curves_of, learning_rates_tuned
from support.made_up_race import honest, picked

from osolgil.races.declared import space_of
from osolgil.races.intervals import median
from osolgil.races.report import charts, gathered
from osolgil.races.report.trials import swept
from osolgil.races.tables import Runs
from osolgil.races.tuning import sensitivity, tuning_curve

DIVISION = "learning_rate_tuned"


@pytest.fixture(scope="module")
def race():
    rows, manifest = learning_rates_tuned(contestants=("momentum", "adam"), seeds=6)
    return rows, gathered(Runs.of(rows), manifest, curves_of(rows))


def trial_costs(rows, contestant, problem="bowl"):
    return [
        median(
            [
                r["reached_1e-5"]
                for r in picked(rows, contestant=contestant, problem=problem, trial=trial, phase="tuning")
            ]
        )
        for trial in range(24)
    ]


def test_decades_are_those_of_the_sweep(race):
    rows, evidence = race
    rates = [each["learning_rate"] for each in space_of("adam", DIVISION).trials(24, seed=1)]
    expected = sensitivity(rates, trial_costs(rows, "adam"))
    assert swept(evidence, DIVISION, "bowl", "adam") == expected
    assert 0 < expected.decades < 6
    [chart, _] = charts(evidence)["sensitivity"][DIVISION]
    [row] = [row for row in chart.table.rows if row[0] == "adam"]
    assert row[1] == f"{expected.best_rate:.3g}"
    assert f"{expected.decades:.2f}" in row[3]
    assert row[5] == f"{np.isinf(trial_costs(rows, 'adam')).sum()} / 24"


def test_a_sweep_is_drawn_in_the_order_of_its_rates(race):
    _, evidence = race
    [chart, _] = charts(evidence)["sensitivity"][DIVISION]
    for line in chart.lines:
        assert line.kind == "both"
        assert (np.diff(line.x) > 0).all()
        assert line.x.size == 24


def test_where_other_hyperparameters_vary_there_are_dots_and_no_decades():
    rows, manifest = honest()
    evidence = gathered(Runs.of(rows), manifest, curves_of(rows))
    [chart, _] = charts(evidence)["sensitivity"]["fully_tuned"]
    kinds = {line.contestant: line.kind for line in chart.lines}
    assert kinds == {"gradient_descent": "both", "momentum": "dots", "adam": "dots"}
    assert swept(evidence, "fully_tuned", "bowl", "adam") is None
    assert [row[3] for row in chart.table.rows if row[0] == "momentum"] == ["–"]


def test_the_tuning_curve_is_the_best_of_k_of_the_trials(race):
    rows, evidence = race
    expected = tuning_curve(trial_costs(rows, "adam"))
    [chart, _] = charts(evidence)["tuning"][DIVISION]
    [line] = [line for line in chart.lines if line.contestant == "adam"]
    assert line.y.tolist() == expected.median.tolist()
    assert (line.low.tolist(), line.high.tolist()) == (expected.lower.tolist(), expected.upper.tolist())
    assert line.y[-1] == min(trial_costs(rows, "adam"))
    [row] = [row for row in chart.table.rows if row[0] == "adam"]
    assert row[-2] == f"{line.y[-1]:,.0f}"


def test_a_contestant_that_never_gets_there_costs_infinity_and_is_counted():
    rows, manifest = honest()
    for row in picked(rows, contestant="momentum"):
        row["reached_1e-5"] = math.inf
    evidence = gathered(Runs.of(rows), manifest, curves_of(rows))
    [chart, _] = charts(evidence)["sensitivity"]["fully_tuned"]
    [row] = [row for row in chart.table.rows if row[0] == "momentum"]
    assert (row[2], row[5]) == ("∞", "24 / 24")
    [line] = [line for line in chart.lines if line.contestant == "momentum"]
    assert line.note.en == "24/24 ∞"


def test_a_trial_that_was_never_run_costs_infinity():
    rows, manifest = honest()
    for row in picked(rows, contestant="adam", problem="bowl", phase="tuning", trial=7):
        rows.remove(row)
    evidence = gathered(Runs.of(rows), manifest, curves_of(rows))
    assert evidence.trials("fully_tuned", "bowl", "adam")[1][7] == math.inf

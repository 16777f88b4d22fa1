import numpy as np
import pytest
from support.made_up_curves import curves_of
from support.made_up_race import honest, picked

from osolgil.races.profiles import data_profile, performance_profile
from osolgil.races.report import charts, gathered
from osolgil.races.report.profiles import profile_costs
from osolgil.races.tables import Runs

NAMES = ["gradient_descent", "momentum", "adam"]


def of(rows, manifest, measure=None):
    return gathered(Runs.of(rows), manifest, curves_of(rows[-1:]), measure)


def expected_costs(rows):
    return np.array(
        [
            [
                picked(rows, problem=p, contestant=name, phase="evaluation", seed=seed)[0]["reached_1e-5"]
                for name in NAMES
            ]
            for p in ("bowl", "valley")
            for seed in range(10)
        ]
    )


def test_profiles_are_those_of_the_costs_paired_by_seed():
    rows, manifest = honest()
    found = charts(of(rows, manifest))["profiles"]["fully_tuned"]
    costs, problems = expected_costs(rows), ["bowl"] * 10 + ["valley"] * 10
    expected = performance_profile(costs, NAMES, problems), data_profile(costs, NAMES, [2] * 20, problems)
    for chart, profile in zip(found, expected, strict=True):
        for k, line in enumerate(chart.lines):
            assert line.x[1:-1].tolist() == profile.at.tolist()
            assert line.y[1:-1].tolist() == profile.share[k].tolist()
            assert line.low[1:-1].tolist() == profile.low[k].tolist()
            assert chart.table.rows[k][-1] == f"{profile.share[k, -1]:.2f}"
    # adam is always the cheapest: its performance profile begins at 1
    assert found[0].lines[2].y[0] == 1
    assert found[1].lines[2].y[0] == 0


def test_seeds_that_somebody_lacks_are_left_out_for_everybody():
    rows, manifest = honest()
    rows.remove(picked(rows, problem="bowl", contestant="adam", phase="evaluation", seed=4)[0])
    costs, problems = profile_costs(of(rows, manifest), "fully_tuned")
    assert (costs.shape, problems.count("bowl"), problems.count("valley")) == ((19, 3), 9, 10)


def test_another_measure_is_profiled_by_the_middle_target():
    rows, manifest = honest()
    assert of(rows, manifest, "seconds").target_measure == "reached_1e-3"
    assert of(rows, manifest, "reached_1e-8").target_measure == "reached_1e-8"


@pytest.mark.parametrize("measure", ["reached_1e-8"])
def test_there_is_no_profile_where_nobody_gets_there(measure):
    rows, manifest = honest()
    for row in rows:
        row[measure] = np.inf
    assert charts(of(rows, manifest, measure))["profiles"]["fully_tuned"] == []

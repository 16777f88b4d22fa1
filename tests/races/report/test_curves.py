import numpy as np
import pytest
from support.made_up_curves import curves_of, learning_rates_tuned
from support.made_up_race import honest, picked

from osolgil.races.intervals import median_interval
from osolgil.races.report import charts, gathered
from osolgil.races.report.curves import carried, median_curve, over_seeds
from osolgil.races.tables import Runs


@pytest.fixture(scope="module")
def race():
    rows, manifest = learning_rates_tuned(contestants=("adam", "adadelta"), seeds=10)
    return rows, gathered(Runs.of(rows), manifest, curves_of(rows))


def test_a_run_stays_where_it_was_until_its_next_record():
    found = carried(np.arange(1, 8), np.array([6, 2, 3]), np.array([0.1, 0.5, 0.4]), failed=False)
    assert found.tolist() == [1, 0.5, 0.4, 0.4, 0.4, 0.1, 0.1]


def test_a_failed_run_is_infinite_after_its_last_record_and_wherever_it_is_not_finite():
    found = carried(np.arange(1, 6), np.array([1, 2, 3]), np.array([0.5, np.nan, 2.0]), failed=True)
    assert found.tolist() == [0.5, np.inf, 2.0, np.inf, np.inf]


@pytest.mark.parametrize("n", [1, 5, 6, 9, 20])
def test_median_and_band_are_those_of_every_place_by_itself(n):
    values = np.random.default_rng(n).random((n, 4))
    values[: n // 3, 3] = np.inf
    middle, low, high = over_seeds(np.sort(values, axis=0))
    for k, column in enumerate(values.T):
        expected = median_interval(column)
        assert (middle[k], low[k], high[k]) == (expected.median, expected.low, expected.high)


def test_the_curve_is_the_median_share_of_the_way_left(race):
    rows, evidence = race
    found = median_curve(evidence, "learning_rate_tuned", "bowl", "adam")
    table = curves_of(rows)
    here = (table["problem"] == "bowl") & (table["contestant"] == "adam")
    last = [table["value"][here & (table["seed"] == seed)][-1] for seed in range(10)]
    assert found.evaluations[[0, -1]].tolist() == [1, 2000]
    assert found.median[-1] == pytest.approx(np.median(last) / 8, rel=1e-12)
    assert (found.seeds, found.failed) == (10, 0)


def test_a_median_with_half_of_the_runs_failed_is_infinite_and_marked(race):
    _, evidence = race
    found = median_curve(evidence, "learning_rate_tuned", "bowl", "adadelta")
    assert (found.failed, found.median[-1]) == (5, np.inf)
    assert np.isfinite(found.median[found.evaluations <= 1000]).all()
    [chart, _] = charts(evidence)["curves"]["learning_rate_tuned"]
    adam, adadelta = chart.lines
    assert (adam.ends, adadelta.ends) == (False, True)
    assert (adam.note, adadelta.note.en, adadelta.note.ko) == (None, "5 of 10 failed", "10개 중 5개 실패")


def test_targets_are_levels_of_the_chart(race):
    _, evidence = race
    [chart, _] = charts(evidence)["curves"]["learning_rate_tuned"]
    assert [each.value for each in chart.levels] == [1e-1, 1e-3, 1e-5, 1e-8]
    assert [each.label for each in chart.levels][2] == "τ = 1e-5"


def test_five_seeds_have_no_band():
    rows, manifest = honest(seeds=5)
    evidence = gathered(Runs.of(rows), manifest, curves_of(rows))
    for chart in charts(evidence)["curves"]["fully_tuned"]:
        assert all(line.low is None and line.high is None for line in chart.lines)


def test_the_caption_says_what_the_manifest_says(race):
    rows, evidence = race
    [chart, _] = charts(evidence)["curves"]["learning_rate_tuned"]
    for words in ("24 trials", "seed 1)", "100–102", "0–9", "2,000 gradients", "final training objective"):
        assert words in chart.caption.en
    for words in ("24회", "시드 1)", "100–102", "0–9", "2,000", "마지막 훈련 목적함숫값"):
        assert words in chart.caption.ko
    assert len(picked(rows, phase="evaluation", contestant="adam", problem="bowl")) == 10

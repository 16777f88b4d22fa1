"""What is declared, sealed, and selected."""

import json
import math

import numpy as np
import pytest
from support.made_up_race import honest, picked

from osolgil.methods import Adam, ClipByNorm, WeightDecay
from osolgil.races.manifest import checked, layers_of, promised, sealed, tuning_costs, tuning_ranks, winner
from osolgil.races.tables import RUNS, TARGETS, Runs, reached_column

ADAM = ("fully_tuned", "bowl", "adam")


def tuned(rows, trial):
    return picked(rows, phase="tuning", contestant="adam", problem="bowl", trial=trial)


def test_the_winner_has_the_lowest_median_over_the_tuning_seeds():
    rows, manifest = honest()
    runs = Runs.of(rows)
    costs = tuning_costs(runs, manifest, *ADAM)
    medians = [np.mean([row["final"] for row in tuned(rows, trial)]) for trial in range(24)]
    assert costs == pytest.approx(np.maximum(medians, 1e-8 * 8))
    assert winner(runs, manifest, *ADAM) == int(np.argmin(medians))


def test_of_trials_that_all_converge_the_fastest_wins_and_not_the_one_that_rounds_best():
    rows, manifest = honest()
    for trial, final, reached in ((4, 1e-30, 900.0), (9, 1e-28, 400.0), (15, 1e-33, 1800.0)):
        for row in tuned(rows, trial):
            row |= {"final": final, "best": final, "failed": False, "reached_1e-8": reached}
    runs = Runs.of(rows)
    costs, ranks = tuning_costs(runs, manifest, *ADAM), tuning_ranks(runs, manifest, *ADAM)
    assert costs[4] == costs[9] == costs[15] == costs.min()
    assert ranks[9] < ranks[4] < ranks[15]
    assert winner(runs, manifest, *ADAM) == 9


def test_one_failed_seed_is_not_forgotten():
    rows, manifest = honest()
    best = winner(Runs.of(rows), manifest, *ADAM)
    tuned(rows, best)[0]["failed"] = True
    assert tuning_costs(Runs.of(rows), manifest, *ADAM)[best] == math.inf


def test_equal_trials_share_their_rank_and_the_first_wins():
    rows, manifest = honest()
    for row in picked(rows, phase="tuning", contestant="adam", problem="bowl"):
        row |= {"final": math.nan, "failed": True, "reached_1e-8": math.inf}
    runs = Runs.of(rows)
    assert tuning_ranks(runs, manifest, *ADAM).tolist() == [0] * 24
    assert winner(runs, manifest, *ADAM) == 0


def test_where_nothing_is_searched_there_is_no_trial():
    rows, manifest = honest()
    manifest["divisions"]["fully_tuned"]["spaces"]["adam"]["dimensions"] = []
    assert winner(Runs.of(rows), manifest, *ADAM) == -1


def test_the_seal_is_that_of_targets_and_spaces_and_of_nothing_else():
    _, manifest = honest()
    before = promised(manifest)
    manifest["problems"]["bowl"]["source"] = "elsewhere"
    manifest["divisions"]["fully_tuned"]["winners"] = {}
    assert promised(manifest) == before == manifest["hashes"]
    manifest["problems"]["bowl"]["f_star"] = 1.0
    assert promised(manifest)["targets"] != before["targets"]
    assert promised(manifest)["spaces"] == before["spaces"]


def test_a_manifest_survives_json():
    _, manifest = honest()
    again = json.loads(json.dumps(manifest))
    assert again == manifest
    assert sealed(again)["hashes"] == manifest["hashes"]


def test_layers_are_listed_from_the_outside():
    assert layers_of(WeightDecay(ClipByNorm(Adam()))) == ["WeightDecay", "ClipByNorm", "Adam"]


def test_there_is_a_column_for_every_target():
    assert [reached_column(tau) for tau in TARGETS] == ["reached_1e-1", "reached_1e-3", "reached_1e-5", "reached_1e-8"]
    assert {reached_column(tau) for tau in TARGETS} <= set(RUNS)


def test_a_manifest_of_another_version_is_refused():
    _, manifest = honest()
    assert checked(manifest) is manifest
    with pytest.raises(ValueError, match="the manifest has format 7, and this version reads 1"):
        checked({**manifest, "format": 7})
    with pytest.raises(ValueError, match="the manifest lacks budget, seeds"):
        checked({name: entry for name, entry in manifest.items() if name not in ("budget", "seeds")})


def test_a_row_that_is_not_one_is_refused():
    rows, _ = honest()
    del rows[1]["seed"]
    rows[1]["sed"] = 1
    with pytest.raises(ValueError, match=r"row 1 of the runs lacks \['seed'\] and has \['sed'\] too many"):
        Runs.of(rows)

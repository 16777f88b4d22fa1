"""The protocol: what is declared before the first run, and what is refused there."""

import numpy as np
import pytest
from support.small_races import BOWL, LINE, NOISY

from osolgil.methods import Adam, ClipByNorm
from osolgil.races.contestants import contestants
from osolgil.races.manifest import promised
from osolgil.races.protocol import Protocol, fingerprint, usual_measure
from osolgil.races.suites import race_problem


def declared(names=("adam",), problems=(BOWL,), **changed):
    return Protocol(evaluation_seeds=6, tuning_seeds=1, **changed).declare("own", list(problems), contestants(names))


def test_seeds_of_tuning_and_evaluation_never_meet():
    seeds = declared()["seeds"]
    assert set(seeds["tuning"]).isdisjoint(seeds["evaluation"])
    assert (len(seeds["tuning"]), len(seeds["evaluation"])) == (1, 6)


def test_targets_and_spaces_are_sealed():
    manifest = declared()
    assert manifest["hashes"] == promised(manifest)


def test_divisions_are_those_that_contestants_enter():
    assert list(declared(["adam", "bfgs"])["divisions"]) == ["learning_rate_tuned", "self_tuning"]
    assert list(declared(["bfgs"])["divisions"]) == ["self_tuning"]
    both = declared(["adam", "momentum"], divisions=("defaults", "fully_tuned"))["divisions"]
    assert {name: entry["contestants"] for name, entry in both.items()} == {
        "defaults": ["adam", "momentum"],
        "fully_tuned": ["adam", "momentum"],
    }


def test_everybody_is_searched_in_the_same_ranges():
    spaces = declared(["adam", "nadam", "momentum"], divisions=("fully_tuned",))["divisions"]["fully_tuned"]["spaces"]
    ranges = {}
    for space in spaces.values():
        for dimension in space["dimensions"]:
            ranges.setdefault(dimension["name"], []).append(dimension)
    assert len(ranges["learning_rate"]) == 3
    assert all(found == [found[0]] * len(found) for found in ranges.values())


def test_what_was_set_by_hand_is_declared_and_not_tuned():
    almost = {"almost": Adam(bias_correction=False, beta1=0.8), "clipped": ClipByNorm(Adam(), bound=2.0)}
    manifest = declared(almost, divisions=("fully_tuned",))
    assert manifest["contestants"]["almost"] == {
        "method": "adam",
        "layers": ["Adam"],
        "declared": {"beta1": 0.8, "bias_correction": False},
    }
    names = [each["name"] for each in manifest["divisions"]["fully_tuned"]["spaces"]["almost"]["dimensions"]]
    assert names == ["learning_rate", "beta2", "epsilon"]
    assert manifest["contestants"]["clipped"]["layers"] == ["ClipByNorm", "Adam"]
    assert manifest["contestants"]["clipped"]["declared"] == {"ClipByNorm.bound": 2.0}


def test_what_is_compared_is_said_before_the_race():
    assert usual_measure("optimization", [BOWL]) == "reached_1e-5"
    assert usual_measure("optimization", [BOWL, NOISY]) == "reached_1e-3"
    assert usual_measure("learning", [LINE]) == "test"
    assert declared(measure="seconds")["selection"]["measure"] == "seconds"


def test_the_same_starts_have_the_same_fingerprint():
    assert fingerprint(BOWL, [0, 1]) == fingerprint(BOWL, [0, 1]) != fingerprint(BOWL, [0, 2])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"trials": 0}, "trials=0 must be a whole number, at least 1"),
        ({"evaluation_seeds": 2.5}, r"evaluation_seeds=2\.5 must be a whole number"),
        ({"evaluations": True}, "evaluations=True must be a whole number"),
        ({"divisions": ()}, "divisions is empty; choose of defaults, learning_rate_tuned"),
        ({"divisions": ("tuned",)}, "there is no division 'tuned'; there are defaults, learning_rate_tuned"),
        ({"claim": "speed"}, "claim='speed' is not known; choose one of optimization, learning"),
        ({"measure": "speed"}, "there is no measure 'speed'; there are reached_1e-1"),
    ],
)
def test_a_protocol_that_makes_no_sense_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        Protocol(**changed)


@pytest.mark.parametrize(
    ("names", "problems", "changed", "words"),
    [
        ([], [BOWL], {}, "there is no contestant; name one at least"),
        (["adam"], [], {}, "there is no problem; name one at least"),
        (["adam", "Adam"], [BOWL], {}, "2 contestants are called 'adam'; give each a name of its own"),
        (["adm"], [BOWL], {}, "did you mean 'adam'"),
        (["bfgs"], [BOWL], {"divisions": ("defaults",)}, "bfgs takes part in none of .* defaults; .* self_tuning"),
        ({"fixed": Adam(learning_rate=0.1)}, [BOWL], {}, "fixed takes part in none of .* race in defaults"),
        (["adam"], [BOWL], {"claim": "learning"}, "bowl has no rows to validate and test by"),
        (["interior_point"], [BOWL], {}, "Interior point needs constraints, which bowl does not offer"),
        (["gauss_newton"], [BOWL], {}, "Gauss–Newton needs .*, which bowl does not offer"),
    ],
)  # fmt: skip
def test_who_cannot_take_part_is_refused_before_anything_runs(names, problems, changed, words):
    with pytest.raises(ValueError, match=words):
        declared(names, problems, **changed)


def test_a_start_that_is_not_above_f_star_is_refused():
    high = race_problem(BOWL.draw(0).problem, name="high", start=np.ones(2), f_star=1e6, source="wrong")
    with pytest.raises(ValueError, match=r"high is 50\.5 at the start .* not above f\* = 1000000; correct f\*"):
        declared(problems=[high])

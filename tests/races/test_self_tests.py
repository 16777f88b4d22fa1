"""The race raced against itself: what is known in advance has to come out, neither more nor less."""

import numpy as np
import pytest
from support.small_races import BOWL, Dawdling, without_tuning

from osolgil.methods import AdaGrad, Adam, GradientDescent, Momentum, Nesterov, RMSProp
from osolgil.problems import surfaces
from osolgil.races.intervals import rejection_bounds
from osolgil.races.pairings import costs, pairings
from osolgil.races.profiles import performance_profile
from osolgil.races.race import race
from osolgil.races.suites import race_problem
from osolgil.races.verdicts import judge
from osolgil.races.wilcoxon import attained_level

RACES, PAIRS = 200, 8


@pytest.fixture(scope="module")
def against_itself():
    """One method under two names, on seeds of its own for each name: enough for 200 races of eight pairs."""
    protocol = without_tuning(evaluation_seeds=RACES * PAIRS, evaluations=60, measure="gap", common_seeds=False)
    return race([BOWL], {"one": "momentum", "other": "momentum"}, protocol=protocol)


def test_a_method_against_itself_is_declared_different_as_often_as_the_level_says(against_itself):
    found, levels = [], []
    for number in range(RACES):
        chosen = against_itself.runs["seed"] // PAIRS == number
        [verdict] = judge(pairings(against_itself.runs.take(chosen), against_itself.manifest, "gap"))
        assert verdict.comparison.pairs == PAIRS
        found.append(verdict.kind)
        levels.append(attained_level(verdict.comparison.test.ranks))
    assert set(found) == {"better", "worse", "no_difference_shown"}
    least, most = rejection_bounds(levels)
    assert 0 < least <= sum(kind != "no_difference_shown" for kind in found) <= most
    # neither name is favoured
    least, most = rejection_bounds(np.asarray(levels) / 2)
    assert least <= found.count("better") <= most


def test_the_two_names_draw_seeds_of_their_own(against_itself):
    one, other = (against_itself.runs.where(contestant=name) for name in ("one", "other"))
    np.testing.assert_array_equal(one["seed"], other["seed"])
    assert len(np.unique(np.concatenate([one["f0"], other["f0"]]))) == 2 * RACES * PAIRS


def test_twice_the_cost_is_found_and_the_profile_steps_at_two():
    swift = Momentum(learning_rate=0.005)
    runners = {"swift": swift, "dawdling": Dawdling(swift)}
    found = race([BOWL], runners, protocol=without_tuning(evaluation_seeds=12, evaluations=600))
    [verdict] = found.judged().verdicts
    assert verdict.kind == "better"
    # the e-th evaluation follows e − 1 moves, each of which takes two for who moves on every second one only
    swift_costs, dawdling_costs = (costs(found.runs.where(contestant=name), "reached_1e-5") for name in runners)
    np.testing.assert_array_equal(dawdling_costs, 2 * (swift_costs - 1))
    assert verdict.comparison.ratio == pytest.approx(0.5, abs=0.01)
    # nobody ends before the budget does, however flat it is where they are
    assert set(found.runs["evaluations_gradient"].tolist()) == {600}
    profile = performance_profile(np.stack([swift_costs, dawdling_costs], axis=1), list(runners))
    assert profile.shares(1.9) == {"swift": 1.0, "dawdling": 0.0}
    assert profile.shares(2.0) == {"swift": 1.0, "dawdling": 1.0}


CONDITION = 1e4
ROOT = np.sqrt(CONDITION)
ILL = race_problem(surfaces.named("bowl", condition=CONDITION), name="ill_conditioned_bowl")


def test_heavy_ball_and_nesterov_gain_about_the_root_of_the_condition_number():
    # the rates and momenta that are optimal on a quadratic with eigenvalues from 1 to κ
    runners = {
        "gradient_descent": GradientDescent(learning_rate=2 / (1 + CONDITION)),
        "heavy_ball": Momentum(learning_rate=4 / (1 + ROOT) ** 2, momentum=((ROOT - 1) / (ROOT + 1)) ** 2),
        "nesterov": Nesterov(learning_rate=1 / CONDITION, momentum=(ROOT - 1) / (ROOT + 1)),
    }
    found = race([ILL], runners, protocol=without_tuning(evaluation_seeds=8, evaluations=40_000))
    verdicts = {(each.pairing.a, each.pairing.b): each for each in found.judged().verdicts}
    for accelerated in ("heavy_ball", "nesterov"):
        verdict = verdicts["gradient_descent", accelerated]
        assert verdict.kind == "worse"
        # of heavy ball's gain its transient takes half: the two equal eigenvalues of its companion matrix
        assert ROOT / 3 < verdict.comparison.ratio < ROOT
        # f falls by ((κ − 1) / (κ + 1))² in a step
        assert verdict.comparison.cost_a.median == pytest.approx(CONDITION / 4 * np.log(1e5), rel=0.01)


LONG = race_problem(surfaces.named("long_valley"))


def test_adagrad_fades_on_a_long_path_and_rmsprop_does_not():
    runners = {"adagrad": AdaGrad(learning_rate=0.1), "rmsprop": RMSProp(learning_rate=0.01)}
    found = race([LONG], runners, protocol=without_tuning(evaluation_seeds=6, evaluations=300))
    walked = {}
    for name in runners:
        here = (found.curves["contestant"] == name) & (found.curves["seed"] == 0)
        at, x1 = found.curves["evaluation"][here], found.curves["x1"][here]
        near, far = (np.interp(place, at, x1) - x1[0] for place in (75, 300))
        walked[name] = far / near
    # four times as long a walk leads twice as far under AdaGrad: steps shrink as 1/√t where the slope is constant
    assert walked["adagrad"] == pytest.approx(2.0, rel=0.25)
    assert walked["rmsprop"] > 3.5


def test_without_bias_correction_adam_jumps_in_its_first_step():
    runners = {"adam": Adam(learning_rate=0.01), "almost": Adam(learning_rate=0.01, bias_correction=False)}
    found = race([BOWL], runners, protocol=without_tuning(evaluation_seeds=6, evaluations=60))
    steps = {}
    for name in runners:
        here = (found.curves["contestant"] == name) & (found.curves["seed"] == 0)
        steps[name] = np.abs(np.diff(found.curves["x1"][here][:2]))[0]
    # |m̂|/√v̂ = 1 in the first step; without the correction (1 − β₁)/√(1 − β₂) = √10
    assert steps["adam"] == pytest.approx(0.01, rel=1e-3)
    assert steps["almost"] == pytest.approx(0.01 * np.sqrt(10), rel=1e-3)

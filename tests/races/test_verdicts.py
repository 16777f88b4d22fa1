"""What may be said, and when: the kinds of verdicts, their sentences, and an optimizer against itself."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from support.made_up_race import honest, picked

from osolgil.races.audits import audit
from osolgil.races.intervals import rejection_bounds
from osolgil.races.objections import objection
from osolgil.races.pairings import MEASURES, Pairing, across, costs, pairings
from osolgil.races.statistics import compare_across
from osolgil.races.tables import Runs
from osolgil.races.verdicts import KINDS, across_sentence, judge
from osolgil.races.wilcoxon import attained_level

INF = math.inf


def met(a, b, problem="bowl", names=("adam", "momentum"), **options):
    return Pairing(
        "fully_tuned", problem, *names, "reached_1e-5", np.asarray(a, float), np.asarray(b, float), **options
    )


def verdict(a, b, **options):
    return judge([met(a, b)], **options)[0]


COSTS = np.asarray([100.0, 120, 90, 300, 110, 95, 101, 99])


def test_a_planted_factor_of_two_is_found_both_ways():
    assert verdict(COSTS, 2 * COSTS).kind == "better"
    assert verdict(2 * COSTS, COSTS).kind == "worse"


def test_a_verdict_s_sentence_holds_its_number_interval_test_pairs_and_failures():
    found = verdict([*COSTS, INF], [*2 * COSTS, INF])
    assert found.sentence() == (
        "bowl — adam is better than momentum in evaluations to the target τ = 1e-5: median ratio adam/momentum 0.5, "
        "[0.5, 0.5] at 95%; P(adam beats momentum) = 0.94, [0.586, 1]; exact Wilcoxon signed-rank test, p = 0.0078 "
        "after Holm for 1 comparison; 9 pairs; failures: 0 of adam alone, 0 of momentum alone, 1 of both."
    )
    assert found.sentence("ko") == (
        "bowl: adam 대 momentum, adam 쪽이 낫습니다(목표 τ = 1e-5까지의 평가 횟수). 비율(adam/momentum)의 중앙값 0.5, "
        "95% 구간 [0.5, 0.5]; P(adam 승) = 0.94, 구간 [0.586, 1]; 정확 윌콕슨 부호순위 검정 p = 0.0078(비교 1건에 홀름 "
        "보정); 9쌍; 실패: adam만 0, momentum만 0, 둘 다 1."
    )


def test_there_is_no_verdict_under_six_pairs():
    found = verdict(COSTS[:5], 2 * COSTS[:5])
    assert found.kind == "blocked"
    assert "there are 5 pairs, and the smallest p-value of 5 is 0.062; evaluate on 6 seeds or more" in found.sentence()
    assert "쌍이 5개뿐이어서" in found.sentence("ko")
    assert verdict(COSTS[:6], 2 * COSTS[:6]).kind == "better"


def test_without_any_pair_there_is_no_verdict_and_no_number():
    found = verdict([], [])
    assert (found.kind, found.comparison) == ("blocked", None)
    assert found.sentence().startswith("bowl — no verdict on adam against momentum (blocked): there are 0 pairs")


def test_no_difference_shown_is_not_equality_and_says_whether_any_could_have_been_shown():
    found = verdict(COSTS, COSTS * [0.5, 2, 0.9, 1.2, 0.8, 1.1, 1.3, 0.7])
    assert found.kind == "no_difference_shown"
    assert found.could_show
    assert found.sentence().startswith("bowl — no difference shown between adam and momentum")
    many = judge([met(COSTS[:6], 2 * COSTS[:6])] * 2)
    assert [one.kind for one in many] == ["no_difference_shown"] * 2
    assert not many[0].could_show
    assert "so few untied pairs among so many comparisons could not have shown any" in many[0].sentence()
    assert "차이가 있어도 보일 수 없었습니다" in many[0].sentence("ko")


def test_the_comparisons_of_a_division_are_tested_together():
    pairs = [met(COSTS, 2 * COSTS), met(COSTS, COSTS[::-1]), met(COSTS, 3 * COSTS)]
    found = judge(pairs)
    assert [one.family for one in found] == [3, 3, 3]
    assert found[0].p_value == pytest.approx(3 * 2 / 2**8)
    assert found[2].p_value == pytest.approx(3 * 2 / 2**8)
    assert [one.kind for one in found] == ["better", "no_difference_shown", "better"]


def test_divisions_are_families_of_their_own():
    pairs = [met(COSTS, 2 * COSTS), replace(met(COSTS, 2 * COSTS), division="defaults"), met(COSTS, COSTS[::-1])]
    assert [(one.family, one.p_value) for one in judge(pairs)][:2] == [(2, 2 * 2 / 2**8), (1, 2 / 2**8)]


def test_what_is_not_tested_does_not_count_in_the_family():
    pairs = [met(COSTS, 2 * COSTS), met([INF] * 8, [INF] * 8), met(COSTS, COSTS, identical=True)]
    assert [(one.kind, one.family) for one in judge(pairs)] == [("better", 1), ("not_reached", 0), ("identical", 0)]


def test_where_all_fail_the_target_was_not_reached():
    found = verdict([INF] * 8, [INF] * 8)
    assert found.kind == "not_reached"
    assert "neither adam nor momentum got there" in found.sentence()
    assert "all 8 pairs failed" in found.sentence()
    assert "둘 다 도달하지 못했습니다" in found.sentence("ko")


def test_one_that_always_fails_loses():
    found = verdict([INF] * 8, COSTS)
    assert found.kind == "worse"
    assert "median ratio adam/momentum ∞" in found.sentence()
    assert "failures: 8 of adam alone" in found.sentence()


def test_equal_costs_are_not_identical_runs():
    assert verdict(COSTS, COSTS).kind == "no_difference_shown"


def test_an_objection_blocks_the_verdicts_that_it_concerns_and_no_other():
    against = objection("hidden clipping", 0.0, contestants=("adam",), layer="ClipByNorm")
    pairs = [met(COSTS, 2 * COSTS), met(COSTS, 2 * COSTS, names=("nesterov", "momentum"))]
    first, second = judge(pairs, [against])
    assert (first.kind, second.kind) == ("blocked", "better")
    assert "adam clips its gradients (ClipByNorm), which its name does not say" in first.sentence()
    assert "이름에 기울기를 자른다는" in first.sentence("ko")
    assert first.p_value is None


def test_the_under_tuned_are_not_compared_unless_rules_were_broken_too():
    told = {"dimension": "learning_rate", "value": 9.0, "low": 1e-6, "high": 10.0}
    edge = objection("edge", 9.0, problem="bowl", contestants=("adam",), **told)
    clip = objection("hidden clipping", 0.0, contestants=("adam",), layer="ClipByNorm")
    assert verdict(COSTS, 2 * COSTS, objections=[edge]).kind == "under_tuned"
    assert verdict(COSTS, 2 * COSTS, objections=[edge, clip]).kind == "blocked"
    assert "under-tuned" in verdict(COSTS, 2 * COSTS, objections=[edge]).sentence()


def test_where_test_and_median_point_different_ways_nothing_is_claimed():
    """51 pairs slightly dearer, 49 far cheaper: the ranks say cheaper, the median says dearer."""
    a = np.concatenate([np.linspace(1.001, 1.01, 51), np.linspace(0.1, 0.2, 49)])
    found = verdict(a, np.ones(100))
    assert found.p_value <= 0.05
    assert found.comparison.ratio > 1
    assert found.kind == "no_difference_shown"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words_in_both_languages(kind):
    english, korean = KINDS[kind]
    assert english.isascii()
    assert any("가" <= letter <= "힣" for letter in korean)


def test_an_optimizer_raced_against_itself_is_declared_different_at_the_attained_level():
    """Separate seeds, 200 races of 10 pairs; the bounds are two-sided and hold 99 % of the time."""
    rng = np.random.default_rng(11)
    races = [rng.lognormal(6, 0.8, size=(2, 10)) for _ in range(200)]
    different = sum(verdict(*race).kind in ("better", "worse") for race in races)
    low, high = rejection_bounds([attained_level(np.arange(1.0, 11))] * 200)
    assert 0 < low <= different <= high


def test_an_honest_race_ends_in_verdicts_on_every_pair():
    rows, manifest = honest()
    runs = Runs.of(rows)
    found = judge(pairings(runs, manifest, "gap"), audit(runs, manifest))
    assert len(found) == 3 * 2
    assert {one.pairing.pairs for one in found} == {10}
    kinds = {(one.pairing.a, one.pairing.b): one.kind for one in found if one.pairing.problem == "bowl"}
    assert kinds == {
        ("gradient_descent", "momentum"): "worse",
        ("gradient_descent", "adam"): "worse",
        ("momentum", "adam"): "worse",
    }


def test_the_same_runs_under_two_names_are_identical():
    rows, manifest = honest(("adam",))
    for row in picked(rows, contestant="adam", phase="evaluation"):
        rows.append({**row, "contestant": "adam_again", "seconds": 7.0})
    manifest["divisions"]["fully_tuned"]["contestants"].append("adam_again")
    met_itself = list(pairings(Runs.of(rows), manifest, "gap"))
    assert [one.kind for one in judge(met_itself)] == ["identical"] * 2
    assert "10 pairs of runs agree to the last bit" in judge(met_itself)[0].sentence()
    picked(rows, contestant="adam_again", problem="bowl")[0]["final"] *= 1 + 1e-15
    assert [one.identical for one in pairings(Runs.of(rows), manifest, "gap")] == [False, True]


def test_runs_are_paired_by_seed_whatever_their_order():
    rows, manifest = honest(("gradient_descent", "momentum"))
    [first, _] = pairings(Runs.of(rows), manifest, "gap")
    [again, _] = pairings(Runs.of(rows[::-1]), manifest, "gap")
    assert np.array_equal(first.costs_a, again.costs_a)
    assert np.array_equal(first.costs_b, again.costs_b)
    lone = picked(rows, phase="evaluation", contestant="momentum", problem="bowl", seed=4)[0]
    [fewer, _] = pairings(Runs.of([row for row in rows if row is not lone]), manifest, "gap")
    assert fewer.costs_a.tolist() == np.delete(first.costs_a, 4).tolist()


def test_failures_cost_infinitely_much_except_what_was_reached_before():
    rows, _ = honest(("gradient_descent",))
    row = {**rows[0], "failed": True, "reached_1e-1": 40.0, "final": math.nan, "validation": 0.2, "test": math.nan}
    table = Runs.of([row])
    assert costs(table, "reached_1e-1").tolist() == [40]
    assert [costs(table, measure)[0] for measure in ("gap", "best_gap", "validation", "test")] == [INF] * 4


def test_a_gap_below_zero_is_rounding():
    rows, _ = honest(("gradient_descent",))
    table = Runs.of([{**rows[0], "failed": False, "final": rows[0]["f_star"] - 1e-17}])
    assert costs(table, "gap").tolist() == [0]


def test_across_problems_every_two_are_compared_once():
    rows, manifest = honest()
    found = across(Runs.of(rows), manifest, "gap")
    assert set(found) == {
        ("fully_tuned", a, b)
        for a, b in [("gradient_descent", "momentum"), ("gradient_descent", "adam"), ("momentum", "adam")]
    }
    assert found["fully_tuned", "gradient_descent", "adam"].ratio > 1
    assert not found["fully_tuned", "gradient_descent", "adam"].speaks_for_others


@pytest.mark.parametrize("problems", [5, 6])
def test_a_few_problems_say_that_they_do_not_speak_for_others(problems):
    found = compare_across({str(k): (COSTS, 2 * COSTS) for k in range(problems)})
    english = across_sentence("adam", "momentum", "gap", found)
    assert english.startswith(
        f"across {problems} problems, final gap to f*: median ratio adam/momentum 0.5, [0.5, 0.5]"
    )
    assert ("say nothing about other problems" in english) == (problems == 5)
    korean = across_sentence("adam", "momentum", "gap", found, "ko")
    assert korean.startswith(f"문제 {problems}개 전체, 끝났을 때 f*와의 차이: 비율(adam/momentum)의 중앙값 0.5")
    assert ("다른 문제에 대해서는 말할 수 없습니다" in korean) == (problems == 5)


def test_an_unknown_measure_is_refused_with_those_there_are():
    rows, manifest = honest()
    with pytest.raises(ValueError, match=r"no measure 'speed'; there are reached_1e-1, .*, seconds"):
        list(pairings(Runs.of(rows), manifest, "speed"))
    assert next(iter(MEASURES)) == "reached_1e-1"


def test_settings_are_read_as_they_were_written():
    rows, _ = honest(("adam",))
    assert Runs.of(rows[:3]).settings() == [json.loads(row["settings"]) for row in rows[:3]]
    assert next(Runs.of(rows[:1]).rows())["seed"] == rows[0]["seed"]


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="language='fr' is not known"):
        verdict(COSTS, 2 * COSTS).sentence("fr")

"""Paired comparisons: what is counted, what is censored, and what other problems would say."""

import math

import numpy as np
import pytest
from scipy import stats

from osolgil.races.intervals import rejection_bounds
from osolgil.races.statistics import MIN_PAIRS, compare, compare_across, holm, log_ratios
from osolgil.races.wilcoxon import attained_level

INF = math.inf


def test_twice_the_cost_is_found_as_twice_the_cost():
    costs = np.random.default_rng(0).lognormal(5, 1, size=20)
    found = compare(2 * costs, costs)
    assert (found.ratio, found.ratio_interval) == (2, (2, 2))
    assert (found.wins, found.ties, found.losses, found.chance) == (0, 0, 20, 0)
    assert found.test.p_value == 2 / 2**20


def test_the_test_is_wilcoxon_s_on_log_ratios():
    rng = np.random.default_rng(1)
    a, b = rng.lognormal(0, 1, 15), rng.lognormal(0.5, 1, 15)
    expected = stats.wilcoxon(np.log(a / b), method="exact")
    assert compare(a, b).test.p_value == pytest.approx(expected.pvalue, rel=1e-12)


def test_failures_are_counted_and_none_is_left_out():
    found = compare([INF, INF, 10, 10, 10, 10, INF], [5, INF, INF, 20, 20, 20, INF])
    assert (found.failed_a, found.failed_b, found.failed_both, found.censored) == (1, 1, 2, 4)
    assert (found.pairs, found.wins, found.ties, found.losses) == (7, 4, 2, 1)
    assert found.chance == 5 / 7


def test_ratios_where_one_failed_are_censored_and_both_failed_is_a_tie():
    assert log_ratios([INF, 1, INF], [1, INF, INF]).tolist() == [INF, -INF, 0]
    assert log_ratios([0, 1, 0], [1, 0, 0]).tolist() == [-INF, INF, 0]


def test_a_ratio_of_mostly_failures_is_infinite_and_not_a_number_made_up():
    found = compare([INF] * 7 + [1, 1, 1], [1] * 10)
    assert found.ratio == INF
    assert found.ratio_interval.high == INF
    assert found.cost_a.median == INF


def test_where_each_failed_half_the_time_the_median_ratio_is_unknown():
    found = compare([INF] * 5 + [1] * 5, [1] * 5 + [INF] * 5)
    assert math.isnan(found.ratio)
    assert found.ratio_interval == (0, INF)
    assert found.test.p_value == 1


def test_equal_ratios_of_different_sizes_are_ties_in_the_ranking():
    assert compare([0.3, 3, 30, 1], [0.1, 1, 10, 3]).test.ranks.tolist() == [2.5] * 4


def test_swapping_the_names_mirrors_everything():
    rng = np.random.default_rng(4)
    a, b = rng.lognormal(size=11), rng.lognormal(size=11)
    a[2] = b[5] = INF
    one, other = compare(a, b), compare(b, a)
    assert (one.wins, one.failed_a, one.test.positive) == (other.losses, other.failed_b, other.test.negative)
    assert one.test.p_value == other.test.p_value
    assert one.ratio == pytest.approx(1 / other.ratio)
    assert one.ratio_interval == pytest.approx((1 / other.ratio_interval.high, 1 / other.ratio_interval.low))
    assert one.chance_interval == pytest.approx((1 - other.chance_interval.high, 1 - other.chance_interval.low))


def test_holm_gives_the_textbook_s_numbers():
    # R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == [0.03, 0.06, 0.06, 0.02]
    assert holm([0.4, 0.6]).tolist() == [0.8, 0.8]


def test_holm_rejects_what_the_step_down_procedure_rejects():
    p_values = np.random.default_rng(2).beta(0.3, 2, size=12)
    rejected = set()
    for rank, index in enumerate(np.argsort(p_values)):
        if p_values[index] > 0.05 / (12 - rank):
            break
        rejected.add(int(index))
    assert 0 < len(rejected) < 12
    assert set(np.flatnonzero(holm(p_values) <= 0.05).tolist()) == rejected


@pytest.mark.parametrize("pairs", [6, 10, 20])
def test_an_optimizer_against_itself_under_separate_seeds_is_declared_different_at_the_attained_level(pairs):
    """200 repetitions; the bounds are two-sided and hold 99 % of the time, and these seeds are among them."""
    rng = np.random.default_rng(5)
    level = attained_level(np.arange(1.0, pairs + 1))
    p_values = [compare(*rng.lognormal(6, 1, size=(2, pairs))).test.p_value for _ in range(200)]
    low, high = rejection_bounds([level] * 200)
    assert low <= sum(p <= 0.05 for p in p_values) <= high


def test_so_it_is_when_costs_are_counts_with_ties_and_failures():
    rng = np.random.default_rng(6)
    levels, rejections = [], 0
    for _ in range(200):
        costs = rng.poisson(8, size=(2, 12)) + 1.0
        costs[rng.random(costs.shape) < 0.15] = INF
        test = compare(*costs).test
        levels.append(attained_level(test.ranks))
        rejections += test.p_value <= 0.05
    low, high = rejection_bounds(levels)
    assert 0 < low <= rejections <= high


def test_a_test_that_rejects_twice_too_often_would_be_noticed():
    _, high = rejection_bounds([attained_level(np.arange(1.0, 21))] * 200)
    assert stats.binom.cdf(high, 200, 0.1) < 0.5


def test_across_problems_the_ratio_is_the_median_of_the_problems_medians():
    costs = {name: ([k, 2 * k, 4 * k], [1, 2, 4]) for name, k in [("p", 0.5), ("q", 3), ("r", 0.25)]}
    found = compare_across(costs)
    assert (found.problems, found.ratio) == (3, 0.5)
    assert found.ratio_interval == (0.25, 3)
    assert found.chance == pytest.approx(2 / 3)
    assert found.chance_interval == (0, 1)


def test_a_thousand_seeds_on_three_problems_remain_three_problems():
    """The width comes from the problems: more seeds do not narrow it."""
    rng = np.random.default_rng(7)

    def race(seeds):
        return {
            str(p): (np.exp(effect + rng.normal(0, 0.1, seeds)), np.ones(seeds))
            for p, effect in enumerate([-1, 0.2, 1.5])
        }

    few, many = (compare_across(race(seeds)).ratio_interval for seeds in (10, 1000))
    assert many.high / many.low > 0.8 * few.high / few.low
    assert not compare_across(race(10)).speaks_for_others


def test_across_problems_equals_the_enumeration_where_seeds_agree():
    """Three problems, no noise within: the median of three draws has a known distribution, 7/27, 13/27, 7/27."""
    costs = {str(k): ([k] * 3, [1] * 3) for k in (1, 2, 3)}
    assert compare_across(costs, level=0.5).ratio_interval == (1, 3)  # 7/27 > 1/4
    assert compare_across(costs, level=0.4).ratio_interval == (2, 2)  # 7/27 < 3/10


def test_across_problems_failures_are_kept():
    costs = {str(k): ([INF] * 6, [1.0] * 6) for k in range(MIN_PAIRS)}
    found = compare_across(costs)
    assert (found.ratio, found.ratio_interval, found.chance) == (INF, (INF, INF), 0)
    assert found.speaks_for_others


def test_the_same_seed_draws_the_same_interval():
    rng = np.random.default_rng(8)
    costs = {str(k): tuple(rng.lognormal(size=(2, 9))) for k in range(5)}
    assert compare_across(costs, seed=3) == compare_across(costs, seed=3)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="3 costs against 2 are not pairs"):
        compare([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match=r"a cost of b is nan; .* math\.inf"):
        compare([1, 2], [1, math.nan])
    with pytest.raises(ValueError, match="a cost of a is -1"):
        compare([-1, 2], [1, 2])
    with pytest.raises(ValueError, match="there must be two at least, but there are 1"):
        compare_across({"one": ([1], [2])})
    with pytest.raises(ValueError, match=r"a p-value is 1\.5"):
        holm([0.1, 1.5])

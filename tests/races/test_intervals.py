"""Intervals without a distribution, against SciPy, enumeration and the known numbers."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from osolgil.races.intervals import (
    bootstrapped_median,
    median,
    median_interval,
    proportion_interval,
    rejection_bounds,
)


@pytest.mark.parametrize(("n", "rank", "percent"), [(10, 2, 97.9), (20, 6, 95.9)])
def test_median_interval_is_between_the_known_order_statistics(n, rank, percent):
    values = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    found = median_interval(values)
    assert (found.rank, found.low, found.high) == (rank, rank, n + 1 - rank)
    assert round(100 * found.coverage, 1) == percent
    assert found.median == (n + 1) / 2


@pytest.mark.parametrize("n", range(6, 41))
def test_coverage_is_the_binomial_probability_and_one_rank_further_in_would_be_too_little(n):
    found = median_interval(np.arange(n))
    assert found.coverage == pytest.approx(1 - 2 * stats.binom.cdf(found.rank - 1, n, 0.5), abs=1e-14)
    assert found.coverage >= 0.95 > 1 - 2 * stats.binom.cdf(found.rank, n, 0.5)


@pytest.mark.parametrize("n", range(1, 6))
def test_five_values_say_nothing_about_the_median_at_95_percent(n):
    found = median_interval(np.arange(n))
    assert (found.low, found.high, found.rank, found.coverage) == (-math.inf, math.inf, 0, 1.0)


def test_failures_stay_in_the_median_and_its_interval():
    values = [1, 2, 3, 4, 5, 6, 7, math.inf, math.inf, math.inf]
    found = median_interval(values)
    assert (found.median, found.low, found.high) == (5.5, 2, math.inf)
    assert median_interval([1, 2, *[math.inf] * 8]).median == math.inf


def test_median_between_the_two_infinities_is_unknown():
    assert math.isnan(median([-math.inf, math.inf]))
    assert median([-math.inf, -math.inf]) == -math.inf
    assert median([1, math.inf]) == math.inf


def test_bootstrap_of_the_median_is_the_enumeration_of_all_samples():
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    medians = np.sort([sorted(sample)[2] for sample in product(values, repeat=5)])
    for level in (0.5, 0.8, 0.95):
        tail = (1 - level) / 2
        below = np.searchsorted(medians, values, side="right") / medians.size
        low = values[int(np.argmax(below > tail))]
        high = values[int(np.argmax(below >= 1 - tail))]
        assert bootstrapped_median(values, level) == (low, high)


def test_of_an_even_number_each_end_belongs_to_the_outer_one_of_the_two_middle_values():
    values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    samples = [sorted(sample) for sample in product(values, repeat=6)]
    lower, upper = np.sort([sample[2] for sample in samples]), np.sort([sample[3] for sample in samples])
    for level in (0.3, 0.5, 0.8, 0.95):
        tail = (1 - level) / 2
        low = lower[np.searchsorted(np.arange(1, lower.size + 1) / lower.size, tail, side="right")]
        high = upper[np.searchsorted(np.arange(1, upper.size + 1) / upper.size, 1 - tail)]
        assert bootstrapped_median(values, level) == (low, high)


def test_bootstrap_of_the_median_is_scipy_s_with_many_samples():
    values = np.random.default_rng(3).lognormal(size=21)
    drawn = stats.bootstrap((values,), np.median, method="percentile", n_resamples=4000, rng=1).confidence_interval
    assert bootstrapped_median(values) == pytest.approx((drawn.low, drawn.high))


def test_bootstrap_of_an_even_number_leans_outwards_and_keeps_infinities():
    values = [*range(1, 11), *[math.inf] * 10]
    found = bootstrapped_median(values)
    assert found.high == math.inf
    assert found.low == bootstrapped_median([*values[:-1], 1e300]).low < 10


@pytest.mark.parametrize(("successes", "trials"), [(0, 6), (3, 6), (6, 6), (15, 20), (1, 100)])
def test_proportion_interval_is_scipy_s_clopper_pearson(successes, trials):
    expected = stats.binomtest(successes, trials).proportion_ci(method="exact")
    assert proportion_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_proportion_interval_of_a_tie_lies_between_those_of_a_win_and_a_loss():
    lose, tie, win = (proportion_interval(score, 10) for score in (6, 6.5, 7))
    assert lose.low < tie.low < win.low
    assert lose.high < tie.high < win.high


@pytest.mark.parametrize(("p_win", "p_tie"), [(0.3, 0.0), (0.1, 0.6), (0.0, 0.9)])
def test_proportion_interval_with_ties_holds_the_truth_as_often_as_it_says(p_win, p_tie):
    """Exactly: every outcome of eight pairs, weighted by its chance."""
    n, truth, held = 8, p_win + p_tie / 2, 0.0
    for wins in range(n + 1):
        for ties in range(n + 1 - wins):
            low, high = proportion_interval(wins + ties / 2, n)
            chance = stats.multinomial.pmf([wins, ties, n - wins - ties], n, [p_win, p_tie, 1 - p_win - p_tie])
            held += chance * (low <= truth <= high)
    assert held >= 0.95


def test_rejection_bounds_are_the_quantiles_of_the_binomial():
    binomial = stats.binom(200, 0.0479)
    low, high = rejection_bounds([0.0479] * 200, level=0.99)
    assert binomial.cdf(low - 1) <= 0.005 < binomial.cdf(low)
    assert binomial.sf(high) <= 0.005 < binomial.sf(high - 1)


def test_rejection_bounds_of_unequal_levels_are_those_of_the_sum_of_coins():
    assert rejection_bounds([0, 0, 1, 1, 1]) == (3, 3)
    assert rejection_bounds([0.0] * 10 + [0.5] * 20) == rejection_bounds([0.5] * 20)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="there are no values"):
        median_interval([])
    with pytest.raises(ValueError, match=r"a value is NaN; a run that failed costs math\.inf"):
        median_interval([1.0, math.nan])
    with pytest.raises(ValueError, match=r"level=95 must lie between 0 and 1"):
        median_interval([1.0, 2.0], level=95)
    with pytest.raises(ValueError, match=r"7 successes in 6 trials"):
        proportion_interval(7, 6)
    with pytest.raises(ValueError, match=r"cannot have the level 1\.2"):
        rejection_bounds([1.2])

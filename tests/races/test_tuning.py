"""Best-of-k curves and the sensitivity to the learning rate."""

import math
from itertools import combinations, product

import numpy as np
import pytest

from osolgil.races.tuning import hit_probability, sensitivity, tuning_curve

INF = math.inf


def test_the_curve_is_the_mean_over_all_subsets():
    costs = np.random.default_rng(0).lognormal(size=7)
    found = tuning_curve(costs).mean
    for k in range(1, 8):
        assert found[k - 1] == pytest.approx(np.mean([min(subset) for subset in combinations(costs, k)]), rel=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_estimator_is_unbiased_and_the_one_with_replacement_is_not(k):
    """Every sample of three from a population of four values, exactly."""
    population = [1.0, 2.0, 5.0, 11.0]
    truth = np.mean([min(draws) for draws in product(population, repeat=k)])
    samples = list(product(population, repeat=3))
    assert np.mean([tuning_curve(sample).mean[k - 1] for sample in samples]) == pytest.approx(truth, rel=1e-12)
    if k > 1:
        biased = np.mean([min(draws) for sample in samples for draws in product(sample, repeat=k)])
        assert biased > truth + 0.1


def test_failures_make_the_mean_infinite_until_k_exceeds_them():
    found = tuning_curve([4, INF, 2, INF])
    assert found.mean.tolist() == pytest.approx([INF, INF, 2.5, 2.0])
    assert found.failing.tolist() == pytest.approx([1 / 2, 1 / 6, 0, 0])


def test_quartiles_are_those_of_the_best_over_all_subsets():
    costs = [5.0, 1.0, INF, 3.0, 8.0, INF]
    found = tuning_curve(costs)
    for k in range(1, 7):
        best = sorted(min(subset) for subset in combinations(costs, k))
        for share, curve in ((0.25, found.lower), (0.5, found.median), (0.75, found.upper)):
            assert curve[k - 1] == best[math.ceil(share * len(best)) - 1]


def test_all_trials_failed():
    found = tuning_curve([INF] * 5)
    assert np.isinf([found.mean, found.lower, found.median]).all()
    assert found.failing.tolist() == [1.0] * 5


@pytest.mark.parametrize(("trials", "percent"), [(1, 10), (24, 92), (0, 0)])
def test_random_trials_hit_the_best_ten_percent(trials, percent):
    assert round(100 * hit_probability(trials)) == percent
    assert hit_probability(trials) == pytest.approx(1 - 0.9**trials, rel=1e-12)


def test_sensitivity_of_a_v_shaped_valley_is_that_by_hand():
    """log cost rises by one decade a decade on both sides: within 2 of the best are 2 log10(2) decades."""
    rates = 10.0 ** np.arange(-4, 3)
    found = sensitivity(rates, 10.0 ** np.abs(np.arange(-4, 3) + 1))
    assert found.decades == pytest.approx(2 * math.log10(2), rel=1e-12)
    assert (found.best_rate, found.best_cost, found.open_ended) == (0.1, 1, False)
    assert found.pieces[0] == pytest.approx((0.05, 0.2), rel=1e-12)


def test_sensitivity_does_not_depend_on_how_fine_the_sweep_is_where_the_interpolation_is_exact():
    coarse, fine = 10.0 ** np.arange(-4, 3), 10.0 ** np.arange(-4, 2.01, 0.25)
    decades = [sensitivity(rates, 10 ** np.abs(np.log10(rates) + 1)).decades for rates in (coarse, fine)]
    assert decades[0] == pytest.approx(decades[1], rel=1e-12)


def test_towards_a_failure_nothing_is_interpolated():
    found = sensitivity([0.01, 0.1, 1], [4, 1, INF])
    assert found.pieces[0] == pytest.approx((0.1 / math.sqrt(10), 0.1))
    assert found.decades == pytest.approx(0.5)
    assert not found.open_ended


def test_two_valleys_are_two_pieces():
    found = sensitivity(10.0 ** np.arange(5), [1, 100, 100, 1, 100])
    assert len(found.pieces) == 2
    assert found.decades == pytest.approx(3 * math.log10(2) / 2)
    assert found.open_ended


def test_a_flat_sweep_is_good_everywhere_and_open_ended():
    found = sensitivity([1e-3, 1e-2, 1e-1], [5, 6, 5])
    assert (found.decades, found.open_ended) == (pytest.approx(2), True)


def test_the_order_of_the_sweep_does_not_matter():
    rng = np.random.default_rng(1)
    rates, costs = 10.0 ** np.arange(-3, 4), rng.lognormal(size=7)
    order = rng.permutation(7)
    assert sensitivity(rates, costs) == sensitivity(rates[order], costs[order])


def test_a_cost_of_zero_has_no_neighbourhood():
    assert sensitivity([0.1, 1, 10], [1, 0, 1]).decades == 0
    assert sensitivity([0.1, 1, 10], [0, 0, 1]).decades == 1


def test_a_sweep_of_failures_has_no_good_rate():
    assert sensitivity([0.1, 1], [INF, INF])[:2] == (0, ())


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="2 rates and 1 costs"):
        sensitivity([0.1, 1], [1])
    with pytest.raises(ValueError, match="none there twice"):
        sensitivity([0.1, 0.1], [1, 2])
    with pytest.raises(ValueError, match="a cost is nan"):
        sensitivity([0.1, 1], [1, math.nan])
    with pytest.raises(ValueError, match=r"factor=0\.5 must be at least 1"):
        sensitivity([0.1, 1], [1, 2], 0.5)
    with pytest.raises(ValueError, match="a share of 2"):
        hit_probability(24, 2)


def test_a_thousand_trials_are_counted_and_more_are_refused():
    costs = np.arange(1.0, 1001.0)
    # the mean of the smallest of k out of 1, ..., n is (n + 1)/(k + 1)
    k = np.arange(1, 1001)
    assert tuning_curve(costs).mean == pytest.approx(1001 / (k + 1), rel=1e-9)
    with pytest.raises(ValueError, match="1,001 trials are too many"):
        tuning_curve(np.arange(1001.0))

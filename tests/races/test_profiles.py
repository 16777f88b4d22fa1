"""Performance and data profiles: planted effects, small cases by hand, bands by the binomial."""

import math

import numpy as np
import pytest
from scipy import stats

from osolgil.races.profiles import data_profile, performance_profile

INF = math.inf


def test_the_same_optimizer_at_twice_the_cost_joins_its_profile_at_two():
    costs = np.random.default_rng(0).lognormal(5, 2, size=30)
    found = performance_profile(np.column_stack([costs, 2 * costs]), ["a", "a doubled"])
    assert found.at.tolist() == [1, 2]
    assert found.shares(1) == {"a": 1, "a doubled": 0}
    assert found.shares(1.999) == {"a": 1, "a doubled": 0}
    assert found.shares(2) == {"a": 1, "a doubled": 1}


def test_profiles_cross_at_two_where_one_is_faster_on_some_problems_and_twice_as_slow_on_the_rest():
    """a is cheapest on 3 of 10 problems, and never more than twice as dear; b is five times as dear on those 3."""
    a = np.asarray([1.0] * 3 + [2.0] * 7)
    b = np.asarray([5.0] * 3 + [1.0] * 7)
    found = performance_profile(np.column_stack([a, b]), ["a", "b"])
    assert found.shares(1.99) == {"a": 0.3, "b": 0.7}
    assert found.shares(2) == {"a": 1.0, "b": 0.7}
    assert found.shares(5) == {"a": 1.0, "b": 1.0}


def test_a_small_profile_is_that_by_hand():
    costs = [[1, 2, INF], [4, 2, 8], [INF, INF, INF], [3, 3, 9]]
    found = performance_profile(np.asarray(costs), ["a", "b", "c"])
    assert found.at.tolist() == [1, 2, 3, 4]
    assert found.share.tolist() == [[0.5, 0.75, 0.75, 0.75], [0.5, 0.75, 0.75, 0.75], [0, 0, 0.25, 0.5]]


def test_a_problem_that_nobody_solves_stays_in_the_denominator():
    found = performance_profile(np.asarray([[1.0, 1.0], [INF, INF]]), ["a", "b"])
    assert found.shares(1e9) == {"a": 0.5, "b": 0.5}


def test_rounding_does_not_split_a_step():
    found = performance_profile(np.asarray([[0.1, 0.3], [1.0, 3.0]]), ["a", "b"])
    assert found.at.tolist() == [1, 3]


def test_the_band_of_single_runs_is_the_binomial_s():
    """Drawing 40 problems of which 30 percent are within the factor gives Bin(40, 0.3)/40."""
    costs = np.column_stack([np.where(np.arange(40) < 12, 1.0, 3.0), np.where(np.arange(40) < 12, 3.0, 1.0)])
    found = performance_profile(costs, ["a", "b"], resamples=20000)
    expected = stats.binom(40, 0.3).ppf([0.025, 0.975]) / 40
    assert [found.low[0, 0], found.high[0, 0]] == pytest.approx(expected)


def test_runs_of_one_problem_are_drawn_together():
    """Ten copies of each problem are no new problems: the band stays as wide."""
    costs = np.column_stack([np.where(np.arange(20) < 6, 1.0, 3.0), np.where(np.arange(20) < 6, 3.0, 1.0)])
    once = performance_profile(costs, ["a", "b"], seed=1)
    tenfold = performance_profile(
        np.repeat(costs, 10, axis=0), ["a", "b"], np.repeat(np.arange(20), 10).tolist(), seed=1
    )
    assert np.array_equal(once.share, tenfold.share)
    assert np.allclose(once.low, tenfold.low, atol=1e-12)
    assert np.allclose(once.high, tenfold.high, atol=1e-12)
    apart = performance_profile(np.repeat(costs, 10, axis=0), ["a", "b"], seed=1)
    assert (apart.high - apart.low)[0, 0] < 0.5 * (once.high - once.low)[0, 0]


def test_data_profile_counts_gradients_by_differences():
    costs = np.asarray([[3.0, 6.0], [11.0, INF]])
    found = data_profile(costs, ["a", "b"], [2, 10])
    assert found.at.tolist() == [1, 2]
    assert found.shares(0.5) == {"a": 0, "b": 0}
    assert found.shares(1) == {"a": 1, "b": 0}
    assert found.shares(2) == {"a": 1, "b": 0.5}


def test_data_profile_does_not_depend_on_the_company():
    costs = np.random.default_rng(2).lognormal(size=(12, 3))
    three = data_profile(costs, ["a", "b", "c"], [1] * 12)
    alone = data_profile(costs[:, :1], ["a"], [1] * 12)
    assert [three.shares(k)["a"] for k in (0.2, 0.5, 1)] == [alone.shares(k)["a"] for k in (0.2, 0.5, 1)]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"costs of shape \(2, 2\) must be \(runs, 3\)"):
        performance_profile(np.ones((2, 2)), ["a", "b", "c"])
    with pytest.raises(ValueError, match="a cost is 0; costs are positive"):
        performance_profile(np.zeros((2, 2)), ["a", "b"])
    with pytest.raises(ValueError, match="a cost is nan"):
        data_profile(np.full((1, 1), math.nan), ["a"], [1])
    with pytest.raises(ValueError, match="1 problems are named for 2 runs"):
        performance_profile(np.ones((2, 2)), ["a", "b"], ["one"])
    with pytest.raises(ValueError, match="a positive number for each of 2 runs"):
        data_profile(np.ones((2, 1)), ["a"], [0, 1])

"""The exact signed-rank test, against SciPy, enumeration and a textbook."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from osolgil.races.wilcoxon import attained_level, least_p_value, signed_rank


def by_enumeration(differences):
    """Pratt's test with every pattern of signs written out."""
    d = np.asarray(differences, float)
    ranks = np.asarray([sum((abs(d) < abs(x)) + (abs(d) == abs(x)) / 2) + 0.5 for x in d])
    ranks, positive = ranks[d != 0], ranks[d > 0].sum()
    sums = np.asarray([sum(r for r, on in zip(ranks, signs, strict=True) if on) for signs in patterns(ranks.size)])
    middle = ranks.sum() / 2
    return np.mean(abs(sums - middle) >= abs(positive - middle) - 1e-9)


def patterns(n):
    return itertools.product((False, True), repeat=n)


@pytest.mark.parametrize("n", range(1, 13))
def test_the_least_p_value_of_n_pairs_is_two_in_two_to_the_n(n):
    assert signed_rank(np.arange(1, n + 1)).p_value == min(1, 2 / 2**n) == least_p_value(np.arange(n))


def test_five_pairs_can_never_reach_five_percent_and_six_can():
    assert min(signed_rank([s * (k + 1) for k, s in enumerate(signs)]).p_value for signs in sign_rows(5)) == 0.0625
    assert signed_rank([1, 2, 3, 4, 5, 6]).p_value == 0.03125


def sign_rows(n):
    return itertools.product((-1, 1), repeat=n)


@pytest.mark.parametrize("seed", range(8))
def test_without_ties_it_is_scipy_s_exact_test(seed):
    rng = np.random.default_rng(seed)
    differences = rng.normal(0.3, 1, size=rng.integers(6, 30))
    expected = stats.wilcoxon(differences, method="exact")
    found = signed_rank(differences)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-12)
    assert min(found.positive, found.negative) == expected.statistic


def test_a_textbook_s_example():
    """Hollander, Wolfe & Chicken, example 3.1, depression before and after: T+ = 5, one-sided p = 0.020."""
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    found = signed_rank(np.subtract(after, before))
    assert found.positive == 5
    assert found.p_value / 2 == pytest.approx(0.020, abs=5e-4)


@pytest.mark.parametrize(
    "differences",
    [
        [1, 1, 1, -1, 2, 2, -2],
        [0, 0, 1, 2, 3, -1, 4],
        [0, 0, 0, 0, 1, 1, 1, -5],
        [math.inf, math.inf, -math.inf, 1, 2, -1, 0, 3],
        [math.inf] * 6,
    ],
)
def test_with_ties_zeros_and_failures_it_is_the_enumeration_of_all_signs(differences):
    assert signed_rank(differences).p_value == pytest.approx(by_enumeration(differences), rel=1e-12)


def test_with_ties_and_zeros_it_is_scipy_s_permutation_test():
    differences = np.asarray([0.0, 0.0, 1, 2, 2, 3, -1, 4, 4])
    every = stats.PermutationMethod(n_resamples=10**6)
    expected = stats.wilcoxon(differences, zero_method="pratt", method=every)
    assert signed_rank(differences).p_value == pytest.approx(expected.pvalue, rel=1e-12)


def test_one_failure_is_the_largest_signed_rank_and_several_share_theirs():
    assert signed_rank([0.1, -0.2, 0.3, math.inf]).positive == 1 + 3 + 4
    assert signed_rank([0.1, -0.2, -math.inf, math.inf]).positive == 1 + 3.5


def test_a_zero_takes_part_in_the_ranking_and_not_in_the_sum():
    found = signed_rank([0, 0, 5, -7])
    assert (found.positive, found.negative, found.ranks.tolist()) == (3, 4, [3, 4])


def test_all_zero_says_nothing():
    assert signed_rank([0.0] * 8).p_value == 1


def test_rounding_does_not_break_a_tie():
    assert signed_rank([0.3, -(0.1 + 0.2), 1]).ranks.tolist() == [1.5, 1.5, 3]


@pytest.mark.parametrize("n", [6, 10, 20])
def test_attained_level_is_how_often_random_signs_reject(n):
    ranks = np.arange(1.0, n + 1)
    found = attained_level(ranks)
    assert found <= 0.05
    if n <= 10:
        rejected = [signed_rank(ranks * signs).p_value <= 0.05 for signs in sign_rows(n)]
        assert found == pytest.approx(np.mean(rejected), rel=1e-12)
    else:
        assert found == pytest.approx(0.0484, abs=5e-5)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="there are no pairs"):
        signed_rank([])
    with pytest.raises(ValueError, match="a difference is NaN"):
        signed_rank([1.0, math.nan])

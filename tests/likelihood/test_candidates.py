import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from osolgil.likelihood import Binomial, Geometric, Normal, Poisson, maximum_likelihood, table

HALF, MOST = Fraction(1, 2), Fraction(3, 4)


@pytest.fixture(scope="module")
def bags():
    """Five draws with replacement from one of two bags."""
    return table(Binomial(5), [1 / 2, 3 / 4])


def test_the_two_bags_are_exact(bags):
    assert bags.candidates == (HALF, MOST)
    assert bags.numerators == ((1, 5, 10, 10, 5, 1), (1, 15, 90, 270, 405, 243))
    assert bags.denominators == (32, 1024)
    assert all(sum(row) == 1 for row in bags.likelihoods)


def test_up_to_three_the_first_bag_is_likelier_and_from_four_on_the_second(bags):
    assert bags.estimates == {y: ((HALF,) if y <= 3 else (MOST,)) for y in range(6)}
    for y in range(6):
        chosen = maximum_likelihood("binomial", y, [1 / 2, 3 / 4], trials=5)
        assert chosen.estimate == (HALF if y <= 3 else MOST)


def test_the_table_prints_numerators_over_a_common_denominator(bags):
    lines = [" ".join(line.replace("│", " ").split()) for line in str(bags).splitlines()]
    assert "f(y; 1/2) 1 5 10 10 5 1 / 32" in lines
    assert "f(y; 3/4) 1 15 90 270 405 243 / 1024" in lines
    assert "most likely p 1/2 1/2 1/2 1/2 3/4 3/4" in lines


def test_several_rows_multiply():
    chosen = maximum_likelihood(Binomial(5), [4, 3, 4], [HALF, "3/4"])
    assert chosen.table[1].likelihood == Fraction(405, 1024) ** 2 * Fraction(270, 1024)
    assert chosen.table[0].log_likelihood == pytest.approx(stats.binom.logpmf([4, 3, 4], 5, 0.5).sum())
    assert "405" not in chosen.message
    assert chosen.message == "Most likely: p = 3/4."


def test_fractions_stay_exact_where_floating_point_has_underflowed():
    chosen = maximum_likelihood("bernoulli", [0, 1] * 2000, [0.4, 0.5])
    assert chosen.table[1].likelihood == Fraction(1, 2**4000)
    assert chosen.table[1].log_likelihood == pytest.approx(-4000 * math.log(2))
    assert chosen.estimate == HALF
    assert "-2772.59" in str(chosen)


def test_ties_are_reported():
    chosen = maximum_likelihood("binomial", 1, [0.3, 0.7, 0.5], trials=2)
    assert chosen.ties == (HALF,)
    chosen = maximum_likelihood("binomial", 1, [0.3, 0.7], trials=2)
    assert chosen.ties == (Fraction(3, 10), Fraction(7, 10))
    assert chosen.message == "A tie: 3/10 and 7/10 are equally likely, so the data do not decide."
    # Each mean is as far from the data as the other, and the sums are rounded.
    chosen = maximum_likelihood("normal", [1.0, 2.0], [(1.0, 1.0), (2.0, 1.0)])
    assert chosen.ties == ((1.0, 1.0), (2.0, 1.0))


def test_candidates_of_a_distribution_without_fractions_have_floating_likelihoods():
    chosen = maximum_likelihood(Poisson(), [3, 5], [2, 4.5])
    assert chosen.estimate == 4.5
    assert chosen.table[0].likelihood == pytest.approx(np.prod(stats.poisson.pmf([3, 5], 2)))
    assert chosen.log_likelihood == pytest.approx(stats.poisson.logpmf([3, 5], 4.5).sum())


def test_the_ends_of_the_domain_are_legal_candidates():
    chosen = maximum_likelihood("bernoulli", [1, 1], [0, 1, 0.5])
    assert [row.likelihood for row in chosen.table] == [0, 1, Fraction(1, 4)]
    assert chosen.estimate == 1


def test_a_table_of_infinitely_many_values_lists_those_that_were_asked_for():
    waits = table(Geometric(), [HALF], values=[1, 2, 3])
    assert waits.likelihoods == ((HALF, Fraction(1, 4), Fraction(1, 8)),)
    with pytest.raises(ValueError, match=r"infinitely many values; say which to list"):
        table(Geometric(), [HALF])


@pytest.mark.parametrize(
    ("candidates", "error", "words"),
    [
        ([], ValueError, "There are no candidates"),
        ([0.5, HALF], ValueError, "The candidate 1/2 is given twice"),
        ([1.5], ValueError, r"p = 3/2 lies outside \(0, 1\)"),
        (["half"], ValueError, "'half' is no finite number or fraction"),
        ([np.inf], ValueError, "inf is no finite number"),
        ([(0.5, 0.5)], ValueError, "has 2 parameters; Binomial has 1"),
        (0.5, TypeError, "must be several"),
    ],
)
def test_candidates_that_make_no_sense_are_refused(candidates, error, words):
    with pytest.raises(error, match=words):
        maximum_likelihood(Binomial(5), 4, candidates)


def test_data_that_are_impossible_under_every_candidate_are_refused():
    with pytest.raises(ValueError, match="impossible under every candidate"):
        maximum_likelihood("bernoulli", [0, 1], [0, 1])


def test_a_distribution_without_fractions_has_no_table():
    with pytest.raises(ValueError, match="The Normal distribution has no exact fractions"):
        table(Normal(), [(0, 1)])

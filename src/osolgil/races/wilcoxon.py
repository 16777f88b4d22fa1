"""Wilcoxon's signed-rank test, exact with ties, zeros and failures."""

from typing import NamedTuple

import numpy as np

from osolgil.races.intervals import Numbers

DIGITS = 12
"""Differences are compared to so many decimals: what differs beyond is rounding, and would break ties."""


class SignedRank(NamedTuple):
    """What the signed-rank test says.

    Attributes:
        p_value: two-sided and exact, given the ranks: how often random signs would be as uneven, or more.
        positive: the sum of the ranks of the positive differences.
        negative: the sum of the ranks of the negative differences.
        ranks: the midranks of the differences that are not zero, shape (m,).
    """

    p_value: float
    positive: float
    negative: float
    ranks: np.ndarray


def signed_rank(differences: Numbers) -> SignedRank:
    r"""Wilcoxon's signed-rank test of paired differences, exact whatever the ties.

    The differences are ranked by size, equal ones sharing their mean rank; +∞ and −∞ are the largest and share theirs.
    Zeros take part in the ranking and are then set aside (Pratt 1959): left out from the beginning, as Wilcoxon did,
    they can make a sample significant that is not significant once all of it is moved in favour of the claim. If the
    names of a pair are exchangeable, every sign is a fair coin, and the sum of the positive ranks has the generating
    function

    .. math:: \prod_i \tfrac12 (1 + z^{r_i})

    which is multiplied out. Without ties and zeros that is the table in every textbook.

    Raises:
        ValueError: there are no differences, or one is NaN.

    Source: Wilcoxon 1945; Pratt 1959, *J. Amer. Statist. Assoc.* 54, 655–667; Hollander, Wolfe & Chicken 2014, §3.1,
    on the exact conditional distribution with ties.

    >>> signed_rank([1, 2, 3, 4, 5]).p_value
    0.0625
    """
    from scipy.stats import rankdata

    found = np.round(np.asarray(differences, float).ravel(), DIGITS)
    if not found.size:
        raise ValueError("there are no pairs to compare; give at least one.")
    if np.isnan(found).any():
        raise ValueError("a difference is NaN; both failed is a tie, and a tie is 0.")
    ranks = rankdata(np.abs(found))
    positive, negative = float(ranks[found > 0].sum()), float(ranks[found < 0].sum())
    counted = ranks[found != 0]
    chances = chances_of_sums(counted)
    p_value = float(two_sided(chances)[round(2 * positive)])
    return SignedRank(p_value, positive, negative, counted)


def chances_of_sums(ranks: np.ndarray) -> np.ndarray:
    """The chance that the ranks with a positive sign add up to s/2, for s = 0, 1, ... twice the sum of all.

    Twice, because midranks are halves.
    """
    doubled = np.round(2 * ranks).astype(int)
    chances = np.zeros(int(doubled.sum()) + 1)
    chances[0] = 1.0
    for rank in doubled:
        chances[rank:] = (chances[rank:] + chances[:-rank]) / 2
        chances[:rank] /= 2
    return chances


def two_sided(chances: np.ndarray) -> np.ndarray:
    """The two-sided p-value of every sum, of a distribution that is symmetric about its middle."""
    lower = np.cumsum(chances)
    both: np.ndarray = np.minimum(1.0, 2 * np.minimum(lower, lower[::-1]))
    return both


def attained_level(ranks: np.ndarray, alpha: float = 0.05) -> float:
    """How often the test rejects at α when it should not, given the ranks: at most α, and less where pairs are few.

    >>> attained_level(np.arange(1.0, 7.0)), attained_level(np.arange(1.0, 6.0))
    (0.03125, 0.0)
    """
    chances = chances_of_sums(ranks)
    return float(chances[two_sided(chances) <= alpha].sum())


def least_p_value(ranks: np.ndarray) -> float:
    """The smallest p-value that these ranks allow, 2/2ᵐ: five pairs can never reach 0.05."""
    return min(1.0, 2.0 ** (1 - ranks.size))

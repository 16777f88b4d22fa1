"""Intervals that suppose no distribution, and keep infinities: a failed run costs infinitely much, and is not left out.

An interval of order statistics needs nothing but the order, so that ∞ is a number like any other; where an end is ∞,
failures are too many to say more.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

Numbers = Sequence[float] | np.ndarray
"""Many numbers, shape (n,)."""


class Interval(NamedTuple):
    """An interval, ends included."""

    low: float
    high: float


class MedianInterval(NamedTuple):
    """A median, with the order statistics around it that hold the true one at least as often as was asked.

    Attributes:
        median: of the sample.
        low: the rank-th smallest value; −∞ where the sample is too small to say.
        high: the rank-th largest value; ∞ where the sample is too small to say.
        coverage: how often such an interval holds the true median, at least.
        rank: which order statistics, counted from 1; 0 where the sample is too small.
    """

    median: float
    low: float
    high: float
    coverage: float
    rank: int


def checked_level(level: float) -> float:
    """The level, or a ValueError unless it is between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"level={level!r} must lie between 0 and 1, such as 0.95.")
    return level


def ordered(values: Numbers) -> np.ndarray:
    """The values in ascending order, shape (n,).

    Raises:
        ValueError: there are none, or one is not a number.
    """
    found = np.sort(np.asarray(values, float).ravel())
    if not found.size:
        raise ValueError("there are no values; give at least one.")
    if math.isnan(found[-1]):
        raise ValueError("a value is NaN; a run that failed costs math.inf.")
    return found


def median(values: Numbers) -> float:
    """The median, with infinities as numbers. Midway between −∞ and ∞ it is unknown, and NaN.

    >>> median([3, math.inf, 1]), median([1, 2, math.inf, math.inf])
    (3.0, inf)
    """
    found = ordered(values)
    low, high = float(found[(found.size - 1) // 2]), float(found[found.size // 2])
    return low if low == high else (low + high) / 2


def median_interval(values: Numbers, level: float = 0.95) -> MedianInterval:
    r"""A distribution-free interval of the median: from the k-th smallest value to the k-th largest.

    .. math:: P(X_{(k)} \le m \le X_{(n+1-k)}) \ge 1 - 2 P(\mathrm{Bin}(n, \tfrac12) < k)

    with the largest k that keeps the level. Five values or fewer do not reach 95 %: the interval is then the whole
    line, and it is right to say so.

    Raises:
        ValueError: no values, one that is NaN, or a level that is not between 0 and 1.

    Source: David & Nagaraja 2003, *Order Statistics*, §7.1.

    >>> median_interval(range(1, 11))
    MedianInterval(median=5.5, low=2.0, high=9.0, coverage=0.978515625, rank=2)
    """
    from scipy.special import bdtr

    checked_level(level)
    found = ordered(values)
    n = found.size
    middle = median(found)
    outside = 2 * bdtr(np.arange(n // 2 + 1), n, 0.5)  # entry k - 1 belongs to rank k
    rank = int(np.sum(outside[: max(n // 2, 1)] <= 1 - level))
    if rank == 0:
        return MedianInterval(middle, -math.inf, math.inf, 1.0, 0)
    return MedianInterval(middle, float(found[rank - 1]), float(found[n - rank]), float(1 - outside[rank - 1]), rank)


def bootstrapped_median(values: Numbers, level: float = 0.95) -> Interval:
    r"""The bootstrap's percentile interval of the median, computed and not drawn: nothing to seed, no error of drawing.

    The m-th smallest of n values drawn with replacement is at most the k-th smallest of the sample with probability
    :math:`P(\mathrm{Bin}(n, k/n) \ge m)`, which is the whole bootstrap distribution. Of an even number of values the
    lower end belongs to the lower of the two middle ones and the upper end to the upper one, so that no mean of
    infinities is needed. Percentiles, and not BCa: that needs the jackknife, which fails for a median.

    Raises:
        ValueError: no values, one that is NaN, or a level that is not between 0 and 1.

    Source: Efron 1979, *Bootstrap methods*, §3; Maritz & Jarrett 1978. That the jackknife fails: Efron & Tibshirani
    1993, *An Introduction to the Bootstrap*, §10.6.

    >>> bootstrapped_median([1, 2, 3, 4, 5, 6, 7, 8, math.inf])
    Interval(low=2.0, high=8.0)
    """
    from scipy.special import bdtrc

    checked_level(level)
    found = ordered(values)
    n, tail = found.size, (1 - level) / 2
    share = np.arange(1, n + 1) / n
    lower = bdtrc((n - 1) // 2, n, share)  # m - 1 = (n - 1) // 2 values lie before the lower middle one
    upper = bdtrc(n // 2, n, share)
    low = found[np.argmax(lower > tail)]
    high = found[np.argmax(upper >= 1 - tail)]
    return Interval(float(low), float(high))


def proportion_interval(successes: float, trials: int, level: float = 0.95) -> Interval:
    """Clopper and Pearson's interval of a probability, from `successes` in so many trials.

    It holds the true one at least as often as `level` says. Half a success is allowed, for a tie: a score of 0, ½ or 1
    varies less than a coin of the same mean, so that the interval is rather too wide than too narrow.

    Raises:
        ValueError: no trials, successes outside of [0, trials], or a level that is not between 0 and 1.

    Source: Clopper & Pearson 1934, *Biometrika* 26, 404–413.

    >>> low, high = proportion_interval(9, 10)
    >>> round(low, 4), round(high, 4)
    (0.555, 0.9975)
    """
    from scipy.special import betaincinv

    checked_level(level)
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"there were {successes:g} successes in {trials} trials; both count from 0, trials from 1.")
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, tail))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 1 - tail))
    return Interval(low, high)


def rejection_bounds(levels: Iterable[float], level: float = 0.99) -> tuple[int, int]:
    r"""How many of many tests may reject when all hypotheses are true: the least and the greatest number.

    Args:
        levels: the level that each test attains, one a test. (An exact test of few pairs attains less than α.)
        level: how often the number lies within the bounds, at least; half of the rest is left on either side.

    The number of rejections is a sum of independent coins, whose distribution is computed by convolution; where all
    levels are equal it is the binomial one.

    Raises:
        ValueError: a level that is not between 0 and 1.

    >>> rejection_bounds([0.05] * 200)
    (3, 19)
    """
    checked_level(level)
    chances = np.ones(1)
    for chance in levels:
        if not 0 <= chance <= 1:
            raise ValueError(f"a test cannot have the level {chance!r}; it must lie in [0, 1].")
        chances = np.convolve(chances, (1 - chance, chance))
    below = np.cumsum(chances)
    tail = (1 - level) / 2
    low = int(np.argmax(below > tail))
    high = int(np.argmax(below >= 1 - tail))
    return low, high

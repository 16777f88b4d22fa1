"""Two contestants on the same seeds: who is cheaper, by how much, and whether chance would do as well."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from osolgil.races.intervals import (
    Interval,
    MedianInterval,
    Numbers,
    bootstrapped_median,
    checked_level,
    median,
    median_interval,
    proportion_interval,
)
from osolgil.races.wilcoxon import DIGITS, SignedRank, signed_rank

MIN_PAIRS = 6
"""Five pairs can never reach 0.05: the smallest p-value of n pairs is 2/2ⁿ."""


class Comparison(NamedTuple):
    """Contestant a against contestant b on the same seeds. Smaller costs are better.

    Attributes:
        pairs: how many seeds.
        wins: pairs in which a is cheaper.
        ties: pairs of equal cost, those in which both failed among them.
        failed_a: pairs in which a alone failed.
        failed_b: pairs in which b alone failed.
        failed_both: pairs in which both failed.
        cost_a: the median cost of a, with its distribution-free interval.
        cost_b: that of b.
        ratio: the median of cost a / cost b; 0 or ∞ where failures (censored ratios) are the majority.
        ratio_interval: its bootstrap interval.
        test: the exact signed-rank test of the log ratios.
        chance: how often a beats b, a tie counting one half.
        chance_interval: its interval.
        level: that of all intervals.
    """

    pairs: int
    wins: int
    ties: int
    failed_a: int
    failed_b: int
    failed_both: int
    cost_a: MedianInterval
    cost_b: MedianInterval
    ratio: float
    ratio_interval: Interval
    test: SignedRank
    chance: float
    chance_interval: Interval
    level: float

    @property
    def losses(self) -> int:
        """Pairs in which b is cheaper."""
        return self.pairs - self.wins - self.ties

    @property
    def censored(self) -> int:
        """Pairs whose ratio is not known, because at least one of the two failed."""
        return self.failed_a + self.failed_b + self.failed_both


def log_ratios(a: Numbers, b: Numbers) -> np.ndarray:
    """log(cost a / cost b) of every pair, shape (n,): ∞ where a alone failed, −∞ where b alone did, 0 where both did.

    What differs from 0 by rounding only is 0. A cost of 0 is the mirror image of a failure.

    Raises:
        ValueError: the costs are not pairs, or one is negative or NaN.
    """
    first, second = np.asarray(a, float).ravel(), np.asarray(b, float).ravel()
    if first.size != second.size or not first.size:
        raise ValueError(f"{first.size} costs against {second.size} are not pairs; give both for the same seeds.")
    for name, costs in (("a", first), ("b", second)):
        if not (costs >= 0).all():
            wrong = costs[~(costs >= 0)][0]
            raise ValueError(f"a cost of {name} is {wrong:g}; costs are not negative, and a failed run costs math.inf.")
    with np.errstate(divide="ignore"):
        logs = np.log(first), np.log(second)
    same = first == second
    return np.round(np.where(same, 0.0, logs[0]) - np.where(same, 0.0, logs[1]), DIGITS)


def compare(a: Numbers, b: Numbers, level: float = 0.95) -> Comparison:
    """Compare the costs of two contestants, paired by seed; a failed run costs ∞.

    Both failed is a tie, one failed is the largest difference there is; no pair is left out.

    Args:
        a: costs of the first, shape (n,), not negative.
        b: costs of the second, for the same seeds.
        level: of the intervals.

    Raises:
        ValueError: the costs are not pairs, one is negative or NaN, or the level is not between 0 and 1.

    >>> found = compare([10, 20, 30, 40, 50, 60], [20, 40, 60, 80, 100, float("inf")])
    >>> found.ratio, found.test.p_value, found.failed_b
    (0.5, 0.03125, 1)
    """
    ratios = log_ratios(a, b)
    failed_a, failed_b = np.isinf(np.asarray(a, float)), np.isinf(np.asarray(b, float))
    wins, ties = int(np.sum(ratios < 0)), int(np.sum(ratios == 0))
    n = ratios.size
    score = wins + ties / 2
    return Comparison(
        pairs=n,
        wins=wins,
        ties=ties,
        failed_a=int(np.sum(failed_a & ~failed_b)),
        failed_b=int(np.sum(failed_b & ~failed_a)),
        failed_both=int(np.sum(failed_a & failed_b)),
        cost_a=median_interval(a, level),
        cost_b=median_interval(b, level),
        ratio=as_ratio(median(ratios)),
        ratio_interval=Interval(*(as_ratio(end) for end in bootstrapped_median(ratios, level))),
        test=signed_rank(ratios),
        chance=score / n,
        chance_interval=proportion_interval(score, n, level),
        level=level,
    )


def as_ratio(log: float) -> float:
    """The ratio of this logarithm, to the digits that the logarithm was kept to."""
    return float(f"{np.exp(log):.{DIGITS - 1}g}")


def holm(p_values: Numbers) -> np.ndarray:
    r"""Holm's adjustment: claims made together are wrong, any of them, no more often than one alone would be.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min\bigl(1, (m - j + 1)\, p_{(j)}\bigr)

    Returns:
        The adjusted p-values in the order given, shape (m,).

    Raises:
        ValueError: a p-value is not in [0, 1].

    Source: Holm 1979, *Scand. J. Statist.* 6, 65–70.

    >>> holm([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    found = np.asarray(p_values, float).ravel()
    if not ((found >= 0) & (found <= 1)).all():
        raise ValueError(f"a p-value is {found[~((found >= 0) & (found <= 1))][0]:g}; it must lie in [0, 1].")
    order = np.argsort(found, kind="stable")
    factors = np.arange(found.size, 0, -1)
    adjusted = np.empty_like(found)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * found[order]))
    return adjusted


class AcrossProblems(NamedTuple):
    """Contestant a against b on many problems, each counting alike.

    Attributes:
        problems: how many.
        ratio: the median over the problems of their median ratios, cost a / cost b.
        ratio_interval: its interval, by resampling problems, and seeds within them.
        chance: how often a beats b, a tie counting one half; the mean over the problems.
        chance_interval: its interval, likewise.
        level: of the intervals.
    """

    problems: int
    ratio: float
    ratio_interval: Interval
    chance: float
    chance_interval: Interval
    level: float

    @property
    def speaks_for_others(self) -> bool:
        """Whether there are problems enough to say something about problems that were not raced on."""
        return self.problems >= MIN_PAIRS


def compare_across(
    costs: Mapping[str, tuple[Numbers, Numbers]], level: float = 0.95, *, resamples: int = 2000, seed: int = 0
) -> AcrossProblems:
    """Compare two contestants across problems: what would other problems of this kind say?

    A two-level bootstrap draws problems with replacement, and for every one drawn its pairs with replacement. Seeds
    are not independent evidence about other problems: a thousand seeds on three problems remain three problems.
    Percentile intervals, whose ends are values that occurred, so that infinities are kept.

    Args:
        costs: for every problem the costs of a and of b for the same seeds.
        level: of the intervals.
        resamples: how many are drawn.
        seed: which draws.

    Raises:
        ValueError: fewer than two problems, or costs that are not pairs.

    Source: Davison & Hinkley 1997, *Bootstrap Methods and their Application*, §3.8 (strategy 2).
    """
    checked_level(level)
    if len(costs) < 2:
        raise ValueError(f"across problems there must be two at least, but there are {len(costs)}; use compare.")
    ratios = [log_ratios(a, b) for a, b in costs.values()]
    rng = np.random.default_rng(seed)
    shape = (resamples, len(ratios))
    lower, upper, score = np.empty(shape), np.empty(shape), np.empty(shape)
    drawn = rng.integers(len(ratios), size=shape)
    for problem, pairs in enumerate(ratios):
        here = drawn == problem
        sample = np.sort(pairs[rng.integers(pairs.size, size=(int(here.sum()), pairs.size))], axis=1)
        lower[here], upper[here] = sample[:, (pairs.size - 1) // 2], sample[:, pairs.size // 2]
        score[here] = scores(sample)
    middle = (len(ratios) - 1) // 2, len(ratios) // 2
    lowest = np.sort(lower, axis=1)[:, middle[0]]
    highest = np.sort(upper, axis=1)[:, middle[1]]
    low, _ = percentiles(lowest, level)
    _, high = percentiles(highest, level)
    return AcrossProblems(
        problems=len(ratios),
        ratio=as_ratio(median([median(pairs) for pairs in ratios])),
        ratio_interval=Interval(as_ratio(low), as_ratio(high)),
        chance=float(np.mean([scores(pairs) for pairs in ratios])),
        chance_interval=percentiles(score.mean(axis=1), level),
        level=level,
    )


def scores(ratios: np.ndarray) -> np.ndarray:
    """The share of negative log ratios along the last axis, zeros counting one half."""
    share: np.ndarray = np.mean((ratios < 0) + 0.5 * (ratios == 0), axis=-1)
    return share


def percentiles(values: np.ndarray | Sequence[float], level: float) -> Interval:
    """The values that leave half of what is outside of the level on either side; they are among the values."""
    found, tail = np.sort(values), (1 - level) / 2
    low = int(np.floor(tail * (found.size - 1)))
    return Interval(float(found[low]), float(found[found.size - 1 - low]))

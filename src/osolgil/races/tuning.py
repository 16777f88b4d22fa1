"""What tuning brings: the best of k trials, and how wide a learning rate may miss."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from osolgil.races.intervals import Numbers, ordered


class TuningCurve(NamedTuple):
    """What the best of k trials costs, for k = 1, ..., n.

    Attributes:
        mean: its expectation, shape (n,); ∞ while k trials may all fail.
        lower: its lower quartile, shape (n,).
        median: its median, shape (n,).
        upper: its upper quartile, shape (n,).
        failing: the chance that all k trials fail, shape (n,).
    """

    mean: np.ndarray
    lower: np.ndarray
    median: np.ndarray
    upper: np.ndarray
    failing: np.ndarray


def tuning_curve(costs: Numbers) -> TuningCurve:
    r"""The cost of the best of k trials, estimated without bias from n ≥ k of them.

    The mean of min over *all* subsets of k trials is a U-statistic, hence unbiased (Hoeffding 1948). Of the
    :math:`\binom nk` subsets, :math:`\binom{n-i}{k-1}` have the i-th smallest cost as their best, so that

    .. math::
        \widehat{E}_k = \sum_{i=1}^{n-k+1} \frac{\binom{n-i}{k-1}}{\binom nk} \, x_{(i)}, \qquad
        P(\text{best} \le x_{(i)}) = 1 - \frac{\binom{n-i}{k}}{\binom nk}

    Drawing the k trials *with* replacement (Dodge et al. 2019) counts a trial that is drawn twice as two, and so makes
    the best of k look worse than it is. A failed trial costs ∞: the mean is infinite until k exceeds the number of
    failures, while the quartiles remain what they are.

    The trials count as independent. Scrambled Sobol points cover the space more evenly than that: for them the curve
    describes k of *these* trials, taken at random.

    Args:
        costs: of n trials, ∞ for a failure.

    Raises:
        ValueError: no costs, one that is NaN, or more than a thousand, whose subsets are too many to count in floats.

    Source: Tang et al. 2020, *Showing your work doesn't always work*, ACL, §3.

    >>> tuning_curve([3, 1, 2]).mean.round(4).tolist()
    [2.0, 1.3333, 1.0]
    """
    x = ordered(costs)
    n = x.size
    if n > 1000:
        raise ValueError(f"{n:,} trials are too many for a tuning curve; give 1,000 of them at most.")
    k = np.arange(1, n + 1)[:, None]
    i = np.arange(1, n + 1)[None, :]
    beyond = _choose(n - i, k) / _choose(n, k)  # all k trials cost more than the i-th smallest
    weight = _choose(n - i, k - 1) / _choose(n, k)
    mean = np.where(weight > 0, weight * np.where(weight > 0, x, 0.0), 0.0).sum(axis=1)
    lower, middle, upper = (x[np.argmax(1 - beyond >= share - 1e-12, axis=1)] for share in (0.25, 0.5, 0.75))
    failures = int(np.isinf(x).sum())
    failing = (_choose(failures, k) / _choose(n, k)).ravel()
    return TuningCurve(mean, lower, middle, upper, failing)


def _choose(n: int | np.ndarray, k: np.ndarray) -> np.ndarray:
    from scipy.special import comb

    found: np.ndarray = np.asarray(comb(n, k))
    return found


def hit_probability(trials: int, share: float = 0.1) -> float:
    """The chance that the best of so many random trials is among the best `share` of the space: 1 − (1 − share)ᴷ.

    Raises:
        ValueError: trials are negative, or the share is not between 0 and 1.

    Source: Bergstra & Bengio 2012, *J. Mach. Learn. Res.* 13, 281–305.

    >>> round(hit_probability(24), 2)
    0.92
    """
    if trials < 0 or not 0 < share < 1:
        raise ValueError(f"{trials} trials and a share of {share:g}: trials count from 0, a share is between 0 and 1.")
    return float(-math.expm1(trials * math.log1p(-share)))


class Sensitivity(NamedTuple):
    """How wide a learning rate may miss.

    Attributes:
        decades: of the learning rate within the factor of the best, all pieces together.
        pieces: the ranges of learning rates within it, in ascending order.
        best_rate: the learning rate of the lowest cost.
        best_cost: that cost; ∞ if every rate failed.
        open_ended: a range reaches an end of the sweep, so that `decades` is a lower bound.
    """

    decades: float
    pieces: tuple[tuple[float, float], ...]
    best_rate: float
    best_cost: float
    open_ended: bool


def sensitivity(rates: Sequence[float] | np.ndarray, costs: Numbers, factor: float = 2.0) -> Sensitivity:
    """Decades of the learning rate within `factor` of the best cost, from a sweep.

    Between two neighbours of the sweep the logarithm of the cost is interpolated linearly in the logarithm of the
    rate. Towards a rate that failed nothing is interpolated: the range ends at the last rate that did not. (A finer
    sweep finds the cliff; none can be guessed from ∞.)

    Args:
        rates: learning rates, in any order, none twice, shape (n,).
        costs: one for each, not negative, ∞ for a failure; with several seeds their median.
        factor: how much dearer is still good.

    Raises:
        ValueError: fewer than two rates, a rate that is not positive or there twice, a cost that is negative or NaN, or
            a factor below 1.

    >>> sensitivity([1e-3, 1e-2, 1e-1, 1], [100, 10, 10, 100]).decades.__round__(4)
    1.6021
    """
    rate, cost = np.asarray(rates, float).ravel(), np.asarray(costs, float).ravel()
    if rate.size != cost.size or rate.size < 2:
        raise ValueError(f"{rate.size} rates and {cost.size} costs; a sweep has two or more, and a cost for each.")
    if not ((rate > 0) & np.isfinite(rate)).all() or np.unique(rate).size < rate.size:
        raise ValueError(f"rates {rate.tolist()} must be positive, and none there twice.")
    if not (cost >= 0).all():
        raise ValueError(f"a cost is {cost[~(cost >= 0)][0]:g}; costs are not negative, a failed run costs math.inf.")
    if not factor >= 1:
        raise ValueError(f"factor={factor!r} must be at least 1.")
    order = np.argsort(rate)
    place, cost = np.log10(rate[order]), cost[order]
    best = int(np.argmin(cost))
    if math.isinf(cost[best]):
        return Sensitivity(0.0, (), float(rate[order][best]), math.inf, open_ended=False)
    bound = factor * cost[best]
    pieces: list[tuple[float, float]] = []
    for left in range(place.size):
        if cost[left] > bound:
            continue
        begin = _crossing(place, cost, left, left - 1, bound)
        end = _crossing(place, cost, left, left + 1, bound)
        if pieces and begin <= pieces[-1][1]:
            begin = pieces.pop()[0]
        pieces.append((begin, end))
    return Sensitivity(
        decades=float(sum(end - begin for begin, end in pieces)),
        pieces=tuple((float(10**begin), float(10**end)) for begin, end in pieces),
        best_rate=float(rate[order][best]),
        best_cost=float(cost[best]),
        open_ended=bool(cost[0] <= bound or cost[-1] <= bound),
    )


def _crossing(place: np.ndarray, cost: np.ndarray, inside: int, beside: int, bound: float) -> float:
    """How far the range reaches from a rate that is inside towards its neighbour."""
    here = float(place[inside])
    if not 0 <= beside < place.size or cost[inside] == 0 < cost[beside]:
        return here
    if cost[beside] <= bound:
        return float(place[beside])
    # towards a failure the ratio is infinite and the share zero
    share = math.log(bound / cost[inside]) / math.log(cost[beside] / cost[inside])
    return here + share * float(place[beside] - here)

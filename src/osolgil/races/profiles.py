"""Profiles: on which share of the problems is a contestant within a factor of the best, or done within a budget?"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from osolgil.races.intervals import checked_level


@dataclass(frozen=True, eq=False)
class Profile:
    """A step function for every contestant, constant from one place to the next and continuous from the right.

    Attributes:
        contestants: their names.
        at: where a share changes: factors τ of a performance profile, budgets κ of a data profile; shape (t,).
        share: the share of the runs that a contestant does within each, shape (contestants, t).
        low: the lower end of the bootstrap's band over problems, pointwise, shape (contestants, t).
        high: the upper end.
        level: of the band.
    """

    contestants: tuple[str, ...]
    at: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float

    def shares(self, at: float) -> dict[str, float]:
        """The share of each contestant within this factor or budget."""
        place = int(np.searchsorted(self.at, at, side="right")) - 1
        found = self.share[:, place] if place >= 0 else np.zeros(len(self.contestants))
        return dict(zip(self.contestants, found.tolist(), strict=True))


def performance_profile(
    costs: np.ndarray,
    contestants: Sequence[str],
    problems: Sequence[Hashable] | None = None,
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Profile:
    r"""Performance profiles: the share of the runs on which a contestant costs at most τ times the cheapest.

    .. math:: \rho_s(\tau) = \frac{1}{n} \left| \left\{ p : \frac{t_{p,s}}{\min_{s'} t_{p,s'}} \le \tau \right\} \right|

    At τ = 1 it is how often a contestant is the cheapest; its limit is how often it succeeds at all. A failed run costs
    ∞ and stays in the denominator. With more than two contestants a profile ranks each against the best of this
    company: who comes second may change when the winner leaves (Gould & Scott 2016).

    Args:
        costs: shape (runs, contestants), positive, ∞ for a failure.
        contestants: their names.
        problems: to which problem each run belongs; None: each is a problem of its own. Problems count by their runs,
            and the band draws problems, with all their runs, with replacement.
        level: of the band.
        resamples: how many are drawn.
        seed: which draws.

    Raises:
        ValueError: the shapes do not fit, or a cost is not positive.

    The band is pointwise, and has no width where all problems agree: a bootstrap cannot draw what it has not seen.
    Source: Dolan & Moré 2002, *Math. Program.* 91, 201–213.
    """
    found = checked_costs(costs, contestants)
    best = found.min(axis=1, keepdims=True)
    solved = np.isfinite(best)
    ratios = np.where(solved, found / np.where(solved, best, 1.0), np.inf)
    return _profile(ratios, contestants, problems, level, resamples, seed)


def data_profile(
    costs: np.ndarray,
    contestants: Sequence[str],
    dimensions: np.ndarray | Sequence[int],
    problems: Sequence[Hashable] | None = None,
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Profile:
    r"""Data profiles: the share of the runs that a contestant finishes within κ times n + 1 evaluations.

    .. math:: d_s(\kappa) = \frac{1}{N} \left| \left\{ p : \frac{t_{p,s}}{n_p + 1} \le \kappa \right\} \right|

    n + 1 evaluations are a gradient by differences, so that κ compares problems of different size. Unlike a
    performance profile it does not depend on who else takes part.

    Args:
        costs: shape (runs, contestants), positive, ∞ for a failure.
        contestants: their names.
        dimensions: n, the number of parameters, for every run, shape (runs,).
        problems: as for `performance_profile`.
        level: of the band.
        resamples: how many are drawn.
        seed: which draws.

    Raises:
        ValueError: the shapes do not fit, or a cost or a dimension is not positive.

    Source: Moré & Wild 2009, *SIAM J. Optim.* 20, 172–191.
    """
    found = checked_costs(costs, contestants)
    sizes = np.asarray(dimensions)
    if sizes.shape != (len(found),) or not (sizes >= 1).all():
        raise ValueError(f"dimensions={sizes.tolist()} must hold a positive number for each of {len(found)} runs.")
    return _profile(found / (sizes[:, None] + 1), contestants, problems, level, resamples, seed)


def checked_costs(costs: np.ndarray, contestants: Sequence[str]) -> np.ndarray:
    """The costs as an array (runs, contestants), or a ValueError."""
    found = np.asarray(costs, float)
    if found.ndim != 2 or found.shape[1] != len(contestants) or not found.size:
        raise ValueError(f"costs of shape {found.shape} must be (runs, {len(contestants)}), one column a contestant.")
    if not (found > 0).all():
        wrong = found[~(found > 0)][0]
        raise ValueError(f"a cost is {wrong:g}; costs are positive, and a failed run costs math.inf.")
    return found


def _profile(
    needed: np.ndarray,
    contestants: Sequence[str],
    problems: Sequence[Hashable] | None,
    level: float,
    resamples: int,
    seed: int,
) -> Profile:
    """The profile of what each run needed, shape (runs, contestants)."""
    checked_level(level)
    groups = np.arange(len(needed)) if problems is None else _numbered(problems, len(needed))
    # 2.0000000000000004 is 2: a factor that comes from rounding would split a step into two
    needed = np.where(np.isfinite(needed), np.round(needed, 12), np.inf)
    at = np.unique(needed[np.isfinite(needed)])
    runs = np.bincount(groups).astype(float)
    drawn = np.random.default_rng(seed).multinomial(runs.size, np.full(runs.size, 1 / runs.size), size=resamples)
    total = drawn @ runs
    share, low, high = (np.empty((len(contestants), at.size)) for _ in range(3))
    ends = [(1 - level) / 2, (1 + level) / 2]
    for place, column in enumerate(needed.T):
        done = np.zeros((runs.size, at.size))
        np.add.at(done, groups, column[:, None] <= at)
        share[place] = done.sum(axis=0) / runs.sum()
        low[place], high[place] = np.quantile((drawn @ done) / total[:, None], ends, axis=0)
    return Profile(tuple(contestants), at, share, low, high, level)


def _numbered(problems: Sequence[Hashable], runs: int) -> np.ndarray:
    if len(problems) != runs:
        raise ValueError(f"{len(problems)} problems are named for {runs} runs; name the problem of every run.")
    numbers = {problem: number for number, problem in enumerate(dict.fromkeys(problems))}
    return np.asarray([numbers[problem] for problem in problems])

"""Likelihood-ratio intervals: which values of a parameter explain the data nearly as well as the best one."""

import math
from typing import NamedTuple

import numpy as np

from osolgil.likelihood.function import LikelihoodFunction

FARTHEST = 700.0
"""In inner coordinates; beyond it a parameter cannot be told from the end of its domain."""


class Interval(NamedTuple):
    """An interval of one parameter."""

    low: float
    high: float


def quantile(level: float) -> float:
    """The χ² quantile with one degree of freedom: 3.84 at 0.95.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    return normal_quantile(level) ** 2


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided interval reaches to either side: 1.96 at 0.95.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level={level!r} must lie between 0 and 1, such as 0.95.")
    from scipy import special

    return float(special.ndtri(0.5 + level / 2))


def ratio_interval(likelihood: LikelihoodFunction, u: np.ndarray, highest: float, place: int, level: float) -> Interval:
    r"""The values of a parameter whose profile log-likelihood is within q/2 of the highest.

    .. math:: \{\theta_j : 2(\hat\ell - \max_{\text{others}} \ell(\theta)) \le \chi^2_{1}(level)\}

    Args:
        likelihood: of the data.
        u: the maximum in walked coordinates, shape (k,).
        highest: ℓ there.
        place: which parameter.
        level: of the interval.

    An end that is not found before the domain ends is that end of the domain.
    Source: Pawitan 2001, *In All Likelihood*, §2.6 and §3.4 on profiles.
    """
    from scipy.optimize import brentq

    allowed = quantile(level) / 2
    center = float(u[place])
    bend = likelihood.surroundings(u)[1]
    reach = float(np.sqrt(2 * allowed * np.linalg.inv(bend)[place, place]))  # where a parabola would end
    domain = likelihood.distribution.parameters[place].domain
    ends = []
    for side in (-1.0, 1.0):
        others = np.delete(u, place)

        def excess(distance: float, side: float = side) -> float:
            nonlocal others
            value, others = likelihood.profile(place, center + side * distance, others)
            return allowed - (highest - value)

        inside, outside = 0.0, reach
        while outside < FARTHEST and excess(outside) > 0:
            inside, outside = outside, 2 * outside
        if outside >= FARTHEST:
            ends.append(domain.low if side < 0 else domain.high)
            continue
        # At the centre the excess is q/2 by definition; asking there would only invite rounding.
        root = brentq(lambda d: allowed if d == 0 else excess(d), inside, outside, xtol=1e-11 * max(1.0, outside))
        ends.append(likelihood.natural_of(place, center + side * float(root)))
    return Interval(*ends)


def boundary_interval(likelihood: LikelihoodFunction, at: float, highest: float, level: float) -> Interval:
    """The same for one parameter whose estimate lies on the boundary of its domain: one end is the estimate itself."""
    from scipy.optimize import brentq

    allowed = quantile(level) / 2
    [parameter] = likelihood.distribution.parameters
    low, high = parameter.domain.low, parameter.domain.high

    def excess(theta: float) -> float:
        # Minus infinity at the other end of the domain would stop the search; a large number says as much.
        return max(allowed - (highest - likelihood.log_likelihood([theta])), -1e300)

    if math.isfinite(high) and at == high:
        return Interval(float(brentq(excess, low, high, xtol=1e-14)), at)
    outside = 1.0
    while not math.isfinite(high) and excess(outside) > 0:
        outside *= 2
    return Interval(at, float(brentq(excess, at, high if math.isfinite(high) else outside, xtol=1e-14)))

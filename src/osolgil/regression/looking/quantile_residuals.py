"""Quantile residuals: where each target lies in the distribution that the model expects of it."""

import functools
from typing import Any, NamedTuple

import numpy as np

from osolgil.regression.families import (
    Binomial,
    Gamma,
    Gaussian,
    InverseGaussian,
    Likelihood,
    NegativeBinomial,
    Poisson,
)
from osolgil.regression.families.family import whole
from osolgil.rows.columns import COUNTED


class Tails(NamedTuple):
    """Probabilities of rows, shape (rows,) each. Both tails are there because one of them may round to 1.

    Attributes:
        below: of less than y.
        up_to: of at most y.
        above: of more than y.
        from_it: of at least y.
    """

    below: np.ndarray
    up_to: np.ndarray
    above: np.ndarray
    from_it: np.ndarray


def continuous(lower: Any, upper: Any) -> Tails:
    """Where no single value has a probability."""
    return Tails(lower, lower, upper, upper)


def quantile_scores(
    family: Likelihood, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float | None, seed: int
) -> np.ndarray:
    """Φ⁻¹(u) with u even between P(Y < y) and P(Y ≤ y), shape (rows,)."""
    from scipy import special

    if family.dispersed and not dispersion:
        raise ValueError("There is no dispersion to measure the residuals by: the fit leaves nothing over.")
    live = weights > 0
    scores = np.zeros(len(y))
    if isinstance(family, Gaussian):
        return np.asarray((y - mean) * np.sqrt(weights / dispersion))
    found = tails(family, mean[live], y[live], weights[live], dispersion or 1.0)
    share = np.random.default_rng(seed).random(len(y))[live]
    low = found.below + share * (found.up_to - found.below)
    high = found.above + (1 - share) * (found.from_it - found.above)
    least = np.finfo(np.float64).tiny
    nearer = np.maximum(np.minimum(low, high), least)
    scores[live] = np.where(low < high, 1.0, -1.0) * special.ndtri(nearer)
    return scores


@functools.singledispatch
def tails(family: Any, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float) -> Tails:
    """What the family expects of rows of these means and weights."""
    raise ValueError(f"The distribution function of the {family.title} family is not known here.")


@tails.register
def of_binomial(family: Binomial, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float) -> Tails:
    """wY successes of w trials."""
    from scipy import special

    count = np.round(weights * y)
    bad = ~(whole(weights) & (np.abs(weights * y - count) <= 1e-9 * weights))
    if bad.any():
        row = int(bad.argmax())
        raise ValueError(
            f"Row {row} {COUNTED} has {weights[row] * y[row]:g} successes in {weights[row]:g} trials; quantile "
            "residuals need whole numbers of them. Use kind='deviance'."
        )
    if family.binary:
        yes = y == 1
        return Tails(
            np.where(yes, 1 - mean, 0.0), np.where(yes, 1.0, 1 - mean),
            np.where(yes, 0.0, mean), np.where(yes, mean, 1.0),
        )  # fmt: skip
    # In scipy's own bdtr the trials are integers, here they are weights.
    left, before = np.maximum(weights - count, 1.0), np.maximum(count, 1.0)
    return Tails(
        np.where(count > 0, special.betaincc(before, weights - before + 1, mean), 0.0),
        np.where(count < weights, special.betaincc(count + 1, left, mean), 1.0),
        np.where(count < weights, special.betainc(count + 1, left, mean), 0.0),
        np.where(count > 0, special.betainc(before, weights - before + 1, mean), 1.0),
    )


@tails.register
def of_poisson(family: Poisson, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float) -> Tails:
    """Counts of a rate."""
    from scipy import special

    below = np.maximum(y - 1, 0)
    return Tails(
        np.where(y > 0, special.pdtr(below, mean), 0.0), special.pdtr(y, mean),
        special.pdtrc(y, mean), np.where(y > 0, special.pdtrc(below, mean), 1.0),
    )  # fmt: skip


@tails.register
def of_negative_binomial(
    family: NegativeBinomial, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float
) -> Tails:
    """Poisson counts whose rates are Gamma's."""
    from scipy import special

    size, share = 1 / family.alpha, family.alpha * mean / (1 + family.alpha * mean)
    before = np.where(y > 0, y, 1.0)
    return Tails(
        np.where(y > 0, special.betaincc(before, size, share), 0.0), special.betaincc(y + 1, size, share),
        special.betainc(y + 1, size, share), np.where(y > 0, special.betainc(before, size, share), 1.0),
    )  # fmt: skip


@tails.register
def of_gamma(family: Gamma, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float) -> Tails:
    """Of shape w/φ."""
    from scipy import special

    shape = weights / dispersion
    return continuous(special.gammainc(shape, shape * y / mean), special.gammaincc(shape, shape * y / mean))


@tails.register
def of_inverse_gaussian(
    family: InverseGaussian, mean: np.ndarray, y: np.ndarray, weights: np.ndarray, dispersion: float
) -> Tails:
    """Of the parameter λ = w/φ (Shuster 1968)."""
    from scipy import special

    root, ratio = np.sqrt(weights / dispersion / y), y / mean
    # e^{2λ/μ}Φ(−√(λ/y)(y/μ + 1)) in logarithms: the first factor overflows where the second is nothing.
    rest = np.exp(2 * weights / (dispersion * mean) + special.log_ndtr(-root * (ratio + 1)))
    return continuous(special.ndtr(root * (ratio - 1)) + rest, np.maximum(special.ndtr(root * (1 - ratio)) - rest, 0.0))

"""Predictions and scores."""

import numpy as np

from osolgil.regression.derivatives import differentiated_means, differentiated_rows
from osolgil.regression.families import Family, Likelihood
from osolgil.regression.goodness import null_predictor


def means(family: Family, eta: np.ndarray) -> np.ndarray:
    """The mean of each row, in the precision of η. What NumPy has costs no program."""
    if family.link == "identity":
        return eta
    if family.link == "log":
        return np.asarray(np.exp(eta))
    if family.link == "logit":
        return probabilities(eta)
    return differentiated_means(family, eta)[0].astype(eta.dtype)


def probabilities(eta: np.ndarray) -> np.ndarray:
    """1/(1 + e^−η)."""
    from scipy import special

    return np.asarray(special.expit(eta))


def explained(family: Family, eta: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> float:
    """D²: 1 − deviance/deviance of the mean alone; losses in their place, where there is no likelihood.

    Where there is nothing to explain it is 1 for an exact prediction, and 0 for any other.
    """
    live = np.ones(len(y), bool) if weights is None else weights > 0
    mass = np.ones(int(live.sum())) if weights is None else weights[live]
    eta, y = np.asarray(eta, dtype=np.float64)[live], y[live]
    alone = np.full(len(y), null_predictor(family, y, mass))
    if isinstance(family, Likelihood):
        left, all_of_it = (float(mass @ family.deviances(at, y)) for at in (eta, alone))
    else:
        left, all_of_it = (float(mass @ differentiated_rows(family, at, y)[0]) for at in (eta, alone))
    if not all_of_it > 0:
        return float(left <= 0)
    return 1 - left / all_of_it

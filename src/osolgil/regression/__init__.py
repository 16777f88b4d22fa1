"""Regressions: likelihoods fitted to tables, and what may be concluded from them.

`fit` takes a formula and a table (or arrays), a family and any method, and gives a `FittedModel`: named coefficients,
standard errors and intervals where they mean something, predictions, a summary; `load` reads one that was saved.
`fit_curve` fits any curve by least squares, `least_squares` any residuals: a `LeastSquaresFit`. `DataTrouble` and
`NoInference` say why something cannot be had, and what to do.
"""

from osolgil.regression.covariances import COVARIANCES
from osolgil.regression.curves import fit_curve
from osolgil.regression.families import (
    FAMILIES,
    Bernoulli,
    Binomial,
    Family,
    Gamma,
    Gaussian,
    Huber,
    InverseGaussian,
    Likelihood,
    NegativeBinomial,
    Poisson,
    Quantile,
    SquaredErrorLogistic,
    as_family,
)
from osolgil.regression.fit import fit
from osolgil.regression.hypotheses import Comparison, WaldTest
from osolgil.regression.inference import Inference, NoInference
from osolgil.regression.least_squares import LeastSquaresFit, least_squares
from osolgil.regression.model import FittedModel, Intervals
from osolgil.regression.saved import load
from osolgil.regression.troubles import DataTrouble

__all__ = [
    "COVARIANCES",
    "FAMILIES",
    "Bernoulli",
    "Binomial",
    "Comparison",
    "DataTrouble",
    "Family",
    "FittedModel",
    "Gamma",
    "Gaussian",
    "Huber",
    "Inference",
    "Intervals",
    "InverseGaussian",
    "LeastSquaresFit",
    "Likelihood",
    "NegativeBinomial",
    "NoInference",
    "Poisson",
    "Quantile",
    "SquaredErrorLogistic",
    "WaldTest",
    "as_family",
    "fit",
    "fit_curve",
    "least_squares",
    "load",
]

"""Regressions: likelihoods fitted to tables, and what may be concluded from them.

`fit` takes a formula and a table (or arrays), a family and any method, and gives a `FittedModel`: named coefficients,
standard errors and intervals where they mean something, predictions, a summary (of several classes a
`CategoricalModel`); `load` reads one that was saved.
`fit_curve` fits any curve by least squares, `least_squares` any residuals: a `LeastSquaresFit`. `DataTrouble` and
`NoInference` say why something cannot be had, and what to do.
"""

from osolgil.regression.categorical import CategoricalModel
from osolgil.regression.curves.fit_curve import fit_curve
from osolgil.regression.curves.least_squares import LeastSquaresFit, least_squares
from osolgil.regression.families import (
    FAMILIES,
    Bernoulli,
    Binomial,
    Categorical,
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
from osolgil.regression.inference import Inference, NoInference
from osolgil.regression.inference.covariances import COVARIANCES
from osolgil.regression.inference.hypotheses import Comparison, WaldTest
from osolgil.regression.looking.shares import Calibration, Roc, calibration, roc
from osolgil.regression.model import FittedModel, Intervals
from osolgil.regression.penalties import ElasticNet, Lasso, Ridge
from osolgil.regression.saved import load
from osolgil.regression.troubles import DataTrouble

__all__ = [
    "COVARIANCES",
    "FAMILIES",
    "Bernoulli",
    "Binomial",
    "Calibration",
    "Categorical",
    "CategoricalModel",
    "Comparison",
    "DataTrouble",
    "ElasticNet",
    "Family",
    "FittedModel",
    "Gamma",
    "Gaussian",
    "Huber",
    "Inference",
    "Intervals",
    "InverseGaussian",
    "Lasso",
    "LeastSquaresFit",
    "Likelihood",
    "NegativeBinomial",
    "NoInference",
    "Poisson",
    "Quantile",
    "Ridge",
    "Roc",
    "SquaredErrorLogistic",
    "WaldTest",
    "as_family",
    "calibration",
    "fit",
    "fit_curve",
    "least_squares",
    "load",
    "roc",
]

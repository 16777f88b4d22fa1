"""Families: what is assumed of a row's target, as one scalar loss whose derivatives automatic differentiation finds."""

from osolgil.regression.families.binomial import Bernoulli, Binomial, SquaredErrorLogistic
from osolgil.regression.families.categorical import Categorical
from osolgil.regression.families.counts import NegativeBinomial, Poisson
from osolgil.regression.families.family import Family, Likelihood
from osolgil.regression.families.gaussian import Gaussian
from osolgil.regression.families.named import ALIASES, FAMILIES, as_categorical, as_family
from osolgil.regression.families.positive import Gamma, InverseGaussian
from osolgil.regression.families.robust import Huber, Quantile

__all__ = [
    "ALIASES",
    "FAMILIES",
    "Bernoulli",
    "Binomial",
    "Categorical",
    "Family",
    "Gamma",
    "Gaussian",
    "Huber",
    "InverseGaussian",
    "Likelihood",
    "NegativeBinomial",
    "Poisson",
    "Quantile",
    "SquaredErrorLogistic",
    "as_categorical",
    "as_family",
]

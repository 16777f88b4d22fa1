"""Maximum likelihood from scratch: the parameters under which the data are most likely, found by our own descent.

`maximum_likelihood` estimates; `Binomial`, `Bernoulli`, `Normal`, `Poisson`, `Exponential` and `Geometric` are the
distributions, and a log-density of one's own is as good. `table` lists exact likelihoods of a finite set of candidates.
"""

from osolgil.likelihood.candidates import BestCandidate
from osolgil.likelihood.distribution import Distribution, Parameter
from osolgil.likelihood.distributions import Bernoulli, Binomial, Exponential, Geometric, Normal, Poisson
from osolgil.likelihood.estimation import maximum_likelihood
from osolgil.likelihood.intervals import Interval
from osolgil.likelihood.maximum import MaximumLikelihood, NoInference
from osolgil.likelihood.tables import LikelihoodTable, table

__all__ = [
    "Bernoulli",
    "BestCandidate",
    "Binomial",
    "Distribution",
    "Exponential",
    "Geometric",
    "Interval",
    "LikelihoodTable",
    "MaximumLikelihood",
    "NoInference",
    "Normal",
    "Parameter",
    "Poisson",
    "maximum_likelihood",
    "table",
]

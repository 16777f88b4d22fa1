"""Estimators in the scikit-learn way: regressions for pipelines, grids and cross-validation.

`LinearRegression`, `LogisticRegression`, `PoissonRegressor`, `GammaRegressor` and `GeneralizedLinearModel` fit what
`osolgil.regression` fits, by any method, with mini-batches and `partial_fit`, and keep the history of the descent.
"""

from osolgil.estimators.base import Regression
from osolgil.estimators.linear import LinearRegression
from osolgil.estimators.logistic import LogisticRegression
from osolgil.estimators.means import GammaRegressor, GeneralizedLinearModel, PoissonRegressor
from osolgil.estimators.warned import NotConvergedWarning, NotDeterminedWarning, SeparationWarning

__all__ = [
    "GammaRegressor",
    "GeneralizedLinearModel",
    "LinearRegression",
    "LogisticRegression",
    "NotConvergedWarning",
    "NotDeterminedWarning",
    "PoissonRegressor",
    "Regression",
    "SeparationWarning",
]

"""From an estimator to a `FittedModel`: inference, on demand."""

from typing import Any

import numpy as np

from osolgil.descent import Stop
from osolgil.methods import LBFGS
from osolgil.regression import FittedModel, NoInference
from osolgil.regression.arrays import array_design
from osolgil.regression.families import Family
from osolgil.regression.fitting import fitted
from osolgil.regression.given import sampled
from osolgil.regression.solving import Plan


def model_of(estimator: Any, family: Family, X: Any, y: np.ndarray, weights: np.ndarray | None) -> FittedModel:
    """The model of an estimator's coefficients.

    Raises:
        NoInference: the coefficients are penalized.
    """
    if estimator.penalty is not None or estimator.ridge_:
        raise NoInference(
            "The coefficients are penalized, which moves them from where the usual standard errors are of; fit with "
            "penalty=None."
        )
    names = getattr(estimator, "feature_names_in_", None)
    made = array_design(X, y, None if names is None else list(names), bool(estimator.fit_intercept))
    sample = sampled(made, weights)
    # No step: the model is of the coefficients as they are. The linear program of quantiles is no method.
    method = LBFGS() if isinstance(estimator.method_, str) else estimator.method_
    return fitted(made, sample, family, Plan(method, estimator.why_), estimator.coefficients(), stop=Stop(steps=0))

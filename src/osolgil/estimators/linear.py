"""Linear regression."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin

from osolgil.estimators.means import MeanRegression
from osolgil.regression.families import Family, Gaussian


class LinearRegression(MeanRegression):
    r"""Least squares: y is :math:`x \beta` plus noise, and the mean of :math:`(y - x \beta)^2 / 2` is minimized.

    There is no penalty unless you give one; then ``Ridge(lambda)`` is scikit-learn's Ridge(alpha=n·lambda) of n rows.
    Weights are inverse variances. Where columns are constant or depend on one another it warns, and gives the shortest
    coefficients. For parameters and attributes see `Regression`. `score` is R².

    >>> model = LinearRegression().fit([[1.0], [2.0], [3.0], [4.0]], [3.0, 5.0, 7.0, 10.0])
    >>> model.coef_.round(6).tolist(), round(model.intercept_, 6)
    ([2.3], 0.5)
    """

    @property
    def family_(self) -> Family:
        """Of the targets."""
        return Gaussian()

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R² = 1 − Σw(y − prediction)²/Σw(y − mean)²."""
        return float(RegressorMixin.score(self, X, np.asarray(y), sample_weight))

"""Generalized linear models as estimators: Poisson, Gamma, and any family with any of its links."""

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_consistent_length, column_or_1d

from osolgil.estimators.base import Regression, weights_of
from osolgil.estimators.models import model_of
from osolgil.estimators.scoring import explained, means
from osolgil.regression import FittedModel
from osolgil.regression.families import Family, Gamma, Poisson, as_family


class MeanRegression(RegressorMixin, Regression):  # type: ignore[misc]
    """A regression of a mean. See `Regression`."""

    @property
    def family_(self) -> Family:
        """Of the targets."""
        raise NotImplementedError

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit to rows X, shape (rows, p), with targets y and weights, shape (rows,). Gives itself.

        Raises:
            ValueError: the rows are not what the family needs, or the method cannot pose the task.
        """
        family, X, y, weights = self.checked(X, y, sample_weight, reset=True)
        self.fit_rows(family, X, y, weights)
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Go on with mini-batches: one step of the rule for each `batch_size` of these rows (all of them, if that is
        None), in their order. Gives itself.

        The first call chooses the scale in which the rule walks, from its rows. The rule's memory stays with the
        estimator, copies and pickles of it too.
        """
        family, X, y, weights = self.checked(X, y, sample_weight, reset=not hasattr(self, "coef_"))
        self.step_rows(family, X, y, weights)
        return self

    def checked(self, X: Any, y: Any, sample_weight: Any, *, reset: bool) -> Any:
        """Family, rows, targets and weights."""
        X, y = self.rows(X, y, reset=reset, numeric=True)
        y, family = y.astype(X.dtype, copy=False), self.family_
        weights = weights_of(sample_weight, len(y))
        check_targets(family, y if weights is None else y[weights > 0])
        return family, X, y, weights

    def predict(self, X: Any) -> np.ndarray:
        """The expected target of each row, shape (rows,)."""
        return means(self.family_, self.predictor(X))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """D² = 1 − deviance/deviance of the mean alone: R² for the Gaussian."""
        eta = self.predictor(X)
        y = np.asarray(column_or_1d(y), dtype=np.float64)
        check_consistent_length(eta, y)
        return explained(self.family_, eta, y, weights_of(sample_weight, len(y)))

    def to_model(self, X: Any, y: Any, sample_weight: Any = None) -> FittedModel:
        """The model of these coefficients with standard errors, tests and intervals, which `fit` computes none of.

        Args:
            X, y, sample_weight: the rows again: an estimator keeps none.

        Raises:
            NoInference: there is a penalty. (Where the coefficients are not at the optimum, the model says so.)
        """
        family, X, y, weights = self.checked(X, y, sample_weight, reset=False)
        return model_of(self, family, X, y, weights)


class PoissonRegressor(MeanRegression):
    r"""Counts at a rate :math:`\mu = e^{x \beta}`; the mean of :math:`\mu - y x \beta` is minimized.

    There is no penalty unless you give one: ``Ridge(alpha)`` is what scikit-learn's has, with alpha = 1 by default.
    Targets of 0 and above need not be whole: rates, with exposures as weights, give what counts with offsets do. For
    parameters and attributes see `Regression`. `score` is D².
    """

    @property
    def family_(self) -> Family:
        """Of the targets."""
        return Poisson()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        return tags


class GammaRegressor(MeanRegression):
    r"""Positive targets with a constant coefficient of variation, and mean :math:`\mu = e^{x \beta}`.

    The mean of :math:`x \beta + y e^{-x \beta}` is minimized. There is no penalty unless you give one: ``Ridge(alpha)``
    is what scikit-learn's has, with alpha = 1 by default. Weights are precisions. For parameters and attributes see
    `Regression`. `score` is D².
    """

    @property
    def family_(self) -> Family:
        """Of the targets."""
        return Gamma(link="log")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        return tags


class GeneralizedLinearModel(MeanRegression):
    """Any family of `osolgil.regression`, with any of its links: g(mean of y) = xβ.

    Args:
        family: by name, perhaps with settings ("poisson", "negative_binomial(alpha=0.5)"), or as an object.
        link: of the family's links one by name; None takes the family's own.

    All else is as in `Regression`: no penalty unless you give one. `predict` is the mean, also of "bernoulli", whose
    targets are 0 and 1 here; of "binomial" targets are shares and the weights are trials. `score` is D²; of a family
    that is no likelihood ("huber", "quantile"), 1 − loss/loss of the best constant near it.

    >>> GeneralizedLinearModel("gamma", link="inverse").family_
    Gamma(link='inverse')
    """

    def __init__(
        self,
        family: Any = "gaussian",
        link: str | None = None,
        *,
        method: Any = "auto",
        batch_size: int | None = None,
        epochs: float | None = None,
        penalty: Any = None,
        fit_intercept: bool = True,
        max_iter: int | None = None,
        tol: float | None = None,
        random_state: Any = 0,
        warm_start: bool = False,
        callback: Any = None,
    ) -> None:
        super().__init__(
            method,
            batch_size=batch_size,
            epochs=epochs,
            penalty=penalty,
            fit_intercept=fit_intercept,
            max_iter=max_iter,
            tol=tol,
            random_state=random_state,
            warm_start=warm_start,
            callback=callback,
        )
        self.family = family
        self.link = link

    @property
    def family_(self) -> Family:
        """Of the targets, with the link."""
        found = as_family(self.family)
        return found if self.link is None else replace(found, link=self.link)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = not bool(self.family_.accepts(np.array([-1.5]))[0])
        return tags


def check_targets(family: Family, y: np.ndarray) -> None:
    """Refuse targets that the family cannot have; means of counts need not be whole.

    Raises:
        ValueError: naming the first of them.
    """
    y = np.asarray(y, dtype=np.float64)
    bad = ~family.accepts(y)
    if family.targets == Poisson.targets:
        bad &= ~(np.isfinite(y) & (y >= 0))
    if bad.any():
        row = int(bad.argmax())
        raise ValueError(
            f"y is {y[row]:g} in row {row}, and in {int(bad.sum())} of {len(y)} rows it is not what the {family.title} "
            f"family needs: {family.targets}. Correct these rows, or choose another family."
        )

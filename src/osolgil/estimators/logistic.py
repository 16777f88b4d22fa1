"""Logistic regression of two classes or more."""

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from osolgil.estimators.base import Regression, weights_of
from osolgil.estimators.models import model_of
from osolgil.estimators.scoring import probabilities
from osolgil.estimators.softmax import Softmax
from osolgil.regression import FittedModel, NoInference
from osolgil.regression.families import Bernoulli, Family


class LogisticRegression(ClassifierMixin, Regression):  # type: ignore[misc]
    r"""The probability of each class: of two by the logistic function, of more by the softmax.

    Of two classes the mean of :math:`\log(1 + e^{x \beta}) - y x \beta` is minimized, of K classes that of
    :math:`\log \sum_k e^{x \beta_k} - x \beta_y`, whose coefficients sum to zero over the classes.

    There is no penalty unless you give one (scikit-learn has C = 1 by default); `from_sklearn_c` of
    `osolgil.regression.penalties.scales` converts. Where the classes are told apart without error no estimate exists;
    it then warns (`SeparationWarning`) and fits with a ridge of 1e-4 in columns of mean square 1, which `ridge_`
    states. For the other parameters and attributes see `Regression`. `score` is the accuracy.

    Args:
        class_weight: what the weights of rows are multiplied by: a number for each label, 1 for those that are not
            named; "balanced" for rows/(K·rows of the class), by which all classes weigh the same; None for nothing.

    Attributes:
        classes_: the labels, sorted, shape (K,).
        coef_: shape (1, p) for two classes, where positive coefficients speak for ``classes_[1]``; else (K, p).
        intercept_: shape (1,) or (K,).

    >>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"])
    >>> model.predict([[-1.0], [5.0]]).tolist(), model.predict_proba([[1.5]]).round(6).tolist()
    (['no', 'yes'], [[0.5, 0.5]])
    """

    def __init__(
        self,
        method: Any = "auto",
        *,
        batch_size: int | None = None,
        epochs: float | None = None,
        penalty: Any = None,
        class_weight: Any = None,
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
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit to rows X, shape (rows, p), with labels y and weights, shape (rows,). Gives itself.

        Raises:
            ValueError: there is one class only, or the method cannot pose the task.
        """
        X, y = self.rows(X, y, reset=True, numeric=False)
        check_labels(y)
        weights = weights_of(sample_weight, len(y))
        self.classes_, codes = np.unique(y, return_inverse=True)
        live = np.unique(codes if weights is None else codes[weights > 0])
        if len(live) < 2:
            raise ValueError(
                f"y has one class, {self.classes_[live[0]].tolist()!r}, in the rows that count; logistic "
                "regression needs at least two classes."
            )
        self.fit_rows(self.family_, X, codes.astype(X.dtype), self.weighed(codes, weights))
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Any:
        """Go on with mini-batches: one step of the rule for each `batch_size` of these rows (all of them, if that is
        None), in their order. Gives itself.

        Args:
            X, y: rows and labels.
            classes: all labels that will ever come; needed in the first call.
            sample_weight: of the rows.

        Raises:
            ValueError: the classes are missing, others than before, or a label is not among them.
        """
        first = not hasattr(self, "classes_")
        if first and classes is None:
            raise ValueError("classes= must be given in the first call of partial_fit: all labels that will ever come.")
        known = np.unique(classes) if classes is not None else self.classes_
        if not first and not np.array_equal(known, self.classes_):
            raise ValueError(f"classes={classes!r} is not the same as in the calls before: {self.classes_.tolist()}.")
        X, y = self.rows(X, y, reset=first, numeric=False)
        check_labels(y)
        if len(known) < 2:
            raise ValueError(f"classes={classes!r} is one class; logistic regression needs at least two classes.")
        strange = np.setdiff1d(y, known)
        if len(strange):
            raise ValueError(f"y has the label {strange[0].tolist()!r}, which is not among classes={known.tolist()}.")
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' is of all rows, and partial_fit sees some at a time; give the weights of the "
                "labels, class_weight={label: weight}."
            )
        self.classes_ = known
        codes = np.searchsorted(known, y)
        weights = self.weighed(codes, weights_of(sample_weight, len(y)))
        self.step_rows(self.family_, X, codes.astype(X.dtype), weights)
        return self

    def weighed(self, codes: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        """The weights of rows, multiplied by those of their classes.

        Raises:
            ValueError: a label that is none, a negative weight, or another word than "balanced".
        """
        if self.class_weight is None:
            return weights
        own = np.ones(len(codes)) if weights is None else weights
        if isinstance(self.class_weight, str):
            if self.class_weight != "balanced":
                raise ValueError(f"class_weight={self.class_weight!r} is not known; give 'balanced', or a dictionary.")
            mass = np.bincount(codes, own, len(self.classes_))
            each = np.divide(mass.sum(), len(mass) * mass, out=np.ones(len(mass)), where=mass > 0)
            return np.asarray(own * each[codes])
        labels = self.classes_.tolist()
        strange = [label for label in self.class_weight if label not in labels]
        if strange:
            raise ValueError(f"class_weight names {strange[0]!r}, which is no class; there are {labels}.")
        each = np.array([float(self.class_weight.get(label, 1.0)) for label in labels])
        if not (np.isfinite(each) & (each >= 0)).all():
            raise ValueError(f"class_weight={self.class_weight!r} must be finite and not negative for every class.")
        return np.asarray(own * each[codes])

    @property
    def family_(self) -> Family | Softmax:
        """Of the targets: Bernoulli() for two classes, Softmax(K) for more."""
        return Bernoulli() if len(self.classes_) == 2 else Softmax(len(self.classes_))

    def place(self, intercept: np.ndarray, coefficients: np.ndarray) -> None:
        self.coef_, self.intercept_ = np.atleast_2d(coefficients), np.atleast_1d(intercept)

    def coefficients(self) -> np.ndarray:
        whole = super().coefficients()
        return whole[0] if len(whole) == 1 else whole

    def decision_function(self, X: Any) -> np.ndarray:
        """The linear predictor: of two classes that of the second one, shape (rows,); of more, shape (rows, K)."""
        eta = self.predictor(X)
        return eta[:, 0] if eta.shape[1] == 1 else eta

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row, shape (rows,)."""
        eta = self.decision_function(X)
        codes = (eta > 0).astype(int) if eta.ndim == 1 else eta.argmax(axis=1)
        found: np.ndarray = self.classes_[codes]
        return found

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, in the order of `classes_`, shape (rows, K)."""
        eta = self.decision_function(X)
        if eta.ndim == 1:
            return np.column_stack([probabilities(-eta), probabilities(eta)])
        share = np.exp(eta - eta.max(axis=1, keepdims=True))
        found: np.ndarray = share / share.sum(axis=1, keepdims=True)
        return found

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithm of `predict_proba`, with all digits where that is next to 0, shape (rows, K)."""
        eta = self.decision_function(X)
        if eta.ndim == 1:
            return np.column_stack([-np.logaddexp(0.0, eta), -np.logaddexp(0.0, -eta)])
        ahead = eta - eta.max(axis=1, keepdims=True)
        found: np.ndarray = ahead - np.log(np.exp(ahead).sum(axis=1, keepdims=True))
        return found

    def to_model(self, X: Any, y: Any, sample_weight: Any = None) -> FittedModel:
        """The model of these coefficients with standard errors, tests and intervals, which `fit` computes none of.

        Args:
            X, y, sample_weight: the rows again: an estimator keeps none.

        Raises:
            NoInference: there is a penalty, or class weights, or there are more than two classes.
        """
        if self.class_weight is not None:
            raise NoInference(
                "The classes were weighed by class_weight, which says what errors cost and not how often rows "
                "occurred; fit without, or give such weights as sample_weight."
            )
        X, y = self.rows(X, y, reset=False, numeric=False)
        family = self.family_
        if isinstance(family, Softmax):
            raise NoInference("Inference is of two classes; fit one class against the others.")
        codes = np.searchsorted(self.classes_, y).astype(X.dtype)
        return model_of(self, family, X, codes, weights_of(sample_weight, len(y)))


def check_labels(y: np.ndarray) -> None:
    """Refuse targets that are no labels, as scikit-learn does, whose own check takes a tenth of a small fit."""
    plain = y.dtype.kind in "iubUS" or (y.dtype.kind == "f" and bool((y == np.floor(y)).all()))
    if not plain:
        check_classification_targets(y)

"""What all estimators share: parameters, checks at the border, fit and partial_fit."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from osolgil.estimators.answers import Answer
from osolgil.estimators.batches import Walk, set_out, walked_over
from osolgil.estimators.descending import Options, answered
from osolgil.estimators.softmax import Softmax
from osolgil.estimators.tasks import Task, task_of
from osolgil.estimators.warned import warn_of
from osolgil.problems.sparse_rows import settled
from osolgil.regression.families import Family


class Regression(BaseEstimator):  # type: ignore[misc]
    r"""What all estimators share.

    .. math:: \min_\beta \frac{\sum_i w_i \, \ell(x_i \beta, y_i)}{\sum_i w_i} + \text{penalty}(\beta)

    Nothing is penalized unless you say so, and the intercept never is. Methods walk in coordinates of centred and
    scaled columns; coefficients and penalties are on the original scale.

    Args:
        method: "auto", or any method of `osolgil.methods`, by name or as an object. "auto" is exact, and `why_` says
            how: one QR factorization for the Gaussian without a penalty, Newton's method for up to 500 coefficients,
            L-BFGS for more and, from the solution of a sample, for many rows, the proximal Newton method for a lasso or
            an elastic net; with a `batch_size` and in `partial_fit`, AdaGrad with a learning rate of 0.1.
        batch_size: rows of a mini-batch, for rules; None evaluates all rows every time. In `partial_fit`, None takes
            the rows of a call for one batch.
        epochs: passes over the rows; 100 by default for mini-batches.
        penalty: None, or `Ridge`, `Lasso` or `ElasticNet` of `osolgil.regression.penalties`: one strength, one for each
            column, or by name.
        fit_intercept: whether there is an intercept.
        max_iter: steps, at most; by default 100 of an exact method and 10,000 of another.
        tol: the slope that counts as zero; by default 1e-10 of the targets' spread for an exact method, else 1e-6
            (1e-4 in float32).
        random_state: of the order of mini-batches: a number, a RandomState, or None for another one each time.
        warm_start: whether `fit` begins at the coefficients of the last fit.
        callback: called about ten times a second with a `Snapshot`; return True to stop.

    Attributes:
        coef_, intercept_: on the original scale.
        n_features_in_, feature_names_in_: of X.
        n_iter_: steps.
        converged_: whether the method met its criterion.
        loss_curve_: the objective at each accepted step; of mini-batches, at the end of each epoch, and of
            `partial_fit` at each batch.
        trace_: the history of the descent, a `Trace`; None after `partial_fit`.
        result_: of the descent, a `Result`; it holds on to the rows, and so is left out of pickles. None after
            `partial_fit` and where a linear program solved it. Where columns depend on one another it is of the
            directions that the rows determine.
        method_, why_: the method that fitted it, and the reason for it.
        ridge_: the strength of the ridge that was added because no estimate exists without, in columns of mean square
            1; 0 elsewhere.
    """

    def __init__(
        self,
        method: Any = "auto",
        *,
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
        self.method = method
        self.batch_size = batch_size
        self.epochs = epochs
        self.penalty = penalty
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.warm_start = warm_start
        self.callback = callback

    # The two that fit. Families differ in what they make of targets.

    def fit_rows(self, family: Family | Softmax, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        """Fit to rows that were checked, and warn of what has to be said."""
        task = self.task(family, X, y, weights)
        # Before any work, so that what follows can be told from what was there.
        start = self.coefficients() if self.warm_start and hasattr(self, "coef_") else None
        start = start if start is not None and start.shape == task.shape else None
        found = answered(task, self.options(), start)
        self.walk_: Walk | None = None
        self.take(found)
        warn_of(found, depth=3)

    def step_rows(self, family: Family | Softmax, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        """Go on with mini-batches from rows that were checked."""
        task = self.task(family, X, y, weights)
        walk: Walk | None = getattr(self, "walk_", None)
        before = getattr(self, "loss_curve_", np.zeros(0))
        if walk is None:
            start = self.coefficients() if hasattr(self, "coef_") else None
            walk, before = set_out(task, self.method, start), np.zeros(0)
        walk, values = walked_over(walk, task, self.batch_size)
        if walk.diverged:
            raise ValueError(
                f"The batches have led {type(walk.method).__name__} to a loss that is no finite number; lower its "
                "learning rate, as in method=Adam(learning_rate=0.001)."
            )
        self.walk_ = walk
        self.take(Answer(walk.coefficients, walk.method, "as fed by partial_fit", None))
        self.loss_curve_, self.n_iter_, self.converged_ = np.concatenate([before, values]), walk.steps, False

    def task(self, family: Family | Softmax, X: Any, y: np.ndarray, weights: np.ndarray | None) -> Task:
        """What is to be fitted."""
        names = getattr(self, "feature_names_in_", None)
        names = [f"x{j + 1}" for j in range(X.shape[1])] if names is None else names
        return task_of(family, X, y, weights, tuple(map(str, names)), bool(self.fit_intercept), self.penalty)

    def options(self) -> Options:
        """How to fit."""
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(np.iinfo(np.int32).max)
        return Options(self.method, self.batch_size, self.epochs, self.max_iter, self.tol, int(seed), self.callback)

    def take(self, found: Answer) -> None:
        """Set the attributes."""
        here, result = np.asarray(found.coefficients), found.result
        self.place(here[..., 0] if self.fit_intercept else np.zeros(here.shape[:-1]), here[..., self.fit_intercept :])
        self.method_, self.why_, self.ridge_ = found.method, found.why, found.ridge
        self.result_, self.trace_ = result, None if result is None else result.trace
        self.loss_curve_ = found.curve
        self.n_iter_ = 1 if result is None else max(int(result.nit), 1)
        self.converged_ = result is None or bool(result.success)

    def place(self, intercept: np.ndarray, coefficients: np.ndarray) -> None:
        """Set coef_ and intercept_, in the shapes that scikit-learn's have."""
        self.coef_: np.ndarray = coefficients
        self.intercept_: Any = float(intercept)

    def coefficients(self) -> np.ndarray:
        """coef_ with intercept_ before it, shape (n,) or (classes, n)."""
        if not self.fit_intercept:
            return np.asarray(self.coef_)
        return np.concatenate([np.asarray(self.intercept_)[..., None], self.coef_], axis=-1)

    # The border.

    def rows(self, X: Any, y: Any, *, reset: bool, numeric: bool) -> tuple[Any, np.ndarray]:
        """X as an array of floating numbers, or a CSR array where it is sparse and large, and y, checked."""
        X, y = validate_data(
            self,
            X,
            y,
            reset=reset,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            y_numeric=numeric,
            multi_output=False,
        )
        return settled(X), y

    def predictor(self, X: Any) -> np.ndarray:
        """The linear predictor of new rows, shape (rows,), or (rows, classes)."""
        check_is_fitted(self, "coef_")
        X = validate_data(self, X, reset=False, accept_sparse="csr", dtype=[np.float64, np.float32])
        found: np.ndarray = X @ self.coef_.T + self.intercept_
        return found

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        # The result holds on to the rows, and to programs.
        return {name: None if name == "result_" else value for name, value in state.items()}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def weights_of(sample_weight: Any, rows: int) -> np.ndarray | None:
    """sample_weight as an array, or None.

    Raises:
        ValueError: it has another shape, or holds what is no weight.
    """
    if sample_weight is None:
        return None
    found = np.asarray(sample_weight, dtype=np.float64)
    found = np.full(rows, float(found)) if found.ndim == 0 else found
    if found.shape != (rows,):
        raise ValueError(f"sample_weight has the shape {found.shape}; {rows} rows need ({rows},).")
    bad = ~(np.isfinite(found) & (found >= 0))
    if bad.any():
        row = int(bad.argmax())
        raise ValueError(f"sample_weight is {found[row]:g} in row {row}; weights are finite and not negative.")
    if not found.any():
        raise ValueError("Every sample_weight is zero; at least one row must count.")
    return found

"""The fitted model: what was found, how sure one can be of it, and what it predicts."""

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from osolgil.descent import Result
from osolgil.descent.trace import Trace
from osolgil.methods import name_of
from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.covariances import Uncertainty, as_uncertainty
from osolgil.regression.derivatives import differentiated_means
from osolgil.regression.families import Family, Likelihood
from osolgil.regression.goodness import Goodness, above_half
from osolgil.regression.inference import Inference, NoInference, Standing, standing, with_uncertainty
from osolgil.regression.offsets import Offsets
from osolgil.regression.sample import Sample, surroundings
from osolgil.rows.formulas import Design

if TYPE_CHECKING:
    from osolgil.regression.hypotheses import Comparison, WaldTest
    from osolgil.regression.summary import Summary

KINDS = ("mean", "class", "interval", "link")


class Intervals(NamedTuple):
    """Predictions with their uncertainty, shape (rows,) each.

    Attributes:
        mean: the expected target.
        lower, upper: confidence interval of the mean.
        new_lower, new_upper: prediction interval of a new observation (of weight 1), for the Gaussian's identity link;
            None elsewhere.
    """

    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    new_lower: np.ndarray | None
    new_upper: np.ndarray | None


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A fitted regression. What needs the optimum (standard errors, tests, intervals, AIC, BIC) is given only there.

    Attributes:
        design: how rows become columns.
        family: of the targets.
        method: that fitted it, with its hyperparameters; its name, if the model was loaded.
        why: that method.
        vector: the coefficients, shape (n,).
        standing: the distance from the optimum and, at the optimum, the inference.
        goodness: how well the model describes the rows.
        troubles: of the data, such as collinear columns or separated classes.
        standardized: whether the method walked in coordinates of centred and scaled columns.
        message: how the run ended.
        offsets: what was added to the linear predictor, and from where.
        uncertainty: what the covariance of the coefficients is built on.
        result: of the descent; None if the model was loaded, or a linear program solved it.
        sample: the rows it was fitted to; None if the model was loaded.
    """

    design: Design | ArrayDesign
    family: Family
    method: Any
    why: str
    vector: np.ndarray
    standing: Standing
    goodness: Goodness
    troubles: tuple[Finding, ...]
    standardized: bool
    message: str
    offsets: Offsets = field(default_factory=Offsets)
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    result: Result | None = None
    sample: Sample | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the coefficients."""
        return self.design.columns

    @property
    def formula(self) -> str | None:
        """As it was written; None if the model was fitted to arrays."""
        return self.design.formula

    @property
    def coefficients(self) -> dict[str, float]:
        """On the original scale, by name."""
        return self.named(self.vector)

    @property
    def method_name(self) -> str:
        """The method's name, as in `method=`."""
        return self.method if isinstance(self.method, str) else name_of(self.method)

    @property
    def trace(self) -> Trace:
        """The recorded history of the descent; its path is on the original scale."""
        if self.result is None and self.sample is not None:
            raise ValueError("A linear program leaves no trace; fit by a method, such as 'adam', to get one.")
        if self.result is None:
            raise ValueError("A loaded model has no trace; fit it again to get one.")
        return self.result.trace

    # Inference, at the optimum only.

    @property
    def inference(self) -> Inference:
        """The uncertainty of the coefficients.

        Raises:
            NoInference: the coefficients are not at the optimum, or there is none; the message says why.
        """
        if self.standing.inference is None:
            raise NoInference(self.standing.refusal)
        return self.standing.inference

    @property
    def at_optimum(self) -> Goodness:
        """The goodness, for what is defined at the optimum only."""
        if self.standing.inference is None:
            raise NoInference(self.standing.refusal)
        return self.goodness

    @property
    def distance(self) -> dict[str, float]:
        """How many standard errors each coefficient is from the optimum.

        Raises:
            NoInference: there is no optimum to measure the distance from.
        """
        if self.standing.distance is None:
            raise NoInference(self.standing.refusal)
        return self.named(self.standing.distance)

    @property
    def standard_errors(self) -> dict[str, float]:
        """Of the coefficients, by name. Raises `NoInference` away from the optimum."""
        return self.named(self.inference.standard_errors)

    @property
    def covariance(self) -> np.ndarray:
        """Of the coefficients, shape (n, n). Raises `NoInference` away from the optimum."""
        return self.inference.covariance

    @property
    def p_values(self) -> dict[str, float]:
        """Of each coefficient being zero, two-sided. Raises `NoInference` away from the optimum."""
        return self.named(self.inference.p_values(self.vector))

    def intervals(self, level: float = 0.95, kind: str = "wald") -> dict[str, tuple[float, float]]:
        """Confidence intervals of the coefficients, by name.

        Args:
            level: between 0 and 1.
            kind: "wald", estimate ± quantile·standard error; or "profile", the values that a likelihood-ratio test does
                not reject, which need not be symmetric. See `profile_intervals`.

        Raises:
            NoInference: away from the optimum.
            ValueError: the level is not between 0 and 1, or an unknown kind.
        """
        if kind not in ("wald", "profile"):
            raise ValueError(f"kind={kind!r} is not known; choose 'wald' or 'profile'.")
        if kind == "profile":
            from osolgil.regression.profiles import profile_intervals

            found = profile_intervals(self, level)
        else:
            found = self.inference.intervals(self.vector, level)
        return {name: (float(low), float(high)) for name, (low, high) in zip(self.names, found, strict=True)}

    def with_covariance(self, kind: str, groups: Any = None) -> "FittedModel":
        """The same model with another covariance: standard errors, tests and intervals follow from it.

        Args:
            kind: "observed" information (the default of a fit) or "expected" (what IRLS has; the same under the
                canonical links); "HC0" to "HC3", which hold where the variance is not what the family says; or
                "clustered", where rows of one group are not independent. See `covariance_root`.
            groups: of "clustered": one label for each row of the fit, shape (rows,).

        Raises:
            NoInference: there is no inference, or not of this kind; the message says why.
            ValueError: the model was loaded and has no rows, an unknown kind, or groups that do not fit.
        """
        sample = self.sample
        if sample is None:
            raise ValueError("A loaded model has no rows to build another covariance on; fit it again.")
        how = as_uncertainty(kind, groups, len(sample.y))
        if self.classical.inference is None:
            raise NoInference(self.classical.refusal)
        found = with_uncertainty(self.family, sample, self.vector, self.classical, how)
        if found.inference is None:
            raise NoInference(found.refusal)
        return replace(self, standing=found, uncertainty=how)

    @property
    def classical(self) -> Standing:
        """The standing by the observed information, whatever covariance was asked for."""
        if self.uncertainty.kind == "observed" or self.sample is None:
            return self.standing
        around = surroundings(self.family, self.sample, self.vector)
        reason = self.standing.refusal if self.standing.distance is None else None
        return standing(self.family, self.sample, self.vector, around, reason)

    def wald(self, *hypotheses: Any) -> "WaldTest":
        """Test linear hypotheses about the coefficients, together. See `hypotheses.wald`."""
        from osolgil.regression.hypotheses import wald

        return wald(self, hypotheses)

    def compare(self, other: "FittedModel") -> "Comparison":
        """Test this model against a smaller or larger one of the same rows. See `hypotheses.compare`."""
        from osolgil.regression.hypotheses import compare

        return compare(self, other)

    @property
    def inflation(self) -> dict[str, float]:
        """Variance inflation factors of all columns but the intercept, by name. See `hypotheses.inflation`."""
        from osolgil.regression.hypotheses import inflation

        return inflation(self)

    @property
    def sigma(self) -> float | None:
        """√(RSS/(n − p)) for the Gaussian, √φ for other families with a dispersion, else None.

        Raises `NoInference` away from the optimum.
        """
        return self.inference.sigma

    @property
    def dispersion(self) -> float | None:
        """Pearson's χ² over the observations less the coefficients: the estimate of φ where the family has one."""
        return self.goodness.dispersion

    @property
    def aic(self) -> float | None:
        """2k − 2·log-likelihood. Raises `NoInference` away from the optimum: it is defined at the maximum."""
        return self.at_optimum.aic

    @property
    def bic(self) -> float | None:
        """k·log n − 2·log-likelihood. Raises `NoInference` away from the optimum: it is defined at the maximum."""
        return self.at_optimum.bic

    # Description, wherever the coefficients are. What the family does not have is None.

    @property
    def log_likelihood(self) -> float | None:
        """At these coefficients, with every constant; for the Gaussian with σ² = RSS/n, for others at Pearson's φ."""
        return self.goodness.log_likelihood

    @property
    def deviance(self) -> float | None:
        """RSS for the Gaussian, −2·log-likelihood for the Bernoulli; see `Goodness`."""
        return self.goodness.deviance

    @property
    def null_deviance(self) -> float | None:
        """Of the model with the intercept alone."""
        return self.goodness.null_deviance

    @property
    def r_squared(self) -> float | None:
        """1 − RSS/TSS for the Gaussian."""
        return self.goodness.r_squared

    @property
    def pseudo_r_squared(self) -> float | None:
        """McFadden's, for families without a dispersion."""
        return self.goodness.pseudo_r_squared

    @property
    def accuracy(self) -> float | None:
        """The share of rows whose class is predicted at 0.5."""
        return self.goodness.accuracy

    @property
    def confusion(self) -> np.ndarray | None:
        """Counts, shape (2, 2): rows the true classes, columns the predicted ones."""
        return None if self.goodness.confusion is None else np.array(self.goodness.confusion)

    @property
    def classes(self) -> tuple[Any, Any]:
        """The labels that stand for 0 and 1."""
        levels = self.design.response_levels
        return (levels[0], levels[1]) if levels else (0, 1)

    # What can be done with it.

    def predict(
        self, data: Any = None, kind: str = "mean", level: float = 0.95, *, offset: Any = None, exposure: Any = None
    ) -> Any:
        """Predict for the rows of a table (of an array, if the model was fitted to arrays).

        Args:
            data: the rows; those it was fitted to by default. The response need not be among their columns.
            kind: "mean", the expected target; "class", the label, at 0.5; "link", the linear predictor; "interval",
                `Intervals`.
            level: of intervals.
            offset, exposure: of the rows, where the model was fitted with one: an array, one number for all
                (``exposure=1`` predicts rates), or a column's name; by default the column that the fit named.

        Returns:
            an array of shape (rows,), or `Intervals`.

        Raises:
            ValueError: a column, the offset or the exposure is missing; a level did not occur at the fit; an unknown
                kind.
            NoInference: intervals, away from the optimum.
        """
        if kind not in KINDS:
            raise ValueError(f"kind={kind!r} is not known; choose one of {', '.join(map(repr, KINDS))}.")
        if kind == "class" and not self.family.binary:
            raise ValueError(f"The {self.family.title} family has no classes; use kind='mean', or --kind mean.")
        if data is not None:
            X = self.design.apply(data)
        elif self.sample is not None:
            X = self.sample.X
        else:
            raise ValueError("A loaded model has no rows of its own; give the rows to predict for.")
        eta = X.astype(np.float64, copy=False) @ self.vector
        if data is None and offset is None and exposure is None:
            assert self.sample is not None
            added = self.sample.offset
        else:
            added = self.offsets.again(data, len(X), offset, exposure)
        eta = eta if added is None else eta + added
        match kind:
            case "link":
                return eta
            case "class":
                return np.array(self.classes)[above_half(self.family, eta).astype(int)]
            case "mean":
                return self.mean(eta)
        return self.predicted_intervals(X, eta, level)

    def predicted_intervals(self, X: np.ndarray, eta: np.ndarray, level: float) -> Intervals:
        """Intervals of the linear predictor, brought to the scale of the mean."""
        found = self.inference
        spread, reach = found.spread(X), found.quantile(level)
        # Some links fall: 1/μ.
        ends = self.mean(eta - reach * spread), self.mean(eta + reach * spread)
        low, high = np.minimum(*ends), np.maximum(*ends)
        if found.sigma is None or not self.family.quadratic:
            return Intervals(self.mean(eta), low, high, None, None)
        wide = reach * np.hypot(spread, found.sigma)
        return Intervals(self.mean(eta), low, high, eta - wide, eta + wide)

    def mean(self, eta: np.ndarray) -> np.ndarray:
        """The expected targets of linear predictors, shape (rows,)."""
        if isinstance(self.family, Likelihood):
            return self.family.means(eta)
        return differentiated_means(self.family, eta)[0]

    def polish(self) -> "FittedModel":
        """The model at the exact optimum: the exact method takes over where this model stands.

        Raises:
            DataTrouble: there is no unique optimum.
            ValueError: the model was loaded and has no rows.
        """
        from osolgil.regression.fit import polished

        return polished(self)

    def summary(self, level: float = 0.95) -> "Summary":
        """Everything at a glance: a table for Rich, and plain text under `str`."""
        from osolgil.regression.summary import Summary

        return Summary(self, level)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model as JSON that a person can read. The rows and the trace are not part of it."""
        from osolgil.regression.saved import save

        save(self, path)

    def named(self, values: np.ndarray) -> dict[str, float]:
        """Values by the names of the coefficients."""
        return dict(zip(self.names, map(float, values), strict=True))

    def __str__(self) -> str:
        return str(self.summary())

    __repr__ = __str__

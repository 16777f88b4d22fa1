"""The fitted model: what was found, how sure one can be of it, and what it predicts."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from osolgil.descent import Result
from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.derivatives import differentiated_means
from osolgil.regression.estimated import Estimated, penalized
from osolgil.regression.families import Family, Likelihood
from osolgil.regression.goodness import Goodness, above_half
from osolgil.regression.inference import NoInference, Standing, standing, with_uncertainty
from osolgil.regression.inference.covariances import Uncertainty, as_uncertainty
from osolgil.regression.offsets import Offsets
from osolgil.regression.penalties import ColumnPenalty
from osolgil.regression.penalties.certificate import Certificate
from osolgil.regression.sample import Sample, surroundings
from osolgil.rows.formulas import Design

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


@dataclass(frozen=True, eq=False, repr=False)
class FittedModel(Estimated):
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
        penalty: what the coefficients were penalized by, with a strength for each; None where they were not.
        certificate: under a penalty, how sure it is that they are where the objective is least.
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
    penalty: ColumnPenalty | None = None
    certificate: Certificate | None = None
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    result: Result | None = None
    sample: Sample | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the coefficients."""
        return self.design.columns

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
            from osolgil.regression.inference.profiles import profile_intervals

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

    @property
    def inflation(self) -> dict[str, float]:
        """Variance inflation factors of all columns but the intercept, by name. See `hypotheses.inflation`."""
        from osolgil.regression.inference.hypotheses import inflation

        return inflation(self)

    def residuals(self, kind: str = "response", seed: int = 0) -> np.ndarray:
        """What the model leaves over of each row, shape (rows,). See `residuals.residuals`."""
        from osolgil.regression.looking.residuals import residuals

        return residuals(self, kind, seed)

    @property
    def leverage(self) -> np.ndarray:
        """How much each row's target moves its own prediction, shape (rows,). See `residuals.leverage`."""
        from osolgil.regression.looking.residuals import leverage

        return leverage(self)

    @property
    def cooks_distance(self) -> np.ndarray:
        """How far the coefficients would move without each row, shape (rows,). See `residuals.cooks_distance`."""
        from osolgil.regression.looking.residuals import cooks_distance

        return cooks_distance(self)

    @property
    def classes(self) -> tuple[Any, Any]:
        """The labels that stand for 0 and 1."""
        levels = self.design.response_levels
        return (levels[0], levels[1]) if levels else (0, 1)

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
            added = self.offsets.again(data, X.shape[0], offset, exposure)
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
        from osolgil.regression.fitting import polished

        return polished(self)

    @property
    def assumptions(self) -> dict[str, str]:
        found = {"Family": self.family.shown}
        if self.family.binary:
            found["Family"] += f", 1 is {self.design.response} = {self.classes[1]}"
        for name, given in (("Offset", self.offsets.offset), ("Exposure", self.offsets.exposure)):
            if given is not None:
                found[name] = given if isinstance(given, str) else "given for each row"
        return found | penalized(self.penalty)

    @property
    def labelled(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        return ("Coefficient",), [(name,) for name in self.names]

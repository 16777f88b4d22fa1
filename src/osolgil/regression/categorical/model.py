"""The fitted model of one of several classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from osolgil.descent import Result
from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.categorical.classes import names_of
from osolgil.regression.categorical.likelihood import covariance_root, shares, surroundings, with_reference
from osolgil.regression.estimated import Estimated, penalized
from osolgil.regression.families import Categorical
from osolgil.regression.goodness import Goodness
from osolgil.regression.inference import Inference, NoInference, Standing
from osolgil.regression.inference.covariances import Uncertainty, as_uncertainty
from osolgil.regression.penalties import ColumnPenalty
from osolgil.regression.sample import Sample
from osolgil.rows.columns import Level
from osolgil.rows.formulas import Design
from osolgil.rows.trouble import listed

KINDS = ("mean", "class", "link")


@dataclass(frozen=True, eq=False, repr=False)
class CategoricalModel(Estimated):
    """A fitted regression of K classes: of each but the reference, `classes[0]`, it has a row of coefficients.

    Coefficient β_kj is by how much the log-odds log(p_k/p_0) of class k against the reference grow with column j. It is
    called "k: j", such as ``"virginica: petal_width"``. What needs the optimum is given only there.

    Attributes:
        design: how rows become columns, and which labels there are.
        family: of the targets.
        method: that fitted it, with its hyperparameters; its name, if the model was loaded.
        why: that method.
        vector: the coefficients, class by class, shape ((K − 1)·n,).
        standing: the distance from the optimum and, at the optimum, the inference.
        goodness: how well the model describes the rows.
        troubles: of the data, such as collinear columns or separated classes.
        standardized: whether the method walked in coordinates of centred and scaled columns.
        message: how the run ended.
        penalty: what the coefficients of every class were penalized by; None where they were not.
        uncertainty: what the covariance of the coefficients is built on.
        result: of the descent; None if the model was loaded.
        sample: the rows it was fitted to, with targets 0, ..., K − 1; None if the model was loaded.
    """

    design: Design | ArrayDesign
    family: Categorical
    method: Any
    why: str
    vector: np.ndarray
    standing: Standing
    goodness: Goodness
    troubles: tuple[Finding, ...]
    standardized: bool
    message: str
    penalty: ColumnPenalty | None = None
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    result: Result | None = None
    sample: Sample | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the coefficients, class by class: "versicolor: Intercept", ..."""
        return names_of(self.classes, self.design.columns)

    @property
    def classes(self) -> tuple[Level, ...]:
        """The labels, the reference first."""
        return self.design.response_levels

    @property
    def matrix(self) -> np.ndarray:
        """The coefficients, a row for each class but the reference, shape (K − 1, n)."""
        return self.vector.reshape(len(self.classes) - 1, -1)

    def by_class(self, values: Mapping[str, Any] | None = None) -> dict[Level, dict[str, Any]]:
        """Values by name, such as `standard_errors`, by class and column; by default the coefficients."""
        known = self.coefficients if values is None else values
        columns = self.design.columns
        return {level: {column: known[f"{level}: {column}"] for column in columns} for level in self.classes[1:]}

    @property
    def null_log_likelihood(self) -> float:
        """Of the model with the intercepts alone; where there are none, of equal probabilities."""
        assert self.goodness.null_deviance is not None
        return -self.goodness.null_deviance / 2

    def intervals(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Confidence intervals of the coefficients, estimate ± quantile·standard error, by name.

        Raises:
            NoInference: away from the optimum.
            ValueError: the level is not between 0 and 1.
        """
        found = self.inference.intervals(self.vector, level)
        return {name: (float(low), float(high)) for name, (low, high) in zip(self.names, found, strict=True)}

    def with_covariance(self, kind: str, groups: Any = None) -> "CategoricalModel":
        """The same model with another covariance: standard errors, tests and intervals follow from it.

        Args:
            kind: "observed" information, the same as "expected"; or "HC0", "HC1" and "clustered", which hold where the
                variance is not what the family says, or rows are not independent. See `covariances.covariance_root`.
            groups: of "clustered": one label for each row of the fit, shape (rows,).

        Raises:
            NoInference: there is no inference, or not of this kind; the message says why.
            ValueError: the model was loaded and has no rows, an unknown kind, or groups that do not fit.
        """
        sample = self.sample
        if sample is None:
            raise ValueError("A loaded model has no rows to build another covariance on; fit it again.")
        how = as_uncertainty(kind, groups, len(sample.y))
        if self.standing.inference is None:
            raise NoInference(self.standing.refusal)
        found = covariance_root(how, sample, self.matrix, surroundings(sample, self.matrix))
        if isinstance(found, str):
            raise NoInference(found)
        root, freedom = found
        place = Standing(self.standing.distance, Inference(root, None, freedom, how.kind), None)
        return replace(self, standing=place, uncertainty=how)

    def predict(self, data: Any = None, kind: str = "mean") -> np.ndarray:
        """Predict for the rows of a table (of an array, if the model was fitted to arrays).

        Args:
            data: the rows; those it was fitted to by default. The response need not be among their columns.
            kind: "mean", the probability of each class, shape (rows, K) in the order of `classes`; "link", the
                linear predictors in the same order, of which the reference's is 0; "class", the label of the most
                probable class, shape (rows,).

        Raises:
            ValueError: a column is missing; a level did not occur at the fit; an unknown kind.
        """
        if kind not in KINDS:
            raise ValueError(f"kind={kind!r} is not known for classes; choose one of {', '.join(map(repr, KINDS))}.")
        if data is not None:
            X = self.design.apply(data)
        elif self.sample is not None:
            X = self.sample.X
        else:
            raise ValueError("A loaded model has no rows of its own; give the rows to predict for.")
        eta = with_reference(X.astype(np.float64, copy=False) @ self.matrix.T)
        if kind == "link":
            return eta
        return shares(eta) if kind == "mean" else np.array(self.classes)[eta.argmax(axis=1)]

    def polish(self) -> "CategoricalModel":
        """The model at the exact optimum: Newton's method takes over where this model stands.

        Raises:
            DataTrouble: there is no unique optimum.
            ValueError: the model was loaded and has no rows.
        """
        from osolgil.regression.categorical.fitting import polished

        return polished(self)

    @property
    def assumptions(self) -> dict[str, str]:
        family = f"{self.family.title}, {listed(self.classes[1:])} against {self.classes[0]}"
        return {"Family": family} | penalized(self.penalty)

    @property
    def labelled(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (str(level) if place == 0 else "", column)
            for level in self.classes[1:]
            for place, column in enumerate(self.design.columns)
        ]
        return ("Class", "Coefficient"), rows

"""What every fitted model is: what was found, where that stands, and what is known there only."""

import abc
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.descent import Result
from osolgil.descent.trace import Trace
from osolgil.methods import name_of
from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.families import Categorical, Family
from osolgil.regression.goodness import Goodness
from osolgil.regression.inference import Inference, NoInference, Standing
from osolgil.regression.inference.covariances import Uncertainty
from osolgil.regression.penalties import ColumnPenalty, shown
from osolgil.regression.penalties.certificate import Certificate
from osolgil.regression.sample import Sample
from osolgil.rows.formulas import Design

if TYPE_CHECKING:
    from osolgil.regression.inference.hypotheses import Comparison, WaldTest
    from osolgil.regression.summary import Summary


def penalized(penalty: ColumnPenalty | None) -> dict[str, str]:
    """What a summary says of a penalty, by heading."""
    return {} if penalty is None else {"Penalty": shown(penalty)}


class Estimated(abc.ABC):
    """A fitted model, of one linear predictor (`FittedModel`) or of one for each class (`CategoricalModel`).

    What needs the optimum (standard errors, tests, intervals, AIC, BIC) is given only there.
    """

    design: Design | ArrayDesign
    family: Family | Categorical
    method: Any
    why: str
    vector: np.ndarray
    standing: Standing
    goodness: Goodness
    troubles: tuple[Finding, ...]
    standardized: bool
    message: str
    penalty: ColumnPenalty | None
    certificate: Certificate | None = None
    uncertainty: Uncertainty
    result: Result | None
    sample: Sample | None

    @property
    @abc.abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of the coefficients, those of `vector`."""

    @property
    @abc.abstractmethod
    def classes(self) -> tuple[Any, ...]:
        """The labels that stand for 0, 1, ..."""

    @property
    @abc.abstractmethod
    def assumptions(self) -> dict[str, str]:
        """What was assumed of the targets, by heading."""

    @property
    @abc.abstractmethod
    def labelled(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """What stands before the numbers in a table of the coefficients: headings, and a row for each coefficient."""

    @abc.abstractmethod
    def polish(self) -> "Estimated":
        """The model at the exact optimum."""

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
        """The method's name, as in `method=`; of a rule within another, such as Proximal(adagrad), both."""
        if isinstance(self.method, str):
            return self.method
        inner = getattr(self.method, "rule", None)
        return name_of(self.method) if inner is None else f"{name_of(self.method)}({name_of(inner)})"

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

    def wald(self, *hypotheses: Any) -> "WaldTest":
        """Test linear hypotheses about the coefficients, together. See `hypotheses.wald`."""
        from osolgil.regression.inference.hypotheses import wald

        return wald(self, hypotheses)

    def compare(self, other: "Estimated") -> "Comparison":
        """Test this model against a smaller or larger one of the same rows. See `hypotheses.compare`."""
        from osolgil.regression.inference.hypotheses import compare

        return compare(self, other)

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
        """The share of rows whose class is predicted at 0.5, or as the most probable of several."""
        return self.goodness.accuracy

    @property
    def confusion(self) -> np.ndarray | None:
        """Counts, shape (K, K), in the order of `classes`: rows the true ones, columns the predicted ones."""
        return None if self.goodness.confusion is None else np.array(self.goodness.confusion)

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

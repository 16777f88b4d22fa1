"""Residuals, leverage and Cook's distance: what single rows say of a fit."""

from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.regression.derivatives import differentiated_means
from osolgil.regression.families import Likelihood
from osolgil.regression.inference import NoInference
from osolgil.regression.looking.quantile_residuals import quantile_scores
from osolgil.regression.sample import Sample, expected_root

if TYPE_CHECKING:
    from osolgil.regression.model import FittedModel

RESIDUALS = ("response", "pearson", "deviance", "quantile", "standardized")
"""Every kind of residual."""


def rows_of(model: "FittedModel") -> Sample:
    """The rows of a model.

    Raises:
        ValueError: it was loaded, and has none.
    """
    if model.sample is None:
        raise ValueError("A loaded model has no rows, and so no residuals, leverage or Cook's distance; fit it again.")
    return model.sample


def exactness(model: "FittedModel") -> np.ndarray:
    """How exact each row is beside a row of weight 1: its weight, unless that counts repetitions, shape (rows,)."""
    sample = rows_of(model)
    repeated = isinstance(model.family, Likelihood) and model.family.repeated
    return np.ones(len(sample.y)) if repeated else sample.mass


def residuals(model: "FittedModel", kind: str = "response", seed: int = 0) -> np.ndarray:
    r"""What the model leaves over of each row.

    =============== =================================================================================
    "response"      y − μ
    "pearson"       (y − μ)·√(w/V(μ)): of variance φ, whatever the mean
    "deviance"      sign(y − μ)·√(w·d), with d the row's share of the deviance
    "standardized"  Pearson's over √(φ(1 − h)), with the leverage h: of variance 1
    "quantile"      Φ⁻¹(F(y)), with F the distribution that the model expects: normal if it is right
    =============== =================================================================================

    The w is a weight that says how exact a row is (precision, trials). A weight that counts repetitions has no part in
    them: each repetition has that residual. Of counts and classes F jumps at y, and Φ⁻¹ takes a number drawn evenly
    between the ends of the jump; it keeps within ±37.5, beyond which no probability is left in double precision.

    Args:
        model: with its rows; at its optimum for "standardized".
        kind: one of `RESIDUALS`.
        seed: of what "quantile" draws.

    Returns:
        shape (rows,).

    Raises:
        ValueError: an unknown kind; one that needs a likelihood, which the family is not; the model was loaded; or
            "quantile" residuals of a binomial family whose trials or successes are not whole.
        NoInference: "standardized", away from the optimum, or where there is none.

    Source: McCullagh & Nelder 1989, *Generalized Linear Models*, §2.4; Dunn & Smyth 1996, *Randomized quantile
    residuals*.

    >>> from osolgil.regression import fit
    >>> model = fit("y ~ x", {"x": [1.0, 2.0, 3.0, 4.0], "y": [3.0, 5.0, 7.0, 10.0]})
    >>> residuals(model).round(9).tolist(), leverage(model).round(9).tolist()
    ([0.2, -0.1, -0.4, 0.3], [0.7, 0.3, 0.3, 0.7])
    """
    if kind not in RESIDUALS:
        raise ValueError(f"kind={kind!r} is not known; choose one of {', '.join(map(repr, RESIDUALS))}.")
    sample = rows_of(model)
    y, eta = np.asarray(sample.y, dtype=np.float64), sample.predictor(model.vector)
    mean = model.mean(eta)
    if kind == "response":
        return np.asarray(y - mean)
    family = model.family
    if not isinstance(family, Likelihood):
        raise ValueError(
            f"The {family.title} is not a likelihood, and says nothing of the variance or distribution that {kind!r} "
            "residuals need; use kind='response'."
        )
    weights = exactness(model)
    match kind:
        case "deviance":
            # Rounding makes a deviance of zero negative.
            return np.asarray(np.sign(y - mean) * np.sqrt(weights * np.maximum(family.deviances(eta, y), 0.0)))
        case "quantile":
            return quantile_scores(family, mean, y, weights, model.dispersion, seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson = np.where(y == mean, 0.0, (y - mean) * np.sqrt(weights / family.variance(mean)))
        if kind == "pearson":
            return np.asarray(pearson)
        return np.asarray(pearson / ((model.sigma or 1.0) * np.sqrt(1 - leverage(model))))


def leverage(model: "FittedModel") -> np.ndarray:
    r"""How much each row's own target moves its own prediction: the diagonal of the hat matrix, shape (rows,).

    .. math:: h_i = b_i \, x_i^\top (X^\top W X)^{-1} x_i, \qquad W = \mathrm{diag}(w_i v_i), \quad
              v = \Bigl( \frac{\partial \mu}{\partial \eta} \Bigr)^2 \! / V(\mu)

    with :math:`b_i = w_i v_i`, and :math:`v_i` where weights count repetitions: h is then that of one of them. It lies
    between 0 and 1, and its sum over observations is the number of coefficients. The information is the expected one,
    as in R's `hatvalues`; statsmodels has that by `get_influence(observed=False)`.

    Raises:
        ValueError: the model was loaded.
        NoInference: away from the optimum, or where there is none; the message says why.

    Source: Pregibon 1981, *Logistic regression diagnostics*.
    """
    sample, family = rows_of(model), model.family
    if not isinstance(family, Likelihood) or model.standing.inference is None:
        raise NoInference(model.standing.refusal)
    mean, slope = differentiated_means(family, sample.predictor(model.vector))
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = np.where(slope == 0, 0.0, slope**2 / family.variance(mean))
    root = expected_root(family, sample, model.vector)
    if root is None:
        raise ValueError("The expected information is singular at these coefficients, so there is no leverage.")
    # In coordinates where nothing cancels.
    inner = sample.coordinates.inward(root.T).T
    squares = [np.sum((Z @ inner) ** 2, axis=1) for _, Z in sample.coordinates.blocks(sample.X)]
    return np.asarray(exactness(model) * bent * np.concatenate(squares))


def cooks_distance(model: "FittedModel") -> np.ndarray:
    r"""How far the coefficients would move without each row, in units of their joint uncertainty, shape (rows,).

    .. math:: D_i = \frac{r_i^2}{p} \cdot \frac{h_i}{1 - h_i}

    with r the standardized residual, h the leverage and p the number of coefficients. For least squares that is exact,
    elsewhere the first step of Newton's method towards the fit without the row. Above 1/2 a row is worth a look, above
    1 it decides. NaN where the leverage is 1: that row alone determines a coefficient.

    Raises:
        ValueError: the model was loaded.
        NoInference: away from the optimum, or where there is none; the message says why.

    Source: Cook 1977, *Detection of influential observation in linear regression*; Pregibon 1981, *Logistic regression
    diagnostics*.
    """
    return distances(residuals(model, "standardized"), leverage(model), len(model.vector))


def distances(standardized: Any, h: Any, coefficients: int) -> np.ndarray:
    """Cook's distance, by its definition."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(standardized**2 * h / ((1 - h) * coefficients))

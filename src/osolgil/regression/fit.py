"""fit: a regression, from a formula and a table, or from arrays."""

import os
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from osolgil.descent import Stop
from osolgil.descent.setup import checked_penalty, stated
from osolgil.descent.watching import Watch
from osolgil.problems.sparse_rows import is_sparse
from osolgil.protocol import Penalty
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.categorical import CategoricalModel
from osolgil.regression.constraints import by_name, by_text
from osolgil.regression.families import (
    Bernoulli,
    Binomial,
    Categorical,
    Family,
    as_categorical,
    as_family,
)
from osolgil.regression.fitting import fitted
from osolgil.regression.given import designed, offset_of, sampled
from osolgil.regression.inference.covariances import as_uncertainty
from osolgil.regression.model import FittedModel
from osolgil.regression.offsets import Offsets, check_link
from osolgil.regression.penalties import for_columns
from osolgil.regression.solving import by_structure, plan
from osolgil.regression.starting import first_coefficients
from osolgil.regression.troubles import (
    check_room,
    check_target,
    check_values,
)
from osolgil.rows.columns import Level
from osolgil.rows.formulas import Design


def fit(
    formula: str | None = None,
    data: Any = None,
    *,
    X: Any = None,
    y: Any = None,
    columns: Any = None,
    intercept: bool = True,
    family: str | Family | Categorical = "gaussian",
    method: Any = "auto",
    bounds: Any = None,
    constraints: Any = (),
    penalty: Penalty | None = None,
    batch_size: int | None = None,
    order: str = "shuffled",
    start: Any = None,
    standardize: bool = True,
    weights: Any = None,
    offset: Any = None,
    exposure: Any = None,
    covariance: str = "observed",
    groups: Any = None,
    missing: Literal["error", "drop"] = "error",
    success: Level | None = None,
    stop: Stop | None = None,
    epochs: float | None = None,
    record: str = "values",
    seed: int = 0,
    callback: Callable[..., Any] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | Watch = False,
    driver: str = "auto",
) -> FittedModel | CategoricalModel:
    r"""Fit a regression by maximum likelihood.

    .. math:: \min_\beta \frac{\sum_i w_i \, \ell(x_i \beta + o_i, y_i)}{\sum_i w_i}

    with the loss ℓ of the family: (y − η)²/2 for the Gaussian, log(1 + e^η) − yη for the Bernoulli, e^η − yη for the
    Poisson; o is the offset, 0 unless given.

    Args:
        formula: such as "height ~ weight".
        data: a table: pandas, polars, Arrow, a dict of columns, or the path of a CSV, Parquet or Arrow file.
        X, y: arrays of shape (rows, p) and (rows,) in place of formula and data. X may be a sparse matrix of SciPy's of
            any format: its zeros are then read by nobody, and centring is left to the linear predictor. Of more than
            500 sparse columns "auto" is L-BFGS, and there is no inference.
        columns: names of the columns of X; by default a data frame's own, else x1, x2, ...
        intercept: whether X gets an intercept. (A formula says so itself: "y ~ x - 1" has none.)
        family: one of `FAMILIES` by name, perhaps with settings: "poisson", "gamma(link=inverse)"; or as an object:
            ``Gamma(link="inverse")``, ``NegativeBinomial(alpha=0.5)``. Of "binomial" the targets are shares of
            successes, with the trials as `weights`; labels, and zeros and ones, are taken for the Bernoulli. "huber",
            "quantile" and "squared_error_logistic" (for teaching) are no likelihoods and have no inference. Of
            "categorical" the targets are labels of any number of classes, and the result is a `CategoricalModel`.
        method: "auto" is the exact solution: one QR factorization for the Gaussian, Newton's method where the loss is
            convex, within a trust region where it is not, L-BFGS for many columns, and from the solution of a sample
            for many rows, the proximal Newton method under a kink, a linear program for quantiles; `why` says so. In
            mini-batches it is AdaGrad. Or any method, by name or as an object, such as "adam" or
            ``Adam(learning_rate=0.1)``.
        bounds: of coefficients, by name: ``{"weight": (0, None)}``; or as in `minimize`. With bounds or constraints,
            "auto" is the interior point method, in the coordinates of the original scale, and there is no inference.
        constraints: relations of coefficients by name, such as "x1 + x2 = 1", one or several; or as in `minimize`.
        penalty: `Ridge`, `Lasso` or `ElasticNet`: what is added to the mean loss, of the coefficients on the original
            scale and never of the intercept. Strengths may differ by column, by place or name. There is no inference.
        batch_size: rows of a mini-batch, for rules. None evaluates all rows every time.
        order: of mini-batches: "shuffled", "replacement" or "fixed".
        start: the first coefficients on the original scale: a vector, or a dict of names in which the others are 0.
            By default the model of the intercept alone (the link of the targets' mean), and 0 without an intercept;
            "auto" needs no start.
        standardize: whether the method walks in coordinates of centred and scaled columns. The start, the path and the
            coefficients are on the original scale either way; False shows why it matters.
        weights: a column's name or an array: inverse variances for the Gaussian (Y ~ N(η, σ²/w)) and precisions for the
            Gamma and the inverse Gaussian (Var Y = φV(μ)/w), trials for the binomial, repetitions for the others.
        offset: a column's name or an array: what is added to the linear predictor of each row. Predictions need it too.
        exposure: a column's name or an array, above zero: how long, or among how many, counts were counted. Its
            logarithm is an offset; for links that are the logarithm only.
        covariance: of the coefficients, one of `COVARIANCES`: by the "observed" or "expected" information, by White's
            sandwich "HC0" to "HC3", or "clustered". See `FittedModel.with_covariance`.
        groups: of "clustered": a column's name or an array, one label for each row.
        missing: "error", or "drop" to leave out rows with missing values.
        success: the label for which a Bernoulli target is 1; the second one by default.
        stop: when to stop; by default when the slope is 1e-6 of the targets' spread, after 10,000 steps, or after 100
            epochs of mini-batches.
        epochs: short for ``Stop(epochs=...)``.
        record, seed, callback, checkpoint, progress, driver: as in `minimize`.

    Raises:
        DataTrouble: NaN or infinite values, a target of the wrong type or with one class; and where there is no exact
            solution (method="auto"): a constant target, constant or collinear columns, separated classes. It names
            columns and rows.
        UnsafeFormula: the formula is not in the language.
        ValueError, TypeError: anything else that makes no sense, in a sentence that says what to change.

    >>> model = fit("y ~ x", {"x": [1.0, 2.0, 3.0, 4.0], "y": [3.0, 5.0, 7.0, 10.0]})
    >>> {name: round(value, 6) for name, value in model.coefficients.items()}
    {'Intercept': 0.5, 'x': 2.3}
    """
    several = as_categorical(family)
    run: dict[str, Any] = {
        "standardize": standardize,
        "stop": stop,
        "epochs": epochs,
        "batch_size": batch_size,
        "order": order,
        "record": record,
        "seed": seed,
        "callback": callback,
        "checkpoint": checkpoint,
        "progress": progress,
        "driver": driver,
    }
    if several is not None:
        from osolgil.regression.categorical.fitting import fit_categorical

        return fit_categorical(
            several,
            (formula, data, X, y, columns, intercept),
            missing=missing,
            weights=weights,
            groups=groups,
            method=method,
            penalty=None if penalty is None else checked_penalty(penalty),
            start=start,
            covariance=covariance,
            unused={
                "bounds": bounds,
                "constraints": constraints,
                "offset": offset,
                "exposure": exposure,
                "success": success,
            },
            **run,
        )
    kind = as_family(family)
    constrained = bounds is not None or stated(constraints)
    penalty = None if penalty is None else checked_penalty(penalty)
    first = plan(kind, method, batch_size, constrained, penalty)
    check_link(kind, exposure)
    if X is not None and not is_sparse(X):
        check_room(first.method, X)
    given = {"weights": weights, "offset": offset, "exposure": exposure, "groups": groups}
    made, beside = designed(formula, data, X, y, columns, intercept, given, missing, success)
    how = as_uncertainty(covariance, beside["groups"], len(made.y))
    kind = settled(kind, made)
    chosen = plan(kind, method, batch_size, constrained, penalty)
    sample = sampled(made, beside["weights"], offset_of(beside))
    check_values(sample, made.columns, made.response)
    chosen = by_structure(chosen, kind, sample)
    check_target(kind, sample, made.response, made.response_levels)
    check_room(chosen.method, made.X)
    return fitted(
        made,
        sample,
        kind,
        chosen,
        first_coefficients(start, chosen.exact, kind, sample, made.columns),
        uncertainty=how,
        offsets=Offsets(*(given_as(part) for part in (offset, exposure))),
        bounds=by_name(bounds, made.columns),
        constraints=by_text(constraints, made.columns),
        penalty=None if penalty is None else for_columns(penalty, made.columns, sample.intercept),
        **run | {"standardize": standardize and not constrained},
    )


def settled(family: Family, made: Design | ArrayDesign) -> Family:
    """The family, where what was called binomial is of single trials: labels, or nothing but zeros and ones."""
    if type(family) is Binomial and (made.response_levels or np.isin(made.y, (0.0, 1.0)).all()):
        return Bernoulli(link=family.link)
    return family


def given_as(part: Any) -> str | bool | None:
    """A column's name, True for an array, None for nothing."""
    return part if part is None or isinstance(part, str) else True

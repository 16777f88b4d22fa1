"""fit: a regression, from a formula and a table, or from arrays."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from osolgil.descent import Stop
from osolgil.descent.setup import checked_penalty, stated
from osolgil.protocol import Penalty
from osolgil.regression.arrays import ArrayDesign, array_design
from osolgil.regression.constraints import CONSTRAINED, by_name, by_text
from osolgil.regression.coordinates import identity, standardization
from osolgil.regression.covariances import Uncertainty, as_uncertainty
from osolgil.regression.families import Bernoulli, Binomial, Family, Likelihood, Quantile, as_family
from osolgil.regression.goodness import goodness
from osolgil.regression.inference import standing, with_uncertainty
from osolgil.regression.linear_program import quantile_coefficients
from osolgil.regression.model import FittedModel
from osolgil.regression.offsets import Offsets, check_link, checked
from osolgil.regression.penalties import PENALIZED, for_columns
from osolgil.regression.refining import refined
from osolgil.regression.sample import Sample, Surroundings, surroundings
from osolgil.regression.separation import find_separation
from osolgil.regression.solving import Plan, exactly, plan, solve, stopping
from osolgil.regression.starting import first_coefficients
from osolgil.regression.troubles import DataTrouble, check_target, check_values, sentence, undetermined, unvarying
from osolgil.rows.columns import COUNTED, Level, labels, numbers
from osolgil.rows.formulas import Design, design
from osolgil.rows.names import find_column
from osolgil.rows.tables import read_table
from osolgil.rows.trouble import INTERCEPT

EDGE = (
    "The exact method ended {:.2g} standard errors from where the slope is zero: the likelihood may be largest where "
    "some row's linear predictor is 0, the edge of what the {} link allows; use the log link."
)
"""Why there is no inference at the edge."""

NEARLY = 1e-3
"""A change of every linear predictor that leaves about its square to the optimum."""


def fit(
    formula: str | None = None,
    data: Any = None,
    *,
    X: Any = None,
    y: Any = None,
    columns: Any = None,
    intercept: bool = True,
    family: str | Family = "gaussian",
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
    progress: bool = False,
    driver: str = "auto",
) -> FittedModel:
    r"""Fit a regression by maximum likelihood.

    .. math:: \min_\beta \frac{\sum_i w_i \, \ell(x_i \beta + o_i, y_i)}{\sum_i w_i}

    with the loss ℓ of the family: (y − η)²/2 for the Gaussian, log(1 + e^η) − yη for the Bernoulli, e^η − yη for the
    Poisson; o is the offset, 0 unless given.

    Args:
        formula: such as "height ~ weight".
        data: a table: pandas, polars, Arrow, a dict of columns, or the path of a CSV, Parquet or Arrow file.
        X, y: arrays of shape (rows, p) and (rows,) in place of formula and data.
        columns: names of the columns of X; by default a data frame's own, else x1, x2, ...
        intercept: whether X gets an intercept. (A formula says so itself: "y ~ x - 1" has none.)
        family: one of `FAMILIES` by name, perhaps with settings: "poisson", "gamma(link=inverse)"; or as an object:
            ``Gamma(link="inverse")``, ``NegativeBinomial(alpha=0.5)``. Of "binomial" the targets are shares of
            successes, with the trials as `weights`; labels, and zeros and ones, are taken for the Bernoulli. "huber",
            "quantile" and "squared_error_logistic" (for teaching) are no likelihoods and have no inference.
        method: "auto" is the exact solution: one QR factorization for the Gaussian, Newton's method where the loss is
            convex, within a trust region where it is not, a linear program for quantiles; `why` says so.
            Or any method, by name or as an object, such as "adam" or ``Adam(learning_rate=0.1)``.
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
    kind = as_family(family)
    constrained = bounds is not None or stated(constraints)
    penalty = None if penalty is None else checked_penalty(penalty)
    plan(kind, method, batch_size, constrained, penalty)
    check_link(kind, exposure)
    given = {"weights": weights, "offset": offset, "exposure": exposure, "groups": groups}
    made, beside = designed(formula, data, X, y, columns, intercept, given, missing, success)
    how = as_uncertainty(covariance, beside["groups"], len(made.y))
    kind = settled(kind, made)
    chosen = plan(kind, method, batch_size, constrained, penalty)
    sample = sampled(made, beside["weights"], offset_of(beside))
    check_values(sample, made.columns, made.response)
    check_target(kind, sample, made.response, made.response_levels)
    return fitted(
        made,
        sample,
        kind,
        chosen,
        first_coefficients(start, chosen.exact, kind, sample, made.columns),
        uncertainty=how,
        offsets=Offsets(*(given_as(part) for part in (offset, exposure))),
        standardize=standardize and not constrained,
        stop=stop,
        epochs=epochs,
        batch_size=batch_size,
        bounds=by_name(bounds, made.columns),
        constraints=by_text(constraints, made.columns),
        penalty=None if penalty is None else for_columns(penalty, made.columns, sample.intercept),
        order=order,
        record=record,
        seed=seed,
        callback=callback,
        checkpoint=checkpoint,
        progress=progress,
        driver=driver,
    )


def fitted(
    made: Design | ArrayDesign,
    sample: Sample,
    family: Family,
    chosen: Plan,
    start: np.ndarray,
    *,
    standardize: bool = True,
    uncertainty: Uncertainty | None = None,
    offsets: Offsets | None = None,
    stop: Stop | None = None,
    epochs: float | None = None,
    batch_size: int | None = None,
    **options: Any,
) -> FittedModel:
    """Fit to rows that have been checked. See `fit`."""
    penalty = options.get("penalty")
    # Under a penalty columns that are alike, and classes that are told apart, have an answer all the same.
    troubles = () if penalty else (*unvarying(family, sample, made.response), *undetermined(sample, made.columns))
    if troubles and chosen.exact:
        raise DataTrouble(*troubles)
    walked = sample.coordinates if standardize else identity(len(made.columns))
    constrained = options.get("bounds") is not None or bool(options.get("constraints"))
    free = not constrained and penalty is None
    result = None
    if isinstance(family, Quantile) and chosen.exact:
        beta, message = quantile_coefficients(family, sample)
    else:
        until = stopping(family, sample, chosen, stop, epochs, batch_size is not None)
        result = solve(family, sample, chosen, start, walked, until, batch_size=batch_size, **options)
        beta, message = np.asarray(result.x, dtype=np.float64), result.message
    if chosen.exact and free and family.quadratic:
        beta = refined(sample.shifted, beta)
    around = surroundings(family, sample, beta)
    if chosen.exact and free and not family.quadratic and isinstance(family, Likelihood):
        beta, around = finished(family, sample, beta, around)
    # Where classes are told apart without error, constraints may still hold the coefficients back.
    if not troubles and free:
        separation = find_separation(family, sample, made.columns, around, chosen.exact)
        if separation is not None:
            troubles = (separation.trouble,)
            if chosen.exact:
                raise DataTrouble(*troubles)
    reason = " ".join(map(sentence, troubles)) or None
    if constrained:
        reason = reason or CONSTRAINED
    if penalty is not None:
        reason = PENALIZED
    how = uncertainty or Uncertainty()
    place = standing(family, sample, beta, around, reason)
    if place.inference is None and place.distance is not None and chosen.exact and edged(family):
        place = replace(place, refusal=EDGE.format(place.distance.max(), family.link))
    return FittedModel(
        design=made,
        family=family,
        method=chosen.method,
        why=chosen.why,
        vector=beta,
        standing=place if how.kind == "observed" else with_uncertainty(family, sample, beta, place, how),
        goodness=goodness(family, sample, beta),
        troubles=troubles,
        standardized=standardize,
        message=message,
        offsets=offsets or Offsets(),
        uncertainty=how,
        result=result,
        sample=sample,
    )


def finished(family: Family, sample: Sample, beta: np.ndarray, around: Surroundings) -> tuple[np.ndarray, Surroundings]:
    """One more step of Newton's where it is small: what the stopping rule left over is squared once more."""
    if around.root is None or not np.max(np.abs(around.moved), initial=0.0) < NEARLY:
        return beta, around
    after = surroundings(family, sample, beta + around.step)
    size = float(np.max(np.abs(after.gradient)))
    if after.root is None or not size <= float(np.max(np.abs(around.gradient))):
        return beta, around
    return beta + around.step, after


def edged(family: Family) -> bool:
    """Whether some linear predictors stand for no mean."""
    return not family.quadratic and family.link in ("identity", "sqrt", "inverse", "inverse_squared")


def polished(model: FittedModel) -> FittedModel:
    """The model at the exact optimum, coming from where it is."""
    sample = model.sample
    if sample is None:
        raise ValueError("A loaded model has no rows to polish it on; fit it again.")
    if model.result is not None and model.result.multipliers is not None:
        raise ValueError("The optimum within bounds or constraints is not that of all coefficients; fit without them.")
    return fitted(
        model.design,
        sample,
        model.family,
        exactly(model.family),
        model.vector,
        uncertainty=model.uncertainty,
        offsets=model.offsets,
    )


def settled(family: Family, made: Design | ArrayDesign) -> Family:
    """The family, where what was called binomial is of single trials: labels, or nothing but zeros and ones."""
    if type(family) is Binomial and (made.response_levels or np.isin(made.y, (0.0, 1.0)).all()):
        return Bernoulli(link=family.link)
    return family


def given_as(part: Any) -> str | bool | None:
    """A column's name, True for an array, None for nothing."""
    return part if part is None or isinstance(part, str) else True


def designed(
    formula: str | None,
    data: Any,
    X: Any,
    y: Any,
    columns: Any,
    intercept: bool,
    given: dict[str, Any],
    missing: Literal["error", "drop"],
    success: Level | None,
) -> tuple[Design | ArrayDesign, dict[str, Any]]:
    """The design, from a formula and a table or from arrays, and what is given beside it, one value for each row."""
    if formula is None and data is None and X is not None and y is not None:
        arrays = array_design(X, y, columns, intercept)
        for name, value in given.items():
            if isinstance(value, str):
                raise ValueError(f"{name}={value!r} names a column, but there is no table; give an array.")
        beside = {name: as_column(name, value, len(arrays.y)) for name, value in given.items()}
        if missing == "drop":
            keep = np.isfinite(arrays.X).all(axis=1) & np.isfinite(arrays.y)
            return arrays.taken(keep), {name: None if value is None else value[keep] for name, value in beside.items()}
        return arrays, beside
    if formula is None or data is None or X is not None or y is not None:
        raise ValueError("Give a formula and a table, as in fit('height ~ weight', data), or arrays: fit(X=X, y=y).")
    table = read_table(data)
    made = design(formula, table, missing=missing, success=success)
    beside = {}
    for name, value in given.items():
        if isinstance(value, str):
            place = find_column(value, table.column_names)
            found: Any = group_labels(table, place) if name == "groups" else numbers(table, place)
        else:
            found = as_column(name, value, table.num_rows)
        beside[name] = None if found is None else np.asarray(found)[made.kept_rows]
    return made, beside


def group_labels(table: Any, place: str) -> np.ndarray:
    """The number of each row's group, shape (rows,).

    Raises:
        ValueError: a row has none.
    """
    found = labels(table, place).codes
    if (found < 0).any():
        row = int((found < 0).argmax())
        raise ValueError(f"groups={place!r} is missing in row {row} {COUNTED}; fill it in, or leave the row out.")
    return np.asarray(found)


def as_column(name: str, values: Any, rows: int) -> np.ndarray | None:
    """An array with one value for each row: numbers, or labels of groups."""
    if values is None:
        return None
    found = np.asarray(values) if name == "groups" else np.asarray(values, dtype=np.float64)
    if found.shape != (rows,):
        raise ValueError(f"{name} have the shape {found.shape}; {rows} rows need ({rows},).")
    return found


def offset_of(beside: dict[str, Any]) -> np.ndarray | None:
    """The offset and the logarithm of the exposure, added up."""
    parts = [checked(name, beside[name]) for name in ("offset", "exposure") if beside[name] is not None]
    return sum(parts[1:], parts[0]) if parts else None


def sampled(made: Design | ArrayDesign, weights: np.ndarray | None, offset: np.ndarray | None = None) -> Sample:
    """The rows of a design."""
    place = made.columns.index(INTERCEPT) if INTERCEPT in made.columns else None
    finite = np.isfinite(made.X).all() and (weights is None or (np.isfinite(weights).all() and weights.any()))
    coordinates = standardization(made.X, place, weights) if finite else identity(len(made.columns))
    return Sample(made.X, made.y, weights, place, coordinates, offset)

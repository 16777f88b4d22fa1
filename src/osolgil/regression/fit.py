"""fit: a regression, from a formula and a table, or from arrays."""

import difflib
import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from osolgil.descent import Stop
from osolgil.descent.setup import stated
from osolgil.regression.arrays import ArrayDesign, array_design
from osolgil.regression.constraints import CONSTRAINED, by_name, by_text
from osolgil.regression.coordinates import identity, standardization
from osolgil.regression.families import Family, Gaussian, as_family
from osolgil.regression.goodness import goodness, null_predictor
from osolgil.regression.inference import standing
from osolgil.regression.model import FittedModel
from osolgil.regression.refining import refined
from osolgil.regression.sample import Sample, surroundings
from osolgil.regression.separation import find_separation
from osolgil.regression.solving import Plan, plan, solve, stopping
from osolgil.regression.troubles import DataTrouble, check_target, check_values, sentence, undetermined, unvarying
from osolgil.rows.columns import Level, numbers
from osolgil.rows.formulas import Design, design
from osolgil.rows.names import find_column
from osolgil.rows.tables import read_table
from osolgil.rows.trouble import INTERCEPT


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
    batch_size: int | None = None,
    order: str = "shuffled",
    start: Any = None,
    standardize: bool = True,
    weights: Any = None,
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

    .. math:: \min_\beta \frac{\sum_i w_i \, \ell(x_i \beta, y_i)}{\sum_i w_i}

    with the loss ℓ of the family: (y − η)²/2 for the Gaussian, log(1 + e^η) − yη for the Bernoulli.

    Args:
        formula: such as "height ~ weight".
        data: a table: pandas, polars, Arrow, a dict of columns, or the path of a CSV, Parquet or Arrow file.
        X, y: arrays of shape (rows, p) and (rows,) in place of formula and data.
        columns: names of the columns of X; by default a data frame's own, else x1, x2, ...
        intercept: whether X gets an intercept. (A formula says so itself: "y ~ x - 1" has none.)
        family: "gaussian", "bernoulli", or "squared_error_logistic" (for teaching: it has no inference).
        method: "auto" is the exact solution: one QR factorization for the Gaussian, Newton's method for the Bernoulli.
            Or any method, by name or as an object, such as "adam" or ``Adam(learning_rate=0.1)``.
        bounds: of coefficients, by name: ``{"weight": (0, None)}``; or as in `minimize`. With bounds or constraints,
            "auto" is the interior point method, in the coordinates of the original scale, and there is no inference.
        constraints: relations of coefficients by name, such as "x1 + x2 = 1", one or several; or as in `minimize`.
        batch_size: rows of a mini-batch, for rules. None evaluates all rows every time.
        order: of mini-batches: "shuffled", "replacement" or "fixed".
        start: the first coefficients on the original scale: a vector, or a dict of names in which the others are 0.
            By default the model of the intercept alone (the mean of the targets, or the logit of their mean), and 0
            without an intercept; "auto" needs no start.
        standardize: whether the method walks in coordinates of centred and scaled columns. The start, the path and the
            coefficients are on the original scale either way; False shows why it matters.
        weights: a column's name or an array: inverse variances for the Gaussian (Y ~ N(η, σ²/w)), repetitions for
            the Bernoulli.
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
    chosen = plan(kind, method, batch_size, constrained)
    made, masses = designed(formula, data, X, y, columns, intercept, weights, missing, success)
    sample = sampled(made, masses)
    check_values(sample, made.columns, made.response)
    check_target(kind, sample, made.response, made.response_levels)
    return fitted(
        made,
        sample,
        kind,
        chosen,
        first_coefficients(start, chosen, kind, sample, made.columns),
        standardize=standardize and not constrained,
        stop=stop,
        epochs=epochs,
        batch_size=batch_size,
        bounds=by_name(bounds, made.columns),
        constraints=by_text(constraints, made.columns),
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
    stop: Stop | None = None,
    epochs: float | None = None,
    batch_size: int | None = None,
    **options: Any,
) -> FittedModel:
    """Fit to rows that have been checked. See `fit`."""
    troubles = (*unvarying(family, sample, made.response), *undetermined(sample, made.columns))
    if troubles and chosen.exact:
        raise DataTrouble(*troubles)
    walked = sample.coordinates if standardize else identity(len(made.columns))
    until = stopping(family, sample, chosen, stop, epochs, batch_size is not None)
    result = solve(family, sample, chosen, start, walked, until, batch_size=batch_size, **options)
    beta = np.asarray(result.x, dtype=np.float64)
    constrained = options.get("bounds") is not None or bool(options.get("constraints"))
    if chosen.exact and not constrained and isinstance(family, Gaussian):
        beta = refined(sample, beta)
    around = surroundings(family, sample, beta)
    # Where classes are told apart without error, constraints may still hold the coefficients back.
    if family.binary and not troubles and not constrained:
        separation = find_separation(family, sample, made.columns, around, chosen.exact)
        if separation is not None:
            troubles = (separation.trouble,)
            if chosen.exact:
                raise DataTrouble(*troubles)
    reason = " ".join(map(sentence, troubles)) or None
    if constrained:
        reason = reason or CONSTRAINED
    return FittedModel(
        design=made,
        family=family,
        method=chosen.method,
        why=chosen.why,
        vector=beta,
        standing=standing(family, sample, beta, around, reason),
        goodness=goodness(family, sample, beta),
        troubles=troubles,
        standardized=standardize,
        message=result.message,
        result=result,
        sample=sample,
    )


def polished(model: FittedModel) -> FittedModel:
    """The model at the exact optimum, coming from where it is."""
    sample = model.sample
    if sample is None:
        raise ValueError("A loaded model has no rows to polish it on; fit it again.")
    if model.result is not None and model.result.multipliers is not None:
        raise ValueError("The optimum within bounds or constraints is not that of all coefficients; fit without them.")
    return fitted(model.design, sample, model.family, plan(model.family, "auto"), model.vector)


def designed(
    formula: str | None,
    data: Any,
    X: Any,
    y: Any,
    columns: Any,
    intercept: bool,
    weights: Any,
    missing: Literal["error", "drop"],
    success: Level | None,
) -> tuple[Design | ArrayDesign, np.ndarray | None]:
    """The design, from a formula and a table or from arrays, and the weights of its rows."""
    if formula is None and data is None and X is not None and y is not None:
        arrays = array_design(X, y, columns, intercept)
        if isinstance(weights, str):
            raise ValueError(f"weights={weights!r} names a column, but there is no table; give an array.")
        if missing == "drop":
            keep = np.isfinite(arrays.X).all(axis=1) & np.isfinite(arrays.y)
            return arrays.taken(keep), None if weights is None else as_weights(weights, len(keep))[keep]
        return arrays, None if weights is None else as_weights(weights, len(arrays.y))
    if formula is None or data is None or X is not None or y is not None:
        raise ValueError("Give a formula and a table, as in fit('height ~ weight', data), or arrays: fit(X=X, y=y).")
    table = read_table(data)
    made = design(formula, table, missing=missing, success=success)
    if weights is None:
        return made, None
    if isinstance(weights, str):
        return made, numbers(table, find_column(weights, table.column_names))[made.kept_rows]
    return made, as_weights(weights, table.num_rows)[made.kept_rows]


def as_weights(weights: Any, rows: int) -> np.ndarray:
    """Weights as numbers, one for each row."""
    found = np.asarray(weights, dtype=np.float64)
    if found.shape != (rows,):
        raise ValueError(f"weights have the shape {found.shape}; {rows} rows need ({rows},).")
    return found


def sampled(made: Design | ArrayDesign, weights: np.ndarray | None) -> Sample:
    """The rows of a design."""
    place = made.columns.index(INTERCEPT) if INTERCEPT in made.columns else None
    finite = np.isfinite(made.X).all() and (weights is None or (np.isfinite(weights).all() and weights.any()))
    coordinates = standardization(made.X, place, weights) if finite else identity(len(made.columns))
    return Sample(made.X, made.y, weights, place, coordinates)


def first_coefficients(start: Any, chosen: Plan, family: Family, sample: Sample, names: tuple[str, ...]) -> np.ndarray:
    """Where the method starts, shape (n,): where it was told to, or a rule at the model of the intercept alone."""
    vector = start_vector(start, names)
    if start is None and not chosen.exact and sample.intercept is not None:
        vector[sample.intercept] = null_predictor(family, np.asarray(sample.y, dtype=np.float64), sample.mass)
    return vector


def start_vector(start: Any, names: tuple[str, ...]) -> np.ndarray:
    """The first coefficients on the original scale, shape (n,).

    Raises:
        ValueError: a name that is no coefficient, or a vector of another length.

    >>> start_vector({"weight": 1}, ("Intercept", "weight")).tolist()
    [0.0, 1.0]
    """
    vector = np.zeros(len(names))
    if start is None:
        return vector
    if isinstance(start, Mapping):
        for name, value in start.items():
            if name not in names:
                near = difflib.get_close_matches(str(name), names, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}."
                raise ValueError(f"start names {name!r}, which is no coefficient; {hint}")
            vector[names.index(name)] = value
        return vector
    given = np.asarray(start, dtype=np.float64)
    if given.shape != vector.shape:
        raise ValueError(f"start has the shape {given.shape}; the coefficients are {', '.join(names)}.")
    return given

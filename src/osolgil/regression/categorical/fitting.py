"""Fitting classes: what `fit` does for the categorical family."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from osolgil.descent import Result, Stop
from osolgil.descent.setup import as_method, name_of, stated
from osolgil.problems import FiniteSum
from osolgil.problems.sparse_rows import is_sparse
from osolgil.protocol import Needs, Penalty
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.categorical.classes import check_names, coded, names_of, referenced, settled, unlike_classes
from osolgil.regression.categorical.likelihood import (
    CategoricalLoss,
    covariance_root,
    goodness,
    null_coefficients,
    surroundings,
)
from osolgil.regression.categorical.model import CategoricalModel
from osolgil.regression.categorical.separation import separated
from osolgil.regression.coordinates import Coordinates, Stacked, identity
from osolgil.regression.families import Bernoulli, Categorical
from osolgil.regression.fitting import NEARLY
from osolgil.regression.given import designed, sampled
from osolgil.regression.inference import Inference, Standing, placed
from osolgil.regression.inference.covariances import Uncertainty, as_uncertainty
from osolgil.regression.penalties import PENALIZED, ColumnPenalty, for_columns
from osolgil.regression.sample import Sample, Surroundings
from osolgil.regression.solving import Plan, computed, descended, plan, stopping
from osolgil.regression.starting import start_vector
from osolgil.regression.troubles import DataTrouble, check_values, sentence, undetermined
from osolgil.rows.formulas import Design


def fit_categorical(
    family: Categorical,
    rows: tuple[Any, ...],
    *,
    missing: Literal["error", "drop"] = "error",
    weights: Any = None,
    groups: Any = None,
    method: Any = "auto",
    penalty: Penalty | None = None,
    start: Any = None,
    covariance: str = "observed",
    unused: Mapping[str, Any],
    **options: Any,
) -> CategoricalModel:
    """Fit the probabilities of classes. For what is not said here see `fit`.

    Args:
        family: with the reference that was asked for.
        rows: formula, data, X, y, columns and intercept, as `fit` was given them.
        unused: other arguments of `fit`, which have no meaning here.
        options: of `fitted`.
    """
    refuse(unused)
    chosen = planned(method, options.get("batch_size"), penalty)
    formula, data, X, y, columns, intercept = rows
    levels: tuple[Any, ...] = ()
    if y is not None and formula is None:
        y, levels = coded(y)
    given = {"weights": weights, "groups": groups}
    made, beside = designed(formula, data, X, y, columns, intercept, given, missing, None, classes=True)
    if isinstance(made, ArrayDesign):
        made = replace(made, levels=levels)
    made = referenced(made, family.reference)
    how = as_uncertainty(covariance, beside["groups"], len(made.y))
    if is_sparse(made.X):
        raise ValueError("Sparse rows are not for the categorical family; give X.toarray(), or use LogisticRegression.")
    check_names(made.response_levels, made.columns)
    sample = sampled(made, beside["weights"])
    check_values(sample, made.columns, made.response)
    unlike = unlike_classes(sample.y, sample.mass, made.response, made.response_levels)
    if unlike:
        raise DataTrouble(*unlike)
    return fitted(
        settled(family, made.response_levels),
        made,
        sample,
        chosen,
        first_coefficients(start, made, sample),
        uncertainty=how,
        penalty=None if penalty is None else for_columns(penalty, made.columns, sample.intercept),
        **options,
    )


def refuse(unused: Mapping[str, Any]) -> None:
    """Refuse what has no meaning for classes."""
    reasons = {
        "bounds": "bounds are of the coefficients of one linear predictor; fit without them",
        "constraints": "constraints are of the coefficients of one linear predictor; fit without them",
        "offset": "an offset is of one linear predictor, and each class has its own; leave it out",
        "exposure": "an exposure is of counts; leave it out",
        "success": "success is of two labels; name the class to compare with by Categorical(reference=...)",
    }
    for name, value in unused.items():
        if stated(value) if name == "constraints" else value is not None:
            raise ValueError(f"The categorical family takes no {name}: {reasons[name]}.")


def planned(method: Any, batch_size: int | None, penalty: Penalty | None) -> Plan:
    """The method that was asked for, or the exact one: what is right for two classes is for more."""
    if not (isinstance(method, str) and method == "auto") and Needs.FACTOR in as_method(method).needs:
        raise ValueError(
            f"{name_of(as_method(method))} needs a sum of squared residuals; the categorical family is none. Use "
            "'auto' or 'newton'."
        )
    found = plan(Bernoulli(), method, batch_size, penalty=penalty)
    return replace(found, why="Newton's method, the loss being convex") if found.exact and penalty is None else found


def first_coefficients(start: Any, made: Design | ArrayDesign, sample: Sample) -> np.ndarray:
    """Where the method starts, shape (K − 1, n): where it was told to, or at the intercepts alone."""
    classes = len(made.response_levels)
    if start is None:
        return null_coefficients(sample, classes)
    shape = (classes - 1, len(made.columns))
    flat = start if isinstance(start, Mapping) or np.shape(start) != shape else np.ravel(start)
    return start_vector(flat, names_of(made.response_levels, made.columns)).reshape(shape)


def fitted(
    family: Categorical,
    made: Design | ArrayDesign,
    sample: Sample,
    chosen: Plan,
    start: np.ndarray,
    *,
    uncertainty: Uncertainty,
    penalty: ColumnPenalty | None = None,
    standardize: bool = True,
    stop: Stop | None = None,
    epochs: float | None = None,
    batch_size: int | None = None,
    **options: Any,
) -> CategoricalModel:
    """Fit to rows that have been checked, from coefficients of shape (K − 1, n)."""
    # Under a penalty columns that are alike, and classes that are told apart, have an answer all the same.
    troubles = () if penalty else undetermined(sample, made.columns)
    if troubles and chosen.exact:
        raise DataTrouble(*troubles)
    walked = sample.coordinates if standardize else identity(len(made.columns))
    # The slopes of classes are those of two: differences of a probability and 0 or 1.
    until = stopping(Bernoulli(), sample, chosen, stop, epochs, batch_size is not None)
    coarser = stop is None or stop.optimality is None
    result, chosen = solve(
        sample, chosen, start, walked, until, coarser, penalty=penalty, batch_size=batch_size, **options
    )
    B = np.asarray(result.x, dtype=np.float64).reshape(start.shape)
    around = surroundings(sample, B)
    if chosen.exact and penalty is None:
        B, around = finished(sample, B, around)
    if not troubles and penalty is None:
        found = separated(sample, made.columns, made.response_levels, B, around, chosen.exact)
        troubles = () if found is None else (found,)
        if found is not None and chosen.exact:
            raise DataTrouble(found)
    reason = PENALIZED if penalty is not None else " ".join(map(sentence, troubles)) or None
    return CategoricalModel(
        design=made,
        family=family,
        method=chosen.method,
        why=chosen.why,
        vector=B.ravel(),
        standing=standing(sample, B, around, reason, uncertainty),
        goodness=goodness(sample, B),
        troubles=troubles,
        standardized=standardize,
        message=result.message,
        penalty=penalty,
        uncertainty=uncertainty,
        result=result,
        sample=sample,
    )


def solve(
    sample: Sample, chosen: Plan, start: np.ndarray, walked: Coordinates, stop: Stop, coarser: bool, **options: Any
) -> tuple[Result, Plan]:
    """Run the method on the mean loss over the rows, from coefficients of shape (K − 1, n); see `descended`."""
    rows = computed(sample, chosen)
    dtype = rows.X.dtype  # of everything that goes in: one float64 array would make the whole run float64
    loss = CategoricalLoss(Stacked(walked.of(dtype), len(start)))
    weights = None if rows.weights is None else rows.weights.astype(dtype)
    problem = FiniteSum(loss=loss, rows=(rows.X, rows.y.astype(dtype)), weights=weights)
    return descended(problem, start.astype(dtype), chosen, stop, coarser, **options)


def finished(sample: Sample, B: np.ndarray, around: Surroundings) -> tuple[np.ndarray, Surroundings]:
    """One more step of Newton's where it is small: what the stopping rule left over is squared once more."""
    if around.root is None or not np.max(np.abs(around.moved), initial=0.0) < NEARLY:
        return B, around
    there = B + around.step.reshape(B.shape)
    after = surroundings(sample, there)
    if after.root is None or not np.max(np.abs(after.gradient)) <= np.max(np.abs(around.gradient)):
        return B, around
    return there, after


def standing(sample: Sample, B: np.ndarray, around: Surroundings, reason: str | None, how: Uncertainty) -> Standing:
    """How far from the optimum the coefficients are, and their uncertainty if they are there; no inference for a
    reason.
    """
    if reason is not None:
        return Standing(None, None, reason)
    if around.root is None:
        return placed(around.step, None)
    place = placed(around.step, Inference(around.root, None, None))
    if place.inference is None or how.kind == "observed":
        return place
    found = covariance_root(how, sample, B, around)
    if isinstance(found, str):
        return Standing(place.distance, None, found)
    return Standing(place.distance, Inference(found[0], None, found[1], how.kind), None)


def polished(model: CategoricalModel) -> CategoricalModel:
    """The model at the exact optimum, coming from where it is."""
    if model.sample is None:
        raise ValueError("A loaded model has no rows to polish it on; fit it again.")
    return fitted(
        model.family,
        model.design,
        model.sample,
        planned("auto", None, model.penalty),
        model.matrix,
        uncertainty=model.uncertainty,
        penalty=model.penalty,
    )

"""From rows that were checked to a fitted model: the run, what it left over, and what may be concluded."""

from dataclasses import replace
from typing import Any

import numpy as np

from osolgil.descent import Stop
from osolgil.problems.sparse_rows import is_sparse
from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.constraints import CONSTRAINED
from osolgil.regression.coordinates import identity
from osolgil.regression.families import (
    Family,
    Likelihood,
    Quantile,
)
from osolgil.regression.goodness import goodness
from osolgil.regression.inference import Standing, standing, with_uncertainty
from osolgil.regression.inference.covariances import Uncertainty
from osolgil.regression.linear_program import quantile_coefficients
from osolgil.regression.model import FittedModel
from osolgil.regression.offsets import Offsets
from osolgil.regression.penalties import PENALIZED
from osolgil.regression.penalties.certificate import certified
from osolgil.regression.refining import refined
from osolgil.regression.sample import Sample, Surroundings, surroundings
from osolgil.regression.separation import NotSearched, find_separation
from osolgil.regression.solving import Plan, by_structure, plan, solve, stopping
from osolgil.regression.troubles import (
    DataTrouble,
    sentences,
    undetermined,
    unvarying,
)
from osolgil.rows.formulas import Design

EDGE = (
    "The exact method ended {:.2g} standard errors from where the slope is zero: the likelihood may be largest where "
    "some row's linear predictor is 0, the edge of what the {} link allows; use the log link."
)
"""Why there is no inference at the edge."""

MANY = (
    "{:,} coefficients of sparse rows have no standard errors: their covariance is a matrix of all pairs of them. "
    "Leave columns out, to 500 at most, to have some."
)
"""Why there is no inference of many sparse columns."""

NEARLY = 1e-3
"""A change of every linear predictor that leaves about its square to the optimum."""


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
        coarser = stop is None or stop.optimality is None
        result, chosen = solve(family, sample, chosen, start, walked, until, coarser, batch_size=batch_size, **options)
        beta, message = np.asarray(result.x, dtype=np.float64), result.message
    if chosen.exact and free and family.quadratic:
        beta = refined(sample.shifted, beta)
    how = uncertainty or Uncertainty()
    if penalty is not None:
        place = Standing(None, None, PENALIZED)
    else:
        beta, troubles, place = concluded(family, sample, made.columns, beta, chosen.exact, troubles, constrained)
        place = place if how.kind == "observed" else with_uncertainty(family, sample, beta, place, how)
    return FittedModel(
        design=made,
        family=family,
        method=chosen.method,
        why=chosen.why,
        vector=beta,
        standing=place,
        goodness=goodness(family, sample, beta),
        troubles=troubles,
        standardized=standardize,
        message=message,
        offsets=offsets or Offsets(),
        penalty=penalty,
        certificate=None if penalty is None else certified(family, sample, penalty, beta),
        uncertainty=how,
        result=result,
        sample=sample,
    )


def concluded(
    family: Family,
    sample: Sample,
    columns: tuple[str, ...],
    beta: np.ndarray,
    exact: bool,
    troubles: tuple[Finding, ...],
    constrained: bool,
) -> tuple[np.ndarray, tuple[Finding, ...], Standing]:
    """The coefficients to their last digits, the troubles of the rows, and what may be concluded.

    Raises:
        DataTrouble: the classes are told apart without error, where the solution was to be exact.
    """
    around = surroundings(family, sample, beta)
    finishing = exact and not constrained and (not family.quadratic or is_sparse(sample.X))
    if finishing and isinstance(family, Likelihood):
        beta, around = finished(family, sample, beta, around)
    unsure = MANY.format(len(beta)) if sample.boundless else None
    # Where classes are told apart without error, constraints may still hold the coefficients back.
    if not troubles and not constrained and not unsure:
        separation = None
        try:
            separation = find_separation(family, sample, columns, around, exact)
        except NotSearched as error:
            unsure = str(error)
        if separation is not None:
            troubles = (separation.trouble,)
            if exact:
                raise DataTrouble(*troubles)
    reason = sentences(troubles) or unsure or (CONSTRAINED if constrained else None)
    place = standing(family, sample, beta, around, reason)
    if place.inference is None and place.distance is not None and exact and edged(family):
        place = replace(place, refusal=EDGE.format(place.distance.max(), family.link))
    return beta, troubles, place


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
        by_structure(plan(model.family, "auto", penalty=model.penalty), model.family, sample),
        model.vector,
        uncertainty=model.uncertainty,
        offsets=model.offsets,
        penalty=model.penalty,
    )

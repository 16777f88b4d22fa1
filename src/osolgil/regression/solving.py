"""Which method solves a regression, when it stops, and the run itself."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.descent import Result, Stop, minimize
from osolgil.descent.progressive import headway
from osolgil.descent.setup import DENSE, MANY, as_method, name_of, stated
from osolgil.methods import (
    LBFGS,
    AdaGrad,
    GaussNewton,
    InteriorPoint,
    Method,
    Newton,
    NewtonTrustRegion,
    Proximal,
    ProximalNewton,
)
from osolgil.problems.sparse_rows import SparseRows, is_sparse
from osolgil.protocol import Needs, Penalty
from osolgil.regression.coordinates import Coordinates
from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.families import Binomial, Family, Likelihood, Quantile
from osolgil.regression.goodness import null_rows
from osolgil.regression.linear_program import LINEAR_PROGRAM
from osolgil.regression.objective import least_squares, mean_loss
from osolgil.regression.sample import Sample

COARSER = 100
"""How much coarser than Newton's, whose last step squares the error, the tolerance is of methods that gain digits one
by one."""

EPOCHS = 100
"""Passes over the rows that mini-batches make if nothing else is said."""


@dataclass(frozen=True)
class Plan:
    """Which method solves a regression, and why.

    Attributes:
        method: the method; the name of the linear program, which is none.
        why: the reason for it, as a sentence without its end.
        exact: whether it was chosen for giving the exact solution.
    """

    method: Any
    why: str
    exact: bool = False


def plan(
    family: Family,
    method: Any,
    batch_size: int | None = None,
    constrained: bool = False,
    penalty: Penalty | None = None,
) -> Plan:
    """The method that was asked for, or the exact one.

    Raises:
        ValueError: there is no exact method for this family, or the method cannot pose it.
    """
    if isinstance(method, str) and method == "auto":
        if batch_size is not None and not constrained:
            return Plan(rule_for(penalty), "for convex losses in mini-batches, its steps fading as they must")
        if penalty is not None:
            return exactly_penalized(family, penalty)
        if constrained and isinstance(family, Quantile):
            raise ValueError("The pinball loss has kinks, which no method within bounds or constraints can round.")
        if constrained:
            return Plan(InteriorPoint(), "which keeps bounds and constraints", exact=True)
        return exactly(family)
    given = as_method(method)
    if Needs.FACTOR in given.needs and not family.quadratic:
        raise ValueError(
            f"{name_of(given)} needs a sum of squared residuals; the {family.title} family is none. Use "
            "'auto' or 'newton'."
        )
    return Plan(given, "as asked for")


RATE = 0.1
"""The learning rate of AdaGrad where nobody chooses a rule, in columns of mean square 1."""


def rule_for(penalty: Penalty | None) -> Method[Any]:
    """The rule that "auto" stands for under mini-batches."""
    rule = AdaGrad(learning_rate=RATE)
    return rule if penalty is None or penalty.smooth else Proximal(rule)


def by_structure(chosen: Plan, family: Family, sample: Sample) -> Plan:
    """The exact method for these rows: for many columns one without a Hessian for each step, and for sparse rows one
    that reads their entries alone.

    Raises:
        ValueError: there is none.
    """
    if not chosen.exact or Needs.CONSTRAINTS in getattr(chosen.method, "needs", Needs.VALUE):
        return chosen
    if isinstance(family, Quantile):
        # The program's constraints are of all rows at once.
        return chosen
    n = sample.X.shape[1]
    if not is_sparse(sample.X):
        many = n > MANY and isinstance(chosen.method, Newton | NewtonTrustRegion)
        return Plan(LBFGS(), f"for {n:,} columns, whose Hessian is large", exact=True) if many else chosen
    if not sample.boundless:
        if Needs.FACTOR in chosen.method.needs:
            return Plan(Newton(), "exact in one step, the loss being quadratic", exact=True)
        return chosen
    if chosen.method.takes_penalty:
        if n > DENSE:
            raise ValueError(
                f"A penalty with a kink on {n:,} sparse columns needs a method without second derivatives: use "
                "Proximal(AdaGrad(learning_rate=0.1)), or FISTA(learning_rate=1/L) with L the largest curvature."
            )
        return chosen
    return Plan(LBFGS(), f"for {n:,} sparse columns, whose Hessian would be large")


def exactly_penalized(family: Family, penalty: Penalty) -> Plan:
    """The method that gives the exact solution under a penalty.

    Raises:
        ValueError: there is none.
    """
    if isinstance(family, Quantile):
        raise ValueError("The pinball loss has kinks of its own, which no method under a penalty can round.")
    if not penalty.smooth:
        return Plan(ProximalNewton(), "which keeps the penalty's kink exactly", exact=True)
    if family.quadratic:
        return Plan(Newton(), "exact in one step, loss and penalty being quadratic", exact=True)
    if family.convex:
        return Plan(Newton(), "Newton's method, loss and penalty being convex", exact=True)
    return Plan(NewtonTrustRegion(), "within a trust region, the loss not being convex", exact=True)


def exactly(family: Family) -> Plan:
    """The method that gives the exact solution.

    Raises:
        ValueError: there is none.
    """
    if family.quadratic:
        return Plan(GaussNewton(), "exact by one QR factorization, the loss being quadratic", exact=True)
    if isinstance(family, Quantile):
        return Plan(LINEAR_PROGRAM, "exact, the loss being piecewise linear", exact=True)
    if isinstance(family, Likelihood):
        if family.link == "logit":
            return Plan(Newton(), "Newton's method, that is IRLS, the loss being convex", exact=True)
        if family.convex:
            return Plan(Newton(), "Newton's method on the observed information, the loss being convex", exact=True)
        return Plan(NewtonTrustRegion(), "within a trust region, the loss not being convex under this link", exact=True)
    if family.convex:
        return Plan(NewtonTrustRegion(), "within a trust region, the loss being convex and flat in places", exact=True)
    raise ValueError(f"The {family.title} is not convex, so no method is exact; choose one, such as 'adam'.")


def stopping(
    family: Family, sample: Sample, chosen: Plan, stop: Stop | None, epochs: float | None, batches: bool
) -> Stop:
    """When to stop: as asked for, with what was left open filled in.

    The tolerance of a slope is a share of the slopes' size under the intercept alone (for the Gaussian, of the targets'
    spread), so that it means the same in metres and in millimetres: 1e-6 (1e-4 in float32). Exact methods go on to
    rounding. Mini-batches make 100 epochs.
    """
    found = stop or Stop()
    if epochs is not None:
        if found.epochs is not None:
            raise ValueError(f"epochs={epochs} and Stop(epochs={found.epochs}) were both given; give one of them.")
        found = replace(found, epochs=epochs)
    elif batches and not (found.epochs or found.steps or found.evaluations or found.seconds):
        found = replace(found, epochs=EPOCHS)
    if found.optimality is None:
        found = replace(found, optimality=tolerance(family, sample, chosen))
    if chosen.exact and found.step_limit == Stop().step_limit:
        found = replace(found, steps=100)
    return found


def tolerance(family: Family, sample: Sample, chosen: Plan) -> float | None:
    """The largest optimality that counts as zero; None leaves it to `Stop`."""
    if Needs.FACTOR in chosen.method.needs:
        # Gauss–Newton's is a cosine. Where the fit is exact nothing below √ε can be told from rounding.
        return 1e-7 if chosen.exact else None
    single = computed(sample, chosen).X.dtype == np.float32
    share = 1e-10 if chosen.exact else (1e-4 if single else 1e-6)
    if chosen.exact and isinstance(chosen.method, LBFGS):
        share *= COARSER
    if Needs.CONSTRAINTS in chosen.method.needs:
        # The interior point method's is scaled by itself, and has a floor.
        return None
    if family.binary or isinstance(family, Binomial):
        return share
    spread, size = slopes(family, sample)
    epsilon = float(np.finfo(np.float32 if single else np.float64).eps)
    return max(share * spread, 64 * epsilon * size)


def slopes(family: Family, sample: Sample) -> tuple[float, float]:
    """The root mean square of the slopes of rows under the intercept alone, and that of the terms that make them up."""
    y, mass = np.asarray(sample.y, dtype=np.float64), sample.mass
    if family.quadratic:
        # The intercept alone leaves y less its mean.
        y = sample.shifted.y.astype(np.float64)
        centre = np.average(y, weights=mass) if sample.intercept is not None else 0.0
        return mean_square(y - centre, mass), mean_square(y, mass)
    # Of the intercept alone also where the model has none: 0 may stand for no mean.
    eta = null_rows(family, replace(sample, intercept=0))
    live = mass > 0
    slope, at_zero, at_one = (
        differentiated_rows(family, eta[live], target)[1] for target in (y[live], 0 * y[live], 0 * y[live] + 1)
    )
    # Of an exponential family the slope is linear in y: a difference of two terms as large as this one.
    term = (at_one - at_zero) * y[live] if isinstance(family, Likelihood) else slope
    spread, size = mean_square(slope, mass[live]), mean_square(term, mass[live])
    return (spread, size) if np.isfinite([spread, size]).all() else (1.0, 1.0)


def mean_square(values: np.ndarray, mass: np.ndarray) -> float:
    """The root of the weighted mean square."""
    return float(np.sqrt(float(np.average(values**2, weights=mass))))


def computed(sample: Sample, chosen: Plan) -> Sample:
    """The rows in the precision to compute in: an exact solution is one in float64, whatever the data."""
    if not chosen.exact:
        return sample
    return replace(sample, X=sample.X.astype(np.float64, copy=False), y=sample.y.astype(np.float64, copy=False))


def counting(family: Family, sample: Sample) -> Sample:
    """The rows; without those of weight zero where the loss can be infinite, which no weight of zero undoes."""
    live = sample.mass > 0
    if family.quadratic or family.link in ("log", "logit") or live.all():
        return sample
    assert sample.weights is not None
    offset = None if sample.offset is None else sample.offset[live]
    return replace(sample, X=sample.X[live], y=sample.y[live], weights=sample.weights[live], offset=offset)


def solve(
    family: Family,
    sample: Sample,
    chosen: Plan,
    start: np.ndarray,
    walked: Coordinates,
    stop: Stop,
    coarser: bool = False,
    **options: Any,
) -> tuple[Result, Plan]:
    """Run the method on the mean loss over the rows.

    Args:
        family: of the targets.
        sample: the rows.
        chosen: the method.
        start: coefficients on the original scale, shape (n,).
        walked: the coordinates in which the method walks.
        stop: when to stop.
        coarser: whether its tolerance is nobody's wish.
        options: of `minimize`.

    Returns:
        the result, and what was done in the end; see `descended`.
    """
    rows = counting(family, computed(sample, chosen))
    X, dtype = rows.X, rows.X.dtype  # of everything that goes in: one float64 array would make the whole run float64
    weights = None if rows.weights is None else rows.weights.astype(dtype)
    if Needs.FACTOR in chosen.method.needs:
        problem: Any = least_squares(rows.filled.X, rows.shifted.y.astype(dtype), weights, walked.of(dtype))
    else:
        offset = None if rows.offset is None else rows.offset.astype(dtype)
        problem = mean_loss(
            family, SparseRows.of(X) if is_sparse(X) else X, rows.y, weights, walked.of(dtype), offset=offset
        )
    return descended(problem, start.astype(dtype), chosen, stop, coarser, **options)


def descended(problem: Any, start: Any, chosen: Plan, stop: Stop, coarser: bool, **options: Any) -> tuple[Result, Plan]:
    """Run a method. Where Newton's is only meant to be exact and rows are many, a sample of them is solved first.

    Args:
        problem, start, stop, options: as in `minimize`.
        chosen: the method.
        coarser: whether the tolerance is nobody's wish, and may be what suits the method that is found.

    Returns:
        the result, and what was done in the end.
    """
    plain = all(options.get(name) is None for name in ("batch_size", "bounds", "checkpoint"))
    if chosen.exact and isinstance(chosen.method, Newton | LBFGS) and plain and not stated(options.get("constraints")):
        finer = coarser and isinstance(chosen.method, Newton)
        until = replace(stop, optimality=COARSER * stop.optimality) if finer and stop.optimality else stop
        found = headway(problem, start, until.optimality or 0.0, options.get("penalty"))
        if found is not None:
            whole = Plan(found.method, found.why, exact=True)
            # By the loop that the sample was solved by, which is compiled already.
            driven = options | ({"driver": "host"} if options.get("driver", "auto") == "auto" else {})
            return minimize(problem, found.start, found.method, stop=until, **driven), whole
    return minimize(problem, start, chosen.method, stop=stop, **options), chosen

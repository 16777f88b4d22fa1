"""Which method solves a regression, when it stops, and the run itself."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.descent import Result, Stop, minimize
from osolgil.descent.setup import as_method, name_of
from osolgil.methods import GaussNewton, InteriorPoint, Method, Newton
from osolgil.protocol import Needs
from osolgil.regression.coordinates import Coordinates
from osolgil.regression.families import Bernoulli, Family, Gaussian
from osolgil.regression.objective import least_squares, mean_loss
from osolgil.regression.sample import Sample

EPOCHS = 100
"""Passes over the rows that mini-batches make if nothing else is said."""


@dataclass(frozen=True)
class Plan:
    """Which method solves a regression, and why.

    Attributes:
        method: the method.
        why: the reason for it, as a sentence without its end.
        exact: whether it was chosen for giving the exact solution.
    """

    method: Method[Any]
    why: str
    exact: bool = False


def plan(family: Family, method: Any, batch_size: int | None = None, constrained: bool = False) -> Plan:
    """The method that was asked for, or the exact one.

    Raises:
        ValueError: there is no exact method for this family or for mini-batches, or the method cannot pose it.
    """
    if isinstance(method, str) and method == "auto":
        if batch_size is not None:
            raise ValueError(
                f"The method 'auto' solves exactly, from all rows at once; batches of {batch_size} need a rule such as "
                "'adam'."
            )
        if constrained:
            return Plan(InteriorPoint(), "which keeps bounds and constraints", exact=True)
        if isinstance(family, Gaussian):
            return Plan(GaussNewton(), "exact by one QR factorization, the loss being quadratic", exact=True)
        if isinstance(family, Bernoulli):
            return Plan(Newton(), "Newton's method, that is IRLS, the loss being convex", exact=True)
        raise ValueError(f"The {family.title} is not convex, so no method is exact; choose one, such as 'adam'.")
    given = as_method(method)
    if Needs.FACTOR in given.needs and not isinstance(family, Gaussian):
        raise ValueError(
            f"{name_of(given)} needs a sum of squared residuals; the {family.title} family is none. Use "
            "'auto' or 'newton'."
        )
    return Plan(given, "as asked for")


def stopping(
    family: Family, sample: Sample, chosen: Plan, stop: Stop | None, epochs: float | None, batches: bool
) -> Stop:
    """When to stop: as asked for, with what was left open filled in.

    The tolerance of a slope is a share of the targets' spread, so that it means the same in metres and in millimetres:
    1e-6 (1e-4 in float32). Exact methods go on to rounding. Mini-batches make 100 epochs.
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
    if Needs.CONSTRAINTS in chosen.method.needs:
        # The interior point method's is scaled by itself, and has a floor.
        return None
    if family.binary:
        return share
    y = np.asarray(sample.y, dtype=np.float64)
    centre = np.average(y, weights=sample.mass) if sample.intercept is not None else 0.0
    spread = np.sqrt(np.average((y - centre) ** 2, weights=sample.mass))
    size = np.sqrt(np.average(y**2, weights=sample.mass))
    return float(max(share * spread, 64 * np.finfo(np.float32 if single else np.float64).eps * size))


def computed(sample: Sample, chosen: Plan) -> Sample:
    """The rows in the precision to compute in: an exact solution is one in float64, whatever the data."""
    if not chosen.exact:
        return sample
    return replace(sample, X=sample.X.astype(np.float64, copy=False), y=sample.y.astype(np.float64, copy=False))


def solve(
    family: Family,
    sample: Sample,
    chosen: Plan,
    start: np.ndarray,
    walked: Coordinates,
    stop: Stop,
    **options: Any,
) -> Result:
    """Run the method on the mean loss over the rows.

    Args:
        family: of the targets.
        sample: the rows.
        chosen: the method.
        start: coefficients on the original scale, shape (n,).
        walked: the coordinates in which the method walks.
        stop: when to stop.
        options: of `minimize`.
    """
    rows = computed(sample, chosen)
    dtype = rows.X.dtype  # of everything that goes in: one float64 array would make the whole run float64
    weights = None if rows.weights is None else rows.weights.astype(dtype)
    if Needs.FACTOR in chosen.method.needs:
        problem: Any = least_squares(rows.X, rows.y, weights, walked.of(dtype))
    else:
        problem = mean_loss(family, rows.X, rows.y, weights, walked.of(dtype))
    return minimize(problem, start.astype(dtype), chosen.method, stop=stop, **options)

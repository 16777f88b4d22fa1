"""From how a run went to what the tables hold of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from osolgil.races.contestants import Outcome
from osolgil.races.spaces import canonical
from osolgil.races.tables import TARGETS, reached_column

POINTS = 200
"""Of a curve, evenly on the logarithmic axis of evaluations."""


def run_row(
    outcome: Outcome,
    *,
    place: Mapping[str, Any],
    settings: Mapping[str, float],
    f0: float,
    f_star: float,
    validation: float,
    test: float,
) -> dict[str, Any]:
    """The row of the table of runs, see `RUNS`.

    Args:
        outcome: how the run went.
        place: problem, contestant, division, phase, trial and seed.
        settings: the hyperparameters that were tuned.
        f0: the value at the start.
        f_star: the lowest value.
        validation, test: the losses at the point handed over; NaN where there are none.
    """
    finite = outcome.values[np.isfinite(outcome.values)]
    return {
        **place,
        "settings": canonical(dict(settings)),
        "status": outcome.status,
        "failed": outcome.failed,
        "final": float(outcome.values[-1]) if outcome.values.size and not outcome.failed else np.nan,
        "best": float(np.min(finite, initial=f0)),
        "validation": validation,
        "test": test,
        "steps": outcome.steps,
        **{f"evaluations_{kind}": outcome.counts.get(kind, 0) for kind in ("value", "gradient", "hessian", "product")},
        "rows": outcome.rows,
        "seconds": outcome.seconds,
        "compile_seconds": outcome.compile_seconds,
        **{reached_column(tau): reached(outcome, f_star + tau * (f0 - f_star)) for tau in TARGETS},
        "f0": f0,
        "f_star": f_star,
    }


def reached(outcome: Outcome, target: float) -> float:
    """After how many evaluations the value was at most the target for the first time; ∞ if it never was."""
    there = np.flatnonzero(outcome.values <= target)
    return float(outcome.evaluations[there[0]]) if there.size else float("inf")


def curve_rows(outcome: Outcome, place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the table of curves, see `CURVES`, thinned to `POINTS`; the last one is always there."""
    count = outcome.evaluations.size
    if not count:
        return []
    chosen = np.unique(np.round(np.geomspace(1, count, min(POINTS, count))).astype(int)) - 1
    path = outcome.path if outcome.path is not None and outcome.path.shape[1] == 2 else None
    rows = []
    for index in chosen:
        evaluation = int(outcome.evaluations[index])
        x1, x2 = path[evaluation - 1] if path is not None else (np.nan, np.nan)
        rows.append(
            {**place, "evaluation": evaluation, "value": float(outcome.values[index]), "x1": float(x1), "x2": float(x2)}
        )
    return rows

"""Lanes: all runs of one contestant on one problem in one compiled program."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from osolgil.descent import Result, Status, Stop, minimize_lanes
from osolgil.methods import Method
from osolgil.protocol import Needs
from osolgil.races.contestants.contestant import Lane, Outcome
from osolgil.races.problem import RaceProblem

WIDTH = 24
"""Lanes run in groups of so many, the last one filled up: a run's bits do not depend on how many others there are."""


def run_methods(
    problem: RaceProblem, lanes: Sequence[Lane], methods: Sequence[Method[Any]], evaluations: int
) -> list[Outcome]:
    """Each lane's method on what its seed draws, for at most so many evaluations; one outcome a lane, in their order.

    Where seeds draw rows, lanes of one seed share them and their batches, and run together; in the evaluation, where
    every lane has a seed of its own, all run together, each with its own rows.
    """
    rows_drawn = any(lane.drawn.problem is not lanes[0].drawn.problem for lane in lanes)
    several = rows_drawn and max(Counter(lane.seed for lane in lanes).values()) > 1
    groups: dict[int, list[int]] = {}
    for place, lane in enumerate(lanes):
        groups.setdefault(lane.seed if several else 0, []).append(place)
    found: dict[int, Outcome] = {}
    for places in groups.values():
        results = minimize_lanes(
            [lanes[place].drawn.problem for place in places],
            [lanes[place].drawn.start for place in places],
            [methods[place] for place in places],
            seeds=None if problem.batch_size is None else [lanes[place].seed for place in places],
            batch_size=problem.batch_size,
            # Nobody ends early: a run that pauses where it is flat may go on.
            stop=Stop(evaluations=evaluations, optimality=0),
            record="values" if problem.surface is None else "path",
            width=WIDTH,
        )
        if any(result.status is Status.STOPPED for result in results):
            raise KeyboardInterrupt
        found |= {place: outcome(result, len(places)) for place, result in zip(places, results, strict=True)}
    return [found[place] for place in range(len(lanes))]


def outcome(result: Result, sharing: int) -> Outcome:
    """What a race keeps of a result; `sharing` lanes took the time together."""
    trace, judged = result.trace, result.trace.judgements
    values = trace.value if judged is None else judged[:, 0]
    failed = result.status is Status.DIVERGED or not np.isfinite(result.fun)
    needs = result.method.needs
    asked = result.nfev
    return Outcome(
        status=result.status.name,
        failed=bool(failed),
        x=result.x,
        evaluations=trace.evaluation if judged is None else judged[:, 2].astype(int),
        values=values,
        path=trace.path,
        steps=result.nit,
        counts={
            "value": asked,
            "gradient": asked if Needs.GRADIENT in needs else 0,
            "hessian": asked if Needs.HESSIAN in needs else 0,
            "product": result.nhev if Needs.PRODUCT in needs else 0,
        },
        rows=int(trace.rows[-1]) if len(trace) else 0,
        seconds=result.run_seconds / sharing,
        compile_seconds=result.compile_seconds / sharing,
    )


def with_settings(method: Method[Any], settings: Any) -> Method[Any]:
    """The method with these hyperparameters; within transforms, those of the rule inside."""
    inside = getattr(method, "rule", None)
    if isinstance(inside, Method):
        return replace(method, rule=with_settings(inside, settings))  # type: ignore[type-var]
    return replace(method, **settings) if settings else method  # type: ignore[type-var]

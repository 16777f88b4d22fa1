"""Running one method or several, with given learning rates or tuned ones."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from osolgil.cli.limiting import Limits
from osolgil.cli.posing import Posed
from osolgil.cli.terminal import working
from osolgil.descent import Result, Status, Stop
from osolgil.descent import minimize as descend
from osolgil.methods import Method, name_of
from osolgil.problems import FiniteSum

if TYPE_CHECKING:
    from osolgil.plots import Sweep

TUNED_STEPS = 300
"""Steps of a sweep, where nobody says how many."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What a person asked for, checked."""

    posed: Posed
    methods: list[Method[Any]]
    stop: Stop
    batch_size: int | None
    order: str
    seed: int
    record: str
    checkpoint: Path | None
    limits: Limits

    def __post_init__(self) -> None:
        if self.checkpoint is not None and len(self.methods) > 1:
            raise ValueError("--checkpoint is for one method: a file belongs to one run.")
        if self.limits and self.batch_size is not None:
            raise ValueError("Mini-batches cannot keep bounds and constraints; leave out --batch-size.")

    @property
    def validation(self) -> FiniteSum | None:
        """What judges the runs in place of the rows they see: a network's own, where there are mini-batches."""
        network = self.posed.network
        return None if network is None or self.batch_size is None else network.validation

    @property
    def only_steps(self) -> bool:
        """Whether nothing but steps limits the runs, so that all of them can be equally long."""
        return self.stop == Stop(steps=self.stop.steps) and self.batch_size is None and self.checkpoint is None


@dataclass(frozen=True, eq=False)
class Runs:
    """What came out.

    Attributes:
        results: by the methods' names.
        sweep: how the learning rates were chosen, if they were tuned.
    """

    results: dict[str, Result]
    sweep: "Sweep | None" = None


def tuning(plan: Plan, wanted: bool | None, *, pictured: bool) -> bool:
    """Whether to tune: as wanted, or by default where several methods share a picture and nobody gave their rates.

    Raises:
        ValueError: it is wanted and cannot be.
    """
    several = len(plan.methods) > 1
    if plan.posed.network is not None:
        if wanted:
            raise ValueError("--tune is for surfaces and expressions; give a network's --learning-rate.")
        return False
    if wanted is None:
        untouched = all(getattr(each, "learning_rate", None) == default_rate(each) for each in plan.methods)
        tunable = all(hasattr(each, "learning_rate") for each in plan.methods)
        return several and pictured and tunable and untouched and plan.only_steps
    if not wanted:
        return False
    if several and not plan.only_steps:
        raise ValueError("--tune compares runs of equal --steps; leave out the other limits, batches and checkpoints.")
    if plan.batch_size is not None or plan.stop.epochs is not None:
        raise ValueError("--tune evaluates all rows every time; leave out --batch-size and --epochs.")
    return True


def default_rate(method: Method[Any]) -> Any:
    """The learning rate that a method has if nobody gives one."""
    found = [field for field in dataclasses.fields(method) if field.name == "learning_rate"]  # type: ignore[arg-type]
    return found[0].default if found else None


def run(plan: Plan, tune: bool) -> Runs:
    """Run every method; one that is tuned alone, once more under its own limits. Ctrl-C ends them all."""
    sweep = None
    methods = plan.methods
    if tune:
        from osolgil.plots import tuned

        steps = TUNED_STEPS if plan.stop.steps is None else int(plan.stop.steps)
        with working(f"tuning {len(methods)} method{'s' * (len(methods) > 1)}"):
            sweep = tuned(plan.posed.problem, methods, steps=steps, x0=plan.posed.start)
        if len(methods) > 1:
            found = [tuned_run.result for tuned_run in sweep.runs]
            return Runs({name_of(result.method): result for result in found}, sweep)
        methods = [sweep.runs[0].result.method]
    results: dict[str, Result] = {}
    for method in methods:
        result = descend(
            plan.posed.problem,
            plan.posed.start,
            method,
            bounds=plan.limits.bounds,
            constraints=plan.limits.constraints,
            batch_size=plan.batch_size,
            order=plan.order,
            validation=plan.validation,
            stop=plan.stop,
            record=plan.record,
            seed=plan.seed,
            checkpoint=plan.checkpoint,
            progress=True,
        )
        results[name_of(method)] = result
        if result.status is Status.STOPPED:
            break
    if sweep is not None:
        [only] = results.values()
        sweep = dataclasses.replace(sweep, runs=(dataclasses.replace(sweep.runs[0], result=only),))
    return Runs(results, sweep)

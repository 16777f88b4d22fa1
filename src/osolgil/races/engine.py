"""The engine: all runs of one contestant on one problem. A job can be run anywhere, at any time, in any order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from osolgil.problems import Problem
from osolgil.races.contestants import Contestant, Lane, Outcome
from osolgil.races.manifest import Manifest, space_in, winner
from osolgil.races.measuring import curve_rows, run_row
from osolgil.races.problem import Drawn, RaceProblem
from osolgil.races.spaces import digest
from osolgil.races.tables import Runs
from osolgil.races.values import value_at


class Cell(NamedTuple):
    """One contestant on one problem in one division: the unit in which a race is done, saved and resumed."""

    division: str
    problem: str
    contestant: str


class Finished(NamedTuple):
    """A cell that is done.

    Attributes:
        runs: rows of the table of runs.
        curves: rows of the table of curves.
        winner: the trial that went on to evaluation; −1 where nothing is searched.
    """

    runs: list[dict[str, Any]]
    curves: list[dict[str, Any]]
    winner: int


@dataclass(frozen=True, eq=False)
class Job:
    """One contestant on one problem, in several divisions, which share their compiled program.

    Attributes:
        problem: what is raced on.
        contestant: who races.
        divisions: which ones.
        manifest: of the race.
    """

    problem: RaceProblem
    contestant: Contestant
    divisions: tuple[str, ...]
    manifest: Manifest

    @property
    def cells(self) -> list[Cell]:
        """What the job finishes."""
        return [Cell(division, self.problem.name, self.contestant.name) for division in self.divisions]


def key_of(cell: Cell, manifest: Manifest) -> str:
    """SHA-256 of everything that the cell's numbers depend on: the name under which it is kept."""
    return digest(
        {
            "format": manifest["format"],
            "versions": manifest["versions"],
            "problem": manifest["problems"][cell.problem],
            "contestant": manifest["contestants"][cell.contestant],
            "space": manifest["divisions"][cell.division]["spaces"][cell.contestant],
            "cell": list(cell),
            **{name: manifest[name] for name in ("search", "seeds", "selection", "budget")},
        }
    )


def run_job(job: Job) -> dict[Cell, Finished]:
    """Tune, choose and evaluate: all runs of a job."""
    work = Work(job)
    return {cell: work.cell(cell) for cell in job.cells}


def drawn_by(seed: int, job: Job) -> int:
    """The seed by which this contestant draws: the race's, or where seeds are not common one of its own."""
    if job.manifest["seeds"]["common"]:
        return seed
    return int(digest([job.contestant.name, seed])[:7], 16)


@dataclass(frozen=True, eq=False)
class Work:
    """A job under way.

    Attributes:
        job: what is to be done.
        draws: what seeds have drawn so far.
        starts: f₀ of these seeds.
    """

    job: Job
    draws: dict[int, Drawn] = field(default_factory=dict)
    starts: dict[int, float] = field(default_factory=dict)

    def cell(self, cell: Cell) -> Finished:
        """All runs of a cell: every trial on the tuning seeds, then the best one on the evaluation seeds."""
        manifest = self.job.manifest
        seeds, search = manifest["seeds"], manifest["search"]
        space = space_in(manifest, cell.division, cell.contestant)
        trials = space.trials(search["trials"], search["seed"]) if space.dimensions else []
        tuning = [(trial, seed) for seed in seeds["tuning"] for trial in range(len(trials))]
        tuned, _ = self.runs(cell, "tuning", tuning, trials)
        chosen = winner(Runs.of(tuned), manifest, cell.division, cell.problem, cell.contestant)
        evaluated, curves = self.runs(cell, "evaluation", [(chosen, seed) for seed in seeds["evaluation"]], trials)
        return Finished(tuned + evaluated, curves, chosen)

    def runs(
        self, cell: Cell, phase: str, entries: Sequence[tuple[int, int]], trials: Sequence[Mapping[str, float]]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The runs of these (trial, seed), as rows of both tables; of tuning there are no curves."""
        if not entries:
            return [], []
        problem, budget = self.job.problem, self.job.manifest["budget"]["evaluations_value"]
        lanes = [
            Lane(trials[trial] if trial >= 0 else {}, self.drawn(seed), drawn_by(seed, self.job))
            for trial, seed in entries
        ]
        runs: list[dict[str, Any]] = []
        curves: list[dict[str, Any]] = []
        for (trial, seed), lane, outcome in zip(
            entries, lanes, self.job.contestant.run(problem, lanes, budget), strict=True
        ):
            place = {"problem": cell.problem, "contestant": cell.contestant, "division": cell.division, "seed": seed}
            runs.append(
                run_row(
                    outcome,
                    place={**place, "phase": phase, "trial": trial},
                    settings=lane.settings,
                    f0=self.f0(seed),
                    f_star=problem.f_star,
                    validation=loss(lane.drawn.validation, outcome),
                    # Nobody may see it while anything is still to be chosen.
                    test=loss(lane.drawn.test if phase == "evaluation" else None, outcome),
                )
            )
            if phase == "evaluation":
                curves += curve_rows(outcome, place)
        return runs, curves

    def drawn(self, seed: int) -> Drawn:
        """What a seed draws for this contestant."""
        if seed not in self.draws:
            self.draws[seed] = self.job.problem.draw(drawn_by(seed, self.job))
        return self.draws[seed]

    def f0(self, seed: int) -> float:
        """The value where the seed begins."""
        if seed not in self.starts:
            drawn = self.drawn(seed)
            self.starts[seed] = value_at(drawn.problem, drawn.start)
        return self.starts[seed]


def loss(rows: Problem | None, outcome: Outcome) -> float:
    """The loss on other rows at the point that a run handed over; NaN where there are none, or no such point."""
    return float("nan") if rows is None or outcome.failed else value_at(rows, outcome.x)

"""What the page is made from: the tables and the manifest, with the objections and verdicts that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from osolgil.races.audits import audit
from osolgil.races.intervals import median
from osolgil.races.manifest import Manifest, checked, space_in
from osolgil.races.objections import Objection
from osolgil.races.pairings import MEASURES, across, costs, pairings
from osolgil.races.statistics import AcrossProblems
from osolgil.races.tables import CURVES, TARGETS, Runs, reached_column
from osolgil.races.verdicts import Verdict, judge

DRAWN_TARGET = 1e-3
"""Of the profiles, where what is compared is not itself a target."""


class Columns(Protocol):
    """A table by column: a mapping, or a table of runs."""

    def __getitem__(self, name: str, /) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Evidence:
    """A race that is over, audited and judged.

    Attributes:
        runs: the table of runs.
        manifest: what was declared.
        curves: the table of curves.
        measure: what is compared, of `MEASURES`.
        objections: of the audits.
        verdicts: on every two contestants of a division on every problem.
        across: every two contestants across problems, see `pairings.across`.
    """

    runs: Runs
    manifest: Manifest
    curves: Columns
    measure: str
    objections: list[Objection]
    verdicts: list[Verdict]
    across: dict[tuple[str, str, str], AcrossProblems]

    def contestants(self, division: str) -> list[str]:
        """Who takes part in a division."""
        return self.manifest["divisions"][division]["contestants"]

    def evaluated(self, division: str, problem: str, contestant: str) -> Runs:
        """The runs by which a contestant is judged on a problem."""
        return self.runs.where(division=division, problem=problem, contestant=contestant, phase="evaluation")

    def cost(self, division: str, problem: str, contestant: str, measure: str = "") -> np.ndarray:
        """What those runs cost, shape (seeds,); ∞ for a failure."""
        return costs(self.evaluated(division, problem, contestant), measure or self.measure)

    def judged(self, division: str, problem: str | None = None) -> Iterator[Verdict]:
        """The verdicts of a division, on one problem or on all."""
        for verdict in self.verdicts:
            if verdict.pairing.division == division and problem in (None, verdict.pairing.problem):
                yield verdict

    @property
    def tuning_measure(self) -> str:
        """What trials cost in the figures: what is compared, or where tuning may not see that, the validation loss."""
        return "validation" if self.measure == "test" else self.measure

    @property
    def target_measure(self) -> str:
        """The target of the profiles; empty if not every problem has it."""
        wanted = self.measure if self.measure.startswith("reached_") else reached_column(DRAWN_TARGET)
        shared = (wanted in map(reached_column, entry["targets"]) for entry in self.manifest["problems"].values())
        return wanted if all(shared) else ""

    def trials(self, division: str, problem: str, contestant: str) -> tuple[list[dict[str, float]], np.ndarray]:
        """Hyperparameters of all trials, and their cost: the median over the tuning seeds, ∞ where none was run."""
        space, search = space_in(self.manifest, division, contestant), self.manifest["search"]
        drawn = space.trials(search["trials"], search["seed"])
        found = self.runs.where(division=division, problem=problem, contestant=contestant, phase="tuning")
        cost = costs(found, self.tuning_measure)
        of_trial = [cost[found["trial"] == trial] for trial in range(len(drawn))]
        return drawn, np.asarray([median(each) if each.size else np.inf for each in of_trial])


def gathered(runs: Runs, manifest: Manifest, curves: Columns, measure: str | None = None) -> Evidence:
    """The race, audited and judged.

    Args:
        runs: the table of runs.
        manifest: what was declared.
        curves: the table of curves, by column, see `CURVES`.
        measure: what is compared; None: what the manifest declares.

    Raises:
        ValueError: the manifest is of another version, the measure is not known, or a column of the curves is missing.
    """
    manifest = checked(manifest)
    chosen = manifest["selection"]["measure"] if measure is None else measure
    if chosen not in MEASURES:
        raise ValueError(f"there is no measure {chosen!r}; there are {', '.join(MEASURES)}.")
    objections = audit(runs, manifest)
    verdicts = judge(pairings(runs, manifest, chosen), objections)
    together = across(runs, manifest, chosen)
    return Evidence(runs, manifest, checked_curves(curves), chosen, objections, verdicts, together)


def checked_curves(curves: Columns) -> Mapping[str, np.ndarray]:
    """The columns of the table of curves, or a ValueError that names what is missing or does not fit."""
    found = {}
    for name in CURVES:
        try:
            found[name] = np.asarray(curves[name])
        except KeyError:
            raise ValueError(f"the table of curves has no column {name!r}; it has {', '.join(CURVES)}.") from None
    if len({column.shape for column in found.values()}) > 1:
        sizes = ", ".join(f"{name} {column.size}" for name, column in found.items())
        raise ValueError(f"the columns of the curves differ in length ({sizes}); they are one table.")
    return found


def target_measures(manifest: Manifest) -> list[str]:
    """The columns of all targets that some problem has, the easiest first."""
    stored = {tau for entry in manifest["problems"].values() for tau in entry["targets"]}
    return [reached_column(tau) for tau in sorted(stored & set(TARGETS), reverse=True)]

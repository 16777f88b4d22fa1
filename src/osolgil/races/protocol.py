"""The protocol: what a race declares before its first run."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import numpy as np

from osolgil.protocol.words import counted
from osolgil.races.contestants import Contestant
from osolgil.races.declared import DIMENSIONS, DIVISIONS, check_division
from osolgil.races.manifest import FORMAT, METRICS, DivisionEntry, Manifest, sealed
from osolgil.races.pairings import MEASURES
from osolgil.races.problem import RaceProblem
from osolgil.races.spaces import Dimension
from osolgil.races.tables import reached_column
from osolgil.races.values import start_values

Claim = Literal["optimization", "learning"]

TUNING_SEED = 1_000_000
"""Tuning seeds begin here, evaluation seeds at 0: they never meet."""

LIBRARIES = ("osolgil", "jax", "jaxlib", "numpy", "scipy", "optax", "torch")
"""Whose versions may change a number."""


@dataclass(frozen=True)
class Protocol:
    """How a race is run: the same for everybody.

    Attributes:
        divisions: of `DIVISIONS`; results are compared within each of them. By default rules race with their learning
            rate tuned, and methods that find their own steps in self_tuning.
        trials: of each contestant, on each problem, where something is tuned.
        search_seed: scrambles the Sobol points.
        tuning_seeds: how many seeds a trial is judged by.
        evaluation_seeds: how many seeds winners are compared by; a verdict needs six.
        evaluations: the budget of a run.
        claim: what is claimed: "optimization" is about the training objective, "learning" about other rows.
        measure: what is compared, of `MEASURES`; by default evaluations to the target of τ = 1e-5, or the strictest one
            that all problems have; for learning the test loss.
        common_seeds: whether all contestants draw the same starts, rows and batches.

    Raises:
        ValueError: in a sentence that names the value and the remedy.
    """

    divisions: tuple[str, ...] | None = None
    trials: int = 24
    search_seed: int = 0
    tuning_seeds: int = 3
    evaluation_seeds: int = 20
    evaluations: int = 2000
    claim: Claim = "optimization"
    measure: str | None = None
    common_seeds: bool = True

    def __post_init__(self) -> None:
        for name, least in (
            ("trials", 1),
            ("search_seed", 0),
            ("tuning_seeds", 1),
            ("evaluation_seeds", 1),
            ("evaluations", 1),
        ):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
                raise ValueError(f"{name}={value!r} must be a whole number, at least {least}.")
        if self.divisions is not None and not self.divisions:
            raise ValueError(f"divisions is empty; choose of {', '.join(DIVISIONS)}.")
        for division in self.divisions or ():
            check_division(division)
        if self.claim not in METRICS:
            raise ValueError(f"claim={self.claim!r} is not known; choose one of {', '.join(METRICS)}.")
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError(f"there is no measure {self.measure!r}; there are {', '.join(MEASURES)}.")

    def declare(
        self,
        suite: str,
        problems: Sequence[RaceProblem],
        contestants: Sequence[Contestant],
        dimensions: Mapping[str, Dimension] = DIMENSIONS,
    ) -> Manifest:
        """The manifest of a race of these contestants on these problems, sealed.

        Raises:
            ValueError: a contestant or a problem cannot take part, in a sentence that says why.
        """
        check_entries(problems, contestants)
        divisions: dict[str, DivisionEntry] = {}
        for division, entered in self.entered(contestants).items():
            divisions[division] = {
                "contestants": [each.name for each in entered],
                "spaces": {each.name: each.space(division, dimensions).as_dict() for each in entered},
                "winners": {problem.name: {} for problem in problems},
            }
        for problem in problems:
            for contestant in contestants:
                contestant.check(problem)
            if self.claim == "learning" and problem.draw(0).test is None:
                raise ValueError(
                    f"{problem.name} has no rows to validate and test by, so that nothing can be claimed about "
                    'learning; choose claim="optimization".'
                )
        seeds = {
            "tuning": list(range(TUNING_SEED, TUNING_SEED + self.tuning_seeds)),
            "evaluation": list(range(self.evaluation_seeds)),
        }
        return sealed(
            {
                "format": FORMAT,
                "suite": suite,
                "versions": versions(),
                "problems": {
                    problem.name: {
                        "dimension": problem.dimension,
                        "f_star": problem.f_star,
                        "targets": list(problem.targets),
                        "source": problem.source,
                        "batch_size": problem.batch_size,
                        "starts": fingerprint(problem, seeds["tuning"] + seeds["evaluation"]),
                    }
                    for problem in problems
                },
                "contestants": {
                    each.name: {"method": each.method, "layers": each.layers, "declared": each.declared}
                    for each in contestants
                },
                "divisions": divisions,
                "search": {"trials": int(self.trials), "seed": int(self.search_seed)},
                "seeds": {"tuning": seeds["tuning"], "evaluation": seeds["evaluation"], "common": self.common_seeds},
                "selection": {
                    "claim": self.claim,
                    "metric": METRICS[self.claim][0],
                    "measure": self.measure or usual_measure(self.claim, problems),
                },
                "budget": {"evaluations_value": int(self.evaluations), "evaluations_gradient": int(self.evaluations)},
                "hashes": {},
            }
        )

    def entered(self, contestants: Sequence[Contestant]) -> dict[str, list[Contestant]]:
        """Who takes part in which division.

        Raises:
            ValueError: somebody takes part in none.
        """
        divisions = ("learning_rate_tuned", "self_tuning") if self.divisions is None else self.divisions
        for each in contestants:
            if not any(each.enters(division) for division in divisions):
                possible = " or ".join(name for name in DIVISIONS if each.enters(name)) or "none"
                raise ValueError(
                    f"{each.name} takes part in none of the divisions {', '.join(divisions)}; leave it out, or race in "
                    f"{possible}."
                )
        found = {division: [each for each in contestants if each.enters(division)] for division in divisions}
        return {division: entered for division, entered in found.items() if entered}


def usual_measure(claim: str, problems: Sequence[RaceProblem]) -> str:
    """What is compared unless told otherwise."""
    if claim == "learning":
        return "test"
    shared = set.intersection(*(set(problem.targets) for problem in problems))
    if not shared:
        return "gap"
    return reached_column(1e-5 if 1e-5 in shared else min(shared))


def check_entries(problems: Sequence[RaceProblem], contestants: Sequence[Contestant]) -> None:
    """Refuse a race that nobody runs, or where two have one name."""
    for what, entries in (("problem", problems), ("contestant", contestants)):
        names = [each.name for each in entries]
        if not names:
            raise ValueError(f"there is no {what}; name one at least.")
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f"{counted(names.count(name), what)} are called {name!r}; give each a name of its own."
                )


def fingerprint(problem: RaceProblem, seeds: Sequence[int]) -> str:
    """SHA-256 of f₀ at these seeds.

    Raises:
        ValueError: the value at a start is not finite.
    """
    values = start_values(problem, seeds)
    for seed, value in zip(seeds, values, strict=True):
        if not np.isfinite(value):
            raise ValueError(
                f"{problem.name} is {value} at the start that seed {seed} draws; a race begins where the value is "
                "finite, so draw starts elsewhere."
            )
        if value <= problem.f_star:
            raise ValueError(
                f"{problem.name} is {value:.10g} at the start that seed {seed} draws, which is not above f* = "
                f"{problem.f_star:.10g}; correct f*, or draw starts elsewhere."
            )
    return hashlib.sha256(np.asarray(values, "<f8").tobytes()).hexdigest()


def versions() -> dict[str, str]:
    """Of everything that may change a number, as far as it is installed."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found

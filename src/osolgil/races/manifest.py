"""The manifest: what was declared before the race, so that anybody can repeat it and audit it.

It is plain data, written as JSON beside the tables. What is promised before the first run is sealed by hashes.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np

from osolgil.races.intervals import median
from osolgil.races.spaces import Space, digest
from osolgil.races.tables import Runs, reached_column

FORMAT = 1
"""Of the manifest; another number is another meaning."""

METRICS = {"optimization": ("final", "best"), "learning": ("validation",)}
"""What a winner may be selected by: training objective for claims on optimization, validation for those on learning."""


class ProblemEntry(TypedDict):
    """A problem of the race, under its name.

    dimension: the number of its parameters.
    f_star: its lowest value, the exit level of an unbounded surface, or a versioned reference value of a network.
    targets: τ of the targets f* + τ (f₀ − f*).
    source: where f_star comes from.
    batch_size: rows of a mini-batch; None: every evaluation is of all rows.
    starts: SHA-256 of f₀ at all seeds of tuning and evaluation: the same problem has the same.
    """

    dimension: int
    f_star: float
    targets: list[float]
    source: str
    batch_size: int | None
    starts: str


class ContestantEntry(TypedDict):
    """A contestant, under the name that it races by.

    method: what it is: the canonical name of a method of ours, or "optax.adamw", "scipy.L-BFGS-B", "torch.Adam".
    layers: the classes or functions that it is made of, transforms before what they wrap; see `layers_of`.
    declared: hyperparameters and switches that differ from the method's defaults and are not tuned.
    """

    method: str
    layers: list[str]
    declared: dict[str, Any]


class DivisionEntry(TypedDict):
    """A division, under its name: see `declared.DIVISIONS`.

    contestants: who takes part.
    spaces: by contestant, `Space.as_dict`; without dimensions where nothing is tuned.
    winners: by problem and contestant, the trial that went on to evaluation; −1 where nothing was searched.
    """

    contestants: list[str]
    spaces: dict[str, dict[str, Any]]
    winners: dict[str, dict[str, int]]


class Search(TypedDict):
    """How spaces are searched: so many Sobol trials, scrambled by this seed."""

    trials: int
    seed: int


class Seeds(TypedDict):
    """Seeds of starts, splits and batches; those of tuning are never those of evaluation.

    common: whether all contestants draw the same; otherwise each draws by seeds of its own, as where one method races
        against itself to see how often chance makes a difference.
    """

    tuning: list[int]
    evaluation: list[int]
    common: bool


class Selection(TypedDict):
    """What is claimed, "optimization" or "learning", the column by which winners are selected, and what is compared.

    measure: of `pairings.MEASURES`; said before the race, since afterwards one would choose.
    """

    claim: str
    metric: str
    measure: str


class Manifest(TypedDict):
    """Everything that a race declares.

    format: `FORMAT`.
    suite: the name of the suite.
    versions: of osolgil, JAX, NumPy and the rest, by name.
    problems, contestants, divisions: by name.
    search, seeds, selection: see their classes.
    budget: the most that a run may use of a count, by the column of the table, such as evaluations_gradient.
    hashes: written by `sealed` before the first run: of the targets and of the spaces.
    """

    format: int
    suite: str
    versions: dict[str, str]
    problems: dict[str, ProblemEntry]
    contestants: dict[str, ContestantEntry]
    divisions: dict[str, DivisionEntry]
    search: Search
    seeds: Seeds
    selection: Selection
    budget: dict[str, int]
    hashes: dict[str, str]


def promised(manifest: Manifest) -> dict[str, str]:
    """The hashes of what a race promises before its first run: targets and spaces."""
    targets = {
        name: {"f_star": problem["f_star"], "targets": problem["targets"]}
        for name, problem in manifest["problems"].items()
    }
    spaces = {name: division["spaces"] for name, division in manifest["divisions"].items()}
    return {"targets": digest(targets), "spaces": digest(spaces)}


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with the hashes of its promises, to be written before the first run."""
    return {**manifest, "hashes": promised(manifest)}


def space_in(manifest: Manifest, division: str, contestant: str) -> Space:
    """The space of a contestant in a division."""
    return Space.from_dict(manifest["divisions"][division]["spaces"][contestant])


def tuned_divisions(manifest: Manifest) -> list[str]:
    """The divisions in which something is searched."""
    return [
        name
        for name, division in manifest["divisions"].items()
        if any(space["dimensions"] for space in division["spaces"].values())
    ]


def tuning_costs(runs: Runs, manifest: Manifest, division: str, problem: str, contestant: str) -> np.ndarray:
    """The metric of selection: the median over the tuning seeds, for every trial, shape (trials,).

    Failures cost ∞, and so does a trial that was never run. A training objective below the strictest target counts as
    that target: what differs beyond it is rounding.
    """
    found = runs.where(division=division, problem=problem, contestant=contestant, phase="tuning")
    metric = found[manifest["selection"]["metric"]]
    targets = manifest["problems"][problem]["targets"]
    if targets and manifest["selection"]["metric"] in METRICS["optimization"]:
        metric = np.maximum(metric, found["f_star"] + min(targets) * (found["f0"] - found["f_star"]))
    return _by_trial(found, np.where(found["failed"] | np.isnan(metric), np.inf, metric), manifest)


def tuning_ranks(runs: Runs, manifest: Manifest, division: str, problem: str, contestant: str) -> np.ndarray:
    """Which trial is the better one: by `tuning_costs`, and of equal ones by the cost of reaching the strictest target.

    Without the second a winner among trials that all converge would be drawn by rounding, slow or fast.

    Returns:
        Ranks from 0, equal ones sharing theirs, shape (trials,).
    """
    first = tuning_costs(runs, manifest, division, problem, contestant)
    second = np.zeros_like(first)
    targets = manifest["problems"][problem]["targets"]
    if targets and reached_column(min(targets)) in runs.columns:
        found = runs.where(division=division, problem=problem, contestant=contestant, phase="tuning")
        second = _by_trial(found, found[reached_column(min(targets))], manifest)
    keys = list(zip(first.tolist(), second.tolist(), strict=True))
    places = {key: place for place, key in reversed(list(enumerate(sorted(keys))))}
    return np.asarray([places[key] for key in keys])


def winner(runs: Runs, manifest: Manifest, division: str, problem: str, contestant: str) -> int:
    """The trial that goes on to evaluation: the first of the best ones; −1 where nothing is searched."""
    if not space_in(manifest, division, contestant).dimensions:
        return -1
    return int(np.argmin(tuning_ranks(runs, manifest, division, problem, contestant)))


def _by_trial(found: Runs, cost: np.ndarray, manifest: Manifest) -> np.ndarray:
    trials = [cost[found["trial"] == trial] for trial in range(manifest["search"]["trials"])]
    return np.asarray([median(of_trial) if of_trial.size else np.inf for of_trial in trials])


def layers_of(method: Any) -> list[str]:
    """The classes that a method is made of, transforms before what they wrap.

    >>> from osolgil.methods import Adam, ClipByNorm
    >>> layers_of(ClipByNorm(Adam()))
    ['ClipByNorm', 'Adam']
    """
    inside = getattr(method, "rule", None)
    found = [type(method).__name__]
    if dataclasses.is_dataclass(inside) and not isinstance(inside, type):
        found += layers_of(inside)
    return found


def checked(manifest: Mapping[str, Any]) -> Manifest:
    """The manifest, if this version can read it.

    Raises:
        ValueError: it is of another format or lacks an entry.
    """
    if manifest.get("format") != FORMAT:
        raise ValueError(
            f"the manifest has format {manifest.get('format')!r}, and this version reads {FORMAT}; read it with the "
            "version of osolgil that it names, or race again."
        )
    if lacking := sorted(set(Manifest.__annotations__) - set(manifest)):
        raise ValueError(f"the manifest lacks {', '.join(lacking)}; race again into an empty folder.")
    return manifest  # type: ignore[return-value]

"""Who met whom: the costs of two contestants on the same problem and seeds, out of the table of runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from osolgil.races.manifest import Manifest
from osolgil.races.statistics import AcrossProblems, Comparison, compare, compare_across
from osolgil.races.tables import RUNS, TARGETS, Runs, reached_column, shown_target

MEASURES: Mapping[str, tuple[str, str]] = {
    **{
        reached_column(tau): (
            f"evaluations to the target τ = {shown_target(tau)}",
            f"목표 τ = {shown_target(tau)}까지의 평가 횟수",
        )
        for tau in TARGETS
    },
    "gap": ("final gap to f*", "끝났을 때 f*와의 차이"),
    "best_gap": ("lowest gap to f*", "f*와의 가장 작은 차이"),
    "validation": ("validation loss", "검증 손실"),
    "test": ("test loss", "테스트 손실"),
    "seconds": ("seconds", "걸린 시간(초)"),
}
"""What can be compared, in English and Korean; smaller is better."""

SAME = tuple(
    name for name, kind in RUNS.items() if kind in (float, int) and name not in ("seconds", "compile_seconds", "trial")
)
"""The columns in which identical runs agree to the last bit."""


@dataclass(frozen=True, eq=False)
class Pairing:
    """Contestants a and b on one problem in one division.

    Attributes:
        division: in which they met.
        problem: on which.
        a: the one.
        b: the other.
        measure: what was compared, of `MEASURES`.
        costs_a: of a, by seed, shape (n,); ∞ for a failure.
        costs_b: of b, for the same seeds.
        identical: all runs agree to the last bit, in everything but time.
    """

    division: str
    problem: str
    a: str
    b: str
    measure: str
    costs_a: np.ndarray
    costs_b: np.ndarray
    identical: bool = False

    @property
    def pairs(self) -> int:
        """How many seeds both have run."""
        return int(self.costs_a.size)

    def compared(self, level: float = 0.95) -> Comparison:
        """The comparison of their costs, see `compare`."""
        return compare(self.costs_a, self.costs_b, level)


def costs(runs: Runs, measure: str) -> np.ndarray:
    """What the runs cost by this measure, shape (n,); ∞ for a failure.

    A run that reached a target and diverged later did reach it. A gap below zero is rounding, and is zero.

    Raises:
        ValueError: the measure is not known.
    """
    if measure not in MEASURES:
        raise ValueError(f"there is no measure {measure!r}; there are {', '.join(MEASURES)}.")
    if measure.startswith("reached_"):
        return runs[measure]
    if measure in ("gap", "best_gap"):
        value = np.maximum(runs["final" if measure == "gap" else "best"] - runs["f_star"], 0.0)
    else:
        value = runs[measure]
    return np.where(runs["failed"] | np.isnan(value), np.inf, value)


def pairings(runs: Runs, manifest: Manifest, measure: str) -> Iterator[Pairing]:
    """Every two contestants of a division on every problem, paired by evaluation seed."""
    for division, entry in manifest["divisions"].items():
        for problem in manifest["problems"]:
            evaluated = runs.where(division=division, problem=problem, phase="evaluation")
            of = {name: evaluated.where(contestant=name) for name in entry["contestants"]}
            for a, b in combinations(entry["contestants"], 2):
                _, first, second = np.intersect1d(of[a]["seed"], of[b]["seed"], return_indices=True)
                one, other = of[a].take(first), of[b].take(second)
                yield Pairing(
                    division, problem, a, b, measure, costs(one, measure), costs(other, measure), _same(one, other)
                )


def across(
    runs: Runs, manifest: Manifest, measure: str, *, seed: int = 0
) -> dict[tuple[str, str, str], AcrossProblems]:
    """Every two contestants of a division across its problems: by division, contestant and contestant.

    Without entries where there is one problem only.
    """
    gathered: dict[tuple[str, str, str], dict[str, tuple[np.ndarray, np.ndarray]]] = {}
    for found in pairings(runs, manifest, measure):
        if found.pairs:
            by_problem = gathered.setdefault((found.division, found.a, found.b), {})
            by_problem[found.problem] = found.costs_a, found.costs_b
    return {key: compare_across(problems, seed=seed) for key, problems in gathered.items() if len(problems) > 1}


def _same(a: Runs, b: Runs) -> bool:
    return len(a) > 0 and all(np.array_equal(a[name], b[name], equal_nan=True) for name in SAME)

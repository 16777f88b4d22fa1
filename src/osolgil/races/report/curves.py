"""Curves: how much of the way to f* is left, the median over seeds with its interval, failures counted as infinite."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from osolgil.races.evidence import Evidence
from osolgil.races.intervals import median_interval
from osolgil.races.report.chart import Axis, Chart, Level, Line, key_of
from osolgil.races.report.markup import Column, Table
from osolgil.races.report.words import CONTESTANT, Words, division_words, number, protocol_words
from osolgil.races.tables import Runs, shown_target

PLACES = 160
"""Of a curve, evenly on the logarithmic axis."""

TOP, ROOM = 10.0, 0.1
"""The axis goes from a tenth of the strictest target to ten times the way at the start."""


class MedianCurve(NamedTuple):
    """What is left of f₀ − f*, over the seeds.

    Attributes:
        evaluations: places, shape (n,), from 1.
        median: shape (n,); ∞ where half of the runs have failed.
        low, high: the distribution-free 95 % interval of the median, shape (n,); infinite where seeds are too few.
        failed: how many runs failed in the end.
        seeds: how many there are.
    """

    evaluations: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    failed: int
    seeds: int


def median_curve(evidence: Evidence, division: str, problem: str, contestant: str) -> MedianCurve | None:
    """The median over seeds of (f − f*) / (f₀ − f*); None if no curve was recorded.

    Between its records a run stays where it was; after its last one too, unless it failed: then it costs ∞.
    """
    table, runs = evidence.curves, evidence.evaluated(division, problem, contestant)
    here = (table["problem"] == problem) & (table["contestant"] == contestant) & (table["division"] == division)
    if not here.any():
        return None
    seed, evaluation, value = (table[name][here] for name in ("seed", "evaluation", "value"))
    last = max(int(evaluation.max()), 1)
    grid = np.unique(np.round(np.geomspace(1, last, PLACES)).astype(int))
    shares = []
    for row in runs.rows():
        mine = seed == row["seed"]
        if mine.any():
            way = row["f0"] - row["f_star"]
            with np.errstate(all="ignore"):  # values that overflow are failures
                left = (value[mine] - row["f_star"]) / way
            shares.append(carried(grid, evaluation[mine], left, failed=row["failed"]))
    if not shares:
        return None
    middle, low, high = over_seeds(np.sort(np.stack(shares), axis=0))
    return MedianCurve(grid, middle, low, high, failures(runs), len(shares))


def carried(grid: np.ndarray, evaluation: np.ndarray, left: np.ndarray, *, failed: bool) -> np.ndarray:
    """What is left at every place of the grid, shape (grid,): the latest record, and 1 before the first."""
    order = np.argsort(evaluation, kind="stable")
    told = np.concatenate([[1.0], np.where(np.isfinite(left), left, np.inf)[order]])
    found = told[np.searchsorted(evaluation[order], grid, side="right")]
    return np.where(failed & (grid > evaluation.max()), np.inf, found)


def over_seeds(ascending: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The median of every column and its interval; see `median_interval`, whose rank depends on their number only."""
    n = len(ascending)
    lower, upper = ascending[(n - 1) // 2], ascending[n // 2]
    with np.errstate(invalid="ignore", over="ignore"):
        middle = np.where(lower == upper, lower, (lower + upper) / 2)
    rank = median_interval(np.arange(n)).rank
    if rank == 0:
        return middle, np.full_like(middle, -np.inf), np.full_like(middle, np.inf)
    return middle, ascending[rank - 1], ascending[n - rank]


def failures(runs: Runs) -> int:
    """How many runs diverged, were not finite or ended in an error."""
    return int(runs["failed"].sum())


def curve_charts(evidence: Evidence, division: str) -> Iterator[Chart]:
    """A chart for every problem."""
    for problem, entry in evidence.manifest["problems"].items():
        found = {
            name: curve
            for name in evidence.contestants(division)
            if (curve := median_curve(evidence, division, problem, name)) is not None
        }
        if not found:
            continue
        last = max(int(curve.evaluations[-1]) for curve in found.values())
        least = min(entry["targets"], default=1e-8)
        protocol = protocol_words(evidence.manifest, division)
        yield Chart(
            key=key_of("curves", division, problem),
            title=Words(f"{problem}: how much of the way is left", f"{problem}: 최솟값까지 남은 비율"),
            caption=Words(
                f"{problem}, {division_words(division).en.lower()}. The line is the median over seeds of "
                "(f − f*)/(f₀ − f*), the band its distribution-free 95 % interval; failed runs count as infinite, and "
                f"a cross marks where half of them have failed. Dotted: the targets τ. {protocol.en}",
                f"{problem}, {division_words(division).ko}. 선은 (f − f*)/(f₀ − f*)의 시드별 중앙값이고, 띠는 분포를 "
                "가정하지 않은 95% 구간입니다. 실패한 실행은 무한대로 셉니다. ×표는 절반이 실패한 자리이고, 점선은 "
                f"목표 τ입니다. {protocol.ko}",
            ),
            x=Axis(Words("evaluations", "평가 횟수"), 1.0, float(max(last, 2)), log=True),
            y=Axis(
                Words("share of the way left", "남은 비율"),
                ROOM * least,
                TOP,
                log=True,
            ),
            lines=tuple(drawn(name, curve, ROOM * least) for name, curve in found.items()),
            table=tabled(problem, found, last),
            levels=tuple(Level(tau, f"τ = {shown_target(tau)}") for tau in entry["targets"]),
        )


def drawn(contestant: str, curve: MedianCurve, floor: float) -> Line:
    """The curve as a line; what is at or below f* is drawn below the floor, where it is not seen."""
    below = floor / 10
    banded = bool(np.isfinite(curve.low).any())
    failed = Words(f"{curve.failed} of {curve.seeds} failed", f"{curve.seeds}개 중 {curve.failed}개 실패")
    return Line(
        contestant,
        curve.evaluations.astype(float),
        np.maximum(curve.median, below),
        np.maximum(curve.low, below) if banded else None,
        np.maximum(curve.high, below) if banded else None,
        ends=bool(np.isinf(curve.median[-1])),
        note=failed if curve.failed else None,
    )


def tabled(problem: str, curves: dict[str, MedianCurve], last: int) -> Table:
    """Medians after 1, 10, 100, ... evaluations and at the end."""
    places = sorted({*(10**power for power in range(len(str(last)))), last})
    rows = []
    for name, curve in curves.items():
        at = np.searchsorted(curve.evaluations, places, side="right") - 1
        rows.append((name, *(number(float(curve.median[k])) for k in at), f"{curve.failed} / {curve.seeds}"))
    return Table(
        Words(
            f"{problem}: median share of the way left after so many evaluations",
            f"{problem}: 평가 횟수별 남은 비율의 중앙값",
        ),
        (
            Column(CONTESTANT, text=True),
            *(Column(f"{place:,}") for place in places),
            Column(Words("failed", "실패")),
        ),
        tuple(rows),
    )

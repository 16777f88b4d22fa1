"""Paths on the surfaces: contours in grey, everybody's way down in colour."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from osolgil.races.evidence import Evidence
from osolgil.races.report.chart import Axis, Chart, Line, Spot, key_of
from osolgil.races.report.markup import Column, Table
from osolgil.races.report.words import CONTESTANT, Words, division_words, number, protocol_words

LEVELS = 16
"""Contour lines."""

THINNED = Words(
    "Of each run at most 200 points are drawn, evenly on a logarithmic axis of evaluations; under mini-batches, those "
    "at the ends of epochs. Paths that roam far are cut off at the edge.",
    "실행마다 평가 횟수의 로그 축에서 고르게 뽑은 점을 많아야 200개까지 이었고, 미니배치에서는 에폭이 끝난 자리를 "
    "이었습니다. 멀리 벗어난 길은 그림 가장자리에서 잘립니다.",
)
"""What a path leaves out."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """A surface with the paths of one seed.

    Attributes:
        problem: its name in the manifest.
        division: whose winners went down.
        seed: the evaluation seed.
        x, y: coordinates of the grid, shapes (columns,) and (rows,).
        z: heights, shape (rows, columns).
        paths: by contestant, shape (points, 2).
        minima: where f is lowest, each of shape (2,).

    Raises:
        ValueError: the heights do not fit the grid, no height is finite, there is no path, or one is not of shape
            (points, 2).
    """

    problem: str
    division: str
    seed: int
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    paths: Mapping[str, np.ndarray]
    minima: tuple[np.ndarray, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.z.shape != (self.y.size, self.x.size):
            raise ValueError(
                f"heights of shape {self.z.shape} do not fit {self.y.size} rows and {self.x.size} columns of the grid."
            )
        if not np.isfinite(self.z).any():
            raise ValueError(f"no height of {self.problem} is finite; choose another window.")
        if not self.paths:
            raise ValueError(f"{self.problem} has no path; give one at least, or leave the landscape out.")
        for name, path in self.paths.items():
            if path.ndim != 2 or path.shape[1] != 2 or not len(path):
                raise ValueError(f"the path of {name} has shape {path.shape}; it must be (points, 2).")


def contour_lines(landscape: Landscape) -> tuple[np.ndarray, ...]:
    """Lines of equal height, each of shape (n, 2), dense where it is low, so that valleys show."""
    from contourpy import contour_generator

    height = landscape.z[np.isfinite(landscape.z)]
    above = np.maximum(height - height.min(), 1e-9 * max(np.ptp(height), 1e-300))
    # equal areas fill the picture evenly but lose a narrow valley; even steps of the logarithm follow it down
    areas = np.quantile(np.log(above), np.linspace(0.02, 0.98, LEVELS))
    even = np.linspace(areas[0], areas[-1], LEVELS)
    levels = height.min() + np.exp((areas + even) / 2)
    generator = contour_generator(landscape.x, landscape.y, np.ma.masked_invalid(landscape.z))
    return tuple(np.asarray(line) for level in levels for line in generator.lines(float(level)))


def landscape_chart(evidence: Evidence, landscape: Landscape) -> Chart:
    """The paths on their surface.

    Raises:
        ValueError: the problem, the division or a contestant is not in the manifest.
    """
    problem, division = landscape.problem, landscape.division
    manifest = evidence.manifest
    if problem not in manifest["problems"] or division not in manifest["divisions"]:
        raise ValueError(f"there is no {problem!r} in the division {division!r} of this race.")
    if strangers := sorted(set(landscape.paths) - set(evidence.contestants(division))):
        raise ValueError(f"paths of {', '.join(strangers)} are given, who did not race in {division}.")
    starts = dict.fromkeys((float(path[0, 0]), float(path[0, 1])) for path in landscape.paths.values())
    told, protocol = division_words(division), protocol_words(manifest, division)
    first, second = Words("x₁", "x₁"), Words("x₂", "x₂")
    return Chart(
        key=key_of("paths", division, problem),
        title=Words(f"{problem}: the paths", f"{problem}: 내려간 길"),
        caption=Words(
            f"{problem}, {told.en.lower()}, seed {landscape.seed}, one run of each at the hyperparameters of its "
            f"standings. Ring: the start; star: a minimum; cross: where a path ends. {THINNED.en} {protocol.en}",
            f"{problem}, {told.ko}, 시드 {landscape.seed}. 참가자마다 순위표의 하이퍼파라미터로 한 번 실행했습니다. "
            f"고리는 출발점, 별은 최소점, ×표는 길이 끝난 자리입니다. {THINNED.ko} {protocol.ko}",
        ),
        x=Axis(first, float(landscape.x.min()), float(landscape.x.max())),
        y=Axis(second, float(landscape.y.min()), float(landscape.y.max())),
        lines=tuple(Line(name, path[:, 0], path[:, 1], ends=True) for name, path in landscape.paths.items()),
        table=Table(
            Words(f"{problem}: where the paths end", f"{problem}: 길이 끝난 자리"),
            (
                Column(CONTESTANT, text=True),
                Column(Words("points", "점의 수")),
                Column(Words("last x₁", "마지막 x₁")),
                Column(Words("last x₂", "마지막 x₂")),
            ),
            tuple(
                (name, f"{len(path):,}", number(float(path[-1, 0])), number(float(path[-1, 1])))
                for name, path in landscape.paths.items()
            ),
        ),
        contours=contour_lines(landscape),
        spots=(
            *(Spot(float(each[0]), float(each[1]), "minimum") for each in landscape.minima),
            *(Spot(x, y, "start") for x, y in starts),
        ),
    )

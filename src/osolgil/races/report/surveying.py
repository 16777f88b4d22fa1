"""From the tables to landscapes: the heights of a surface, and the paths that the winners took on it."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from osolgil.problems import Problem, Surface, surfaces
from osolgil.problems.many_points import values_at
from osolgil.protocol import Layout
from osolgil.races.evidence import Evidence
from osolgil.races.manifest import Manifest
from osolgil.races.problem import RaceProblem
from osolgil.races.report.landscapes import Landscape
from osolgil.races.suites import named, names, race_problem

COUNT = 121
"""Places along each side of the grid."""

MARGIN = 0.15
"""Around the paths, as part of their extent."""

HELD = 0.75
"""So many of the paths are seen to their ends in every direction."""


def landscapes(evidence: Evidence, problems: Iterable[RaceProblem]) -> list[Landscape]:
    """A landscape for every surface of two coordinates in every division, with the paths of one evaluation seed.

    Args:
        evidence: the race; its table of curves holds the paths.
        problems: of the race; those without such a surface are left out.
    """
    found = []
    for problem in problems:
        if problem.surface is None or problem.surface.n != 2 or problem.name not in evidence.manifest["problems"]:
            continue
        for division in evidence.manifest["divisions"]:
            seed = shown_seed(evidence, division, problem.name)
            if paths := paths_of(evidence, division, problem, seed):
                window = around(problem.surface, paths.values())
                x, y = (np.linspace(*interval, COUNT) for interval in window)
                z = heights(problem.surface.problem, x, y)
                found.append(Landscape(problem.name, division, seed, x, y, z, paths, problem.surface.minima))
    return found


def shown_seed(evidence: Evidence, division: str, problem: str) -> int:
    """The first evaluation seed of those at which the fewest runs failed."""
    runs = evidence.runs.where(division=division, problem=problem, phase="evaluation")
    seeds = evidence.manifest["seeds"]["evaluation"]
    return min(seeds, key=lambda seed: int(runs["failed"][runs["seed"] == seed].sum()))


def paths_of(evidence: Evidence, division: str, problem: RaceProblem, seed: int) -> dict[str, np.ndarray]:
    """Everybody's way at a seed, by contestant, each of shape (points, 2); empty where no point was recorded."""
    table, manifest = evidence.curves, evidence.manifest
    here = (table["division"] == division) & (table["problem"] == problem.name) & (table["seed"] == seed)
    here &= np.isfinite(table["x1"]) & np.isfinite(table["x2"])
    found = {}
    for name in evidence.contestants(division):
        mine = np.flatnonzero(here & (table["contestant"] == name))
        mine = mine[np.argsort(table["evaluation"][mine], kind="stable")]
        path = np.column_stack([table["x1"][mine], table["x2"][mine]])
        if not mine.size:
            continue
        if manifest["seeds"]["common"] and table["evaluation"][mine[0]] > 1:
            # Under mini-batches the first record is that of the first epoch.
            path = np.vstack([np.ravel(problem.draw(seed).start), path])
        found[name] = path
    return found


def around(surface: Surface, paths: Collection[np.ndarray]) -> tuple[tuple[float, float], tuple[float, float]]:
    """A window that holds starts, minima and three quarters of the paths with a margin, inside the surface's own.

    The few that roam farther than the others leave the picture at its edge: they must not make dots of all the others.
    """
    low, high = np.asarray(surface.window, float).T
    boxes = [(path.min(axis=0), path.max(axis=0)) for path in (np.clip(each, low, high) for each in paths)]
    lowest = np.quantile([box[0] for box in boxes], 1 - HELD, axis=0, method="lower")
    highest = np.quantile([box[1] for box in boxes], HELD, axis=0, method="higher")
    known = np.clip(np.stack([*(each[0] for each in paths), *surface.minima, lowest, highest]), low, high)
    least, most = known.min(axis=0), known.max(axis=0)
    room = MARGIN * np.where(most > least, most - least, np.maximum(1.0, np.abs(most)))
    (left, right), (bottom, top) = np.stack([least - room, most + room], axis=1).tolist()
    return (left, right), (bottom, top)


def heights(problem: Problem, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values on a grid of two coordinates, shape (rows, columns), in float64."""
    points = np.column_stack([np.tile(x, y.size), np.repeat(y, x.size)])
    return values_at(problem, points, Layout.of(points[0])).reshape(y.size, x.size)


def remembered(manifest: Manifest) -> tuple[RaceProblem, ...]:
    """The problems of a race that was read from its folder, as far as names say what they are.

    Those of a named suite, or else surfaces of these names; each only if it is what the manifest declares.
    """
    known: Mapping[str, RaceProblem]
    if manifest["suite"] in names():
        known = {problem.name: problem for problem in named(manifest["suite"])}
    else:
        known = {name: race_problem(surfaces.named(name)) for name in manifest["problems"] if name in surfaces.names()}
    return tuple(
        known[name]
        for name, entry in manifest["problems"].items()
        if name in known and (known[name].f_star, known[name].dimension) == (entry["f_star"], entry["dimension"])
    )

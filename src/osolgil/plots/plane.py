"""A plane through a problem: values on a grid, and the levels that show its valleys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.plots.runs import Run
from osolgil.problems import Surface, as_problem
from osolgil.problems.many_points import values_at
from osolgil.protocol import Layout

Window = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Plane:
    """The values of a problem on a rectangle.

    Attributes:
        x, y: the coordinates, shapes (columns,) and (rows,).
        z: the values, shape (rows, columns).
        lowest: the known minimum, or the lowest value seen.
        window: the rectangle.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    lowest: float
    window: Window


def plane(
    problem: Any, runs: Sequence[Run], *, window: Window | str | None, axes: tuple[int, int], through: Any, count: int
) -> Plane:
    """Evaluate a problem on a grid over two of its coordinates.

    Args:
        problem: a Surface, a Problem, or a callable.
        runs: whose paths shall fit, if neither `window` nor the surface says what to show.
        window: an interval for each of the two coordinates; "paths" for one that holds the paths.
        axes: which two coordinates.
        through: the other coordinates, shape (n,); by default those of the last run's answer.
        count: points along each side.

    Raises:
        ValueError: there is nothing that says where to look, or the problem has fewer than two coordinates.
    """
    template, layout = shape_of(problem, runs, axes)
    n = layout.size
    if n < 2:
        raise ValueError("A contour needs two coordinates, and this problem has one; draw `curves` instead.")
    for axis in axes:
        if not 0 <= axis < n or axes[0] == axes[1]:
            raise ValueError(f"axes={axes} must be two different coordinates out of 0 to {n - 1}.")
    if window is None:
        window = natural_window(problem, runs, axes)
    else:
        window = around(problem, runs, axes) if window == "paths" else checked(window)
    centre = np.asarray(template if through is None else through, dtype=np.float64)
    if centre.shape != (n,):
        raise ValueError(f"through has shape {centre.shape}; this problem has {n} coordinates, so give ({n},).")
    x, y = (np.linspace(*interval, count) for interval in window)
    points = np.broadcast_to(centre, (count * count, n)).copy()
    points[:, axes[0]], points[:, axes[1]] = np.tile(x, count), np.repeat(y, count)
    found = as_problem(problem, layout.unravel(centre))
    z = values_at(found, points, layout).reshape(count, count)
    if not np.isfinite(z).any():
        raise ValueError(f"No value in the window {window} is finite; choose another window.")
    known = getattr(problem, "minimum_value", None)
    seen = float(np.nanmin(np.where(np.isfinite(z), z, np.nan)))
    return Plane(x, y, z, seen if known is None or n > 2 else min(float(known), seen), window)


def shape_of(problem: Any, runs: Sequence[Run], axes: tuple[int, int]) -> tuple[np.ndarray, Layout]:
    """A point of the problem as a vector, and the layout of its parameters."""
    if runs:
        x = runs[-1].result.x
    elif isinstance(problem, Surface):
        x = problem.start
    else:
        x = np.zeros(max(axes) + 1)
    layout = Layout.of(x)
    leaves = [np.ravel(np.asarray(leaf, dtype=np.float64)) for leaf in jax.tree.leaves(x)]
    return np.concatenate(leaves), layout


def checked(window: Any) -> Window:
    """The window as floats, or a ValueError that says what is wrong with it."""
    try:
        intervals = np.asarray(window, dtype=np.float64)
    except (TypeError, ValueError):
        intervals = np.zeros(0)
    if intervals.shape != (2, 2) or not np.isfinite(intervals).all() or (intervals[:, 0] >= intervals[:, 1]).any():
        raise ValueError(f'window={window!r} must be two finite intervals, such as ((-2, 2), (-1, 3)), or "paths".')
    (left, right), (bottom, top) = intervals
    return ((float(left), float(right)), (float(bottom), float(top)))


def natural_window(problem: Any, runs: Sequence[Run], axes: tuple[int, int]) -> Window:
    """The window that a surface declares, or one in which the paths fit with a margin."""
    declared = getattr(problem, "window", None)
    if declared is not None and tuple(axes) == (0, 1):
        return checked(declared)
    return around(problem, runs, axes)


def around(problem: Any, runs: Sequence[Run], axes: tuple[int, int]) -> Window:
    """A window in which the paths fit with a margin, and the surface's minima too; inside the surface's own, if any."""
    if not runs:
        raise ValueError("Nothing says which part to show: give window=((left, right), (bottom, top)), or results.")
    shown = [run.path[:, list(axes)] for run in runs]
    declared = getattr(problem, "window", None) if tuple(axes) == (0, 1) else None
    if declared is not None:
        low, high = np.array(declared).T
        shown = [np.clip(points, low, high) for points in [*shown, *map(np.atleast_2d, problem.minima)]]
    points = np.concatenate(shown)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.15 * np.where(high > low, high - low, np.maximum(1.0, np.abs(high)))
    return checked(np.stack([low - margin, high + margin], axis=1))


def valley_levels(z: np.ndarray, lowest: float, count: int = 18) -> np.ndarray:
    """Levels that show valleys: half way between even steps of log(z − lowest) and equal areas.

    Even steps of the logarithm follow a valley down to its floor, but draw all lines there if the walls are high;
    equal areas fill the picture evenly, but lose a narrow valley. The mean of the two in the logarithm does both.

    Args:
        z: values on a grid.
        lowest: the level to measure from, at most the smallest of them.
        count: how many levels.

    Returns:
        rising levels, shape (count,); fewer if the values do not differ.
    """
    height = np.ravel(z[np.isfinite(z)]) - lowest
    span = float(height.max())
    if span <= 0:
        return np.array([lowest, lowest + 1.0])
    # The deepest 1/10,000 of the picture is inside the first line; a grid point that happens to lie on the minimum
    # would otherwise spend all lines on rounding errors.
    floor = max(float(np.quantile(height, 1e-4)), span * 1e-7)
    logs = np.log(np.maximum(height, floor))
    even = np.linspace(np.log(floor), np.log(span), count)
    areas = np.quantile(logs, np.linspace(0.0, 1.0, count))
    return np.unique(lowest + np.exp(0.5 * (even + areas)))

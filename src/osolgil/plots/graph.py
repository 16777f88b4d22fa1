"""The graph of a function of one variable, with paths on it and, below, through time."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.contour import titled
from osolgil.plots.runs import Results, Run, runs_of
from osolgil.plots.style import MINIMUM, dress, explain, slide
from osolgil.plots.words import legible, say
from osolgil.problems import as_problem
from osolgil.problems.many_points import values_at
from osolgil.protocol import Layout

POINTS = 801


def graph(
    problem: Any,
    results: Results = (),
    *,
    window: tuple[float, float] | None = None,
    name: str = "x",
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """The graph of a function of one variable with the points of any number of runs, and below x against the steps.

    Above one sees where a run went, below when: an oscillation is a zig-zag, crawling a steep line. Minima are stars.

    Args:
        problem: a Surface of one variable, which brings its window and minima; a Problem; or a callable.
        results: what `minimize(..., record="path")` returned: one, several, or several by label.
        window: (left, right); by default the surface's, or one that holds all paths.
        name: of the variable.
        title: of the picture; by default the surface's.
        language: "en" or "ko".

    Raises:
        ValueError: a run recorded no path, the problem has more than one variable, or nothing says where to look.
    """
    runs = runs_of(results)
    left, right = window_of(problem, runs, window)
    template = runs[-1].result.x if runs else getattr(problem, "start", np.zeros(()))
    layout = Layout.of(template)
    if layout.size != 1 or any(run.path.shape[1] != 1 for run in runs):
        raise ValueError(f"A graph needs one variable, and this problem has {layout.size}; draw `contour` or `curves`.")
    found = as_problem(problem, template)
    x = np.linspace(left, right, POINTS)
    y = values_at(found, x[:, None], layout)
    if not np.isfinite(y).any():
        raise ValueError(f"No value in the window ({left:g}, {right:g}) is finite; choose another window.")
    low, high = float(np.nanmin(y[np.isfinite(y)])), float(np.nanmax(y[np.isfinite(y)]))
    figure = slide()
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2)) if runs else (figure.subplots(), None)
    above.plot(x, np.where(np.isfinite(y), y, np.nan), color="0.55", linewidth=4, zorder=1)
    above.set_xlim(left, right)
    pad = 0.06 * (high - low or 1.0)
    above.set_ylim(low - pad, high + pad)
    handles = [draw_run(above, below, run, found, layout, (left, right), language) for run in runs]
    handles += draw_minima(above, problem, language)
    dress(above, "" if runs else legible(name, "x"), say("value", language), titled(problem, title))
    if below is not None:
        dress(below, legible(name, "x"), say("steps", language))
        below.invert_yaxis()
        below.grid(axis="x", color="0.85")
    if handles:
        explain(figure, handles, loc="outside right upper")
    return figure


def window_of(problem: Any, runs: list[Run], window: tuple[float, float] | None) -> tuple[float, float]:
    """The interval to show: as given, the surface's, or one that holds the paths with a margin.

    Raises:
        ValueError: it is no interval, or there is none.
    """
    if window is None:
        declared = getattr(problem, "window", None)
        if declared is not None:
            window = declared[0]
        elif runs:
            points = np.concatenate([run.path[:, 0] for run in runs])
            margin = 0.15 * (float(np.ptp(points)) or max(1.0, abs(float(points[0]))))
            # As much on the other side of where a path ends: a valley has two walls.
            end = float(runs[-1].path[-1, 0])
            reach = max(float(points.max()) - end, end - float(points.min())) + margin
            window = (min(float(points.min()), end - reach), max(float(points.max()), end + reach))
        else:
            raise ValueError("Nothing says which part to show: give window=(left, right), or results.")
    sides = np.asarray(window, dtype=np.float64)
    if sides.shape != (2,) or not np.isfinite(sides).all() or sides[0] >= sides[1]:
        raise ValueError(f"window={window!r} must be two finite numbers, the lower one first, such as (-2, 2).")
    return float(sides[0]), float(sides[1])


def draw_run(
    above: Axes, below: Any, run: Run, problem: Any, layout: Layout, window: tuple[float, float], language: str
) -> Line2D:
    """One run's points on the graph, and its x through time; its handle for the legend."""
    path = run.path
    y = values_at(problem, path, layout)
    marks: dict[str, Any] = run.look.drawn | {"markeredgecolor": "white", "zorder": 4}
    above.plot(path[:, 0], y, **marks | {"linewidth": 1.2, "alpha": 0.9})
    above.plot(path[-1:, 0], y[-1:], **marks | {"markersize": 15, "zorder": 5, "linestyle": "none"})
    many = max(1, len(path) // 40)
    below.plot(path[:, 0], np.arange(len(path)), **marks | {"markevery": many})
    left = not window[0] <= path[-1, 0] <= window[1]
    label = f"{run.label}\n({say('leaves the picture', language)})" if left else run.label
    return Line2D([], [], label=label, **run.look.drawn)


def draw_minima(axes: Axes, problem: Any, language: str) -> list[Line2D]:
    """Stars at the known minima, and their handles."""
    handles = []
    star: dict[str, Any] = {"marker": "*", "markersize": 22, "markeredgecolor": "black", "linestyle": "none"}
    groups = (("minimum", "minima", MINIMUM, 22), ("local minimum", "local_minima", "white", 16))
    for word, known, colour, size in groups:
        places = getattr(problem, known, ())
        if not len(places):
            continue
        drawn = star | {"markerfacecolor": colour, "markersize": size}
        points = np.concatenate([np.ravel(place) for place in places])
        found = as_problem(problem, points[:1])
        axes.plot(points, values_at(found, points[:, None], Layout.of(points[:1])), zorder=3, **drawn)
        handles.append(Line2D([], [], label=say(word, language), **drawn))
    return handles

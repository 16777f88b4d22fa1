"""Contours with paths."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.plane import Plane, Window, plane, valley_levels
from osolgil.plots.runs import Results, Run, runs_of
from osolgil.plots.style import GREYS, LARGE, MEDIUM, MINIMUM, dress, explain, font, halo, slide
from osolgil.plots.words import legible, say


def contour(
    problem: Any,
    results: Results = (),
    *,
    window: Window | str | None = None,
    axes: tuple[int, int] = (0, 1),
    through: Any = None,
    levels: int = 18,
    names: tuple[str, str] | None = None,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """Contour lines of a problem, with the paths of any number of runs.

    The levels are dense where it is low, so that valleys show (see `plane.valley_levels`); dark is low. Minima are
    stars, saddle points crosses, starts dots. A path that leaves the window is cut there, and the legend says so.

    Args:
        problem: a Surface, which brings its window, minima and saddles; a Problem; or a callable.
        results: what `minimize(..., record="path")` returned: one, several, or several by label.
        window: ((left, right), (bottom, top)); by default the surface's, or one that holds all paths;
            "paths" looks closer than the surface's.
        axes: which two coordinates are drawn.
        through: the other coordinates, where there are any; by default those of the last run's answer.
        levels: how many contour lines.
        names: of the two coordinates.
        title: of the picture; by default the surface's.
        language: "en" or "ko".

    Raises:
        ValueError: a run recorded no path, or nothing says where to look.
    """
    runs = runs_of(results)
    for run in runs:
        _ = run.path
    ground = plane(problem, runs, window=window, axes=axes, through=through, count=201)
    figure = slide()
    drawn = figure.subplots()
    drawn.set_gid("contour")
    dress(drawn, *axis_names(names, axes), title=titled(problem, title))
    draw_ground(drawn, ground, levels)
    handles = [draw_path(drawn, run, axes, ground.window, language) for run in runs]
    handles += draw_landmarks(drawn, problem, runs, axes, language)
    if handles:
        explain(figure, handles, loc="outside right upper")
    return figure


def axis_names(names: tuple[str, str] | None, axes: tuple[int, int]) -> tuple[str, str]:
    """What the axes are called: as given, or x₁ and x₂."""
    plain = (f"x{axes[0] + 1}", f"x{axes[1] + 1}")
    if names is None:
        return f"$x_{{{axes[0] + 1}}}$", f"$x_{{{axes[1] + 1}}}$"
    return legible(names[0], plain[0]), legible(names[1], plain[1])


def titled(problem: Any, title: str | None) -> str | None:
    """The title as given, or the surface's."""
    if title is None:
        return getattr(problem, "title", None)
    return legible(title, getattr(problem, "title", ""))


def draw_ground(axes: Axes, ground: Plane, levels: int = 18) -> None:
    """Filled contours in grey, each band one shade, and their lines."""
    heights = valley_levels(ground.z, ground.lowest, levels)
    z = np.ma.masked_invalid(ground.z)
    shades = [GREYS(k / max(len(heights) - 1, 1)) for k in range(len(heights) + 1)]
    axes.contourf(ground.x, ground.y, z, levels=heights, colors=shades, extend="both")
    axes.contour(ground.x, ground.y, z, levels=heights, colors="0.55", linewidths=0.8, linestyles="solid")
    axes.set_xlim(*ground.window[0])
    axes.set_ylim(*ground.window[1])


def draw_path(axes: Axes, run: Run, coordinates: tuple[int, int], window: Window, language: str = "en") -> Line2D:
    """One path with its end, and its handle for the legend."""
    points, left = cut(run.path[:, list(coordinates)], window)
    # At most eight markers: on a path that goes back and forth they would hide one another.
    relative = np.diff(points, axis=0) / np.ptp(np.array(window), axis=1)
    marks = max(0.12, float(np.hypot(*relative.T).sum()) / 8)
    (line,) = axes.plot(
        *points.T, label=run.label, markevery=marks, markeredgecolor="white", zorder=4, **run.look.drawn
    )
    halo(axes, line)
    if not left:
        axes.plot(
            *points[-1:].T, color=run.look.colour, marker=run.look.marker, markersize=14, markeredgecolor="white",
            markeredgewidth=1.5, linestyle="none", zorder=6,
        )  # fmt: skip
    label = f"{run.label}\n({say('leaves the picture', language)})" if left else run.label
    return Line2D([], [], label=label, **run.look.drawn)


def cut(points: np.ndarray, window: Window) -> tuple[np.ndarray, bool]:
    """The path up to where it is lost to sight for good, and whether it ends outside the window."""
    low, high = np.array(window).T
    outside = ((points < low) | (points > high)).any(axis=1)
    # Far away a line is only a direction, and coordinates of 1e200 overflow in the renderer.
    far = (np.abs(points - (low + high) / 2) > 50 * (high - low)).any(axis=1)
    end = int(np.argmax(far)) if far.any() else len(points)
    return points[: max(end, 1)], bool(outside[-1])


def draw_landmarks(
    axes: Axes,
    problem: Any,
    runs: Sequence[Run],
    coordinates: tuple[int, int],
    language: str = "en",
    minimum: Any = None,
) -> list[Line2D]:
    """Minima, saddle points and starts that are in the picture, and their handles for the legend."""
    n = getattr(problem, "n", 2)
    star: dict[str, Any] = {"marker": "*", "markersize": 22, "markerfacecolor": MINIMUM, "markeredgecolor": "black"}
    groups: list[tuple[str, Sequence[Any], dict[str, Any]]] = []
    if n == 2 and tuple(coordinates) == (0, 1):
        local = star | {"markersize": 15, "markerfacecolor": "white"}
        cross = {"marker": "X", "markersize": 15, "markerfacecolor": "white", "markeredgecolor": "black"}
        groups += [
            ("minimum", getattr(problem, "minima", ()), star),
            ("local minimum", getattr(problem, "local_minima", ()), local),
            ("saddle point", getattr(problem, "saddles", ()), cross),
        ]
    if minimum is not None:
        groups.append(("minimum", [np.asarray(minimum, dtype=np.float64)[list(coordinates)]], star))
    dot: dict[str, Any] = {"marker": "o", "markersize": 12, "markerfacecolor": "white", "markeredgecolor": "black"}
    starts = {tuple(run.path[0, list(coordinates)]) for run in runs}
    groups.append(("start", sorted(starts), dot))
    handles = []
    for word, found, drawn in groups:
        points = [point for point in found if seen(point, axes)]
        if points:
            drawn = drawn | {"linestyle": "none", "markeredgewidth": 1.8}
            axes.plot(*np.array(points).T, zorder=7, **drawn)
            handles.append(Line2D([], [], label=say(word, language), **drawn))
    return handles


def seen(point: Any, axes: Axes) -> bool:
    """Whether a point lies in the picture."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return bool(left <= point[0] <= right and bottom <= point[1] <= top)


def panels(
    problem: Any,
    results: Results,
    *,
    window: Window | str | None = None,
    axes: tuple[int, int] = (0, 1),
    through: Any = None,
    names: tuple[str, str] | None = None,
    minimum: Any = None,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """One contour for each run, side by side on the same window and levels: what the runs do differently stands out.

    Args:
        problem, window, axes, through, names, title, language: as in `contour`.
        results: by label; each label becomes the title of its panel.
        minimum: a known minimum, shape (n,), of a problem that does not say so itself.

    Raises:
        ValueError: there are no results, or one recorded no path.
    """
    runs = runs_of(results)
    if not runs:
        raise ValueError("There are no results to draw side by side; pass a dict of results by label.")
    ground = plane(problem, runs, window=window, axes=axes, through=through, count=161)
    figure = slide()
    drawn = np.atleast_1d(figure.subplots(1, len(runs), sharex=True, sharey=True))
    horizontal, vertical = axis_names(names, axes)
    for i, (each, run) in enumerate(zip(drawn, runs, strict=True)):
        draw_ground(each, ground)
        dress(each, horizontal, vertical if i == 0 else "", run.label, size=MEDIUM)
        draw_path(each, run, axes, ground.window, language)
        handles = draw_landmarks(each, problem, [run], axes, language, minimum)
    explain(figure, handles, loc="outside lower center", ncols=len(handles))
    if title:
        figure.suptitle(legible(title, ""), fontproperties=font(LARGE))
    return figure

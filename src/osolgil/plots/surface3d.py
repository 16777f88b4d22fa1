"""A surface in three dimensions, with paths on it."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.contour import axis_names, cut, titled
from osolgil.plots.plane import Window, plane
from osolgil.plots.runs import Results, runs_of
from osolgil.plots.style import LARGE, MEDIUM, MINIMUM, SMALL, explain, font, slide
from osolgil.plots.words import say

HEIGHTS = ("auto", "value", "log")


def surface3d(
    problem: Any,
    results: Results = (),
    *,
    window: Window | str | None = None,
    height: str = "auto",
    names: tuple[str, str] | None = None,
    title: str | None = None,
    view: tuple[float, float] = (48.0, -60.0),
    language: str = "en",
) -> Figure:
    """A surface in three dimensions, with the paths of any number of runs.

    Args:
        problem: a Surface, a Problem or a callable of two coordinates.
        results: what `minimize(..., record="path")` returned: one, several, or several by label. A path is drawn as
            long as it stays in the window.
        window: ((left, right), (bottom, top)); by default the surface's, or one that holds all paths.
        height: "value" draws f; "log" draws log₁₀(1 + (f − f*)/s), where s is the first percentile of f − f*, so that
            a floor shows beside walls of any height; "auto" takes "log" if the walls are more than 300 times as high
            as the middle of the picture. The axis says which.
        names: of the two coordinates.
        title: of the picture; by default the surface's.
        view: elevation and azimuth of the eye, in degrees.
        language: "en" or "ko".

    Raises:
        ValueError: a run recorded no path, nothing says where to look, or `height` is not known.
    """
    if height not in HEIGHTS:
        raise ValueError(f"height={height!r} is not known; choose one of {', '.join(map(repr, HEIGHTS))}.")
    runs = runs_of(results)
    for run in runs:
        _ = run.path
    ground = plane(problem, runs, window=window, axes=(0, 1), through=None, count=121)
    above = np.where(np.isfinite(ground.z), ground.z, np.nan) - ground.lowest
    scale = float(np.nanquantile(above, 0.01)) or 1.0
    if height == "auto":
        height = "log" if np.nanmax(above) > 300 * np.nanmedian(above) else "value"

    def lifted(value: np.ndarray) -> np.ndarray:
        return np.log10(1 + np.maximum(value - ground.lowest, 0) / scale) if height == "log" else value

    figure = slide()
    # Constrained layout does not know how far a turned box reaches.
    figure.set_layout_engine("none")
    axes: Any = figure.add_axes((0.0, 0.02, 0.66, 0.9), projection="3d", computed_zorder=False)
    z = lifted(ground.z)
    axes.plot_surface(
        *np.meshgrid(ground.x, ground.y), z, cmap=matplotlib.colormaps["Greys_r"], vmin=2 * np.nanmin(z) - np.nanmax(z),
        rcount=60, ccount=60, linewidth=0.3, edgecolor="0.45", alpha=0.9, zorder=1,
    )  # fmt: skip
    lift = 0.01 * float(np.nanmax(z) - np.nanmin(z))
    handles = []
    for run in runs:
        points, left = cut(run.path, ground.window)
        inside = inside_of(points, ground.window)
        value = run.result.trace.value[run.result.trace.accepted][: len(points)]
        heights = np.where(inside, lifted(value) + lift, np.nan)
        visible = np.where(inside[:, None], points, np.nan)
        axes.plot(*visible.T, heights, color="white", linewidth=5.5, zorder=2.9)
        axes.plot(
            *visible.T, heights, zorder=3,
            markevery=max(1, len(points) // 12), markeredgecolor="white", **run.look.drawn,
        )  # fmt: skip
        label = f"{run.label}\n({say('leaves the picture', language)})" if left else run.label
        handles.append(Line2D([], [], label=label, **run.look.drawn))
    starts = {(*run.path[0], float(run.result.trace.value[0])) for run in runs}
    if starts:
        dot: dict[str, Any] = {"marker": "o", "markersize": 12, "markerfacecolor": "white", "markeredgecolor": "black"}
        first_points = np.array(sorted(starts))
        axes.plot(*first_points[:, :2].T, lifted(first_points[:, 2]) + lift, linestyle="none", zorder=4, **dot)
        handles.append(Line2D([], [], label=say("start", language), linestyle="none", **dot))
    minima = [x for x in getattr(problem, "minima", ()) if len(x) == 2]
    if minima and getattr(problem, "minimum_value", None) is not None:
        star: dict[str, Any] = {"marker": "*", "markersize": 20, "markerfacecolor": MINIMUM, "markeredgecolor": "black"}
        lowest = lifted(np.full(len(minima), float(problem.minimum_value))) + lift
        axes.plot(*np.array(minima).T, lowest, linestyle="none", zorder=4, **star)
        handles.append(Line2D([], [], label=say("minimum", language), linestyle="none", **star))
    first, second = axis_names(names, (0, 1))
    axes.set_xlabel(first, fontproperties=font(MEDIUM), labelpad=12)
    axes.set_ylabel(second, fontproperties=font(MEDIUM), labelpad=12)
    up = r"$\log_{10}(1 + (f - f^*)/s)$" + f",  $s$ = {scale:.2g}" if height == "log" else "$f$"
    axes.set_zlabel(up, fontproperties=font(MEDIUM), labelpad=10)
    axes.tick_params(labelsize=SMALL)
    axes.locator_params(nbins=5)
    axes.view_init(*view)
    axes.set_box_aspect((1.3, 1.3, 0.8), zoom=0.95)
    heading = titled(problem, title)
    if heading:
        figure.text(0.33, 0.95, heading, ha="center", fontproperties=font(LARGE))
    if handles:
        explain(figure, handles, loc="upper right", bbox_to_anchor=(0.995, 0.985))
    return figure


def inside_of(points: np.ndarray, window: Window) -> np.ndarray:
    """Which points lie in the window, shape (points,)."""
    low, high = np.array(window).T
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))

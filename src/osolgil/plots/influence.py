"""Which rows decide a fit."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.models import GUIDE, numbers_of, only, scattered
from osolgil.plots.style import MEDIUM, dress, explain, font, slide
from osolgil.plots.words import legible, say
from osolgil.regression import FittedModel
from osolgil.regression.looking.residuals import distances, residuals, rows_of
from osolgil.regression.looking.residuals import leverage as leverage_of

CONTOURS = ((0.5, (0, (3, 1.5))), (1.0, "-"))
"""Cook's distances that are drawn, with their line styles."""


def leverage(model: FittedModel, *, labels: int = 3, title: str | None = None, language: str = "en") -> Figure:
    """Standardized residuals against leverage, with contours of Cook's distance and the most influential rows labelled.

    A row is influential if it is unusual in its columns (to the right) and in its target (high or low) together:
    outside of a contour the coefficients would move by so much without it.

    Args:
        model: at its optimum, with its rows.
        labels: how many rows to label, by their number in the table, counted from 0.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: the model was loaded.
        NoInference: away from the optimum, or where there is none; the message says why.
    """
    h = leverage_of(only(model))
    left = residuals(model, "standardized")
    numbers, n = numbers_of(model), len(model.vector)
    live = (rows_of(model).mass > 0) & np.isfinite(left)
    h, left, numbers = h[live], left[live], numbers[live]
    cook = distances(left, h, n)
    most = np.argsort(-cook, kind="stable")[: max(0, labels)]
    figure = slide()
    axes = figure.subplots()
    axes.axhline(0.0, color="0.45", linewidth=1.6, zorder=1)
    handles = [scattered(axes, h, left, "rows", language, keep=most)]
    right = min(1.0, 1.12 * float(h.max()))
    low, high = 1.2 * min(-2.2, float(left.min())), 1.2 * max(2.2, float(left.max()))
    handles += [contour(axes, distance, line, n, right, language) for distance, line in CONTOURS]
    axes.set_xlim(0.0, right)
    axes.set_ylim(low, high)
    ring: dict[str, Any] = {
        "markersize": 15,
        "markerfacecolor": "none",
        "markeredgecolor": GUIDE,
        "markeredgewidth": 2.4,
    }
    axes.plot(h[most], left[most], marker="o", linestyle="none", zorder=5, **ring)
    for place in most:
        neighbours = (h[most] > h[place]) & (h[most] < h[place] + 0.2 * right)
        beside = neighbours & (np.abs(left[most] - left[place]) < 0.08 * (high - low))
        side = -1 if h[place] > 0.8 * right or beside.any() else 1
        axes.annotate(
            f"{say('row', language)} {numbers[place]}", (h[place], left[place]), (14 * side, 0),
            textcoords="offset points", ha="left" if side > 0 else "right", va="center", zorder=6,
            fontproperties=font(MEDIUM), bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.5},
        )  # fmt: skip
    dress(axes, say("leverage", language), say("standardized residual", language), title and legible(title, ""))
    explain(figure, handles, loc="outside lower center", ncols=3)
    return figure


def contour(axes: Axes, distance: float, line: Any, n: int, right: float, language: str) -> Line2D:
    """Where Cook's distance is this; gives what the legend is to explain."""
    h = np.linspace(1e-4, min(right, 1 - 1e-9), 400)
    heights = np.sqrt(distance * n * (1 - h) / h)
    for sign in (-1, 1):
        axes.plot(h, sign * heights, color=GUIDE, linewidth=2.8, linestyle=line, zorder=2)
    label = f"{say('Cook’s distance', language)} {distance:g}"
    return Line2D([], [], color=GUIDE, linewidth=2.8, linestyle=line, label=label)

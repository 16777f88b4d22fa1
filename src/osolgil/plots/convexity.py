"""Convexity: costs of a row, and the chord that lies below its function."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.diagnosis.convexity import Convexity
from osolgil.plots.likelihood import LIKELY, tidy
from osolgil.plots.style import SMALL, dress, explain, font, slide
from osolgil.plots.words import legible, say
from osolgil.regression.families import Bernoulli, SquaredErrorLogistic

ONE, ZERO = "#0072B2", "#D55E00"
"""Colours of the rows with y = 1 and y = 0."""


def row_costs(language: str = "en") -> Figure:
    """What a row costs by its target, against p and against the linear predictor η, p = 1/(1 + e^−η).

    The negative log-likelihood, −log p for y = 1 and −log(1 − p) for y = 0, grows without bound where the model is
    sure and wrong; the squared error (y − p)²/2 becomes flat there, and is not convex in η.

    Args:
        language: "en" or "ko".
    """
    figure = slide()
    panels = figure.subplots(1, 2)
    p = np.linspace(0.002, 0.998, 400)
    eta = np.linspace(-6.0, 6.0, 400)
    lines: dict[Any, dict[str, Any]] = {
        Bernoulli(): {"linewidth": 3.6},
        SquaredErrorLogistic(): {"linewidth": 3.0, "linestyle": (0, (4, 1.5))},
    }
    with jax.enable_x64(True):
        for family, drawn in lines.items():
            for y, colour in ((1.0, ONE), (0.0, ZERO)):
                panels[0].plot(p, np.asarray(family.loss(np.log(p / (1 - p)), y)), color=colour, **drawn)
                panels[1].plot(eta, np.asarray(family.loss(eta, y)), color=colour, **drawn)
    for panel, name in ((panels[0], "p"), (panels[1], say("linear predictor", language) + "  η")):
        dress(panel, name, say("cost of a row", language))
        panel.set_ylim(-0.1, 5.0)
        tidy(panel)
    log, squared = (say(word, language) for word in ("negative log-likelihood", "squared error"))
    thick, thin = lines[Bernoulli()], lines[SquaredErrorLogistic()]
    handles = [
        Line2D([], [], color=ONE, label=f"{log}: −log p, y = 1", **thick),
        Line2D([], [], color=ONE, label=f"{squared}: (1 − p)²/2, y = 1", **thin),
        Line2D([], [], color=ZERO, label=f"{log}: −log(1 − p), y = 0", **thick),
        Line2D([], [], color=ZERO, label=f"{squared}: p²/2, y = 0", **thin),
    ]
    explain(figure, handles, loc="outside lower center", ncols=2)
    return figure


def chord(
    found: Convexity | Mapping[str, Convexity],
    *,
    name: str = "x",
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """Functions with the chord that violates convexity, side by side; without one, with a chord that does not.

    A function of one coordinate is drawn over it; of several, along the line through the chord's ends (or, where there
    is no such chord, along the diagonal of the region): 0 at x and 1 at y.

    Args:
        found: what `convexity` found, one or several by label.
        name: of the coordinate.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: there is nothing to draw.
    """
    several = {found.name: found} if isinstance(found, Convexity) else dict(found)
    if not several:
        raise ValueError("There is nothing to draw; pass what convexity returned.")
    figure = slide()
    panels = figure.subplots(1, len(several), squeeze=False)[0]
    for panel, (label, each) in zip(panels, several.items(), strict=True):
        along(panel, each, language)
        axis = legible(name, "x") if len(each.region) == 1 else say("from x (0) to y (1)", language)
        dress(panel, axis, say("value", language) if panel is panels[0] else "", legible(label, each.name))
        tidy(panel)
    handles = [
        Line2D([], [], color="black", linewidth=3.2, label=say("function", language)),
        Line2D([], [], color="0.35", linewidth=2.4, marker="o", markersize=10, label=say("chord", language)),
    ]
    if any(each.violated for each in several.values()):
        gap = say("the function lies above its chord", language)
        handles.append(Line2D([], [], color=LIKELY, linewidth=5, label=gap))
    if title:
        figure.suptitle(legible(title, ""), fontproperties=font(SMALL + 6))
    explain(figure, handles, loc="outside lower center", ncols=3)
    return figure


def along(panel: Axes, found: Convexity, language: str) -> None:
    """One function with its chord."""
    low, high = found.region[:, 0], found.region[:, 1]
    single = len(found.region) == 1
    if found.chord is not None:
        ends = [np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(e)]) for e in (found.chord.x, found.chord.y)]
        share = found.chord.share
    else:
        ends, share = [low + 0.2 * (high - low), high - 0.2 * (high - low)], 0.5
    if single and ends[0][0] > ends[1][0]:
        ends, share = ends[::-1], 1 - share
    x, y = ends
    reach = np.linspace(0, 1, 301) if single else np.linspace(-0.25, 1.25, 301)
    points = low + reach[:, None] * (high - low) if single else x + reach[:, None] * (y - x)
    points = points[((points >= low) & (points <= high)).all(axis=1)]
    between = share * x + (1 - share) * y

    def place(at: np.ndarray) -> Any:
        return at[..., 0] if single else (at - x) @ (y - x) / ((y - x) @ (y - x))

    value_x, value_y, value = found.objective(np.stack([x, y, between]))
    height = share * value_x + (1 - share) * value_y
    panel.plot(place(points), found.objective(points), color="black", linewidth=3.2, zorder=3)
    panel.plot(
        [place(x), place(y)], [value_x, value_y], color="0.35", linewidth=2.4, marker="o", markersize=10,
        markeredgecolor="white", zorder=4,
    )  # fmt: skip
    if found.chord is None:
        said = say("no such chord was found", language)
    else:
        panel.plot([place(between)] * 2, [height, value], color=LIKELY, linewidth=5, zorder=5)
        said = f"λ = {share:.3g},  +{value - height:.3g}"
    panel.annotate(said, (0.5, 0.97), xycoords="axes fraction", ha="center", va="top", fontproperties=font(SMALL))
    panel.margins(y=0.12)
    panel.locator_params(axis="x", nbins=5)

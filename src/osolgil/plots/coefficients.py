"""Coefficients with their intervals, of one model or several."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.models import labelled, signs
from osolgil.plots.style import MEDIUM, SMALL, dress, explain, font, slide
from osolgil.plots.words import legible, say
from osolgil.regression import FittedModel, Likelihood, NoInference
from osolgil.regression.constraints import CONSTRAINED, hint
from osolgil.regression.estimated import Estimated
from osolgil.regression.inference import checked_level
from osolgil.regression.penalties import PENALIZED
from osolgil.rows.trouble import INTERCEPT

MOST = 25
"""Coefficients whose names can be read on one slide."""


def coefficients(
    models: Estimated | Mapping[str, Estimated],
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    standardized: bool = False,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """Coefficients as points on their intervals, a line for each, beside the line of zero.

    Where there are no intervals although the coefficients are what was asked for (under a penalty, bounds or
    constraints, or by a loss that is no likelihood) they are hollow points, and the legend says why.

    Args:
        models: one, or several by label, which need not have the same columns; of several classes too.
        names: of the coefficients to draw, in this order; by default all but the intercept.
        level: of the intervals, which are `FittedModel.intervals(level)`.
        standardized: whether to draw what one standard deviation of a column does, so that columns of different units
            can be compared.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        NoInference: a model is away from its optimum, has none, or has not arrived; the message says why.
        ValueError: there are no models or coefficients, more than 25 coefficients, an unknown name, or `standardized`
            coefficients of a loaded model.
    """
    checked_level(level)
    found: dict[str, Estimated] = labelled(models, Estimated)
    chosen = chosen_names(found, names)
    figure = slide()
    axes = figure.subplots()
    axes.axvline(0.0, color="0.45", linewidth=2.0, linestyle=(0, (2, 2)), zorder=1)
    places = {name: -i for i, name in enumerate(chosen)}
    step = min(0.22, 0.7 / len(found))
    handles: list[Any] = []
    for i, (label, model) in enumerate(found.items()):
        reason = why_none(model)
        scale = deviations(model) if standardized else dict.fromkeys(model.names, 1.0)
        held = [name for name in chosen if name in model.names]
        heights = np.array([places[name] for name in held]) - step * (i - (len(found) - 1) / 2)
        values = np.array([model.coefficients[name] * scale[name] for name in held])
        drawn = signs(i) | {"linestyle": "none", "markersize": 12 if len(chosen) <= 15 else 8}
        if reason is None:
            ends = dict(zip(model.names, model.inference.intervals(model.vector, level), strict=True))
            low, high = (np.array([ends[name][side] * scale[name] for name in held]) for side in (0, 1))
            axes.hlines(heights, low, high, color=drawn["color"], linewidth=3.4, zorder=2)
            told = f"{100 * level:g}% {say('confidence interval', language)}"
        else:
            drawn |= {"markerfacecolor": "white", "markeredgewidth": 2.6}
            told = f"{say('no intervals', language)}: {say(reason, language)}"
        axes.plot(values, heights, zorder=3, **drawn)
        line = {"linestyle": "-" if reason is None else "none", "linewidth": 3.4}
        handles.append(Line2D([], [], label=f"{label}\n({told})" if label else told, **(drawn | line)))
    axes.set_ylim(-len(chosen) + 0.4, 0.6)
    axes.grid(True, axis="x", color="0.88", linewidth=0.8)
    axes.set_axisbelow(True)
    what = "coefficient, for one standard deviation of the column" if standardized else "coefficient"
    dress(axes, say(what, language), "", title and legible(title, ""))
    size = MEDIUM if len(chosen) <= 15 else SMALL
    axes.set_yticks(
        [places[name] for name in chosen],
        [legible(name, f"column {i + 1}") for i, name in enumerate(chosen)],
        fontproperties=font(size),
    )
    explain(figure, handles, loc="outside lower center", ncols=min(3, len(handles)))
    return figure


def chosen_names(found: dict[str, Estimated], names: Sequence[str] | None) -> list[str]:
    """The names of the coefficients to draw, in order."""
    known = list(dict.fromkeys(name for model in found.values() for name in model.names))
    if names is None:
        # Of several classes each has an intercept: "b: Intercept".
        chosen = [name for name in known if name.rpartition(": ")[2] != INTERCEPT] or known
    else:
        chosen = list(dict.fromkeys([names] if isinstance(names, str) else names))
        for name in chosen:
            if name not in known:
                raise ValueError(f"There is no coefficient {name!r}; {hint(name, tuple(known))}")
    if not 0 < len(chosen) <= MOST:
        raise ValueError(
            f"{len(chosen)} coefficients are to be drawn, and {MOST} at most can be read on one slide; name those that "
            "matter, names=[...]."
        )
    return chosen


def why_none(model: Estimated) -> str | None:
    """Why coefficients that are at their optimum have no intervals; None if they have.

    Raises:
        NoInference: they are not there, or there is none.
    """
    place, result = model.standing, model.result
    if place.inference is not None:
        return None
    reason = {PENALIZED: "penalized", CONSTRAINED: "bounds or constraints"}.get(place.refusal or "")
    if isinstance(model, FittedModel) and not isinstance(model.family, Likelihood):
        reason = "no likelihood"
    if reason is None:
        raise NoInference(place.refusal)
    if result is not None and not result.success:
        raise NoInference(f"The coefficients have not arrived: {result.message}")
    return reason


def deviations(model: Estimated) -> dict[str, float]:
    """The standard deviation of each coefficient's column; 1 of the intercept."""
    if model.sample is None:
        raise ValueError("A loaded model has no rows to take the columns' standard deviations from; fit it again.")
    # Of several classes, class by class.
    return model.named(np.resize(np.asarray(model.sample.coordinates.scale), len(model.vector)))

"""Yes or no: how well a model tells the classes apart, and whether its probabilities are true."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.models import Models, models_of, signs
from osolgil.plots.style import dress, explain, slide
from osolgil.plots.words import legible, say
from osolgil.regression.looking.shares import BINS
from osolgil.regression.looking.shares import calibration as calibration_of
from osolgil.regression.looking.shares import roc as roc_of


def roc(
    models: Models,
    data: Any = None,
    *,
    weights: Any = None,
    level: float = 0.95,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """ROC curves, with the area under each and its interval in the legend.

    The interval is DeLong's, made on the scale log(A/(1 − A)). See `osolgil.regression.roc`.

    Args:
        models: one, or several by label.
        data: rows with their response, of which the models have seen nothing; (X, y) for models of arrays. By default
            those of the fit, which flatter.
        weights: of these rows, shape (rows,).
        level: of the intervals.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: there are no models; or as in `osolgil.regression.roc`.
    """
    found = {label: roc_of(model, data, weights=weights, level=level) for label, model in models_of(models).items()}
    figure = slide()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.45", linewidth=2.0, linestyle=(0, (2, 2)), zorder=1)
    handles = []
    for i, (label, curve) in enumerate(found.items()):
        drawn = signs(i) | {"marker": ""}
        axes.plot(curve.false_positives, curve.true_positives, zorder=3, clip_on=False, **drawn)
        area = f"AUC {curve.auc:.3f}"
        if curve.interval is not None:
            area += f"  ({100 * level:g}%: {curve.interval[0]:.3f} – {curve.interval[1]:.3f})"
        handles.append(Line2D([], [], label=f"{label}\n{area}" if label else area, **drawn))
    chance = say("by chance", language)
    handles.append(Line2D([], [], color="0.45", linewidth=2.0, linestyle=(0, (2, 2)), label=f"{chance}: AUC 0.5"))
    square(axes)
    x, y = "false positives: noes taken for yes", "true positives: yeses found"
    dress(axes, say(x, language), say(y, language), title and legible(title, ""))
    explain(figure, handles, loc="outside right center")
    return figure


def calibration(
    models: Models,
    data: Any = None,
    *,
    weights: Any = None,
    bins: int = BINS,
    level: float = 0.95,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """Predicted probabilities against the shares that came, in bins of equally many observations.

    On the diagonal what is given a probability of p comes in a share p of the cases. The bars are Wilson's intervals of
    the shares. See `osolgil.regression.calibration`.

    Args:
        models, data, weights, level, title, language: as in `roc`.
        bins: how many, at least 2.

    Raises:
        ValueError: there are no models; or as in `osolgil.regression.calibration`.
    """
    found = {
        label: calibration_of(model, data, weights=weights, bins=bins, level=level)
        for label, model in models_of(models).items()
    }
    figure = slide()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.45", linewidth=2.0, linestyle=(0, (2, 2)), zorder=1)
    handles: list[Any] = []
    for i, (label, each) in enumerate(found.items()):
        drawn = signs(i)
        reach = np.stack([each.observed - each.lower, each.upper - each.observed])
        axes.errorbar(
            each.predicted, each.observed, yerr=reach, fmt="none", ecolor=drawn["color"], elinewidth=2.2, capsize=6,
            capthick=2.2, zorder=3, clip_on=False,
        )  # fmt: skip
        axes.plot(each.predicted, each.observed, zorder=4, clip_on=False, **(drawn | {"markersize": 11}))
        handles.append(Line2D([], [], label=label or say("observed share", language), **drawn))
    bar: dict[str, Any] = {"color": "0.3", "linestyle": "none", "marker": "|", "markersize": 22, "markeredgewidth": 2.2}
    handles.append(Line2D([], [], label=f"{100 * level:g}% {say('confidence interval', language)}", **bar))
    exact = say("as predicted", language)
    handles.append(Line2D([], [], color="0.45", linewidth=2.0, linestyle=(0, (2, 2)), label=exact))
    square(axes)
    dress(axes, say("predicted probability", language), say("observed share", language), title and legible(title, ""))
    explain(figure, handles, loc="outside right center")
    return figure


def square(axes: Any) -> None:
    """Both axes from 0 to 1, and as long."""
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    axes.set_aspect("equal")
    axes.grid(True, color="0.88", linewidth=0.8)
    axes.set_axisbelow(True)
    # The plain constrained layout makes room for labels where the axes were before they became square.
    axes.figure.set_layout_engine("compressed")

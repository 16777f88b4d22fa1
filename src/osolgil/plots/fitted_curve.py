"""A curve fitted by least squares, over its data."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from osolgil.plots.regression import BAND
from osolgil.plots.style import dress, explain, look, slide
from osolgil.plots.words import legible, say
from osolgil.protocol import precision
from osolgil.regression import LeastSquaresFit
from osolgil.regression.curves.bands import FLOAT64, curve_of, fitted_columns

DOTS: dict[str, Any] = {
    "marker": "o",
    "linestyle": "none",
    "markersize": 11,
    "color": "0.25",
    "markeredgecolor": "white",
}

POINTS = 301


def fitted_curve(
    fit: LeastSquaresFit,
    *,
    level: float = 0.95,
    names: tuple[str, str] | None = None,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """The curve over its data, with the confidence band of the curve and the prediction band of a new observation.

    The bands are those of `LeastSquaresFit.predict`. Where there are no standard errors there are none; and where rows
    are not equally exact there is none for a new observation, whose exactness nobody knows.

    Args:
        fit: of `fit_curve`, by a curve of one column.
        level: of the bands.
        names: of the column and the response; by default as in the formula.
        title: of the picture; the formula by default.
        language: "en" or "ko".

    Raises:
        ValueError: this is no curve, or one of no column or of several.
    """
    curve = curve_of(fit)
    if len(curve.inputs) != 1:
        raise ValueError(
            f"A picture has one axis for what the curve depends on, and this one depends on {len(curve.inputs)} "
            f"columns{': ' * bool(curve.inputs)}{', '.join(curve.inputs)}; draw predictions of your own."
        )
    (name,) = curve.inputs
    columns = fitted_columns(fit)
    x = columns[name]
    with precision(FLOAT64):
        y = np.broadcast_to(np.asarray(curve.response.evaluate(columns, np), dtype=np.float64), x.shape)
    margin = 0.04 * (float(np.ptp(x)) or 1.0)
    # Beyond the data a curve may have no value, as a logarithm has none at 0.
    grid = np.linspace(x.min() - margin, x.max() + margin, POINTS)
    grid = grid[np.isfinite(fit.predict({name: grid}))]
    figure = slide()
    axes = figure.subplots()
    handles: list[Any] = []
    mean = fit.predict({name: grid})
    if fit.inference is not None:
        found = fit.predict({name: grid}, "interval", level=level)
        bands = [(found.lower, found.upper, 0.55, "confidence band")]
        if fit.accuracy.sigma is None:
            bands.insert(0, (found.new_lower, found.new_upper, 0.22, "prediction band"))
        for order, (low, high, alpha, what) in enumerate(bands, start=1):
            axes.fill_between(grid, low, high, color=BAND, alpha=alpha, linewidth=0, zorder=0.1 * order)
            handles.append(Patch(color=BAND, alpha=alpha, label=f"{100 * level:g}% {say(what, language)}"))
    drawn = look(0).drawn | {"marker": "", "linewidth": 3.0}
    axes.plot(grid, mean, zorder=3, **drawn)
    handles.append(Line2D([], [], label=say("fitted curve", language), **drawn))
    what = "data"
    if fit.accuracy.given and fit.accuracy.sigma is not None:
        deviation = fit.accuracy.sigma * (1.0 if fit.accuracy.absolute else fit.residual_deviation)
        axes.errorbar(x, y, yerr=deviation, fmt="none", ecolor="0.25", elinewidth=2.0, capsize=5, zorder=4)
        what = "data, ± one standard deviation"
    axes.plot(x, y, zorder=5, **DOTS)
    handles.append(Line2D([], [], label=say(what, language), **DOTS))
    axes.set_xlim(grid[0], grid[-1])
    shown = names or (name, curve.response.text)
    dress(axes, legible(shown[0], "x"), legible(shown[1], "y"), legible(title or fit.problem.name, ""))
    explain(figure, handles, loc="outside right upper")
    return figure

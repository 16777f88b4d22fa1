"""Likelihoods: how likely the data are under each parameter, and that least squares is one of them."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from osolgil.likelihood import BestCandidate, LikelihoodTable, MaximumLikelihood
from osolgil.likelihood.candidates import shown
from osolgil.likelihood.intervals import quantile
from osolgil.plots.style import MEDIUM, SMALL, dress, explain, font, look, slide
from osolgil.plots.words import legible, say

BAND = "#56B4E9"
LIKELY = "#D55E00"
"""What is most likely is drawn in vermilion everywhere."""


def likelihood(
    result: MaximumLikelihood | BestCandidate | LikelihoodTable,
    parameter: str | None = None,
    *,
    level: float = 0.95,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    r"""The likelihood, and beside it the log-likelihood, over a parameter, with the estimate and its interval.

    The likelihood is drawn relative to that of the estimate; with several parameters it is the profile, the others
    being maximized over. The interval holds the values with :math:`\ell \ge \hat\ell - \chi^2_1 / 2`. Candidates are
    bars; a table of candidates is drawn with a group of bars for every value that may be seen.

    Args:
        result: of `maximum_likelihood`, or a table of likelihoods.
        parameter: which one, by name; the first by default.
        level: of the interval.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: there is no such parameter.
    """
    if isinstance(result, LikelihoodTable):
        return bags(result, title, language)
    figure = slide()
    axes = figure.subplots(1, 2)
    if isinstance(result, BestCandidate):
        handles = candidates(axes, result, language)
        symbol = ", ".join(each.symbol for each in result.distribution.parameters)
        words = ("likelihood", "log-likelihood")
    else:
        names = result.names
        if parameter is not None and parameter not in names:
            raise ValueError(f"There is no parameter {parameter!r}; choose one of {', '.join(names)}.")
        place = 0 if parameter is None else names.index(parameter)
        handles = curves(axes, result, place, level, language)
        symbol = result.distribution.parameters[place].symbol
        profile = " (profile)" if len(names) > 1 else ""
        words = ("relative likelihood" + profile, "log-likelihood" + profile)
    for each, word, formula in zip(axes, words, ("L", "ℓ"), strict=True):
        relative = f"{formula} / {formula}_max" if word.startswith("relative") else formula
        dress(each, legible(symbol, "θ"), f"{say(word, language)}  {relative}".replace("_max", "max"))
        tidy(each)
    if title:
        figure.suptitle(legible(title, ""), fontproperties=font(MEDIUM + 4))
    explain(figure, handles, loc="outside lower center", ncols=min(3, len(handles)))
    return figure


def tidy(axes: Axes) -> None:
    """A light grid, and no frame on two sides."""
    axes.grid(True, color="0.88", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def curves(axes: Any, result: MaximumLikelihood, place: int, level: float, language: str) -> list[Any]:
    """Both curves over one parameter; gives what the legend is to explain."""
    name, each = result.names[place], result.distribution.parameters[place]
    estimate, highest = float(result.vector[place]), result.log_likelihood
    interval = result.intervals(level)[name]
    ends = [end if math.isfinite(end) else estimate for end in interval]
    margin = 0.7 * max(ends[1] - ends[0], 1e-12 * abs(estimate))
    low, high = ends[0] - margin, ends[1] + margin
    inside = 1e-3 * (high - low)
    low, high = max(low, each.domain.low + inside), min(high, each.domain.high - inside)
    grid = np.unique(np.append(np.linspace(low, high, 161), estimate))
    heights = result.function.curve(place, grid, result.walked)
    cut = highest - quantile(level) / 2
    band = [max(interval.low, low), min(interval.high, max(high, estimate))]
    for panel, y, top, bottom in (
        (axes[0], np.exp(heights - highest), 1.0, math.exp(cut - highest)),
        (axes[1], heights, highest, cut),
    ):
        panel.axvspan(*band, color=BAND, alpha=0.3, linewidth=0, zorder=0)
        panel.axhline(bottom, color="0.35", linewidth=1.6, linestyle=(0, (2, 2)), zorder=2)
        panel.plot(grid, y, color="black", linewidth=3.2, zorder=3)
        panel.plot([estimate], [top], marker="o", markersize=13, color=LIKELY, markeredgecolor="black", zorder=5)
    axes[0].set_ylim(0.0, 1.08)
    shown_depth = max(highest - cut, 0.5)
    axes[1].set_ylim(highest - 4.5 * shown_depth, highest + 0.35 * shown_depth)
    dot: dict[str, Any] = {
        "marker": "o",
        "linestyle": "none",
        "markersize": 13,
        "color": LIKELY,
        "markeredgecolor": "black",
    }
    kind = say("likelihood interval", language)
    return [
        Line2D([], [], label=f"{say('estimate', language)} {estimate:.4g}", **dot),
        Patch(color=BAND, alpha=0.4, label=f"{level:.0%} {kind}: {interval.low:.4g} – {interval.high:.4g}"),
        Line2D([], [], color="0.35", linewidth=1.6, linestyle=(0, (2, 2)), label=f"ℓmax − {quantile(level) / 2:.3g}"),
    ]


def candidates(axes: Any, result: BestCandidate, language: str) -> list[Any]:
    """A bar for each candidate; gives what the legend is to explain."""
    places = np.arange(len(result.table))
    best = [row.candidate in result.ties for row in result.table]
    colours = [LIKELY if each else "0.65" for each in best]
    logs = np.array([row.log_likelihood for row in result.table])
    finite = logs[np.isfinite(logs)]
    floor = finite.min() - 0.25 * max(np.ptp(finite), 0.25 * abs(finite).max(), 0.1)
    axes[0].bar(places, [float(row.likelihood) for row in result.table], color=colours, edgecolor="black", width=0.6)
    axes[1].bar(places, np.maximum(logs, floor) - floor, bottom=floor, color=colours, edgecolor="black", width=0.6)
    for panel in axes:
        panel.set_xticks(places, [shown(row.candidate) for row in result.table])
    for place, row in zip(places, result.table, strict=True):
        axes[0].annotate(
            shown(row.likelihood), (place, float(row.likelihood)), (0, 5), textcoords="offset points", ha="center",
            fontproperties=font(SMALL),
        )  # fmt: skip
    axes[0].margins(y=0.12)
    word = "most likely" if sum(best) == 1 else "equally likely"
    return [Patch(facecolor=LIKELY, edgecolor="black", label=say(word, language))]


def bags(table: LikelihoodTable, title: str | None, language: str) -> Figure:
    """A group of bars for every value; the highest of each group is the estimate from that value."""
    figure = slide()
    axes = figure.subplots()
    width = 0.8 / len(table.candidates)
    handles: list[Any] = []
    for i, (candidate, row) in enumerate(zip(table.candidates, table.likelihoods, strict=True)):
        places = np.arange(len(table.values)) + (i - (len(table.candidates) - 1) / 2) * width
        colour = look(i + 1).colour
        axes.bar(places, [float(each) for each in row], width=0.92 * width, color=colour, edgecolor="black")
        handles.append(Patch(facecolor=colour, edgecolor="black", label=f"{table.symbol} = {shown(candidate)}"))
        for place, value, each in zip(places, table.values, row, strict=True):
            if candidate in table.estimates[value]:
                axes.plot([place], [float(each)], marker="*", markersize=20, color="#F0E442", markeredgecolor="black")
    star: dict[str, Any] = {
        "marker": "*",
        "linestyle": "none",
        "markersize": 20,
        "color": "#F0E442",
        "markeredgecolor": "black",
    }
    handles.append(Line2D([], [], label=say("most likely", language), **star))
    axes.set_xticks(range(len(table.values)), [str(value) for value in table.values])
    dress(axes, "y", f"{say('likelihood', language)}  f(y; {table.symbol})", title and legible(title, ""))
    tidy(axes)
    explain(figure, handles, loc="outside right upper")
    return figure


def likelihood_and_squares(
    x: Any,
    y: Any,
    *,
    names: tuple[str, str] = ("x", "y"),
    title: str | None = None,
    language: str = "en",
) -> Figure:
    r"""Maximizing the normal log-likelihood is minimizing the residual sum of squares: both over the slope.

    .. math:: \ell(\theta) = -\frac n2 \log(2\pi\sigma^2) - \frac{RSS(\theta)}{2\sigma^2}

    For each slope the intercept is the best one, and σ² = RSS/n of the best line, so that the two curves are mirror
    images: one optimum.

    Args:
        x, y: the data, shape (rows,) each.
        names: of x and y.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: the data are not two equally long columns of at least three finite numbers, x is constant, or the
            line is exact.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 3 or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError(
            f"x has shape {x.shape} and y {y.shape}; the picture needs two columns of at least three finite numbers."
        )
    u, v = x - x.mean(), y - y.mean()
    if not u.any():
        raise ValueError(f"x is {x[0]:g} in every row; a slope needs at least two different values.")
    best = float(u @ v / (u @ u))
    lowest = float(((v - best * u) ** 2).sum())
    if lowest <= 1e-20 * float(v @ v):
        raise ValueError("The line is exact: with no residuals there is no σ to measure them by.")
    n, variance = len(x), lowest / len(x)
    reach = 4.5 * math.sqrt(variance / float(u @ u))
    grid = best + reach * np.linspace(-1, 1, 161)
    squares = ((v - grid[:, None] * u) ** 2).sum(axis=1)
    logs = -0.5 * n * math.log(2 * math.pi * variance) - squares / (2 * variance)
    figure = slide()
    upper, lower = figure.subplots(2, 1, sharex=True)
    for panel, heights, top, colour in ((upper, logs, logs.max(), "#0072B2"), (lower, squares, lowest, "black")):
        panel.axvline(best, color=LIKELY, linewidth=2.2, linestyle=(0, (4, 2)), zorder=1)
        panel.plot(grid, heights, color=colour, linewidth=3.4, zorder=3)
        panel.plot([best], [top], marker="o", markersize=13, color=LIKELY, markeredgecolor="black", zorder=5)
        tidy(panel)
    dress(upper, "", f"{say('log-likelihood', language)}  ℓ", title and legible(title, ""))
    slope = f"{say('slope', language)} ({legible(names[1], 'y')} / {legible(names[0], 'x')})"
    dress(lower, slope, f"{say('sum of squares', language)}  RSS")
    dot: dict[str, Any] = {"marker": "o", "linestyle": (0, (4, 2)), "linewidth": 2.2, "markersize": 13, "color": LIKELY}
    label = f"{say('one optimum', language)}: {best:.5g}"
    explain(figure, [Line2D([], [], label=label, markeredgecolor="black", **dot)], loc="outside lower center")
    return figure

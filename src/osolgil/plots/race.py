"""The charts of a race as pictures: what the report draws in the page, for a slide or a paper."""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from osolgil.plots.style import MINIMUM, SMALL, Look, dress, explain, font, look, slide
from osolgil.plots.words import hangul_font, has_hangul, legible
from osolgil.protocol.words import checked_language
from osolgil.races import Manifest
from osolgil.races.report import Chart, Line
from osolgil.races.report.looks import looks
from osolgil.races.report.svg import MANY

LETTERS = 140
"""Of a line of the caption; Hangul counts double."""

FEW_BANDS, MANY_BANDS = 0.15, 0.06
"""How opaque bands are: of many contestants paler, since they lie upon each other and would hide the lines."""


def race_chart(chart: Chart, manifest: Manifest, *, language: str = "en") -> Figure:
    """A chart of a race with its caption: contestants look as they do in the report and in every other picture.

    Args:
        chart: one of `osolgil.races.report.charts`.
        manifest: of the race, which says who its contestants are.
        language: "en" or "ko"; English where no installed font has Hangul.

    Raises:
        ValueError: the language is neither "en" nor "ko".
    """
    asked = checked_language(language)
    spoken = "en" if hangul_font() is None else asked
    found = looks(manifest)
    figure = slide()
    axes = figure.add_subplot()
    frame(axes, chart)
    for level in chart.levels:
        axes.axhline(level.value, color="0.4", linewidth=1.2, linestyle=(0, (1, 3)), zorder=1)
        axes.annotate(
            level.label, (0.01, level.value), (0, -3), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
            va="top", color="0.3", fontproperties=font(SMALL),
        )  # fmt: skip
    for each in chart.contours:
        axes.plot(each[:, 0], each[:, 1], color="0.7", linewidth=0.8, zorder=1)
    handles = []
    for line in chart.lines:
        number, place = found[line.contestant]
        appearance = look(place)
        draw(axes, line, appearance, band=FEW_BANDS if len(chart.lines) <= MANY else MANY_BANDS)
        name = legible(line.contestant, f"contestant {number + 1}")
        note = "" if line.note is None else f" ({line.note.in_(spoken)})"
        handles.append(sample(line, appearance, name + note))
    for spot in chart.spots:
        star = spot.kind == "minimum"
        axes.plot(
            spot.x, spot.y, "*" if star else "o", markersize=18 if star else 13, zorder=5,
            markerfacecolor=MINIMUM if star else "white", markeredgecolor="black", markeredgewidth=1 if star else 2.4,
        )  # fmt: skip
    title, x, y = (legible(words.in_(spoken), "") for words in (chart.title, chart.x.label, chart.y.label))
    dress(axes, x, y, title)
    axes.tick_params(which="minor", length=0)
    explain(figure, handles, loc="outside right upper")
    caption = legible(chart.caption.in_(spoken), "")
    figure.supxlabel(wrapped(caption), x=0.01, ha="left", linespacing=1.35, fontproperties=font(SMALL - 3))
    return figure


def frame(axes: Axes, chart: Chart) -> None:
    """Scales, limits, ticks and grid."""
    for axis, place, most in ((chart.x, "x", 8), (chart.y, "y", 7)):
        axes.set(**{f"{place}scale": "log" if axis.log else "linear", f"{place}lim": (axis.low, axis.high)})
        ticks = axis.ticks(most)
        drawn = axes.xaxis if place == "x" else axes.yaxis
        drawn.set_major_locator(FixedLocator([value for value, _ in ticks]))
        # as in the page, and without raised letters, which few fonts with Hangul have
        drawn.set_major_formatter(FixedFormatter([written(label) for _, label in ticks]))
        drawn.set_minor_locator(NullLocator())
    axes.grid(True, color="0.88", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))


def written(label: str) -> str:
    """A tick's label: raised letters as mathematics, everything else as it is."""
    base = label.rstrip("".join(RAISED))
    power = "".join(RAISED[letter] for letter in label[len(base) :])
    return f"${base}^{{{power}}}$" if power else label


def draw(axes: Axes, line: Line, appearance: Look, band: float) -> None:
    """A contestant's line with its band, or its dots."""
    colour = appearance.colour
    if line.kind == "dots":
        axes.plot(line.x, finite(line.y), "o", color=colour, alpha=0.75, markersize=8)
        return
    stairs = line.kind == "steps"
    if line.low is not None and line.high is not None:
        low, high = axes.get_ylim()
        edges = np.clip(line.low, low, high), np.clip(line.high, low, high)
        axes.fill_between(line.x, *edges, color=colour, alpha=band, linewidth=0, step="post" if stairs else None)
    axes.plot(
        line.x, finite(line.y), color=colour, linestyle=appearance.line, linewidth=2.8,
        marker="o" if line.kind == "both" else "", markersize=6, drawstyle="steps-post" if stairs else "default",
    )  # fmt: skip
    there = np.flatnonzero(np.isfinite(line.y))
    if line.ends and there.size:
        axes.plot(line.x[there[-1]], line.y[there[-1]], "x", color=colour, markersize=11, markeredgewidth=3)


def finite(values: np.ndarray) -> np.ndarray:
    """The values, with gaps where they are infinite."""
    return np.where(np.isfinite(values), values, np.nan)


def sample(line: Line, appearance: Look, label: str) -> Line2D:
    """A piece of a contestant's line, for the legend."""
    if line.kind == "dots":
        return Line2D([], [], color=appearance.colour, marker="o", linestyle="none", markersize=8, label=label)
    return Line2D([], [], color=appearance.colour, linestyle=appearance.line, linewidth=2.8, label=label)


def wrapped(caption: str) -> str:
    """The caption in lines that fit the slide."""
    return "\n".join(textwrap.wrap(caption, LETTERS * 3 // 5 if has_hangul(caption) else LETTERS))

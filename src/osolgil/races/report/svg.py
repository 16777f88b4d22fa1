"""A chart as SVG in the page: its colours follow the page's, and its letters its width."""

import math
from collections.abc import Mapping

import numpy as np

from osolgil.races.report.chart import Chart, Line, Spot
from osolgil.races.report.looks import Look
from osolgil.races.report.markup import Html, Writer, joined
from osolgil.races.report.words import Words

WIDTH, HEIGHT = 560, 446
LEFT, RIGHT, TOP, BOTTOM = 76, 16, 54, 74
"""Margins, wide enough for the larger letters of a narrow screen."""

INNER, TALL = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

MANY = 4
"""Bands of more contestants are paler: they lie upon each other, and would hide the lines."""

BEYOND = 3.0
"""Coordinates further out than so many pictures are cut: what lies there is not seen anyway."""


def svg(writer: Writer, chart: Chart, looks: Mapping[str, Look], labelled: str, described: str) -> Html:
    """The chart.

    Args:
        writer: of the page.
        chart: what is drawn.
        looks: of the contestants.
        labelled: the id of the element that names it.
        described: the id of the element that describes it.
    """
    inside = [contours(chart), joined(level(chart, each.value) for each in chart.levels)]
    inside += [band(chart, line, looks[line.contestant]) for line in chart.lines]
    inside += [stroke(chart, line, looks[line.contestant]) for line in chart.lines]
    inside += [spot(chart, each) for each in chart.spots]
    labels = joined(
        f'<text class="level" x="{LEFT + 6}" y="{down(chart, each.value) + TOP + 17:.1f}">'
        f"{writer.say(each.label)}</text>"
        for each in chart.levels
    )
    return Html(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{labelled}" aria-describedby="{described}">'
        f"{axes(writer, chart)}"
        f'<svg x="{LEFT}" y="{TOP}" width="{INNER}" height="{TALL}" class="plot">{joined(inside)}</svg>{labels}</svg>'
    )


def axes(writer: Writer, chart: Chart) -> Html:
    """Frame, grid, ticks and labels."""
    parts = []
    for value, label in chart.x.ticks(6, 0.15):
        x = LEFT + INNER * float(chart.x.place(np.asarray(value)))
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}v{TALL}"/>')
        parts.append(f'<text x="{x:.1f}" y="{TOP + TALL + 30}" text-anchor="middle">{writer.say(label)}</text>')
    for value, label in chart.y.ticks():
        y = TOP + down(chart, value)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}h{INNER}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{writer.say(label)}</text>')
    parts.append(f'<path class="frame" d="M{LEFT} {TOP}v{TALL}h{INNER}"/>')
    parts.append(written(writer, chart.y.label, 6, 24, "start"))
    parts.append(written(writer, chart.x.label, WIDTH - RIGHT, HEIGHT - 10, "end"))
    return joined(parts)


def written(writer: Writer, text: Words, x: float, y: float, anchor: str) -> Html:
    """An axis label in all languages."""
    return writer.say(text, "text", f' data-axis="" x="{x}" y="{y}" text-anchor="{anchor}"')


def down(chart: Chart, value: float) -> float:
    """How far below the upper edge of the frame a value lies."""
    return TALL * (1 - float(chart.y.place(np.asarray(value))))


def points(chart: Chart, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Coordinates inside of the frame, shape (n, 2); NaN where there is no such place."""
    across, up = chart.x.place(x), chart.y.place(y)
    cut = np.stack([across, 1 - up], axis=1)
    cut = np.where(np.isnan(cut), np.nan, np.clip(cut, -BEYOND, 1 + BEYOND))
    cut[~np.isfinite(np.asarray(y, float)) | ~np.isfinite(np.asarray(x, float))] = np.nan
    return cut * [INNER, TALL]


def stroke(chart: Chart, line: Line, look: Look) -> Html:
    """The line of a contestant, or its dots."""
    places = points(chart, line.x, line.y)
    signs = f"s{look.number} k{look.colour}"
    drawn = ""
    if line.kind in ("dots", "both"):
        seen = places[~np.isnan(places).any(axis=1)]
        small = " small" if line.kind == "both" else ""
        drawn = f'<path class="dots{small} {signs}" d="{"".join(f"M{x:.1f} {y:.1f}h0" for x, y in seen)}"/>'
    if line.kind == "dots":
        return Html(drawn)
    if line.kind == "steps":
        places = staircase(places)
    d = path(places)
    drawn += f'<path class="line {signs} d{look.dash}" d="{d}"/>' if d else ""
    finite = np.flatnonzero(~np.isnan(places).any(axis=1))
    if line.ends and finite.size:
        x, y = places[finite[-1]]
        drawn += f'<path class="end {signs}" d="M{x - 7:.1f} {y - 7:.1f}l14 14m0 -14l-14 14"/>'
    return Html(drawn)


def band(chart: Chart, line: Line, look: Look) -> Html:
    """The band around a line; it reaches the edge of the frame where an end of it is infinite."""
    if line.low is None or line.high is None:
        return Html("")
    far = chart.y.high * 1e3 if chart.y.log else chart.y.high + 10 * abs(chart.y.high - chart.y.low)
    lower = points(chart, line.x, np.where(np.isposinf(line.low), far, line.low))
    upper = points(chart, line.x, np.where(np.isposinf(line.high), far, line.high))
    if line.kind == "steps":
        lower, upper = staircase(lower), staircase(upper)
    known = ~(np.isnan(lower).any(axis=1) | np.isnan(upper).any(axis=1))
    if not known.any():
        return Html("")
    d = path(np.concatenate([lower[known], upper[known][::-1]]))
    many = " many" if len(chart.lines) > MANY else ""
    return Html(f'<path class="band{many} s{look.number} k{look.colour}" d="{d}z"/>')


def staircase(places: np.ndarray) -> np.ndarray:
    """Every height holds until the next place."""
    twice = np.repeat(places, 2, axis=0)
    return np.stack([twice[1:, 0], twice[:-1, 1]], axis=1)


def path(places: np.ndarray) -> str:
    """A path through places, broken where they are NaN, and without places that the last decimal cannot tell apart."""
    parts, pen = [], "M"
    last = (math.nan, math.nan)
    for x, y in places.round(1).tolist():
        if math.isnan(x) or math.isnan(y):
            pen = "M"
        elif pen == "M" or (x, y) != last:
            parts.append(f"{pen}{x:g} {y:g}")
            pen, last = "L", (x, y)
    return "".join(parts)


def contours(chart: Chart) -> Html:
    """The lines of a surface, from the lowest, which is the darkest, to the highest."""
    return joined(
        f'<path class="contour" d="{path(points(chart, each[:, 0], each[:, 1]))}"/>' for each in chart.contours
    )


def level(chart: Chart, value: float) -> str:
    """A horizontal line."""
    return f'<path class="target" d="M0 {down(chart, value):.1f}h{INNER}"/>'


def spot(chart: Chart, found: Spot) -> Html:
    """Where all start, a ring; a minimum, a star."""
    [[x, y]] = points(chart, np.asarray([found.x]), np.asarray([found.y]))
    if found.kind == "start":
        return Html(f'<circle class="start" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
    corners = [(9 if k % 2 == 0 else 4, math.pi * (k / 5 - 0.5)) for k in range(10)]
    d = "L".join(f"{x + r * math.cos(a):.1f} {y + r * math.sin(a):.1f}" for r, a in corners)
    return Html(f'<path class="minimum" d="M{d}z"/>')

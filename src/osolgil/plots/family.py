"""The family tree: time runs down, a line leads from each method to those that came from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text

from osolgil.methods import Method
from osolgil.methods.family import Relative, relatives
from osolgil.plots.runs import SHORT
from osolgil.plots.style import FIXED, LARGE, SLIDE, SMALL, font, slide
from osolgil.plots.words import hangul_font, legible, say
from osolgil.protocol.words import checked_language

POINTS = 72
"""In an inch. The picture is laid out in points, from its upper left corner."""

SCALES = (1.5, 1.4, 1.3, 1.2, 1.1, 1.0)
"""Sizes of letters to try: the largest with which the family fits on a slide. Below 1 the picture grows instead."""

MARGIN, PITCH, GAP = 14.0, 32.0, 12.0
"""Points: around the picture, from lane to lane, between columns."""

LEAST = 0.38
"""Lines of text that are left empty between two rows, at least."""


@dataclass(frozen=True)
class Row:
    """A method as it is drawn.

    Attributes:
        relative: the method.
        lane: where its dot is, counted from the left.
        colour: of its dot, its box and the line to its children.
        added: what was added to each parent, in lines that fit: pairs of a parent's name and its lines.
        top, height: in points.
    """

    relative: Relative
    lane: int
    colour: str
    added: tuple[tuple[str, list[str]], ...]
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def family_tree(methods: Sequence[str | Method[Any]] | None = None, *, language: str = "en") -> Figure:
    """Which method came from which, when, and what was added.

    One row a method, in the order of the years in their sources. A line starts at each method's dot and ends with an
    arrow at every method that came from it; what was added stands behind the name, once for each parent, with a dot
    in that parent's colour.

    Args:
        methods: names or methods, a rule of your own among them; their ancestors are drawn as well. By default all
            registered ones.
        language: "en" or "ko".

    Returns:
        a slide of 16:9, its letters as large as there is room for; taller where even the smallest do not fit.

    Raises:
        ValueError: there are no methods, one is not known, or there is no such language.
    """
    spoken = "en" if checked_language(language) == "ko" and hangul_font() is None else language
    family = relatives(methods, spoken)
    lanes = lanes_of(family)
    for scale in SCALES:
        layout = Layout(family, lanes, scale, say("The family tree", language))
        if layout.needed <= SLIDE[1] * POINTS:
            break
    figure = slide((SLIDE[0], max(SLIDE[1], layout.needed / POINTS)))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, SLIDE[0] * POINTS)
    axes.set_ylim(figure.get_figheight() * POINTS, 0)
    draw(axes, layout, layout.rows(figure.get_figheight() * POINTS))
    return figure


def lanes_of(family: Sequence[Relative]) -> dict[str, int]:
    """A lane for each method: from its dot down to its last child, no other dot and no other line is in that lane.

    A method takes over the lane of a parent that has no further children, or else the free lane nearest to its first
    parent's.

    >>> lanes_of(relatives(["nesterov", "normalized_gradient_descent"]))
    {'gradient_descent': 0, 'momentum': 1, 'nesterov': 1, 'normalized_gradient_descent': 0}
    """
    until = last_children(family)
    lanes: dict[str, int] = {}
    for row, each in enumerate(family):
        taken = {lanes[name] for name in lanes if until[name] > row}
        ending = [lanes[parent] for parent in each.parents if until[parent] == row]
        near = lanes[next(iter(each.parents))] if each.parents else 0
        free = [lane for lane in range(len(family)) if lane not in taken]
        lanes[each.name] = ending[0] if ending else min(free, key=lambda lane: (abs(lane - near), -lane))
    return lanes


def last_children(family: Sequence[Relative]) -> dict[str, int]:
    """The row of each method's last child; of a method without children, its own."""
    until = {each.name: row for row, each in enumerate(family)}
    for row, each in enumerate(family):
        for parent in each.parents:
            until[parent] = row
    return until


def colours_of(family: Sequence[Relative]) -> dict[str, str]:
    """The lecture's optimizers have their colours; others have their first parent's."""
    colours: dict[str, str] = {}
    for each in family:
        inherited = colours[next(iter(each.parents))] if each.parents else "#000000"
        colours[each.name] = FIXED[each.name].colour if each.name in FIXED else inherited
    return colours


class Layout:
    """Where everything goes, for letters of one size."""

    def __init__(self, family: Sequence[Relative], lanes: dict[str, int], scale: float, title: str) -> None:
        self.family, self.lanes, self.scale, self.said = family, lanes, scale, title
        self.small = font(SMALL * scale)
        self.bold = bold(SMALL * scale)
        self.title = font(LARGE * scale)
        self.ruler = Ruler()
        names = max(self.ruler.width(self.name(each), self.bold) for each in family)
        years = max(self.ruler.width(self.year(each), self.small) for each in family)
        # Many lanes move together: a third of the picture is theirs at most.
        self.pitch = min(PITCH, SLIDE[0] * POINTS / 3 / (max(lanes.values()) + 1))
        self.left = MARGIN + years + GAP + PITCH / 2
        self.box = self.left + max(lanes.values()) * self.pitch + PITCH / 2 + GAP
        self.box_width = names + 2 * GAP
        self.text = self.box + self.box_width + 2.2 * GAP
        room = SLIDE[0] * POINTS - MARGIN - self.text
        # The eldest has no parents, so that there is room for the title behind its name, unless lanes have taken it.
        beside = SLIDE[0] * POINTS - MARGIN - self.box - self.box_width
        self.head = 0.0 if self.ruler.width(title, self.title) < beside else 1.5 * LARGE * scale
        self.added = [
            tuple((parent, self.ruler.lines(said, self.small, room)) for parent, said in each.parents.items())
            for each in family
        ]
        self.line = 1.22 * SMALL * scale
        self.lines = [max(1, sum(len(lines) for _, lines in added)) for added in self.added]

    def name(self, each: Relative) -> str:
        return SHORT.get(each.title, legible(each.title, each.name))

    def year(self, each: Relative) -> str:
        return "" if each.year is None else str(each.year)

    @property
    def needed(self) -> float:
        """The height of the picture with the least space between rows."""
        return sum(lines * self.line + LEAST * self.line for lines in self.lines) + MARGIN + self.head

    def rows(self, height: float) -> list[Row]:
        """The rows in a picture of this height, spaced evenly."""
        space = min((height - self.needed) / len(self.family), 1.2 * self.line) + LEAST * self.line
        colours, top, rows = colours_of(self.family), MARGIN / 2 + self.head, []
        for each, lines, added in zip(self.family, self.lines, self.added, strict=True):
            tall = lines * self.line + space
            rows.append(Row(each, self.lanes[each.name], colours[each.name], added, top, tall))
            top += tall
        return rows

    def x(self, lane: int) -> float:
        return self.left + lane * self.pitch


def bold(size: float) -> FontProperties:
    """Bold letters. Fonts with Hangul often have none, and titles are Latin; one that is not is set as it comes."""
    return FontProperties(family="DejaVu Sans", weight="bold", size=size)


class Ruler:
    """How wide letters are."""

    def __init__(self) -> None:
        self.figure = slide()
        self.figure.set_dpi(POINTS)

    def width(self, text: str, properties: FontProperties) -> float:
        """In points."""
        written = Text(0, 0, text, fontproperties=properties)
        written.set_figure(self.figure)
        return float(written.get_window_extent().width)

    def lines(self, text: str, properties: FontProperties, room: float) -> list[str]:
        """The text, broken between words where it is wider than there is room."""
        made: list[str] = []
        for word in text.split():
            longer = f"{made[-1]} {word}" if made else word
            if made and self.width(longer, properties) <= room:
                made[-1] = longer
            else:
                made.append(word)
        return made


def draw(axes: Axes, layout: Layout, rows: list[Row]) -> None:
    """All rows, and the lines between them."""
    wide = SLIDE[0] * POINTS
    at = (MARGIN + layout.head) / 2 if layout.head else rows[0].middle
    axes.text(wide - MARGIN, at, layout.said, fontproperties=layout.title, ha="right", va="center_baseline", zorder=5)
    for number, row in enumerate(rows):
        if number % 2 == 0:
            axes.add_patch(Rectangle((0, row.top), wide, row.height, color="#F3F3F3", linewidth=0, zorder=0))
        draw_words(axes, layout, row, {each.relative.name: each for each in rows})
    draw_lines(axes, layout, rows)


def draw_words(axes: Axes, layout: Layout, row: Row, by_name: dict[str, Row]) -> None:
    """Year, name, and what was added to which parent."""
    middle: dict[str, Any] = {"va": "center_baseline", "zorder": 5}
    axes.text(MARGIN, row.middle, layout.year(row.relative), fontproperties=layout.small, color="#444444", **middle)
    tall = 1.45 * SMALL * layout.scale
    axes.add_patch(
        FancyBboxPatch(
            (layout.box, row.middle - tall / 2), layout.box_width, tall, boxstyle="round,pad=0,rounding_size=6",
            facecolor="white", edgecolor=row.colour, linewidth=2.2, zorder=4,
        )
    )  # fmt: skip
    axes.text(
        layout.box + layout.box_width / 2, row.middle, layout.name(row.relative), fontproperties=layout.bold,
        ha="center", **middle,
    )  # fmt: skip
    count = sum(len(lines) for _, lines in row.added)
    y = row.middle - (count - 1) * layout.line / 2
    for parent, lines in row.added:
        axes.plot(layout.text - GAP, y, "o", color=by_name[parent].colour, markersize=7 * layout.scale, zorder=5)
        for line in lines:
            axes.text(layout.text, y, line, fontproperties=layout.small, **middle)
            y += layout.line


def draw_lines(axes: Axes, layout: Layout, rows: list[Row]) -> None:
    """A dot for each method, and a line from it to all that came from it, with an arrow at each."""
    by_name = {row.relative.name: row for row in rows}
    radius = 7.0 * layout.scale
    for row in rows:
        x, y = layout.x(row.lane), row.middle
        axes.plot(
            [x + radius, layout.box], [y, y], color="#BBBBBB", linewidth=1.2, linestyle=(0, (1, 2)), zorder=1
        )  # fmt: skip
        axes.plot(x, y, "o", color=row.colour, markersize=2 * radius, markeredgecolor="white", zorder=6)
        for parent in row.relative.parents:
            link(axes, layout, by_name[parent], row, radius)


def link(axes: Axes, layout: Layout, parent: Row, child: Row, radius: float) -> None:
    """A line down the parent's lane, and over to the child."""
    (x, y), (over, down) = (layout.x(parent.lane), parent.middle), (layout.x(child.lane), child.middle)
    if over == x:
        corners, codes = [(x, y), (x, down - radius)], [Path.MOVETO, Path.LINETO]
    else:
        side = 1 if over > x else -1
        bend = min(PITCH / 2, down - y)
        corners = [(x, y), (x, down - bend), (x, down), (x + side * bend, down), (over - side * radius, down)]
        codes = [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO]
    path = Path(corners, codes)
    for colour, width, zorder in (("white", 7.0, 2.0), (parent.colour, 3.0, 3.0)):
        axes.add_patch(
            FancyArrowPatch(
                path=path, arrowstyle="-|>,head_length=5,head_width=3.2" if zorder == 3.0 else "-", color=colour,
                linewidth=width, zorder=zorder, shrinkA=0, shrinkB=0, capstyle="butt", joinstyle="miter",
            )
        )  # fmt: skip

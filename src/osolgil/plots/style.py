"""One look for all pictures: colours that the colour-blind can tell apart, and letters legible from the last row.

Pictures are `matplotlib.figure.Figure`s on an Agg canvas. Nothing here touches pyplot or rcParams, so a picture looks
the same whatever the caller has set, and may be drawn in any thread.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from osolgil.plots.words import families

SLIDE = (12.8, 7.2)
"""Inches: a 16:9 slide, on which a point of these sizes is a point."""

SMALL, MEDIUM, LARGE, HUGE = 15, 17, 21, 28
"""Font sizes in points: ticks and captions, labels and legends, titles, counters."""

GREYS = ListedColormap([str(0.70 + 0.28 * k / 255) for k in range(256)], name="osolgil greys")
"""The ground that paths are drawn on: grey only, dark where it is low, so that every colour belongs to a run."""

MINIMUM = "#F0E442"
"""The yellow of the Okabe-Ito palette, kept for minima: always with a black edge, never a line."""


@dataclass(frozen=True)
class Look:
    """How one run is drawn: three signs, each of which tells it apart alone.

    Attributes:
        colour: from the palette of Okabe and Ito (2008), without its yellow, which is too pale for a line.
        line: matplotlib's line style.
        marker: matplotlib's marker.
    """

    colour: str
    line: Any
    marker: str

    @property
    def drawn(self) -> dict[str, Any]:
        """Keyword arguments for `Axes.plot`."""
        return {"color": self.colour, "linestyle": self.line, "marker": self.marker, "linewidth": 2.8, "markersize": 9}


COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES = (
    "-",
    (0, (6, 1.5)),
    (0, (5, 1.2, 1.2, 1.2)),
    (0, (2.5, 1)),
    (0, (8, 1, 1, 1, 1, 1)),
    (0, (1.2, 1)),
    (0, (9, 2)),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "h")

LOOKS = tuple(Look(*signs) for signs in zip(COLOURS, LINES, MARKERS, strict=True))

FIXED = {
    "gradient_descent": LOOKS[0],
    "momentum": LOOKS[5],
    "nesterov": LOOKS[1],
    "adagrad": LOOKS[3],
    "rmsprop": LOOKS[2],
    "adadelta": LOOKS[6],
    "adam": LOOKS[4],
}
"""The lecture's optimizers look the same in every picture."""


def look(index: int) -> Look:
    """The look of the run number `index`: no two of the first 49 share a colour and a line style."""
    turn, place = divmod(index, len(COLOURS))
    shifted = (place + turn) % len(COLOURS)
    return Look(COLOURS[place], LINES[shifted], MARKERS[shifted])


def font(size: float) -> FontProperties:
    """A font of this size that has Hangul where one is installed."""
    return FontProperties(family=families(), size=size)


def slide(size: tuple[float, float] = SLIDE) -> Figure:
    """An empty 16:9 figure."""
    figure = Figure(figsize=size, dpi=100, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def dress(axes: Axes, x: str, y: str, title: str | None = None, size: float = MEDIUM) -> None:
    """Labels, title and ticks, legible."""
    axes.set_xlabel(x, fontproperties=font(size))
    axes.set_ylabel(y, fontproperties=font(size))
    if title:
        axes.set_title(title, fontproperties=font(size + LARGE - MEDIUM), pad=12)
    axes.tick_params(labelsize=SMALL, width=1.2, length=5)


def halo(axes: Axes, line: Line2D) -> None:
    """Put a white rim under a line, without which it sinks into contours; dashes get one rim, not one each."""
    rim = axes.plot(*line.get_data(orig=False), color="white", linewidth=5.5, zorder=line.get_zorder() - 0.1)
    rim[0].set_gid("halo")


def explain(owner: Figure | Axes, handles: list[Any], **options: Any) -> Legend:
    """A legend of these handles, legible."""
    return owner.legend(handles=handles, prop=font(MEDIUM), handlelength=3.0, **options)


def save(figure: Figure, path: str | Path, **options: Any) -> Path:
    """Write a picture in the format that the file's extension names.

    Args:
        figure: what any function of `osolgil.plots` returns.
        path: a file in a folder that exists; an existing file is replaced.
        **options: for `Figure.savefig`, such as ``dpi=200``.

    Returns:
        the path.

    Raises:
        ValueError: the extension names no known format, or there is no such folder.

    >>> save(slide(), "picture.doc")
    Traceback (most recent call last):
    ...
    ValueError: 'picture.doc' names no known picture format; end it with one of .eps, .jpeg, .jpg, .pdf, .pgf, .png, \
.ps, .svg, .tif, .tiff, .webp.
    """
    path = Path(path)
    known = sorted(f".{name}" for name in figure.canvas.get_supported_filetypes() if name in FORMATS)
    if path.suffix.lower() not in known:
        raise ValueError(f"{str(path)!r} names no known picture format; end it with one of {', '.join(known)}.")
    if not path.parent.is_dir():
        raise ValueError(f"{str(path)!r}: the folder {str(path.parent)!r} does not exist; create it first.")
    figure.savefig(path, **options)
    return path


FORMATS = frozenset({"eps", "jpeg", "jpg", "pdf", "pgf", "png", "ps", "svg", "tif", "tiff", "webp"})
"""Formats that `save` promises wherever matplotlib runs."""

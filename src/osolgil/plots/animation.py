"""Several methods on one surface, moving."""

import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from osolgil.plots.contour import contour, cut
from osolgil.plots.plane import Window
from osolgil.plots.runs import Results, Run, runs_of
from osolgil.plots.style import COLOURS, HUGE, MINIMUM, SMALL, font
from osolgil.plots.sweep import Sweep, rates_of
from osolgil.plots.words import say

LINE = 104
"""Letters of a line of the caption at the size of a slide."""


def animate(
    problem: Any,
    results: Results | Sweep,
    file: str | Path,
    *,
    frames: int = 75,
    per_second: int = 15,
    hold: float = 2.0,
    window: Window | str | None = None,
    title: str | None = None,
    language: str = "en",
    dpi: int = 80,
) -> Path:
    """Several methods going down one surface, as GIF or MP4: each a moving point with its trail.

    All runs move by the same number of steps from frame to frame, few at first and more and more later, because the
    first steps differ most; a counter shows them. One that has ended, or has left the picture, waits. The caption
    names every learning rate and how it was chosen.

    Args:
        problem: as in `contour`.
        results: as in `contour`; or a `Sweep` from `tuned`, whose caption says so.
        file: a name that ends in .gif or .mp4 (which needs the program ffmpeg), in a folder that exists.
        frames: how many pictures there are at most.
        per_second: how many of them a second shows.
        hold: seconds for which the last one stays.
        window, title, language: as in `contour`.
        dpi: pixels per inch of a 12.8 × 7.2 inch slide: 80 gives 1024 × 576.

    Returns:
        the path of the file.

    Raises:
        ValueError: the file's extension or folder, `frames` or `per_second` is wrong; there are no results; a run
            recorded no path.
        RuntimeError: an MP4 is asked for and there is no ffmpeg, or ffmpeg failed.
    """
    file = checked_file(file)
    if frames < 2 or per_second < 1 or hold < 0:
        raise ValueError(f"frames={frames}, per_second={per_second}, hold={hold}: need at least 2, 1 and 0.")
    chosen: Results = results.results if isinstance(results, Sweep) else results
    runs = runs_of(chosen)
    if not runs:
        raise ValueError('There are no results to animate; pass what minimize(..., record="path") returned.')
    stage = Stage(problem, runs, window, title, caption(results, language), language, dpi)
    longest = max(len(run.path) for run in runs)
    shown = np.unique(np.ceil((longest - 1) * np.linspace(0, 1, frames) ** 2 - 1e-9).astype(int))
    pictures = (stage.frame(int(step)) for step in shown)
    write = write_gif if file.suffix.lower() == ".gif" else write_mp4
    write(file, pictures, per_second, hold)
    return file


def checked_file(file: str | Path) -> Path:
    """The path, or a sentence that says why it cannot be written."""
    path = Path(file)
    if path.suffix.lower() not in (".gif", ".mp4"):
        raise ValueError(f"{str(path)!r} names no animation; end it with .gif or .mp4.")
    if not path.parent.is_dir():
        raise ValueError(f"{str(path)!r}: the folder {str(path.parent)!r} does not exist; create it first.")
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise RuntimeError(f"{str(path)!r} needs the program ffmpeg, which is not installed; name a .gif instead.")
    return path


def caption(results: Results | Sweep, language: str = "en") -> str:
    """Every run's learning rate, and how they were chosen: tuned by one sweep, or given by the user."""
    how = results.how(language) if isinstance(results, Sweep) else f"{say('given by the user', language)}."
    chosen: Results = results.results if isinstance(results, Sweep) else results
    rates = rates_of({run.label: run.result for run in runs_of(chosen)})
    # Blanks that do not break keep a label and its rate on one line.
    each = " · ".join(f"{label} {rate}".replace(" ", "\u00a0") for label, rate in rates.items())
    return f"{say('Learning rates', language)}: {each}\n{how}" if rates else ""


class Stage:
    """A contour that is drawn once, and on it what moves."""

    def __init__(
        self,
        problem: Any,
        runs: list[Run],
        window: Window | str | None,
        title: str | None,
        text: str,
        language: str,
        dpi: int,
    ) -> None:
        self.language = language
        self.figure: Figure = contour(
            problem, {run.label: run.result for run in runs}, window=window, title=title, language=language
        )
        self.figure.set_dpi(dpi)
        self.axes = self.figure.axes[0]
        seen: Window = (self.axes.get_xlim(), self.axes.get_ylim())
        wrapped = "\n".join(textwrap.fill(line, LINE) for line in text.splitlines())
        if wrapped:
            self.figure.supxlabel(wrapped, x=0.01, ha="left", fontproperties=font(SMALL))
        self.paths = [cut(run.path, seen)[0] for run in runs]
        # The contour has drawn whole paths; here they grow instead.
        for line in list(self.axes.lines):
            if line.get_zorder() < 7:
                line.remove()
        self.rims, self.trails, self.heads = [], [], []
        for run in runs:
            drawn = {**run.look.drawn, "marker": "", "linewidth": 3.2}
            self.rims += self.axes.plot([], [], color="white", linewidth=6.0, animated=True)
            self.trails += self.axes.plot([], [], animated=True, **drawn)
            self.heads += self.axes.plot(
                [], [], color=run.look.colour, marker=run.look.marker, markersize=15, markeredgecolor="white",
                markeredgewidth=1.5, linestyle="none", animated=True,
            )  # fmt: skip
        self.canvas = cast(Any, self.figure.canvas)
        self.canvas.draw()
        self.ground = self.canvas.copy_from_bbox(self.figure.bbox)
        # Under the legend, where no path can be hidden.
        below = self.figure.legends[0].get_window_extent().transformed(self.figure.transFigure.inverted())
        self.counter = self.figure.text(
            (below.x0 + below.x1) / 2,
            below.y0 - 0.03,
            "",
            ha="center",
            va="top",
            animated=True,
            fontproperties=font(HUGE),
        )

    def frame(self, step: int) -> Image.Image:
        """The picture after so many steps."""
        self.canvas.restore_region(self.ground)
        for path, rim, trail, head in zip(self.paths, self.rims, self.trails, self.heads, strict=True):
            walked = path[: step + 1]
            rim.set_data(*walked.T)
            trail.set_data(*walked.T)
            head.set_data(*walked[-1:].T)
            self.axes.draw_artist(rim)
            self.axes.draw_artist(trail)
        for head in self.heads:
            self.axes.draw_artist(head)
        self.counter.set_text(f"{say('step', self.language)} {step}")
        self.figure.draw_artist(self.counter)
        pixels = np.asarray(self.canvas.buffer_rgba())[..., :3]
        return Image.fromarray(np.ascontiguousarray(pixels))


def write_gif(file: Path, pictures: Iterator[Image.Image], per_second: int, hold: float) -> None:
    """A GIF that repeats, with one palette, so that what stands still is stored once."""
    palette = shades()
    nearest = nearest_shades(palette)
    indexed = [in_shades(picture, palette, nearest) for picture in pictures]
    # GIF counts time in hundredths of a second.
    each = max(2, round(100 / per_second)) * 10
    durations = [each] * (len(indexed) - 1) + [each + round(hold * 1000)]
    indexed[0].save(file, save_all=True, append_images=indexed[1:], duration=durations, loop=0, optimize=False)


def shades() -> np.ndarray:
    """The 256 colours of a GIF, shape (256, 3): every colour of the style in nine shades up to white, and greys."""
    ends = np.array([to_rgb(colour) for colour in (*COLOURS, MINIMUM)])
    share = np.linspace(0.0, 1.0, 9, endpoint=False)[:, None, None]
    mixed = ((1 - share) * ends + share).reshape(-1, 3)
    greys = np.repeat(np.linspace(0.0, 1.0, 256 - len(mixed)), 3).reshape(-1, 3)
    return np.asarray(np.round(255 * np.concatenate([greys, mixed])).astype(np.uint8))


def nearest_shades(palette: np.ndarray) -> np.ndarray:
    """Which shade is nearest to a colour of five bits a channel, shape (32, 32, 32)."""
    levels = np.linspace(0.0, 255.0, 32)
    red, green, blue = ((levels[:, None] - channel) ** 2 for channel in palette.T.astype(np.float64))
    plane = green[:, None] + blue[None]
    return np.stack([np.argmin(plane + each, axis=-1) for each in red]).astype(np.uint8)


def in_shades(picture: Image.Image, palette: np.ndarray, nearest: np.ndarray) -> Image.Image:
    """The picture in these shades, without dithering, so that what stands still is equal from frame to frame."""
    red, green, blue = np.moveaxis(np.asarray(picture) >> 3, -1, 0)
    indexed = Image.fromarray(nearest[red, green, blue])
    indexed.putpalette(palette.tobytes())
    return indexed


def write_mp4(file: Path, pictures: Iterator[Image.Image], per_second: int, hold: float) -> None:
    """An H.264 film that plays everywhere, by the program ffmpeg."""
    images = list(pictures)
    width, height = (side - side % 2 for side in images[0].size)
    command = [
        "ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
        "-r", str(per_second), "-i", "-", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", str(file),
    ]  # fmt: skip
    still = images[-1:] * round(hold * per_second)
    frames = b"".join(each.crop((0, 0, width, height)).tobytes() for each in images + still)
    done = subprocess.run(command, input=frames, capture_output=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise RuntimeError(f"ffmpeg could not write {str(file)!r}: {reason[-1]}")

"""`make pictures`: the pictures of the README and of this manual, drawn anew.

They are the only generated files in the repository, so that a reader sees them where they are described.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from osolgil import FiniteSum, Result, Stop, minimize, plots, surfaces
from osolgil.methods import GradientDescent, Momentum

FOLDER = Path(__file__).parent / "pictures"
DPI = 75
"""960 × 540 pixels: the width of a page, with the lettering of a slide."""

HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = np.array([115.0, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164])
"""Of 15 American women aged 30 to 39 (McNeil 1977), in inches and pounds."""


def beale(language: str) -> Figure:
    """The lecture's optimizers on Beale's function, each at its own tuned rate."""
    surface = surfaces.named("beale")
    runs = plots.tuned(surface).results
    title = {"en": "Beale's function", "ko": "Beale 함수"}[language]
    return plots.contour(surface, runs, window=((0.5, 3.7), (-1.1, 1.2)), title=title, language=language)


def learning_rates() -> Figure:
    """Gradient descent on a bowl of condition number 10: crawling, arriving, zig-zagging, and leaving."""
    bowl = surfaces.named("bowl", condition=10)
    stop = Stop(steps=40, optimality=0.0)
    rates = (0.01, 2 / 11, 0.195, 0.202)
    return plots.curves({f"learning rate {rate:.3g}": descend(bowl, rate, stop) for rate in rates}, reference=0.0)


def descend(surface: surfaces.Surface, rate: float, stop: Stop) -> Result:
    """One run of gradient descent."""
    return minimize(surface, method=GradientDescent(rate), stop=stop, record="path")


def batches() -> Figure:
    """Batch, mini-batch and stochastic descent on the same loss, of the women's standardized weights."""
    weights = (WEIGHTS - WEIGHTS.mean()) / WEIGHTS.std()
    rows = (weights, HEIGHTS - HEIGHTS.mean())
    problem = FiniteSum(lambda x, rows: (rows[1] - x[0] - x[1] * rows[0]) ** 2 / 2, rows)
    sizes = {"batch": None, "mini-batch of 5": 5, "stochastic": 1}
    runs = {
        label: minimize(
            problem, np.array([4.0, -2.0]), GradientDescent(0.2), batch_size=size, order="replacement",
            stop=Stop(epochs=30 if size is None else 6), record="path",
        )
        for label, size in sizes.items()
    }  # fmt: skip
    minimum = np.array([0.0, weights @ rows[1] / (weights @ weights)])
    return plots.batch_paths(problem, runs, names=("intercept", "slope"), minimum=minimum)


def saddle() -> Figure:
    """Gradient descent and momentum past a saddle, from above."""
    surface = surfaces.named("race_saddle")
    methods = {"gradient descent": GradientDescent(0.05), "momentum": Momentum(0.05)}
    runs = {
        label: minimize(surface, method=method, stop=Stop(steps=150), record="path")
        for label, method in methods.items()
    }
    return plots.surface3d(surface, runs)


def race() -> Path:
    """Four of the lecture's optimizers leave the race's saddle."""
    surface = surfaces.named("race_saddle")
    sweep = plots.tuned(surface, ["sgd", "momentum", "rmsprop", "adam"], steps=40)
    return plots.animate(surface, sweep, FOLDER / "race.gif", frames=32, per_second=8, dpi=45)


FIGURES: dict[str, Callable[[], Figure]] = {
    "beale.png": lambda: beale("en"),
    "beale-ko.png": lambda: beale("ko"),
    "learning-rates.png": learning_rates,
    "batches.png": batches,
    "saddle.png": saddle,
}


def write(name: str, figure: Figure) -> Path:
    """Write a figure as a PNG of 256 colours, a third of the size."""
    path = plots.save(figure, FOLDER / name, dpi=DPI)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    return path


def main() -> None:
    """Draw all pictures, and say how large they are."""
    FOLDER.mkdir(exist_ok=True)
    written = [write(name, draw()) for name, draw in FIGURES.items()]
    written.append(race())
    for path in written:
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

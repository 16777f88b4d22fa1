"""Which picture a file is to hold, and drawing it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from osolgil.cli.files import MOVING, STILL, check_file
from osolgil.cli.options import Picture
from osolgil.cli.posing import Posed
from osolgil.cli.terminal import working
from osolgil.descent import Result

if TYPE_CHECKING:
    from osolgil.plots import Sweep


def check_picture(path: Path | None, kind: Picture, posed: Posed) -> None:
    """Refuse a picture that cannot be drawn, before any work starts."""
    if path is None:
        if kind != "auto":
            raise ValueError(f"--picture {kind} needs a file to go to: add --plot {kind}.png.")
        return
    check_file(path, "--plot", (*MOVING, *STILL))
    n = posed.network.n if posed.network is not None else len(posed.names)
    variables = f"{posed.title} has {n}"
    if path.suffix.lower() in MOVING:
        if kind in ("surface", "curves"):
            raise ValueError(f"--picture {kind} does not move; name a file that ends in .png, .svg or .pdf.")
        if n != 2:
            raise ValueError(f"--plot {str(path)!r}: a moving picture needs 2 variables, {variables}; name a .png.")
        from osolgil.plots.animation import checked_file

        checked_file(path)
    if posed.network is not None and kind in ("contour", "surface"):
        raise ValueError(f"--picture {kind} needs 2 variables, and {variables}; choose --picture curves.")
    if (kind == "contour" and n < 2) or (kind == "surface" and n != 2):
        raise ValueError(f"--picture {kind} needs 2 variables, and {variables}; choose --picture curves.")


def draw(path: Path, kind: Picture, posed: Posed, runs: "Mapping[str, Result] | Sweep") -> None:
    """Draw runs into a file: moving, the graph of one variable, a contour for two, or the loss against the steps."""
    with working(f"drawing {path}"):
        from osolgil import plots

        problem = posed.problem
        results = runs.results if isinstance(runs, plots.Sweep) else dict(runs)
        title = None if posed.surface is not None else posed.title
        if path.suffix.lower() in MOVING:
            plots.animate(problem, runs if isinstance(runs, plots.Sweep) else results, path, title=title)
            return
        if kind == "auto" and len(posed.names) == 1:
            plots.save(plots.graph(problem, results, name=posed.names[0], title=title), path)
            return
        if kind == "auto":
            kind = "contour" if len(posed.names) == 2 else "curves"
        if kind == "curves":
            quantity = "value" if has_logarithm(results, posed.minimum) else "optimality"
            figure = plots.curves(results, quantity, reference=posed.minimum, title=title or posed.title)
        else:
            names = None if posed.surface is not None else (posed.names[0], posed.names[1])
            look = plots.contour if kind == "contour" else plots.surface3d
            figure = look(problem, results, names=names, title=title)
        plots.save(figure, path)


def has_logarithm(results: Mapping[str, Result], minimum: float | None) -> bool:
    """Whether values can be drawn on a log scale: above a known minimum, or positive."""
    if minimum is not None:
        return True
    return all((result.trace.value[np.isfinite(result.trace.value)] > 0).all() for result in results.values())

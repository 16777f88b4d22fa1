"""Pictures: what the runs did, legible from the back of a lecture hall.

`contour`, `surface3d` and `animate` show runs on a surface, `panels` side by side; `curves` value and optimality along
them; `batch_paths`, `fitted_line` and `decision_boundary` regressions. `tuned` chooses learning rates by one sweep for
each method, so that a picture of several is fair. Each returns a matplotlib `Figure`, which `save` writes; pyplot and
its global state are left alone.
"""

from osolgil.plots.animation import animate
from osolgil.plots.contour import contour, panels
from osolgil.plots.curves import curves
from osolgil.plots.regression import batch_paths, decision_boundary, fitted_line
from osolgil.plots.style import save
from osolgil.plots.surface3d import surface3d
from osolgil.plots.sweep import LECTURE, Sweep, Tuned, tuned

__all__ = [
    "LECTURE",
    "Sweep",
    "Tuned",
    "animate",
    "batch_paths",
    "contour",
    "curves",
    "decision_boundary",
    "fitted_line",
    "panels",
    "save",
    "surface3d",
    "tuned",
]

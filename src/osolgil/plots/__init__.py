"""Pictures: what the runs did, legible from the back of a lecture hall.

`contour`, `surface3d` and `animate` show runs on a surface, `panels` side by side, `graph` on a curve; `curves` value
and optimality along them; `batch_paths`, `fitted_line`, `fitted_curve` and `decision_boundary` regressions;
`residuals`, `qq` and `leverage` what a fitted model leaves over, `coefficients` what it found, `roc` and `calibration`
how well it tells yes from no; `likelihood` and `likelihood_and_squares` likelihoods, `chord` and `row_costs` convexity;
`family_tree` which method came from which; `race_chart` a chart of a race's report. `tuned` chooses learning rates by
one sweep for each method, so that a picture of several is fair. Each returns a matplotlib `Figure`, which `save`
writes; pyplot and its global state are left alone.
"""

from osolgil.plots.animation import animate
from osolgil.plots.coefficients import coefficients
from osolgil.plots.contour import contour, panels
from osolgil.plots.convexity import chord, row_costs
from osolgil.plots.curves import curves
from osolgil.plots.family import family_tree
from osolgil.plots.fitted_curve import fitted_curve
from osolgil.plots.graph import graph
from osolgil.plots.influence import leverage
from osolgil.plots.likelihood import likelihood, likelihood_and_squares
from osolgil.plots.race import race_chart
from osolgil.plots.regression import batch_paths, decision_boundary, fitted_line
from osolgil.plots.residuals import qq, residuals
from osolgil.plots.shares import calibration, roc
from osolgil.plots.style import save
from osolgil.plots.surface3d import surface3d
from osolgil.plots.sweep import LECTURE, Sweep, Tuned, tuned

__all__ = [
    "LECTURE",
    "Sweep",
    "Tuned",
    "animate",
    "batch_paths",
    "calibration",
    "chord",
    "coefficients",
    "contour",
    "curves",
    "decision_boundary",
    "family_tree",
    "fitted_curve",
    "fitted_line",
    "graph",
    "leverage",
    "likelihood",
    "likelihood_and_squares",
    "panels",
    "qq",
    "race_chart",
    "residuals",
    "roc",
    "row_costs",
    "save",
    "surface3d",
    "tuned",
]

"""What a model leaves over: residuals against what was fitted, and against the distribution that it expects."""

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from osolgil.plots.models import GUIDE, only, scattered
from osolgil.plots.regression import BAND
from osolgil.plots.style import dress, explain, slide
from osolgil.plots.words import legible, say
from osolgil.regression import FittedModel, Gaussian, Likelihood
from osolgil.regression.inference import checked_level
from osolgil.regression.looking.residuals import residuals as residuals_of
from osolgil.regression.looking.residuals import rows_of

SPAN = 1 / 2
"""The share of rows that each point of the smooth curve looks at."""

POINTS = 61
"""Of the smooth curve."""

MOST_RANKS = 2000
"""Ranks that a quantile picture draws."""

FEW = 600
"""Points that can be told apart."""

FIGURES = ("quantile", "standardized")
"""Residuals that are standard normal, or nearly, where the model is right."""


def usual(model: FittedModel) -> str:
    """The kind of residual that shows most: one that does not lie on a few curves where targets are whole."""
    if not isinstance(model.family, Likelihood):
        return "response"
    return "deviance" if model.family.dispersed else "quantile"


def residuals(
    model: FittedModel, kind: str | None = None, *, seed: int = 0, title: str | None = None, language: str = "en"
) -> Figure:
    """Residuals against what was fitted, with a smooth curve, which is level where the model has the right form.

    The curve is a local line through the nearest half of the rows, with Cleveland's tricube weights. "quantile"
    and "standardized" residuals have lines at ±2, between which 95 % lie if the model is right. At most 20,000 rows are
    drawn, the same ones every time, and the legend says so; the curve sees all.

    Args:
        model: with its rows.
        kind: one of `RESIDUALS`; by default "deviance", of counts and classes "quantile" (others lie on as many
            curves as there are targets), and "response" where there is no likelihood.
        seed: of what "quantile" draws.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError, NoInference: as in `FittedModel.residuals`.

    Source: Cleveland 1979, *Robust locally weighted regression and smoothing scatterplots*; Dunn & Smyth 1996.
    """
    kind = kind or usual(only(model))
    left = residuals_of(model, kind, seed)
    sample = rows_of(model)
    live = (sample.mass > 0) & np.isfinite(left)
    eta = sample.predictor(model.vector)[live]
    left, weights = left[live], sample.mass[live]
    figure = slide()
    axes = figure.subplots()
    axes.axhline(0.0, color="0.45", linewidth=1.6, zorder=1)
    handles = [scattered(axes, eta, left, "rows", language)]
    if kind in FIGURES:
        for height in (-2.0, 2.0):
            axes.axhline(height, color="0.45", linewidth=1.8, linestyle=(0, (2, 2)), zorder=1)
        between = say("95% lie between, if the model is right", language)
        handles.append(Line2D([], [], color="0.45", linewidth=1.8, linestyle=(0, (2, 2)), label=between))
    grid, heights = smooth(eta, left, weights)
    # Few points must not vanish under the curve, nor the curve under many.
    crowded = len(eta) > FEW
    if crowded:
        axes.plot(grid, heights, color="white", linewidth=7.0, zorder=4)
    axes.plot(grid, heights, color=GUIDE, linewidth=4.0, zorder=5 if crowded else 2)
    handles.append(Line2D([], [], color=GUIDE, linewidth=4.0, label=say("smooth", language)))
    identity = model.family.link == "identity"
    dress(
        axes,
        say("fitted mean" if identity else "linear predictor", language),
        say(WORDS["response" if kind == "deviance" and is_gaussian(model) else kind], language),
        title and legible(title, ""),
    )
    explain(figure, handles, loc="outside lower center", ncols=len(handles))
    return figure


WORDS = {
    "response": "residual",
    "pearson": "Pearson residual",
    "deviance": "deviance residual",
    "standardized": "standardized residual",
    "quantile": "quantile residual",
}


def is_gaussian(model: FittedModel) -> bool:
    """Whether deviance residuals are what everybody calls residuals: no weights, and squares."""
    return isinstance(model.family, Gaussian) and (model.sample is None or model.sample.weights is None)


def smooth(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Local lines through the nearest rows, at up to `POINTS` places of x, shape (points,) each."""
    order = np.argsort(x, kind="stable")
    x, y, weights = x[order], y[order], weights[order]
    count = len(x)
    grid = np.unique(x[np.linspace(0, count - 1, POINTS).round().astype(int)])
    heights = np.empty(len(grid))
    reach = max(2, int(np.ceil(SPAN * count)))
    for i, place in enumerate(grid):
        away = np.abs(x - place)
        farthest = np.partition(away, min(reach, count) - 1)[min(reach, count) - 1]
        near = weights * (1 - np.minimum(away / farthest, 1.0) ** 3) ** 3 if farthest > 0 else weights * (away == 0)
        if not near.any():
            near = weights * (away <= farthest)
        centre = near @ x / near.sum()
        spread, level = near @ (x - centre) ** 2, near @ y / near.sum()
        slope = (near * (x - centre)) @ y / spread if spread > 1e-12 * near.sum() * np.ptp(x) ** 2 else 0.0
        heights[i] = level + slope * (place - centre)
    return grid, heights


def qq(
    model: FittedModel, *, seed: int = 0, level: float = 0.95, title: str | None = None, language: str = "en"
) -> Figure:
    """Quantile residuals in order against the normal distribution, on the diagonal if the model is right, with a band.

    The band is pointwise: at each rank the interval of that order statistic of as many normal draws (of uniform ones it
    is a Beta). It takes the coefficients as known. Of many rows those are drawn that lie evenly along the axis, the
    outermost all. A row that stands for several observations has that many points.

    Args:
        model: with its rows.
        seed: of the residuals; see `FittedModel.residuals`.
        level: of the band.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: the family is no likelihood; as in `FittedModel.residuals` of kind "quantile"; repetitions that are
            not whole; or fewer than three rows.
    """
    from scipy import special

    checked_level(level)
    scores = np.sort(repeated_scores(only(model), seed))
    count = len(scores)
    if count < 3:
        raise ValueError(f"{count} observations have no distribution to look at; a quantile picture needs 3 at least.")
    rank = np.arange(1, count + 1)
    if count > MOST_RANKS:
        reach = special.ndtri(0.5 / count)
        rank = np.unique(np.ceil(count * special.ndtr(np.linspace(reach, -reach, MOST_RANKS))).astype(int))
    low, middle, high = (
        special.ndtri(special.betaincinv(rank, count + 1 - rank, share))
        for share in (0.5 - level / 2, 0.5, 0.5 + level / 2)
    )
    figure = slide()
    axes = figure.subplots()
    axes.fill_between(middle, low, high, color=BAND, alpha=0.4, linewidth=0, zorder=1)
    axes.axline((0.0, 0.0), slope=1.0, color=GUIDE, linewidth=3.0, zorder=2)
    drawn = scattered(axes, middle, scores[rank - 1], "rows", language)
    reach = 1.05 * max(abs(middle[0]), middle[-1])
    axes.set_xlim(-reach, reach)
    band = f"{100 * level:g}% {say('at each rank, if the model is right', language)}"
    handles: list[Any] = [drawn, Line2D([], [], color=GUIDE, linewidth=3.0, label=say("normal", language))]
    handles.append(Patch(color=BAND, alpha=0.4, label=band))
    dress(axes, say("normal quantile", language), say(WORDS["quantile"], language), title and legible(title, ""))
    explain(figure, handles, loc="outside lower center", ncols=3)
    return figure


def repeated_scores(model: FittedModel, seed: int) -> np.ndarray:
    """Quantile residuals, one for each observation."""
    sample, family = rows_of(model), model.family
    live = np.flatnonzero(sample.mass > 0)
    if not (isinstance(family, Likelihood) and family.repeated and sample.weights is not None):
        return residuals_of(model, "quantile", seed)[live]
    times = sample.mass[live]
    if (times != np.round(times)).any() or times.sum() > MOST_OBSERVATIONS:
        raise ValueError(
            f"The weights of these rows are repetitions, {times.sum():g} in all; a quantile picture draws each, which "
            f"takes whole numbers of them, and at most {MOST_OBSERVATIONS:,}."
        )
    again = np.repeat(live, times.astype(int))
    offset = None if sample.offset is None else sample.offset[again]
    rows = replace(sample, X=sample.X[again], y=sample.y[again], weights=None, offset=offset)
    return residuals_of(replace(model, sample=rows), "quantile", seed)


MOST_OBSERVATIONS = 10_000_000

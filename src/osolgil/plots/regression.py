"""Models over their data: the fitted line, the decision boundary, and descent on the loss surface of a regression."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from osolgil.plots.contour import panels
from osolgil.plots.plane import Window
from osolgil.plots.runs import Results
from osolgil.plots.style import GREYS, dress, explain, look, slide
from osolgil.plots.words import legible, say

Coefficients = Mapping[str, Any]
"""By label: a `FittedModel`, its coefficients with the intercept first, or a function from features to the mean."""

BAND = "#56B4E9"

CLASSES: tuple[dict[str, Any], dict[str, Any]] = (
    {"marker": "o", "markersize": 10, "markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 1.4},
    {"marker": "^", "markersize": 11, "markerfacecolor": "#E69F00", "markeredgecolor": "black", "markeredgewidth": 1.0},
)
"""How rows of class 0 and 1 are drawn."""


def batch_paths(
    problem: Any,
    results: Results,
    *,
    axes: tuple[int, int] = (0, 1),
    names: tuple[str, str] | None = None,
    window: Window | str | None = None,
    minimum: Any = None,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """The loss surface of a regression over two coefficients, with batch, mini-batch and stochastic paths side by side.

    Args:
        problem: the loss of all rows, such as a FiniteSum.
        results: by label, such as ``{"batch": ..., "mini-batch of 5": ..., "stochastic": ...}``, each run with
            ``record="path"`` on this problem.
        axes: which two coefficients.
        names: what they are called.
        minimum: the exact coefficients, if they are known, shape (n,).
        window, title, language: as in `contour`.

    Raises:
        ValueError: there are no results, or one recorded no path.
    """
    return panels(
        problem, results, axes=axes, names=names, window=window, minimum=minimum, title=title, language=language
    )


def fitted_line(
    x: Any,
    y: Any,
    fits: Coefficients,
    *,
    level: float = 0.95,
    names: tuple[str, str] = ("x", "y"),
    title: str | None = None,
    language: str = "en",
) -> Figure:
    r"""Fitted lines over the data, the last one with the confidence band of its mean, if it is a model at its optimum.

    The band at x is ŷ ± q·√((1, x) C (1, x)ᵀ) with C the covariance of the coefficients.

    Args:
        x, y: the data, shape (rows,) each.
        fits: for each label a `FittedModel` of "y ~ x", (intercept, slope), or a function from x (points,) to the
            mean (points,).
        level: of the band.
        names: of x and y.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: the data are not two equally long columns of finite numbers, there are no fits, or a fit has other
            than two coefficients.
    """
    x, y = columns_of(x, y)
    means = means_of(fits, 1)
    margin = 0.06 * (float(np.ptp(x)) or 1.0)
    grid = np.linspace(x.min() - margin, x.max() + margin, 201)
    figure = slide()
    axes = figure.subplots()
    handles: list[Any] = []
    dots: dict[str, Any] = {
        "marker": "o",
        "linestyle": "none",
        "markersize": 12,
        "color": "0.25",
        "markeredgecolor": "white",
    }
    inference = getattr(getattr(list(fits.values())[-1], "standing", None), "inference", None)
    if inference is not None:
        centre = means[list(means)[-1]](grid)
        half = inference.quantile(level) * inference.spread(np.stack([np.ones_like(grid), grid], axis=1))
        axes.fill_between(grid, centre - half, centre + half, color=BAND, alpha=0.35, linewidth=0, zorder=1)
        handles.append(Patch(color=BAND, alpha=0.35, label=f"{level:.0%} {say('confidence band', language)}"))
    axes.plot(x, y, zorder=5, **dots)
    handles.append(Line2D([], [], label=say("data", language), **dots))
    visible = axes.get_ylim()
    # A line that has not arrived may be anywhere; it must not squeeze the data.
    span = visible[1] - visible[0]
    floor, ceiling = visible[0] - 0.8 * span, visible[1] + 0.8 * span
    drawn_heights = [np.asarray(visible)]
    for i, (label, mean) in enumerate(means.items()):
        heights = mean(grid)
        # Lines that agree lie on one another: the earlier, the wider.
        drawn = look(i).drawn | {"marker": "", "linewidth": 3.0 if i == len(means) - 1 else 5.5}
        axes.plot(grid, heights, zorder=3, label=label, **drawn)
        inside = heights[(heights >= floor) & (heights <= ceiling)]
        drawn_heights.append(inside)
        beyond = "" if len(inside) else f"\n({say('leaves the picture', language)})"
        handles.append(Line2D([], [], label=label + beyond, **drawn))
    everything = np.concatenate(drawn_heights)
    axes.set_ylim(everything.min(), everything.max())
    dress(axes, legible(names[0], "x"), legible(names[1], "y"), title and legible(title, ""))
    explain(figure, handles, loc="outside right upper")
    return figure


def decision_boundary(
    features: Any,
    y: Any,
    fits: Coefficients,
    *,
    names: tuple[str, str] = ("x1", "x2"),
    classes: tuple[str, str] | None = None,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """Rows of two classes over two features, and where each model changes its mind: probability one half.

    The ground is the last model's probability, in bands with bounds 0.05, 0.25, 0.5, 0.75, 0.95; dark is class 1.

    Args:
        features: shape (rows, 2).
        y: 0 or 1, shape (rows,).
        fits: for each label a `FittedModel` of the family Bernoulli, (intercept, first, second), or a function from
            features (points, 2) to the probability of class 1 (points,).
        names: of the features.
        classes: what 0 and 1 mean.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: the data have other shapes or other classes, or there are no fits.
    """
    features, y = np.asarray(features, dtype=np.float64), np.asarray(y)
    if features.ndim != 2 or features.shape[1] != 2 or y.shape != (len(features),) or not np.isfinite(features).all():
        raise ValueError(
            f"features have shape {features.shape} and y {y.shape}; a decision boundary needs finite features of shape "
            "(rows, 2) and as many labels."
        )
    if not set(np.unique(y).tolist()) <= {0, 1}:
        raise ValueError(f"y holds {sorted(set(np.unique(y).tolist()))[:5]}; labels must be 0 and 1.")
    means = means_of(fits, 2)
    called = classes or (say("no", language), say("yes", language))
    low, high = features.min(axis=0), features.max(axis=0)
    margin = 0.08 * np.where(high > low, high - low, 1.0)
    first, second = (np.linspace(low[j] - margin[j], high[j] + margin[j], 201) for j in range(2))
    points = np.stack([np.tile(first, len(second)), np.repeat(second, len(first))], axis=1)
    figure = slide()
    axes = figure.subplots()
    handles: list[Any] = []
    label, mean = "", next(iter(means.values()))
    for i, (label, mean) in enumerate(means.items()):
        chances = mean(points).reshape(len(second), len(first))
        width = 3.0 if i == len(means) - 1 else 5.5
        draw_half(axes, first, second, chances, i, width)
        drawn = look(i).drawn | {"marker": "", "linewidth": width}
        handles.append(Line2D([], [], label=f"{label}:\n{say('probability one half', language)}", **drawn))
    bands = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0]
    shades = [GREYS(1 - k / 5) for k in range(6)]
    axes.contourf(first, second, np.clip(chances, 0, 1), levels=bands, colors=shades, zorder=0)
    for value, drawn in enumerate(CLASSES):
        chosen = features[y == value]
        axes.plot(*chosen.T, linestyle="none", alpha=0.85, zorder=5, **drawn)
        handles.append(Line2D([], [], linestyle="none", label=legible(called[value], str(value)), **drawn))
    axes.set_xlim(first[0], first[-1])
    axes.set_ylim(second[0], second[-1])
    dress(axes, legible(names[0], "x1"), legible(names[1], "x2"), title and legible(title, ""))
    explain(figure, handles, loc="outside right upper")
    return figure


def draw_half(
    axes: Axes, x: np.ndarray, y: np.ndarray, chances: np.ndarray, index: int, width: float
) -> QuadContourSet | None:
    """The line of probability one half, where it crosses the picture."""
    if not chances.min() < 0.5 < chances.max():
        return None
    signs = look(index)
    return axes.contour(
        x, y, chances, levels=[0.5], colors=signs.colour, linestyles=[signs.line], linewidths=width, zorder=3
    )


def columns_of(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """x and y as float64, or a ValueError that says why they are no data."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or not len(x) or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError(
            f"x has shape {x.shape} and y {y.shape}; a fitted line needs two columns of finite numbers, equally long."
        )
    return x, y


def means_of(fits: Coefficients, features: int) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """For each fit the function from features to the mean: linear for one feature, logistic for two."""
    if not fits:
        raise ValueError("There are no fits to draw; pass coefficients by label.")
    found: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    for i, (name, fit) in enumerate(fits.items()):
        label = legible(str(name), f"fit {i + 1}")
        if callable(fit):
            found[label] = fit
            continue
        beta = np.asarray(getattr(fit, "vector", fit), dtype=np.float64)
        if beta.shape != (features + 1,):
            raise ValueError(
                f"The fit {label!r} has coefficients of shape {beta.shape}; an intercept and {features} "
                f"{'slope' if features == 1 else 'slopes'} are ({features + 1},)."
            )
        found[label] = Line(beta) if features == 1 else Logistic(beta)
    return found


class Line:
    """x ↦ β₀ + β₁x."""

    def __init__(self, beta: np.ndarray) -> None:
        self.beta = beta

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.beta[0] + self.beta[1] * x)


class Logistic:
    """(x₁, x₂) ↦ 1/(1 + exp(−β₀ − β₁x₁ − β₂x₂))."""

    def __init__(self, beta: np.ndarray) -> None:
        self.beta = beta

    def __call__(self, x: np.ndarray) -> np.ndarray:
        # tanh neither overflows nor warns, however far the rows are from the boundary.
        return np.asarray(0.5 * (1 + np.tanh(0.5 * (self.beta[0] + x @ self.beta[1:]))))

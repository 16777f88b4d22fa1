"""What pictures of fitted models share: labels, numbers of rows, points that stay visible in a crowd."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from osolgil.plots.style import look
from osolgil.plots.words import legible, say
from osolgil.regression import FittedModel
from osolgil.rows.formulas import Design

Models = FittedModel | Mapping[str, FittedModel]
"""One model, or several with the labels that the picture shall use."""

MOST_POINTS = 20_000
"""More points are one blot, and take seconds to draw."""

GUIDE = "#D55E00"
"""What is laid over the data to guide the eye is vermilion."""


def models_of(models: Models) -> dict[str, FittedModel]:
    """Models of one linear predictor by label; see `labelled`."""
    return labelled(models, FittedModel)


def labelled(models: Any, kind: Any) -> dict[str, Any]:
    """Models by label; the label of one alone is empty.

    Raises:
        ValueError: there are none.
        TypeError: something of another kind is among them.
    """
    found: dict[str, Any] = dict(models) if isinstance(models, Mapping) else {"": models}
    if not found:
        raise ValueError("There are no models to draw; pass what fit returned.")
    for label, model in found.items():
        if not isinstance(model, kind):
            what = f"{label!r}" if label else "This"
            raise TypeError(f"{what} is a {type(model).__name__}; the picture is of what fit returns: FittedModel.")
    return {legible(str(label), f"model {i + 1}"): model for i, (label, model) in enumerate(found.items())}


def only(model: Any) -> FittedModel:
    """The model, or a TypeError that says what it is instead."""
    if not isinstance(model, FittedModel):
        raise TypeError(f"This picture is of one FittedModel, which fit returns, not of a {type(model).__name__}.")
    return model


def numbers_of(model: FittedModel) -> np.ndarray:
    """The number of each row in the table, counted from 0, shape (rows,)."""
    assert model.sample is not None
    if isinstance(model.design, Design):
        return model.design.kept_rows
    return np.arange(len(model.sample.y))


def thinned(count: int, keep: Any = ()) -> np.ndarray:
    """The places of as many points as can be seen, always the same ones, `keep` among them."""
    if count <= MOST_POINTS:
        return np.arange(count)
    chosen = np.random.default_rng(0).choice(count, MOST_POINTS, replace=False)
    return np.unique(np.append(chosen, np.asarray(keep, dtype=np.int64)))


def dots(count: int) -> dict[str, Any]:
    """How so many points are drawn: large and opaque, small and pale where they lie upon each other."""
    size, alpha = (11, 0.9) if count <= 60 else (8, 0.7) if count <= 600 else (5, 0.35)
    return {
        "marker": "o",
        "linestyle": "none",
        "markersize": size,
        "alpha": alpha,
        "color": "0.2",
        "markeredgecolor": "white",
        "markeredgewidth": 0.8 if count <= 600 else 0.0,
    }


def scattered(axes: Axes, x: np.ndarray, y: np.ndarray, what: str, language: str, keep: Any = ()) -> Line2D:
    """Draw rows as points; gives what the legend is to explain."""
    places = thinned(len(x), keep)
    drawn = dots(len(places))
    axes.plot(x[places], y[places], zorder=3, rasterized=len(places) > 2000, **drawn)
    label = say(what, language)
    if len(places) < len(x):
        label += f" ({len(places):,} / {len(x):,})"
    return Line2D([], [], label=label, **(drawn | {"alpha": 1.0, "markersize": max(drawn["markersize"], 8)}))


def signs(index: int) -> dict[str, Any]:
    """How the model number `index` is drawn."""
    return look(index).drawn | {"linewidth": 3.2}

"""A fitted curve at other rows, with its uncertainty by the delta method."""

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from osolgil.problems.formula_residuals import CallableResiduals, FormulaResiduals
from osolgil.protocol import precision
from osolgil.protocol.programs import compiled
from osolgil.regression.inference import NoInference, checked_level
from osolgil.regression.model import Intervals

if TYPE_CHECKING:
    from osolgil.regression.curves.least_squares import LeastSquaresFit

FLOAT64 = np.dtype(np.float64)
KINDS = ("mean", "interval")


def predicted(fit: "LeastSquaresFit", data: Any, kind: str, level: float, sigma: Any) -> Any:
    """See `LeastSquaresFit.predict`."""
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r} is not known; choose one of {', '.join(map(repr, KINDS))}.")
    curve = curve_of(fit)
    if kind == "mean":
        return values_and_slopes(fit, columns_at(fit, curve, data))[0]
    checked_level(level)
    found = fit.inference
    if found is None:
        raise NoInference(fit.refusal)
    mean, slopes = values_and_slopes(fit, columns_at(fit, curve, data))
    spread, reach = found.spread(slopes), found.quantile(level)
    new = new_deviation(fit, len(mean), sigma)
    if new is None:
        return Intervals(mean, mean - reach * spread, mean + reach * spread, None, None)
    wide = reach * np.hypot(spread, new)
    return Intervals(mean, mean - reach * spread, mean + reach * spread, mean - wide, mean + wide)


def curve_of(fit: "LeastSquaresFit") -> FormulaResiduals | CallableResiduals:
    """The curve that was fitted.

    Raises:
        ValueError: residuals of one's own are none.
    """
    curve: Any = fit.problem.residuals
    if not isinstance(curve, FormulaResiduals | CallableResiduals):
        raise ValueError("Residuals have nothing to predict: fit a curve, fit_curve('b1*exp(-b2*x)', data, ...).")
    return curve


def fitted_columns(fit: "LeastSquaresFit") -> dict[str, np.ndarray]:
    """The columns that the curve was fitted to, by name."""
    names = curve_of(fit).columns
    return dict(zip(names, map(np.asarray, fit.problem.data[: len(names)]), strict=True))


def columns_at(fit: "LeastSquaresFit", curve: Any, data: Any) -> dict[str, np.ndarray]:
    """What the curve depends on, by name, each of shape (rows,)."""
    from osolgil.regression.curves.fit_curve import columns_of

    if data is None:
        known = fitted_columns(fit)
        return {name: known[name] for name in curve.inputs}
    return columns_of(data, curve.inputs)


def values_and_slopes(fit: "LeastSquaresFit", columns: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The curve at each row, shape (rows,), and its derivatives by the parameters there, shape (rows, n)."""
    rows = len(next(iter(columns.values()))) if columns else 1
    with precision(FLOAT64):
        arguments = (curve_of(fit), fit.vector, columns)
        program, _ = compiled(sloped, None, arguments)
        values, slopes = map(np.asarray, program(*arguments))
    n = len(fit.vector)
    return np.broadcast_to(values, (rows,)).copy(), np.broadcast_to(slopes, (rows, n)).copy()


def sloped(setting: None, curve: Any, b: Any, columns: dict[str, Any]) -> Any:
    """The curve and its derivatives by the parameters."""

    def twice(b: Any) -> Any:
        values = jax.numpy.asarray(curve.curve(b, columns), b.dtype)
        return values, values

    slopes, values = jax.jacfwd(twice, has_aux=True)(b)
    return values, slopes


def new_deviation(fit: "LeastSquaresFit", rows: int, sigma: Any) -> np.ndarray | None:
    """The standard deviation of new observations, shape (rows,); None where nobody knows it."""
    if sigma is None and fit.accuracy.given:
        return None
    relative = np.asarray(1.0 if sigma is None else sigma, dtype=np.float64)
    if relative.shape not in ((), (rows,)):
        raise ValueError(f"sigma has shape {relative.shape}; give one number, or one for each of the {rows} rows.")
    if not (np.isfinite(relative) & (relative > 0)).all():
        raise ValueError(f"sigma={sigma!r} must be finite and positive.")
    scale = 1.0 if fit.accuracy.absolute else fit.residual_deviation
    return np.broadcast_to(scale * relative, (rows,))

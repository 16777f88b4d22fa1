"""least_squares: parameters that make a sum of squares least, and how sure one can be of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.descent import Result, Stop, minimize
from osolgil.methods import Dogleg, LevenbergMarquardt, Method
from osolgil.problems import LeastSquares
from osolgil.problems.as_problem import as_start
from osolgil.protocol import Layout, Needs, computing_dtype, precision
from osolgil.protocol.programs import compiled
from osolgil.regression.curves.accuracy import Accuracy
from osolgil.regression.inference import NEAR, Inference, NoInference, checked_level

FLOAT64 = np.dtype(np.float64)

ALIKE = Accuracy()
"""All rows are equally exact."""

EXACT = 16 * float(np.finfo(np.float64).eps)
"""Residuals below this share of what the parameters contribute are rounding, not noise."""

WAYS: tuple[Method[Any], ...] = (
    LevenbergMarquardt(),
    LevenbergMarquardt(first_radius=0.1),
    LevenbergMarquardt(first_radius=0.01),
    Dogleg(),
)
"""What is tried from the start, until one arrives where the parameters are determined. The first one does, but where a
long first step leads out onto a plain from which no slope leads back."""


def least_squares(
    residuals: Any,
    x0: Any = None,
    *,
    data: tuple[Any, ...] = (),
    names: Sequence[str] | None = None,
    method: Any = "auto",
    stop: Stop | None = None,
    **options: Any,
) -> "LeastSquaresFit":
    r"""The parameters that make ‖r(x)‖² least, with their standard errors.

    .. math:: \hat x = \operatorname{argmin}_x \|r(x)\|^2, \qquad
              \operatorname{cov} \hat x = \hat\sigma^2 (J^\top J)^{-1}, \qquad
              \hat\sigma^2 = \|r(\hat x)\|^2 / (\text{rows} - n)

    Args:
        residuals: ``residuals(x, *data)`` gives r, shape (rows,), written with JAX's functions; or a `LeastSquares`.
        x0: the start: a vector, a number, or any pytree of arrays. A collected problem brings its own.
        data: arrays that the residuals depend on.
        names: of the parameters; by default their places, such as x[0].
        method: "auto" is Levenberg–Marquardt, started again with shorter first steps where it ends at a point that
            determines no parameters; or any method of `minimize` that takes a sum of squares.
        stop: when to stop; by default steps go on to an optimality of 1e-9 (1e-4 in float32), far below a standard
            error, or 1,000 steps.
        **options: of `minimize`, such as record, callback, progress.

    Returns:
        a `LeastSquaresFit`. Where the parameters are not determined it says why in place of standard errors.

    Raises:
        ValueError, TypeError: before any work starts, in a sentence that says what to change.

    >>> import jax.numpy as jnp
    >>> x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 5.0, 7.0, 10.0])
    >>> line = least_squares(lambda b, x, y: b[0] + b[1] * x - y, [0.0, 0.0], data=(x, y), names=("a", "b"))
    >>> {name: (round(line.estimate[name], 6), round(line.standard_errors[name], 6)) for name in line.names}
    {'a': (0.5, 0.474342), 'b': (2.3, 0.173205)}
    """
    problem = as_least_squares(residuals, data)
    if x0 is None:
        x0 = getattr(residuals, "start", None)
        if x0 is None:
            raise ValueError("x0 is missing: say where to begin, such as least_squares(residuals, [1.0, 2.0]).")
    start = as_start(x0)
    layout = Layout.of(start)
    found = layout.names if names is None else tuple(names)
    if len(found) != layout.size or len(set(found)) != layout.size:
        raise ValueError(f"names={found!r} must be {layout.size} different names, one for each parameter.")
    return solved(problem, start, found, method, stop, **options)


def as_least_squares(residuals: Any, data: tuple[Any, ...]) -> LeastSquares:
    """What a person handed over, as a sum of squares."""
    inner = getattr(residuals, "problem", residuals)
    if isinstance(inner, LeastSquares):
        if data:
            raise ValueError("data were given twice: a LeastSquares has its own.")
        return inner
    if not callable(inner):
        raise TypeError(f"{residuals!r} is no sum of squares: pass a callable residuals(x), or a LeastSquares.")
    return LeastSquares(inner, tuple(data))


def solved(
    problem: LeastSquares,
    start: Any,
    names: tuple[str, ...],
    method: Any,
    stop: Stop | None,
    accuracy: Accuracy = ALIKE,
    **options: Any,
) -> "LeastSquaresFit":
    """The fit by the method; with "auto", by the first way that determines the parameters, or else the best."""
    single = computing_dtype(start, problem) == np.float32
    until = Stop(optimality=1e-4 if single else 1e-9, steps=1000) if stop is None else stop
    ways = WAYS if isinstance(method, str) and method == "auto" else (method,)
    fits: list[LeastSquaresFit] = []
    for way in ways:
        result = minimize(problem, start, way, stop=until, **options)
        fits.append(assessed(problem, names, result, accuracy))
        if fits[-1].settled:
            break
    return next((fit for fit in fits if fit.settled), min(fits, key=lambda fit: nan_last(fit.residual_sum_of_squares)))


def nan_last(value: float) -> float:
    """A number to sort by."""
    return math.inf if math.isnan(value) else value


@dataclass(frozen=True, eq=False)
class LeastSquaresFit:
    """Parameters that make a sum of squares least.

    Attributes:
        names: of the parameters.
        x: the parameters, in the shape of the start.
        vector: the same in one vector, shape (n,).
        rows: the number of residuals.
        residual_sum_of_squares: ‖r‖².
        freedom: rows − n.
        inference: the uncertainty of the parameters, or None, and then
        refusal: says why not.
        distance: how far each parameter is from where the linearized problem has its minimum, in standard errors,
            shape (n,); None where there are none.
        result: of the descent.
        problem: ½‖r‖².
        accuracy: of the rows; where weights or standard deviations were given, residuals are in units of them, so that
            ‖r‖² is Σw·r².
    """

    names: tuple[str, ...]
    x: Any
    vector: np.ndarray
    rows: int
    residual_sum_of_squares: float
    freedom: int
    inference: Inference | None
    refusal: str | None
    distance: np.ndarray | None
    result: Result
    problem: LeastSquares
    accuracy: Accuracy = ALIKE

    @property
    def estimate(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(self.names, map(float, self.vector), strict=True))

    @property
    def residual_deviation(self) -> float:
        """√(‖r‖²/freedom); NaN where no freedom is left."""
        return math.sqrt(self.residual_sum_of_squares / self.freedom) if self.freedom > 0 else math.nan

    @property
    def standard_errors(self) -> dict[str, float] | None:
        """Of the parameters, by name; None where there are none."""
        if self.inference is None:
            return None
        return dict(zip(self.names, map(float, self.inference.standard_errors), strict=True))

    @property
    def settled(self) -> bool:
        """Whether the descent arrived where the parameters are determined, or where nothing is left to explain."""
        return self.inference is not None or (self.result.success and self.distance is not None)

    @property
    def success(self) -> bool:
        """Whether the least sum of squares was found: by the descent's criterion, or to within a standard error's
        hundredth, where rounding allows no more.
        """
        return self.result.success or self.inference is not None

    @property
    def message(self) -> str:
        """Why the descent ended, and how near to the optimum that is."""
        if self.inference is None or self.distance is None or self.result.success:
            return self.result.message
        return (
            f"Converged: the parameters are {self.distance.max():.2g} standard errors from the optimum; rounding "
            "allows no step closer."
        )

    def intervals(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """An interval of each parameter by the t distribution, x̂ ± t·se, by name.

        Raises:
            NoInference: there are no standard errors.
            ValueError: the level is not between 0 and 1.
        """
        if self.inference is None:
            raise NoInference(self.refusal)
        ends = self.inference.intervals(self.vector, level).tolist()
        return {name: (low, high) for name, (low, high) in zip(self.names, ends, strict=True)}

    def predict(self, data: Any = None, kind: str = "mean", level: float = 0.95, sigma: Any = None) -> Any:
        r"""The curve at other rows, and how sure one can be of it.

        By the delta method (Seber & Wild 2003, *Nonlinear Regression*, §5.1), with the curve's slope h = ∂model/∂b at a
        row, C the covariance of the parameters and t the quantile of the level:

        .. math:: \text{model}(x; \hat b) \pm t \sqrt{h^\top C h}, \qquad
                  \text{model}(x; \hat b) \pm t \sqrt{h^\top C h + s^2 \sigma^2}

        the interval of the curve, and that of a new observation.

        Args:
            data: a table, or a dict of columns; by default the rows that the curve was fitted to.
            kind: "mean" is the curve; "interval", `Intervals` at each row.
            level: of intervals.
            sigma: of the new observations, one number or one for each row: as in `fit_curve`, or 1/√weight. 1 by
                default; where the fit was given standard deviations there is none to assume, and without it no interval
                of a new observation.

        Returns:
            shape (rows,), or `Intervals` of arrays of it.

        Raises:
            ValueError: this is not a curve, the table lacks a column, or an unknown kind.
            NoInference: intervals, where there are no standard errors.
        """
        from osolgil.regression.curves.bands import predicted

        return predicted(self, data, kind, level, sigma)

    def summary(self, level: float = 0.95) -> Any:
        """The fit at a glance, with intervals of this level; printed by `print`, in colour by `rich.print`."""
        from osolgil.regression.curves.summary import CurveSummary

        checked_level(level)
        return CurveSummary(self, level)

    def __str__(self) -> str:
        return str(self.summary())

    __repr__ = __str__


def factored(needs: Needs, problem: LeastSquares, x: Any, layout: Layout) -> Any:
    """The triangular factor of [J r] at the flat vector x."""
    return problem.evaluate(x, needs, layout).factor


def count_rows(problem: LeastSquares, x: Any) -> int:
    """How many residuals there are."""
    shape: Any = jax.eval_shape(lambda v: problem.residuals(v, *problem.data), x)
    return int(np.prod(shape.shape, dtype=int))


def assessed(
    problem: LeastSquares, names: tuple[str, ...], result: Result, accuracy: Accuracy = ALIKE
) -> LeastSquaresFit:
    """A run with what its end says about the parameters."""
    layout = Layout.of(result.x)
    vector = layout.flat(result.x)
    n = layout.size
    with precision(FLOAT64):
        whole = problem.prepared(FLOAT64)
        rows = count_rows(whole, layout.unravel(vector))
        arguments = (whole, vector, layout)
        program, _ = compiled(factored, Needs.VALUE | Needs.GRADIENT | Needs.FACTOR, arguments)
        factor = np.asarray(program(*arguments))
    square = float(factor[:, n] @ factor[:, n])
    inference, refusal, distance = inferred(factor, vector, names, rows, result, accuracy.absolute)
    return LeastSquaresFit(
        names, result.x, vector, rows, square, rows - n, inference, refusal, distance, result, problem, accuracy
    )


def inferred(
    factor: np.ndarray, vector: np.ndarray, names: tuple[str, ...], rows: int, result: Result, absolute: bool
) -> tuple[Inference | None, str | None, np.ndarray | None]:
    """Uncertainty, or why there is none, and how far from the optimum each parameter is."""
    n = len(vector)
    if not np.isfinite(factor).all():
        return None, "The residuals or their derivatives are not finite where the descent ended.", None
    triangle, projected = factor[:n, :n], factor[:n, n]
    undetermined = dependent(triangle, names)
    if undetermined is not None:
        return None, undetermined, None
    inverse = np.linalg.inv(triangle)
    step = inverse @ projected
    if absolute:
        # How far rows scatter was said, and need not be estimated from them.
        return near_enough(Inference(inverse, None, None), step)
    if rows <= n:
        nothing = f"{n} parameters and {rows} rows leave no residuals to estimate their spread from."
        return None, nothing, np.zeros(n) if result.success else None
    freedom = rows - n
    sigma = float(np.linalg.norm(factor[:, n])) / math.sqrt(freedom)
    explained = float(np.linalg.norm(triangle, axis=0) @ np.abs(vector)) / math.sqrt(freedom)
    if sigma <= EXACT * explained or sigma == 0:
        exact = "The fit is exact up to rounding: no residuals are left to estimate a standard error from."
        return None, exact, np.zeros(n)
    return near_enough(Inference(sigma * inverse, sigma, float(freedom)), step)


def near_enough(inference: Inference, step: np.ndarray) -> tuple[Inference | None, str | None, np.ndarray | None]:
    """The uncertainty where the optimum is near, or why there is none."""
    distance = np.abs(step) / inference.standard_errors
    if distance.max() <= NEAR:
        return inference, None, distance
    far = (
        f"The parameters are {distance.max():.2g} standard errors from the optimum (at most {NEAR} count as "
        "there); allow more steps, or start elsewhere."
    )
    return None, far, None


def dependent(triangle: np.ndarray, names: tuple[str, ...]) -> str | None:
    """Which parameters the residuals do not determine, as a sentence; None if they do all."""
    norms = np.linalg.norm(triangle, axis=0)
    n = len(norms)
    idle = [name for name, norm in zip(names, norms, strict=True) if norm == 0]
    if idle:
        return f"{' and '.join(idle)} has no effect on the residuals here, so no standard errors can be given."
    _, values, axes = np.linalg.svd(triangle / norms)
    if values[-1] > 10 * n * np.finfo(np.float64).eps * values[0]:
        return None
    share = np.abs(axes[-1])
    involved = [name for name, part in zip(names, share, strict=True) if part > 0.1 * share.max()]
    return (
        f"The residuals do not tell {', '.join(involved[:-1])} and {involved[-1]} apart here (their derivatives depend "
        "on each other), so no standard errors can be given; fix one of them, or write the curve with fewer."
    )

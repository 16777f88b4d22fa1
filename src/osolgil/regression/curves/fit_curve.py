"""fit_curve: a curve, from a formula and a table."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from osolgil.descent import Stop
from osolgil.problems import LeastSquares
from osolgil.problems.formula_residuals import CallableResiduals, FormulaResiduals
from osolgil.protocol import as_node
from osolgil.regression.curves.accuracy import accuracy_of
from osolgil.regression.curves.least_squares import LeastSquaresFit, solved
from osolgil.rows.columns import numbers
from osolgil.rows.names import find_column
from osolgil.rows.tables import read_table
from osolgil.safety import Expression


def fit_curve(
    model: str | Callable[..., Any],
    data: Any,
    *,
    start: Mapping[str, float],
    response: str | None = None,
    weights: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    method: Any = "auto",
    stop: Stop | None = None,
    **options: Any,
) -> LeastSquaresFit:
    r"""Fit a curve by least squares: y ≈ model(x; b), the parameters with their standard errors.

    .. math:: \hat b = \operatorname{argmin}_b \sum_i w_i \, (\text{model}(x_i; b) - y_i)^2, \qquad
              w_i = 1 / \sigma_i^2

    Args:
        model: a formula such as "b1*(1 - exp(-b2*x))" (see `osolgil.safety` for what it may hold), with or without its
            response, "y = b1*(1 - exp(-b2*x))"; or a function of columns and parameters by their names, written with
            JAX's functions: ``def model(x, b1, b2)``.
        data: a table: pandas, polars, Arrow, a dict of columns, or the path of a CSV, Parquet or Arrow file.
        start: where each parameter begins, by name: what is named here is a parameter, all else a column.
        response: the column that the curve is to meet, or an expression of columns, such as "log(y)"; by default "y",
            or the only column that the model does not use.
        weights: w, the name of a column or one number for each row, shape (rows,); one each by default. Rows of weight
            0 do not count.
        sigma: the standard deviation of each row's response, likewise, in place of weights.
        absolute_sigma: whether sigma is right as it stands, in the response's unit. Then standard errors follow from it
            alone: (JᵀWJ)⁻¹, with the normal distribution. Otherwise, as with weights, only ratios count, and the
            residuals say how large σ is: s²(JᵀWJ)⁻¹ with s² = Σw·r²/(rows − n). The names and their meaning are those
            of SciPy's `curve_fit`.
        method, stop, **options: as in `least_squares`.

    Raises:
        UnsafeExpression: the formula is not in the language.
        ValueError, TypeError: anything else that makes no sense, in a sentence that says what to change.

    >>> data = {"x": [1.0, 2.0, 3.0, 4.0], "y": [2.7, 4.1, 5.2, 5.9]}
    >>> curve = fit_curve("b1*(1 - exp(-b2*x))", data, start={"b1": 5.0, "b2": 0.5})
    >>> {name: round(value, 4) for name, value in curve.estimate.items()}
    {'b1': 6.9195, 'b2': 0.4681}
    >>> curve.predict({"x": [0.0]}).tolist()
    [0.0]
    """
    parameters, first = starting(start)
    text, response = apart(model, response)
    table = read_table(data)
    uses = Expression.parse(text).names if isinstance(text, str) else arguments_of(text)
    unused = [name for name in parameters if name not in uses]
    if unused:
        raise ValueError(f"start names {unused[0]!r}, which the model does not have; it has {', '.join(uses)}.")
    inputs = tuple(name for name in uses if name not in parameters)
    others = tuple(name for name in (weights, sigma) if isinstance(name, str))
    target = response if response is not None else guessed_response(table.column_names, (*inputs, *others))
    wanted = tuple(dict.fromkeys((*Expression.parse(target).names, *inputs)))
    columns = columns_of(table, wanted, parameters_too=True)
    accuracy = accuracy_of(table, weights, sigma, absolute_sigma)
    known = [*columns.values(), *([] if accuracy.sigma is None else [accuracy.sigma])]
    curve: Any
    if isinstance(text, str):
        curve = FormulaResiduals.parse(text, target, parameters, wanted)
    else:
        curve = CallableResiduals(as_node(text), Expression.parse(target), parameters, wanted, uses)
    problem = LeastSquares(curve, tuple(column[accuracy.counted] for column in known))
    return solved(problem, first, parameters, method, stop, accuracy=accuracy, **options)


def starting(start: Mapping[str, float]) -> tuple[tuple[str, ...], np.ndarray]:
    """Names and first values of the parameters."""
    if not isinstance(start, Mapping) or not start:
        raise TypeError(f"start={start!r} must name each parameter and where it begins, such as {{'b1': 1.0}}.")
    for name, value in start.items():
        known = isinstance(value, int | float | np.number) and not isinstance(value, bool) and np.isfinite(value)
        if not known:
            raise ValueError(f"start of {name!r} must be a finite number, but it is {value!r}.")
    return tuple(start), np.array([float(value) for value in start.values()])


def apart(model: Any, response: str | None) -> tuple[Any, str | None]:
    """Curve and response of "y = curve"."""
    if not isinstance(model, str):
        if not callable(model):
            raise TypeError(f"{model!r} is no curve: pass a formula such as 'b1*exp(-b2*x)', or a function.")
        return model, response
    left, equals, right = model.partition("~" if "~" in model else "=")
    if not equals or model.count("=") > 1 or any(sign in model for sign in ("<", ">", "!")):
        return model, response
    if response is not None:
        raise ValueError(f"The response was given twice: {left.strip()!r} in the formula, and response={response!r}.")
    return right.strip(), left.strip()


def arguments_of(model: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what a function takes, all by position.

    Raises:
        ValueError: it takes some by keyword alone, or any number of them.
    """
    found = inspect.signature(model).parameters.values()
    odd = [each.name for each in found if each.kind in (each.KEYWORD_ONLY, each.VAR_KEYWORD, each.VAR_POSITIONAL)]
    if odd or not found:
        raise ValueError(
            f"{getattr(model, '__name__', model)!r} must take each column and parameter by its name and place, such as "
            f"def model(x, b1, b2){f'; {odd[0]!r} is neither' if odd else ''}."
        )
    return tuple(each.name for each in found)


def guessed_response(names: list[str], inputs: tuple[str, ...]) -> str:
    """The column that the curve is to meet, where nobody said."""
    rest = [name for name in names if name not in inputs]
    if "y" in rest:
        return "y"
    if len(rest) == 1 and rest[0].isidentifier():
        return rest[0]
    raise ValueError(f"Which column is the curve to meet? Say response=..., one of {', '.join(rest) or 'none left'}.")


def columns_of(data: Any, names: tuple[str, ...], parameters_too: bool = False) -> dict[str, np.ndarray]:
    """Columns of a table as float64, each of shape (rows,); a name that is none may have been meant as a parameter.

    Raises:
        ValueError: one is not there, or a value is missing or infinite; with the column and the row.
    """
    table = read_table(data)
    found = {}
    for name in names:
        try:
            values = numbers(table, find_column(name, table.column_names))
        except ValueError as error:
            stranger = parameters_too and name not in table.column_names
            hint = f"; if {name!r} is meant as a parameter, give it a start, such as {name} = 1" if stranger else ""
            raise ValueError(f"{str(error).rstrip('.')}{hint}.") from error
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            raise ValueError(f"column {name!r} has the value {values[bad[0]]} in row {bad[0]}; remove that row.")
        found[name] = np.ascontiguousarray(values)
    return found

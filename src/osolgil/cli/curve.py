"""`osolgil curve`: a curve fitted to a table by least squares."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_float
from osolgil.cli.terminal import NOT_CONVERGED, console, print_json, say, working

if TYPE_CHECKING:
    from osolgil.regression import LeastSquaresFit

EXAMPLES = (
    "osolgil curve 'b1*(1-exp(-b2*x))' data.csv --start b1=500,b2=1e-4",
    "osolgil curve 'log(y) = b1 - b2*x' data.csv --start b1=1,b2=1 --level 0.99",
    "osolgil curve 'b1*exp(-b2*hours)' decay.csv --response count --start b1=100,b2=0.1 --json",
    "osolgil curve 'b1*exp(-b2*hours)' decay.csv --start b1=100,b2=0.1 --sigma error --absolute-sigma --plot decay.png",
)

STATUSES = (
    "0 fitted; 2 something is wrong with the input; 3 not at the optimum, or the parameters are not determined: there "
    "are no standard errors"
)


def curve(
    formula: Annotated[str, typer.Argument(help="Such as 'b1*(1-exp(-b2*x))' or 'y = b1*(1-exp(-b2*x))', in quotes.")],
    data: Annotated[str, typer.Argument(help="A CSV, Parquet or Arrow file.")],
    start: Annotated[
        str | None,
        typer.Option(
            metavar="POINT", help="Where each parameter begins, such as b1=500,b2=1e-4. All else is a column."
        ),
    ] = None,
    response: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="What the curve is to meet; by default y, or the only column that it does not use.",
            rich_help_panel=options.DATA,
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="How much each row counts.", rich_help_panel=options.DATA),
    ] = None,
    sigma: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="The standard deviation of each row's response, in place of weights.",
            rich_help_panel=options.DATA,
        ),
    ] = None,
    absolute_sigma: Annotated[
        bool,
        typer.Option(
            "--absolute-sigma",
            help="Believe --sigma as it stands; otherwise only its ratios count.",
            rich_help_panel=options.DATA,
        ),
    ] = False,
    encoding: options.Encoding = "utf-8",
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="auto is Levenberg–Marquardt, started again where that leads nowhere.",
            rich_help_panel=options.METHOD,
        ),
    ] = "auto",
    steps: options.Steps = None,
    tolerance: options.Tolerance = None,
    seconds: options.Seconds = None,
    level: Annotated[float, typer.Option(parser=as_float, metavar="NUMBER", help="Of intervals.")] = 0.95,
    trace: options.TraceFile = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw data, curve and bands: .png, .svg or .pdf. For curves of one column.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Fit a curve by least squares, and print its parameters with their standard errors."""
    from osolgil.cli import files, jax_cache
    from osolgil.cli.fit import first_coefficients

    files.check_file(trace, "--trace", files.TABLES)
    files.check_file(plot, "--plot", files.STILL)
    if start is None:
        raise ValueError("--start is missing: say where each parameter begins, such as --start b1=500,b2=1e-4.")
    first = first_coefficients(start)
    jax_cache.turn_on()
    from osolgil import regression
    from osolgil.descent import Stop
    from osolgil.regression.inference import checked_level
    from osolgil.rows import read_table

    checked_level(level)
    stop = Stop(optimality=tolerance, steps=steps, seconds=seconds).checked()
    table = read_table(data, encoding=encoding)
    with working("fitting"):
        fit = regression.fit_curve(
            formula,
            table,
            start=first,
            response=response,
            weights=weights,
            sigma=sigma,
            absolute_sigma=absolute_sigma,
            method=method.strip().lower(),
            stop=None if stop == Stop() else stop,
            record="path" if trace else "values",
        )
    if as_json:
        print_json(told(fit, level))
    else:
        console().print(fit.summary(level))
    if trace is not None:
        files.write_table(fit.result.trace.to_arrow(), trace)
    if plot is not None:
        with working(f"drawing {plot}"):
            from osolgil import plots

            plots.save(plots.fitted_curve(fit, level=level), plot)
    for path in (trace, plot):
        if path is not None and not as_json:
            say(f"Wrote {path}", "dim")
    if fit.inference is None:
        raise typer.Exit(NOT_CONVERGED)


def told(fit: "LeastSquaresFit", level: float) -> dict[str, Any]:
    """The fit, for programs."""
    errors = fit.standard_errors
    intervals = None if errors is None else fit.intervals(level)
    return {
        "curve": fit.problem.name,
        "rows": fit.rows,
        "parameters": {
            name: {
                "estimate": value,
                "standard_error": None if errors is None else errors[name],
                "interval": None if intervals is None else list(intervals[name]),
            }
            for name, value in fit.estimate.items()
        },
        "level": level,
        "residual_sum_of_squares": fit.residual_sum_of_squares,
        "residual_deviation": fit.residual_deviation,
        "degrees_of_freedom": fit.freedom,
        "success": fit.success,
        "refusal": fit.refusal,
        "status": fit.result.status.name,
        "message": fit.message,
        "nit": fit.result.nit,
        "nfev": fit.result.nfev,
        "run_seconds": fit.result.run_seconds,
        "compile_seconds": fit.result.compile_seconds,
    }

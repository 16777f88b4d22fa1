"""`osolgil likelihood`: the parameters under which data are most likely."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_float, as_int, as_list
from osolgil.cli.terminal import NOT_CONVERGED, console, print_json, say, working

if TYPE_CHECKING:
    from osolgil.likelihood import BestCandidate, LikelihoodTable, MaximumLikelihood

EXAMPLES = (
    "osolgil likelihood binomial --trials 5 --data 4",
    "osolgil likelihood binomial --trials 5 --data 4 --candidates 1/2,3/4",
    "osolgil likelihood binomial --trials 5 --candidates 1/2,3/4 --table",
    "osolgil likelihood poisson --data counts.csv --column n --plot likelihood.png",
)

STATUSES = "0 found; 2 something is wrong with the input; 3 the maximum was not reached"

FILES = (".csv", ".tsv", ".txt", ".parquet", ".arrow", ".feather")


def likelihood(
    distribution: Annotated[
        Literal["binomial", "bernoulli", "normal", "poisson", "exponential", "geometric", "gaussian"],
        typer.Argument(
            metavar="DISTRIBUTION",
            help="binomial, bernoulli, normal (gaussian), poisson, exponential (by its rate), or geometric (trials "
            "until the first success).",
        ),
    ],
    data: Annotated[
        str | None,
        typer.Option(metavar="VALUES", help="Numbers between commas, or a CSV, Parquet or Arrow file."),
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file's column.", rich_help_panel=options.DATA)
    ] = None,
    encoding: options.Encoding = "utf-8",
    trials: Annotated[
        int | None, typer.Option(parser=as_int, metavar="NUMBER", help="Trials of each row, of the binomial.")
    ] = None,
    sigma: Annotated[
        float | None, typer.Option(parser=as_float, metavar="NUMBER", help="Of the normal, where it is known.")
    ] = None,
    candidates: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Choose from these only, such as 1/2,3/4; colons join μ:σ of the normal."),
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="Print what every value says about every candidate, in exact fractions.")
    ] = False,
    level: Annotated[float, typer.Option(parser=as_float, metavar="NUMBER", help="Of intervals.")] = 0.95,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw likelihood and log-likelihood.", rich_help_panel=options.OUTPUT),
    ] = None,
    parameter: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which one to draw, of several.", rich_help_panel=options.OUTPUT),
    ] = None,
    korean: Annotated[
        bool, typer.Option("--ko", help="Draw with Korean words.", rich_help_panel=options.OUTPUT)
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Estimate the parameters of a distribution by maximum likelihood, with their intervals."""
    from osolgil.cli import files, jax_cache

    files.check_file(plot, "--plot", files.STILL)
    jax_cache.turn_on()
    from osolgil import likelihood as room
    from osolgil.likelihood.distributions import named
    from osolgil.likelihood.intervals import normal_quantile

    normal_quantile(level)
    chosen = named(distribution, trials, sigma)
    if parameter is not None and parameter not in chosen.names:
        raise ValueError(f"There is no parameter {parameter!r}; {distribution} has {', '.join(chosen.names)}.")
    among = None if candidates is None else [as_candidate(text) for text in as_list(candidates, "--candidates")]
    found: Any
    if table:
        if among is None:
            raise ValueError("--table needs --candidates, such as --candidates 1/2,3/4.")
        values = None if data is None else [int(value) for value in chosen.checked(as_data(data, column, encoding))]
        found = room.table(chosen, among, values)
    else:
        if data is None:
            raise ValueError("--data is missing: give numbers such as --data 3,5,2, or a file.")
        rows = as_data(data, column, encoding)
        with working("maximizing"):
            found = room.maximum_likelihood(chosen, rows, among)
    if as_json:
        print_json(told(found, level))
    else:
        console().print(found.summary(level) if isinstance(found, room.MaximumLikelihood) else found)
    if plot is not None:
        with working(f"drawing {plot}"):
            from osolgil import plots

            language = "ko" if korean else "en"
            plots.save(plots.likelihood(found, parameter, level=level, language=language), plot)
        if not as_json:
            say(f"Wrote {plot}", "dim")
    if isinstance(found, room.MaximumLikelihood) and not found.success:
        raise typer.Exit(NOT_CONVERGED)


def as_candidate(text: str) -> Any:
    """A candidate that somebody typed; colons join several parameters.

    >>> as_candidate("3/4"), as_candidate("1.5:2")
    ('3/4', ('1.5', '2'))
    """
    parts = [part.strip() for part in text.split(":")]
    return parts[0] if len(parts) == 1 else tuple(parts)


def as_data(text: str, column: str | None, encoding: str) -> Any:
    """Numbers between commas, or a column of a file."""
    if column is None and not text.lower().endswith(FILES):
        from osolgil.cli.arguments import as_number

        return [as_number(part, "--data") for part in as_list(text, "--data")]
    from osolgil.rows import read_table
    from osolgil.rows.names import find_column

    rows = read_table(text, encoding=encoding)
    if column is None and rows.num_columns != 1:
        raise ValueError(f"{text!r} has {rows.num_columns} columns; say which with --column, such as --column n.")
    name = rows.column_names[0] if column is None else find_column(column, rows.column_names)
    values = rows[name]
    if values.null_count:
        raise ValueError(f"The column {name!r} has {values.null_count} missing values; remove those rows.")
    return values.to_pylist()


def told(found: "MaximumLikelihood | BestCandidate | LikelihoodTable", level: float) -> dict[str, Any]:
    """What was found, for programs; fractions are texts such as "3/4"."""
    from osolgil.likelihood import BestCandidate, LikelihoodTable

    if isinstance(found, LikelihoodTable):
        return {
            "values": found.values,
            "candidates": [
                {"candidate": str(each), "numerators": row, "denominator": over}
                for each, row, over in zip(found.candidates, found.numerators, found.denominators, strict=True)
            ],
            "estimates": {value: [str(each) for each in ties] for value, ties in found.estimates.items()},
        }
    about = {"distribution": found.distribution.described, "rows": found.rows, "log_likelihood": found.log_likelihood}
    if isinstance(found, BestCandidate):
        rows = [row._asdict() | {"candidate": as_told(row.candidate)} for row in found.table]
        return about | {"candidates": rows, "most_likely": [as_told(each) for each in found.ties]}
    errors = found.standard_errors
    likely = found.intervals(level) if found.success else None
    wald = None if errors is None else found.intervals(level, "wald")
    return about | {
        "parameters": {
            name: {
                "estimate": value,
                "standard_error": None if errors is None else errors[name],
                "wald_interval": None if wald is None else list(wald[name]),
                "likelihood_interval": None if likely is None else list(likely[name]),
            }
            for name, value in found.estimate.items()
        },
        "level": level,
        "on_boundary": found.on_boundary,
        "success": found.success,
        "message": found.message,
    }


def as_told(candidate: Any) -> Any:
    """A candidate for programs: a list where there are several parameters, a text where it is a fraction."""
    from fractions import Fraction

    return str(candidate) if isinstance(candidate, Fraction) else candidate

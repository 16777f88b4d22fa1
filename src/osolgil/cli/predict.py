"""`osolgil predict`: what a saved model says about other rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_float
from osolgil.cli.terminal import NOT_CONVERGED, cell, console, number, print_json, refuse, say, sentence, table, working

EXAMPLES = (
    "osolgil predict model.json people.csv",
    "osolgil predict model.json people.csv --kind class --output classes.csv",
    "osolgil predict model.json people.parquet --kind interval --level 0.9 --json",
)

SHOWN = 20
"""Rows that are printed, numbered from 0 as in every message about a row."""


def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL.json", help="What osolgil fit --save wrote.")],
    data: Annotated[str, typer.Argument(help="A CSV, Parquet or Arrow file.")],
    kind: Annotated[
        Literal["mean", "class", "interval", "link"],
        typer.Option(help="The expected target, the class, the mean with its interval, or the linear predictor."),
    ] = "mean",
    level: Annotated[float, typer.Option(parser=as_float, metavar="NUMBER", help="Of intervals.")] = 0.95,
    offset: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Where the model has one: its column, or one number for all rows. By default the column of the fit.",
            rich_help_panel=options.DATA,
        ),
    ] = None,
    exposure: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Likewise; 1 predicts rates.", rich_help_panel=options.DATA),
    ] = None,
    encoding: options.Encoding = "utf-8",
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rows with their predictions as CSV, Parquet or JSON."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Predict the rows of a table by a saved model."""
    from osolgil.cli import files, jax_cache

    files.check_file(output, "--output", files.TABLES)
    jax_cache.turn_on()
    from osolgil.regression import FittedModel, NoInference, load
    from osolgil.rows import read_table

    fitted = load(model)
    added = {name: as_given(text) for name, text in (("offset", offset), ("exposure", exposure)) if text is not None}
    rows = read_table(data, encoding=encoding)
    try:
        with working("predicting"):
            if isinstance(fitted, FittedModel):
                found = columns(fitted.predict(rows, kind=kind, level=level, **added), kind)
            elif added:
                raise ValueError(f"The model was fitted without {next(iter(added))}; leave the option out.")
            else:
                found = columns_of_classes(fitted.predict(rows, kind=kind), kind, fitted.classes)
    except NoInference as error:
        refuse(sentence(error), NOT_CONVERGED)
    taken = [name for name in found if name in rows.column_names]
    if taken and output is not None:
        raise ValueError(f"{data!r} has a column {taken[0]!r} already; rename it, so that --output can add its own.")
    if output is not None:
        import pyarrow

        for name, values in found.items():
            rows = rows.append_column(name, pyarrow.array(values))
        files.write_table(rows, output)
    if as_json:
        print_json(found)
    elif output is not None:
        say(f"Wrote {output}", "dim")
    else:
        print_rows(found)


def as_given(text: str) -> float | str:
    """One number for all rows, or a column's name."""
    try:
        return float(text)
    except ValueError:
        return text


def columns(predicted: Any, kind: str) -> dict[str, Any]:
    """Predictions by column."""
    if kind != "interval":
        return {f"predicted_{kind}": predicted}
    return {f"predicted_{name}": values for name, values in predicted._asdict().items() if values is not None}


def columns_of_classes(predicted: Any, kind: str, classes: Sequence[Any]) -> dict[str, Any]:
    """Predictions by column, those of each class by its name."""
    if kind == "class":
        return {"predicted_class": predicted}
    return {f"predicted_{kind}_{label}": predicted[:, k] for k, label in enumerate(classes)}


def print_rows(found: dict[str, Any]) -> None:
    """The first rows."""
    names = [name.removeprefix("predicted_") for name in found]
    made = table("row", *names, right=("row", *names))
    length = len(next(iter(found.values())))
    for i in range(min(length, SHOWN)):
        values = (values[i] for values in found.values())
        made.add_row(str(i), *(number(v) if isinstance(v, float) else cell(v) for v in values))
    console().print(made)
    if length > SHOWN:
        say(f"... and {length - SHOWN:,} more; --output FILE writes all of them.", "dim")

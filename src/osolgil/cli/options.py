"""Options that several commands share, under the same names and words."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from osolgil.cli.arguments import as_float, as_int

Convention = Literal["torch", "keras", "optax", "paper", "lecture_part_one", "lecture_part_two"]

Picture = Literal["auto", "contour", "surface", "curves"]

METHOD = "Choosing the method"
STOPPING = "When to stop"
ROWS = "Rows and batches"
DATA = "The rows"
OUTPUT = "What to write"

MethodOption = Annotated[
    str | None,
    typer.Option("--method", metavar="NAME", help="One method (see osolgil methods).", rich_help_panel=METHOD),
]
LearningRate = Annotated[
    float | None,
    typer.Option(parser=as_float, metavar="RATE", help="Learning rate, of all methods.", rich_help_panel=METHOD),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another hyperparameter; adam.beta1=0.8 sets it for one of several methods. Repeat for more.",
        rich_help_panel=METHOD,
    ),
]
ConventionOption = Annotated[
    Convention | None,
    typer.Option(
        "--convention",
        metavar="LIBRARY",
        help="Whose exact form and defaults to take: torch, keras, optax, paper, lecture_part_one, lecture_part_two.",
        rich_help_panel=METHOD,
    ),
]
Steps = Annotated[
    int | None, typer.Option(parser=as_int, metavar="NUMBER", help="At most so many steps.", rich_help_panel=STOPPING)
]
Tolerance = Annotated[
    float | None,
    typer.Option(
        parser=as_float,
        metavar="NUMBER",
        help="Converged when the largest slope is at most this.",
        rich_help_panel=STOPPING,
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(parser=as_float, metavar="NUMBER", help="At most so many seconds.", rich_help_panel=STOPPING),
]
Epochs = Annotated[
    float | None,
    typer.Option(parser=as_float, metavar="NUMBER", help="So many passes over the rows.", rich_help_panel=STOPPING),
]
Patience = Annotated[
    int | None,
    typer.Option(
        parser=as_int,
        metavar="NUMBER",
        help="Stop after so many evaluations, or epochs of mini-batches, without a better value; of a network with "
        "--batch-size, a better validation loss.",
        rich_help_panel=STOPPING,
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        parser=as_int, metavar="NUMBER", help="Rows of a mini-batch; 1 is stochastic descent.", rich_help_panel=ROWS
    ),
]
Order = Annotated[
    Literal["shuffled", "replacement", "fixed"],
    typer.Option(metavar="ORDER", help="Of mini-batches: shuffled, replacement or fixed.", rich_help_panel=ROWS),
]
Seed = Annotated[
    int,
    typer.Option(parser=as_int, metavar="NUMBER", help="Of everything that is drawn at random.", rich_help_panel=ROWS),
]
Record = Annotated[
    Literal["values", "path", "all"] | None,
    typer.Option(
        metavar="WHAT", help="Keep values, path (the points too) or all (the memory too).", rich_help_panel=OUTPUT
    ),
]
TraceFile = Annotated[
    Path | None,
    typer.Option("--trace", metavar="FILE", help="Write the history as CSV, Parquet or JSON.", rich_help_panel=OUTPUT),
]
Checkpoint = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Save the run here, and go on from it if it exists.", rich_help_panel=OUTPUT),
]
Encoding = Annotated[str, typer.Option(metavar="NAME", help="Of a CSV file, such as cp949.", rich_help_panel=DATA)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.", rich_help_panel=OUTPUT)]

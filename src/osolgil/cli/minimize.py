"""`osolgil minimize`: one method, or several side by side."""

from pathlib import Path
from typing import Annotated

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_float, as_int
from osolgil.cli.terminal import NOT_CONVERGED, say

EXAMPLES = (
    'osolgil minimize "x**2" --start 2 --learning-rate 0.01',
    'osolgil minimize "x**2 + 10*y**2" --start x=3,y=1 --method momentum --set momentum=0.8 --plot path.png',
    "osolgil minimize beale --methods sgd,momentum,nesterov,adagrad,rmsprop,adam --plot race.gif",
    'osolgil minimize "x**2 + y**2" --start x=3,y=1 --bounds x=0:1 --constraint "x + y >= 1"',
    "osolgil minimize perceptron --method adam --batch-size 32 --epochs 30 --patience 5",
    "osolgil minimize rosenbrock --n 10 --method adam --learning-rate 0.01 --steps 20000 --json",
)

STATUSES = (
    "0 converged, or several methods all ran; 2 something is wrong with the input; 3 did not converge, or Ctrl-C "
    "stopped it on its way; 130 Ctrl-C before or after"
)


def minimize(
    problem: Annotated[
        str,
        typer.Argument(
            help="A surface, network or test problem (see osolgil problems), or an expression such as 'x**2*y'."
        ),
    ],
    start: Annotated[
        str | None,
        typer.Option(metavar="POINT", help="Where to begin: 1,2 in alphabetical order, or x=1,y=2."),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n", parser=as_int, metavar="NUMBER", help="Number of variables, for surfaces that have a choice."
        ),
    ] = None,
    condition: Annotated[
        float | None, typer.Option(parser=as_float, metavar="NUMBER", help="Condition number, for the bowls.")
    ] = None,
    hidden: Annotated[
        int | None, typer.Option(parser=as_int, metavar="NUMBER", help="Hidden units of the perceptron or autoencoder.")
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option(
            parser=as_float, metavar="NUMBER", help="How likely a hidden unit is left out, for the perceptron."
        ),
    ] = None,
    bounds: Annotated[
        str | None,
        typer.Option(
            metavar="LIMITS", help="Where variables may be: x=0:1,y=-1: leaves y without an upper end; 0: is for all."
        ),
    ] = None,
    constraint: Annotated[
        list[str] | None,
        typer.Option(metavar="RELATION", help="What has to hold, such as 'x + y >= 1'. Repeat for more."),
    ] = None,
    method: options.MethodOption = None,
    methods: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Several methods, between commas.", rich_help_panel=options.METHOD),
    ] = None,
    learning_rate: options.LearningRate = None,
    settings: options.Settings = None,
    convention: options.ConventionOption = None,
    tune: Annotated[
        bool | None,
        typer.Option(
            "--tune/--no-tune",
            help="Choose each learning rate by one sweep. On by default for pictures of several methods.",
            rich_help_panel=options.METHOD,
            show_default=False,
        ),
    ] = None,
    steps: options.Steps = None,
    tolerance: options.Tolerance = None,
    target: Annotated[
        float | None,
        typer.Option(
            parser=as_float,
            metavar="NUMBER",
            help="Done when the value is at most this.",
            rich_help_panel=options.STOPPING,
        ),
    ] = None,
    seconds: options.Seconds = None,
    epochs: options.Epochs = None,
    patience: options.Patience = None,
    batch_size: options.BatchSize = None,
    order: options.Order = "shuffled",
    seed: options.Seed = 0,
    record: options.Record = None,
    trace: options.TraceFile = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw: .gif and .mp4 move, .png, .svg and .pdf do not.", rich_help_panel=options.OUTPUT
        ),
    ] = None,
    picture: Annotated[
        options.Picture,
        typer.Option(
            metavar="KIND",
            help="contour, surface (three dimensions) or curves; auto: a contour for two variables, a graph for one.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = "auto",
    checkpoint: options.Checkpoint = None,
    as_json: options.AsJson = False,
) -> None:
    """Minimize a surface or an expression, or train a network, by one method or by several side by side."""
    from osolgil.cli import choosing, jax_cache

    jax_cache.turn_on()
    from osolgil.cli import files, limiting, pictures, posing, reporting, running
    from osolgil.descent import Status, Stop

    others = {"start": start, "n": n, "condition": condition}
    network = posing.pose_network(problem, seed, hidden, dropout, others)
    posed = network or posing.pose(problem, start, n, condition)
    limits = limiting.limits_of(posed, bounds, constraint)
    chosen = choosing.choose(
        method,
        methods,
        learning_rate=learning_rate,
        settings=settings or (),
        convention=convention,
        default="interior_point" if limits else "adam",
    )
    pictures.check_picture(plot, picture, posed)
    files.check_file(trace, "--trace", files.TABLES)
    plan = running.Plan(
        posed=posed,
        methods=chosen,
        stop=Stop(
            optimality=tolerance, target=target, steps=steps, epochs=epochs, seconds=seconds, patience=patience
        ).checked(),
        batch_size=batch_size,
        order=order,
        seed=seed,
        record=record or ("path" if plot or trace else "values"),
        checkpoint=checkpoint,
        limits=limits,
    )
    runs = running.run(plan, running.tuning(plan, tune, pictured=plot is not None))
    if as_json:
        reporting.print_as_json(posed, runs)
    else:
        reporting.print_runs(posed, runs, limits)
    if trace is not None:
        reporting.write_trace(runs, trace)
    if plot is not None:
        pictures.draw(plot, picture, posed, runs.sweep or runs.results)
    for path in (trace, plot):
        if path is not None and not as_json:
            say(f"Wrote {path}", "dim")
    results = list(runs.results.values())
    if (len(chosen) == 1 and not results[0].success) or results[-1].status is Status.STOPPED:
        raise typer.Exit(NOT_CONVERGED)

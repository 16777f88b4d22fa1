"""`osolgil fit`: a regression, formula first."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from osolgil.cli import options
from osolgil.cli.terminal import NOT_CONVERGED, console, print_json, say, working

if TYPE_CHECKING:
    from osolgil.regression.estimated import Estimated

EXAMPLES = (
    'osolgil fit "height ~ weight" women.csv',
    'osolgil fit "label ~ experience + salary" people.csv --family bernoulli --method adam '
    "--batch-size 16 --epochs 200",
    'osolgil fit "height ~ weight" women.csv --save model.json --plot line.png',
    'osolgil fit "claims ~ age + C(region)" claims.csv --family poisson --exposure years --covariance HC3',
    'osolgil fit "y ~ x1 + x2 + C(city)" data.parquet --family poisson --penalty ridge=0.01 --batch-size 4096 '
    "--epochs 3",
    'osolgil fit "y ~ x1 + x2" mixture.csv --bounds x1=0:,x2=0: --constraint "x1 + x2 = 1"',
    'osolgil fit "height ~ weight" women.csv --method sgd --learning-rate 0.1 --start weight=1 --no-standardize',
)

STATUSES = (
    "0 fitted; 2 something is wrong with the input; 3 not at the optimum, so that there are no standard errors (under "
    "a penalty: the run did not end as it should), or Ctrl-C stopped the method on its way; 130 Ctrl-C before or after"
)


def fit(
    formula: Annotated[str, typer.Argument(help="Such as 'height ~ weight + C(sex)', in quotes.")],
    data: Annotated[str, typer.Argument(help="A CSV, Parquet or Arrow file.")],
    family: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Of the targets: gaussian (normal, linear) is linear regression, bernoulli (logistic) logistic "
            "regression; binomial, categorical (several classes), poisson, negative_binomial, gamma, inverse_gaussian; "
            "huber, quantile; squared_error_logistic is for teaching. With settings: 'gamma(link=inverse)', "
            "'quantile(q=0.9)'.",
        ),
    ] = "gaussian",
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="auto is the exact solution, and adagrad for mini-batches.",
            rich_help_panel=options.METHOD,
        ),
    ] = "auto",
    learning_rate: options.LearningRate = None,
    settings: options.Settings = None,
    convention: options.ConventionOption = None,
    bounds: Annotated[
        str | None,
        typer.Option(metavar="LIMITS", help="Where coefficients may be: x1=0:,x2=-1:3 leaves x1 without an upper end."),
    ] = None,
    constraint: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RELATION", help="What has to hold for coefficients, such as 'x1 + x2 = 1'. Repeat for more."
        ),
    ] = None,
    penalty: Annotated[
        str | None,
        typer.Option(
            metavar="KIND=STRENGTH",
            help="Added to the mean loss: ridge=0.01, lasso=0.05, elastic_net=0.1,mix=0.5. Columns may have strengths "
            "of their own: ridge=0.01,x1=0. The intercept is never penalized.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="POINT",
            help="First coefficients, such as weight=1; the others are 0. By default the intercept alone.",
        ),
    ] = None,
    standardize: Annotated[
        bool, typer.Option("--standardize/--no-standardize", help="Walk in centred and scaled columns.")
    ] = True,
    polish: Annotated[
        bool, typer.Option("--polish", help="Go on from where the method ended to the exact optimum.")
    ] = False,
    weights: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Weights of the rows.", rich_help_panel=options.DATA)
    ] = None,
    offset: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Added to the linear predictor.", rich_help_panel=options.DATA),
    ] = None,
    exposure: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="How long, or among how many, counts were counted: its logarithm is an offset.",
            rich_help_panel=options.DATA,
        ),
    ] = None,
    covariance: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="What standard errors are built on: observed or expected information, HC0 to HC3, or clustered.",
        ),
    ] = "observed",
    groups: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Groups of clustered errors.", rich_help_panel=options.DATA),
    ] = None,
    success: Annotated[
        str | None, typer.Option(metavar="LABEL", help="The label that counts as 1.", rich_help_panel=options.DATA)
    ] = None,
    missing: Annotated[
        Literal["error", "drop"], typer.Option(help="What to do with missing values.", rich_help_panel=options.DATA)
    ] = "error",
    encoding: options.Encoding = "utf-8",
    batch_size: options.BatchSize = None,
    order: options.Order = "shuffled",
    seed: options.Seed = 0,
    steps: options.Steps = None,
    tolerance: options.Tolerance = None,
    seconds: options.Seconds = None,
    epochs: options.Epochs = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save the model as JSON.", rich_help_panel=options.OUTPUT)
    ] = None,
    record: options.Record = None,
    trace: options.TraceFile = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the fitted line, the boundary between two classes, or the loss.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    checkpoint: options.Checkpoint = None,
    as_json: options.AsJson = False,
) -> None:
    """Fit a regression by maximum likelihood, and print what was found."""
    from osolgil.cli import choosing, files, jax_cache, limiting, penalties

    for path, option, endings in (
        (save, "--save", (".json",)),
        (trace, "--trace", files.TABLES),
        (plot, "--plot", files.STILL),
    ):
        files.check_file(path, option, endings)
    jax_cache.turn_on()
    from osolgil import regression
    from osolgil.descent import Stop
    from osolgil.descent.watching import Watch
    from osolgil.rows import read_table

    how: Any = "auto"
    added = None if penalty is None else penalties.as_penalty(penalty)
    if method.strip().lower() != "auto":
        [how] = choosing.choose(
            method, None, learning_rate=learning_rate, settings=settings or (), convention=convention
        )
        how = penalties.keeping(how, added)
    elif learning_rate is not None or settings or convention is not None:
        chosen = "The exact solution has no hyperparameters" if batch_size is None else "auto chooses hyperparameters"
        raise ValueError(f"{chosen}; name a --method, such as {'adam' if batch_size is None else 'adagrad'}.")
    within = None if bounds is None else limiting.as_named_bounds(bounds)
    limited = within is not None or bool(constraint)
    if limited and polish:
        raise ValueError("--polish goes to the optimum without limits; leave it out, or --bounds and --constraint.")
    stop = Stop(optimality=tolerance, steps=steps, seconds=seconds, epochs=epochs).checked()
    with Watch(f"reading {data}") as watch:
        table = read_table(data, encoding=encoding)
        watch.say("fitting")
        model = regression.fit(
            formula,
            table,
            family=family,
            method=how,
            bounds=within,
            constraints=constraint or (),
            penalty=added,
            batch_size=batch_size,
            order=order,
            start=None if start is None else first_coefficients(start),
            standardize=standardize,
            weights=weights,
            offset=offset,
            exposure=exposure,
            covariance=covariance,
            groups=groups,
            success=success,
            missing=missing,
            stop=None if stop == Stop() else stop,
            record=record or ("path" if trace else "values"),
            seed=seed,
            checkpoint=checkpoint,
            progress=watch,
        )
    walked = model
    if polish and model.standing.inference is None:
        with working("polishing"):
            model = model.polish()
    report(model, as_json=as_json)
    if limited and not as_json:
        tell_limits(model, constraint or ())
    if save is not None:
        model.save(save)
    if trace is not None:
        files.write_table(walked.trace.to_arrow(), trace)
    if plot is not None:
        draw(model, plot)
    for path in (save, trace, plot):
        if path is not None and not as_json:
            say(f"Wrote {path}", "dim")
    if not fitted(model, limited or added is not None):
        raise typer.Exit(NOT_CONVERGED)


def first_coefficients(text: str) -> dict[str, float]:
    """Coefficients by name."""
    from osolgil.cli.arguments import as_number, as_pair

    pairs = [as_pair(part, "--start") for part in text.split(",")]
    return {name: as_number(value, f"--start {name}") for name, value in pairs}


def fitted(model: "Estimated", held: bool) -> bool:
    """Whether the fit did what was asked for, and can be believed; of coefficients that are held back by limits or a
    penalty, nobody asks for standard errors.
    """
    from osolgil.regression import Categorical, Likelihood

    ended = model.result is None or model.result.success
    inferred = model.standing.inference is not None or not isinstance(model.family, Likelihood | Categorical)
    return ended and (held or inferred)


def report(model: "Estimated", *, as_json: bool) -> None:
    """The summary, or all its numbers."""
    if as_json:
        from osolgil.cli.reporting import limits_met
        from osolgil.regression.saved import as_json as told

        result = model.result
        effort = {} if result is None else {
            "success": result.success,
            "status": result.status.name,
            "nit": result.nit,
            "nfev": result.nfev,
            "epochs": result.epochs,
            "run_seconds": result.run_seconds,
            "compile_seconds": result.compile_seconds,
        }  # fmt: skip
        limits = {} if result is None else limits_met(result)
        print_json(told(model) | effort | limits)
    else:
        console().print(model.summary())


def tell_limits(model: "Estimated", relations: Sequence[str]) -> None:
    """Which limits hold the coefficients back, with their multipliers."""
    from osolgil.cli.reporting import held_by

    assert model.result is not None
    assert model.result.multipliers is not None
    held = ", ".join(held_by(model.names, model.result.multipliers, relations))
    say(f"Held by {held or 'no limit'}")


def draw(model: "Estimated", path: Path) -> None:
    """The fitted line, the boundary between two classes, or the loss: whatever the model has."""
    with working(f"drawing {path}"):
        from osolgil import plots
        from osolgil.regression import FittedModel

        sample, result = model.sample, model.result
        assert sample is not None
        features = [j for j in range(len(model.names)) if j != sample.intercept]
        names = [model.names[j] for j in features]
        straight = sample.intercept == 0 and sample.offset is None
        if straight and isinstance(model, FittedModel) and len(features) == 1 and model.family.link == "identity":
            figure = plots.fitted_line(
                sample.X[:, 1], sample.y, {"fit": model}, names=(names[0], model.design.response)
            )
        elif (
            straight
            and isinstance(model, FittedModel)
            and len(features) == 2
            and model.family.binary
            and model.family.link != "cloglog"
        ):
            figure = plots.decision_boundary(
                sample.X[:, 1:],
                sample.y,
                {"fit": model},
                names=(names[0], names[1]),
                classes=(str(model.classes[0]), str(model.classes[1])),
            )
        elif result is None:
            raise ValueError("A linear program leaves no trace to draw; name a --method, such as adam.")
        else:
            figure = plots.curves(result, "optimality", title=model.formula)
        plots.save(figure, path)

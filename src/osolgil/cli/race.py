"""`osolgil race`: which method is better here, and how it can be believed."""

from pathlib import Path
from typing import Annotated

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_int
from osolgil.cli.terminal import cell, console, print_json, say, table, working

PROTOCOL = "The protocol: the same for everybody"

EXAMPLES = (
    "osolgil race --report out/",
    "osolgil race lecture --methods gradient_descent,momentum,adam --report out/",
    "osolgil race beale long_valley --methods adam,optax.adamw --contestant almost=adam:bias_correction=false",
    "osolgil race valleys --methods lbfgs,scipy.L-BFGS-B --seeds 40",
    "osolgil race --from out/ --measure gap",
    "osolgil race --list",
)

STATUSES = (
    "0 the race is over, whoever won; 2 something is wrong with the input; 130 Ctrl-C interrupted it, and with "
    "--report the same command goes on"
)

WHOLE = {"parser": as_int, "metavar": "NUMBER", "rich_help_panel": PROTOCOL, "show_default": False}


def race(
    problems: Annotated[
        list[str] | None,
        typer.Argument(help="A suite (see --list), or problems: surfaces or problems of suites. By default: lecture."),
    ] = None,
    methods: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Who races, between commas: adam,optax.adamw,scipy.L-BFGS-B,torch.Adam. By default the lecture's "
            "optimizers.",
            rich_help_panel=options.METHOD,
        ),
    ] = None,
    contestant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=METHOD[:KEY=VALUE]",
            help="Another one under a name of its own: almost=adam:bias_correction=false. Repeat for more.",
            rich_help_panel=options.METHOD,
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A hyperparameter that is declared, and not tuned: adam.beta1=0.95 for one, beta1=0.95 for all. "
            "Repeat for more.",
            rich_help_panel=options.METHOD,
        ),
    ] = None,
    division: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES",
            help="Of defaults, learning_rate_tuned, fully_tuned and self_tuning; between commas, or repeat. By "
            "default learning_rate_tuned, and self_tuning for methods that find their own steps.",
            rich_help_panel=PROTOCOL,
        ),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(help="Trials of each contestant where something is tuned; 24.", **WHOLE)
    ] = None,
    tuning_seeds: Annotated[int | None, typer.Option(help="Seeds that a trial is judged by; 3.", **WHOLE)] = None,
    seeds: Annotated[
        int | None,
        typer.Option(help="Seeds that winners are compared by; 20, and six at least for a verdict.", **WHOLE),
    ] = None,
    evaluations: Annotated[
        int | None, typer.Option(help="Evaluations that a run may spend; 2,000, or the suite's own.", **WHOLE)
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="optimization, about the training objective, or learning, about rows that nobody trained on.",
            rich_help_panel=PROTOCOL,
        ),
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What is compared: reached_1e-1, reached_1e-3, reached_1e-5, reached_1e-8, gap, best_gap, validation, "
            "test, seconds.",
            rich_help_panel=PROTOCOL,
        ),
    ] = None,
    separate_seeds: Annotated[
        bool,
        typer.Option(
            "--separate-seeds",
            help="Every contestant draws its own starts and batches, in place of common ones.",
            rich_help_panel=PROTOCOL,
        ),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            parser=as_int, metavar="NUMBER", help="Processes of one thread each; by default one for each core."
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep the race here, with its page index.html and its figures; an interrupted race goes on.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    finished: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Judge a race that is over, perhaps by another --measure, and write its report anew; nothing is run.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the suites with their problems.")] = False,
    korean: Annotated[
        bool, typer.Option("--ko", help="Standings and figures in Korean.", rich_help_panel=options.OUTPUT)
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Race methods under one protocol: equal trials, seeds and budgets, audited, with a verdict on every two."""
    from osolgil.cli import jax_cache

    cache = jax_cache.turn_on()
    if listed:
        list_suites(as_json)
        return
    from osolgil.cli import racing, standings
    from osolgil.cli.entering import one_of
    from osolgil.races.pairings import MEASURES

    measure = None if measure is None else one_of(measure, list(MEASURES), "measure")
    if finished is not None:
        declared = (
            problems, methods, contestant, settings, division, trials, tuning_seeds, seeds, evaluations, claim, workers,
        )  # fmt: skip
        if separate_seeds or any(declared):
            raise ValueError("--from reads a race that is over; only --measure, --report, --ko and --json go with it.")
        folder: Path | None = report or finished
        found = racing.finished_race(finished)
    else:
        order = racing.Order(
            problems=tuple(problems or ()),
            methods=methods,
            contestants=tuple(contestant or ()),
            settings=tuple(settings or ()),
            divisions=tuple(division or ()),
            numbers={
                "trials": trials,
                "tuning_seeds": tuning_seeds,
                "evaluation_seeds": seeds,
                "evaluations": evaluations,
            },
            claim=claim,
            measure=measure,
            separate_seeds=separate_seeds,
        )
        folder = report
        found = racing.run(order, workers=workers, folder=folder, cache=cache)
    evidence = found.judged(measure)
    written = None if folder is None else racing.write_report(found, evidence, folder, korean)
    if as_json:
        print_json(standings.as_dict(evidence, written))
        return
    standings.print_standings(evidence, "ko" if korean else "en", written)
    if written is not None:
        figures = written.parent / "figures"
        told = f"보고서: {written}, 그림: {figures}" if korean else f"Wrote {written}, and its figures to {figures}"
        say(told, "dim")


def list_suites(as_json: bool) -> None:
    """The suites, with their problems and how they are raced unless told otherwise."""
    with working("loading the suites"):
        from osolgil.races import suites

        every = [suites.suite(name) for name in suites.names()]
    if as_json:
        print_json(
            [
                {
                    "name": suite.name,
                    "problems": [
                        {
                            "name": problem.name,
                            "parameters": problem.dimension,
                            "f_star": problem.f_star,
                            "source": problem.source,
                            "targets": problem.targets,
                            "batch_size": problem.batch_size,
                        }
                        for problem in suite.problems
                    ],
                    "claim": suite.protocol.claim,
                    "evaluations": suite.protocol.evaluations,
                }
                for suite in every
            ]
        )
        return
    made = table("suite", "about", "evaluations", "problems", right=("evaluations",))
    for suite in every:
        names = ", ".join(problem.name for problem in suite.problems)
        made.add_row(cell(suite.name, "bold"), suite.protocol.claim, f"{suite.protocol.evaluations:,}", cell(names))
        made.add_section()
    console().print(made)

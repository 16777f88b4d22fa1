"""`osolgil diagnose`: what a point of a problem, or a run on it, shows of the four problems of descent."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_float, as_int
from osolgil.cli.terminal import print_json, say, working

if TYPE_CHECKING:
    from osolgil.cli.posing import Posed
    from osolgil.diagnosis import Diagnosis

EXAMPLES = (
    "osolgil diagnose beale --at 0,1",
    "osolgil diagnose bowl --condition 1000 --method sgd --learning-rate 0.0021 --steps 50",
    'osolgil diagnose "x**2 - y**2" --at x=0,y=0 --ko',
    "osolgil diagnose beale --convexity",
)

STEPS = 100
"""Steps of a run, where nobody says how many."""


def diagnose(
    problem: Annotated[str, typer.Argument(help="A surface, or an expression in quotes.")],
    at: Annotated[
        str | None,
        typer.Option(metavar="POINT", help="Where: 3,2 in alphabetical order, or x=3,y=2. A start by default."),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option("--n", parser=as_int, metavar="NUMBER", help="Number of variables, for surfaces with a choice."),
    ] = None,
    condition: Annotated[
        float | None, typer.Option(parser=as_float, metavar="NUMBER", help="Condition number, for the bowls.")
    ] = None,
    convexity: Annotated[
        bool, typer.Option("--convexity", help="Search a surface's window for a chord that lies below it.")
    ] = False,
    method: options.MethodOption = None,
    learning_rate: options.LearningRate = None,
    settings: options.Settings = None,
    convention: options.ConventionOption = None,
    steps: Annotated[
        int, typer.Option(parser=as_int, metavar="NUMBER", help="Steps of the method's run, which is then diagnosed.")
    ] = STEPS,
    korean: Annotated[bool, typer.Option("--ko", help="Say it in Korean.", rich_help_panel=options.OUTPUT)] = False,
    as_json: options.AsJson = False,
) -> None:
    """Say what a point shows: curvature, condition number, saddles and plateaus; with --method, what a run shows."""
    from osolgil.cli import choosing, jax_cache

    jax_cache.turn_on()
    from osolgil.cli import posing
    from osolgil.diagnosis import diagnose as diagnosed

    language = "ko" if korean else "en"
    posed = posing.pose(problem, at, n, condition, option="--at")
    if convexity:
        if method is not None:
            raise ValueError("Give either --convexity or --method: a chord needs no run.")
        with working("searching for a chord"):
            searched = diagnosed.convexity(posed.problem)
        told = searched.finding
        if as_json:
            print_json({"problem": posed.title, "violated": searched.violated} | as_dict(told))
        else:
            show(told, language)
        return
    if method is None:
        if learning_rate is not None or settings or convention:
            raise ValueError("--learning-rate, --set and --convention belong to a --method, such as --method sgd.")
        with working("measuring the curvature"):
            found = diagnosed(posed.problem, posed.start, names=posed.names)
    else:
        from osolgil.descent import Stop, minimize

        (chosen,) = choosing.choose(
            method, None, learning_rate=learning_rate, settings=settings or (), convention=convention
        )
        result = minimize(posed.problem, posed.start, chosen, stop=Stop(steps=steps).checked(), record="path")
        with working("measuring the curvature along the path"):
            found = diagnosed(result, names=posed.names)
    if as_json:
        print_json(told_as_dict(posed, found))
        return
    say(found.headline(language), "bold")
    for finding in found:
        show(finding, language)


def show(finding: Any, language: str) -> None:
    """Print a finding; a trouble in colour."""
    for line in finding.lines(language):
        say(line, "yellow" if finding.trouble else "")


def as_dict(finding: Any) -> dict[str, Any]:
    """A finding as programs read it."""
    korean = finding.korean or ("", "")
    return {
        "cause": finding.cause,
        "number": finding.number,
        "trouble": finding.trouble,
        "evidence": finding.evidence,
        "remedy": finding.remedy,
        "evidence_ko": korean[0],
        "remedy_ko": korean[1],
    }


def told_as_dict(posed: "Posed", found: "Diagnosis") -> dict[str, Any]:
    """A diagnosis as programs read it."""
    spectrum, conditioning = found.spectrum, found.conditioning
    return {
        "problem": posed.title,
        "variables": posed.names,
        "x": found.x,
        "fun": found.value,
        "slope": found.slope,
        "eigenvalues": None
        if spectrum is None
        else {"smallest": spectrum.smallest, "largest": spectrum.largest, "exact": spectrum.exact},
        "condition": None if conditioning is None else conditioning.number,
        "findings": [as_dict(finding) for finding in found],
    }

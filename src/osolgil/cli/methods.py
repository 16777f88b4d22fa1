"""`osolgil methods`: every method, and what it came from."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from osolgil.cli import options
from osolgil.cli.files import STILL, check_file
from osolgil.cli.terminal import cell, console, print_json, say, table, working

EXAMPLES = (
    "osolgil methods",
    "osolgil methods --tree",
    "osolgil methods --tree --ko --plot family.png",
    "osolgil explain nadam",
)

ORDERS = {
    "first": "First order: follow the slope",
    "1.5": "One and a half: learn curvature from slopes, or from residuals",
    "second": "Second order: be told the Hessian",
}

WIDE = 110
"""Columns of a terminal in which everything has room."""


def methods(
    tree: Annotated[bool, typer.Option("--tree", help="Draw which came from which, and what was added.")] = False,
    korean: Annotated[bool, typer.Option("--ko", help="Say in Korean what was added (with --tree).")] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Write the tree as a picture (with --tree).")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the methods by order: name, what each needs, came from (not in narrow terminals) and does."""
    if tree:
        family(korean, plot, as_json)
        return
    if korean or plot is not None:
        raise ValueError(f"{'--ko' if korean else '--plot'} is for the family tree: add --tree")
    from osolgil.explain import explain
    from osolgil.methods import METHODS

    every = [explain(method()) for method in METHODS.values()]
    if as_json:
        print_json([dataclasses.asdict(each) for each in every])
        return
    # A name that is broken cannot be copied or searched for, so that a narrow terminal goes without a whole column.
    wide = console().width >= WIDE
    columns = ("name", "needs", "came from") if wide else ("name", "needs")
    for order, heading in ORDERS.items():
        say(heading, style="bold")
        console().print()
        made = table(*columns, "what it does", whole=("name",))
        for each in every:
            if each.order == order:
                name = cell(each.name, "bold").append("".join(f"\n({alias})" for alias in each.also), "not bold")
                needs, parents = cell(", ".join(each.needs)), cell(", ".join(each.parents) or "–")
                made.add_row(*((name, needs, parents) if wide else (name, needs)), cell(each.idea))
                made.add_section()
        console().print(made)
        console().print()
    say("Equations, defaults and sources: osolgil explain NAME", style="dim")


def family(korean: bool, plot: Path | None, as_json: bool) -> None:
    """Show the family tree."""
    from osolgil.cli.tree import drawn, nested
    from osolgil.methods.family import relatives

    check_file(plot, "--plot", STILL)
    language = "ko" if korean else "en"
    members = relatives(language=language)
    if as_json:
        print_json(nested(members))
    else:
        for each in drawn(members, language):
            console().print(each)
    if plot is not None:
        with working(f"drawing {plot}"):
            from osolgil import plots

            plots.save(plots.family_tree(language=language), plot)
        if not as_json:
            say(f"Wrote {plot}", "dim")

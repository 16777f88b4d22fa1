"""`osolgil explain`: what a method computes, and the numbers of one of its steps."""

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding

from osolgil.cli import options
from osolgil.cli.arguments import as_int
from osolgil.cli.terminal import cell, console, grid, number, print_json, say, table

if TYPE_CHECKING:
    from osolgil.explain import Explanation, Step

EXAMPLES = (
    "osolgil explain adam",
    "osolgil explain adam --on beale --step 3",
    'osolgil explain momentum --on "x**2" --start 2 --learning-rate 0.1 --step 2',
    "osolgil explain rmsprop --convention keras --latex",
)


def explain(
    method: Annotated[str, typer.Argument(help="A method (see osolgil methods).")],
    on: Annotated[str | None, typer.Option(metavar="PROBLEM", help="Show a real step on this problem.")] = None,
    step: Annotated[int, typer.Option(parser=as_int, metavar="NUMBER", help="Which step; the first is 1.")] = 1,
    start: Annotated[str | None, typer.Option(metavar="POINT", help="Where to begin, such as 1,2 or x=1,y=2.")] = None,
    learning_rate: options.LearningRate = None,
    settings: options.Settings = None,
    convention: options.ConventionOption = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the equations as LaTeX, and nothing else.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Print a method's equations, symbols, parents and source; with --on also the numbers of a real step."""
    from osolgil.cli import choosing, jax_cache

    jax_cache.turn_on()
    from osolgil import explain as explaining
    from osolgil.cli import posing

    if on is None and (start is not None or step != 1):
        raise ValueError("--step and --start need a problem: add --on beale, say.")
    [chosen] = choosing.choose(
        method, None, learning_rate=learning_rate, settings=settings or (), convention=convention
    )
    found = explaining.explain(chosen)
    taken = None
    if on is not None:
        posed = posing.pose(on, start)
        taken = explaining.step_of(chosen, posed.problem, posed.start, step)
    if as_json:
        print_json({**dataclasses.asdict(found), "step": None if taken is None else dataclasses.asdict(taken)})
    elif latex:
        for line in found.equations:
            typer.echo(line.latex)
    else:
        print_explanation(found)
        if taken is not None:
            print_step(taken, posed.title)


def print_explanation(found: "Explanation") -> None:
    """The whole page."""
    out = console()
    say(found.title, "bold")
    say(found.idea)
    out.print()
    if found.equations:
        for line in found.equations:
            out.print(Padding(cell(line.text, "cyan"), (0, 0, 0, 4)))
    else:
        for paragraph in found.story.split("\n\n"):
            say(paragraph if paragraph.startswith(" ") else " ".join(paragraph.split()))
    out.print()
    facts = {
        "also called": ", ".join(found.also),
        "came from": "; ".join(f"{parent}: {added}" for parent, added in found.parents.items()),
        "led to": "; ".join(f"{child}: {added}" for child, added in found.children.items()),
        "remembers": found.memory,
        "source": found.source,
    }
    out.print(grid({name: text for name, text in facts.items() if text}))
    if found.symbols:
        out.print()
        symbols = table("symbol", "hyperparameter", "value", "meaning", whole=("symbol", "hyperparameter", "value"))
        for symbol in found.symbols:
            symbols.add_row(symbol.text, symbol.name, shown(symbol.value), cell(symbol.meaning))
        out.print(symbols)
    if found.libraries:
        out.print()
        heading = "library or text"
        libraries = table(heading, "its choice, where it differs from our defaults", whole=(heading,))
        for library, choice in found.libraries.items():
            libraries.add_row(library, cell(choice))
        out.print(libraries)


def print_step(step: "Step", problem: str) -> None:
    """One real step with its numbers."""
    out = console()
    out.print()
    say(f"Step {step.number} on {problem}", "bold")
    out.print(grid({"x": vector(step.x), "f(x)": number(step.value), "g = ∇f(x)": vector(step.gradient)}))
    for line in step.equations:
        out.print(Padding(cell(line, "cyan"), (0, 0, 0, 4)))
    out.print(grid({"next x": vector(step.next_x)}))


def shown(value: Any) -> str:
    """A hyperparameter's value."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else number(value) if isinstance(value, int | float) else str(value)


def vector(x: Any) -> str:
    """A point, its first coordinates."""
    entries = [number(value) for value in x[:4]]
    return f"({', '.join([*entries, '...'] if len(x) > 4 else entries)})"

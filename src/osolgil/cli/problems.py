"""`osolgil problems`: the surfaces and networks, and what each one teaches."""

from typing import Annotated

import typer

from osolgil.cli import options
from osolgil.cli.terminal import cell, console, number, print_json, table

EXAMPLES = (
    "osolgil problems",
    "osolgil problems --ko",
    "osolgil minimize himmelblau --plot basins.png",
    "osolgil minimize perceptron --batch-size 32 --epochs 30",
)


def problems(
    korean: Annotated[bool, typer.Option("--ko", help="Say what each teaches in Korean.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """List the surfaces and networks: name, formula, minimum, and what each one teaches."""
    from osolgil.explain import plain
    from osolgil.problems import networks, surfaces

    nets = [networks.named(name) for name in networks.names()]
    every = [surfaces.named(name) for name in surfaces.names()]
    if as_json:
        print_json(
            [
                {
                    "name": surface.name,
                    "title": surface.title,
                    "formula": plain(surface.formula),
                    "latex": surface.formula,
                    "n": surface.n,
                    "start": surface.start,
                    "starts": surface.starts.words,
                    "minimum": surface.minimum_value,
                    "minima": surface.minima,
                    "saddles": surface.saddles,
                    "teaches": surface.teaches_ko if korean else surface.teaches,
                    "source": surface.source,
                }
                for surface in every
            ]
            + [
                {
                    "name": network.name,
                    "title": network.title,
                    "n": network.n,
                    "teaches": network.teaches_ko if korean else network.teaches,
                    "source": network.source,
                }
                for network in nets
            ]
        )
        return
    made = table("name and formula", "minimum", "배울 점" if korean else "what it teaches")
    for surface in every:
        formula = plain(surface.formula).removeprefix("f(x) = ")
        name = cell(surface.name, "bold").append("\n").append(formula, "not bold")
        places = [f"({', '.join(number(value, 4) for value in place)})" for place in surface.minima]
        lowest = "none" if surface.minimum_value is None else "\n".join([number(surface.minimum_value), *places])
        made.add_row(name, lowest, cell(surface.teaches_ko if korean else surface.teaches))
        made.add_section()
    for network in nets:
        name = cell(network.name, "bold").append(f"\n{network.title}", "not bold")
        parameters = f"매개변수 {network.n:,}개" if korean else f"{network.n:,} parameters"
        made.add_row(name, parameters, cell(network.teaches_ko if korean else network.teaches))
        made.add_section()
    console().print(made)

"""`osolgil problems`: the surfaces and networks, what each one teaches, and the test collections."""

from typing import Annotated, Any

import typer

from osolgil.cli import options
from osolgil.cli.terminal import cell, console, number, print_json, table

COLLECTIONS = {
    "mgh": (
        "Moré, Garbow & Hillstrom 1981: sums of squares by which optimizers are measured",
        "최적화 방법을 견주는 데 쓰는 제곱합 문제들 (Moré, Garbow & Hillstrom 1981)",
    ),
    "families": (
        "convex, of any size, made from their minimum",
        "최소점에서 거꾸로 만든, 크기를 고를 수 있는 볼록 문제",
    ),
    "nist": ("NIST's regressions, with certified answers", "공인된 답이 있는 NIST의 회귀 문제"),
}
"""What each collection of test problems is, in English and Korean."""

EXAMPLES = (
    "osolgil problems",
    "osolgil problems --ko",
    "osolgil minimize himmelblau --plot basins.png",
    "osolgil minimize perceptron --batch-size 32 --epochs 30",
    "osolgil minimize brown_dennis --method levenberg_marquardt",
)


def problems(
    korean: Annotated[bool, typer.Option("--ko", help="Say what each teaches in Korean.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """List surfaces and networks: name, formula, minimum, what each one teaches; and the test collections' names."""
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
            + collected_problems()
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
    console().print(collected_names(korean))


def collected_problems() -> list[dict[str, Any]]:
    """The problems of the collections, for programs."""
    from osolgil.problems import collections

    return [
        {
            "name": each.name,
            "collection": collection,
            "title": each.title,
            "n": each.n,
            "start": each.start,
            "minimum": each.minimum_value,
            "source": each.source,
        }
        for collection in COLLECTIONS
        for each in map(collections.named, collections.names(collection))
    ]


def collected_names(korean: bool) -> Any:
    """The names in each collection, as a table."""
    from osolgil.problems import collections

    made = table("collection", "이름" if korean else "names")
    for collection, words in COLLECTIONS.items():
        head = cell(collection, "bold").append("\n").append(words[korean], "not bold")
        made.add_row(head, cell(", ".join(collections.names(collection))))
        made.add_section()
    return made

"""`osolgil methods`: every method, and what it came from."""

import dataclasses

from osolgil.cli import options
from osolgil.cli.terminal import cell, console, print_json, table

EXAMPLES = (
    "osolgil methods",
    "osolgil methods --json",
    "osolgil explain nadam",
)

WIDE = 110
"""Columns of a terminal in which every name has room."""


def methods(as_json: options.AsJson = False) -> None:
    """List the methods: name, order, what each came from, source, defaults."""
    from osolgil.explain import explain
    from osolgil.methods import METHODS

    every = [explain(method()) for method in METHODS.values()]
    if as_json:
        print_json([dataclasses.asdict(each) for each in every])
        return
    made = table("name", "order", "came from", "source", "defaults but 0 and off", whole=("order",))
    # In a narrow terminal the few long names are folded.
    longest = max(map(len, METHODS)) if console().width >= WIDE else len("gradient_descent")
    made.columns[0].width = made.columns[2].width = longest
    for each in every:
        name = cell(each.name, "bold").append("".join(f"\n({alias})" for alias in each.also), "not bold")
        defaults = ", ".join(
            f"{symbol.name} {symbol.value:g}"
            for symbol in each.symbols
            if isinstance(symbol.value, int | float) and symbol.value and symbol.value is not True
        )
        made.add_row(name, each.order, "\n".join(each.parents) or "–", cell(each.source), cell(defaults))
        made.add_section()
    console().print(made)

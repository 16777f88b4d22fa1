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
"""Columns of a terminal in which everything has room."""


def methods(as_json: options.AsJson = False) -> None:
    """List the methods: name, order, what each came from, source, defaults. (Narrow terminals: no order, no source.)"""
    from osolgil.explain import explain
    from osolgil.methods import METHODS

    every = [explain(method()) for method in METHODS.values()]
    if as_json:
        print_json([dataclasses.asdict(each) for each in every])
        return
    # A name that is broken cannot be copied or searched for, so that a narrow terminal goes without whole columns.
    wide = console().width >= WIDE
    names = ("name", "came from")
    columns = ("name", "order", "came from", "source") if wide else names
    made = table(*columns, "defaults but 0 and off", whole=(*names, "order"))
    for each in every:
        name = cell(each.name, "bold").append("".join(f"\n({alias})" for alias in each.also), "not bold")
        defaults = ", ".join(
            f"{symbol.name} {symbol.value:g}"
            for symbol in each.symbols
            if isinstance(symbol.value, int | float) and symbol.value and symbol.value is not True
        )
        parents = "\n".join(each.parents) or "–"
        made.add_row(*((name, each.order, parents, cell(each.source)) if wide else (name, parents)), cell(defaults))
        made.add_section()
    console().print(made)

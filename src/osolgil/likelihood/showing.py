"""Numbers and tables as people read them."""

import io
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

WIDTH = 100

LONGEST = 12
"""Digits that a numerator or a denominator may have before a fraction is shown as a decimal number."""


def as_text(renderable: Any, width: int = WIDTH) -> str:
    """What Rich would print, as plain text."""
    from rich.console import Console

    console: Console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    console.print(renderable)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


def number(value: float) -> str:
    """Six significant digits.

    >>> number(0.8), number(-0.89257420)
    ('0.8', '-0.892574')
    """
    return f"{value:.6g}" if math.isfinite(value) else str(value).replace("inf", "∞").replace("-", "−")


def fraction(value: Fraction) -> str:
    """A fraction, or as many of its digits as people read.

    >>> fraction(Fraction(405, 1024)), fraction(Fraction(1, 3**40))
    ('405/1024', '8.22526e-20')
    """
    text = str(value)
    if max(map(len, text.split("/"))) <= LONGEST:
        return text
    try:
        return number(float(value))
    except OverflowError:
        return text


def facts(rows: dict[str, str]) -> "Table":
    """One fact a line, each under its name."""
    from rich.table import Table

    from osolgil.safety import for_terminal

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for name, value in rows.items():
        grid.add_row(name, for_terminal(value))
    return grid


def columns(first: str, *others: str) -> "Table":
    """An empty table whose first column is a name and whose others are numbers."""
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    return table

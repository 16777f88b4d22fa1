"""What a term of a formula is a product of: a column, a column as categories, or something computed from columns."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osolgil.rows.columns import Level
from osolgil.rows.names import nearest
from osolgil.safety import Expression
from osolgil.safety.language import FUNCTIONS

QUOTED = re.compile(r"`([^`]*)`")
BLANKS_OUTSIDE_QUOTES = re.compile(r"""('[^']*'|"[^"]*"|`[^`]*`)|\s+""")
SPLINES = frozenset({"bs", "cs", "cc", "cr", "poly", "te", "ns"})
LONGEST_CATEGORIES = 1_000
STANDARDIZED = {"center": (True, False), "scale": (True, True), "standardize": (True, True)}

ALLOWED = (
    "a formula may hold column names (odd ones in `backticks`), + - * / : ^ ( ) ~ 0 1, C(column), "
    "C(column, Treatment('reference')), I(arithmetic), center(...), scale(...), and the functions "
    + ", ".join(FUNCTIONS)
)


class UnsafeFormula(ValueError):  # noqa: N818  # it says what the text is
    """The text is not a formula of this language. The message names the offending piece."""


@dataclass(frozen=True)
class Column:
    """A column as it is: a number, or categories if it holds labels."""

    text: str
    name: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class Categories:
    """C(column): its distinct values as categories, the first of them or `reference` being the one compared with."""

    text: str
    name: str
    reference: Level | None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class Computed:
    """A number computed from columns; if centered or scaled, by a mean and a deviation recorded at the fit."""

    text: str
    expression: Expression
    column_of: tuple[tuple[str, str], ...]
    centered: bool = False
    scaled: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for _, column in self.column_of)

    def values(self, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """The expression of the columns, shape (rows,), NaN where it has no value; not yet centered or scaled."""
        namespace = {variable: columns[column] for variable, column in self.column_of}
        return np.asarray(self.expression.evaluate(namespace), np.float64)


Factor = Column | Categories | Computed


def column_factor(name: str) -> Column:
    """The factor of a column, written with backticks where its name needs them."""
    return Column(written(name), name)


def written(name: str) -> str:
    """A column's name as a formula has to write it.

    >>> written("height"), written("body mass")
    ('height', '`body mass`')
    """
    return name if name.isidentifier() else f"`{name}`"


def call_factor(function: str, text: str) -> Categories | Computed:
    """The factor of a call such as `log(x)` or `C(g)`.

    Raises:
        UnsafeFormula: the call is not one of those that a formula may hold.
    """
    text = BLANKS_OUTSIDE_QUOTES.sub(lambda blank: blank.group(1) or "", text)
    code, columns = unquoted(text)
    if function == "C":
        return categories(text, code, columns)
    if function in SPLINES:
        raise UnsafeFormula(
            f"{text!r} depends on the rows of the fit in a way that a saved model cannot hold; write the powers out, "
            "such as x + I(x**2), with center(x) or scale(x) for their size"
        )
    inside = code[len(function) + 1 : -1]
    if function in STANDARDIZED or function == "I":
        centered, scaled = STANDARDIZED.get(function, (False, False))
        return computed(text, inside, columns, centered, scaled)
    if function not in FUNCTIONS:
        hint = nearest(function, ["C", "I", *STANDARDIZED, *FUNCTIONS])
        raise UnsafeFormula(f"{text!r} calls {function!r}, which formulas may not{hint}; {ALLOWED}")
    return computed(text, code, columns, False, False)


def computed(text: str, code: str, columns: Mapping[str, str], centered: bool, scaled: bool) -> Computed:
    """A factor that is an expression of columns."""
    try:
        expression = Expression.parse(powers(code))
    except ValueError as error:
        raise UnsafeFormula(f"in {text!r}: {error}") from None
    if not expression.names:
        raise UnsafeFormula(f"{text!r} has no column in it (pi and e are constants; write a column `e` in backticks)")
    pairs = tuple((name, columns.get(name, name)) for name in expression.names)
    return Computed(text, expression, pairs, centered, scaled)


def powers(code: str) -> str:
    """The code with ^ as the power that it is in every formula language."""
    return code.replace("^", "**")


def categories(text: str, code: str, columns: Mapping[str, str]) -> Categories:
    """The factor of C(column) or C(column, Treatment(reference)), read as a tree and never executed."""
    refusal = UnsafeFormula(f"{text!r} is not C(column) or C(column, Treatment('reference')); {ALLOWED}")
    if len(code) > LONGEST_CATEGORIES:
        raise refusal
    try:
        tree: Any = ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise refusal from None
    match tree:
        case ast.Call(args=[ast.Name(id=name)], keywords=[]):
            return Categories(text, columns.get(name, name), None)
        case (
            ast.Call(
                args=[
                    ast.Name(id=name),
                    ast.Call(func=ast.Name(id="Treatment"), args=[ast.Constant(value=reference)], keywords=[]),
                ],
                keywords=[],
            )
            | ast.Call(
                args=[
                    ast.Name(id=name),
                    ast.Call(
                        func=ast.Name(id="Treatment"),
                        args=[],
                        keywords=[ast.keyword(arg="reference", value=ast.Constant(value=reference))],
                    ),
                ],
                keywords=[],
            )
        ) if isinstance(reference, str | int | float | bool):
            return Categories(text, columns.get(name, name), reference)
    raise refusal


def unquoted(text: str) -> tuple[str, dict[str, str]]:
    """The text with `quoted names` replaced by plain ones, and which column each of these stands for."""
    stem = "quoted"
    while stem in text:
        stem += "_"
    columns: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        name = f"{stem}{len(columns)}"
        columns[name] = match.group(1)
        return name

    return QUOTED.sub(plain, text), columns

"""The problem that a person named or wrote down."""

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.cli.arguments import as_point, naturally, shortened
from osolgil.problems import Function, Problem, Surface, surfaces
from osolgil.safety import Expression

if TYPE_CHECKING:
    from osolgil.safety.expressions import ExpressionFunction


@dataclass(frozen=True, eq=False)
class Posed:
    """A problem, ready to be minimized.

    Attributes:
        problem: a Surface or a Function of one vector, shape (n,).
        title: what people call it.
        names: of the variables.
        start: where to begin, shape (n,).
    """

    problem: Surface | Function
    title: str
    names: tuple[str, ...]
    start: np.ndarray

    @property
    def surface(self) -> Surface | None:
        """The surface, if the problem is one of those that are known by name."""
        return self.problem if isinstance(self.problem, Surface) else None

    @property
    def inner(self) -> Problem:
        """The problem without what is known about it."""
        return self.problem.problem if isinstance(self.problem, Surface) else self.problem

    @property
    def minimum(self) -> float | None:
        """The known minimum, if there is one."""
        return None if self.surface is None else self.surface.minimum_value


def pose(
    text: str,
    start: str | None = None,
    n: int | None = None,
    condition: float | None = None,
    option: str = "--start",
) -> Posed:
    """The surface of this name, or the expression as a function; `option` is what gave the start.

    Raises:
        ValueError: there is no such surface, the text is no expression, or the start does not fit.
    """
    options: dict[str, Any] = {"n": n, "condition": condition}
    options = {name: value for name, value in options.items() if value is not None}
    if looks_like_a_name(text):
        surface = surfaces.named(text, **options)
        names = ("x",) if surface.n == 1 else tuple(f"x[{i}]" for i in range(surface.n))
        begin = surface.start if start is None else np.array(as_point(start, names, option))
        return Posed(surface, surface.name, names, begin)
    function = as_function(text)
    for option in options:
        raise ValueError(f"--{option} is for surfaces by name (see osolgil problems); {text.strip()!r} has none.")
    names = function.order
    if start is None:
        example = ",".join(f"{name}=1" for name in names[:4])
        raise ValueError(
            f"{function.expression.text!r} is read as an expression in {shortened(names)}: say where to begin, "
            f"such as {option} {example}{near(text) or '.'}"
        )
    return Posed(Function(function), function.expression.text, names, np.array(as_point(start, names, option)))


def looks_like_a_name(text: str) -> bool:
    """Whether a text is meant as a surface's name: one word, or a name with hyphens or blanks in it."""
    plain = text.strip().lower().replace("-", "_").replace(" ", "_")
    return plain in surfaces.names() or (text.strip().isidentifier() and len(text.strip()) > 1)


def near(text: str) -> str:
    """The surface that was perhaps meant."""
    found = difflib.get_close_matches(text.strip().lower().replace("-", "_"), surfaces.names(), 1, 0.7)
    return f"; or did you mean the surface {found[0]!r}?" if found else ""


def as_function(text: str, order: tuple[str, ...] | None = None) -> "ExpressionFunction":
    """An expression as a function of its variables, by default in alphabetical order.

    Raises:
        ValueError: the text is no expression, or has no variable.
    """
    expression = Expression.parse(text)
    if order is None:
        order = tuple(sorted(expression.names, key=naturally))
        if not order:
            raise ValueError(f"{expression.text!r} has no variable; write one such as 'x**2'.")
    return expression.as_function(order)

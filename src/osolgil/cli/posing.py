"""The problem that a person named or wrote down."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.cli.arguments import as_point, naturally, shortened
from osolgil.problems import Function, Network, Problem, Surface, collections, networks, surfaces
from osolgil.safety import Expression

if TYPE_CHECKING:
    from osolgil.safety.expressions import ExpressionFunction


@dataclass(frozen=True, eq=False)
class Posed:
    """A problem, ready to be minimized.

    Attributes:
        problem: a Surface or a Problem of one vector, shape (n,), or a Network of many arrays.
        title: what people call it.
        names: of the variables; a network's parameters have none that anybody would read.
        start: where to begin, shape (n,), or a network's arrays.
        known: the minimum of a problem of a collection.
    """

    problem: Surface | Network | Problem
    title: str
    names: tuple[str, ...]
    start: Any
    known: float | None = None

    @property
    def surface(self) -> Surface | None:
        """The surface, if the problem is one of those that are known by name."""
        return self.problem if isinstance(self.problem, Surface) else None

    @property
    def network(self) -> Network | None:
        """The network, if the problem is one."""
        return self.problem if isinstance(self.problem, Network) else None

    @property
    def inner(self) -> Problem:
        """The problem without what is known about it."""
        return self.problem if isinstance(self.problem, Problem) else self.problem.problem

    @property
    def minimum(self) -> float | None:
        """The known minimum, if there is one."""
        return self.known if self.surface is None else self.surface.minimum_value


def pose(
    text: str,
    start: str | None = None,
    n: int | None = None,
    condition: float | None = None,
    option: str = "--start",
) -> Posed:
    """The surface or collected problem of this name, or the expression as a function; `option` is what gave the start.

    Raises:
        ValueError: there is no such surface, the text is no expression, or the start does not fit.
    """
    options: dict[str, Any] = {"n": n, "condition": condition}
    options = {name: value for name, value in options.items() if value is not None}
    if is_network(text):
        raise ValueError(f"{text.strip()!r} is a network, which is for osolgil minimize; here, name a surface.")
    if is_collected(text):
        found = collections.named(text, **options)
        names = ("x",) if found.n == 1 else tuple(f"x[{i}]" for i in range(found.n))
        begin = found.start if start is None else np.array(as_point(start, names, option))
        return Posed(found.problem, found.name, names, np.array(begin), found.minimum_value)
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


def pose_network(
    text: str, seed: int, hidden: int | None, dropout: float | None, others: Mapping[str, object]
) -> Posed | None:
    """The network of this name; None if the text names none.

    Args:
        text: what a person typed for the problem.
        seed: of the start.
        hidden, dropout: options of networks that have a hidden layer.
        others: options of other problems, by name; None where they were not given.

    Raises:
        ValueError: an option is given that this problem does not have.
    """
    given = {name: value for name, value in (("hidden", hidden), ("dropout", dropout)) if value is not None}
    if not is_network(text):
        for option in given:
            raise ValueError(f"--{option} is for networks: {', '.join(networks.names())}.")
        return None
    for option, value in others.items():
        if value is not None:
            raise ValueError(f"--{option} is for surfaces and expressions; the start of a network follows its --seed.")
    network = networks.named(text, seed=seed, **given)
    return Posed(network, network.name, (), network.start)


def is_network(text: str) -> bool:
    """Whether a text names a network."""
    return text.strip().lower().replace("-", "_").replace(" ", "_") in networks.names()


def is_collected(text: str) -> bool:
    """Whether a text names a problem of a collection, and no surface."""
    plain = text.strip().lower().replace("-", "_").replace(" ", "_")
    return plain in collections.names() and plain not in surfaces.names()


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

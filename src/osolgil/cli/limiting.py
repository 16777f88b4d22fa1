"""Bounds and constraints that a person wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osolgil.cli.arguments import as_list, as_number, at_top_level, shortened
from osolgil.cli.posing import Posed
from osolgil.problems import NonlinearConstraint
from osolgil.safety import Relation


@dataclass(frozen=True, eq=False)
class Limits:
    """Where the variables may be: `bounds` as pairs or None, `constraints`, and the texts that they were read from."""

    bounds: list[tuple[float, float]] | None
    constraints: list[NonlinearConstraint]
    texts: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.bounds is not None or bool(self.constraints)


def limits_of(posed: Posed, bounds: str | None, constraints: Sequence[str] | None) -> Limits:
    """The limits that were typed.

    Raises:
        ValueError: they are not of the form x=0:1 or left <= right, or a network has none.
    """
    texts = tuple(constraints or ())
    if posed.network is not None and (bounds is not None or texts):
        raise ValueError(
            "--bounds and --constraint are for surfaces and expressions; a network's parameters have none."
        )
    pairs = None if bounds is None else as_bounds(bounds, posed.names)
    return Limits(pairs, [as_constraint(text, posed.names) for text in texts], texts)


def as_bounds(text: str, names: Sequence[str]) -> list[tuple[float, float]]:
    """A pair for each variable, from "x=0:1,y=-1:"; from "0:1" for all of them.

    >>> as_bounds("x=0:1,y=-1:", ("x", "y"))
    [(0.0, 1.0), (-1.0, inf)]
    >>> as_bounds("0:", ("x", "y"))
    [(0.0, inf), (0.0, inf)]
    """
    found = dict.fromkeys(names, (-np.inf, np.inf))
    for part in as_list(text, "--bounds"):
        name, pair = as_limits(part)
        if name and name not in found:
            raise ValueError(f"--bounds: {name!r} is no variable of this problem; it has {shortened(names)}.")
        for each in [name] if name else names:
            found[each] = pair
    return [found[name] for name in names]


def as_named_bounds(text: str) -> dict[str, tuple[float, float]]:
    """A pair for each name that was typed.

    >>> as_named_bounds("x1=0:,C(a, b)[T.c]=:3")
    {'x1': (0.0, inf), 'C(a, b)[T.c]': (-inf, 3.0)}
    """
    found: dict[str, tuple[float, float]] = {}
    for part in at_top_level(text):
        name, pair = as_limits(part)
        if not name:
            raise ValueError(f"--bounds: {part!r} does not say of which coefficient; write name=low:high.")
        if name in found:
            raise ValueError(f"--bounds: {name!r} is given twice.")
        found[name] = pair
    return found


def as_limits(part: str) -> tuple[str, tuple[float, float]]:
    """The name, empty where there is none, and the limits of "name=low:high" or "low:high"."""
    name, equals, limits = part.rpartition("=")
    name = name.strip()
    low, colon, high = limits.partition(":")
    if not colon or (equals and not name):
        raise ValueError(f"--bounds: {part!r} is not of the form name=low:high; leave an end empty for no bound.")
    return name, (
        as_number(low, f"--bounds {name}") if low.strip() else -np.inf,
        as_number(high, f"--bounds {name}") if high.strip() else np.inf,
    )


def as_constraint(text: str, names: Sequence[str]) -> NonlinearConstraint:
    """The constraint that a relation such as "x + y >= 1" states."""
    try:
        relation = Relation.parse(text)
        return NonlinearConstraint(relation.as_function(names), relation.lower, relation.upper)
    except ValueError as error:
        raise ValueError(f"--constraint: {error}.") from None

"""Bounds and constraints of coefficients, by their names."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from osolgil.problems import NonlinearConstraint
from osolgil.safety import Relation

CONSTRAINED = (
    "The coefficients have bounds or constraints, and the usual standard errors hold only where none of them is felt; "
    "fit without them, or bootstrap."
)
"""Why there is no inference."""


def by_name(bounds: Any, names: Sequence[str]) -> Any:
    """Bounds as `minimize` takes them, from a dictionary of names; the others have none.

    Raises:
        ValueError: a name that is no coefficient.

    >>> by_name({"weight": (0, None)}, ["Intercept", "weight"])
    [(None, None), (0, None)]
    """
    if not isinstance(bounds, Mapping):
        return bounds
    for name in bounds:
        if name not in names:
            raise ValueError(f"bounds name {name!r}, which is no coefficient; {hint(name, names)}")
    return [tuple(bounds.get(name, (None, None))) for name in names]


def by_text(constraints: Any, names: Sequence[str]) -> list[Any]:
    """Constraints as `minimize` takes them, where texts such as "x1 + x2 = 1" speak of coefficients by name.

    Raises:
        ValueError: a text is no relation, or names what is no coefficient.
    """
    alone = isinstance(constraints, str | Mapping) or not isinstance(constraints, Sequence)
    given = [constraints] if alone else list(constraints)
    return [as_relation(each, names) if isinstance(each, str) else each for each in given]


def as_relation(text: str, names: Sequence[str]) -> NonlinearConstraint:
    """The constraint that a text states."""
    relation = Relation.parse(text)
    for name in relation.difference.names:
        if name not in names:
            raise ValueError(f"The constraint {text!r} names {name!r}, which is no coefficient; {hint(name, names)}")
    return NonlinearConstraint(relation.as_function(tuple(names)), relation.lower, relation.upper)


def hint(name: str, names: Sequence[str]) -> str:
    """The coefficient that was perhaps meant, or all of them."""
    near = difflib.get_close_matches(str(name), names, 1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}."

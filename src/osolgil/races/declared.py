"""The spaces that races search unless told otherwise, declared once for all methods.

A hyperparameter has one range, whoever it belongs to. What is not tuned keeps the method's default, and is listed with
the reason.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from osolgil.methods import METHODS, Method, Rule, canonical
from osolgil.races.spaces import Dimension, Space

VERSION = "2026-1"
"""Of the ranges below; a new one whenever any of them changes."""

DIVISIONS = ("defaults", "learning_rate_tuned", "fully_tuned", "self_tuning")
"""Races within which results are compared; never across."""

DIMENSIONS: MappingProxyType[str, Dimension] = MappingProxyType(
    {
        dimension.name: dimension
        for dimension in (
            Dimension("learning_rate", 1e-6, 1e1, "log", least=0.0),
            Dimension("momentum", 0.0, 0.999, "complement", least=0.0),
            Dimension("beta1", 0.0, 0.999, "complement", least=0.0),
            Dimension("beta2", 0.0, 0.9999, "complement", least=0.0),
            Dimension("beta", 0.0, 0.9999, "complement", least=0.0),
            Dimension("rho", 0.0, 0.9999, "complement", least=0.0),
            Dimension("epsilon", 1e-10, 1e-2, "log", least=0.0),
            Dimension("weight_decay", 1e-6, 1e-1, "log", least=0.0),
        )
    }
)
"""The range of every hyperparameter that is tuned, by name."""

FIXED: MappingProxyType[str, str] = MappingProxyType(
    {
        "dampening": "a factor of the learning rate, but for the first step",
        "accumulator_init": "a convention: 0 in the papers",
        "epsilon_root": "the other place of epsilon, which is tuned",
        "learning_rate_decay": "a schedule; races compare constant learning rates unless a schedule is declared",
        "psi": "a convention: how fast the momentum warms up",
        "threshold": "a convention: 4 in the paper, 5 in libraries",
    }
)
"""What is left at its default, and why."""

UNTUNED: MappingProxyType[str, frozenset[str]] = MappingProxyType({"rmsprop": frozenset({"momentum"})})
"""Hyperparameters that make another method of one: they belong to a contestant's declaration, and not to its tuning."""


def tuned(method: str | type[Method[Any]], division: str) -> tuple[str, ...]:
    """The hyperparameters of a rule that are tuned in this division, the learning rate first.

    Args:
        method: a name, or a class, such as a rule that somebody wrote.
        division: one of `DIVISIONS`.

    Raises:
        ValueError: the method or the division is not known, or the method has no learning rate and so belongs to
            self_tuning.

    >>> tuned("adam", "learning_rate_tuned"), tuned("adam", "fully_tuned")
    (('learning_rate',), ('learning_rate', 'beta1', 'beta2', 'epsilon'))
    """
    name, rule = (canonical(method), METHODS[canonical(method)]) if isinstance(method, str) else (named(method), method)
    if not issubclass(rule, Rule):
        nothing_searched(name, division)
        return ()
    fields = {field.name for field in dataclasses.fields(rule)} - UNTUNED.get(name, frozenset())  # type: ignore[arg-type]
    return searched(name, division, (each for each in DIMENSIONS if each in fields))


def searched(name: str, division: str, tunable: Iterable[str]) -> tuple[str, ...]:
    """Of the hyperparameters that could be tuned those that this division tunes.

    Raises:
        ValueError: there is no such division, or the contestant belongs to another one.
    """
    check_division(division)
    if division == "self_tuning":
        raise ValueError(f"{name} needs a learning rate; race it in another division than self_tuning.")
    if division == "defaults":
        return ()
    return tuple(each for each in tunable if division == "fully_tuned" or each == "learning_rate")


def nothing_searched(name: str, division: str) -> None:
    """Refuse a division in which something is tuned, for a contestant that finds its own steps."""
    check_division(division)
    if division not in ("defaults", "self_tuning"):
        raise ValueError(f"{name} finds its own steps; race it in the division self_tuning.")


def check_division(division: str) -> None:
    """Refuse a division that there is none of."""
    if division not in DIVISIONS:
        raise ValueError(f"there is no division {division!r}; there are {', '.join(DIVISIONS)}.")


def named(rule: type[Method[Any]]) -> str:
    """What a class is called: our name for it, or its own."""
    return next((name for name, known in METHODS.items() if known is rule), rule.__name__)


def space_of(method: str, division: str, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> Space:
    """The space that is searched for a rule in this division; without dimensions where nothing is tuned.

    Args:
        method: a rule's name.
        division: one of `DIVISIONS`.
        dimensions: the shared ranges, such as those after the edge rule.

    Raises:
        ValueError: see `tuned`.

    >>> space_of("nesterov", "fully_tuned").names
    ('learning_rate', 'momentum')
    """
    return Space(tuple(dimensions[name] for name in tuned(method, division)), VERSION)

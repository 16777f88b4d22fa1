"""Contestants by name, or from what people have at hand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from osolgil.methods import Method
from osolgil.races.contestants.contestant import Contestant
from osolgil.races.contestants.from_optax import optax_contestant
from osolgil.races.contestants.from_scipy import scipy_contestant
from osolgil.races.contestants.from_torch import torch_contestant
from osolgil.races.contestants.ours import Ours, named_method

LIBRARIES: dict[str, Callable[[str], Contestant]] = {
    "optax": optax_contestant,
    "scipy": scipy_contestant,
    "torch": torch_contestant,
}
"""Whose methods may race beside ours, by the word before the dot."""

LECTURE = (
    "gradient_descent",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "amsgrad",
    "adamax",
    "nadam",
    "adamw",
)
"""Who races where nobody is named: the optimizers of the lecture, in the order in which they were invented from each
other. Each has one learning rate to tune, so that they meet in one division."""


def contestant(given: Any, name: str | None = None) -> Contestant:
    """A contestant from its name, or from a method.

    Args:
        given: "adam", "optax.adamw", "scipy.L-BFGS-B" or "torch.Adam"; a method of ours or one that you wrote; or a
            contestant.
        name: that it races by; by default what it is called anyway.

    Raises:
        ValueError: there is no such method, with the nearest names.
        TypeError: it is nothing that could race.

    >>> contestant("Adam").name, contestant("sgd", "plain").name
    ('adam', 'plain')
    """
    if isinstance(given, Contestant):
        found = given
    elif isinstance(given, Method):
        ours = Ours("", given)
        found = replace(ours, name=ours.method)
    elif isinstance(given, str):
        library, dot, _ = given.strip().partition(".")
        found = (
            LIBRARIES[library.lower()](given.strip()) if dot and library.lower() in LIBRARIES else named_method(given)
        )
    else:
        raise TypeError(
            f"{given!r} cannot race; give a name such as 'adam' or 'optax.adamw', or a method from osolgil.methods."
        )
    return found if name is None else replace(found, name=name)  # type: ignore[type-var]


def contestants(given: Any) -> list[Contestant]:
    """Contestants from a list of what `contestant` takes, or from a mapping of the names that they race by.

    >>> from osolgil.methods import Adam
    >>> [each.name for each in contestants({"adam": "adam", "almost": Adam(bias_correction=False)})]
    ['adam', 'almost']
    """
    if isinstance(given, Mapping):
        return [contestant(each, name) for name, each in given.items()]
    if isinstance(given, str | Method | Contestant) or not isinstance(given, Iterable):
        given = [given]
    return [contestant(each) for each in given]

"""The methods that a person named, with their hyperparameters."""

import inspect
from collections.abc import Sequence
from typing import Any

from osolgil.cli.arguments import as_list, as_pair, as_setting
from osolgil.methods import Method, canonical, check, conventions, named

CONVENTIONS = tuple(conventions.__all__)


def choose(
    method: str | None,
    methods: str | None,
    *,
    learning_rate: float | None = None,
    settings: Sequence[str] = (),
    convention: str | None = None,
    default: str = "adam",
) -> list[Method[Any]]:
    """The methods, checked.

    Args:
        method: one name.
        methods: several between commas.
        learning_rate: of all of them.
        settings: "name=value" for all of them, "adam.name=value" for one.
        convention: whose choices to take where the settings say nothing.
        default: the name where none is given.

    Raises:
        ValueError, TypeError: in a sentence that names what is wrong.
    """
    if method is not None and methods is not None:
        raise ValueError("Give either --method or --methods, not both.")
    names = [method] if method is not None else as_list(methods, "--methods") if methods is not None else [default]
    keys = [called(name, convention) for name in names]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise ValueError(f"--methods names {repeated[0]!r} twice.")
    common: dict[str, Any] = {} if learning_rate is None else {"learning_rate": learning_rate}
    own: dict[str, dict[str, Any]] = {key: {} for key in keys}
    for text in settings:
        name, value = as_pair(text, "--set")
        owner, dot, field = name.rpartition(".")
        key = called(owner, convention) if dot else ""
        if dot and key not in own:
            raise ValueError(f"--set {text}: {owner!r} is not among the methods {', '.join(keys)}.")
        (own[key] if dot else common)[field] = as_setting(value, f"--set {name}")
    made = [made_by(convention, key, common | own[key]) for key in keys]
    for each in made:
        check(each)
    return made


def called(name: str, convention: str | None) -> str:
    """The canonical name of a method; "adam_almost" exists in the lecture's first part only."""
    if convention == "lecture_part_one" and name.strip().lower() == "adam_almost":
        return "adam_almost"
    return canonical(name)


def made_by(convention: str | None, key: str, settings: dict[str, Any]) -> Method[Any]:
    """One method with these hyperparameters, and the others as this convention has them."""
    if convention is None:
        return named(key, **settings)
    if convention not in CONVENTIONS:
        raise ValueError(f"--convention {convention!r} is not known; choose one of {', '.join(CONVENTIONS)}.")
    library = getattr(conventions, convention)
    build = getattr(library, key, None)
    if build is None:
        raise ValueError(f"--convention {convention} has no {key!r}; it has {', '.join(presets(convention))}.")
    parameters = inspect.signature(build).parameters
    for name in settings:
        if name not in parameters:
            raise TypeError(
                f"--convention {convention}: its {key} has no hyperparameter {name!r}; it has {', '.join(parameters)}."
            )
    for name, parameter in parameters.items():
        if parameter.default is parameter.empty and name not in settings:
            raise ValueError(f"--convention {convention}: its {key} has no default {name}; add --set {name}=0.9, say.")
    made: Method[Any] = build(**settings)
    return made


def presets(convention: str) -> list[str]:
    """The methods that a convention has."""
    library = getattr(conventions, convention)
    return [
        name
        for name, value in vars(library).items()
        if inspect.isfunction(value) and value.__module__ == library.__name__
    ]

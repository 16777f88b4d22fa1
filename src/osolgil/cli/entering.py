"""Who races on what: the problems, methods and contestants that a person typed."""

import contextlib
import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from osolgil.cli.arguments import as_list, as_pair, as_setting
from osolgil.methods import canonical, named
from osolgil.problems import surfaces
from osolgil.races.contestants import LECTURE, Contestant, contestant
from osolgil.races.contestants.named import LIBRARIES
from osolgil.races.suites import Suite, as_suite, names


def entered_suite(typed: Sequence[str]) -> Suite:
    """The suite of this name, or one of these problems; the lecture's where nothing was typed.

    Raises:
        ValueError: there is no such suite or problem, with the nearest name.
    """
    listed = [name for text in typed for name in as_list(text, "The problems")] or ["lecture"]
    keys = [name.lower().replace("-", "_") for name in listed]
    for key, name in zip(keys, listed, strict=True):
        if key in names() and len(keys) > 1:
            raise ValueError(f"{name!r} is a suite; race on it alone, or name problems only.")
        # Problems are looked for in all suites, some of which take seconds to load.
        if key not in (*names(), *surfaces.names()) and (near := nearest(key, names(), cutoff=0.75)):
            raise ValueError(f"there is no suite or problem named {name!r}; did you mean {near!r}?")
    return as_suite(keys[0] if keys[0] in names() else listed)


def entered_contestants(methods: str | None, own: Sequence[str], settings: Sequence[str]) -> list[Contestant]:
    """Who races, under which name: those of --methods and --contestant, or the lecture's where there are none.

    Args:
        methods: names between commas.
        own: "name=method:key=value:key=value" each.
        settings: "key=value" for all of them, "name.key=value" for one.

    Raises:
        ValueError, TypeError: in a sentence that names what is wrong.
    """
    listed: list[tuple[str, str]] = []
    if methods is not None:
        listed = [(called(text), text) for text in as_list(methods, "--methods")]
    elif not own:
        listed = [(name, name) for name in LECTURE]
    by_hand: dict[str, dict[str, Any]] = {name: {} for name, _ in listed}
    for text in own:
        name, told = as_pair(text, "--contestant")
        method, *pairs = (part.strip() for part in told.split(":"))
        listed.append((name, method))
        by_hand[name] = dict(setting(pair, f"--contestant {name}") for pair in pairs)
    names_given = [name for name, _ in listed]
    for name in names_given:
        if names_given.count(name) > 1:
            raise ValueError(f"{name!r} races twice; give one of them another name, by --contestant other={name}.")
    common: dict[str, Any] = {}
    for text in settings:
        name, value = setting(text, "--set")
        owner, dot, key = name.rpartition(".")
        if not dot:
            common[key] = value
            continue
        whose = owner
        if whose not in by_hand:
            # SGD is called gradient_descent; what is not known at all is told with those that race.
            with contextlib.suppress(ValueError):
                whose = called(owner)
        if whose not in by_hand:
            raise ValueError(f"--set {text}: {owner!r} is not among the contestants {', '.join(by_hand)}.")
        by_hand[whose][key] = value
    return [made(name, method, common | by_hand[name]) for name, method in listed]


def setting(text: str, what: str) -> tuple[str, Any]:
    """Name and value of a hyperparameter."""
    name, value = as_pair(text, what)
    return name, as_setting(value, f"{what} {name}")


def called(text: str) -> str:
    """The name that a method races by unless told otherwise; what is not known keeps the one that was typed."""
    return text.strip() if library_of(text) else canonical(text)


def library_of(text: str) -> str:
    """The library that a method is of; empty for ours.

    Raises:
        ValueError: there is a dot in it, and no such library before it.
    """
    library, dot, _ = text.strip().lower().partition(".")
    return one_of(library, list(LIBRARIES), "library") if dot else ""


def made(name: str, method: str, settings: dict[str, Any]) -> Contestant:
    """One contestant with what was set by hand.

    Raises:
        ValueError, TypeError: there is no such method or hyperparameter, or its library is not installed.
    """
    if library := library_of(method):
        try:
            given = LIBRARIES[library](method, **settings)
        except ModuleNotFoundError as error:
            raise ValueError(str(error)) from error
        # Its library's own spelling, unless it races by a name of its own.
        return contestant(given) if name == method else contestant(given, name)
    return contestant(named(method, **settings), name)


def nearest(typed: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """What was probably meant."""
    return next(iter(difflib.get_close_matches(typed.lower(), list(known), n=1, cutoff=cutoff)), None)


def one_of(typed: str, known: Sequence[str], what: str) -> str:
    """The typed name, if it is among those known; hyphens stand for underscores.

    Raises:
        ValueError: it is not, with the nearest one.

    >>> one_of("Fully-Tuned", ("defaults", "fully_tuned"), "division")
    'fully_tuned'
    """
    plain = {name.lower().replace("-", "_"): name for name in known}
    key = typed.strip().lower().replace("-", "_")
    if key in plain:
        return plain[key]
    near = nearest(key, plain)
    guess = f"did you mean {plain[near]!r}?" if near else f"there are {', '.join(known)}."
    raise ValueError(f"there is no {what} named {typed!r}; {guess}")

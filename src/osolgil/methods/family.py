"""The family: who came from whom, when, and what was added."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from osolgil.methods.method import Method
from osolgil.methods.registry import ALIASES, METHODS, canonical, name_of
from osolgil.protocol.words import checked_language


@dataclass(frozen=True)
class Relative:
    """A method's place in the family.

    Attributes:
        name: the canonical name.
        title: as people write it.
        also: other names.
        year: the first one in its source; None where the source names none.
        source: paper and equation.
        parents: the name of each method that it came from, and what was added to it.
    """

    name: str
    title: str
    also: tuple[str, ...]
    year: int | None
    source: str
    parents: dict[str, str]


def relatives(methods: Sequence[str | Method[Any]] | None = None, language: str = "en") -> tuple[Relative, ...]:
    """Methods and all that they came from, in the order of their years, parents before children.

    Args:
        methods: names, or methods, a rule of your own among them; all registered ones by default.
        language: "en" or "ko", of what was added; English where nobody wrote the Korean.

    Raises:
        ValueError: there are none, one has a name that is not known or came from a method that is not, or there is no
            such language.

    >>> [each.name for each in relatives(["nesterov"])]
    ['gradient_descent', 'momentum', 'nesterov']
    >>> relatives(["nesterov"], "ko")[-1].parents
    {'momentum': '속도가 이끄는 곳에서 미리 본 기울기'}
    """
    checked_language(language)
    waiting = list(METHODS.items()) if methods is None else [known(each) for each in methods]
    if not waiting:
        raise ValueError("There are no methods to draw a family of; name at least one.")
    found: dict[str, type[Method[Any]]] = {}
    while waiting:
        name, made = waiting.pop()
        if name in found:
            continue
        found[name] = made
        for parent in getattr(made, "parents", {}):
            if parent not in METHODS:
                raise ValueError(f"{name} came from {parent!r}, which is no method; there are {', '.join(METHODS)}.")
            waiting.append((parent, METHODS[parent]))
    every = {name: relative(name, found[name], language) for name in sorted(found, key=place)}
    # What was published before its parents still stands below them.
    since: dict[str, int] = {}
    for name, each in every.items():
        since[name] = max([each.year or 0, *(since[parent] for parent in each.parents)])
    return tuple(sorted(every.values(), key=lambda each: since[each.name]))


def known(method: str | Method[Any]) -> tuple[str, type[Method[Any]]]:
    """The name and the class of a method."""
    name = canonical(method) if isinstance(method, str) else name_of(method)
    return name, METHODS[name] if isinstance(method, str) else type(method)


def place(name: str) -> tuple[int, str]:
    """Where a name stands among the registered ones, which list parents before children; others come after them."""
    registered = list(METHODS)
    return (registered.index(name), "") if name in METHODS else (len(registered), name)


def relative(name: str, made: type[Method[Any]], language: str) -> Relative:
    """A method's place in the family, in a language."""
    source = str(getattr(made, "source", ""))
    added = dict(getattr(made, "parents", {}))
    if language == "ko":
        added |= {parent: said for parent, said in getattr(made, "parents_ko", {}).items() if parent in added}
    return Relative(
        name=name,
        title=str(getattr(made, "title", made.__name__)),
        also=tuple(alias for alias, meant in ALIASES.items() if meant == name),
        year=year_of(source),
        source=source,
        parents=added,
    )


def year_of(source: str) -> int | None:
    """The first year that a source names.

    >>> year_of("Cauchy 1847; with sampled gradients Robbins & Monro 1951")
    1847
    """
    found = re.search(r"\b1[5-9]\d\d\b|\b20\d\d\b", source)
    return int(found[0]) if found else None

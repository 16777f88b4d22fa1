"""Collected problems by name."""

import difflib
import inspect
import numbers
from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from osolgil.problems.collections import families, mgh, nist
from osolgil.problems.collections.collected import Collected

BUILDERS: MappingProxyType[str, Callable[..., Collected]] = MappingProxyType({**mgh.BUILDERS, **families.BUILDERS})
"""What is built from options; NIST's sets are read."""


def names(collection: str | None = None) -> tuple[str, ...]:
    """The names of all collected problems, or of one collection.

    Args:
        collection: "mgh" (Moré, Garbow & Hillstrom's 35, in the paper's order), "families" (seeded, convex), "nist".

    Raises:
        ValueError: there is no such collection.

    >>> names("mgh")[:3]
    ('rosenbrock', 'freudenstein_roth', 'powell_badly_scaled')
    """
    found = {
        "mgh": tuple(mgh.BUILDERS),
        "families": tuple(families.BUILDERS),
        "nist": tuple(name.lower() for name in nist.names()),
    }
    if collection is None:
        return tuple(name for each in found.values() for name in each)
    if collection not in found:
        raise ValueError(f"There is no collection {collection!r}; there are {', '.join(found)}.")
    return found[collection]


def named(name: str, **options: Any) -> Collected:
    """The collected problem of this name. The same call returns the same object, so that it is compiled once.

    Args:
        name: one of `names()`; hyphens and blanks stand for underscores.
        **options: `n` and `m`, where the paper leaves them free; `condition`, `rows`, `seed` of the families.

    Raises:
        ValueError: there is no such problem, or an option is out of range.
        TypeError: the problem has no such option, or it is not a number.

    >>> wood = named("wood")
    >>> wood.start, wood.minima[0].x
    (array([-3., -1., -3., -1.]), array([1., 1., 1., 1.]))
    >>> named("Misra1a").minimum_value
    0.06227569447
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key in names("nist"):
        if options:
            raise TypeError(f"The problem {key!r} has no option {next(iter(options))!r}; it has none.")
        return nist.named(key).collected
    builder = BUILDERS.get(key)
    if builder is None:
        near = difflib.get_close_matches(key, names(), n=1, cutoff=0.5)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"There is no collected problem named {name!r}.{guess} There are {', '.join(names())}.")
    signature = inspect.signature(builder)
    for option, value in options.items():
        if option not in signature.parameters:
            has = f"its options are {', '.join(signature.parameters)}" if signature.parameters else "it has none"
            raise TypeError(f"The problem {key!r} has no option {option!r}; {has}.")
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise TypeError(f"{option} must be a number, but it is {value!r}.")
    bound = signature.bind(**options)
    bound.apply_defaults()
    return built(builder, tuple(bound.arguments.items()))


# Bounded, since a sweep over seeds would otherwise keep the rows of all of them.
@lru_cache(maxsize=256)
def built(builder: Callable[..., Collected], options: tuple[tuple[str, Any], ...]) -> Collected:
    """The problem with these options, remembered."""
    return builder(**dict(options))

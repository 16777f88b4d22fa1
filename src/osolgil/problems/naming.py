"""Problems by name: the builder that was meant, and its options with their defaults."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def chosen(
    kind: str, builders: Mapping[str, Callable[..., T]], name: str, options: Mapping[str, Any]
) -> tuple[Callable[..., T], tuple[tuple[str, Any], ...]]:
    """The builder of this name and all of its options; hyphens and blanks in the name stand for underscores.

    Args:
        kind: what messages call it: "surface", "network".
        builders: by name.
        name: what a person typed.
        options: those that were given.

    Raises:
        ValueError: there is no such name.
        TypeError: the builder has no such option.
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    builder = builders.get(key)
    if builder is None:
        near = difflib.get_close_matches(key, builders, n=1, cutoff=0.5)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"There is no {kind} named {name!r}.{guess} The {kind}s are {', '.join(builders)}.")
    signature = inspect.signature(builder)
    for option in options:
        if option not in signature.parameters:
            has = f"its options are {', '.join(signature.parameters)}" if signature.parameters else "it has none"
            raise TypeError(f"The {kind} {key!r} has no option {option!r}; {has}.")
    bound = signature.bind(**options)
    bound.apply_defaults()
    return builder, tuple(bound.arguments.items())

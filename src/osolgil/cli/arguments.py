"""What people type, as numbers and pairs."""

import re
from collections.abc import Sequence

import typer


def as_number(text: str, what: str) -> float:
    """A number, or a ValueError that names what it was to be.

    >>> as_number(" -1e-3", "--start")
    -0.001
    """
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{what}: {text.strip()!r} is not a number.") from None


def as_float(text: str) -> float:
    """The number of an option. Typer's own conversion does not say what it could not read."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text.strip()!r} is not a number.") from None


def as_int(text: str) -> int:
    """The whole number of an option.

    >>> as_int("20000"), as_int("2e4")
    (20000, 20000)
    """
    number = as_float(text)
    if not number.is_integer():
        raise typer.BadParameter(f"{text.strip()!r} is not a whole number.")
    return int(number)


def as_pair(text: str, what: str) -> tuple[str, str]:
    """Name and value of "name=value"."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise ValueError(f"{what}: {text.strip()!r} is not of the form name=value.")
    return name.strip(), value.strip()


def as_setting(text: str, what: str) -> bool | int | float | None:
    """The value of a hyperparameter: a number, true, false or none. What looks like a whole number is one.

    >>> as_setting("0.9", "--set beta1"), as_setting("False", "--set bias_correction")
    (0.9, False)
    >>> as_setting("10", "--set history")
    10
    """
    words: dict[str, bool | None] = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        raise ValueError(f"{what}: {text!r} is neither a number nor true, false or none.") from None


def as_list(text: str, what: str) -> list[str]:
    """Names between commas."""
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise ValueError(f"{what}: {text!r} has an empty name between its commas.")
    return names


def as_point(text: str, names: Sequence[str], what: str) -> list[float]:
    """A point, by position or by name.

    >>> as_point("1, 2", ("x", "y"), "--start"), as_point("y=2,x=1", ("x", "y"), "--start")
    ([1.0, 2.0], [1.0, 2.0])
    """
    parts = [part.strip() for part in text.split(",")]
    variables = f"{len(names)} variable{'s' * (len(names) > 1)} ({shortened(names)})"
    if "=" in text:
        given: dict[str, float] = {}
        for part in parts:
            name, value = as_pair(part, what)
            if name not in names:
                raise ValueError(f"{what}: {name!r} is no variable of this problem; it has {shortened(names)}.")
            if name in given:
                raise ValueError(f"{what}: {name!r} is given twice.")
            given[name] = as_number(value, f"{what} {name}")
        missing = [name for name in names if name not in given]
        if missing:
            raise ValueError(f"{what}: {missing[0]!r} is missing; the problem has {variables}.")
        return [given[name] for name in names]
    if len(parts) != len(names):
        raise ValueError(f"{what}: {text.strip()!r} has {len(parts)} numbers, and the problem has {variables}.")
    return [as_number(part, what) for part in parts]


def shortened(names: Sequence[str]) -> str:
    """Names in a sentence, the first few of many.

    >>> shortened(["x", "y"]), shortened([f"x[{i}]" for i in range(9)])
    ('x, y', 'x[0], x[1], ..., x[8]')
    """
    shown = list(names) if len(names) <= 6 else [names[0], names[1], "...", names[-1]]
    return ", ".join(shown)


def naturally(name: str) -> tuple[tuple[str, int], ...]:
    """A key that sorts x2 before x10.

    >>> sorted(["x10", "x2", "a"], key=naturally)
    ['a', 'x2', 'x10']
    """
    return tuple((text, int(digits or -1)) for text, digits in re.findall(r"(\D+)(\d*)", name))


def at_top_level(text: str) -> list[str]:
    """The parts between those commas that no parentheses enclose.

    >>> at_top_level("2*x*y, maximum(x, 0)")
    ['2*x*y', 'maximum(x, 0)']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]

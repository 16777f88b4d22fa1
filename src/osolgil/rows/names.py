"""Names of columns: the same name to a reader is the same name here, and a slip gets a suggestion."""

import difflib
import unicodedata
from collections.abc import Iterable


def composed(name: str) -> str:
    """The name with its letters composed: files from some systems decompose 무게 into its strokes."""
    return unicodedata.normalize("NFC", name)


def nearest(name: str, names: Iterable[str]) -> str:
    """A half sentence that suggests the nearest of the names, or nothing.

    >>> nearest("hieght", ["height", "weight"])
    "; did you mean 'height'?"
    """
    near = difflib.get_close_matches(name, list(names), 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def find_column(name: str, names: Iterable[str]) -> str:
    """The one of the names that a reader would call the same.

    Raises:
        ValueError: there is none; with the nearest name, or all of them if they are few.
    """
    there = {composed(other): other for other in names}
    if composed(name) in there:
        return there[composed(name)]
    hint = nearest(composed(name), there)
    shown = ", ".join(list(there)[:20]) + (", ..." if len(there) > 20 else "")
    raise ValueError(f"there is no column {name!r}{hint or f'; the columns are {shown}'}")

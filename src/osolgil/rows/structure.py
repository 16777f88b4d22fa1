"""Which columns the terms of a formula become: the part of Wilkinson's algebra that formulaic is trusted with.

A categorical factor has one column for each level, or one less where the full set would repeat what other terms say
already. formulaic decides that; it sees a small synthetic frame and plain names (f0, f1), never the user's text.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from osolgil.rows.columns import Level
from osolgil.rows.memory import check_memory, spelled
from osolgil.rows.trouble import INTERCEPT
from osolgil.rows.wilkinson import Formula

Part = tuple[int, int | None]
"""A factor by its number, and for categories the number of the level of which the part is the indicator."""

MOST_COLUMNS = 10_000
PART = re.compile(r"f(\d+)(?:\[(?:T\.)?(\d+)\])?")


def described(
    formula: Formula, levels: Mapping[str, Sequence[Level]], rows: int = 0
) -> tuple[tuple[tuple[Part, ...], str], ...]:
    """Each column of the design matrix: the parts that it is a product of, and its name, such as `C(g)[T.b]:x`.

    Args:
        formula: the formula.
        levels: the levels of each categorical factor, the reference first, by the factor's text.
        rows: that the columns are to be made of, where they are known.

    Raises:
        ValueError: there would be more than `MOST_COLUMNS`, or more than memory holds.
    """
    import formulaic
    import pandas as pd

    sizes = [len(levels.get(factor.text, "1")) for factor in formula.factors]
    count = sum(math.prod(sizes[number] for number in term) for term in formula.terms)
    large = [f" ({formula.factors[k].text!r} has {size} levels)" for k, size in enumerate(sizes) if size == max(sizes)]
    makes = f"{formula.text!r} makes {count} columns"
    if count > MOST_COLUMNS:
        size = f", and {rows:,} rows of them would need {spelled(8.0 * rows * count)} of memory" if rows else ""
        raise ValueError(f"{makes}, more than {MOST_COLUMNS}{large[0]}{size}; leave it out or merge its levels")
    check_memory(
        8.0 * rows * count,
        f"{makes}{large[0] if max(sizes, default=1) > 1 else ''}, which for {rows:,} rows",
        "leave columns out, merge levels, or fit to some of the rows",
    )
    frame = {
        f"f{number}": pd.Categorical.from_codes(np.zeros(1, np.int64), categories=pd.RangeIndex(sizes[number]))
        if factor.text in levels
        else np.ones(1)
        for number, factor in enumerate(formula.factors)
    }
    terms = ["1" if formula.intercept else "0", *(":".join(f"f{number}" for number in term) for term in formula.terms)]
    matrix = formulaic.model_matrix(" + ".join(terms), pd.DataFrame(frame, index=[0]), context={})
    columns = tuple(described_column(str(name), formula, levels) for name in matrix.columns)
    twice = [name for name, times in Counter(name for _, name in columns).items() if times > 1]
    if twice:
        raise ValueError(f"two columns of {formula.text!r} would be named {twice[0]!r}; rename that column of the data")
    return columns


def described_column(
    name: str, formula: Formula, levels: Mapping[str, Sequence[Level]]
) -> tuple[tuple[Part, ...], str]:
    """A column that formulaic named, in our parts and in the user's names."""
    if name == INTERCEPT:
        return (), INTERCEPT
    parts: list[Part] = []
    shown = []
    for piece in name.split(":"):
        match = PART.fullmatch(piece)
        if match is None:
            raise RuntimeError(f"formulaic named a column {name!r}, which this version of osolgil cannot read")
        number, code = int(match[1]), None if match[2] is None else int(match[2])
        text = formula.factors[number].text
        parts.append((number, code))
        if code is None:
            shown.append(text)
        else:
            treatment = "T." if "[T." in piece else ""
            shown.append(f"{text}[{treatment}{levels[text][code]}]")
    return tuple(parts), ":".join(shown)

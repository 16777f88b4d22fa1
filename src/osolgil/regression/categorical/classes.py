"""Labels of classes: as numbers from 0, the reference first, and in the names of coefficients."""

from dataclasses import replace
from typing import Any

import numpy as np

from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.families import Categorical
from osolgil.rows.columns import Level
from osolgil.rows.formulas import Design
from osolgil.rows.trouble import listed


def coded(y: Any) -> tuple[np.ndarray, tuple[Level, ...]]:
    """The number of each row's label, NaN where it is missing, shape (rows,), and the labels, sorted.

    Raises:
        ValueError: y has another shape, one label only, or labels that cannot be sorted.

    >>> codes, levels = coded(["b", "a", "b"])
    >>> codes.tolist(), levels
    ([1.0, 0.0, 1.0], ('a', 'b'))
    """
    labels = np.asarray(y)
    if labels.ndim != 1:
        raise ValueError(f"y has the shape {labels.shape}; labels of classes have the shape (rows,).")
    # None and NaN are the values that are missing; NaN is not equal to itself.
    absent = np.array([label is None or label != label for label in labels.tolist()], dtype=bool)
    try:
        found, numbers = np.unique(labels[~absent], return_inverse=True)
    except TypeError:
        kinds = listed(sorted({type(label).__name__ for label in labels.tolist()}))
        raise ValueError(f"The labels in y are of different kinds ({kinds}); make all of them text.") from None
    levels = tuple(found.tolist())
    if not all(isinstance(level, str | int | float) for level in levels):
        raise ValueError(f"The label {levels[0]!r} in y is neither text nor a number; turn the labels into text.")
    if len(levels) < 2:
        only = f"is {levels[0]!r} in every row" if levels else "is missing in every row"
        raise ValueError(f"the response 'y' {only}; add rows of another class")
    codes = np.full(len(labels), np.nan)
    codes[~absent] = numbers
    return codes, levels


def referenced(made: Design | ArrayDesign, reference: Level | None) -> Design | ArrayDesign:
    """The design with this label as number 0, and the others after it in their order.

    Raises:
        ValueError: it is not one of the labels.
    """
    levels = made.response_levels
    if reference is None:
        return made
    same = [level for level in levels if level == reference] or [lv for lv in levels if str(lv) == str(reference)]
    if not same:
        raise ValueError(
            f"The reference {reference!r} is not a class of {made.response!r}, which has {listed(levels)}."
        )
    ordered = (same[0], *(level for level in levels if level != same[0]))
    place = np.array([ordered.index(level) for level in levels], dtype=made.y.dtype)
    known = np.isfinite(made.y)
    y = np.where(known, place[np.where(known, made.y, 0).astype(int)], np.nan).astype(made.y.dtype)
    if isinstance(made, ArrayDesign):
        return replace(made, y=y, levels=ordered)
    return replace(made, y=y, recipe=replace(made.recipe, response_levels=ordered))


def unlike_classes(y: np.ndarray, mass: np.ndarray, response: str, levels: tuple[Level, ...]) -> tuple[Finding, ...]:
    """Classes that no row counts for, and targets that are plainly numbers."""
    count = int(np.count_nonzero(mass))
    if len(levels) > 2 and 2 * len(levels) > count:
        return (
            Finding(
                "wrong target",
                len(levels),
                f"the response {response!r} has {len(levels)} classes in {count} rows",
                "use a family for numbers, such as Gaussian, or merge classes",
                columns=(response,),
            ),
        )
    masses = np.bincount(y.astype(int), mass, len(levels))
    return tuple(
        Finding(
            "one class",
            0.0,
            f"all rows of the class {levels[k]!r} of {response!r} have the weight 0",
            "leave them out",
            columns=(response,),
            rows=tuple(map(int, np.flatnonzero(y == k))),
        )
        for k in np.flatnonzero(masses == 0)
    )


def names_of(levels: tuple[Level, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the coefficients, class by class without the reference.

    >>> names_of(("a", "b", "c"), ("Intercept", "x"))
    ('b: Intercept', 'b: x', 'c: Intercept', 'c: x')
    """
    return tuple(f"{level}: {column}" for level in levels[1:] for column in columns)


def check_names(levels: tuple[Level, ...], columns: tuple[str, ...]) -> None:
    """Refuse labels and columns of which two make one name."""
    names = names_of(levels, columns)
    twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    if twice:
        raise ValueError(f"Two coefficients would be called {min(twice)!r}; rename a class or a column.")


def settled(family: Categorical, levels: tuple[Level, ...]) -> Categorical:
    """The family with its reference as the label that it is, such as 2 for "2"."""
    return family if family.reference is None else Categorical(levels[0])

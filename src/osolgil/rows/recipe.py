"""What a design has learned from its rows, and nothing more: enough to make the same columns from other rows."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from osolgil.protocol.findings import Finding
from osolgil.rows.columns import COUNTED, Labels, Level, holds_booleans, holds_labels, labels, numbers, refuse_strays
from osolgil.rows.factors import Categories, Column, Computed, Factor
from osolgil.rows.names import find_column
from osolgil.rows.structure import Part, described
from osolgil.rows.tables import only, read_table
from osolgil.rows.trouble import listed, missing
from osolgil.rows.wilkinson import Formula, parse_formula

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = "osolgil.design"
VERSION = 1


class Source:
    """The columns of a table that a formula uses, each fetched once."""

    def __init__(self, table: "pa.Table", formula: Formula) -> None:
        self.table = table
        self.formula = formula
        self.rows = table.num_rows
        self.labels = functools.cache(lambda name: labels(table, self.find(name)))
        self.numbers = functools.cache(lambda name: numbers(table, self.find(name)))

    def find(self, name: str) -> str:
        return find_column(name, self.table.column_names)

    def categorical(self, factor: Factor) -> bool:
        """Whether the factor stands for categories."""
        match factor:
            case Categories():
                return True
            case Column(name=name):
                return holds_labels(self.table.column(self.find(name)))
        return False

    def refuse_strays(self, factors: Iterable[Factor]) -> None:
        """Refuse plain columns of numbers that a few cells make text of, and so categories."""
        for factor in factors:
            if isinstance(factor, Column):
                refuse_strays(self.table, self.find(factor.name))

    def computed(self, factor: Computed) -> NDArray[np.float64]:
        return factor.values({column: self.numbers(column) for column in factor.columns})

    def missing(self, factors: Iterable[Factor]) -> tuple[Finding, ...]:
        """What is missing in the columns of these factors, and then in what is computed from them."""
        found: dict[str, NDArray[Any]] = {}
        factors = tuple(factors)
        for factor in factors:
            for name in factor.columns:
                if self.categorical(factor):
                    found[name] = np.where(self.labels(name).codes < 0, np.nan, 0.0)
                else:
                    found[name] = self.numbers(name)
        raw = missing(found)
        known = np.zeros(self.rows, bool)
        for trouble in raw:
            known[list(trouble.rows)] = True
        made = {f.text: np.where(known, 0.0, self.computed(f)) for f in factors if isinstance(f, Computed)}
        return (*raw, *missing(made))


@dataclass(frozen=True)
class Recipe:
    """How a formula's columns are made from rows.

    Attributes:
        formula: the formula.
        levels: the levels of each categorical factor, the reference first, by the factor's text.
        constants: the mean and the deviation of each centered or scaled factor, by the factor's text.
        response_levels: the labels that stand for 0, 1, ..., or nothing if the response is a number.
        columns: the names of the columns.
        parts: each column as a product of parts.
    """

    formula: Formula
    levels: Mapping[str, tuple[Level, ...]]
    constants: Mapping[str, tuple[float, float]]
    response_levels: tuple[Level, ...]
    columns: tuple[str, ...]
    parts: tuple[tuple[Part, ...], ...]

    def apply(self, table: Any) -> NDArray[np.float64]:
        """X for other rows, float64, shape (rows, n).

        Args:
            table: anything that `read_table` reads; it needs no column for the response.

        Raises:
            ValueError: a column is not there or is of another kind, a value is missing, or a level was not there at
                the fit.
        """
        needed = dict.fromkeys(name for factor in self.formula.factors for name in factor.columns)
        source = Source(read_table(only(table, list(needed))), self.formula)
        source.refuse_strays(factor for factor in self.formula.factors if factor.text not in self.levels)
        for factor in self.formula.factors:
            if isinstance(factor, Column) and source.categorical(factor) != (factor.text in self.levels):
                was = "labels" if factor.text in self.levels else "numbers"
                raise ValueError(
                    f"column {factor.name!r} held {was} at the fit and does not now; convert it to the same type"
                )
        troubles = source.missing(self.formula.factors)
        if troubles:
            raise ValueError(str(replace(troubles[0], remedy="fill these values in or leave the rows out")))
        return self.matrix(source)

    def matrix(self, source: Source) -> NDArray[np.float64]:
        """X for rows that have been checked."""
        values: list[NDArray[Any]] = []
        for factor in self.formula.factors:
            if factor.text in self.levels:
                values.append(codes(factor.columns[0], source.labels(factor.columns[0]), self.levels[factor.text]))
            elif isinstance(factor, Computed):
                mean, deviation = self.constants.get(factor.text, (0.0, 1.0))
                values.append((source.computed(factor) - mean) / deviation)
            else:
                values.append(source.numbers(factor.columns[0]))
        X = np.ones((source.rows, len(self.parts)))
        for column, parts in enumerate(self.parts):
            for number, level in parts:
                X[:, column] *= values[number] if level is None else values[number] == level
        return X

    def target(self, source: Source) -> NDArray[np.float64]:
        """The response of rows that have been checked, shape (rows,)."""
        response = self.formula.response
        if self.response_levels:
            name = response.columns[0]
            return codes(name, source.labels(name), self.response_levels).astype(np.float64)
        return source.computed(response) if isinstance(response, Computed) else source.numbers(response.columns[0])

    def to_json(self) -> str:
        """This recipe as JSON: the formula, the levels and the constants that were recorded."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": VERSION,
                "formula": self.formula.text,
                "levels": {name: list(levels) for name, levels in self.levels.items()},
                "constants": {name: list(pair) for name, pair in self.constants.items()},
                "response_levels": list(self.response_levels),
                "columns": list(self.columns),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """The recipe that `to_json` wrote. The formula passes the same whitelist as one that is typed.

        Raises:
            UnsafeFormula: the formula is not in the language.
            ValueError: the text is not a recipe, or its parts do not fit together.
        """
        try:
            saved = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError("this is not a saved design: it is not JSON") from None
        if not isinstance(saved, dict) or (saved.get("format"), saved.get("version")) != (FORMAT, VERSION):
            raise ValueError(f"this is not a saved design of format {FORMAT!r}, version {VERSION}")
        if not isinstance(saved.get("formula"), str):
            raise ValueError("this saved design is damaged: it has no formula")
        formula = parse_formula(saved["formula"])
        try:
            levels = {name: tuple(map(checked_level, found)) for name, found in saved["levels"].items()}
            constants = {name: (float(mean), float(scale)) for name, (mean, scale) in saved["constants"].items()}
            response_levels = tuple(map(checked_level, saved["response_levels"]))
            columns = tuple(saved["columns"])
        except KeyError as error:
            raise ValueError(f"this saved design is damaged: it has no {error.args[0]!r}") from None
        except (TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"this saved design is damaged: {error!r}") from None
        check(formula, levels, constants, response_levels)
        recipe = composed_recipe(formula, levels, constants, response_levels)
        if recipe.columns != columns:
            raise ValueError(
                f"this saved design is damaged: its formula makes the columns {listed(recipe.columns)}, but it says "
                f"{listed(columns)}"
            )
        return recipe


def learned(formula: Formula, source: Source, success: Level | None, classes: bool = False) -> Recipe:
    """The recipe of a formula, with levels and constants from rows that have no missing values.

    With `classes` every value of the response is a class, also where it is a number.
    """
    levels = {factor.text: learned_levels(factor, source) for factor in formula.factors if source.categorical(factor)}
    constants = {
        factor.text: learned_constants(factor, source.computed(factor))
        for factor in formula.factors
        if isinstance(factor, Computed) and (factor.centered or factor.scaled)
    }
    response = learned_classes(formula.response, source) if classes else ()
    response = response or learned_response(formula.response, source, success)
    return composed_recipe(formula, levels, constants, response, source.rows)


def composed_recipe(
    formula: Formula,
    levels: Mapping[str, tuple[Level, ...]],
    constants: Mapping[str, tuple[float, float]],
    response_levels: tuple[Level, ...],
    rows: int = 0,
) -> Recipe:
    """The recipe with its columns worked out, for so many rows if they are known."""
    columns = described(formula, levels, rows)
    return Recipe(
        formula,
        levels,
        constants,
        response_levels,
        tuple(name for _, name in columns),
        tuple(parts for parts, _ in columns),
    )


def learned_levels(factor: Factor, source: Source) -> tuple[Level, ...]:
    """The levels of a categorical factor, the reference first."""
    name = factor.columns[0]
    levels = source.labels(name).levels
    if len(levels) == 1:
        raise ValueError(f"column {name!r} is {levels[0]!r} in every row, so it has no effect to measure; leave it out")
    reference = factor.reference if isinstance(factor, Categories) else None
    if reference is None:
        return levels
    if reference not in levels:
        raise ValueError(
            f"{factor.text!r}: {reference!r} is not a value of column {name!r}, which has {listed(levels)}"
        )
    return (reference, *(level for level in levels if level != reference))


def learned_constants(factor: Computed, values: NDArray[np.float64]) -> tuple[float, float]:
    """The mean and, if the factor is scaled, the deviation (with divisor rows − 1) of its values."""
    if not factor.scaled:
        return float(values.mean()), 1.0
    deviation = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    if deviation == 0.0:
        raise ValueError(f"{factor.text!r} cannot be scaled: it is {values[0]:g} in every row; leave it out")
    return float(values.mean()), deviation


def learned_response(response: Factor, source: Source, success: Level | None) -> tuple[Level, ...]:
    """The labels of the response that stand for 0 and 1, or nothing if it is a number."""
    if isinstance(response, Computed) and (response.centered or response.scaled):
        raise ValueError(f"the response {response.text!r} may not be centered or scaled; fit the column as it is")
    boolean = isinstance(response, Column) and holds_booleans(source.table.column(source.find(response.name)))
    if not (source.categorical(response) or boolean):
        if success is not None:
            raise ValueError(f"success {success!r} is for a response of labels, but {response.text!r} is a number")
        return ()
    name = response.columns[0]
    levels: tuple[Level, ...] = (False, True) if boolean else source.labels(name).levels
    if len(levels) == 1:
        raise ValueError(f"the response {name!r} is {levels[0]} in every row; add rows of another class")
    if len(levels) != 2:
        raise ValueError(
            f"the response {name!r} has {len(levels)} classes ({listed(levels)}), not two; merge them until two are "
            "left, or leave rows out"
        )
    if success is None or success == levels[1]:
        return levels
    if success != levels[0]:
        raise ValueError(f"success {success!r} is not a class of {name!r}, which has {listed(levels)}")
    return levels[::-1]


def learned_classes(response: Factor, source: Source) -> tuple[Level, ...]:
    """The values of the response, each of them a class."""
    if isinstance(response, Computed):
        raise ValueError(f"the response {response.text!r} is computed; classes are the values of a column as it is")
    name = response.columns[0]
    levels = source.labels(name).levels
    if len(levels) == 1:
        raise ValueError(f"the response {name!r} is {levels[0]} in every row; add rows of another class")
    return levels


def codes(name: str, found: Labels, levels: tuple[Level, ...]) -> NDArray[np.int64]:
    """The number of each row's label among the levels of the fit, shape (rows,)."""
    place = {level: code for code, level in enumerate(levels)}
    unseen = [level for level in found.levels if level not in place]
    if unseen:
        row = int(np.flatnonzero(found.codes == found.levels.index(unseen[0]))[0])
        raise ValueError(
            f"column {name!r} has the value {unseen[0]!r} in row {row} {COUNTED}, which did not occur at the "
            f"fit; known are {listed(levels)}"
        )
    return np.array([place[level] for level in found.levels], np.int64)[found.codes]


def checked_level(level: Any) -> Level:
    """A level from a file, if it is one."""
    if not isinstance(level, str | int | float | bool):
        raise TypeError(f"{level!r} is not a level")
    return level


def check(
    formula: Formula,
    levels: Mapping[str, tuple[Level, ...]],
    constants: Mapping[str, tuple[float, float]],
    response_levels: tuple[Level, ...],
) -> None:
    """Raise if what was recorded does not belong to the formula."""
    factors = {factor.text: factor for factor in formula.factors}
    for name, found in levels.items():
        if not isinstance(factors.get(name), Column | Categories) or len(found) < 2 or len(set(found)) < len(found):
            raise ValueError(f"this saved design is damaged: the levels of {name!r} are {listed(found)}")
    absent = [name for name, factor in factors.items() if isinstance(factor, Categories) and name not in levels]
    if absent:
        raise ValueError(f"this saved design is damaged: there are no levels of {absent[0]!r}")
    standardized = {
        name for name, factor in factors.items() if isinstance(factor, Computed) and (factor.centered or factor.scaled)
    }
    if standardized != set(constants) or not all(np.isfinite(pair).all() and pair[1] for pair in constants.values()):
        raise ValueError(f"this saved design is damaged: its recorded means and deviations are {dict(constants)}")
    if len(response_levels) == 1 or len(set(response_levels)) < len(response_levels):
        raise ValueError(f"this saved design is damaged: the response has the classes {listed(response_levels)}")

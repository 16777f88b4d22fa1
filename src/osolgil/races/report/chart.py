"""A chart as data: what is drawn, said and tabulated. Who draws it, and in which format, is another matter."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from osolgil.races.report.markup import Table
from osolgil.races.report.words import Words


@dataclass(frozen=True)
class Axis:
    """An axis.

    Attributes:
        label: what it measures, in both languages.
        low: where it begins.
        high: where it ends.
        log: every decade has the same length.
    """

    label: Words
    low: float
    high: float
    log: bool = False

    def place(self, values: np.ndarray) -> np.ndarray:
        """Where values lie, 0 at the beginning and 1 at the end; NaN where there is no such place."""
        if not self.log:
            return (np.asarray(values, float) - self.low) / (self.high - self.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(np.asarray(values, float))
        low, high = math.log10(self.low), math.log10(self.high)
        return (logs - low) / (high - low)

    def ticks(self, most: int = 7, apart: float = 0.1) -> list[tuple[float, str]]:
        """Round values with their labels.

        Args:
            most: so many at most, roughly.
            apart: two labels are at least this part of the axis apart.
        """
        if not self.log or self.high / self.low < 10:
            step = nice((self.high - self.low) / most)
            numbers = range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)
            values = [number * step for number in numbers]
            labels = [labelled(value) for value in values]
        elif self.high / self.low < 100:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            values = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
            values = [value for value in values if self.low * (1 - 1e-9) <= value <= self.high * (1 + 1e-9)]
            labels = [labelled(value) for value in values]
        else:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            shown = range(first, last + 1, max(1, math.ceil((last - first + 1) / most)))
            values = [10.0**power for power in shown]
            labels = [f"10{str(power).translate(RAISED)}" for power in shown]
        kept: list[tuple[float, str]] = []
        behind = -math.inf
        for value, label in zip(values, labels, strict=True):
            place = float(self.place(np.asarray(value)))
            if place - behind >= apart:
                kept.append((value, label))
                behind = place
        return kept


def labelled(value: float) -> str:
    """A number as axes write it.

    >>> labelled(-0.5), labelled(2500.0), labelled(1e-05)
    ('−0.5', '2,500', '1e-5')
    """
    if 1000 <= abs(value) < 1e7:
        return f"{value:,.10g}".replace("-", "−")
    mantissa, _, exponent = f"{value:.10g}".partition("e")
    return mantissa.replace("-", "−") + (f"e{int(exponent)}" if exponent else "")


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def nice(length: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below this length.

    >>> nice(0.13), nice(3), nice(7)
    (0.2, 5.0, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(length))
    return float(f"{next(digit for digit in (1, 2, 5, 10) if digit * power >= length * (1 - 1e-9)) * power:.12g}")


def spanning(label: Words, values: np.ndarray, *, log: bool | None = None) -> Axis:
    """An axis on which all finite values fit, with some room; logarithmic if they allow it, unless told otherwise."""
    finite = np.asarray(values, float).ravel()
    finite = finite[np.isfinite(finite)]
    if log or (log is None and finite.size and finite.min() > 0):
        positive = finite[finite > 0]
        low, high = (positive.min(), positive.max()) if positive.size else (1.0, 10.0)
        room = max(0.05 * math.log10(high / low), 0.1)
        return Axis(label, float(low / 10**room), float(high * 10**room), log=True)
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.5
    return Axis(label, float(low - room), float(high + room))


@dataclass(frozen=True, eq=False)
class Line:
    """What a contestant looks like in a chart.

    Attributes:
        contestant: its name.
        x: places, shape (n,).
        y: values, shape (n,); the line is broken where they are not finite.
        low, high: a band around it, shape (n,); infinite where it reaches beyond the chart.
        kind: a "line", "steps" that hold until the next place, "dots", or "both": dots that a line joins.
        ends: a cross marks where the line ends, because there is nothing finite after it.
        note: what the legend adds to the name.
    """

    contestant: str
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    kind: Literal["line", "steps", "dots", "both"] = "line"
    ends: bool = False
    note: Words | None = None


@dataclass(frozen=True)
class Level:
    """A horizontal line, such as a target, with its label."""

    value: float
    label: str


@dataclass(frozen=True)
class Spot:
    """A point that is not anybody's: where all start, or a minimum."""

    x: float
    y: float
    kind: Literal["start", "minimum"]


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart.

    Attributes:
        key: a name for its file, of letters, digits and hyphens.
        title: what it is about.
        caption: what is seen, and how it came about.
        x, y: its axes.
        lines: of the contestants.
        table: the same in numbers.
        levels: horizontal lines.
        contours: of a surface, from low to high, each of shape (n, 2).
        spots: points that are not anybody's.
    """

    key: str
    title: Words
    caption: Words
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    table: Table
    levels: tuple[Level, ...] = ()
    contours: tuple[np.ndarray, ...] = ()
    spots: tuple[Spot, ...] = ()


def key_of(*parts: str) -> str:
    """A key of a chart, made from names that may hold anything.

    >>> key_of("curves", "fully_tuned", "<b> bowl")
    'curves-fully-tuned-b-bowl'
    """
    letters = "".join(each if each.isascii() and each.isalnum() else " " for each in " ".join(parts))
    return "-".join(letters.lower().split())

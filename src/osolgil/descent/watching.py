"""What a person is shown while they wait: a line on standard error, and a bar while a run is under way."""

import contextlib
import math
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

PATIENCE = 2.0
"""Seconds after which a person wants to know that something is going on."""


class Watch:
    """What is going on, in a line on standard error; after two seconds, and if that is a terminal.

    `minimize(progress=watch)` puts its bar in place of the line.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.display: Any = None
        self.waiting: threading.Timer | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            columns = (text(TextColumn, "description"), BarColumn(), text(TextColumn, "fields[told]"))
            self.display = Progress(*columns, console=Console(stderr=True, highlight=False), transient=True)
            self.task = self.display.add_task(self.what, total=None, told="")
            self.waiting = threading.Timer(PATIENCE, self.display.start)
            self.waiting.daemon = True
            self.waiting.start()
        return self

    def say(self, what: str) -> None:
        """From now on this is going on."""
        self.what = what
        self.draw(None, None, "")

    def draw(self, done: float | None, total: float | None, told: str) -> None:
        """So much of the total is done, if that is known, and this is to be told."""
        if self.display is not None:
            self.display.update(self.task, description=self.what, completed=done or 0, total=total, told=told)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting.join()
            self.display.stop()


def text(column: Any, field: str) -> Any:
    """A column of plain text: names from data are no markup."""
    return column("{task." + field + "}", markup=False)


@dataclass
class Bar:
    """The progress of one run.

    Attributes:
        watch: where to show it: a `Watch` that somebody holds, True for one of its own, False for nowhere.
        total: of rows, or of evaluations where there are no rows; None if nobody knows.
        rows: whether rows are counted.
        tolerance: the optimality that counts as converged.
        clock: seconds, from whenever.
    """

    watch: "Watch | bool"
    total: float | None
    rows: bool
    tolerance: float
    clock: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        self.held = contextlib.ExitStack()
        self.first: tuple[float, float] | None = None

    def __enter__(self) -> Self:
        if self.watch is True:
            self.watch = self.held.enter_context(Watch("descending"))
        return self

    def show(self, done: float, steps: int, value: float, optimality: float) -> None:
        """So many rows (or evaluations) are done; the best value so far, and the last optimality."""
        if isinstance(self.watch, Watch):
            self.watch.draw(done, self.total, self.told(done, steps, value, optimality))

    def told(self, done: float, steps: int, value: float, optimality: float) -> str:
        """What is said beside the bar.

        The first look starts the clock, so that compiling does not count.
        """
        now = self.clock()
        self.first = self.first or (now, done)
        seconds, since = now - self.first[0], done - self.first[1]
        speed = since / seconds if seconds > 0 else 0.0
        parts = [f"{speed:,.0f} rows/s"] if self.rows and speed else []
        if self.total is None:
            parts.insert(0, f"{steps:,} step{'s' * (steps != 1)}")
            if math.isfinite(optimality):
                parts.append(f"optimality {optimality:.2g} → {self.tolerance:.2g}")
        elif speed:
            parts.append(f"{spelled((self.total - done) / speed)} left")
        if math.isfinite(value):
            parts.append(f"best {value:.6g}")
        return " · ".join(parts)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(self.watch, Watch):
            self.watch.draw(None, None, "")
        self.held.__exit__(kind, error, at)


def spelled(seconds: float) -> str:
    """A time as a clock has it.

    >>> spelled(72.4), spelled(3600)
    ('1:12', '1:00:00')
    """
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

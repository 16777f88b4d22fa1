"""What the host does between chunks: keep pace, listen for Ctrl-C, draw the progress bar."""

import math
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any, Self

LOOK_SECONDS = 0.1
"""The host looks about this often."""

FIRST = 64
"""Evaluations before the first look, when nothing is known of their cost."""


class Pace:
    """How many evaluations to let go by until the next look."""

    def __init__(self) -> None:
        self.evaluations = FIRST

    def learn(self, evaluations: int, seconds: float) -> None:
        """So many evaluations took so long: aim at a look every LOOK_SECONDS."""
        if evaluations:
            each = max(seconds, 1e-9) / evaluations
            self.evaluations = max(1, int(LOOK_SECONDS / each))


class Interrupt:
    """Ctrl-C while a run is under way asks it to end at the next look; a second one ends it at once.

    Python delivers signals to the main thread only; elsewhere this listens to nothing.
    """

    def __init__(self) -> None:
        self.raised = False
        self.previous: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self.previous = signal.getsignal(signal.SIGINT)
            if self.previous is not None:
                signal.signal(signal.SIGINT, self.hear)
        return self

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; raise KeyboardInterrupt at the second."""
        if self.raised:
            raise KeyboardInterrupt
        self.raised = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)


class Bar:
    """A progress bar on standard error, if that is a terminal."""

    def __init__(self, wanted: bool, total: int) -> None:
        self.shown = wanted and sys.stderr.isatty()
        self.total = total if total < 2**31 - 1 else None
        self.bar: Any = None

    def __enter__(self) -> Self:
        if self.shown:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self.bar.__enter__()
            self.task = self.bar.add_task("descending", total=self.total)
        return self

    def show(self, evaluations: int, value: float) -> None:
        """So many evaluations are done, and this is the best value so far."""
        if self.bar is not None:
            best = f"best {value:.6g}" if math.isfinite(value) else "descending"
            self.bar.update(self.task, completed=evaluations, description=best)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.__exit__(kind, error, at)

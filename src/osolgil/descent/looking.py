"""What the host does between chunks: keep pace, and listen for Ctrl-C."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

LOOK_SECONDS = 0.1
"""The host looks about this often."""

FIRST = 64
"""Evaluations before the first look, when nothing is known of their cost, at most."""

FIRST_BYTES = 2**28
"""Data that are read before the first look, at most, beyond those of one evaluation."""


class Pace:
    """How many evaluations to let go by until the next look.

    Args:
        each: bytes of data that an evaluation reads.
    """

    def __init__(self, each: float = 0) -> None:
        self.evaluations = max(1, min(FIRST, int(FIRST_BYTES / max(each, 1))))

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

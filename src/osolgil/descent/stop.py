"""When to stop."""

import math
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np


@dataclass(frozen=True)
class Stop:
    """When to stop: whichever comes first.

    Attributes:
        optimality: converged when maxⱼ|∂f/∂xⱼ| (or what else should be zero at a solution) is at most this; by default
            1e-6 in float64 and 1e-4 in float32. 0 asks never to stop early.
        target: stop when the value is at most this.
        steps: accepted moves; 10,000 by default, and no limit if epochs, evaluations or seconds are given.
        evaluations: questions asked.
        epochs: passes over the rows; reaching them is a success.
        seconds: time spent running, compilation not counted.
        patience: stop when the best value has not improved in this many judgements (evaluations; epochs under
            mini-batches); under validation that is early stopping, a success.
        exit_level: a value below which the problem counts as unbounded.
    """

    optimality: float | None = None
    target: float | None = None
    steps: int | None = None
    evaluations: int | None = None
    epochs: float | None = None
    seconds: float | None = None
    patience: int | None = None
    exit_level: float | None = None

    @classmethod
    def of(cls, stop: Any) -> "Stop":
        """The stop that was given, checked; the defaults for None.

        Raises:
            TypeError: it is no Stop.
        """
        if stop is None:
            return cls()
        if not isinstance(stop, cls):
            raise TypeError(f"stop={stop!r} is no Stop; say what is limited, as in stop=Stop(steps=1000).")
        return stop.checked()

    def checked(self) -> "Stop":
        """This, or a ValueError that names the first field that makes no sense."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None:
                continue
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float | np.integer | np.floating)
                or math.isnan(value)
            ):
                raise ValueError(f"Stop({field.name}={value!r}): it must be a number.")
            if field.name in ("steps", "evaluations", "patience") and not (np.isfinite(value) and value == int(value)):
                raise ValueError(f"Stop({field.name}={value!r}): it must be a whole number, or None for no limit.")
            if field.name in ("optimality", "steps", "seconds") and value < 0:
                raise ValueError(f"Stop({field.name}={value!r}): it must not be negative.")
            if field.name in ("evaluations", "epochs", "patience") and value <= 0:
                raise ValueError(f"Stop({field.name}={value!r}): it must be positive.")
        return self

    def tolerance(self, dtype: Any) -> float:
        """The optimality that counts as converged in this precision."""
        if self.optimality is not None:
            return self.optimality
        return 1e-6 if np.dtype(dtype) == np.float64 else 1e-4

    @property
    def step_limit(self) -> int | None:
        """The steps allowed: as given, or the default where nothing else limits the run."""
        if self.steps is not None:
            return int(self.steps)
        limited = self.evaluations or self.epochs or self.seconds
        return None if limited else 10_000

    def limits(self, dtype: Any, *, counted: bool, judged_every: int = 1) -> "Limits":
        """The numbers that the compiled loop compares with.

        `counted` says that steps are counted in the loop: for methods that reject trials. A rule's steps are its
        evaluations, which the host counts. `judged_every` is the number of evaluations from one judgement to the next.
        """

        def number(value: float | None) -> np.ndarray | None:
            return None if value is None else np.asarray(value, dtype)

        def count(value: int | None) -> np.ndarray | None:
            return None if value is None else np.asarray(min(value, np.iinfo(np.int32).max), np.int32)

        return Limits(
            optimality=np.asarray(self.tolerance(dtype), dtype),
            target=number(self.target),
            exit_level=number(self.exit_level),
            steps=count(self.step_limit) if counted else None,
            patience=None if self.patience is None else count(self.patience * judged_every),
        )


class Limits(NamedTuple):
    """`Stop` as numbers for the loop. What is not limited is None, and costs the loop nothing."""

    optimality: np.ndarray
    target: np.ndarray | None
    exit_level: np.ndarray | None
    steps: np.ndarray | None
    patience: np.ndarray | None

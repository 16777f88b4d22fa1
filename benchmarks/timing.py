"""Interleaved timing: contenders take turns in one process, so that a busy machine is busy for all of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Contender:
    """Something to time: `run` does the work once and returns when it is done."""

    name: str
    run: Callable[[], Any]


def interleaved(contenders: list[Contender], repeats: int, budget: float = 60.0) -> dict[str, np.ndarray]:
    """Seconds of each run, shape (repeats,) a contender. Every contender runs once beforehand, off the clock."""
    for contender in contenders:
        contender.run()
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    begun = time.perf_counter()
    for turn in range(repeats):
        # Each turn starts with another contender: whoever comes after a slow one finds a cold cache.
        for contender in contenders[turn % len(contenders) :] + contenders[: turn % len(contenders)]:
            started = time.perf_counter()
            contender.run()
            seconds[contender.name].append(time.perf_counter() - started)
        if time.perf_counter() - begun > budget:
            break
    return {name: np.array(times) for name, times in seconds.items()}


def ratio(seconds: dict[str, np.ndarray], name: str, beside: str) -> tuple[float, float, float]:
    """Median and quartiles of the paired ratio of one contender's seconds to another's."""
    ratios = seconds[name] / seconds[beside]
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return float(middle), float(low), float(high)


def report(title: str, seconds: dict[str, np.ndarray], ours: str, units: int, unit: str) -> None:
    """A table: time a unit at best and in the median, and ours as a multiple of each."""
    print(f"\n## {title}\n")
    print(f"| contender | min, per {unit} | median, per {unit} | ours ÷ it (median, quartiles) |")
    print("|---|---:|---:|---:|")
    for name, times in seconds.items():
        middle, low, high = ratio(seconds, ours, name)
        beside = "" if name == ours else f"{middle:.3g} ({low:.3g}–{high:.3g})"
        print(f"| {name} | {human(times.min() / units)} | {human(float(np.median(times)) / units)} | {beside} |")


def human(seconds: float) -> str:
    """A duration with three digits and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"

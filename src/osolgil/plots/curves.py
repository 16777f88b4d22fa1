"""Value and optimality along runs, on a log scale."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osolgil.plots.runs import Results, Run, runs_of
from osolgil.plots.style import dress, explain, halo, slide
from osolgil.plots.words import legible, say

QUANTITIES = {"value": "value", "optimality": "size of the gradient"}
AGAINST = {"steps": "steps", "evaluations": "evaluations", "rows": "rows seen"}

DIGITS = 1e-16
"""What is smaller than this part of the largest value is below the picture."""


def curves(
    results: Results,
    quantity: str = "value",
    against: str = "steps",
    *,
    reference: float | None = None,
    title: str | None = None,
    language: str = "en",
) -> Figure:
    """Value or optimality of several runs on a log scale.

    Runs on mini-batches are drawn twice: what each batch said, thin, and what all rows (or a validation's) said, once
    an epoch, bold. A value that equals the reference exactly has no logarithm; the curve has a gap there. At most
    sixteen decades are shown.

    Args:
        results: what `minimize` returned: one, several, or several by label.
        quantity: "value" or "optimality".
        against: "steps", "evaluations" or "rows" (rows of data seen, which compares batch sizes fairly).
        reference: the known minimum f*; the picture then shows f − f*. Without it every value must be positive.
        title: of the picture.
        language: "en" or "ko".

    Raises:
        ValueError: a name is not known; there are no results; a value is not positive and there is no reference, or
            is below the reference; or rows were not counted.
    """
    for name, given, known in (("quantity", quantity, QUANTITIES), ("against", against, AGAINST)):
        if given not in known:
            raise ValueError(f"{name}={given!r} is not known; choose one of {', '.join(map(repr, known))}.")
    runs = runs_of(results)
    if not runs:
        raise ValueError("There are no results to draw; pass what minimize returned.")
    below = float(reference) if reference is not None and quantity == "value" else 0.0
    figure = slide()
    axes = figure.subplots()
    axes.set_yscale("log")
    handles: list[Line2D] = []
    bold: list[np.ndarray] = []
    sampled = False
    for run in runs:
        (x, y), batches = judged(run, quantity, against), noisy(run, quantity, against)
        if batches is not None:
            sampled = True
            noise = np.where(batches[1] > below, batches[1] - below, np.nan)
            axes.plot(batches[0], noise, color=run.look.colour, linewidth=0.8, alpha=0.35, zorder=2)
        bold.append(positive(y, below, reference, run.label, quantity))
        (line,) = axes.plot(
            x, bold[-1], zorder=3, label=run.label,
            markevery=marks(len(x), len(handles), len(runs)), markeredgecolor="white", **run.look.drawn,
        )  # fmt: skip
        halo(axes, line)
        handles.append(Line2D([], [], label=run.label, **run.look.drawn))
    if sampled:
        validated = all(run.result.validation is not None for run in runs)
        bold_rows = "validation, once an epoch" if validated else "all rows, once an epoch"
        handles += [
            Line2D([], [], color="0.3", linewidth=2.8, label=say(bold_rows, language)),
            Line2D([], [], color="0.3", linewidth=0.8, alpha=0.6, label=say("batch by batch", language)),
        ]
    # The bold curves say what to look at: the noise of single rows reaches many decades down, and so does a method that
    # goes on halving its distance when no digit of the start is left.
    shown = np.concatenate(bold)
    if np.isfinite(shown).any():
        top = float(np.nanmax(shown))
        axes.set_ylim(max(float(np.nanmin(shown)), DIGITS * top) / 10, top * 10)
    word = "value above the minimum" if reference is not None and quantity == "value" else QUANTITIES[quantity]
    # No TeX here: mathtext would draw Hangul in the same label as empty boxes.
    formula = {"value": "f", "value above the minimum": "f − f*"}.get(word, "max |∂f/∂x|")
    dress(axes, say(AGAINST[against], language), f"{say(word, language)}  {formula}", title and legible(title, ""))
    axes.grid(True, which="major", color="0.85", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    explain(figure, handles, loc="outside right upper")
    return figure


def marks(length: int, index: int, of: int) -> tuple[int, int]:
    """Where a curve has markers: ten of them, shifted from run to run so that they do not lie on one another."""
    every = max(1, length // 10)
    return (int(every * index / max(of, 1)), every)


def judged(run: Run, quantity: str, against: str) -> tuple[np.ndarray, np.ndarray]:
    """x and y of a run's bold curve: the accepted points, or under mini-batches where all rows were evaluated."""
    trace = run.result.trace
    if trace.judgements is None or not len(trace.judgements):
        kept = trace.accepted
        return abscissa(run, against)[kept], getattr(trace, quantity)[kept]
    at = np.clip(np.searchsorted(trace.evaluation, trace.judgements[:, 2]), 0, len(trace) - 1)
    return abscissa(run, against)[at], trace.judgements[:, 0 if quantity == "value" else 1]


def noisy(run: Run, quantity: str, against: str) -> tuple[np.ndarray, np.ndarray] | None:
    """x and y of what single batches said; None if every evaluation saw all rows."""
    trace = run.result.trace
    if trace.judgements is None or not len(trace.judgements):
        return None
    return abscissa(run, against), getattr(trace, quantity)


def abscissa(run: Run, against: str) -> np.ndarray:
    """What a run is drawn against, at every row of its trace."""
    trace = run.result.trace
    if against == "rows":
        if not trace.rows.any():
            raise ValueError(f"The run {run.label!r} saw no rows of data; draw it against 'steps' or 'evaluations'.")
        return trace.rows
    return trace.steps if against == "steps" else trace.evaluation


def positive(y: np.ndarray, below: float, reference: Any, label: str, quantity: str) -> np.ndarray:
    """y − reference, with gaps where it is zero or not finite; a ValueError where it is negative beyond rounding."""
    finite = y[np.isfinite(y)]
    if quantity == "value" and len(finite):
        lowest = float(finite.min())
        if reference is None and lowest <= 0:
            raise ValueError(
                f"The run {label!r} reaches the value {lowest:g}, which has no logarithm; give reference=f*, the "
                "minimum to measure from."
            )
        if lowest < below - 1e-9 * max(1.0, abs(below)):
            raise ValueError(
                f"The run {label!r} reaches the value {lowest:.10g}, below reference={below:.10g}; give a "
                "reference that is not above any value."
            )
    above = np.where(np.isfinite(y), y, np.nan) - below
    return np.where(above > 0, above, np.nan)

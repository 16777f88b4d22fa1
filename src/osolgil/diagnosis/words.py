"""Directions, points and counts in words."""

import math

import numpy as np

from osolgil.protocol.words import counted

SHOWN = 4
"""Components of a direction that are written out."""


def direction(vector: np.ndarray, names: tuple[str, ...]) -> str:
    """A unit vector by its largest components, the largest one positive.

    >>> direction(np.array([0.6, -0.8]), ("x[0]", "x[1]"))
    '0.8·x[1] - 0.6·x[0]'
    >>> direction(np.array([1.0, 1e-17]), ("a", "b"))
    'a'
    """
    order = np.argsort(-np.abs(vector), kind="stable")
    sign = 1.0 if vector[order[0]] >= 0 else -1.0
    large = [j for j in order if abs(vector[j]) >= 0.01 * abs(vector[order[0]])]
    terms = []
    for j in large[:SHOWN]:
        size = sign * vector[j]
        factor = "" if abs(abs(size) - 1.0) < 5e-4 else f"{abs(size):.3g}·"
        terms.append(f"{'- ' if size < 0 else '+ '}{factor}{names[j]}")
    text = " ".join(terms).removeprefix("+ ")
    return f"{text} + ..." if len(large) > SHOWN else text


def steps(count: float) -> str:
    """A number of steps that was predicted, in words.

    >>> steps(65.2), steps(6.9e8), steps(float("inf"))
    ('66 steps', '6.9e+08 steps', 'infinitely many steps')
    """
    if not math.isfinite(count):
        return "infinitely many steps"
    whole = math.ceil(count - 1e-9)
    return counted(whole, "step") if whole < 1e6 else f"{count:.2g} steps"


def steps_ko(count: float) -> str:
    """The same in Korean."""
    if not math.isfinite(count):
        return "무한히 많은 스텝"
    whole = math.ceil(count - 1e-9)
    return f"{whole:,}스텝" if whole < 1e6 else f"{count:.2g}스텝"

"""Critical points: minima, maxima, saddles, and plateaus that only look like one."""

import enum
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.diagnosis.sayings import as_finding
from osolgil.diagnosis.spectrum import Spectrum
from osolgil.diagnosis.subject import Subject
from osolgil.diagnosis.words import direction
from osolgil.protocol.findings import Finding

NEAR = 1e-2
"""A point counts as critical if Newton's step to the critical point is at most this share of 1 + ‖x‖."""

STEEPER = 100.0
"""A plateau is where the mean slope ahead is this many times the slope here ..."""

UNFORESEEN = 10.0
"""... and this many times what slope and negative curvature foretell: else it is the neighbourhood of a saddle."""

REACH = tuple(2.0**k for k in range(-3, 9))
"""Distances, in units of 1 + ‖x‖/√n, at which one looks ahead for the end of a plateau."""


class Kind(enum.Enum):
    """What the Hessian's eigenvalues say of a critical point."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A point of zero gradient, or one next to it.

    Attributes:
        kind: minimum, maximum, saddle, or degenerate: some eigenvalues zero, so that higher derivatives decide.
        distance: the length of Newton's step to it, within the directions that have curvature.
        index: how many eigenvalues are negative.
        escape: the direction of the most negative curvature, shape (n,), turned downhill; None if there is none.
    """

    kind: Kind
    distance: float
    index: int
    escape: np.ndarray | None


def critical_point(subject: Subject, spectrum: Spectrum) -> CriticalPoint | None:
    """The critical point at x or next to it; None if x is none."""
    step = newton_step(subject, spectrum)
    distance = float(np.linalg.norm(step)) if step is not None else math.inf
    if step is None or not distance <= NEAR * (1 + float(np.linalg.norm(subject.x))):
        return None
    # Eigenvalues within rounding of zero may have any sign; so may those that change by more on the way to the
    # critical point itself. A Ritz value is uncertain by its residual.
    uncertain: Any = np.minimum(spectrum.errors, 0.5 * np.abs(spectrum.values))
    if spectrum.exact:
        uncertain = spectrum.rounding
        if distance > 0:
            change = subject.at(subject.x + step).hessian() - subject.hessian()
            uncertain = max(uncertain, float(np.linalg.norm(change, 2)))
    positive = spectrum.values > uncertain
    negative = spectrum.values < -uncertain
    index = int(negative.sum())
    if positive.any() and negative.any():
        kind = Kind.SADDLE
    elif not (positive | negative).all():
        kind = Kind.DEGENERATE
    else:
        kind = Kind.MINIMUM if index == 0 else Kind.MAXIMUM
    escape = None
    if index:
        downhill = -1.0 if subject.gradient @ spectrum.lowest > 0 else 1.0
        escape = downhill * spectrum.lowest
    return CriticalPoint(kind, distance, index, escape)


def newton_step(subject: Subject, spectrum: Spectrum) -> np.ndarray | None:
    """−H⁺∇f, the way to the critical point of the quadratic model, shape (n,); None if the model has none.

    The gradient's part along directions without curvature leads nowhere: unless it is rounding, there is no critical
    point near. Where H is not decomposed the step is −∇f/min|λ|, which is as long as the true one can be.
    """
    gradient = subject.gradient
    length = float(np.linalg.norm(gradient))
    if length == 0.0:
        return np.zeros_like(gradient)
    if not spectrum.exact:
        least = float(np.min(np.abs(spectrum.values)))
        return -gradient / least if least > 0 else None
    values, vectors = np.linalg.eigh(subject.hessian())
    parts = vectors.T @ gradient
    curved = np.abs(values) > spectrum.rounding
    # Rounding in the gradient has parts in any direction, of the size of the curvature's terms that cancelled.
    scale = spectrum.size * (1 + float(np.linalg.norm(subject.x)))
    if np.linalg.norm(parts[~curved]) > 1e-10 * scale or not curved.any():
        return None
    step: np.ndarray = -(vectors[:, curved] @ (parts[curved] / values[curved]))
    return step


def critical_findings(subject: Subject, spectrum: Spectrum, found: CriticalPoint | None) -> list[Finding]:
    """What kind of point this is, if it is critical; a plateau, if it only looks like one."""
    if found is None:
        return plateau(subject, spectrum)
    here = found.distance <= 1e-9 * (1 + float(np.linalg.norm(subject.x)))
    downward = "one direction" if found.index == 1 else f"{found.index} directions"
    return [
        as_finding(
            found.kind.value,
            spectrum.smallest,
            trouble=found.kind is not Kind.MINIMUM,
            there="this is" if here else "there is",
            away="" if here else f" {found.distance:.2g} away",
            there_ko="이 점은" if here else f"{found.distance:.2g}만큼 떨어진 곳에",
            end_ko="입니다" if here else "이 있습니다",
            values="eigenvalues" if spectrum.exact else "Ritz values (Lanczos)",
            smallest=spectrum.smallest,
            largest=spectrum.largest,
            downward=downward if spectrum.exact else "at least one direction",
            escape="" if found.escape is None else direction(found.escape, subject.names),
        )
    ]


def plateau(subject: Subject, spectrum: Spectrum) -> list[Finding]:
    """A slope that is small here, and far larger ahead: measured by walking down the negative gradient."""
    slope = float(np.linalg.norm(subject.gradient))
    if slope == 0.0:
        return []
    downhill = -subject.gradient / slope
    scale = 1 + float(np.linalg.norm(subject.x)) / math.sqrt(subject.n)
    steepest, where, fall = 0.0, 0.0, 0.0
    for reach in REACH:
        distance = reach * scale
        fallen = subject.value - subject.value_at(subject.x + distance * downhill)
        if not math.isfinite(fallen):
            break
        if fallen / distance > steepest:
            steepest, where, fall = fallen / distance, distance, fallen
    foretold = slope + max(0.0, -spectrum.smallest) * where
    if steepest < max(STEEPER * slope, UNFORESEEN * foretold):
        return []
    return [as_finding("plateau", slope, slope=slope, distance=where, fall=fall, times=steepest / slope)]

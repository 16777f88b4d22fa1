"""Critical points: minima, maxima, saddles, and plateaus that only look like one."""

import enum
import math
from dataclasses import dataclass

import numpy as np

from osolgil.diagnosis.sayings import as_finding
from osolgil.diagnosis.spectrum import STEPS, Spectrum
from osolgil.diagnosis.subject import Subject, length
from osolgil.diagnosis.words import direction
from osolgil.protocol.findings import Finding

NEAR = 1e-2
"""A point counts as critical if Newton's step to the critical point is at most this share of 1 + ‖x‖."""

FALLS = 0.25
"""What Newton's step leaves of the slope at most, where it leads to a critical point.

In an exponential's tail, where each step leads to the next one and never to an end, it leaves 1/e; on |x|ᵖ, whose flat
bottom it underestimates, it leaves ((p−2)/(p−1))ᵖ⁻¹, which is 1/4 for p = 3 and more for larger p.
"""

ROUNDING = 1e-10
"""A slope of this share of ‖H‖(1 + ‖x‖) may be rounding, in double precision."""

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
        uncertain: eigenvalues of at most this size may have either sign; of Ritz values, the errors of both ends.
    """

    kind: Kind
    distance: float
    index: int
    escape: np.ndarray | None
    uncertain: tuple[float, float]


def critical_point(subject: Subject, spectrum: Spectrum) -> CriticalPoint | None:
    """The critical point at x or next to it; None if x is none."""
    step = newton_step(subject, spectrum)
    if step is None:
        return None
    distance = length(step)
    uncertain = spectrum.rounding
    if distance > 0:
        if not distance <= NEAR * (1 + length(subject.x)):
            return None
        there = subject.at(subject.x + step)
        if not math.isfinite(there.value):
            return None
        if not length(there.gradient) <= max(FALLS * length(subject.gradient), rounding_of_slope(subject, spectrum)):
            return None
        if spectrum.exact:  # eigenvalues may change on the way to the critical point itself
            change = there.hessian - subject.hessian
            if not np.isfinite(change).all():
                return None
            uncertain = max(uncertain, float(np.linalg.norm(change, 2)))
    positive, negative = spectrum.values > uncertain, spectrum.values < -uncertain
    # A Ritz value is a Rayleigh quotient: its sign proves that there is such a curvature. That there is no other sign
    # is known only as far as the end of the spectrum is.
    low, high = np.maximum(spectrum.errors[[0, -1]], uncertain)
    index = int(negative.sum())
    if positive.any() and negative.any():
        kind = Kind.SADDLE
    elif spectrum.smallest > low:
        kind = Kind.MINIMUM
    else:
        kind = Kind.MAXIMUM if spectrum.largest < -high else Kind.DEGENERATE
    escape = None
    if index:
        downhill = -1.0 if subject.gradient @ spectrum.lowest > 0 else 1.0
        escape = downhill * spectrum.lowest
    return CriticalPoint(kind, distance, index, escape, (float(low), float(high)))


def rounding_of_slope(subject: Subject, spectrum: Spectrum) -> float:
    """The size that rounding alone can give a gradient whose terms cancel."""
    return max(ROUNDING, 100 * spectrum.epsilon) * spectrum.size * (1 + length(subject.x))


def newton_step(subject: Subject, spectrum: Spectrum) -> np.ndarray | None:
    """−H⁺∇f, the way to the critical point of the quadratic model, shape (n,); None if the model has none.

    The gradient's part along directions without curvature leads nowhere: unless it is rounding, there is no critical
    point near. Where H is not decomposed the step is that of MINRES, if not even −∇f/min|λ| leads far.
    """
    gradient = subject.gradient
    slope = length(gradient)
    if slope == 0.0:
        return np.zeros_like(gradient)
    if not spectrum.exact:
        least = float(np.min(np.abs(spectrum.values)))
        near = slope <= least * NEAR * (1 + length(subject.x))
        return solved(subject, -gradient) if near and least > 0 else None
    values, vectors = np.linalg.eigh(subject.hessian)
    parts = vectors.T @ gradient
    curved = np.abs(values) > spectrum.rounding
    if length(parts[~curved]) > rounding_of_slope(subject, spectrum) or not curved.any():
        return None
    step: np.ndarray = -(vectors[:, curved] @ (parts[curved] / values[curved]))
    return step


def solved(subject: Subject, right: np.ndarray) -> np.ndarray:
    """H⁺ times this vector, shape (n,), from products with H, by MINRES.

    Source: Paige & Saunders 1975, *Solution of sparse indefinite systems of linear equations*.
    """
    from scipy.sparse.linalg import LinearOperator, minres

    scale = length(right)
    H = LinearOperator((subject.n, subject.n), matvec=subject.product(), dtype=np.float64)
    found, _ = minres(H, right / scale, rtol=1e-3, maxiter=STEPS)
    return np.asarray(scale * found, dtype=np.float64)


def critical_findings(subject: Subject, spectrum: Spectrum, found: CriticalPoint | None) -> list[Finding]:
    """What kind of point this is, if it is critical; a plateau, if it only looks like one."""
    if found is None:
        return plateau(subject, spectrum)
    here = found.distance <= 1e-9 * (1 + length(subject.x))
    doubt, doubt_ko = doubts(spectrum, found)
    downward = "one direction" if found.index == 1 else f"{found.index} directions"
    return [
        as_finding(
            found.kind.value,
            spectrum.smallest,
            # What Lanczos' method cannot tell is no trouble of the problem's.
            trouble=found.kind is not Kind.MINIMUM and (found.kind is not Kind.DEGENERATE or decided(spectrum)),
            there="this is" if here else "there is",
            away="" if here else f" {found.distance:.2g} away",
            there_ko="이 점은" if here else f"{found.distance:.2g}만큼 떨어진 곳에",
            end_ko="입니다" if here else "이 있습니다",
            values="eigenvalues" if spectrum.exact else "Ritz values (Lanczos)",
            smallest=spectrum.smallest,
            largest=spectrum.largest,
            downward=downward if spectrum.exact else "at least one direction",
            escape="" if found.escape is None else direction(found.escape, subject.names),
            doubt=doubt,
            doubt_ko=doubt_ko,
        )
    ]


def has_zero(spectrum: Spectrum) -> bool:
    """Whether some eigenvalue is zero within rounding."""
    return bool((np.abs(spectrum.values) <= spectrum.rounding).any())


def decided(spectrum: Spectrum) -> bool:
    """Whether a Hessian that does not decide is known to be one, and not merely half known."""
    return spectrum.exact or has_zero(spectrum)


def doubts(spectrum: Spectrum, found: CriticalPoint) -> tuple[str, str]:
    """Why the eigenvalues do not decide of what kind a point is, in English and Korean."""
    if has_zero(spectrum):
        return ", some of them zero", "이고 0인 것이 있습니다"
    low, high = found.uncertain
    if spectrum.exact:
        return (
            f", and change by as much as {low:.2g} on the way there, so that their signs are open",
            f"인데, 그곳까지 가는 동안 {low:.2g}만큼 달라질 수 있어 부호가 정해지지 않습니다",
        )
    return (
        f", known to ±{low:.2g} and ±{high:.2g} only, and beyond them there may be others of any sign",
        f"인데, 각각 ±{low:.2g}, ±{high:.2g}까지만 알 수 있고 그 밖에 부호가 다른 고윳값이 있을 수 있습니다",
    )


def plateau(subject: Subject, spectrum: Spectrum) -> list[Finding]:
    """A slope that is small here, and far larger ahead: measured by walking down the negative gradient."""
    slope = length(subject.gradient)
    if slope == 0.0:
        return []
    downhill = -subject.gradient / slope
    scale = 1 + length(subject.x) / math.sqrt(subject.n)
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

"""The learning rate against the curvature along the path: crawling, right, oscillating, diverging, at the edge."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil.diagnosis.sayings import as_finding
from osolgil.diagnosis.spectrum import NotFiniteError, Spectrum, sharpness
from osolgil.diagnosis.subject import Subject
from osolgil.methods import GradientDescent, Method, Momentum, Nesterov
from osolgil.methods.schedules import at, is_rate
from osolgil.protocol import precision
from osolgil.protocol.findings import Finding

LOOKS = 12
"""Points of a path at which the curvature is measured."""

CRAWLING = 0.05
"""Below this share of the largest stable rate, the rate itself is what makes a run slow."""

SLOW = 0.8
"""An oscillation that shrinks by this factor a step, or by less, is a trouble: ten steps and more for one digit."""

EDGE = (0.9, 1.3)
"""A rate within these multiples of what the curvature bears, which grew while f fell, is at the edge of stability."""


@dataclass(frozen=True, eq=False)
class Dynamics:
    """A linear method on a quadratic: how its learning rate and each eigenvalue λ decide what becomes of an error.

    Attributes:
        rate: α.
        momentum: ρ.
        nesterov: whether the gradient is taken ahead.
        gain: what multiplies the gradient on its way into the velocity, 1 − dampening.
    """

    rate: float
    momentum: float = 0.0
    nesterov: bool = False
    gain: float = 1.0

    @property
    def bound(self) -> float:
        r"""The product αλ up to which the method is stable: 2(1+ρ) for momentum, 2(1+ρ)/(1+2ρ) for Nesterov.

        Derivation: the characteristic polynomial has its root at −1 there; see `factor`.
        """
        rho = self.momentum
        return 2 * (1 + rho) / ((1 + 2 * rho) if self.nesterov else self.gain)

    def factor(self, eigenvalue: float) -> float:
        r"""What an error along this eigenvalue is multiplied by in a step: the spectral radius.

        The roots of :math:`z^2 − (1 + ρ − αλ) z + ρ` for momentum, of :math:`z^2 − (1+ρ)(1−αλ) z + ρ(1−αλ)` for
        Nesterov; for gradient descent |1 − αλ|.
        """
        rho, shrunk = self.momentum, self.rate * self.gain * eigenvalue
        b, c = (1 + rho - shrunk, rho)
        if self.nesterov:
            b, c = (1 + rho) * (1 - shrunk), rho * (1 - shrunk)
        return float(np.max(np.abs(np.roots([1.0, -b, c]))))

    def largest_rate(self, largest: float) -> float:
        """The learning rate from which on the method diverges along the eigenvalue `largest`."""
        return self.bound / largest

    def good_rate(self, largest: float) -> float:
        """A rate that is safe: half of the largest, 1/λmax for gradient descent."""
        return self.largest_rate(largest) / 2


def dynamics_of(method: Method[Any], t: int = 1) -> Dynamics | None:
    """The dynamics of a method whose stability the Hessian alone decides, at its t-th step; None for others."""
    if not isinstance(method, GradientDescent | Momentum | Nesterov):
        return None
    if not is_rate(method.learning_rate):
        return None  # one rate for each group of parameters: no single number decides
    with precision(np.dtype(np.float64)):
        rate = np.asarray(at(method.learning_rate, jnp.asarray(float(t))))
    if rate.ndim:
        return None
    alpha = float(rate)
    match method:
        case GradientDescent():
            return Dynamics(alpha)
        case Momentum():
            return Dynamics(alpha, float(method.momentum), gain=1 - float(method.dampening))
        case Nesterov():
            return Dynamics(alpha, float(method.momentum), nesterov=True)


@dataclass(frozen=True, eq=False)
class RateJudgement:
    """A learning rate beside the curvature that it met.

    Attributes:
        dynamics: of the method.
        sharpness: λmax at some points of the path, or at one point, shape (looks,).
        evaluations: which evaluations these were; 0 for a point that is not of a path, shape (looks,).
        went_down: whether the run ended lower than it began, and was not on its way up; None without a run.
        ended: whether the run needs no more steps.
        peak: the largest rate of the run's schedule; the rate itself where there is none.
        along: whether the curvature was measured along a path.
    """

    dynamics: Dynamics
    sharpness: np.ndarray
    evaluations: np.ndarray
    went_down: bool | None = None
    ended: bool = False
    peak: float = 0.0
    along: bool = False

    @property
    def largest(self) -> float:
        """The largest curvature met."""
        return float(np.max(self.sharpness))

    @property
    def late(self) -> np.ndarray:
        """The curvature met in the last quarter of the path."""
        return self.sharpness[-max(1, len(self.sharpness) // 4) :]

    @property
    def ratio(self) -> float:
        """The learning rate as a share of the largest stable one."""
        return self.dynamics.rate / self.dynamics.largest_rate(self.largest)


def along_path(subject: Subject, path: np.ndarray, evaluations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """λmax at up to 12 finite points of a path (rows, n) in the subject's coordinates, first and last among them."""
    finite = np.flatnonzero(np.isfinite(path).all(axis=1))
    chosen = finite[np.unique(np.linspace(0, len(finite) - 1, LOOKS).round().astype(int))] if len(finite) else finite
    measured = np.array([sharpness_there(subject.at(path[row])) for row in chosen])
    known = np.isfinite(measured)
    return measured[known], evaluations[chosen][known]


def sharpness_there(subject: Subject) -> float:
    """λmax at a point; nan where f or one of its derivatives is not finite."""
    if not (np.isfinite(subject.value) and np.isfinite(subject.gradient).all()):
        return np.nan
    try:
        return sharpness(subject)
    except NotFiniteError:
        return np.nan


def rate_findings(judged: RateJudgement, spectrum: Spectrum) -> list[Finding]:
    """What the learning rate did, with the one that would do."""
    if judged.largest <= 0 or judged.dynamics.rate <= 0:
        return []  # no curvature to bear, or a schedule that has come to its end
    dynamics, largest, ratio = judged.dynamics, judged.largest, judged.ratio
    cause = verdict(judged, spectrum)
    return [
        as_finding(
            cause,
            ratio,
            trouble=cause not in ("right rate", "edge of stability"),
            rate=dynamics.rate,
            ratio=ratio,
            limit=dynamics.largest_rate(largest),
            bound=dynamics.bound,
            largest=largest,
            good=dynamics.good_rate(largest),
            short=0.5 / ratio,
            met="the largest curvature met" if judged.along else "the curvature at this point",
            top=dynamics.factor(largest),
            first=float(judged.sharpness[0]),
            last=float(judged.late.max()),
        )
    ]


def verdict(judged: RateJudgement, spectrum: Spectrum) -> str:
    """The cause that explains how this learning rate went."""
    dynamics, largest, ratio = judged.dynamics, judged.largest, judged.ratio
    top = dynamics.factor(largest)
    late = dynamics.rate * judged.late / dynamics.bound
    grew = judged.went_down is True and float(judged.sharpness[0]) < EDGE[0] * float(judged.late.max())
    if grew and EDGE[0] <= late.max() <= EDGE[1]:
        return "edge of stability"
    # Wherever curvature exceeds the bound at every point, errors grow, though others may shrink for a while.
    if ratio > 1 and (not judged.went_down or (late > 1).all()):
        return "diverging"
    if judged.ended:
        return "right rate"
    if (late > 1).any():
        return "oscillating"
    # A step across the valley is a trouble where it, and not the valley's own length, makes the run slow.
    least = spectrum.smallest if spectrum.smallest > spectrum.rounding else None
    across = dynamics.rate * dynamics.gain * largest > 1 + dynamics.momentum
    if ratio <= 1 and across and top >= SLOW and least is not None and top > (1 + 1e-6) * dynamics.factor(least):
        return "oscillating"
    # A schedule ends with small rates on purpose; it crawls if its largest one did.
    return "crawling" if max(dynamics.rate, judged.peak) < CRAWLING * dynamics.largest_rate(largest) else "right rate"


def rate_fact(spectrum: Spectrum) -> list[Finding]:
    """Where no method is given: the learning rates that gradient descent could have here."""
    if spectrum.largest <= spectrum.rounding:
        return []
    limit = 2 / spectrum.largest
    return [as_finding("largest rate", limit, trouble=False, limit=limit, good=limit / 2)]

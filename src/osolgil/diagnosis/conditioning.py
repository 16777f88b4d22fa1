"""Ill-conditioning: how elongated the valley is, and what that costs."""

import math
from dataclasses import dataclass

import numpy as np

from osolgil.diagnosis.sayings import LANCZOS, as_finding
from osolgil.diagnosis.spectrum import Spectrum
from osolgil.diagnosis.subject import Subject
from osolgil.diagnosis.words import direction, steps, steps_ko
from osolgil.protocol.findings import Finding

ILL = 100.0
"""From this condition number on it is a trouble: gradient descent then needs some 700 steps for six digits."""

EPSILON = 1e-6
"""The share of the distance that predicted steps leave over."""


@dataclass(frozen=True)
class Conditioning:
    """The condition number κ = λmax/λmin of a minimum's Hessian, and what follows from it.

    Attributes:
        number: κ; infinite where the Hessian is singular.
        at_least: whether the true number may be larger, the smallest eigenvalue being known from above only.
        scaled: κ with a scale of its own for every parameter, of D^{-1/2} H D^{-1/2} with D the diagonal of H; None
            for more parameters than are decomposed.
        raw: κ in the coordinates that people see, where methods walk in standardized ones; else None.

    >>> bowl = Conditioning(10.0)
    >>> [round(bowl.steps(name)) for name in ("gradient_descent", "momentum", "nesterov")]
    [69, 21, 36]
    """

    number: float
    at_least: bool = False
    scaled: float | None = None
    raw: float | None = None

    @property
    def axes(self) -> float:
        """The ratio of the axes of the elliptic contours, √κ."""
        return math.sqrt(self.number)

    def steps(self, method: str, epsilon: float = EPSILON) -> float:
        r"""Predicted steps to the share ε of the distance, at the best learning rate and momentum for κ.

        log ε / log q with :math:`q = (κ−1)/(κ+1)` for "gradient_descent", :math:`(\sqrt κ−1)/(\sqrt κ+1)` for
        "momentum" and :math:`1 − 1/\sqrt κ` for "nesterov". For large κ gradient descent needs κ/2·log 1/ε.

        Source: Nesterov 2004, *Introductory Lectures on Convex Optimization*, theorems 2.1.14 and 2.2.3; Polyak 1964.
        """
        k = self.number
        if not math.isfinite(k):
            return math.inf
        root = math.sqrt(k)
        # 1 − q, and log1p of it: for κ = 10⁸ the factor itself is 1 but for its last digits.
        gap = {"gradient_descent": 2 / (k + 1), "momentum": 2 / (root + 1), "nesterov": 1 / root}[method]
        return 1.0 if gap >= 1 else math.log(epsilon) / math.log1p(-gap)


def conditioning_of(subject: Subject, spectrum: Spectrum) -> Conditioning | None:
    """The conditioning where the Hessian is positive (semi-)definite; None elsewhere, where it predicts nothing."""
    if spectrum.smallest < -spectrum.rounding or spectrum.largest <= 0:
        return None
    scaled = raw = None
    if spectrum.exact:
        H = subject.hessian
        D = np.sqrt(np.diag(H))
        if np.all(D > 0):
            scaled = ratio(np.linalg.eigvalsh(H / D / D[:, None]), spectrum.epsilon)
        if subject.problem.coordinates is not None:
            outer = subject.problem.outward_gradient(subject.problem.outward_gradient(H).T)
            raw = ratio(np.linalg.eigvalsh((outer + outer.T) / 2), spectrum.epsilon)
    return Conditioning(spectrum.condition, not spectrum.smallest_known, scaled, raw)


def ratio(eigenvalues: np.ndarray, epsilon: float) -> float:
    """λmax/λmin of ascending eigenvalues, infinite if the smallest may be zero."""
    rounding = len(eigenvalues) * epsilon * eigenvalues[-1]
    return float(eigenvalues[-1] / eigenvalues[0]) if eigenvalues[0] > rounding else math.inf


def conditioning_findings(found: Conditioning, spectrum: Spectrum, subject: Subject) -> list[Finding]:
    """Whether the valley is narrow, along which axes, what it costs, and what scaling would give."""
    names = subject.names
    flat = direction(spectrum.lowest, names)
    if not math.isfinite(found.number):
        return [as_finding("flat direction", float(np.sum(np.abs(spectrum.values) <= spectrum.rounding)), flat=flat)]
    ways = {"descent": "gradient_descent", "momentum": "momentum", "nesterov": "nesterov"}
    predicted = {word: steps(found.steps(method)) for word, method in ways.items()}
    predicted |= {f"{word}_ko": steps_ko(found.steps(method)) for word, method in ways.items()}
    raw = raw_ko = scaling = scaling_ko = ""
    if found.raw is not None:
        raw = f"; on the raw scale it would be {found.raw:.4g}, which standardizing has spared"
        raw_ko = f". 표준화하지 않았다면 {found.raw:.4g}였을 것입니다"
    if found.scaled is not None and found.scaled < found.number / 2:
        scaling = f"standardize: a scale of its own for every parameter leaves {found.scaled:.4g}; or "
        scaling_ko = f"표준화하세요. 매개변수마다 척도를 맞추면 {found.scaled:.4g}까지 줄어듭니다. 아니면 "
    lanczos = lanczos_ko = ""
    if not spectrum.exact:
        above, below = float(spectrum.errors[-1]), float(spectrum.errors[0])
        lanczos, lanczos_ko = (told.format(above=above, below=below) for told in LANCZOS)
    ill = found.number >= ILL
    return [
        as_finding(
            "ill-conditioned" if ill else "well-conditioned",
            found.number,
            trouble=ill,
            kappa=found.number,
            bound="at least " if found.at_least else "",
            bound_ko=" 이상" if found.at_least else "",
            largest=spectrum.largest,
            smallest=spectrum.smallest,
            steep=direction(spectrum.highest, names),
            flat=flat,
            **predicted,
            raw=raw,
            raw_ko=raw_ko,
            lanczos=lanczos,
            lanczos_ko=lanczos_ko,
            scaling=scaling,
            scaling_ko=scaling_ko,
        )
    ]

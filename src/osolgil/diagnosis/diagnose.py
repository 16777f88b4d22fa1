"""diagnose: why a run went as it did, or how a problem looks at a point."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from osolgil.diagnosis.conditioning import Conditioning, conditioning_findings, conditioning_of
from osolgil.diagnosis.convexity import convexity
from osolgil.diagnosis.critical_points import CriticalPoint, Kind, critical_findings, critical_point
from osolgil.diagnosis.learning_rate import (
    LOOKS,
    RateJudgement,
    along_path,
    dynamics_of,
    rate_fact,
    rate_findings,
)
from osolgil.diagnosis.noise import Noise, noise_findings, noise_of, wandering
from osolgil.diagnosis.sayings import as_finding
from osolgil.diagnosis.spectrum import NotFiniteError, Spectrum, spectrum_of
from osolgil.diagnosis.subject import Subject, length, subject_of
from osolgil.methods import Method
from osolgil.protocol import Status
from osolgil.protocol.findings import Finding


class Run(Protocol):
    """What a finished run has to show: a `Result`, of which this room knows no more."""

    problem: Any
    method: Any
    x: Any
    status: Status
    trace: Any
    freeze: Any


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What was found. Prints as a list, troubles first; iterates over its findings.

    Attributes:
        problem: the name of the problem.
        findings: troubles first, then facts worth knowing.
        x: where it was looked, in the coordinates in which methods walk, shape (n,).
        value: f(x).
        slope: ‖∇f(x)‖.
        spectrum: of the Hessian at x; None where f is not finite.
        conditioning: where the Hessian is positive definite.
        critical_point: if x is one, or next to one.
        rate: the learning rate beside the curvature it met, for methods whose stability the Hessian decides.
        noise: of the gradients of single rows, where there are rows.
    """

    problem: str
    findings: tuple[Finding, ...]
    x: np.ndarray
    value: float
    slope: float
    spectrum: Spectrum | None = None
    conditioning: Conditioning | None = None
    critical_point: CriticalPoint | None = None
    rate: RateJudgement | None = None
    noise: Noise | None = None

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def troubles(self) -> tuple[Finding, ...]:
        """The findings that stand in the way."""
        return tuple(each for each in self.findings if each.trouble)

    @property
    def causes(self) -> tuple[str, ...]:
        """The names of the troubles."""
        return tuple(each.cause for each in self.troubles)

    def __getitem__(self, cause: str) -> Finding:
        """The finding of this name.

        Raises:
            KeyError: it was not found.
        """
        return next((each for each in self.findings if each.cause == cause), None) or missing(cause, self)

    def text(self, language: str = "en") -> str:
        """The findings as a list, in English ("en") or Korean ("ko")."""
        return "\n".join([self.headline(language), *(line for each in self.findings for line in each.lines(language))])

    def headline(self, language: str = "en") -> str:
        """Where it was looked, in one line."""
        if language == "ko":
            return f"{self.problem}: 함숫값 {self.value:.6g}, 기울기의 크기 {self.slope:.3g}"
        return f"{self.problem}: f = {self.value:.6g}, slope {self.slope:.3g}"

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def missing(cause: str, diagnosis: Diagnosis) -> Finding:
    """The refusal of a cause that was not found."""
    raise KeyError(f"{cause!r} was not found; found were {', '.join(each.cause for each in diagnosis)}")


class Diagnose:
    """`diagnose(...)`, with `diagnose.convexity(...)` beside it."""

    convexity = staticmethod(convexity)

    def __call__(
        self,
        subject: Any,
        x: Any = None,
        *,
        method: Method[Any] | None = None,
        batch_size: int | None = None,
        names: Sequence[str] | None = None,
    ) -> Diagnosis:
        """Why a run went as it did, or how a problem looks at a point: findings, each with number, evidence, remedy.

        Looked for are the four problems of stochastic gradient descent: the learning rate against the curvature
        (crawling, oscillating, diverging, the edge of stability), ill-conditioning, critical points (saddle, maximum,
        degenerate, plateau), and the noise of mini-batches. Up to 256 parameters the Hessian is decomposed; beyond, the
        ends of its spectrum come from Lanczos' method, and are said to be bounds where they are no more.

        Args:
            subject: a `Result` (recorded with "path" or "all", its curvature is measured along the path), a fitted
                model, a Problem, a Surface, or a callable f(x).
            x: where to look; by default the result's answer, or the problem's start.
            method: whose learning rate is to be judged; by default the result's.
            batch_size: rows of a mini-batch; by default the result's.
            names: of the parameters, one for each; by default a fitted model's, or the places in x.

        Raises:
            ValueError: there is no point to look at.

        >>> import numpy as np
        >>> from osolgil.problems import surfaces
        >>> diagnose(surfaces.named("beale"), np.array([0.0, 1.0])).causes
        ('saddle',)
        """
        run, known = subject, ()
        if hasattr(subject, "troubles") and hasattr(subject, "result"):
            run, known, names = subject.result, tuple(subject.troubles), names or subject.names
        if run is None:
            raise ValueError("This model was read from a file and has no run to diagnose; fit it again.")
        if hasattr(run, "trace") and hasattr(run, "status"):
            found = subject_of(run.problem, run.x if x is None else x, names, run.freeze)
            return diagnosed_run(found, run, method, batch_size, known)
        found = subject_of(run, x, names)
        return diagnosed(found, getattr(run, "name", found.problem.name), method, batch_size)


diagnose = Diagnose()


def diagnosed(
    subject: Subject,
    name: str,
    method: Method[Any] | None = None,
    batch_size: int | None = None,
    run: "Walked | None" = None,
    known: tuple[Finding, ...] = (),
) -> Diagnosis:
    """The findings at a point, with what a run adds to them."""
    slope = length(subject.gradient)
    if not (math.isfinite(subject.value) and math.isfinite(slope)):
        return Diagnosis(name, (*known, not_finite(subject)), subject.x, subject.value, slope)
    try:
        spectrum = spectrum_of(subject)
    except NotFiniteError:
        return Diagnosis(name, (*known, not_curved()), subject.x, subject.value, slope)
    point = critical_point(subject, spectrum)
    found = [*critical_findings(subject, spectrum, point)]
    flat = any(each.cause == "plateau" for each in found)
    conditioning = conditioning_of(subject, spectrum)
    # A point whose flat directions were told already; where Lanczos' method could not tell, there is more to say.
    told = point is not None and point.kind is Kind.DEGENERATE
    if conditioning is not None and not flat and not (told and (spectrum.exact or math.isinf(conditioning.number))):
        found += conditioning_findings(conditioning, spectrum, subject)
    noise = noise_of(subject, batch_size)
    noted = [] if noise is None else noise_findings(noise, None if run is None else wandering(run.path))
    arrived = point is not None or any(each.trouble for each in noted)
    judged = None if method is None else judgement(subject, spectrum, method, run, arrived)
    if judged is not None:
        rated = rate_findings(judged, spectrum)
        # On a plateau or at a saddle every rate crawls: the place is the cause, not the rate.
        stuck = flat or (point is not None and point.index > 0)
        found += [each for each in rated if not (stuck and each.cause == "crawling")]
    elif method is None and not flat:
        found += rate_fact(spectrum)
    found += noted
    if run is not None and run.status is Status.DIVERGED and not any(f.cause == "diverging" for f in found):
        found.append(blown_up(run))
    ordered = (*known, *sorted(found, key=lambda each: not each.trouble))
    return Diagnosis(name, ordered, subject.x, subject.value, slope, spectrum, conditioning, point, judged, noise)


@dataclass(frozen=True, eq=False)
class Walked:
    """What a run left behind, in the coordinates in which methods walk.

    Attributes:
        path: shape (rows, n), or None if it was not recorded.
        evaluations: the number of each row's evaluation, shape (rows,).
        values: f along the way, of all rows, or of each batch, shape (rows,).
        status: how it ended.
    """

    path: np.ndarray | None
    evaluations: np.ndarray
    values: np.ndarray
    status: Status

    @property
    def went_down(self) -> bool:
        """Whether the last value is below the first, every value finite, and the last third no ascent."""
        values = self.values
        if len(values) < 2 or not np.isfinite(values).all() or values[-1] >= values[0]:
            return False
        heights = values - values.min()
        third = len(values) // 3
        return third == 0 or bool(heights[-third:].max() <= 2 * heights[-2 * third : -third].max())


def diagnosed_run(
    subject: Subject, run: Run, method: Method[Any] | None, batch_size: int | None, known: tuple[Finding, ...]
) -> Diagnosis:
    """The findings of a run, at the subject's point and along its path."""
    trace = run.trace
    path = None if trace.path is None else np.asarray(subject.problem.inward(np.asarray(trace.path, dtype=np.float64)))
    walked = Walked(path, trace.evaluation, trace.value, run.status)
    if batch_size is None and trace.judgements is not None and len(trace.rows):
        batch_size = int(trace.rows[0])
    return diagnosed(subject, run.problem.name, method or run.method, batch_size, walked, known)


def judgement(
    subject: Subject, spectrum: Spectrum, method: Method[Any], run: Walked | None, arrived: bool
) -> RateJudgement | None:
    """The learning rate beside the curvature along the run's path, or at the point where there is none.

    A run that only completed its epochs needs no more steps if it has arrived, at a critical point or in the noise.
    """
    evaluations = np.zeros(1, int) if run is None or not len(run.evaluations) else run.evaluations
    dynamics = dynamics_of(method, max(int(evaluations[-1]), 1))
    if dynamics is None:
        return None
    judged = RateJudgement(dynamics, np.array([spectrum.largest]), evaluations[-1:])
    if run is None:
        return judged
    ended = run.status.success and (run.status is not Status.COMPLETED or arrived)
    # Rates of a schedule, at some of the run's evaluations.
    looks = np.linspace(1, max(int(evaluations[-1]), 1), LOOKS).astype(int)
    peak = max(found.rate for t in looks if (found := dynamics_of(method, int(t))) is not None)
    judged = replace(judged, went_down=run.went_down, ended=ended, peak=peak)
    if run.path is None:
        return judged
    measured, looked_at = along_path(subject, run.path, run.evaluations)
    if not len(measured):
        return judged
    return replace(judged, sharpness=measured, evaluations=looked_at, along=True)


def not_finite(subject: Subject) -> Finding:
    """f or its gradient is NaN or infinite at this point."""
    if not math.isfinite(subject.value):
        number, what = subject.value, f"f = {subject.value}"
    else:
        j = int(np.flatnonzero(~np.isfinite(subject.gradient))[0])
        number, what = float(subject.gradient[j]), f"∂f/∂{subject.names[j]} = {subject.gradient[j]}"
    return as_finding("not finite", number, told=f"{what} at this point", told_ko=f"이 점에서 {what}입니다")


def not_curved() -> Finding:
    """f and its gradient are finite at this point, and its Hessian is not."""
    return as_finding(
        "not finite",
        math.inf,
        told="second derivatives are not finite at this point",
        told_ko="이 점에서 이계도함수가 유한하지 않습니다",
    )


def blown_up(run: Walked) -> Finding:
    """The run ended with what is not finite, though the curvature that was measured does not explain it."""
    where = int(run.evaluations[-1])
    return as_finding(
        "not finite",
        float(run.values[-1]),
        told=f"f or its gradient was not finite at evaluation {where:,}",
        told_ko=f"{where:,}번째 평가에서 함숫값이나 기울기가 유한하지 않았습니다",
    )

"""Explaining: why a run went as it did, measured.

`diagnose` looks at a run or at a point of a problem for the four problems of stochastic gradient descent: the learning
rate, ill-conditioning, critical points, noise. What it finds are `Finding`s, each with a number, its evidence and a
remedy. `convexity` looks for a chord that lies below its function, `convex_set` for a
segment that leaves its set.
"""

from osolgil.diagnosis.conditioning import Conditioning
from osolgil.diagnosis.convex_sets import ConvexSet, convex_set
from osolgil.diagnosis.convexity import Convexity, convexity
from osolgil.diagnosis.critical_points import CriticalPoint, Kind
from osolgil.diagnosis.diagnose import Diagnosis, diagnose
from osolgil.diagnosis.learning_rate import RateJudgement
from osolgil.diagnosis.noise import Noise
from osolgil.diagnosis.spectrum import Spectrum, lanczos
from osolgil.protocol.findings import Finding

__all__ = [
    "Conditioning",
    "ConvexSet",
    "Convexity",
    "CriticalPoint",
    "Diagnosis",
    "Finding",
    "Kind",
    "Noise",
    "RateJudgement",
    "Spectrum",
    "convex_set",
    "convexity",
    "diagnose",
    "lanczos",
]

"""Columns that depend on one another: which part of the coefficients the rows determine."""

from dataclasses import dataclass, replace

import numpy as np

from osolgil.estimators.tasks import Task
from osolgil.regression.coordinates import standardization
from osolgil.regression.sample import Sample
from osolgil.regression.troubles import sentence, undetermined
from osolgil.rows.trouble import INTERCEPT

NAMED = 50
"""Columns up to which those that depend on one another are searched for and named."""

INDEPENDENT, ACCURATE = 1e-10, 1e-6
"""Shares of eigenvalues of ZᵀZ, squared reciprocals of condition numbers: above the first, columns are independent for
certain, whatever is rounded; above the second, least squares lose three digits at most.
"""


@dataclass(frozen=True, eq=False)
class Determined:
    """A task in the coefficients that the rows determine: those of an orthonormal basis of what varies.

    The coefficients that come of it are, of all that give the same linear predictors, those of least Euclidean norm in
    columns of mean square 1 (the pseudo-inverse's, for the Gaussian).

    Attributes:
        whole: the task as it was.
        part: the task in the coefficients of the basis.
        basis: shape (columns without the intercept, dimensions).
        why: what the columns are in, as a sentence.
    """

    whole: Task
    part: Task
    basis: np.ndarray
    why: str

    def coefficients(self, found: np.ndarray) -> np.ndarray:
        """Of the whole task, from those of the part."""
        sample = self.whole.sample
        if sample.intercept is None:
            inner = found @ self.basis.T
        else:
            inner = np.concatenate([found[..., :1], found[..., 1:] @ self.basis.T], axis=-1)
        seen: np.ndarray = sample.coordinates.outward(inner)
        return seen

    def start(self, coefficients: np.ndarray) -> np.ndarray:
        """Of the part, from those of the whole task."""
        sample = self.whole.sample
        inner = sample.coordinates.inward(coefficients)
        if sample.intercept is None:
            return np.asarray(inner @ self.basis)
        return np.concatenate([inner[..., :1], inner[..., 1:] @ self.basis], axis=-1)


def determined(task: Task) -> Determined | None:
    """The task in what the rows determine; None where that is all, or nothing."""
    sample = task.sample
    others = [j for j in range(sample.X.shape[1]) if j != sample.intercept]
    live = np.flatnonzero(sample.mass > 0)
    few = live[: 4 * len(others) + 64]
    # More rows can only add to the rank.
    if far_apart(columns(sample, few, others), INDEPENDENT):
        return None
    everything = columns(sample, live, others)
    # To square the columns is cheap, and tells all but those that are all but dependent.
    if far_apart(everything, INDEPENDENT):
        return None
    basis = directions(everything)
    if basis is None or basis.shape[1] == 0 == len(others):
        return None
    part = columns(sample, np.arange(len(sample.y)), others) @ basis
    names = tuple(f"direction {k + 1}" for k in range(basis.shape[1]))
    if sample.intercept is not None:
        part, names = np.column_stack([np.ones(len(part)), part]), (INTERCEPT, *names)
    if part.shape[1] == 0:
        return None
    place = None if sample.intercept is None else 0
    less = Sample(part, sample.y, sample.weights, place, standardization(part, place, sample.weights))
    return Determined(task, replace(task, sample=less, names=names), basis, reason(task, basis.shape[1]))


def plainly_independent(sample: Sample) -> bool:
    """Whether so few digits are lost to columns that are alike that least squares need not win them back."""
    return far_apart(sample.coordinates.columns(sample.X.astype(np.float64, copy=False)), ACCURATE)


def far_apart(Z: np.ndarray, share: float) -> bool:
    """Whether the least eigenvalue of ZᵀZ is more than this share of the largest."""
    size = np.linalg.eigvalsh(Z.T @ Z) if len(Z) >= Z.shape[1] else np.zeros(1)
    return bool(len(size) == 0 or size[0] > share * size[-1])


def columns(sample: Sample, rows: np.ndarray, others: list[int]) -> np.ndarray:
    """The centred and scaled columns without the intercept's, in float64."""
    found: np.ndarray = sample.coordinates.columns(sample.X[rows].astype(np.float64, copy=False))[:, others]
    return found


def directions(Z: np.ndarray) -> np.ndarray | None:
    """An orthonormal basis of the rows' span, shape (columns, rank); None where it is the whole space."""
    rows, n = Z.shape
    R = np.linalg.qr(Z, mode="r") if rows > n else Z
    _, size, across = np.linalg.svd(R, full_matrices=False)
    rank = int(np.sum(size > max(rows, n) * np.finfo(np.float64).eps * max(size.max(initial=0.0), 1.0)))
    if rank == n:
        return None
    # What has no part in a direction has none by rounding either: constant columns get 0.
    return np.where(abs(across) > 1e-14, across, 0.0)[:rank].T


def reason(task: Task, rank: int) -> str:
    """What the columns are in, and what was done."""
    sample, n = task.sample, task.sample.X.shape[1] - (task.sample.intercept is not None)
    told = undetermined(sample, task.names) if n <= NAMED and n < len(sample.y) else ()
    what = " ".join(map(sentence, told)) or f"Only {rank} of {n} columns are independent in these rows."
    return (
        f"{what} The coefficients are the shortest of all that fit equally well, in columns of mean square 1; leave "
        "columns out, or give a penalty such as Ridge(0.01), to choose others."
    )

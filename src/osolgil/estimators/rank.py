"""Columns that depend on one another: which part of the coefficients the rows determine."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from osolgil.estimators.tasks import Task
from osolgil.problems.sparse_rows import is_sparse
from osolgil.regression.coordinates import Coordinates, standardization
from osolgil.regression.sample import Sample, products, triangle
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
        spanned: whether the part's columns are combinations of the whole's, in place of some of them.
    """

    whole: Task
    part: Task
    basis: np.ndarray
    why: str
    spanned: ClassVar[bool] = True

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


@dataclass(frozen=True, eq=False)
class Chosen:
    """A task of sparse rows in as many of its columns as are independent: combinations of columns are not sparse.

    The coefficients that come of it are the same shortest ones, since those of the chosen columns are projected onto
    the basis of what varies.

    Attributes:
        whole: the task as it was.
        part: the task of the chosen columns.
        kept: the places of the chosen columns, and of the intercept's, in order.
        basis: of what varies, shape (columns without the intercept, dimensions).
        across: basisᵀ·Z restricted to the chosen columns, to find a start by, shape (dimensions, dimensions).
        why: what the columns are in, as a sentence.
    """

    whole: Task
    part: Task
    kept: np.ndarray
    basis: np.ndarray
    across: np.ndarray
    why: str
    spanned: ClassVar[bool] = False

    def coefficients(self, found: np.ndarray) -> np.ndarray:
        """Of the whole task, from those of the part."""
        here = self.whole.sample.coordinates
        everywhere = np.zeros((*found.shape[:-1], self.whole.sample.X.shape[1]))
        everywhere[..., self.kept] = found
        inner, others = here.inward(everywhere), self.others
        inner[..., others] = inner[..., others] @ self.basis @ self.basis.T
        seen: np.ndarray = here.outward(inner)
        return seen

    def start(self, coefficients: np.ndarray) -> np.ndarray:
        """Of the part, from those of the whole task."""
        sample = self.whole.sample
        inner = sample.coordinates.inward(coefficients)
        less = np.linalg.solve(self.across, self.basis.T @ inner[..., self.others].T).T
        if sample.intercept is not None:
            less = np.concatenate([inner[..., :1], less], axis=-1)
        seen: np.ndarray = self.part.sample.coordinates.outward(less)
        return seen

    @property
    def others(self) -> list[int]:
        """The places of all columns but the intercept's."""
        return without_intercept(self.whole.sample)


Reduced = Determined | Chosen
"""A task in fewer coefficients, which the rows determine."""


def without_intercept(sample: Sample) -> list[int]:
    """The places of all columns but the intercept's."""
    return [j for j in range(sample.X.shape[1]) if j != sample.intercept]


def chosen_columns(task: Task) -> Chosen | None:
    """The same as `determined`, of sparse rows with few columns."""
    from scipy import linalg

    sample, others = task.sample, without_intercept(task.sample)
    if spread_out(products(1.0 * (sample.mass > 0), sample)[np.ix_(others, others)], INDEPENDENT):
        return None
    R = triangle(np.sqrt(sample.mass > 0), sample)[:, others]
    basis = directions(R)
    if basis is None or basis.shape[1] == 0:
        return None
    rank = basis.shape[1]
    first = np.sort(linalg.qr(R, mode="r", pivoting=True)[1][:rank])
    kept = np.array(others)[first]
    names = tuple(task.names[j] for j in kept)
    if sample.intercept is not None:
        kept, names = np.append(sample.intercept, kept), (INTERCEPT, *names)
    here = sample.coordinates
    inside = Coordinates(*(np.asarray(part)[kept] for part in (here.shift, here.scale, here.unit)))
    place = None if sample.intercept is None else 0
    less = Sample(sample.X[:, kept], sample.y, sample.weights, place, inside)
    part = replace(task, sample=less, names=names)
    return Chosen(task, part, kept, basis, basis.T[:, first], reason(task, rank))


def determined(task: Task) -> Reduced | None:
    """The task in what the rows determine; None where that is all, or nothing."""
    sample = task.sample
    others = without_intercept(sample)
    live = np.flatnonzero(sample.mass > 0)
    few = live[: 4 * len(others) + 64]
    # More rows can only add to the rank.
    if far_apart(columns(sample, few, others), INDEPENDENT):
        return None
    if is_sparse(sample.X):
        return chosen_columns(task)
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
    return len(Z) >= Z.shape[1] and spread_out(Z.T @ Z, share)


def spread_out(products: np.ndarray, share: float) -> bool:
    """The same of ZᵀZ itself."""
    size = np.linalg.eigvalsh(products)
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

"""Covariances of coefficients: by the observed or expected information, and those that do without the variance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.regression.families import Likelihood
from osolgil.regression.sample import Sample, expected_root, surroundings
from osolgil.rows.columns import COUNTED

COVARIANCES = ("observed", "expected", "HC0", "HC1", "HC2", "HC3", "clustered")
"""Every kind of covariance."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What the covariance of coefficients is built on.

    Attributes:
        kind: one of `COVARIANCES`.
        groups: the number of each row's group, shape (rows,), for "clustered".
    """

    kind: str = "observed"
    groups: np.ndarray | None = None


def as_uncertainty(kind: Any, groups: Any, rows: int) -> Uncertainty:
    """The uncertainty that was asked for.

    Raises:
        ValueError: an unknown kind, or groups that are lacking, superfluous, of another length, or only one.
    """
    plain = {name.lower(): name for name in COVARIANCES}.get(str(kind).lower())
    if plain is None:
        raise ValueError(f"covariance={kind!r} is not known; choose one of {', '.join(map(repr, COVARIANCES))}.")
    if plain != "clustered":
        if groups is not None:
            raise ValueError(f"groups are for covariance='clustered', not {plain!r}; leave one of them out.")
        return Uncertainty(plain)
    if groups is None:
        raise ValueError("covariance='clustered' needs groups=, which says to what group each row belongs.")
    labels = np.asarray(groups)
    if labels.shape != (rows,):
        raise ValueError(f"groups have the shape {labels.shape}; {rows} rows need ({rows},).")
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        row = int(np.isnan(labels).argmax())
        raise ValueError(f"groups are missing in row {row} {COUNTED}; fill them in, or leave the row out.")
    names, numbers = np.unique(labels, return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"All {rows} rows are of one group, {names[0]!r}; clustered errors need two at least.")
    return Uncertainty(plain, numbers)


def covariance_root(
    how: Uncertainty, family: Likelihood, sample: Sample, beta: np.ndarray, sigma: float | None
) -> tuple[np.ndarray, float | None] | str:
    r"""L with LLᵀ the covariance of the coefficients, and the freedom of a t distribution where groups fix it.

    With the information H, scores uᵢ = ∂ log fᵢ/∂β and the leverages hᵢ

    .. math:: H^{-1} \Bigl( \sum_i c_i u_i u_i^\top \Bigr) H^{-1}, \qquad
              c_i = 1, \; \tfrac{n}{n - p}, \; \tfrac{1}{1 - h_i}, \; \tfrac{1}{(1 - h_i)^2}

    for HC0, HC1, HC2 and HC3. Clustered ones add the scores of a group up first, and multiply by
    G/(G − 1)·(n − 1)/(n − p), with G groups. Weights that are repetitions count each of them.

    Source: White 1980, *A heteroskedasticity-consistent covariance matrix estimator*; MacKinnon & White 1985; Liang &
    Zeger 1986, *Longitudinal data analysis using generalized linear models*; Cameron & Miller 2015.

    Returns:
        them, or the reason for there being none, as a sentence.
    """
    scale = 1.0 if sigma is None else sigma
    if how.kind == "expected":
        root = expected_root(family, sample, beta)
        return "The expected information is singular at these coefficients." if root is None else (scale * root, None)
    around = surroundings(family, sample, beta)
    if around.root is None:
        return "The observed information is singular at these coefficients."
    if how.kind == "observed":
        return scale * around.root, None
    return sandwich(how, family, sample, around.root, around.slope, around.curve)


def sandwich(
    how: Uncertainty, family: Likelihood, sample: Sample, root: np.ndarray, slope: np.ndarray, curve: np.ndarray
) -> tuple[np.ndarray, float | None] | str:
    """Those covariances that hold whatever the variance of the targets; see `covariance_root`."""
    mass, coordinates = sample.mass, sample.coordinates
    # Columns times root, in coordinates where nothing cancels.
    A = coordinates.columns(sample.X.astype(np.float64, copy=False)) @ coordinates.inward(root.T).T
    leverage = (1.0 if family.repeated else mass) * curve * np.sum(A**2, axis=1)
    return by_scores(how, slope[:, None] * A, mass, family.repeated, root, leverage)


def by_scores(
    how: Uncertainty, scores: np.ndarray, mass: np.ndarray, repeated: bool, root: np.ndarray, leverage: np.ndarray
) -> tuple[np.ndarray, float | None] | str:
    """The same from the rows' scores, times root and without their weights, shape (rows, n), and their leverages."""
    count, n = float(mass.sum()) if repeated else float(np.count_nonzero(mass)), root.shape[0]
    factor, freedom = 1.0, None
    if how.kind == "clustered":
        assert how.groups is not None
        live = np.unique(how.groups[mass > 0])
        groups = len(live)
        if groups < 2:
            return "All rows that count are of one group, and clustered errors need two at least."
        U = np.zeros((int(how.groups.max()) + 1, n))
        np.add.at(U, how.groups, mass[:, None] * scores)
        factor, freedom = groups / (groups - 1) * (count - 1) / (count - n), float(groups - 1)
    else:
        U = (np.sqrt(mass) if repeated else mass)[:, None] * scores
        if how.kind == "HC1":
            factor = count / (count - n)
        elif how.kind in ("HC2", "HC3"):
            left = np.where(mass > 0, 1 - leverage, 1.0)
            if left.min() < 1e-10:
                row = int(left.argmin())
                return (
                    f"Row {row} {COUNTED} has a leverage of 1: it alone determines a coefficient, and "
                    f"{how.kind} divides by what is left; use HC1."
                )
            U = U / (np.sqrt(left) if how.kind == "HC2" else left)[:, None]
    if not count > n:
        return f"{n} coefficients and as many observations leave no residuals to estimate a covariance from."
    R = np.zeros((n, n))
    found = np.linalg.qr(U, mode="r")
    R[: len(found)] = found
    return np.sqrt(factor) * root @ R.T, freedom

"""Separation: two classes that a plane keeps apart, so that no maximum-likelihood estimate exists."""

from dataclasses import dataclass

import numpy as np

from osolgil.protocol.findings import Finding
from osolgil.regression.families import Family
from osolgil.regression.sample import Sample, Surroundings, surroundings
from osolgil.rows.columns import COUNTED
from osolgil.rows.trouble import listed

CERTAIN = 0.5
"""If Newton's step changes every linear predictor by less than this, the classes overlap; 1 in exact arithmetic."""

ATTEMPTS = 25
"""Newton steps, of bounded length, that may lead to certainty."""


@dataclass(frozen=True, eq=False)
class Separation:
    """A plane that keeps two classes apart.

    Attributes:
        complete: whether it does so strictly, with no row on it.
        columns: one that separates alone, or else those of the separating combination of least coefficients.
        direction: coefficients of that combination, shape (n,).
        boundary: the rows that no such plane puts strictly on their own side, by number from 0; empty if complete.
        rows: how many rows there are.
    """

    complete: bool
    columns: tuple[str, ...]
    direction: np.ndarray
    boundary: np.ndarray
    rows: int

    @property
    def trouble(self) -> Finding:
        """What was found, and what to do."""
        shown = listed([repr(name) for name in self.columns], 8)
        what = f"column {shown} tells" if len(self.columns) == 1 else f"a combination of {shown} tells"
        if self.complete:
            kind, how = "complete separation", f"the classes of all {self.rows} rows apart without error"
        else:
            kind = "quasi-complete separation"
            apart = self.rows - len(self.boundary)
            how = (
                f"the classes of {apart} of {self.rows} rows apart without error, and only rows "
                f"{listed(self.boundary.tolist(), 8)} {COUNTED} lie between them"
            )
        return Finding(
            kind,
            self.rows - len(self.boundary),
            f"{kind}: {what} {how}; the likelihood grows for ever as the coefficients do, and no maximum-likelihood "
            "estimate exists",
            "leave out columns or gather more rows; a rule such as 'adam', for some epochs, still gives a "
            "classifier, without standard errors",
            columns=self.columns,
            rows=tuple(int(row) for row in self.boundary),
        )


def overlaps(around: Surroundings) -> bool:
    """Whether it is certain that the classes overlap, so that a maximum-likelihood estimate exists.

    The classes overlap if and only if some λ > 0 has Σλᵢsᵢxᵢ = 0, s = ±1 the sides (Stiemke's lemma; Albert & Anderson
    1984). At the estimate λᵢ = |yᵢ − pᵢ| is one: that is the score equation. Elsewhere Newton's step repairs it to
    first order: λᵢ − sᵢwᵢΔηᵢ with wᵢ = pᵢ(1 − pᵢ) < λᵢ solves the equation, and is positive if |Δηᵢ| ≤ 1 for all rows.
    """
    return around.root is not None and bool(np.max(np.abs(around.moved), initial=0.0) < CERTAIN)


def find_separation(
    family: Family, sample: Sample, names: tuple[str, ...], around: Surroundings, exact: bool
) -> Separation | None:
    """A plane that separates the classes, or None if they overlap.

    `exact` says that an exact method has led to where `around` was taken: no use in trying another one first.
    """
    if overlaps(around) or (not exact and overlaps_after_newton(family, sample)):
        return None
    return separating_plane(sample, names)


def overlaps_after_newton(family: Family, sample: Sample) -> bool:
    """Whether Newton's method, from 0, comes to a point where it is certain that the classes overlap."""
    beta = np.zeros(sample.X.shape[1])
    for _ in range(ATTEMPTS):
        around = surroundings(family, sample, beta)
        if around.root is None:
            return False
        if overlaps(around):
            return True
        # Steps of at most 4 in any linear predictor: far enough to arrive, short enough not to saturate.
        beta = beta + around.step * min(1.0, 4.0 / float(np.max(np.abs(around.moved))))
    return False


def separating_plane(sample: Sample, names: tuple[str, ...]) -> Separation | None:
    """The separation, by linear programs; None if there is none.

    With Z the rows turned to their own side, Σ min(zᵢb, 1) over {b : Zb ≥ 0} is largest at a b that has zᵢb ≥ 1 for
    every row that any plane puts strictly on its side: directions can be added, and scaled.

    Source: Konis 2007, *Linear programming algorithms for detecting separated data in binary logistic regression
    models*.
    """
    from scipy import optimize, sparse

    live = np.flatnonzero(sample.mass)
    sides = np.where(sample.y[live] > 0.5, 1.0, -1.0)
    Z = sides[:, None] * sample.coordinates.columns(sample.X[live].astype(np.float64))
    rows, n = Z.shape
    program = optimize.linprog(
        np.concatenate([np.zeros(n), -np.ones(rows)]),
        A_ub=sparse.hstack([sparse.csr_array(-Z), sparse.eye_array(rows)], format="csr"),
        b_ub=np.zeros(rows),
        bounds=[(None, None)] * n + [(0.0, 1.0)] * rows,
        method="highs-ds",
    )
    if program.status != 0:
        raise RuntimeError(f"The search for a separating plane failed: {program.message}")
    apart = program.x[n:] > 0.5
    if not apart.any():
        return None
    direction = single(Z, sides, apart, sample.intercept)
    if direction is None:
        direction = shortest(Z, apart, sample.intercept)
    columns = tuple(name for j, name in enumerate(names) if direction[j] and j != sample.intercept)
    return Separation(
        complete=bool(apart.all()),
        columns=columns,
        direction=sample.coordinates.outward(direction),
        boundary=live[~apart],
        rows=rows,
    )


def single(Z: np.ndarray, sides: np.ndarray, apart: np.ndarray, intercept: int | None) -> np.ndarray | None:
    """A direction of one column and the intercept that separates the rows apart, if there is one."""
    if intercept is None:
        return None
    columns = sides[:, None] * Z
    for j in range(Z.shape[1]):
        for sign in (1.0, -1.0):
            x = sign * columns[:, j]
            below, above = x[sides < 0].max(), x[sides > 0].min()
            threshold = (below + above) / 2
            if j != intercept and below <= above and bool(((x != threshold) == apart).all()):
                direction = np.zeros(Z.shape[1])
                direction[j], direction[intercept] = sign, -threshold
                return direction
    return None


def shortest(Z: np.ndarray, apart: np.ndarray, intercept: int | None) -> np.ndarray:
    """The direction of least Σ|bⱼ| with zᵢb ≥ 1 for the rows apart and zᵢb ≥ 0 for the others: few columns."""
    from scipy import optimize

    n = Z.shape[1]
    price = (np.arange(n) != intercept).astype(np.float64)
    program = optimize.linprog(
        np.concatenate([price, price]),
        A_ub=np.hstack([-Z, Z]),
        b_ub=-apart.astype(np.float64),
        bounds=[(0.0, None)] * (2 * n),
        method="highs-ds",
    )
    if program.status != 0:
        raise RuntimeError(f"The search for a separating plane failed: {program.message}")
    direction = np.asarray(program.x[:n] - program.x[n:])
    return np.where(np.abs(direction) > 1e-9 * np.abs(direction).max(), direction, 0.0)

"""Separation: rows that a plane keeps apart, so that the likelihood grows for ever and no estimate exists.

Of two classes it is the plane between them. Of counts it is a plane on which all counts above zero lie, with zeros on
one side of it only: a category in which nothing ever happened. Of shares, only those of 0 and 1 take sides.
"""

from dataclasses import dataclass

import numpy as np

from osolgil.problems.sparse_rows import is_sparse
from osolgil.protocol.findings import Finding
from osolgil.regression.coordinates import FILLABLE
from osolgil.regression.families import Family
from osolgil.regression.goodness import null_intercept
from osolgil.regression.sample import Sample, Surroundings, surroundings
from osolgil.rows.columns import COUNTED
from osolgil.rows.trouble import listed

CERTAIN = 0.5
"""If Newton's step changes every slope by less than this share of it, the rows overlap; 1 in exact arithmetic."""

ATTEMPTS = 25
"""Newton steps, of bounded length, that may lead to certainty."""


class NotSearched(ValueError):  # noqa: N818  # it says what was not done
    """Sparse rows are too many to search for a plane that keeps them apart."""


@dataclass(frozen=True, eq=False)
class Separation:
    """A plane that keeps rows apart.

    Attributes:
        complete: whether it does so strictly, with no row on it.
        columns: one that separates alone, or else those of the separating combination of least coefficients.
        direction: coefficients of that combination, shape (n,).
        boundary: the rows that no such plane puts strictly on their own side, by number from 0; empty if complete.
        rows: how many rows there are.
        classes: whether the rows are of two classes; of counts or shares if not.
    """

    complete: bool
    columns: tuple[str, ...]
    direction: np.ndarray
    boundary: np.ndarray
    rows: int
    classes: bool = True

    @property
    def trouble(self) -> Finding:
        """What was found, and what to do."""
        shown = listed([repr(name) for name in self.columns], 8)
        if not self.classes:
            return self.of_zeros(shown)
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

    def of_zeros(self, shown: str) -> Finding:
        """The same of counts and shares."""
        apart = self.rows - len(self.boundary)
        what = f"column {shown}" if len(self.columns) == 1 else f"a combination of {shown}"
        return Finding(
            "separation",
            apart,
            f"separation: {what} sets {apart} of {self.rows} rows apart whose response is at its limit throughout (0, "
            "or a share of 1); the likelihood grows for ever as the coefficients do, and no maximum-likelihood "
            "estimate exists",
            "leave these rows or columns out, or join the category with another",
            columns=self.columns,
            rows=tuple(int(row) for row in self.boundary),
        )


def overlaps(around: Surroundings, sides: np.ndarray, mass: np.ndarray) -> bool:
    """Whether it is certain that no plane keeps the rows apart, so that a maximum-likelihood estimate exists.

    None does if and only if some λ has Σλᵢsᵢxᵢ + Σμⱼxⱼ = 0, λ > 0, over the rows i with a side s = ±1 and the rows j
    without (Stiemke's lemma; Albert & Anderson 1984). At the estimate the slopes of the rows' losses are one: that is
    the score equation. Elsewhere Newton's step repairs it to first order: slope + curvature·Δη solves the equation, and
    no slope on a side changes its sign where |curvature·Δη| < |slope|. (Of the logit |Δη| ≤ 1 is enough for that.)
    """
    if around.root is None:
        return False
    taking = (sides != 0) & (mass > 0)
    slope, change = np.abs(around.slope[taking]), np.abs(around.curve[taking] * around.moved[taking])
    return bool(np.all(change < CERTAIN * slope))


def find_separation(
    family: Family, sample: Sample, names: tuple[str, ...], around: Surroundings, exact: bool
) -> Separation | None:
    """A plane that separates the classes, or None if they overlap.

    `exact` says that an exact method has led to where `around` was taken: no use in trying another one first.

    Raises:
        NotSearched: it is not certain that they overlap, and the rows are sparse and too many.
    """
    sides = family.sides(np.asarray(sample.y, dtype=np.float64))
    taking = (sides != 0) & (sample.mass > 0)
    if not taking.any():
        return None
    if overlaps(around, sides, sample.mass) or (not exact and overlaps_after_newton(family, sample, sides)):
        return None
    if sample.boundless or (is_sparse(sample.X) and sample.X.shape[0] * sample.X.shape[1] > FILLABLE):
        raise NotSearched(
            f"Whether the rows overlap, so that an estimate exists, is not certain, and {sample.X.shape[0]:,} × "
            f"{sample.X.shape[1]:,} sparse entries are too many to search for a plane between them; give a penalty "
            "such as Ridge(0.001)."
        )
    return separating_plane(sample, names, sides, family.binary)


def overlaps_after_newton(family: Family, sample: Sample, sides: np.ndarray) -> bool:
    """Whether Newton's method, from the intercept alone, comes to a point where it is certain that the rows overlap."""
    beta = np.zeros(sample.X.shape[1])
    if sample.intercept is not None and not family.binary:
        beta[sample.intercept] = null_intercept(family, sample)
    for _ in range(ATTEMPTS):
        around = surroundings(family, sample, beta)
        if around.root is None:
            return False
        if overlaps(around, sides, sample.mass):
            return True
        # Steps of at most 4 in any linear predictor: far enough to arrive, short enough not to saturate.
        beta = beta + around.step * min(1.0, 4.0 / float(np.max(np.abs(around.moved))))
    return False


def separating_plane(
    sample: Sample, names: tuple[str, ...], sides: np.ndarray | None = None, classes: bool = True
) -> Separation | None:
    """The separation, by linear programs; None if there is none. Without `sides`, those of two classes.

    With Z the rows turned to their own side, Σ min(zᵢb, 1) over {b : Zb ≥ 0} is largest at a b that has zᵢb ≥ 1 for
    every row that any plane puts strictly on its side: directions can be added, and scaled. Rows without a side lie on
    every such plane, zᵢb = 0.
    """
    live = np.flatnonzero(sample.mass)
    sides = np.where(sample.y[live] > 0.5, 1.0, -1.0) if sides is None else sides[live]
    taking = sides != 0
    columns_there = sample.coordinates.columns(sample.X[live].astype(np.float64))
    Z, level = sides[taking, None] * columns_there[taking], columns_there[~taking]
    apart = apart_rows(Z, level)
    if not apart.any():
        return None
    direction = single(Z, sides, apart, sample.intercept) if classes else None
    if direction is None:
        direction = shortest(Z, apart, np.arange(Z.shape[1]) != sample.intercept, level)
    columns = tuple(name for j, name in enumerate(names) if direction[j] and j != sample.intercept)
    return Separation(
        complete=bool(apart.all()) and len(level) == 0,
        columns=columns,
        direction=sample.coordinates.outward(direction),
        boundary=np.sort(np.concatenate([live[taking][~apart], live[~taking]])),
        rows=len(live),
        classes=classes,
    )


def apart_rows(Z: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Which rows zᵢ have zᵢb > 0 for some b with Zb ≥ 0 and 0 on the level ones, all for one such b, shape (rows,).

    Source: Konis 2007, *Linear programming algorithms for detecting separated data in binary logistic regression
    models*.
    """
    from scipy import optimize, sparse

    rows, n = Z.shape
    program = optimize.linprog(
        np.concatenate([np.zeros(n), -np.ones(rows)]),
        A_ub=sparse.hstack([sparse.csr_array(-Z), sparse.eye_array(rows)], format="csr"),
        b_ub=np.zeros(rows),
        A_eq=sparse.hstack([sparse.csr_array(level), sparse.csr_array((len(level), rows))]) if len(level) else None,
        b_eq=np.zeros(len(level)) if len(level) else None,
        bounds=[(None, None)] * n + [(0.0, 1.0)] * rows,
        method="highs-ds",
    )
    if program.status != 0:
        raise RuntimeError(f"The search for a separating plane failed: {program.message}")
    return np.asarray(program.x[n:] > 0.5)


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


def shortest(Z: np.ndarray, apart: np.ndarray, price: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The direction of least Σ priceⱼ|bⱼ| with zᵢb ≥ 1 for rows apart, ≥ 0 for the others and 0 on the level ones."""
    from scipy import optimize

    n, price = Z.shape[1], price.astype(np.float64)
    program = optimize.linprog(
        np.concatenate([price, price]),
        A_ub=np.hstack([-Z, Z]),
        b_ub=-apart.astype(np.float64),
        A_eq=np.hstack([level, -level]) if len(level) else None,
        b_eq=np.zeros(len(level)) if len(level) else None,
        bounds=[(0.0, None)] * (2 * n),
        method="highs-ds",
    )
    if program.status != 0:
        raise RuntimeError(f"The search for a separating plane failed: {program.message}")
    direction = np.asarray(program.x[:n] - program.x[n:])
    return np.where(np.abs(direction) > 1e-9 * np.abs(direction).max(), direction, 0.0)

"""How sure one can be that penalized coefficients are a minimum: Karush, Kuhn and Tucker's conditions, and the gap."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.problems.sparse_rows import is_sparse
from osolgil.protocol import Layout, Penalty, Shrinkage
from osolgil.regression.coordinates import filled_in
from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.families import Family
from osolgil.regression.sample import Sample

ITERATIONS = 30
"""Newton's iterations for the conjugate of a row's loss."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is known of coefficients under a penalty.

    Attributes:
        residual: the shortest subgradient of the objective by each coefficient, shape (n,): 0 at the minimum.
        relative: the same as a part of Σw|slope·xⱼ|/Σw and the penalty's slope, the terms that have to cancel, shape
            (n,). It does not depend on the units of a column, and rounding leaves about 1e-16.
        objective: Σw·loss/Σw + penalty.
        gap: by how much at most the objective is above its minimum, by Fenchel's dual; None where the loss is not known
            to be convex, or no dual point was found. Up to rounding.
    """

    residual: np.ndarray
    relative: np.ndarray
    objective: float
    gap: float | None

    @property
    def worst(self) -> float:
        """The largest relative residual."""
        return float(self.relative.max(initial=0.0))

    def __str__(self) -> str:
        found = f"The conditions of a minimum hold to {self.worst:.2g} of the sums that cancel in them"
        if self.gap is None:
            return f"{found}."
        # Below rounding nothing can be told.
        gap = max(self.gap, float(np.finfo(np.float64).eps) * abs(self.objective))
        return f"{found}; the objective is at most {gap:.2g} above its minimum (duality gap)."


def kkt(penalty: Penalty, beta: Any, gradient: Any) -> np.ndarray:
    """The shortest subgradient of loss + penalty by each coefficient, shape (n,): all are 0 at a minimum, and for a
    convex loss only there.

    Args:
        penalty: on the scale of beta.
        beta: shape (n,).
        gradient: of the loss alone at beta, shape (n,).

    Raises:
        ValueError: the shapes do not fit.

    >>> from osolgil.regression.penalties import Lasso
    >>> kkt(Lasso(0.5), np.array([1.0, 0.0, 0.0]), np.array([-0.5, 0.3, 0.75])).tolist()
    [0.0, 0.0, 0.25]
    """
    found, slopes = np.asarray(beta, dtype=np.float64), np.asarray(gradient, dtype=np.float64)
    if slopes.shape != found.shape:
        raise ValueError(f"The gradient has the shape {slopes.shape}, and beta {found.shape}; they must be alike.")
    residual: np.ndarray = penalty.shrinkage(Layout.of(found)).slopes(found, slopes)
    return residual


def certified(family: Family, sample: Sample, penalty: Penalty, beta: Any) -> Certificate:
    """The certificate of coefficients on the original scale.

    Args:
        family: of the targets.
        sample: the rows.
        penalty: of the sample's columns, see `for_columns`.
        beta: shape (n,).
    """
    beta = np.asarray(beta, dtype=np.float64)
    X, y = sample.X.astype(np.float64, copy=False), np.asarray(sample.y, dtype=np.float64)
    share = sample.mass / sample.mass.sum()
    shrinkage = penalty.shrinkage(Layout.of(beta))
    eta = sample.predictor(beta)
    loss, slope, _ = differentiated_rows(family, eta, y)
    residual = np.abs(shrinkage.slopes(beta, (share * slope) @ X))
    size = np.abs(share * slope) @ np.abs(X) + shrinkage.absolute + shrinkage.square * np.abs(beta)
    objective = float(share @ loss + shrinkage.value(beta))
    lower = dual_value(family, sample, shrinkage, share, eta, slope) if family.convex else None
    return Certificate(
        residual=residual,
        relative=np.divide(residual, size, out=np.zeros_like(residual), where=size > 0),
        objective=objective,
        gap=None if lower is None else objective - lower,
    )


def dual_value(
    family: Family, sample: Sample, shrinkage: Shrinkage, share: np.ndarray, eta: np.ndarray, slope: np.ndarray
) -> float | None:
    r"""A number that no objective is below, or None.

    .. math:: D(s) = -\sum_i p_i \ell_i^*(s_i) + \sum_i p_i s_i o_i - h^*(-X^\top (p s)) \le F(\beta)

    with p = w/Σw and the offset o, for any s (Rockafellar 1970, *Convex Analysis*, §31). The slopes of the losses at β
    are such an s once they are orthogonal to columns without a penalty, and shrunk until |Xᵀps| ≤ a where only absolute
    values are penalized.
    """
    X, y = sample.X.astype(np.float64, copy=False), np.asarray(sample.y, dtype=np.float64)
    a, q = shrinkage
    unpenalized = X[:, (a == 0) & (q == 0)]
    unpenalized = filled_in(unpenalized) if is_sparse(unpenalized) else unpenalized
    root = np.sqrt(share)[:, None]
    inside = slope - unpenalized @ np.linalg.lstsq(root * unpenalized, root[:, 0] * slope, rcond=None)[0]
    pull = np.abs((share * inside) @ X)
    bound = (q == 0) & (a > 0) & (pull > 0)
    inside = inside * min(1.0, float(np.min(a[bound] / pull[bound], initial=1.0)))
    conjugate = conjugates(family, eta, y, inside)
    if conjugate is None:
        return None
    over = np.maximum(np.abs((share * inside) @ X) - a, 0)
    squares = float(np.sum(np.divide(over**2, 2 * q, out=np.zeros_like(over), where=q > 0)))
    offset = 0.0 if sample.offset is None else float(share @ (inside * sample.offset))
    return offset - float(share @ conjugate) - squares


def conjugates(family: Family, eta: np.ndarray, y: np.ndarray, slopes: np.ndarray) -> np.ndarray | None:
    """ℓ*(s) = max over η of sη − ℓ(η), shape (rows,), by Newton's method from where the slope is nearly s.

    None where it does not converge.
    """
    scale = float(np.max(np.abs(slopes), initial=0.0))
    for _ in range(ITERATIONS):
        loss, slope, curve = differentiated_rows(family, eta, y)
        missing = slope - slopes
        if np.max(np.abs(missing), initial=0.0) <= 1e-14 * scale or not (curve > 0).all():
            break
        with np.errstate(all="ignore"):
            ahead = eta - missing / curve
        if not np.isfinite(ahead).all():
            break
        eta = ahead
    # An error e of the slope costs e²/2ℓ″.
    settled = np.isfinite(loss).all() and np.max(np.abs(missing), initial=0.0) <= 1e-9 * max(scale, 1e-300)
    found: np.ndarray = slopes * eta - loss
    return found if settled else None

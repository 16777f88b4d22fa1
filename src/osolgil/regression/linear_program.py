"""Regression quantiles by linear programming."""

import numpy as np

from osolgil.regression.families import Quantile
from osolgil.regression.sample import Sample

LINEAR_PROGRAM = "linear_program"
"""The name of the exact method of quantiles, as `FittedModel.method` has it."""


def quantile_coefficients(family: Quantile, sample: Sample) -> tuple[np.ndarray, str]:
    r"""Coefficients of the least Σw·loss, shape (n,), and how the program ended, as a sentence.

    The dual is solved, whose rows are the columns of the design; its multipliers are the coefficients:

    .. math:: \max_d \; d^\top y \quad \text{with} \quad Z^\top d = (1 - q) Z^\top w, \; 0 \le d \le w

    Source: Koenker & Bassett 1978, *Regression quantiles*; Koenker 2005, *Quantile Regression*, §6.2.
    """
    from scipy import optimize

    live = sample.mass > 0
    mass, y = sample.mass[live], np.asarray(sample.shifted.y, dtype=np.float64)[live]
    Z = sample.coordinates.columns(sample.X[live].astype(np.float64, copy=False))
    share = mass / mass.sum()
    size = float(np.max(np.abs(y))) or 1.0
    program = optimize.linprog(
        -y / size,
        A_eq=Z.T,
        b_eq=(1 - family.q) * (share @ Z),
        bounds=np.column_stack([np.zeros(len(y)), share]),
        method="highs",
    )
    if program.status != 0:
        raise RuntimeError(f"The linear program of the quantile failed: {program.message}")
    inner = -size * program.eqlin.marginals
    residual = y - Z @ inner
    loss = float(share @ np.maximum(family.q * residual, (family.q - 1) * residual))
    gap = abs(loss - (-size * program.fun - (1 - family.q) * float(share @ y)))
    ended = f"Solved: the linear program's duality gap is {gap:.2g}, the mean loss {loss:.6g}."
    return sample.coordinates.outward(inner), ended

"""Where a descent starts."""

import difflib
from collections.abc import Mapping
from typing import Any

import numpy as np

from osolgil.problems.sparse_rows import entries, is_sparse
from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.families import Family
from osolgil.regression.goodness import null_intercept
from osolgil.regression.links import LINKS
from osolgil.regression.sample import Sample


def first_coefficients(start: Any, exact: bool, family: Family, sample: Sample, names: tuple[str, ...]) -> np.ndarray:
    """Where the method starts, shape (n,): where it was told to, or at the model of the intercept alone.

    The exact methods of the Gaussian and of the logit start at 0, from where they arrive all the same. Without an
    intercept a start near the targets is found by least squares, where 0 stands for no mean or far off.

    Raises:
        ValueError: the loss is not finite there.
    """
    vector = start_vector(start, names)
    robust = family.quadratic or family.link == "logit"
    if start is None and sample.intercept is not None and not (exact and robust):
        vector[sample.intercept] = null_intercept(family, sample)
    elif start is None and sample.intercept is None and not robust and np.isfinite(entries(sample.X)).all():
        vector = near_targets(family, sample)
    if not robust:
        live = sample.mass > 0
        loss = differentiated_rows(family, sample.predictor(vector), sample.y)[0]
        if not np.isfinite(loss[live]).all():
            row = int(np.flatnonzero(live & ~np.isfinite(loss))[0])
            raise ValueError(
                f"The loss is not finite where the descent would start: row {row} (the first row is row 0) has the "
                f"linear predictor {sample.predictor(vector)[row]:g}, which stands for no mean of the {family.title} "
                f"family under the {family.link} link. Give start= coefficients at which every row has one, or choose "
                "the log link."
            )
    return vector


def near_targets(family: Family, sample: Sample) -> np.ndarray:
    """Coefficients of the least squares of the targets' links, shape (n,): the first step of Fisher's scoring."""
    y, root = np.asarray(sample.y, dtype=np.float64), np.sqrt(sample.mass)
    aim = np.asarray(LINKS[family.link].predictor(family.inner(y)), dtype=np.float64)
    aim = aim if sample.offset is None else aim - sample.offset
    if is_sparse(sample.X):
        from scipy import sparse

        whole = sparse.diags_array(root) @ sample.X.astype(np.float64)
        return np.asarray(sparse.linalg.lsqr(whole, root * aim)[0])
    found: np.ndarray = np.linalg.lstsq(root[:, None] * sample.X.astype(np.float64), root * aim)[0]
    return found


def start_vector(start: Any, names: tuple[str, ...]) -> np.ndarray:
    """The first coefficients on the original scale, shape (n,).

    Raises:
        ValueError: a name that is no coefficient, or a vector of another length.

    >>> start_vector({"weight": 1}, ("Intercept", "weight")).tolist()
    [0.0, 1.0]
    """
    vector = np.zeros(len(names))
    if start is None:
        return vector
    if isinstance(start, Mapping):
        for name, value in start.items():
            if name not in names:
                near = difflib.get_close_matches(str(name), names, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}."
                raise ValueError(f"start names {name!r}, which is no coefficient; {hint}")
            vector[names.index(name)] = value
        return vector
    given = np.asarray(start, dtype=np.float64)
    if given.shape != vector.shape:
        raise ValueError(f"start has the shape {given.shape}; the coefficients are {', '.join(names)}.")
    return given

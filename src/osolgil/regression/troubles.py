"""Troubles of data, as errors and as sentences."""

from dataclasses import replace
from typing import Any

import numpy as np

from osolgil.methods import Method
from osolgil.problems.sparse_rows import is_sparse
from osolgil.protocol import Needs
from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import suspects
from osolgil.regression.coordinates import identity
from osolgil.regression.families import Binomial, Family, Gaussian, Likelihood
from osolgil.regression.sample import Sample, triangle
from osolgil.rows.columns import COUNTED, Level
from osolgil.rows.memory import check_memory
from osolgil.rows.trouble import (
    CERTAIN,
    collinear,
    constant,
    constant_response,
    missing,
    not_numbers,
    not_two_classes,
)

PAIRS, COPIES = 3, 3
"""Matrices of all pairs of columns that an exact method has in memory at once, and copies of a dense design that
inference has, at least.
"""

WHOLE = 1e-3
"""How far a number of successes, which is a share times trials, may be from a whole one: shares are often rounded."""

MOST = 5
"""Troubles that a message spells out, at most."""


class DataTrouble(ValueError):  # noqa: N818  # it says what the data are in
    """The data do not determine what was asked for. The message says why, and what to do.

    Attributes:
        troubles: each with its kind, columns, rows, message and remedy.
    """

    def __init__(self, *troubles: Finding) -> None:
        super().__init__(sentences(troubles))
        self.troubles = troubles


def sentence(trouble: Finding) -> str:
    """A trouble as a sentence."""
    text = str(trouble)
    return f"{text[0].upper()}{text[1:]}."


def sentences(troubles: tuple[Finding, ...]) -> str:
    """Troubles as sentences, the first few of many."""
    told = [sentence(trouble) for trouble in troubles[:MOST]]
    more = len(troubles) - MOST
    return " ".join([*told, f"And {more} more; all of them are in `troubles`."] if more > 0 else told)


def check_values(sample: Sample, columns: tuple[str, ...], response: str) -> None:
    """Refuse NaN and infinities, and weights that cannot be.

    Raises:
        DataTrouble: naming the columns and rows.
    """
    named = suspects(sample.X, columns) | {response: sample.y}
    if sample.weights is not None:
        named["weights"] = sample.weights
    if sample.offset is not None:
        named["offset"] = sample.offset
    found = missing(named)
    if found:
        raise DataTrouble(*found)
    if sample.weights is not None and (sample.weights < 0).any():
        row = int((sample.weights < 0).argmax())
        raise ValueError(f"The weight of row {row} is {sample.weights[row]:g} {COUNTED}; weights are not negative.")
    if not sample.mass.any():
        raise ValueError("No row has a weight above zero; at least one row must count.")


def check_target(family: Family, sample: Sample, response: str, levels: tuple[Level, ...]) -> None:
    """Refuse a target that the family cannot have.

    Raises:
        DataTrouble: the target has the wrong type, other values than 0 and 1, or one class only.
    """
    live = sample.mass > 0
    if family.binary:
        found = not_two_classes(response, sample.y[live], levels)
    else:
        found = (
            not_numbers(response, levels) or impossible(family, sample, response) or broken(family, sample, response)
        )
    if found:
        raise DataTrouble(*found)
    check_mean(family, sample, response)


def check_mean(family: Family, sample: Sample, response: str) -> None:
    """Refuse a log link for targets of any sign whose mean is none that it knows: all means would go to 0.

    Raises:
        ValueError: the mean is not above 0.
    """
    if not isinstance(family, Gaussian) or family.link != "log" or sample.offset is not None:
        return
    mean = float(np.average(np.asarray(sample.y, dtype=np.float64), weights=sample.mass))
    if mean <= 0:
        raise ValueError(
            f"The mean of the response {response!r} is {mean:.4g}, and under the log link every mean is above 0; use "
            "the identity link, which is the Gaussian's own."
        )


def impossible(family: Family, sample: Sample, response: str) -> tuple[Finding, ...]:
    """Targets that the family cannot have, such as counts that are not whole."""
    y = np.asarray(sample.y, dtype=np.float64)
    bad = np.flatnonzero((sample.mass > 0) & ~family.accepts(y))
    if len(bad) == 0:
        return ()
    return (
        Finding(
            "wrong target",
            len(bad),
            f"the response {response!r} is {y[bad[0]]:g} in row {bad[0]} {COUNTED}, and in {len(bad)} of {len(y)} rows "
            f"it is not what the {family.title} family needs: {family.targets}",
            REMEDIES.get(family.name, "correct these rows, or choose another family"),
            columns=(response,),
            rows=tuple(map(int, bad)),
        ),
    )


def broken(family: Family, sample: Sample, response: str) -> tuple[Finding, ...]:
    """Trials of a binomial, or successes in them, that are no whole numbers; where nobody gives trials, shares are."""
    if not isinstance(family, Binomial) or sample.weights is None:
        return ()
    trials = sample.mass
    successes = trials * np.asarray(sample.y, dtype=np.float64)
    off = np.maximum(np.abs(trials - np.round(trials)), np.abs(successes - np.round(successes)))
    bad = np.flatnonzero(off > WHOLE)
    if len(bad) == 0:
        return ()
    row = int(bad[0])
    return (
        Finding(
            "wrong target",
            len(bad),
            f"{successes[row]:.4g} successes of {trials[row]:.4g} trials are no counts, in row {row} {COUNTED} and in "
            f"{len(bad)} of {len(trials)} rows: the response {response!r} times the weight is the number of successes",
            REMEDIES["binomial"],
            columns=(response,),
            rows=tuple(map(int, bad)),
        ),
    )


COUNTS = "give counts, and what they were counted in as exposure= (--exposure) instead of dividing by it"
REMEDIES = {
    "binomial": "divide the successes by the trials, and give the trials as weights= (--weights)",
    "poisson": COUNTS,
    "negative_binomial": COUNTS,
    "gamma": "leave these rows out, or use the family 'gaussian', or 'poisson' for counts",
    "inverse_gaussian": "leave these rows out, or use the family 'gaussian', or 'poisson' for counts",
}
"""What to do where targets are not of the family."""


def unvarying(family: Family, sample: Sample, response: str) -> tuple[Finding, ...]:
    """Numbers to be explained that are all the same: the intercept says it all. (Of classes see `check_target`.)"""
    y = sample.y[sample.mass > 0]
    if family.binary or sample.intercept is None or sample.offset is not None:
        return ()
    if isinstance(family, Likelihood) and not family.dispersed and not np.any(family.sides(y)):
        # Counts that are all alike still have a rate, and shares a probability, with an uncertainty.
        return ()
    return constant_response(response, y)


def undetermined(sample: Sample, columns: tuple[str, ...]) -> tuple[Finding, ...]:
    """The columns whose coefficients the rows do not determine: constant and collinear ones."""
    if is_sparse(sample.X):
        return undetermined_of_sparse(sample, columns)
    live = sample.mass > 0
    X = np.asarray(sample.X if live.all() else sample.X[live], dtype=np.float64)
    found = constant(X, columns) if sample.intercept is not None else ()
    if len(columns) - len(found) > len(X):
        return (*found, outnumbered(len(columns) - len(found), len(X)))
    # A constant column is a multiple of the intercept; it is told once, as what it is.
    told = {name for trouble in found for name in trouble.columns}
    rest = [j for j, name in enumerate(columns) if name not in told]
    kept = X if len(rest) == len(columns) else X[:, rest]
    return (*found, *collinear(kept, [columns[j] for j in rest]))


def undetermined_of_sparse(sample: Sample, columns: tuple[str, ...]) -> tuple[Finding, ...]:
    """The same of sparse rows, by their triangular factor, which has the relations that they have; of more than 500
    columns it is not asked.
    """
    if sample.boundless:
        return ()
    live = sample.X[sample.mass > 0]
    ends = np.vstack([live.min(axis=0).toarray(), live.max(axis=0).toarray()]).astype(np.float64)
    found = constant(ends, columns) if sample.intercept is not None else ()
    told = {name for trouble in found for name in trouble.columns}
    rest = [j for j, name in enumerate(columns) if name not in told]
    # Uncentred, and scaled so that no column is small.
    scale = np.asarray(sample.coordinates.scale)
    plain = replace(sample, coordinates=replace(identity(len(scale)), scale=scale))
    products = (live.T @ live).toarray().astype(np.float64)[np.ix_(rest, rest)]
    size = np.sqrt(np.diag(products))
    if (size > 0).all() and np.linalg.eigvalsh(products / np.outer(size, size)).min(initial=1.0) > CERTAIN:
        return found
    R = triangle(np.sqrt(sample.mass), plain) * scale
    return (*found, *collinear(R[:, rest], [columns[j] for j in rest]))


def outnumbered(columns: int, rows: int) -> Finding:
    """More columns than rows: every one of them is a combination of others, and which to leave out is nobody's say."""
    return Finding(
        "collinear",
        columns - rows,
        f"there are {columns:,} columns and {rows:,} rows, which determine {rows:,} coefficients at most",
        "leave columns out, gather rows, or add a penalty: penalty=Ridge(0.01), or --penalty ridge=0.01",
    )


def check_room(method: Any, X: Any) -> None:
    """Refuse what memory has no room for: copies of the design, and matrices of all pairs of its columns.

    Args:
        method: that is to solve the regression.
        X: the design, shape (rows, n), dense or sparse; whatever has no such shape is left to others.

    Raises:
        ValueError: with the memory that is needed and the memory there is.
    """
    shape = getattr(X, "shape", ())
    if len(shape) != 2:
        return
    rows, n = map(int, shape)
    copies = 0.0 if is_sparse(X) else 8.0 * COPIES * rows * n
    check_memory(copies, f"A regression on {rows:,} rows and {n:,} columns", "leave columns out, or give X as sparse")
    if isinstance(method, Method) and method.needs & (Needs.HESSIAN | Needs.FACTOR):
        check_memory(
            copies + 8.0 * PAIRS * n * n,
            f"{method.title} on {n:,} columns, with matrices of {n:,} × {n:,} numbers,",
            "leave columns out, or use a method that reads gradients alone, such as "
            + ("AdaGrad, by batch_size= or --batch-size" if method.takes_penalty else "'lbfgs'"),
        )

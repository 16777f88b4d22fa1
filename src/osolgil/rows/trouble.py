"""Troubles of a design that can be recognized before a fit: findings, each with its remedy.

Their causes: `missing`, `constant`, `collinear`, `constant response`, `one class` and `wrong target`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osolgil.protocol.findings import Finding
from osolgil.rows.blocks import all_finite, blocks, gram, summed
from osolgil.rows.columns import COUNTED, Level

INTERCEPT = "Intercept"

CERTAIN = 1e-6
"""The least eigenvalue of the products of columns of unit length above which none is a combination of others, whatever
is rounded: its root is a distance that no column is nearer to the span of the others than."""

SOME = 1000
"""Rows that are looked at before all are."""

MOST_TERMS = 8
"""Columns that a combination is spelled out of, at most."""


def missing(columns: Mapping[str, NDArray[Any]]) -> tuple[Finding, ...]:
    """The columns with values that are NaN or infinite, one trouble for each.

    >>> print(missing({"weight": np.array([50.0, np.nan, np.inf])})[0].evidence)
    column 'weight' is missing or not finite in 2 of 3 rows: 1, 2 (the first row is row 0)
    """
    troubles = []
    for name, values in columns.items():
        bad = ~np.isfinite(values)
        if bad.any():
            rows = tuple(int(row) for row in np.flatnonzero(bad))
            troubles.append(
                Finding(
                    "missing",
                    len(rows),
                    f"column {name!r} is missing or not finite in {len(rows)} of {len(values)} rows: {listed(rows)} "
                    f"{COUNTED}",
                    "fill these values in, leave the column out, or drop the rows with missing='drop', or "
                    "--missing drop",
                    columns=(name,),
                    rows=rows,
                )
            )
    return tuple(troubles)


def constant(X: NDArray[np.float64], columns: Sequence[str]) -> tuple[Finding, ...]:
    """The columns of X, shape (rows, n), that have one value in all rows, the intercept aside.

    >>> print(constant(np.array([[1.0, 7.0], [1.0, 7.0]]), ["Intercept", "age"])[0])
    column 'age' is 7 in every row, so it has no effect that could be measured; leave it out
    """
    if len(X) == 0:
        return ()
    return tuple(
        Finding(
            "constant",
            float(X[0, index]),
            f"column {name!r} is {X[0, index]:g} in every row, so it has no effect that could be measured",
            "leave it out",
            columns=(name,),
        )
        for index, name in enumerate(columns)
        # Most columns vary at once.
        if name != INTERCEPT and bool((X[:SOME, index] == X[0, index]).all() and (X[:, index] == X[0, index]).all())
    )


def collinear(X: NDArray[np.float64], columns: Sequence[str], tolerance: float | None = None) -> tuple[Finding, ...]:
    """The columns of X, shape (rows, n), that are exact linear combinations of columns before them.

    The columns are scaled to unit length and factored as Q R with pivoting; a diagonal element of R is the distance of
    a column from the span of those pivoted before it. Distances up to `tolerance`, by default 10·n·ε = 2.2e-15·n, are
    rounding and count as zero. A column that is merely close to the others is not a trouble: the certified polynomial
    of degree ten that is known as Filip passes.

    Returns:
        One trouble for each redundant column; its `columns` are that column and those that it is a combination of.

    Raises:
        ValueError: X is not finite.
    """
    if not all_finite(X):
        raise ValueError("collinearity is judged on finite values only; see `missing` for the rows that are not")
    largest = np.zeros(X.shape[1])
    for rows in blocks(X):
        np.maximum(largest, np.abs(X[rows]).max(axis=0, initial=0.0), out=largest)
    # Squares that neither overflow nor underflow.
    unit = np.where(largest > 0, largest, 1.0)
    lengths = largest * np.sqrt(summed(X, lambda rows: np.sum((X[rows] / unit) ** 2, axis=0)))
    nonzero = np.flatnonzero(lengths > 0)  # a column of zeros is constant, and reported as such
    if len(nonzero) == 0:
        return ()
    # To square the columns is cheap, and enough where all are far from the span of the others.
    kept = X if len(nonzero) == X.shape[1] else X[:, nonzero]
    if tolerance is None and np.linalg.eigvalsh(gram(kept, lengths[nonzero]))[0] > CERTAIN:
        return ()
    scaled = kept / lengths[nonzero]
    troubles = []
    for dependent, weights in relations(scaled, 10 * len(nonzero) * np.finfo(float).eps, tolerance):
        partners = [int(i) for i in np.flatnonzero(weights) if i != dependent]
        name, others = columns[nonzero[dependent]], [columns[nonzero[i]] for i in partners]
        factors = [weights[i] * lengths[nonzero[dependent]] / lengths[nonzero[i]] for i in partners]
        told = [f"{factor:.4g}·{other}" for factor, other in zip(factors, others, strict=True)]
        terms = " + ".join(told if len(told) <= MOST_TERMS else [*told[:MOST_TERMS], f"{len(told) - MOST_TERMS} more"])
        troubles.append(
            Finding(
                "collinear",
                len(others),
                f"column {name!r} is an exact combination of others: {name} = {terms}".replace("+ -", "- "),
                f"leave out {name!r}, or one of {listed([repr(other) for other in others], MOST_TERMS)}",
                columns=(name, *others),
            )
        )
    return tuple(troubles)


def relations(
    scaled: NDArray[np.float64], rounding: float, tolerance: float | None
) -> list[tuple[int, NDArray[np.float64]]]:
    """The linear relations among columns of unit length: (dependent, weights) with x_dependent = Σ weights·x."""
    import scipy.linalg

    columns = scaled.shape[1]
    R, pivots = scipy.linalg.qr(np.linalg.qr(scaled, mode="r"), mode="r", pivoting=True)
    distances = np.zeros(columns)
    distances[: len(R)] = np.abs(np.diag(R))
    rank = int((distances > (rounding if tolerance is None else tolerance)).sum())
    null = np.zeros((columns - rank, columns))
    null[:, pivots[:rank]] = -scipy.linalg.solve_triangular(R[:rank, :rank], R[:rank, rank:]).T
    null[:, pivots[rank:]] = np.eye(columns - rank)
    # The null space has many bases. A person expects the later column to be the redundant one, so the basis is reduced
    # from the last column backwards.
    found = []
    free = list(range(len(null)))
    for column in reversed(range(columns)):
        if not free:
            break
        pivot = max(free, key=lambda row: abs(null[row, column]))
        if abs(null[pivot, column]) < 1e-8 * np.abs(null[pivot]).max():
            continue
        null[pivot] /= null[pivot, column]
        for row in range(len(null)):
            if row != pivot:
                null[row] -= null[row, column] * null[pivot]
        free.remove(pivot)
        found.append((column, pivot))
    result = []
    for column, pivot in sorted(found):
        weights = -null[pivot]
        weights[np.abs(weights) < 1e-8 * np.abs(weights).max()] = 0.0
        weights[column] = 0.0
        result.append((column, weights))
    return result


def constant_response(response: str, y: NDArray[Any]) -> tuple[Finding, ...]:
    """The trouble of a family for numbers, such as Gaussian, with a response y, shape (rows,), of one value only.

    >>> print(constant_response("height", np.array([65.0, 65.0]))[0])
    the response 'height' is 65 in all 2 rows, so there is nothing to explain; choose another response
    """
    if len(y) == 0 or bool((y != y[0]).any()):
        return ()
    return (
        Finding(
            "constant response",
            float(y[0]),
            f"the response {response!r} is {y[0]:g} in all {len(y)} rows, so there is nothing to explain",
            "choose another response",
            columns=(response,),
        ),
    )


def not_numbers(response: str, levels: Sequence[Level]) -> tuple[Finding, ...]:
    """The trouble of a family for numbers, such as Gaussian, with a response of labels.

    >>> print(not_numbers("grade", ["pass", "fail"])[0])
    the response 'grade' holds labels (pass, fail), but this family needs numbers; use a family for classes, such as \
Bernoulli, or turn the response into numbers
    """
    if not levels:
        return ()
    return (
        Finding(
            "wrong target",
            len(levels),
            f"the response {response!r} holds labels ({listed(levels)}), but this family needs numbers",
            "use a family for classes, such as Bernoulli, or turn the response into numbers",
            columns=(response,),
        ),
    )


def not_two_classes(response: str, y: NDArray[np.float64], levels: Sequence[Level] = ()) -> tuple[Finding, ...]:
    """The trouble of a family for two classes, such as Bernoulli: y is not 0 and 1, or only one of them occurs.

    Args:
        response: the name of the response.
        y: the response as numbers, shape (rows,).
        levels: the labels that stand for 0 and 1, if the response holds labels.
    """
    finite = y[np.isfinite(y)]
    values = np.unique(finite)
    if len(values) == 0:
        return ()
    if not np.isin(values, (0.0, 1.0)).all():
        rows = tuple(int(row) for row in np.flatnonzero(np.isfinite(y) & (y != 0.0) & (y != 1.0)))
        return (
            Finding(
                "wrong target",
                len(rows),
                f"the response {response!r} has values other than 0 and 1, such as {y[rows[0]]:g} in row {rows[0]} "
                f"{COUNTED}, but this family needs two classes",
                "use a family for numbers, such as Gaussian, or turn the response into 0 and 1",
                columns=(response,),
                rows=rows,
            ),
        )
    if len(values) == 1:
        only = levels[int(values[0])] if len(levels) == 2 else f"{values[0]:g}"
        return (
            Finding(
                "one class",
                len(finite),
                f"the response {response!r} is {only} in all {len(finite)} rows, so there is nothing to tell apart",
                "add rows of the other class",
                columns=(response,),
            ),
        )
    return ()


def listed(values: Sequence[Any], most: int = 10) -> str:
    """The first few values, and how many more there are.

    >>> listed(range(12), 3)
    '0, 1, 2 and 9 more'
    """
    shown = ", ".join(str(value) for value in values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"

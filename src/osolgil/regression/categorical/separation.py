"""Classes that are told apart without error, so that the likelihood grows for ever and no estimate exists."""

import numpy as np

from osolgil.protocol.findings import Finding
from osolgil.regression.categorical.likelihood import (
    null_coefficients,
    predictors,
    shares,
    surroundings,
    with_reference,
)
from osolgil.regression.sample import Sample, Surroundings
from osolgil.regression.separation import ATTEMPTS, CERTAIN, apart_rows, shortest
from osolgil.rows.columns import Level
from osolgil.rows.trouble import listed


def overlaps(sample: Sample, B: np.ndarray, around: Surroundings) -> bool:
    r"""Whether it is certain that no direction keeps classes apart, so that a maximum-likelihood estimate exists.

    One that does has (b_y − b_k)·x ≥ 0 for every row x of class y and every other class k, and not always 0. There is
    none if and only if some λ > 0 has Σᵢ Σₖ λᵢₖ (e_y − eₖ) ⊗ xᵢ = 0 (Stiemke's lemma; Albert & Anderson 1984). At the
    estimate the probabilities of the other classes are one: that is the score equation. Elsewhere Newton's step repairs
    it to first order: p + ∂p/∂η·Δη solves the equation, and with ∂pₖ = pₖ(Δηₖ − Σⱼ pⱼΔηⱼ) none changes its sign while
    what is in parentheses is below 1.
    """
    if around.root is None:
        return False
    p, moved = shares(with_reference(predictors(sample, B))), with_reference(around.moved)
    change = np.abs(moved - np.sum(p * moved, axis=1, keepdims=True))
    # Of a row's own class nothing is asked.
    np.put_along_axis(change, sample.y.astype(int)[:, None], 0.0, axis=1)
    return bool(np.all(change[sample.mass > 0] < CERTAIN))


def overlaps_after_newton(sample: Sample, classes: int) -> bool:
    """Whether Newton's method comes to a point where it is certain that the classes overlap."""
    B = null_coefficients(sample, classes)
    for _ in range(ATTEMPTS):
        around = surroundings(sample, B)
        if around.root is None:
            return False
        if overlaps(sample, B, around):
            return True
        # Steps of at most 4 in any linear predictor: far enough to arrive, short enough not to saturate.
        B = B + around.step.reshape(B.shape) * min(1.0, 4.0 / float(np.max(np.abs(around.moved))))
    return False


def separated(
    sample: Sample,
    columns: tuple[str, ...],
    levels: tuple[Level, ...],
    B: np.ndarray,
    around: Surroundings,
    exact: bool,
) -> Finding | None:
    """The classes that a direction separates, or None if all overlap.

    Args:
        sample: the rows.
        columns: their names.
        levels: the labels, the reference first.
        B: coefficients, shape (K − 1, n).
        around: the loss around them.
        exact: whether an exact method has led there: no use in trying another one first.
    """
    if overlaps(sample, B, around) or (not exact and overlaps_after_newton(sample, len(levels))):
        return None
    return by_program(sample, columns, levels)


def by_program(sample: Sample, columns: tuple[str, ...], levels: tuple[Level, ...]) -> Finding | None:
    """The same by linear programs: one row for each row and each class that is not its own."""
    live, classes = np.flatnonzero(sample.mass), len(levels)
    Z = sample.coordinates.columns(sample.X[live].astype(np.float64))
    y, n = sample.y[live].astype(int), Z.shape[1]
    other = np.array([[k for k in range(classes) if k != own] for own in range(classes)])[y]
    pairs = np.zeros((len(live), classes - 1, classes, n))
    every = np.arange(len(live))
    pairs[every, :, y] = Z[:, None, :]
    for place in range(classes - 1):
        pairs[every, place, other[:, place]] = -Z
    # The reference has no coefficients.
    A, level = pairs[:, :, 1:].reshape(-1, (classes - 1) * n), np.zeros((0, (classes - 1) * n))
    apart = apart_rows(A, level)
    if not apart.any():
        return None
    features = np.flatnonzero(np.arange(n) != sample.intercept)
    price = np.tile(np.isin(np.arange(n), features), classes - 1)
    using = features[shortest(A, apart, price, level).reshape(-1, n)[:, features].any(axis=0)]
    single = next((j for j in using if len(using) > 1 and suffices(j, A, apart, n, features)), None)
    shown = tuple(columns[j] for j in (using if single is None else [single]))
    found = np.ones((len(live), classes), dtype=bool)
    np.put_along_axis(found, other, apart.reshape(len(live), -1), axis=1)
    return told(found, y, live, shown, levels)


def suffices(j: int, A: np.ndarray, apart: np.ndarray, n: int, features: np.ndarray) -> bool:
    """Whether column j, and the intercept, tell the same rows apart as all columns do."""
    kept = ~np.isin(np.arange(A.shape[1]) % n, features[features != j])
    return np.array_equal(apart_rows(A[:, kept], np.zeros((0, int(kept.sum())))), apart)


def told(
    apart: np.ndarray, y: np.ndarray, live: np.ndarray, columns: tuple[str, ...], levels: tuple[Level, ...]
) -> Finding:
    """What was found, and what to do.

    Args:
        apart: whether each row is strictly on its own class's side of each class, shape (rows, K).
        y: classes, shape (rows,).
        live: the rows' numbers in the table.
        columns: that do it.
        levels: the labels.
    """
    classes = range(len(levels))
    # of one class from another: both classes' rows, each on its own side.
    one_way = np.array([[bool(apart[y == a, b].all()) for b in classes] for a in classes])
    both = one_way & one_way.T & ~np.eye(len(levels), dtype=bool)
    boundary = live[~apart.all(axis=1)]
    complete = bool(apart.all())
    if len(columns) == 1:
        what = f"column {columns[0]!r} tells"
    else:
        what = f"a combination of {listed(list(map(repr, columns)), 8)} tells" if columns else "the intercepts tell"
    if complete:
        how = f"all {len(levels)} classes of all {len(live)} rows apart without error"
    elif both.any():
        first = int(both.sum(axis=1).argmax())
        others = listed([repr(levels[k]) for k in np.flatnonzero(both[first])], 8)
        how = f"the class {levels[first]!r} apart from {others} without error"
    else:
        # Such as a category in which a class never occurred.
        strange = apart & (y[:, None] != np.array(classes))
        k = int(strange.sum(axis=0).argmax())
        how = f"{strange[:, k].sum()} of {len(live)} rows apart from the class {levels[k]!r} without error"
    kind = "complete separation" if complete else "quasi-complete separation"
    return Finding(
        kind,
        len(live) - len(boundary),
        f"{kind}: {what} {how}; the likelihood grows for ever as the coefficients do, and no maximum-likelihood "
        "estimate exists",
        "leave out columns, merge classes or gather more rows; a penalty such as Ridge(0.001), or a rule such as "
        "'adam' for some epochs, still gives a classifier, without standard errors",
        columns=columns,
        rows=tuple(int(row) for row in boundary),
    )

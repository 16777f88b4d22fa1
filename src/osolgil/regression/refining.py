"""The last digits of a linear least-squares solution, by residuals that are exact to twice the precision.

One QR factorization loses as many digits as the columns are alike, and twice as many where the residuals are large. The
iterative refinement of Björck 1967 (*Iterative refinement of linear least squares solutions*, BIT 7; Golub & Van Loan
2013, §5.3.8) wins them back with the same factorization: residual and coefficients are corrected together, by

    [ I  A ] [δr]   [ b − r − Ax ]
    [ Aᵀ 0 ] [δx] = [    −Aᵀr    ]

whose right side alone is computed in twice the precision.
"""

import numpy as np

from osolgil.problems.sparse_rows import is_sparse
from osolgil.regression.sample import Sample

ENTRIES = 1_000_000
"""The largest design that is refined, in entries: above that the digits of the data are not worth the seconds."""

ITERATIONS = 12

SPLITTER = 2.0**27 + 1
"""Dekker 1971: cuts a float64 into two halves whose products are exact."""

LARGEST = 2.0**900
"""What is larger cannot be split without overflow."""


def two_sum(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a + b rounded, and what the rounding left out (Knuth, *The Art of Computer Programming* 2, §4.2.2)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def two_product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a·b rounded, and what the rounding left out (Dekker 1971)."""
    product = a * b
    a_high, b_high = SPLITTER * a, SPLITTER * b
    a_high, b_high = a_high - (a_high - a), b_high - (b_high - b)
    a_low, b_low = a - a_high, b - b_high
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def accurate_sum(terms: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """The sum over the first axis of terms + rest, as if in twice the precision; `rest` is small."""
    left = rest.sum(axis=0)
    while len(terms) > 1:
        half = len(terms) // 2
        total, lost = two_sum(terms[:half], terms[half : 2 * half])
        left = left + lost.sum(axis=0)
        terms = np.concatenate([total, terms[2 * half :]])
    found: np.ndarray = terms[0] + left
    return found


def refined(sample: Sample, beta: np.ndarray) -> np.ndarray:
    """Coefficients of the least squares of the sample's rows, to nearly all digits that the data determine.

    Args:
        sample: the rows; the columns are independent.
        beta: the solution so far, on the original scale, shape (n,).

    Returns:
        the refined coefficients; `beta` itself where the design is large or sparse, or refinement does not converge.
    """
    if is_sparse(sample.X) or sample.X.size > ENTRIES or not np.isfinite(beta).all():
        return beta
    root = np.sqrt(sample.mass)
    kept = root > 0
    A = root[kept, None] * sample.X[kept].astype(np.float64, copy=False)
    b = root[kept] * np.asarray(sample.y, dtype=np.float64)[kept]
    # Columns are scaled by powers of two, which is exact.
    norms = np.linalg.norm(A, axis=0)
    if len(A) < A.shape[1] or not (norms > 0).all() or max(np.abs(A).max(), np.abs(b).max()) > LARGEST:
        return beta
    scale = np.exp2(np.round(np.log2(norms)))
    A = A / scale
    Q, R = np.linalg.qr(A)
    if not np.linalg.cond(R) < 0.1 / np.finfo(np.float64).eps:
        return beta
    inverse = np.linalg.inv(R)
    x, r = beta * scale, b - A @ (beta * scale)
    before = np.inf
    for _ in range(ITERATIONS):
        products, lost = two_product(A, x)
        f = accurate_sum(np.vstack([b, -r, -products.T]), -lost.T)
        products, lost = two_product(A, r[:, None])
        h = inverse.T @ -accurate_sum(products, lost)
        d = Q.T @ f
        change = inverse @ (d - h)
        size = float(np.max(np.abs(change) / np.maximum(np.abs(x), np.finfo(np.float64).tiny)))
        if not size < 0.5 * before:
            break
        x, r, before = x + change, r + (f - Q @ (d - h)), size
        if size <= np.finfo(np.float64).eps:
            break
    return x / scale if before < 1e-3 else beta

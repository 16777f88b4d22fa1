"""The last digits of linear least squares, against exact fractions."""

from fractions import Fraction

import numpy as np
import pytest

from osolgil.regression import fit
from osolgil.regression.refining import accurate_sum, two_product, two_sum

random = np.random.default_rng(2)


def test_a_product_and_a_sum_lose_nothing():
    a, b = random.normal(size=50) * 10.0 ** random.integers(-9, 9, 50), random.normal(size=50)
    for operation, exact in ((two_product, lambda p, q: p * q), (two_sum, lambda p, q: p + q)):
        rounded, lost = operation(a, b)
        for p, q, r, e in zip(a, b, rounded, lost, strict=True):
            assert exact(Fraction(p), Fraction(q)) == Fraction(r) + Fraction(e)


@pytest.mark.parametrize("count", [1, 2, 7, 64])
def test_a_sum_that_cancels_keeps_its_digits(count):
    terms = random.normal(size=(count, 3))
    terms = np.concatenate([terms, 1e12 * terms, -1e12 * terms])
    exact = [float(sum(map(Fraction, column))) for column in terms.T]
    np.testing.assert_allclose(accurate_sum(terms, np.zeros((1, 3))), exact, rtol=1e-14)


def test_weights_and_rows_of_no_weight_are_respected():
    x, y = random.normal(size=20), random.normal(size=20)
    weights = random.uniform(0.5, 2, size=20)
    weights[3] = 0
    model = fit("y ~ x", {"x": x, "y": np.where(weights > 0, y, 1e9)}, weights=weights)
    root = np.sqrt(weights)
    expected = np.linalg.lstsq(root[:, None] * np.column_stack([np.ones(20), x]), root * y, rcond=None)[0]
    np.testing.assert_allclose(model.vector, expected, rtol=1e-12)


def test_hilbert_s_matrix_is_solved_to_the_last_digits():
    n, rows = 7, 9
    design = np.array([[1 / (i + j + 1) for j in range(n)] for i in range(rows)])
    y = random.normal(size=rows)
    model = fit(X=design, y=y, intercept=False)
    A = [[Fraction(float(v)) for v in row] for row in design]
    system = [
        [sum(r[i] * r[j] for r in A) for j in range(n)]
        + [sum(r[i] * Fraction(float(v)) for r, v in zip(A, y, strict=True))]
        for i in range(n)
    ]
    for i in range(n):
        for k in range(n):
            if k != i:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i], strict=True)]
    exact = [float(system[i][n] / system[i][i]) for i in range(n)]
    assert np.linalg.cond(design) > 1e8
    np.testing.assert_allclose(model.vector, exact, rtol=1e-13)

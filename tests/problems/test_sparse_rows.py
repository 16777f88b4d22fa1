"""Sparse rows, against the same rows as a dense array."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import sparse

from osolgil.problems import FiniteSum
from osolgil.problems.finite_sum import Batch
from osolgil.problems.sparse_rows import SparseRows, filled, means_and_spreads, with_ones
from osolgil.protocol import Layout, Needs, precision

random = np.random.default_rng(3)
DENSE = random.normal(size=(300, 7)) * (random.random((300, 7)) < 0.3)
DENSE[:, 0] = 1.0
DENSE[17, 1:] = 0.0
SPARSE = sparse.csr_array(DENSE)
Y = (random.random(300) < 0.5).astype(float)
WEIGHTS = random.uniform(0.1, 2.0, 300)
POINT = random.normal(size=7)
SHIFT = random.normal(size=7)
ALL = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
LAYOUT = Layout.of(POINT)


def loss(x, rows):
    X, y = rows
    eta = (X - SHIFT) @ x
    return jnp.logaddexp(0.0, eta) - y * eta


def test_value_gradient_hessian_and_its_products_equal_those_of_dense_rows():
    def everything(problem, x):
        product = problem.evaluate(x, Needs.PRODUCT, LAYOUT).product(x)
        batch = Batch(np.array([17, 3, 299]), jnp.array([1.0, 1.0, 0.0]), None)
        return problem.evaluate(x, ALL, LAYOUT)[:3], product, problem.evaluate_batch(x, batch, ALL, LAYOUT)[:3]

    with precision(np.dtype(np.float64)):
        found, expected = (
            jax.jit(everything)(FiniteSum(loss, (X, Y), WEIGHTS).prepared(np.float64), POINT)
            for X in (SparseRows.of(SPARSE), DENSE)
        )
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "dense"])
def test_rows_come_in_any_format(kind):
    X = SparseRows.of(DENSE if kind == "dense" else SPARSE.asformat(kind))
    assert X.shape == (300, 7)
    assert X.values.shape[1] == (DENSE != 0).sum(axis=1).max()
    with precision(np.dtype(np.float64)):
        np.testing.assert_allclose(X @ POINT, DENSE @ POINT, rtol=1e-13)
        np.testing.assert_allclose(X @ np.eye(7), DENSE)


def test_duplicate_entries_add_and_the_matrix_given_is_left_as_it_was():
    given = sparse.csr_array((np.array([1.0, 2.0, 4.0]), np.array([2, 2, 0]), np.array([0, 3])), shape=(1, 3))
    with precision(np.dtype(np.float64)):
        np.testing.assert_array_equal(SparseRows.of(given) @ np.array([1.0, 1.0, 10.0]), [34.0])
    assert given.nnz == 3


def test_rows_are_filled_up_in_columns_that_they_have_and_an_empty_row_in_the_first():
    X = SparseRows.of(np.array([[0.0, 5.0, 6.0], [0.0, 0.0, 7.0], [0.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(X.columns, [[1, 2], [2, 2], [0, 0]])
    np.testing.assert_array_equal(X.values, [[5, 6], [7, 0], [0, 0]])


def test_what_cannot_be_sparse_rows_is_refused():
    with pytest.raises(ValueError, match=r"shape \(rows, columns\); these have \(3,\)"):
        SparseRows.of(np.ones(3))
    uneven = sparse.lil_array((100_000, 20_000))
    uneven[5] = 1.0
    with pytest.raises(ValueError, match=r"Row 5 has 20,000 entries, 0\.2 are usual"):
        SparseRows.of(uneven)
    with pytest.raises(TypeError, match="7 columns cannot be multiplied"):
        SparseRows.of(SPARSE) @ np.ones(6)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_means_and_spreads_equal_those_of_dense_columns_also_far_from_zero(weights):
    far = DENSE.copy()
    far[:, 1] = 1e8 + np.arange(300)
    mean, spread = means_and_spreads(sparse.csr_array(far), weights)
    expected = np.average(far, axis=0, weights=weights)
    np.testing.assert_allclose(mean, expected, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(
        spread, np.sqrt(np.average((far - expected) ** 2, axis=0, weights=weights)), rtol=1e-8, atol=1e-7
    )


def test_products_of_columns_are_taken_from_the_entries_alone():
    X = SparseRows.of(SPARSE)
    with precision(np.dtype(np.float64)):
        np.testing.assert_allclose(X.across(WEIGHTS), WEIGHTS @ DENSE, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(X.products(WEIGHTS), (WEIGHTS * DENSE.T) @ DENSE, rtol=1e-12, atol=1e-14)
    wide = SparseRows.of(sparse.eye_array(100, format="csr"))
    assert filled({"X": wide}, crowded=True)["X"] is wide
    np.testing.assert_array_equal(filled({"X": wide})["X"], np.eye(100))


@pytest.mark.parametrize("X", [SPARSE, sparse.eye_array(300, format="csr"), np.asfortranarray(DENSE)])
def test_ones_are_put_before_the_columns_in_row_order(X):
    found = with_ones(X)
    plain, before = (part.toarray() if sparse.issparse(part) else part for part in (found, X))
    np.testing.assert_array_equal(plain, np.column_stack([np.ones(300), before]))
    assert sparse.issparse(found) or found.flags.c_contiguous

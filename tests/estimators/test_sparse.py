"""Sparse rows that are never filled in, against the same rows as an array.

What is filled in (up to a million entries, zeros among them) is to the bits as an array is. Else sums are taken over
entries alone and centring is left to the linear predictor: the same numbers up to rounding, here 1e-12 of them.
"""

import warnings

import numpy as np
import pytest
from scipy import sparse

from osolgil import fit
from osolgil.estimators import LinearRegression, LogisticRegression, NotDeterminedWarning, PoissonRegressor
from osolgil.methods import FISTA, LBFGS, Adam, Newton
from osolgil.problems import sparse_rows
from osolgil.problems.sparse_rows import is_sparse, settled
from osolgil.regression import NoInference, sample
from osolgil.regression.penalties import Lasso
from osolgil.regression.troubles import DataTrouble

RNG = np.random.default_rng(8)
DENSE = RNG.normal(2.0, 1.0, size=(90, 4)) * (RNG.random((90, 4)) < 0.25)
SPARSE = sparse.csr_array(DENSE)
LABELS = (DENSE @ [1.0, -1.0, 0.5, 0.0] + RNG.logistic(size=90) > 0.3).astype(float)
WEIGHTS = RNG.integers(1, 4, 90).astype(float)
THREE = RNG.choice(["a", "b", "c"], 90)


@pytest.fixture(autouse=True)
def never_filled(monkeypatch):
    monkeypatch.setattr(sparse_rows, "FILLED", 0)


def same(one, other, within=1e-12):
    np.testing.assert_allclose(one.coef_, other.coef_, rtol=within, atol=within)
    np.testing.assert_allclose(one.intercept_, other.intercept_, rtol=within, atol=within)


def test_sparse_rows_give_what_dense_rows_do_and_predict_the_same():
    one = LogisticRegression().fit(SPARSE, LABELS, sample_weight=WEIGHTS)
    other = LogisticRegression().fit(DENSE, LABELS, sample_weight=WEIGHTS)
    same(one, other)
    assert isinstance(one.method_, Newton)
    np.testing.assert_allclose(one.predict_proba(SPARSE), other.predict_proba(DENSE), rtol=1e-12)
    found = [model.to_model(X, LABELS, WEIGHTS).inference for model, X in ((one, SPARSE), (other, DENSE))]
    np.testing.assert_allclose(found[0].standard_errors, found[1].standard_errors, rtol=1e-10)


def test_fit_takes_sparse_rows_with_all_of_its_inference():
    one, other = (fit(X=X, y=LABELS, family="bernoulli", weights=WEIGHTS) for X in (SPARSE, DENSE))
    assert is_sparse(one.sample.X)
    np.testing.assert_allclose(one.vector, other.vector, rtol=1e-12)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(one.predict(SPARSE[:3]), other.predict(DENSE[:3]), rtol=1e-12)
    for kind in ("expected", "HC3"):
        errors = (list(model.with_covariance(kind).standard_errors.values()) for model in (one, other))
        np.testing.assert_allclose(*errors, rtol=1e-11)
    np.testing.assert_array_equal(one.sample.filled.X, other.sample.X)


def test_troubles_of_sparse_columns_are_those_of_dense_ones():
    wide = np.column_stack([DENSE, 2 * DENSE[:, 0] - DENSE[:, 1], np.zeros(90)])
    wide[3, 2] = np.nan
    for _ in range(2):
        said = []
        for X in (wide, sparse.csr_array(wide)):
            with pytest.raises(DataTrouble) as trouble:
                fit(X=X, y=LABELS, family="bernoulli")
            said.append(str(trouble.value))
        assert said[0] == said[1]
        assert "x3" in said[0] or ("x5 = 2·x1 - 1·x2" in said[0] and "'x6' is 0 in every row" in said[0])
        wide[3, 2] = 1.0


def test_columns_that_depend_on_one_another_give_the_shortest_coefficients():
    wide = np.column_stack([DENSE[:, :3], DENSE[:, 0] + DENSE[:, 1], np.zeros(90)])
    models = []
    for X in (wide, sparse.csr_array(wide)):
        with pytest.warns(NotDeterminedWarning, match="'x4' is an exact combination"):
            models.append(LogisticRegression(warm_start=True).fit(X, LABELS))
    same(*models, within=1e-10)
    with pytest.warns(NotDeterminedWarning):
        again = models[1].fit(sparse.csr_array(wide), LABELS)
    assert again.n_iter_ == 1


def test_a_linear_regression_solves_the_normal_equations():
    model = LinearRegression().fit(SPARSE, LABELS, sample_weight=WEIGHTS)
    residual = WEIGHTS * (model.predict(SPARSE) - LABELS)
    assert abs(np.append(residual @ DENSE, residual.sum())).max() < 1e-11


def test_many_columns_go_down_by_gradients_and_have_no_standard_errors(monkeypatch):
    monkeypatch.setattr(sample, "MANY", 3)
    free = fit(X=SPARSE, y=LABELS, family="bernoulli")
    assert isinstance(free.method, LBFGS)
    assert free.result.success
    with pytest.raises(NoInference, match="5 coefficients of sparse rows have no standard errors"):
        assert free.standard_errors
    monkeypatch.undo()
    assert free.vector == pytest.approx(fit(X=DENSE, y=LABELS, family="bernoulli").vector, abs=1e-4)


def test_softmax_in_batches_is_that_of_dense_rows_and_rows_may_come_in_any_width():
    one, other = (LogisticRegression(Adam(learning_rate=0.1), batch_size=30) for _ in range(2))
    for rows in (slice(0, 60), slice(30, 90)):
        one.partial_fit(SPARSE[rows], THREE[rows], classes=["a", "b", "c"])
        other.partial_fit(DENSE[rows], THREE[rows], classes=["a", "b", "c"])
    same(one, other)
    assert one.n_iter_ == 4


def test_a_lasso_of_very_many_columns_takes_the_longest_safe_steps(monkeypatch):
    monkeypatch.setattr("osolgil.estimators.descending.DENSE", 3)
    model = LogisticRegression(penalty=Lasso(0.1), tol=1e-9).fit(SPARSE, LABELS)
    assert isinstance(model.method_, FISTA)
    slopes = (model.predict_proba(SPARSE)[:, 1] - LABELS) @ DENSE / 90
    active = model.coef_[0] != 0
    assert 0 < active.sum() < 4
    np.testing.assert_allclose(slopes[active], -0.1 * np.sign(model.coef_[0][active]), atol=1e-8)
    assert (abs(slopes[~active]) <= 0.1).all()
    with pytest.raises(ValueError, match="curvature of this loss has no bound"):
        PoissonRegressor(penalty=Lasso(0.02)).fit(SPARSE, LABELS)


@pytest.mark.parametrize(
    "change",
    [
        sparse.coo_matrix,
        sparse.csc_array,
        sparse.lil_array,
        lambda X: sparse.csr_array((X.data, X.indices.astype(np.int64), X.indptr.astype(np.int64)), shape=X.shape),
        lambda X: sparse.csr_array((X.data[::-1], X.indices[::-1], X.nnz - X.indptr[::-1]), shape=X.shape)[::-1],
        lambda X: sparse.coo_array((np.tile(X.data / 2, 2), np.tile(X.nonzero(), 2)), shape=X.shape),
        lambda X: X + sparse.csr_array(([0.0], ([0], [3])), shape=X.shape),
    ],
    ids=["coo matrix", "csc", "lil", "int64", "unsorted", "duplicates", "explicit zero"],
)
def test_every_format_is_the_same_matrix(change):
    rows = change(SPARSE)
    model = LinearRegression().fit(rows, LABELS)
    same(model, LinearRegression().fit(SPARSE, LABELS), within=1e-14)
    np.testing.assert_array_equal(model.predict(rows), model.predict(SPARSE))


def test_few_entries_are_filled_in_and_then_all_is_to_the_bits(monkeypatch):
    monkeypatch.undo()
    assert isinstance(settled(SPARSE), np.ndarray)
    one, other = (LogisticRegression().fit(X, LABELS) for X in (SPARSE, DENSE))
    assert (one.coef_ == other.coef_).all()
    assert not is_sparse(fit(X=SPARSE, y=LABELS, family="bernoulli").sample.X)


@pytest.mark.parametrize("intercept", [True, False])
def test_rows_in_column_order_give_the_same_bits(intercept):
    one, other = (LogisticRegression(fit_intercept=intercept).fit(X, LABELS) for X in (DENSE, np.asfortranarray(DENSE)))
    assert (one.coef_ == other.coef_).all()
    assert (one.intercept_ == other.intercept_).all()
    one, other = (
        fit(X=X, y=LABELS, family="bernoulli", intercept=intercept) for X in (DENSE, np.asfortranarray(DENSE))
    )
    assert (one.vector == other.vector).all()
    assert (one.covariance == other.covariance).all()


def test_class_weights_are_weights_of_rows():
    kinds = LABELS.astype(int)
    own = LogisticRegression(class_weight={0: 3.0}).fit(DENSE, kinds, sample_weight=WEIGHTS)
    same(own, LogisticRegression().fit(DENSE, kinds, sample_weight=np.where(kinds == 0, 3.0, 1.0) * WEIGHTS))
    even = LogisticRegression(class_weight="balanced").fit(DENSE, kinds)
    assert even.predict_proba(DENSE)[kinds == 1, 0].mean() == pytest.approx(
        even.predict_proba(DENSE)[kinds == 0, 1].mean()
    )
    with pytest.raises(NoInference, match="class_weight, which says what errors cost"):
        even.to_model(DENSE, kinds)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({7: 2.0}, "names 7, which is no class; there are"),
        ({0: -1.0}, "finite and not negative"),
        ("even", "'even' is not known; give 'balanced'"),
    ],
)
def test_class_weights_that_make_no_sense_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        LogisticRegression(class_weight=given).fit(DENSE, LABELS.astype(int))


def test_balanced_classes_are_refused_in_batches():
    with pytest.raises(ValueError, match="balanced' is of all rows"):
        LogisticRegression(class_weight="balanced").partial_fit(DENSE, LABELS, classes=[0.0, 1.0])


def test_a_separated_class_is_seen_in_sparse_rows_too():
    side = (DENSE[:, 0] > 0).astype(int)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = LogisticRegression().fit(SPARSE, side)
    assert "Complete separation" in str(said[0].message)
    assert model.ridge_ == 1e-4

"""Many rows: a block at a time, a sample of them first, from wherever they lie."""

import numpy as np
import pytest

from osolgil.descent import progressive
from osolgil.problems import placing
from osolgil.regression import Lasso, Ridge, coordinates, fit, load, sample, solving
from osolgil.rows import blocks
from osolgil.rows.trouble import collinear

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(8192, 3)) * [1.0, 50.0, 0.1] + [3.0, 0.0, -1.0]
Y = (RANDOM.random(8192) < 1 / (1 + np.exp(2 - X @ [1.0, 0.02, 2.0]))).astype(float)
WEIGHTS = RANDOM.integers(1, 4, 8192).astype(float)


@pytest.fixture
def large(monkeypatch):
    """Every array counts as large, and is cut into blocks of 25 rows."""
    for room in (blocks, coordinates, sample):
        monkeypatch.setattr(room, "LARGE", 0)
    monkeypatch.setattr(blocks, "ENTRIES", 100)


@pytest.mark.parametrize("weights", [None, WEIGHTS[:500]], ids=["alike", "weighted"])
def test_a_block_at_a_time_gives_the_coefficients_and_errors_of_all_rows_at_once(weights, large, monkeypatch):
    by_blocks = fit(X=X[:500], y=Y[:500], family="bernoulli", weights=weights)
    monkeypatch.undo()
    at_once = fit(X=X[:500], y=Y[:500], family="bernoulli", weights=weights)
    np.testing.assert_allclose(by_blocks.vector, at_once.vector, rtol=1e-10)
    np.testing.assert_allclose(by_blocks.covariance, at_once.covariance, rtol=1e-10)


def test_columns_that_depend_on_others_are_found_block_by_block(large):
    design = np.column_stack([np.ones(500), X[:500], X[:500, 0] - 2 * X[:500, 2]])
    (found,) = collinear(design, ["Intercept", "a", "b", "c", "d"])
    assert found.columns == ("d", "a", "c")
    assert collinear(design[:, :4], ["Intercept", "a", "b", "c"]) == ()


def test_a_sum_over_blocks_does_not_depend_on_who_adds(large, monkeypatch):
    found = []
    for workers in (1, 3):
        monkeypatch.setattr(blocks.os, "cpu_count", lambda workers=workers: workers)
        found.append(blocks.summed(X, lambda rows: X[rows].sum(axis=0)))
    np.testing.assert_array_equal(*found)
    np.testing.assert_allclose(found[0], X.sum(axis=0), rtol=1e-12)


def test_auto_solves_a_sample_first_where_rows_are_many(monkeypatch):
    exact = fit(X=X, y=Y, family="bernoulli")
    monkeypatch.setattr(progressive, "LEAST", 1024)
    monkeypatch.setattr(progressive, "WORTH", 0)
    found = fit(X=X, y=Y, family="bernoulli")
    assert exact.why == "Newton's method, that is IRLS, the loss being convex"
    assert found.why == "L-BFGS on all rows, from the solution of 1,024 of them and the inverse of their Hessian"
    np.testing.assert_allclose(found.vector, exact.vector, rtol=1e-9)
    np.testing.assert_allclose(found.inference.standard_errors, exact.inference.standard_errors, rtol=1e-9)


def test_auto_spares_the_hessian_of_many_columns(monkeypatch):
    exact = fit(X=X[:500], y=Y[:500], family="bernoulli")
    monkeypatch.setattr(solving, "MANY", 3)
    found = fit(X=X[:500], y=Y[:500], family="bernoulli")
    assert (found.method_name, found.why) == ("lbfgs", "for 4 columns, whose Hessian is large")
    np.testing.assert_allclose(found.vector, exact.vector, rtol=1e-9)
    np.testing.assert_allclose(found.covariance, exact.covariance, rtol=1e-9)


def test_the_bits_are_the_same_from_row_order_column_order_and_disk(tmp_path, monkeypatch):
    # As of arrays that are large: their copies are made by threads, and read where they lie.
    monkeypatch.setattr(placing, "LARGE", 0)
    monkeypatch.setattr(placing, "BLOCK", 1000)
    np.save(tmp_path / "rows.npy", X)
    np.save(tmp_path / "columns.npy", np.asfortranarray(X))
    given = [
        X,
        np.asfortranarray(X),
        *(np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("rows", "columns")),
    ]
    options = {"family": "bernoulli", "method": "adagrad", "batch_size": 1024, "epochs": 2}
    models = [fit(X=each, y=Y, **options) for each in given]
    for model in models[1:]:
        np.testing.assert_array_equal(model.vector, models[0].vector)
        np.testing.assert_array_equal(model.trace.value, models[0].trace.value)


@pytest.mark.parametrize("penalty", [Ridge(0.01), Lasso({".": 0.02, "x2": 0.0})], ids=["ridge", "lasso"])
def test_a_penalized_model_is_saved_with_its_penalty_and_certificate_and_polished_under_it(penalty, tmp_path):
    options = {"X": X[:500], "y": Y[:500], "family": "bernoulli", "penalty": penalty}
    model = fit(**options)
    assert model.certificate.worst < 1e-9
    model.save(tmp_path / "model.json")
    again = load(tmp_path / "model.json")
    assert type(again.penalty) is type(penalty)
    np.testing.assert_array_equal(again.penalty.strength, model.penalty.strength)
    assert str(again.certificate) == str(model.certificate)
    assert str(model.certificate) in " ".join(str(model).split())
    walked = fit(**options, method="fista" if not penalty.smooth else "gradient_descent", epochs=3)
    assert walked.certificate.worst > 1e-6
    np.testing.assert_allclose(walked.polish().vector, model.vector, rtol=1e-7)

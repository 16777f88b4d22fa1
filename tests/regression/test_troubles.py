import numpy as np
import pytest

from osolgil.regression import DataTrouble, NoInference, fit
from osolgil.regression.arrays import array_design
from osolgil.regression.families import Bernoulli
from osolgil.regression.given import sampled
from osolgil.regression.sample import surroundings
from osolgil.regression.separation import find_separation, overlaps, separating_plane

X6 = [1.0, 2.0, 3.0, 3.0, 4.0, 5.0]


def trouble_of(formula, table, **options):
    with pytest.raises(DataTrouble) as caught:
        fit(formula, table, **options)
    return caught.value


def test_complete_separation_is_named():
    table = {"x": [1, 2, 3, 7, 8, 9], "z": [1, 9, 2, 8, 3, 7], "y": [0, 0, 0, 1, 1, 1]}
    error = trouble_of("y ~ x + z", table, family="bernoulli")
    (found,) = error.troubles
    assert (found.cause, found.columns, found.rows) == ("complete separation", ("x",), ())
    assert str(error).startswith("Complete separation: column 'x' tells the classes of all 6 rows apart without error")
    assert "no maximum-likelihood estimate exists; leave out columns" in str(error)


def test_quasi_complete_separation_is_told_apart_and_names_the_rows_between():
    table = {"x": X6, "z": [1, 9, 2, 2, 3, 7], "y": [0, 0, 0, 1, 1, 1]}
    error = trouble_of("y ~ x + z", table, family="bernoulli")
    (found,) = error.troubles
    assert (found.cause, found.columns, found.rows) == ("quasi-complete separation", ("x",), (2, 3))
    assert "4 of 6 rows apart without error, and only rows 2, 3 (the first row is row 0) lie between them" in str(error)


def test_a_dummy_that_occurs_with_one_class_only_is_quasi_complete_separation():
    table = {"x": [1, 2, 3, 4, 5, 3, 2, 4], "g": list("aaaaaabb"), "y": [0, 1, 0, 1, 0, 1, 1, 1]}
    (found,) = trouble_of("y ~ x + g", table, family="bernoulli").troubles
    assert (found.cause, found.columns) == ("quasi-complete separation", ("g[T.b]",))
    assert found.rows == (0, 1, 2, 3, 4, 5)


def test_a_combination_that_separates_is_named_by_all_of_its_columns():
    table = {"x": [1, 5, 3, 2, 6, 4], "z": [0, 4, 2, 3, 7, 5], "y": [0, 0, 0, 1, 1, 1]}  # 1 is where z > x
    (found,) = trouble_of("y ~ x + z", table, family="bernoulli").troubles
    assert (found.cause, found.columns) == ("complete separation", ("x", "z"))
    assert "a combination of 'x', 'z' tells" in found.evidence


def test_breast_cancer_with_all_thirty_columns_is_completely_separated():
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    with pytest.raises(DataTrouble) as caught:
        fit(X=data.data, y=data.target, columns=data.feature_names, family="bernoulli")
    (found,) = caught.value.troubles
    assert found.cause == "complete separation"
    assert set(found.columns) <= set(data.feature_names)


def test_a_rule_stops_short_of_a_separation_with_a_classifier_and_no_inference():
    model = fit("y ~ x", {"x": X6, "y": [0, 0, 0, 1, 1, 1]}, family="bernoulli", method="gradient_descent", epochs=20)
    assert model.troubles[0].cause == "quasi-complete separation"
    assert model.predict({"x": [0.0, 9.0]}, kind="class").tolist() == [0, 1]
    with pytest.raises(NoInference, match=r"^Quasi-complete separation"):
        _ = model.distance


def sample_of(rng, rows, separated):
    X = rng.normal(size=(rows, 3)) * [1, 100, 0.01] + [0, 300, 0]
    eta = (X - [0, 300, 0]) @ [1, 0.01, -50] + 0.3
    y = eta > 0 if separated else rng.random(rows) < 1 / (1 + np.exp(-2 * eta))
    return sampled(array_design(X, y.astype(float), None, True), None)


def test_newtons_certificate_and_the_linear_program_agree():
    rng = np.random.default_rng(11)
    verdicts = []
    for trial in range(40):
        sample = sample_of(rng, 16, separated=trial % 4 == 0)
        if len(set(sample.y)) == 1:
            continue
        plane = separating_plane(sample, ("Intercept", "a", "b", "c"))
        certain = find_separation(
            Bernoulli(), sample, ("Intercept", "a", "b", "c"), surroundings(Bernoulli(), sample, np.zeros(4)), False
        )
        assert (plane is None) == (certain is None)
        verdicts.append(plane is None)
        if plane is not None:
            margins = np.where(sample.y > 0.5, 1, -1) * (sample.X @ plane.direction)
            assert plane.complete
            assert margins.min() > 1e-6
            # No step of Newton's from anywhere may claim that separated classes overlap.
            for scale in (0.0, 0.1, 1.0, 3.0):
                around = surroundings(Bernoulli(), sample, scale * plane.direction)
                assert not overlaps(around, Bernoulli().sides(sample.y), sample.mass)
    assert 5 < sum(verdicts) < len(verdicts) - 5


def test_collinear_columns_are_refused_by_the_exact_method_and_reported_by_a_rule():
    x = np.arange(15.0)
    table = {"x": x, "z": 2 * x + 1, "y": np.sqrt(x)}
    (found,) = trouble_of("y ~ x + z", table).troubles
    assert (found.cause, found.columns[0]) == ("collinear", "z")
    model = fit("y ~ x + z", table, method="gradient_descent", epochs=5, driver="host")
    assert model.troubles == (found,)
    with pytest.raises(NoInference, match=r"^Column 'z' is an exact combination of others: z = 1·Intercept \+ 2·x"):
        _ = model.standard_errors


def test_a_constant_column_is_told_apart_from_a_collinear_one():
    x = np.arange(15.0)
    found = trouble_of("y ~ x + z + k", {"x": x, "z": 2 * x, "k": 0 * x + 3, "y": np.sqrt(x)}).troubles
    assert [(trouble.cause, trouble.columns[0]) for trouble in found] == [("constant", "k"), ("collinear", "z")]
    # Where there is no intercept a constant column is one.
    alone = fit("y ~ k + x - 1", {"k": 0 * x + 4, "x": x, "y": np.sqrt(x)})
    assert alone.coefficients["k"] == pytest.approx(np.polyfit(x, np.sqrt(x), 1)[1] / 4, rel=1e-12)


def test_a_constant_response_is_named_and_refused_by_the_exact_method_only():
    table = {"x": X6, "y": [65.0] * 6}
    error = trouble_of("y ~ x", table)
    (found,) = error.troubles
    assert (found.cause, found.columns) == ("constant response", ("y",))
    assert (
        str(error) == "The response 'y' is 65 in all 6 rows, so there is nothing to explain; choose another response."
    )
    model = fit("y ~ x", table, method="gradient_descent", epochs=5, driver="host")
    assert model.troubles == (found,)
    with pytest.raises(NoInference, match="is 65 in all 6 rows"):
        _ = model.standard_errors
    # Rows that do not count do not vary it; and without an intercept there is something to explain.
    assert (
        trouble_of("y ~ x", {**table, "y": [1.0, 2, 2, 2, 2, 2]}, weights=[0, 1, 1, 1, 1, 1]).troubles[0].cause
        == found.cause
    )
    assert fit("y ~ x - 1", table).troubles == ()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_named_by_column_and_row(bad):
    x = np.arange(15.0)
    x[[3, 8]] = bad
    with pytest.raises(ValueError, match=r"'x' .* in 2 of 15 rows: 3, 8"):
        fit("y ~ x", {"x": x, "y": np.arange(15.0)})
    with pytest.raises(DataTrouble, match=r"'x1' .* in 2 of 15 rows: 3, 8") as caught:
        fit(X=x, y=np.arange(15.0))
    assert caught.value.troubles[0].cause == "missing"
    with pytest.raises(DataTrouble, match=r"'weights' .* in 2 of 15 rows"):
        fit(X=np.arange(15.0), y=np.arange(15.0) ** 2, weights=x)


def test_one_class_and_a_wrong_target_are_told_apart():
    assert trouble_of("y ~ x", {"x": X6, "y": [1] * 6}, family="bernoulli").troubles[0].cause == "one class"
    found = trouble_of("y ~ x", {"x": X6, "y": [0, 1, 2, 0, 1, 1]}, family="bernoulli").troubles[0]
    assert (found.cause, found.columns, found.rows) == ("wrong target", ("y",), (2,))
    assert trouble_of("y ~ x", {"x": X6, "y": list("ababab")}).troubles[0].cause == "wrong target"
    weights = [1, 1, 0, 1, 1, 1]
    error = trouble_of("y ~ x", {"x": X6, "y": [0, 0, 1, 0, 0, 0]}, family="bernoulli", weights=weights)
    assert error.troubles[0].cause == "one class"

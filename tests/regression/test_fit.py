import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest
from oracles.regression import (
    LONGLEY,
    LONGLEY_CERTIFIED,
    LONGLEY_ERRORS,
    NORRIS,
    SPECTOR,
    WOMEN,
    logistic_irls,
    ordinary_least_squares,
)
from scipy import stats

from osolgil.descent import Status, Stop
from osolgil.methods import Adam, GradientDescent
from osolgil.regression import NoInference, SquaredErrorLogistic, fit
from osolgil.regression.families import Bernoulli
from osolgil.regression.goodness import null_predictor
from osolgil.regression.penalties import Lasso

LINE = "height ~ weight"


@pytest.fixture(scope="module")
def women():
    return fit(LINE, WOMEN)


@pytest.fixture(scope="module")
def spector():
    return fit("GRADE ~ GPA + TUCE + PSI", SPECTOR, family="bernoulli")


def digits(found, certified):
    return -np.log10(np.max(np.abs(np.asarray(found) - certified) / np.abs(certified)))


def test_women_heights_on_weights(women):
    assert women.coefficients["weight"] == pytest.approx(0.287249, abs=5e-7)
    assert women.coefficients["Intercept"] == pytest.approx(25.723456, abs=5e-7)
    assert (women.result.nit, women.result.status) == (1, Status.CONVERGED)


def test_a_simple_line_is_what_scipy_says(women):
    known = stats.linregress(WOMEN["weight"], WOMEN["height"])
    assert women.coefficients["weight"] == pytest.approx(known.slope, rel=1e-13)
    assert women.standard_errors["weight"] == pytest.approx(known.stderr, rel=1e-12)
    assert women.standard_errors["Intercept"] == pytest.approx(known.intercept_stderr, rel=1e-12)
    assert women.p_values["weight"] == pytest.approx(known.pvalue, rel=1e-10)
    assert women.r_squared == pytest.approx(known.rvalue**2, rel=1e-13)


def test_gaussian_log_likelihood_takes_rss_over_n_and_aic_counts_sigma(women):
    rss = float(np.sum((WOMEN["height"] - women.predict()) ** 2))
    assert women.sigma == pytest.approx(np.sqrt(rss / 13), rel=1e-12)
    best = float(np.sum(stats.norm.logpdf(WOMEN["height"], women.predict(), np.sqrt(rss / 15))))
    assert women.log_likelihood == pytest.approx(best, rel=1e-12)
    assert women.aic == pytest.approx(2 * 3 - 2 * best, rel=1e-12)
    assert women.bic == pytest.approx(3 * np.log(15) - 2 * best, rel=1e-12)
    assert women.deviance == pytest.approx(rss, rel=1e-12)
    assert women.null_deviance == pytest.approx(280.0, rel=1e-13)


def test_spector_and_mazzeo_logit(spector):
    names = ("GPA", "TUCE", "PSI", "Intercept")
    found = [spector.coefficients[name] for name in names]
    errors = [spector.standard_errors[name] for name in names]
    np.testing.assert_allclose(found, [2.82611, 0.0951577, 2.37869, -13.0213], rtol=4e-6)
    np.testing.assert_allclose(errors, [1.26295, 0.141554, 1.06456, 4.93132], rtol=1e-5)
    X = np.column_stack([np.ones(32), SPECTOR["GPA"], SPECTOR["TUCE"], SPECTOR["PSI"]])
    beta, oracle, log_likelihood = logistic_irls(X, SPECTOR["GRADE"])
    np.testing.assert_allclose(spector.vector, beta, rtol=1e-10)
    np.testing.assert_allclose(spector.inference.standard_errors, oracle, rtol=1e-9)
    assert spector.log_likelihood == pytest.approx(log_likelihood, rel=1e-12)
    assert spector.aic == pytest.approx(8 - 2 * log_likelihood, rel=1e-12)
    assert spector.p_values["PSI"] == pytest.approx(2 * stats.norm.sf(found[2] / oracle[3]), rel=1e-5)
    assert spector.confusion.tolist() == [[18, 3], [3, 8]]
    assert spector.accuracy == 26 / 32


def test_bernoulli_null_deviance_is_that_of_the_share_of_successes(spector):
    p = 11 / 32
    assert spector.null_deviance == pytest.approx(-2 * (11 * np.log(p) + 21 * np.log(1 - p)), rel=1e-13)
    assert spector.pseudo_r_squared == pytest.approx(1 - spector.deviance / spector.null_deviance, rel=1e-13)


def test_norris_agrees_with_the_certified_values_to_twelve_digits():
    model = fit(X=NORRIS[:, 1], y=NORRIS[:, 0])
    assert digits(model.vector, [-0.262323073774029, 1.00211681802045]) > 12
    assert digits(model.inference.standard_errors, [0.232818234301152, 0.000429796848199937]) > 12
    assert digits(model.sigma, 0.884796396144373) > 12
    assert digits(model.r_squared, 0.999993745883712) > 14


def test_longley_agrees_with_the_certified_values_and_refinement_wins_back_what_the_raw_scale_loses():
    model = fit(X=LONGLEY[:, 1:], y=LONGLEY[:, 0])
    assert digits(model.vector, LONGLEY_CERTIFIED) > 12
    assert digits(model.inference.standard_errors, LONGLEY_ERRORS) > 12
    raw = fit(X=LONGLEY[:, 1:], y=LONGLEY[:, 0], standardize=False)
    assert 10 < digits(raw.result.x, LONGLEY_CERTIFIED) < 12
    assert digits(raw.vector, LONGLEY_CERTIFIED) > 12


def test_weights_are_inverse_variances_for_the_gaussian():
    w = np.linspace(0.5, 2, 15)
    beta, errors, sigma = ordinary_least_squares(np.column_stack([np.ones(15), WOMEN["weight"]]), WOMEN["height"], w)
    for model in (fit(LINE, WOMEN, weights=w), fit(LINE, {**WOMEN, "w": w}, weights="w")):
        np.testing.assert_allclose(model.vector, beta, rtol=1e-10)
        np.testing.assert_allclose(model.inference.standard_errors, errors, rtol=1e-9)
        assert model.sigma == pytest.approx(sigma, rel=1e-10)
        scale = np.sqrt(model.deviance / 15 / w)
        known = stats.norm.logpdf(WOMEN["height"], model.predict(), scale).sum()
        assert model.log_likelihood == pytest.approx(known, rel=1e-12)


def test_weights_are_repetitions_for_the_bernoulli():
    w = 1 + np.arange(32) % 3
    X, y = np.column_stack([np.ones(32), SPECTOR["GPA"], SPECTOR["TUCE"], SPECTOR["PSI"]]), SPECTOR["GRADE"]
    beta, errors, log_likelihood = logistic_irls(np.repeat(X, w, axis=0), np.repeat(y, w))
    model = fit("GRADE ~ GPA + TUCE + PSI", SPECTOR, family="bernoulli", weights=w)
    np.testing.assert_allclose(model.vector, beta, rtol=1e-10)
    np.testing.assert_allclose(model.inference.standard_errors, errors, rtol=1e-8)
    assert model.bic == pytest.approx(4 * np.log(w.sum()) - 2 * log_likelihood, rel=1e-12)
    assert model.confusion.sum() == w.sum()


def test_rows_of_weight_zero_are_as_if_they_were_not_there():
    w = np.where(np.arange(15) == 3, 0.0, 1.0)
    table = {**WOMEN, "height": np.where(w == 0, 1e4, WOMEN["height"])}
    keep = w > 0
    X = np.column_stack([np.ones(14), WOMEN["weight"][keep]])
    beta, errors, _ = ordinary_least_squares(X, WOMEN["height"][keep])
    model = fit(LINE, table, weights=w)
    np.testing.assert_allclose(model.vector, beta, rtol=1e-10)
    np.testing.assert_allclose(model.inference.standard_errors, errors, rtol=1e-8)
    rss = np.sum((WOMEN["height"][keep] - X @ beta) ** 2)
    assert model.goodness.rows == 14
    assert model.log_likelihood == pytest.approx(-7 * (np.log(2 * np.pi * rss / 14) + 1), rel=1e-11)


def test_every_kind_of_table_gives_the_same_bits(women, tmp_path):
    frame = pd.DataFrame(WOMEN)
    frame.to_csv(tmp_path / "plain.csv", index=False)
    frame.to_csv(tmp_path / "bom.csv", index=False, encoding="utf-8-sig")
    pyarrow.parquet.write_table(pa.table(WOMEN), tmp_path / "women.parquet")
    files = [tmp_path / "plain.csv", tmp_path / "bom.csv", str(tmp_path / "women.parquet")]
    for table in [frame, pl.DataFrame(WOMEN), pa.table(WOMEN), *files]:
        assert fit(LINE, table).coefficients == women.coefficients
    arrays = fit(X=WOMEN["weight"], y=WOMEN["height"], columns=["weight"])
    assert arrays.coefficients == women.coefficients


def test_korean_names_and_labels_reach_the_coefficients():
    table = {"키": WOMEN["height"], "몸무게": WOMEN["weight"], "조": ["가", "나", "나"] * 5}
    model = fit("키 ~ 몸무게 + 조", table)
    assert list(model.coefficients) == ["Intercept", "몸무게", "조[T.나]"]
    assert "조[T.나]" in str(model)


def test_without_an_intercept_r_squared_is_about_zero():
    model = fit("height ~ weight + I(weight**2) - 1", WOMEN)
    h = WOMEN["height"]
    beta, errors, sigma = ordinary_least_squares(np.column_stack([WOMEN["weight"], WOMEN["weight"] ** 2]), h)
    np.testing.assert_allclose(model.vector, beta, rtol=1e-9)
    np.testing.assert_allclose(model.inference.standard_errors, errors, rtol=1e-8)
    assert model.r_squared == pytest.approx(1 - 13 * sigma**2 / (h @ h), rel=1e-10)


def test_start_path_and_answer_are_on_the_original_scale(women):
    model = fit(LINE, WOMEN, method=GradientDescent(1.0), start={"weight": 1, "Intercept": 0}, record="path")
    path = model.trace.path
    assert path[0].tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(path[-1], model.vector)
    # On standardized columns the Hessian of the mean loss is the identity: a rate of 1 is Newton's step.
    np.testing.assert_allclose(path[1], women.vector, rtol=1e-10)
    half_rss = np.mean((WOMEN["height"] - WOMEN["weight"]) ** 2) / 2
    assert model.trace.value[0] == pytest.approx(half_rss, rel=1e-13)
    np.testing.assert_array_equal(
        fit(LINE, WOMEN, method=GradientDescent(1.0), start=np.array([0, 1]), record="path").trace.path, path
    )


@pytest.mark.parametrize("options", [{}, {"weights": np.arange(1.0, 16.0)}, {"standardize": False}])
def test_a_rule_starts_at_the_model_of_the_intercept_alone(options):
    w = options.get("weights")
    mean = np.average(WOMEN["height"], weights=w)
    model = fit(LINE, WOMEN, method="adam", record="path", stop=Stop(steps=1), driver="host", **options)
    np.testing.assert_allclose(model.trace.path[0], [mean, 0.0], rtol=1e-14)


@pytest.mark.parametrize("family", ["bernoulli", "squared_error_logistic"])
def test_a_rule_starts_at_the_logit_of_the_share_of_successes(family):
    model = fit("GRADE ~ GPA", SPECTOR, family=family, method="adam", record="path", stop=Stop(steps=1), driver="host")
    np.testing.assert_allclose(model.trace.path[0], [np.log(11 / 21), 0.0], rtol=1e-13)


def test_a_start_that_is_given_and_a_model_without_an_intercept_begin_where_they_did():
    short = {"method": "adam", "record": "path", "stop": Stop(steps=1), "driver": "host"}
    assert fit(LINE, WOMEN, start={"weight": 1}, **short).trace.path[0].tolist() == [0.0, 1.0]
    assert fit("height ~ weight - 1", WOMEN, **short).trace.path[0].tolist() == [0.0]
    assert fit(LINE, WOMEN, record="path").trace.path[0].tolist() == [0.0, 0.0]  # exact, so that it need not begin well


def test_a_share_of_successes_that_rounds_to_one_still_has_a_finite_logit():
    eta = null_predictor(Bernoulli(), np.array([0.0, 1.0]), np.array([1e-300, 1.0]))
    assert 30 < eta < 40
    assert null_predictor(Bernoulli(), np.array([0.0, 1.0]), np.array([1.0, 1e-300])) == pytest.approx(-eta, rel=0.1)


def test_adam_with_nothing_but_defaults_arrives():
    model = fit(LINE, WOMEN, method="adam")
    assert model.result.status is Status.CONVERGED
    assert max(model.distance.values()) < 1e-4
    # From zero a rate of 0.001 takes at most 10 of the 65 that the intercept needs.
    assert max(fit(LINE, WOMEN, method="adam", start=[0, 0]).distance.values()) > 50


def test_the_raw_scale_crawls_where_the_standardized_one_arrives():
    X = np.column_stack([np.ones(15), WOMEN["weight"]])
    slow, fast = np.linalg.eigvalsh(X.T @ X / 15)
    assert fast / slow == pytest.approx(1.597e6, rel=1e-3)  # the condition number: 1 after standardization
    standardized = fit(LINE, WOMEN, method=GradientDescent(1.0))
    assert (standardized.result.nit, standardized.result.status) == (1, Status.CONVERGED)
    raw = fit(LINE, WOMEN, method=GradientDescent(1 / fast), standardize=False, start=[0, 0])
    assert (raw.result.nit, raw.result.status) == (10_000, Status.STEP_LIMIT)
    # The flat direction has shrunk by (1 − slow/fast)¹⁰⁰⁰⁰ = 0.994 only.
    assert raw.distance["Intercept"] == pytest.approx(24.6453 * (1 - slow / fast) ** 10_000, rel=1e-3)
    with pytest.raises(NoInference, match=r"24 standard errors from the optimum.*model\.polish\(\)"):
        _ = raw.standard_errors
    diverged = fit(LINE, WOMEN, method=GradientDescent(1.0), standardize=False)
    assert diverged.result.status is Status.DIVERGED


@pytest.mark.parametrize("name", ["gradient_descent", "adagrad", "adam", "lamb"])
def test_any_rule_takes_mini_batches_and_says_how_far_it_got(name):
    order = {"adam": "replacement", "adagrad": "fixed"}.get(name, "shuffled")
    model = fit(LINE, WOMEN, method=name, batch_size=4, epochs=3, order=order, driver="host")
    assert model.result.status is Status.COMPLETED
    assert model.result.epochs == pytest.approx(3, abs=0.3)
    assert model.standing.inference is None
    assert max(model.distance.values()) > 1


def test_mini_batches_make_a_hundred_epochs_unless_told_otherwise():
    model = fit(LINE, WOMEN, method=Adam(learning_rate=0.5), batch_size=5, driver="host")
    assert (model.result.epochs, model.result.status) == (100, Status.COMPLETED)
    stopped = fit(LINE, WOMEN, method=Adam(learning_rate=0.5), batch_size=5, stop=Stop(steps=7), driver="host")
    assert stopped.result.nit == 7


def test_a_rule_that_arrives_gives_the_same_inference_as_the_exact_solution(women):
    model = fit(LINE, WOMEN, method=GradientDescent(1.0))
    np.testing.assert_allclose(model.vector, women.vector, rtol=1e-10)
    np.testing.assert_allclose(model.covariance, women.covariance, rtol=1e-10)


def test_squared_error_through_the_logistic_function_describes_but_concludes_nothing():
    model = fit("GRADE ~ GPA", SPECTOR, family=SquaredErrorLogistic(), method="gradient_descent", epochs=5)
    assert model.log_likelihood is None
    assert model.accuracy is not None
    with pytest.raises(NoInference, match="is not a likelihood; use the family 'bernoulli'"):
        _ = model.distance
    with pytest.raises(ValueError, match="not convex, so no method is exact; choose one, such as 'adam'"):
        fit("GRADE ~ GPA", SPECTOR, family=SquaredErrorLogistic())


@pytest.mark.parametrize(("family", "steps"), [("gaussian", 1), ("bernoulli", 8)])
def test_a_hundred_thousand_rows(family, steps):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(100_000, 3)) * [1, 10, 0.1] + [0, 100, 5]
    eta = X @ [0.5, -0.05, 3.0] - 10
    y = eta + rng.normal(size=100_000) if family == "gaussian" else (rng.random(100_000) < 1 / (1 + np.exp(-eta))) * 1.0
    model = fit(X=X, y=y, family=family)
    whole = np.column_stack([np.ones(100_000), X])
    oracle = ordinary_least_squares if family == "gaussian" else logistic_irls
    beta, errors, _ = oracle(whole, y)
    np.testing.assert_allclose(model.vector, beta, rtol=1e-8)
    np.testing.assert_allclose(model.inference.standard_errors, errors, rtol=1e-8)
    assert model.result.nit <= steps


def test_float32_arrays_are_computed_in_float32_by_rules_and_exactly_by_auto():
    X, y = NORRIS[:, 1].astype(np.float32), NORRIS[:, 0].astype(np.float32)
    assert fit(X=X, y=y, method=GradientDescent(1.0)).result.x.dtype == np.float32
    exact = fit(X=X, y=y)
    assert exact.result.x.dtype == np.float64
    known = stats.linregress(X.astype(float), y.astype(float))
    assert exact.vector[1] == pytest.approx(known.slope, rel=1e-12)


def test_in_mini_batches_auto_is_adagrad_which_keeps_the_kink_of_a_penalty():
    model = fit("height ~ weight", WOMEN, batch_size=4, epochs=2)
    assert (model.method_name, model.result.epochs) == ("adagrad", 2)
    assert fit("height ~ weight", WOMEN, batch_size=4, epochs=2, penalty=Lasso(0.1)).method_name == "Proximal(adagrad)"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": {"wieght": 1}}, r"start names 'wieght', which is no coefficient; did you mean 'weight'\?"),
        ({"start": [1.0]}, r"start has the shape \(1,\); the coefficients are Intercept, weight"),
        ({"weights": np.ones(3)}, r"weights have the shape \(3,\); 15 rows need \(15,\)"),
        ({"weights": -np.ones(15)}, r"The weight of row 0 is -1 \(the first row is row 0\); weights are not negative"),
        ({"weights": np.zeros(15)}, r"No row has a weight above zero"),
        ({"weights": "wait"}, r"there is no column 'wait'"),
        ({"family": "bernoulli", "method": "gauss_newton"}, r"needs a sum of squared residuals"),
        ({"method": "adam", "epochs": 3, "stop": Stop(epochs=4)}, r"epochs=3 and Stop\(epochs=4\) were both given"),
        ({"X": WOMEN["weight"]}, r"Give a formula and a table"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(options, words):
    with pytest.raises(ValueError, match=words):
        fit(LINE, WOMEN, **options)


@pytest.mark.parametrize(
    ("arrays", "error", "words"),
    [
        (
            {"X": np.ones((3, 0)), "y": np.ones(3)},
            ValueError,
            r"X has the shape \(3, 0\); it must have rows and columns",
        ),
        ({"X": np.ones(3), "y": np.ones(4)}, ValueError, r"y has the shape \(4,\); 3 rows of X need \(3,\)"),
        ({"X": np.ones(3), "y": np.array(list("abc"))}, TypeError, r"y holds <U1, not numbers; code the classes as 0"),
        ({"X": np.array(list("abc")), "y": np.ones(3)}, TypeError, r"X holds <U1, not numbers; a formula turns text"),
        ({"X": np.ones((3, 2)), "y": np.ones(3), "columns": ["a", "a"]}, ValueError, r"must be 2 different names"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_a_sentence(arrays, error, words):
    with pytest.raises(error, match=words):
        fit(**arrays)


def test_rows_with_missing_values_are_dropped_only_when_asked():
    w = np.linspace(1, 2, 16)
    keep = np.arange(16) != 4
    broken = {name: np.insert(column, 4, np.nan) for name, column in WOMEN.items()}
    model = fit(LINE, broken, missing="drop", weights=w)
    X = np.column_stack([np.ones(15), WOMEN["weight"]])
    beta, _, _ = ordinary_least_squares(X, WOMEN["height"], w[keep])
    np.testing.assert_allclose(model.vector, beta, rtol=1e-10)
    arrays = fit(X=broken["weight"], y=broken["height"], missing="drop", weights=w)
    np.testing.assert_array_equal(arrays.vector, model.vector)
    assert "in 1 of 16 rows: 4" in str(model)


def test_a_data_frame_as_x_keeps_the_names_of_its_columns():
    frame = pd.DataFrame({"weight": WOMEN["weight"]})
    assert list(fit(X=frame, y=WOMEN["height"]).coefficients) == ["Intercept", "weight"]
    assert list(fit(X=frame, y=WOMEN["height"], columns=["pounds"]).coefficients) == ["Intercept", "pounds"]
    frame.columns = [0]
    assert list(fit(X=frame, y=WOMEN["height"]).coefficients) == ["Intercept", "x1"]

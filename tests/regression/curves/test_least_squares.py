"""least_squares and fit_curve, against SciPy's curve_fit and NumPy."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import curve_fit
from scipy.stats import t as student

from osolgil.descent import Stop
from osolgil.problems import LeastSquares, collections
from osolgil.regression import NoInference, fit_curve, least_squares
from osolgil.safety import UnsafeExpression

random = np.random.default_rng(3)
X = np.linspace(0.5, 6, 12)
Y = 5 * (1 - np.exp(-0.7 * X)) + 0.05 * random.normal(size=12)
TABLE = {"x": X, "y": Y}
FORMULA = "b1*(1 - exp(-b2*x))"
START = {"b1": 3.0, "b2": 1.0}


@pytest.fixture(scope="module")
def fitted():
    return fit_curve(FORMULA, TABLE, start=START)


def test_estimates_errors_and_intervals_are_scipy_s(fitted):
    best, covariance = curve_fit(lambda x, a, b: a * (1 - np.exp(-b * x)), X, Y, [3, 1], xtol=1e-14, ftol=1e-14)
    np.testing.assert_allclose(fitted.vector, best, rtol=1e-6)
    np.testing.assert_allclose(list(fitted.standard_errors.values()), np.sqrt(np.diag(covariance)), rtol=1e-5)
    np.testing.assert_allclose(fitted.inference.covariance, covariance, rtol=1e-5)
    residuals = Y - best[0] * (1 - np.exp(-best[1] * X))
    assert fitted.residual_sum_of_squares == pytest.approx(residuals @ residuals, rel=1e-9)
    assert fitted.residual_deviation == pytest.approx(np.sqrt(residuals @ residuals / 10), rel=1e-9)
    half = student.ppf(0.995, 10) * np.sqrt(covariance[0, 0])
    assert fitted.intervals(0.99)["b1"] == pytest.approx((best[0] - half, best[0] + half), rel=1e-5)
    assert (fitted.rows, fitted.freedom, fitted.success) == (12, 10, True)


def test_a_formula_may_name_its_response_and_a_function_may_be_the_curve(fitted):
    def saturation(x, b1, b2):
        return b1 * (1 - jnp.exp(-b2 * x))

    for other in (
        fit_curve(f"y = {FORMULA}", TABLE, start=START),
        fit_curve(f"y ~ {FORMULA}", TABLE, start=START),
        fit_curve(FORMULA, {"x": X, "amount": Y}, start=START),
        fit_curve(FORMULA, {"x": X, "amount": Y, "other": X}, start=START, response="amount"),
        fit_curve(saturation, TABLE, start=START),
    ):
        np.testing.assert_allclose(other.vector, fitted.vector, rtol=1e-10)


def test_the_response_may_be_an_expression_of_columns():
    fit = fit_curve("log(y) = a + b*x", TABLE, start={"a": 0.0, "b": 0.0})
    np.testing.assert_allclose(fit.vector, np.polyfit(X, np.log(Y), 1)[::-1], rtol=1e-9)


def test_predictions_are_the_curve_at_other_rows(fitted):
    b1, b2 = fitted.vector
    np.testing.assert_allclose(fitted.predict({"x": [0.0, 10.0]}), [0, b1 * (1 - np.exp(-10 * b2))], rtol=1e-12)
    with pytest.raises(ValueError, match="no column 'x'"):
        fitted.predict({"z": [1.0]})


def test_residuals_of_one_s_own_and_any_shape_of_parameters():
    def residuals(p, x, y):
        return p["scale"] * (1 - jnp.exp(-p["rate"] * x)) - y

    fit = least_squares(residuals, {"scale": 3.0, "rate": 1.0}, data=(X, Y))
    assert fit.names == ("['rate']", "['scale']")
    assert float(fit.x["scale"]) == pytest.approx(fit_curve(FORMULA, TABLE, start=START).estimate["b1"], rel=1e-9)
    with pytest.raises(ValueError, match="nothing to predict"):
        fit.predict({"x": [1.0]})


def test_a_collected_problem_brings_its_start():
    fit = least_squares(collections.named("bard"))
    assert fit.residual_sum_of_squares == pytest.approx(8.21487730658e-3, rel=1e-10)


def test_the_summary_shows_what_was_found(fitted):
    text = str(fitted.summary(0.9))
    for piece in ("y = b1*(1 - exp(-b2*x))", "Levenberg–Marquardt", "Std. error", "90 % from", "10 degrees of freedom"):
        assert piece in text
    assert "At the optimum" in text
    assert repr(fitted) == str(fitted.summary())


def refused(fit, words):
    assert fit.inference is None
    assert fit.standard_errors is None
    assert words in fit.refusal
    assert words in str(fit.summary()).replace("\n", " ")
    with pytest.raises(NoInference):
        fit.intervals()


def test_parameters_that_cannot_be_told_apart_are_named():
    fit = fit_curve("a*b*x + c", TABLE, start={"a": 1.0, "b": 1.0, "c": 0.0})
    refused(fit, "tell a and b apart")
    assert fit.estimate["a"] * fit.estimate["b"] == pytest.approx(np.polyfit(X, Y, 1)[0], rel=1e-6)


def test_a_parameter_without_effect_is_named():
    refused(fit_curve("a*x + 0*b", TABLE, start={"a": 1.0, "b": 1.0}), "b has no effect")


def test_as_many_parameters_as_rows_leave_nothing_to_estimate_from():
    refused(fit_curve("a + b*x", {"x": [1.0, 2.0], "y": [3.0, 5.0]}, start={"a": 0.0, "b": 0.0}), "leave no residuals")


def test_more_parameters_than_rows():
    fit = least_squares(lambda x: x[0] + x[1] - jnp.ones(1), [0.0, 0.0])
    assert fit.success
    refused(fit, "apart")


def test_an_exact_fit_has_no_standard_errors():
    fit = fit_curve("a + b*x", {"x": X, "y": 1 + 2 * X}, start={"a": 0.0, "b": 0.0})
    refused(fit, "exact up to rounding")
    assert fit.success


def test_a_run_that_was_cut_short_has_no_standard_errors():
    fit = fit_curve(FORMULA, TABLE, start=START, stop=Stop(steps=1))
    assert not fit.success
    refused(fit, "standard errors from the optimum")


def test_a_start_without_a_value_is_no_fit():
    fit = fit_curve("log(a)*x", TABLE, start={"a": -1.0})
    assert not fit.success
    refused(fit, "not finite")


def test_another_method_can_be_asked_for(fitted):
    fit = fit_curve(FORMULA, TABLE, start=START, method="dogleg")
    assert type(fit.result.method).__name__ == "Dogleg"
    np.testing.assert_allclose(fit.vector, fitted.vector, rtol=1e-7)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: fit_curve(FORMULA, TABLE, start={"b1": 1.0}), ValueError, "'b2' is meant as a parameter"),
        (lambda: fit_curve(FORMULA, TABLE, start=START | {"b3": 1.0}), ValueError, "start names 'b3'"),
        (lambda: fit_curve(FORMULA, TABLE, start={}), TypeError, "must name each parameter"),
        (lambda: fit_curve(FORMULA, TABLE, start=[1.0, 2.0]), TypeError, "must name each parameter"),
        (lambda: fit_curve(FORMULA, TABLE, start={"b1": np.nan, "b2": 1.0}), ValueError, "must be a finite number"),
        (
            lambda: fit_curve(FORMULA, {"x": X, "u": Y, "v": Y}, start=START),
            ValueError,
            "Say response=..., one of u, v",
        ),
        (lambda: fit_curve("y = b1*x", TABLE, start={"b1": 1.0}, response="y"), ValueError, "given twice"),
        (lambda: fit_curve("b1*x", TABLE | {"y": [np.nan, *Y[1:]]}, start={"b1": 1.0}), ValueError, "row 0"),
        (lambda: fit_curve("b1.real*x", TABLE, start={"b1": 1.0}), UnsafeExpression, "allowed are"),
        (lambda: fit_curve(3, TABLE, start=START), TypeError, "no curve"),
        (lambda: fit_curve(lambda x, *b: x, TABLE, start=START), ValueError, "'b' is neither"),
        (lambda: fit_curve(FORMULA, TABLE, start=START, method="newtoon"), ValueError, "no method named"),
        (lambda: fit_curve(FORMULA, TABLE, start=START).summary(2), ValueError, "between 0 and 1"),
        (lambda: least_squares(lambda x: x), ValueError, "x0 is missing"),
        (lambda: least_squares(3, [1.0]), TypeError, "no sum of squares"),
        (lambda: least_squares(LeastSquares(lambda x: x), [1.0], data=(X,)), ValueError, "given twice"),
        (lambda: least_squares(lambda x: x, [1.0, 2.0], names=("a",)), ValueError, "must be 2 different names"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_same_formula_compiles_once():
    first = fit_curve("p*exp(-q*x)", TABLE, start={"p": 1.0, "q": 0.1})
    again = fit_curve("p*exp(-q*x)", TABLE, start={"p": 2.0, "q": 0.2})
    assert first.result.compile_seconds > 0
    assert again.result.compile_seconds == 0

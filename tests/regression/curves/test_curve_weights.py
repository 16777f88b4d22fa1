"""Curves whose rows are not equally exact, and their bands, against SciPy's curve_fit and NumPy."""

import numpy as np
import pytest
from scipy.optimize import curve_fit
from scipy.stats import norm
from scipy.stats import t as student

from osolgil.regression import NoInference, fit_curve, least_squares

random = np.random.default_rng(8)
X = np.linspace(0.5, 6, 12)
SIGMA = np.linspace(0.02, 0.2, 12)
Y = 5 * (1 - np.exp(-0.7 * X)) + SIGMA * random.normal(size=12)
TABLE = {"x": X, "y": Y, "s": SIGMA, "w": 1 / SIGMA**2}
FORMULA = "b1*(1 - exp(-b2*x))"
START = {"b1": 3.0, "b2": 1.0}
NEW = np.array([0.0, 1.0, 9.0])


def curve(x, b1, b2):
    return b1 * (1 - np.exp(-b2 * x))


def fitted(**options):
    return fit_curve(FORMULA, TABLE, start=START, **options)


def scipy(absolute=False, sigma=SIGMA):
    return curve_fit(curve, X, Y, [3, 1], sigma=sigma, absolute_sigma=absolute, xtol=1e-14, ftol=1e-14)


@pytest.mark.parametrize("absolute", [False, True])
def test_estimates_and_covariance_are_scipy_s(absolute):
    best, covariance = scipy(absolute)
    fit = fitted(sigma="s", absolute_sigma=absolute)
    np.testing.assert_allclose(fit.vector, best, rtol=1e-6)
    np.testing.assert_allclose(fit.inference.covariance, covariance, rtol=1e-5)
    half = (norm.ppf(0.95) if absolute else student.ppf(0.95, 10)) * np.sqrt(covariance[0, 0])
    assert fit.intervals(0.9)["b1"] == pytest.approx((best[0] - half, best[0] + half), rel=1e-5)
    distances = (Y - curve(X, *best)) / SIGMA
    assert fit.residual_sum_of_squares == pytest.approx(distances @ distances, rel=1e-9)
    assert fit.residual_deviation == pytest.approx(np.sqrt(distances @ distances / 10), rel=1e-9)


def test_weights_are_what_is_left_of_sigma_by_their_ratios():
    by_sigma = fitted(sigma=SIGMA)
    for other in (fitted(weights="w"), fitted(weights=7 / SIGMA**2), fitted(sigma=0.1 * SIGMA)):
        np.testing.assert_allclose(other.vector, by_sigma.vector, rtol=1e-7)
        np.testing.assert_allclose(other.inference.covariance, by_sigma.inference.covariance, rtol=1e-6)
    equal = fitted(weights=np.full(12, 3.0))
    np.testing.assert_allclose(equal.inference.covariance, fitted().inference.covariance, rtol=1e-6)


def test_a_row_of_weight_zero_does_not_count():
    weights = np.where(np.arange(12) == 4, 0.0, 1.0)
    spoiled = TABLE | {"y": np.where(weights == 0, 1e6, Y)}
    fit = fit_curve(FORMULA, spoiled, start=START, weights=weights)
    kept = {name: column[weights > 0] for name, column in TABLE.items()}
    rest = fit_curve(FORMULA, kept, start=START)
    np.testing.assert_allclose(fit.vector, rest.vector, rtol=1e-12)
    assert (fit.rows, fit.freedom) == (11, 9)


def bands(best, covariance, quantile, new):
    """Mean, and half the width of both bands, by the derivatives written out."""
    decay = np.exp(-best[1] * NEW)
    h = np.stack([1 - decay, best[0] * NEW * decay], axis=1)
    variance = np.einsum("ij,jk,ik->i", h, covariance, h)
    return best[0] * (1 - decay), quantile * np.sqrt(variance), quantile * np.sqrt(variance + new**2)


@pytest.mark.parametrize(
    ("options", "new", "freedom"),
    [
        ({}, None, 10),
        ({"weights": "w"}, None, 10),
        ({"sigma": "s"}, 0.1, 10),
        ({"sigma": "s", "absolute_sigma": True}, np.array([0.1, 0.2, 0.3]), None),
    ],
)
def test_bands_are_those_of_the_delta_method(options, new, freedom):
    fit = fitted(**options)
    best, covariance = scipy(fit.accuracy.absolute, SIGMA if options else None)
    spread = np.sqrt(np.sum(((Y - curve(X, *best)) / (SIGMA if options else 1)) ** 2) / 10)
    scale = 1.0 if fit.accuracy.absolute else spread
    quantile = norm.ppf(0.95) if freedom is None else student.ppf(0.95, freedom)
    mean, half, wide = bands(best, covariance, quantile, scale * (1.0 if new is None else new))
    found = fit.predict({"x": NEW}, "interval", level=0.9, sigma=new)
    np.testing.assert_allclose(found.mean, mean, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found.upper - found.mean, half, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(found.mean - found.lower, half, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(found.new_upper - found.mean, wide, rtol=1e-5)
    np.testing.assert_allclose(found.mean - found.new_lower, wide, rtol=1e-5)


def test_where_deviations_were_given_none_is_assumed_for_a_new_observation():
    found = fitted(sigma="s").predict({"x": NEW}, "interval")
    assert (found.new_lower, found.new_upper) == (None, None)


def test_without_a_table_predictions_are_for_the_rows_of_the_fit():
    fit = fitted()
    np.testing.assert_array_equal(fit.predict(), fit.predict(TABLE))
    assert fit.predict(kind="interval").lower.shape == (12,)


def test_the_summary_says_in_which_units_the_deviation_is():
    assert "in units of sigma" in str(fitted(sigma="s"))
    assert "σ of weight 1" in str(fitted(weights="w"))
    text = str(fitted(sigma="s", absolute_sigma=True))
    assert " z ┃" in text
    assert " t ┃" not in text


def test_known_deviations_need_no_residuals_to_estimate_them_from():
    line = {"x": [1.0, 2.0], "y": [3.0, 5.0], "s": [0.1, 0.2]}
    fit = fit_curve("a + b*x", line, start={"a": 0.0, "b": 0.0}, sigma="s", absolute_sigma=True)
    # b is the difference of two observations, a twice the first less the second.
    assert list(fit.standard_errors.values()) == pytest.approx([np.sqrt(4 * 0.01 + 0.04), np.sqrt(0.01 + 0.04)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": "w", "sigma": "s"}, "both given"),
        ({"absolute_sigma": True}, "needs sigma"),
        ({"sigma": "nothing"}, "no column 'nothing'"),
        ({"sigma": np.where(X > 1, 1.0, 0.0)}, "sigma is 0.0 in row 0; standard deviations are finite and positive"),
        ({"weights": -X}, "weights is -0.5 in row 0; weights are finite and not negative"),
        ({"weights": np.zeros(12)}, "All weights are zero"),
        ({"weights": [1.0, 2.0]}, r"weights has shape \(2,\); 12 rows need \(12,\)"),
        ({"weights": object()}, "must be the name of a column"),
    ],
)
def test_what_makes_no_sense_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        fitted(**options)


def test_predictions_that_make_no_sense_are_refused():
    fit = fitted()
    for options, words in (
        ({"kind": "link"}, "kind='link' is not known"),
        ({"kind": "interval", "level": 2}, "between 0 and 1"),
        ({"kind": "interval", "sigma": -1.0}, "finite and positive"),
        ({"kind": "interval", "sigma": [1.0, 2.0]}, r"sigma has shape \(2,\)"),
    ):
        with pytest.raises(ValueError, match=words):
            fit.predict({"x": NEW}, **options)
    exact = fit_curve("a + b*x", {"x": X, "y": 1 + 2 * X}, start={"a": 0.0, "b": 0.0})
    with pytest.raises(NoInference, match="exact up to rounding"):
        exact.predict(kind="interval")
    with pytest.raises(ValueError, match="nothing to predict"):
        least_squares(lambda p, y: p[0] - y, [0.0], data=(Y,)).predict(kind="interval")

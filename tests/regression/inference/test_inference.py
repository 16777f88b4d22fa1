import numpy as np
import pytest
from oracles.regression import SPECTOR, WOMEN
from scipy import stats

from osolgil.descent import Stop
from osolgil.regression import DataTrouble, NoInference, fit
from osolgil.regression.families import Gaussian
from osolgil.regression.inference import standing
from osolgil.regression.sample import surroundings

LINE = "height ~ weight"
LOGIT = "GRADE ~ GPA + TUCE + PSI"


@pytest.fixture(scope="module")
def women():
    return fit(LINE, WOMEN)


@pytest.fixture(scope="module")
def spector():
    return fit(LOGIT, SPECTOR, family="bernoulli")


def standing_at(model, beta):
    return standing(model.family, model.sample, beta, surroundings(model.family, model.sample, beta), None)


@pytest.mark.parametrize("away", [0.0099, 0.0101, 1.0, 50.0])
def test_distance_counts_standard_errors_however_far_away(women, away):
    # Along L's column for the weight: H⁻¹g is exactly the way back, whatever σ looks like from there.
    step = away * women.inference.root[:, 1]
    found = standing_at(women, women.vector + step)
    np.testing.assert_allclose(found.distance, np.abs(step) / women.inference.standard_errors, rtol=1e-9)
    assert found.distance.max() == pytest.approx(away, rel=1e-9)
    assert (found.inference is None) == (away > 0.01)


def test_distance_of_the_bernoulli_is_newtons_step_in_standard_errors(spector):
    beta = spector.vector + 0.05 * spector.inference.standard_errors * [1, -1, 1, 0]
    X, p = spector.sample.X, 1 / (1 + np.exp(-spector.sample.X @ beta))
    inverse = np.linalg.inv((X * (p * (1 - p))[:, None]).T @ X)
    step = inverse @ (X.T @ (SPECTOR["GRADE"] - p))
    found = standing_at(spector, beta)
    np.testing.assert_allclose(found.distance, np.abs(step) / np.sqrt(np.diag(inverse)), rtol=1e-7)
    assert found.inference is None


def test_away_from_the_optimum_nothing_that_needs_it_is_given_and_polish_finishes(spector):
    rough = fit(LOGIT, SPECTOR, family="bernoulli", method="newton", stop=Stop(steps=2))
    for name in ("standard_errors", "covariance", "p_values", "aic", "bic", "sigma", "inference"):
        with pytest.raises(
            NoInference, match=r"standard errors from the optimum .*; model\.polish\(\), or --polish, finishes"
        ):
            getattr(rough, name)
    with pytest.raises(NoInference):
        rough.intervals()
    with pytest.raises(NoInference):
        rough.predict(kind="interval")
    assert rough.log_likelihood < spector.log_likelihood
    assert max(rough.distance.values()) > 0.01
    polished = rough.polish()
    np.testing.assert_allclose(polished.vector, spector.vector, rtol=1e-9)
    assert polished.result.nfev < spector.result.nfev
    assert max(polished.distance.values()) < 1e-6


def test_intervals_reach_as_far_as_t_and_normal_quantiles_say(women, spector):
    low, high = women.intervals(0.9)["weight"]
    half = stats.t(13).ppf(0.95) * women.standard_errors["weight"]
    assert (low, high) == pytest.approx((0.2872492269 - half, 0.2872492269 + half), rel=1e-8)
    low, high = spector.intervals()["PSI"]
    assert high - low == pytest.approx(2 * 1.959963985 * spector.standard_errors["PSI"], rel=1e-8)
    with pytest.raises(ValueError, match=r"level=95 must lie between 0 and 1, such as 0\.95"):
        women.intervals(95)


def test_covariance_gives_the_uncertainty_of_means_and_of_new_observations(women):
    new = {"weight": [100.0, 140.0]}
    found = women.predict(new, kind="interval", level=0.9)
    w, h = WOMEN["weight"], WOMEN["height"]
    line = stats.linregress(w, h)
    s2 = np.sum((h - line.intercept - line.slope * w) ** 2) / 13
    leverage = 1 / 15 + (np.array([100, 140]) - w.mean()) ** 2 / np.sum((w - w.mean()) ** 2)
    reach = stats.t(13).ppf(0.95)
    np.testing.assert_allclose(found.mean, line.intercept + line.slope * np.array([100, 140]), rtol=1e-12)
    np.testing.assert_allclose(found.upper - found.mean, reach * np.sqrt(s2 * leverage), rtol=1e-9)
    np.testing.assert_allclose(found.mean - found.new_lower, reach * np.sqrt(s2 * (1 + leverage)), rtol=1e-9)


def test_intervals_of_a_probability_stay_between_zero_and_one(spector):
    found = spector.predict(kind="interval", level=0.999)
    assert found.new_lower is None
    assert (found.lower > 0).all()
    assert (found.upper < 1).all()
    X = spector.sample.X
    spread = np.sqrt(np.einsum("ij,jk,ik->i", X, spector.covariance, X))
    low = X @ spector.vector - stats.norm.ppf(0.9995) * spread
    np.testing.assert_allclose(found.lower, 1 / (1 + np.exp(-low)), rtol=1e-7)


def test_an_exact_fit_has_no_standard_errors_and_says_so():
    x = np.arange(15.0)
    model = fit("y ~ x", {"x": x, "y": 2 * x + 1})
    np.testing.assert_allclose(model.vector, [1, 2], rtol=1e-13)
    with pytest.raises(NoInference, match="exact up to rounding: no residuals are left"):
        _ = model.standard_errors


def test_as_many_coefficients_as_rows_leave_nothing_to_estimate_sigma_from():
    model = fit(LINE, WOMEN, weights=(np.arange(15) < 2).astype(float))
    np.testing.assert_allclose(model.predict()[:2], [58, 59], rtol=1e-12)
    with pytest.raises(NoInference, match="2 coefficients and as many rows leave no residuals"):
        _ = model.sigma


def test_saturated_curvature_is_infinitely_far_and_not_an_optimum(spector):
    found = standing_at(spector, spector.vector * 1e4)
    assert np.isinf(found.distance).all()
    assert "singular at these coefficients" in found.refusal


def test_a_small_gradient_is_no_optimum_when_the_scale_is_small():
    # In tonnes and kilometres the slope of the loss is below any absolute tolerance from the start.
    tiny = {"height": WOMEN["height"] * 1e-9, "weight": WOMEN["weight"] * 1e-9}
    model = fit(LINE, tiny, method="gradient_descent", epochs=1)
    assert model.standing.inference is None
    assert fit(LINE, tiny).coefficients["weight"] == pytest.approx(0.28724922687, rel=1e-10)


def test_sigma_is_judged_at_the_optimum_and_not_where_the_coefficients_are(women):
    # With σ from the residuals at β itself the distance of any Gaussian would be bounded by √(n − p) = 3.6.
    assert standing_at(women, np.zeros(2)).distance.max() > 20
    assert women.family == Gaussian()


def test_polish_needs_a_unique_optimum():
    x = np.arange(15.0)
    model = fit("y ~ x + z", {"x": x, "z": 2 * x, "y": np.sqrt(x)}, method="gradient_descent", epochs=2, driver="host")
    with pytest.raises(DataTrouble, match="'z' is an exact combination"):
        model.polish()

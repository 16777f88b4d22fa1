"""Generalized linear models against statsmodels, with weights, offsets and exposures."""

import numpy as np
import pytest
from oracles.glm import MODELS, TABLE
from oracles.regression import SPECTOR
from oracles.tails import TAILS

from osolgil.methods import name_of
from osolgil.regression import Huber, NoInference, as_family, fit
from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.goodness import goodness, null_rows
from osolgil.regression.inference import standing, with_uncertainty
from osolgil.regression.inference.covariances import Uncertainty
from osolgil.regression.sample import surroundings
from osolgil.regression.solving import exactly

WALKED = ["gaussian(link=log)", "bernoulli(link=probit)", "poisson", "gamma(link=inverse)"]
"""The models that are fitted here, method and all; of the others only what is known at the optimum is looked at."""


@pytest.fixture(scope="module")
def poisson():
    return fit("count ~ one + two", TABLE, family="poisson", weights="repetitions", offset="shift", exposure="years")


@pytest.mark.parametrize("name", MODELS)
def test_estimates_errors_likelihood_and_deviances_are_those_of_statsmodels(name):
    (response, given), beta, observed, expected, figures = MODELS[name]
    family = as_family(name)
    if name in WALKED:
        model = fit(f"{response} ~ one + two", TABLE, family=family, **given)
        assert model.result.success
        np.testing.assert_allclose(model.vector, beta, rtol=1e-9)
        sample = model.sample
    else:
        # The rows alone: Newton's method stands still here, which its step says in standard errors.
        logs = {"offset": np.log(TABLE["years"])} if "exposure" in given else {}
        sample = fit(f"{response} ~ one + two", TABLE, **{**given, "exposure": None, **logs}).sample
    beta = np.array(beta)
    there = standing(family, sample, beta, surroundings(family, sample, beta), None)
    assert there.distance.max() < 1e-9
    np.testing.assert_allclose(there.inference.standard_errors, observed, rtol=1e-9)
    other = with_uncertainty(family, sample, beta, there, Uncertainty("expected"))
    np.testing.assert_allclose(other.inference.standard_errors, expected, rtol=1e-9)
    log_likelihood, deviance, null_deviance, null = figures
    found = goodness(family, sample, beta)
    np.testing.assert_allclose(
        [found.log_likelihood, found.deviance, found.null_deviance],
        [log_likelihood, deviance, null_deviance],
        rtol=1e-9,
    )
    if not family.dispersed:
        assert found.pseudo_r_squared == pytest.approx(1 - log_likelihood / null, rel=1e-9)
        # k·log n: repetitions are observations, trials are not.
        count = sum(TABLE["repetitions"]) if given.get("weights") == "repetitions" else 24
        assert found.bic == pytest.approx(3 * np.log(count) - 2 * log_likelihood, rel=1e-9)
    else:
        assert found.aic == pytest.approx(8 - 2 * log_likelihood, rel=1e-9)  # the dispersion is one of four


def test_spector_and_mazzeo_s_probit_is_that_of_the_textbook():
    # Greene 2012, *Econometric Analysis*, 7th edition, table 17.1: probit of GRADE.
    model = fit("GRADE ~ GPA + TUCE + PSI", SPECTOR, family="bernoulli(link=probit)")
    np.testing.assert_allclose(model.vector, [-7.452, 1.626, 0.052, 1.426], atol=5e-4)
    # By the observed information: the expected one gives 2.572, 0.690, 0.081 and 0.587.
    np.testing.assert_allclose(model.inference.standard_errors, [2.542, 0.694, 0.084, 0.595], atol=5e-4)
    assert model.log_likelihood == pytest.approx(-12.819, abs=5e-4)


@pytest.mark.parametrize("case", TAILS, ids=str)
def test_losses_and_their_derivatives_are_right_far_out_in_both_tails(case):
    name, y = case
    eta, *exact = map(np.array, TAILS[case])
    for found, right in zip(differentiated_rows(as_family(name), eta, np.full(len(eta), y)), exact, strict=True):
        # What is smaller than 1 may be off by the rounding of a number near 1.
        np.testing.assert_allclose(found, right, rtol=1e-11, atol=2e-14)


def test_the_probit_and_the_cloglog_keep_all_digits_of_what_is_tiny():
    for name in ("bernoulli(link=probit)", "bernoulli(link=cloglog)"):
        eta, _, slope, curve = map(np.array, TAILS[name, 1])
        _, found, bent = differentiated_rows(as_family(name), eta, np.ones(len(eta)))
        np.testing.assert_allclose(found, slope, rtol=1e-12)
        np.testing.assert_allclose(bent, curve, rtol=1e-11)


def test_a_mean_that_no_predictor_stands_for_costs_infinitely_much_and_differentiates_without_nan():
    for name in ("gamma(link=inverse)", "inverse_gaussian(link=inverse_squared)", "poisson(link=identity)"):
        loss, slope, curve = differentiated_rows(as_family(name), np.array([-1.0, 0.0, 2.0]), np.ones(3))
        assert loss[:2].tolist() == [np.inf, np.inf]
        assert np.isfinite(loss[2])
        assert np.isfinite([slope, curve]).all()


def test_binomial_shares_with_trials_are_the_bernoulli_of_every_trial():
    shares = fit("share ~ one + two", TABLE, family="binomial", weights="trials")
    rows = [(i, y) for i in range(24) for y in (0, 1)]
    single = {
        "y": [y for _, y in rows],
        "n": [TABLE["wins"][i] if y else TABLE["trials"][i] - TABLE["wins"][i] for i, y in rows],
        "one": [TABLE["one"][i] for i, _ in rows],
        "two": [TABLE["two"][i] for i, _ in rows],
    }
    each = fit("y ~ one + two", single, family="binomial", weights="n")
    assert (repr(shares.family), repr(each.family)) == ("Binomial()", "Bernoulli()")
    np.testing.assert_allclose(shares.vector, each.vector, rtol=1e-9)
    np.testing.assert_allclose(shares.inference.standard_errors, each.inference.standard_errors, rtol=1e-9)


def test_an_exposure_is_the_offset_of_its_logarithm_and_goes_into_predictions(poisson):
    years, shift = np.array(TABLE["years"]), np.array(TABLE["shift"])
    same = fit(
        "count ~ one + two", TABLE, family="poisson", weights="repetitions", offset=shift + np.log(years)
    )  # fmt: skip
    np.testing.assert_allclose(same.vector, poisson.vector, rtol=1e-12)
    # At the optimum the means add up to the counts.
    assert poisson.predict() @ TABLE["repetitions"] == pytest.approx(np.dot(TABLE["count"], TABLE["repetitions"]))
    np.testing.assert_allclose(poisson.predict(TABLE), poisson.predict(), rtol=1e-14)
    np.testing.assert_allclose(poisson.predict(TABLE, offset=0, exposure=1) * years * np.exp(shift), poisson.predict())
    np.testing.assert_allclose(same.predict(TABLE, offset=0.0), poisson.predict(TABLE, offset=0, exposure=1))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"drop": "years"}, "The model was fitted with exposure='years', which these rows lack; add the column"),
        ({"exposure": [1.0, 2.0]}, r"exposure has the shape \(2,\); 24 rows need \(24,\), or one number"),
        ({"exposure": 0}, "The exposure of row 0 is 0 .*; it must be finite and above zero"),
        ({"offset": np.nan}, "The offset of row 0 is nan"),
    ],
)
def test_predictions_need_the_offset_again(poisson, given, words):
    rows = {name: values for name, values in TABLE.items() if name != given.get("drop")}
    with pytest.raises(ValueError, match=words):
        poisson.predict(rows, **{name: value for name, value in given.items() if name != "drop"})


def test_an_array_given_as_offset_is_asked_for_again_and_a_model_without_takes_none(poisson):
    model = fit("amount ~ one", TABLE, offset=TABLE["shift"])
    with pytest.raises(ValueError, match="fitted with offset=, so predictions need it as well; give offset="):
        model.predict(TABLE)
    with pytest.raises(ValueError, match="fitted without exposure, so exposure= has no place"):
        model.predict(TABLE, offset=0, exposure=1)
    # Least squares: an offset is taken from the targets.
    plain = fit("left ~ one", TABLE | {"left": np.subtract(TABLE["amount"], TABLE["shift"])})
    np.testing.assert_allclose(model.vector, plain.vector, rtol=1e-12)
    assert model.r_squared == pytest.approx(1 - model.deviance / model.null_deviance)


@pytest.mark.parametrize(
    ("family", "response", "given", "words"),
    [
        (
            "poisson",
            "amount",
            {},
            r"'amount' is 2.043 in row 0 .*: a count: 0, 1, 2, \.\.\.; give counts, and .* exposure",
        ),
        ("negative_binomial", "shift", {}, "it is not what the negative binomial family needs"),
        ("gamma", "count", {}, "'count' is 0 in row 1 .* 4 of 24 rows .*: a number above 0"),
        ("binomial", "wins", {}, "a share between 0 and 1.*; divide the successes by the trials"),
        ("gamma(link=inverse)", "amount", {"exposure": "years"}, "the Gamma has the inverse link here. Use offset="),
        ("poisson", "count", {"exposure": "shift"}, "The exposure of row 2 is -0.07 .* above zero"),
        ("poisson", "count", {"offset": [0.0]}, r"offset have the shape \(1,\); 24 rows need \(24,\)"),
        ("poisson(link=logit)", "count", {}, "link='logit' is none of the Poisson family; choose one of 'log', 'sqrt'"),
        (
            "negative_binomial(alpha=0)",
            "count",
            {},
            "alpha=0.0 of the negative binomial must be a finite number above 0",
        ),
        ("quantile(q=1)", "count", {}, "q=1.0 of the pinball loss must be a finite number between 0 and 1"),
        ("poisson(alpha=1)", "count", {}, "The Poisson family has no setting 'alpha'; it has link"),
        ("gamma(inverse)", "amount", {}, "'inverse' is no setting; write it as in"),
        ("poisson", "count", {"covariance": "HC9"}, "covariance='HC9' is not known; choose one of 'observed'"),
        ("poisson", "count", {"covariance": "clustered"}, "needs groups="),
        ("poisson", "count", {"groups": "group"}, "groups are for covariance='clustered', not 'observed'"),
    ],
)
def test_bad_input_is_one_sentence(family, response, given, words):
    with pytest.raises(ValueError, match=words):
        fit(f"{response} ~ one + two", TABLE, family=family, **given)


def test_a_category_in_which_nothing_was_counted_has_no_estimate_and_is_named(poisson):
    none = [0.0 if place in (1, 3) else count for place, count in zip(TABLE["group"], TABLE["count"], strict=True)]
    table = TABLE | {"none": none, "place": [f"g{place:g}" for place in TABLE["group"]]}
    with pytest.raises(
        ValueError, match=r"Separation: .*'place\[T.g1\]', 'place\[T.g3\]' sets 7 of 24 rows apart .* join"
    ):
        fit("none ~ one + place", table, family="poisson")
    walked = fit("none ~ one + place", table, family="poisson", method="adam", epochs=5, batch_size=24)
    with pytest.raises(NoInference, match="no maximum-likelihood estimate exists"):
        _ = walked.standard_errors
    assert len(null_rows(walked.family, walked.sample)) == 24


def test_mini_batches_find_the_poisson_and_polishing_ends_where_newton_does(poisson):
    walked = fit(
        "count ~ one + two", TABLE, family="poisson", weights="repetitions", offset="shift", exposure="years",
        method="adam", batch_size=8, epochs=2, covariance="HC0",
    )  # fmt: skip
    assert walked.distance["one"] > 0.01
    done = walked.polish()
    np.testing.assert_allclose(done.vector, poisson.vector, rtol=1e-9)
    assert done.inference.kind == "HC0"


@pytest.mark.parametrize(
    ("family", "method", "words"),
    [
        ("poisson", "newton", "the loss being convex"),
        ("gamma(link=identity)", "newton_trust_region", "not being convex"),
        ("quantile", "linear_program", "piecewise linear"),
        ("huber", "newton_trust_region", "flat in places"),
    ],
)
def test_auto_chooses_by_the_loss_and_says_why(family, method, words):
    found = exactly(as_family(family))
    assert words in found.why
    assert (found.method if isinstance(found.method, str) else name_of(found.method)) == method


def test_quantiles_are_the_linear_programs_and_half_of_the_rows_lie_on_either_side():
    model = fit("amount ~ one + two", TABLE, family="quantile(q=0.3)")
    below = np.sum(model.sample.y < model.predict() - 1e-9)
    # At the optimum at most a share q lies below, and at most 1 − q above; as many rows as coefficients lie on it.
    assert below <= 0.3 * 24
    assert np.sum(model.sample.y > model.predict() + 1e-9) <= 0.7 * 24
    assert 24 - below - np.sum(model.sample.y > model.predict() + 1e-9) == 3
    with pytest.raises(NoInference, match="pinball loss is not a likelihood; use the family 'gaussian'"):
        _ = model.standard_errors
    with pytest.raises(ValueError, match="A linear program leaves no trace"):
        _ = model.trace


def test_hubers_estimate_balances_clipped_residuals():
    model = fit("amount ~ one + two", TABLE, family=Huber(0.5))
    residuals = model.sample.y - model.predict()
    assert np.sum(np.abs(residuals) > 0.5) > 3
    np.testing.assert_allclose(np.clip(residuals, -0.5, 0.5) @ model.sample.X, 0, atol=1e-9)


def test_without_an_intercept_the_descent_starts_where_rows_have_a_mean_and_converges():
    table = TABLE | {"size": 1.2 + np.sin(np.arange(24.0))}
    table["cost"] = (1 + 0.3 * np.cos(7 * np.arange(24.0))) / table["size"]
    model = fit("cost ~ size - 1", table, family="gamma(link=inverse)")
    assert model.result.success
    # The score equation of the canonical link.
    assert (table["cost"] - model.predict()) @ table["size"] == pytest.approx(0, abs=1e-10)
    with pytest.raises(ValueError, match=r"The loss is not finite where the descent would start: row .* no mean"):
        fit("amount ~ two - 1", TABLE, family="gamma(link=inverse)")


def test_rows_of_weight_zero_have_no_part_even_where_they_have_no_mean():
    weights = np.ones(24)
    weights[3] = 0
    table = TABLE | {"far": np.where(weights > 0, TABLE["one"], -1e3)}
    kept = {name: np.asarray(values)[weights > 0] for name, values in table.items()}
    model = fit("amount ~ far", table, family="gamma(link=inverse)", weights=weights)
    np.testing.assert_allclose(model.vector, fit("amount ~ far", kept, family="gamma(link=inverse)").vector, rtol=1e-9)
    assert np.isnan(model.predict()[3]) != (model.predict(kind="link")[3] > 0)


def test_an_optimum_at_the_edge_of_a_link_is_said_to_be_there():
    counts = TABLE | {"n": [0.0, 0.0, 0.0, 1.0, 0.0, 3.0, 5.0, 8.0] * 3, "t": list(range(8)) * 3}
    model = fit("n ~ t", counts, family="poisson(link=identity)")
    with pytest.raises(
        NoInference, match=r"linear predictor is 0, the edge of what the identity link allows; use the log"
    ):
        _ = model.standard_errors

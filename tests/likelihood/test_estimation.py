"""Estimates against closed forms, which the descent does not know, and against scipy's densities."""

import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, stats

from osolgil.descent import Stop
from osolgil.likelihood import MaximumLikelihood, NoInference, Normal, Poisson, maximum_likelihood

# Pounds (American women, McNeil 1977).
WEIGHTS = np.array([115.0, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164])
COUNTS = [3, 5, 2, 4, 0, 7, 3]
TIMES = [0.5, 1.25, 3.0, 0.01, 2.0]
TRIALS = [1, 2, 5, 1, 3]
TOSSES = [0, 1, 1, 0, 1, 1, 1]
QUANTILE = stats.chi2.ppf(0.95, 1)


def spread(y):
    return float(np.std(y))  # divides by n, as maximum likelihood does


CLOSED = {
    "binomial": ({"trials": 5}, [4, 2, 5], {"p": 11 / 15}, {"p": math.sqrt(11 / 15 * 4 / 15 / 15)}),
    "bernoulli": ({}, TOSSES, {"p": 5 / 7}, {"p": math.sqrt(5 / 7 * 2 / 7 / 7)}),
    "geometric": ({}, TRIALS, {"p": 5 / 12}, {"p": 5 / 12 * math.sqrt((1 - 5 / 12) / 5)}),
    "poisson": ({}, COUNTS, {"rate": 24 / 7}, {"rate": math.sqrt(24 / 7 / 7)}),
    "exponential": ({}, TIMES, {"rate": 5 / 6.76}, {"rate": 5 / 6.76 / math.sqrt(5)}),
    "normal": (
        {},
        WEIGHTS,
        {"mu": WEIGHTS.mean(), "sigma": spread(WEIGHTS)},
        {"mu": spread(WEIGHTS) / math.sqrt(15), "sigma": spread(WEIGHTS) / math.sqrt(30)},
    ),
}

LOG_LIKELIHOODS = {
    "binomial": lambda y, p: stats.binom.logpmf(y, 5, p).sum(),
    "bernoulli": lambda y, p: stats.bernoulli.logpmf(y, p).sum(),
    "geometric": lambda y, p: stats.geom.logpmf(y, p).sum(),
    "poisson": lambda y, rate: stats.poisson.logpmf(y, rate).sum(),
    "exponential": lambda y, rate: stats.expon.logpdf(y, scale=1 / rate).sum(),
    "normal": lambda y, mu, sigma: stats.norm.logpdf(y, mu, sigma).sum(),
}


@pytest.fixture(scope="module")
def found():
    return {name: maximum_likelihood(name, data, **options) for name, (options, data, _, _) in CLOSED.items()}


@pytest.mark.parametrize("name", CLOSED)
def test_the_descent_finds_the_closed_form_with_its_standard_error(found, name):
    _, data, estimate, errors = CLOSED[name]
    result = found[name]
    assert result.estimate == pytest.approx(estimate, rel=1e-9)
    assert result.standard_errors == pytest.approx(errors, rel=1e-7)
    assert result.log_likelihood == pytest.approx(LOG_LIKELIHOODS[name](data, *estimate.values()), rel=1e-12)
    assert result.success
    assert result.run.nit >= 1, "the start is not the estimate: the descent has found it"
    assert result.message.startswith("Converged: optimality")


@pytest.mark.parametrize("name", [name for name in CLOSED if name != "normal"])
def test_the_ends_of_a_likelihood_interval_are_half_a_quantile_below_the_top(found, name):
    _, data, _, _ = CLOSED[name]
    result = found[name]
    [(low, high)] = result.intervals().values()
    [estimate] = result.estimate.values()
    assert low < estimate < high
    top = LOG_LIKELIHOODS[name](data, estimate)
    for end in (low, high):
        assert top - LOG_LIKELIHOODS[name](data, end) == pytest.approx(QUANTILE / 2, rel=1e-8)


def test_the_profile_interval_of_a_normal_mean_is_the_closed_form(found):
    # max over σ of ℓ(μ, σ) is −n/2 log(σ̂² + (ȳ − μ)²) up to a constant.
    half = spread(WEIGHTS) * math.sqrt(math.exp(QUANTILE / 15) - 1)
    mean = WEIGHTS.mean()
    assert found["normal"].intervals()["mu"] == pytest.approx((mean - half, mean + half), rel=1e-9)


def test_the_profile_interval_of_a_normal_deviation_is_that_of_scipy_s_density(found):
    def short(sigma):
        best = LOG_LIKELIHOODS["normal"](WEIGHTS, WEIGHTS.mean(), spread(WEIGHTS))
        return best - LOG_LIKELIHOODS["normal"](WEIGHTS, WEIGHTS.mean(), sigma) - QUANTILE / 2

    ends = [optimize.brentq(short, *bracket) for bracket in ((1.0, spread(WEIGHTS)), (spread(WEIGHTS), 100.0))]
    assert found["normal"].intervals()["sigma"] == pytest.approx(tuple(ends), rel=1e-9)


def test_wald_is_the_estimate_and_some_standard_errors(found):
    low, high = found["poisson"].intervals(0.9, kind="wald")["rate"]
    half = stats.norm.ppf(0.95) * math.sqrt(24 / 7 / 7)
    assert (low, high) == pytest.approx((24 / 7 - half, 24 / 7 + half))


def test_likelihood_intervals_do_not_depend_on_how_a_parameter_is_written(found):
    # The mean is one over the rate: its interval is that of the rate, turned over.
    def by_mean(parameters, y):
        return -jnp.log(parameters["mean"]) - y / parameters["mean"]

    mean = maximum_likelihood(by_mean, TIMES, start={"mean": 1.0}, domains={"mean": "positive"})
    low, high = found["exponential"].intervals()["rate"]
    assert mean.intervals()["mean"] == pytest.approx((1 / high, 1 / low), rel=1e-8)
    assert mean.intervals(kind="wald")["mean"][0] != pytest.approx(1 / found["exponential"].intervals()["rate"][1])


def test_a_known_sigma_leaves_the_mean_alone():
    result = maximum_likelihood("normal", WEIGHTS, sigma=10.0)
    half = stats.norm.ppf(0.975) * 10 / math.sqrt(15)
    mean = WEIGHTS.mean()
    assert result.names == ("mu",)
    # A parabola: both intervals are the textbook's.
    for kind in ("wald", "likelihood"):
        assert result.intervals(kind=kind)["mu"] == pytest.approx((mean - half, mean + half), rel=1e-9)


@pytest.mark.parametrize("shift", [0.0, 1e9, -1e12])
def test_a_normal_sample_far_from_zero_is_as_easy(shift):
    y = shift + np.array([0.25, 0.5, 1.0, 2.0])
    result = maximum_likelihood("normal", y)
    assert result.success
    assert result.estimate["mu"] - shift == pytest.approx(0.9375, abs=1e-9 * max(1.0, abs(shift) * 1e-6))
    assert result.estimate["sigma"] == pytest.approx(spread(y - shift), rel=1e-9)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_unit_of_the_data_does_not_matter(scale):
    result = maximum_likelihood("exponential", np.array(TIMES) * scale)
    assert result.estimate["rate"] * scale == pytest.approx(5 / 6.76, rel=1e-9)
    assert result.success


@pytest.mark.parametrize(
    ("name", "data", "options", "estimate", "interval"),
    [
        ("binomial", [5], {"trials": 5}, 1.0, (math.exp(-QUANTILE / 10), 1.0)),
        ("binomial", [0], {"trials": 5}, 0.0, (0.0, 1 - math.exp(-QUANTILE / 10))),
        ("bernoulli", [1, 1, 1], {}, 1.0, (math.exp(-QUANTILE / 6), 1.0)),
        ("geometric", [1, 1], {}, 1.0, (math.exp(-QUANTILE / 4), 1.0)),
        ("poisson", [0, 0, 0], {}, 0.0, (0.0, QUANTILE / 6)),
    ],
)
def test_on_the_boundary_there_is_an_estimate_a_one_sided_interval_and_no_standard_error(
    name, data, options, estimate, interval
):
    result = maximum_likelihood(name, data, **options)
    assert result.on_boundary
    assert result.success
    assert list(result.estimate.values()) == [estimate]
    assert result.log_likelihood == pytest.approx(0.0, abs=1e-12)
    assert result.standard_errors is None
    assert next(iter(result.intervals().values())) == pytest.approx(interval, rel=1e-9)
    with pytest.raises(NoInference, match="lies on the boundary of its domain"):
        result.intervals(kind="wald")
    assert "There is no standard error" in str(result)
    assert result.message.startswith("On the boundary: ")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("normal", [3.0], "1 row of one value, 3, let it grow without bound as σ goes to 0"),
        ("normal", [2.0, 2.0], "2 rows of one value"),
        ("exponential", [0.0, 0.0], "every waiting time is 0"),
    ],
)
def test_a_likelihood_without_a_maximum_is_refused(name, data, words):
    with pytest.raises(ValueError, match=f"The likelihood has no maximum: .*{words}"):
        maximum_likelihood(name, data)


def test_a_run_that_was_cut_short_has_no_standard_errors():
    result = maximum_likelihood("poisson", COUNTS, method="gradient_descent", stop=Stop(steps=1))
    assert not result.success
    assert result.standard_errors is None
    assert result.message.startswith("Step limit: 1 step")
    assert "standard errors from the maximum (at most 0.01 count as there)" in result.refusal
    assert "There are no standard errors" in str(result)
    with pytest.raises(NoInference, match="There are no standard errors"):
        result.intervals()


def test_any_method_of_minimize_may_look_for_the_maximum():
    result = maximum_likelihood("poisson", COUNTS, method="gradient_descent", stop=Stop(optimality=1e-6))
    assert result.estimate["rate"] == pytest.approx(24 / 7, rel=1e-5)
    assert result.success


def test_the_summary_tells_what_was_estimated_how_and_how_sure_it_is(found):
    text = str(found["poisson"])
    for words in ("Poisson", "Newton on the mean negative log-likelihood, in log λ", "Ended", "3.42857", "0.699854"):
        assert words in text
    assert "95 %" in text
    assert "90 %" in str(found["poisson"].summary(0.9))
    assert "The Wald interval of p leaves (0, 1)" in str(found["bernoulli"])


def test_a_distribution_may_be_given_as_an_object():
    result = maximum_likelihood(Poisson(), COUNTS)
    assert isinstance(result, MaximumLikelihood)
    assert result.estimate["rate"] == pytest.approx(24 / 7)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((3, [1.0]), {}, TypeError, "3 is no distribution"),
        (("normal", [1.0, 2.0]), {"start": [0.0]}, ValueError, "start=.* is for a log-density of your own"),
        ((Normal(), [1.0, 2.0]), {"sigma": 1.0}, ValueError, "sigma=1.0 is for a distribution by name"),
    ],
)
def test_arguments_that_do_not_belong_together_are_refused(arguments, options, error, words):
    with pytest.raises(error, match=words):
        maximum_likelihood(*arguments, **options)


def test_levels_and_kinds_that_are_none_are_refused(found):
    with pytest.raises(ValueError, match=r"level=95 must lie between 0 and 1"):
        found["poisson"].intervals(95)
    with pytest.raises(ValueError, match="kind='score' is not known"):
        found["poisson"].intervals(kind="score")

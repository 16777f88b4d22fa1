"""Log-densities of one's own, and that a line fitted by maximum likelihood is the one of least squares."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.likelihood import maximum_likelihood

HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = np.array([115.0, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164])


def line(parameters, rows):
    x, y = rows
    sigma = parameters["sigma"]
    error = (y - parameters["a"] - parameters["b"] * (x - 136)) / sigma
    return -0.5 * error**2 - jnp.log(sigma) - 0.5 * math.log(2 * math.pi)


def normal(theta, y):
    return -0.5 * (y - theta[0]) ** 2 - 0.5 * math.log(2 * math.pi)


@pytest.fixture(scope="module")
def fitted():
    start = {"a": 60.0, "b": 0.0, "sigma": 5.0}
    return maximum_likelihood(line, (WEIGHTS, HEIGHTS), start=start, domains={"sigma": "positive"})


def test_maximizing_the_normal_log_likelihood_is_minimizing_the_residual_sum_of_squares(fitted):
    slope, height = np.polyfit(WEIGHTS - 136, HEIGHTS, 1)
    squares = ((HEIGHTS - height - slope * (WEIGHTS - 136)) ** 2).sum()
    assert fitted.estimate["b"] == pytest.approx(slope, rel=1e-9)
    assert fitted.estimate["b"] == pytest.approx(0.287249, abs=5e-7)
    assert fitted.estimate["a"] == pytest.approx(height, rel=1e-9)
    # σ̂² is RSS/n, and not RSS/(n − 2).
    assert fitted.estimate["sigma"] == pytest.approx(math.sqrt(squares / 15), rel=1e-9)


@pytest.mark.parametrize("slope", [0.2, 0.287249, 0.35])
def test_the_log_likelihood_is_a_constant_minus_squares_over_twice_the_variance(fitted, slope):
    sigma = 0.7
    squares = ((HEIGHTS - 64.8 - slope * (WEIGHTS - 136)) ** 2).sum()
    identity = -15 / 2 * math.log(2 * math.pi * sigma**2) - squares / (2 * sigma**2)
    assert fitted.function.log_likelihood([64.8, slope, sigma]) == pytest.approx(identity, rel=1e-13)


def test_three_parameters_have_profile_intervals(fitted):
    # With σ maximized over, 2(ℓ̂ − ℓ) = n log(RSS(b)/RSS), and RSS(b) = RSS + (b − b̂)² Σ(x − x̄)².
    deviations = ((WEIGHTS - WEIGHTS.mean()) ** 2).sum()
    squares = 15 * fitted.estimate["sigma"] ** 2
    half = math.sqrt(squares * (math.exp(3.841458820694124 / 15) - 1) / deviations)
    slope = fitted.estimate["b"]
    assert fitted.intervals()["b"] == pytest.approx((slope - half, slope + half), rel=1e-8)


def test_a_vector_may_be_the_start():
    result = maximum_likelihood(normal, [1.0, 2.0, 6.0], start=0.0)
    assert result.estimate == pytest.approx({"theta": 3.0})


def test_a_likelihood_that_stays_high_has_an_interval_that_ends_with_the_domain():
    # One success in one trial, its probability written as a logit: it is the likelier the larger the logit.
    def flat(theta, y):
        return -jnp.logaddexp(0.0, -theta[0]) - 1e-3 * jnp.logaddexp(0.0, theta[0]) + 0 * y

    low, high = maximum_likelihood(flat, [1.0], start=0.0).intervals(level=0.95)["theta"]
    assert -2 < low < 0
    assert 700 < high < np.inf or high == np.inf


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({}, ValueError, "needs a start, such as start="),
        ({"start": [np.nan]}, ValueError, "must be a finite number"),
        ({"start": {"m": 0.0}, "domains": {"n": "real"}}, ValueError, "domains name 'n'; the start has m"),
        ({"start": [0.0], "domains": ["posit"]}, ValueError, "The domain 'posit' is not known"),
        ({"start": [0.0, 1.0], "domains": ["real"]}, ValueError, "1 domains for 2 parameters"),
        ({"start": [-1.0], "domains": ["positive"]}, ValueError, r"theta = -1 lies outside \(0, ∞\)"),
    ],
)
def test_a_start_that_says_too_little_or_makes_no_sense_is_refused(options, error, words):
    with pytest.raises(error, match=words):
        maximum_likelihood(normal, [1.0, 2.0], **options)


def test_a_log_density_must_give_a_finite_number_for_each_row():
    def total(theta, y):
        return jnp.sum(y * theta[0])

    with pytest.raises(TypeError, match=r"total returns an array of shape \(\) when it is given 2 rows"):
        maximum_likelihood(total, [1.0, 2.0], start=0.0)
    with pytest.raises(ValueError, match="is -inf for row 1 at the start"):
        maximum_likelihood(lambda theta, y: jnp.log(y) + theta[0], [1.0, 0.0], start=0.0)
    with pytest.raises(ValueError, match="Rows must be arrays of one leading length"):
        maximum_likelihood(line, (WEIGHTS, HEIGHTS[:3]), start={"a": 1.0, "b": 0.0, "sigma": 1.0})

from fractions import Fraction

import jax
import numpy as np
import pytest
from scipy import stats

from osolgil.likelihood import Bernoulli, Binomial, Exponential, Geometric, Normal, Poisson
from osolgil.likelihood.distributions import named
from osolgil.likelihood.domains import DOMAINS, as_domain

WHOLE = np.array([0.0, 1.0, 2.0, 5.0, 7.0])
MEASURED = np.array([0.0, 1e-9, 0.3, 2.5, 40.0])

CASES = {
    "binomial": (Binomial(7), [(0.3,), (1e-9,), (1 - 1e-9,)], WHOLE, lambda y, p: stats.binom.logpmf(y, 7, p)),
    "bernoulli": (Bernoulli(), [(0.3,), (1e-9,)], np.array([0.0, 1.0]), stats.bernoulli.logpmf),
    "geometric": (Geometric(), [(0.3,), (1e-9,)], WHOLE[1:], stats.geom.logpmf),
    "poisson": (Poisson(), [(0.3,), (1e-9,), (1e6,)], WHOLE, stats.poisson.logpmf),
    "exponential": (Exponential(), [(0.3,), (1e3,)], MEASURED, lambda y, rate: stats.expon.logpdf(y, scale=1 / rate)),
    "normal": (Normal(), [(0.3, 2.0), (1e3, 1e-2)], MEASURED, stats.norm.logpdf),
    "normal, σ known": (Normal(2.0), [(0.3,)], MEASURED, lambda y, mu: stats.norm.logpdf(y, mu, 2.0)),
}


@pytest.mark.parametrize("case", CASES)
def test_log_densities_are_those_of_scipy(case):
    distribution, parameters, y, reference = CASES[case]
    with jax.enable_x64(True):
        for theta in parameters:
            ours = np.asarray(distribution.log_density(np.array(theta), y))
            # Log-gammas of a few hundred cancel: 1e-12 of what is left is all that either formula has.
            np.testing.assert_allclose(ours, reference(y, *theta), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    ("distribution", "values", "reference"),
    [
        (Binomial(5), range(6), lambda y: stats.binom.pmf(y, 5, 0.75)),
        (Bernoulli(), range(2), lambda y: stats.bernoulli.pmf(y, 0.75)),
        (Geometric(), range(1, 9), lambda y: stats.geom.pmf(y, 0.75)),
    ],
)
def test_exact_probabilities_are_fractions_and_those_of_scipy(distribution, values, reference):
    for y in values:
        found = distribution.exact(Fraction(3, 4), y)
        assert isinstance(found, Fraction)
        assert float(found) == pytest.approx(reference(y), rel=1e-13)
    if distribution.values is not None:
        assert sum(distribution.exact(Fraction(3, 4), y) for y in distribution.values) == 1


def test_certain_events_have_log_likelihood_zero_and_impossible_ones_minus_infinity():
    with jax.enable_x64(True):
        assert float(Bernoulli().log_density(np.array([1.0]), 1.0)) == 0.0
        assert float(Bernoulli().log_density(np.array([1.0]), 0.0)) == -np.inf
        assert float(Poisson().log_density(np.array([0.0]), 0.0)) == 0.0


@pytest.mark.parametrize("name", sorted(DOMAINS))
def test_domains_map_there_and_back_and_know_their_slope(name):
    domain = as_domain(name)
    line = np.array([-5.0, -0.5, 0.0, 3.0])
    with jax.enable_x64(True):
        inside = np.asarray(domain.outward(line))
        np.testing.assert_allclose(domain.inward(inside), line, atol=1e-12)
        slopes = [float(jax.grad(domain.outward)(each)) for each in line]
    np.testing.assert_allclose(domain.slope(inside), slopes, rtol=1e-12)


@pytest.mark.parametrize(
    ("distribution", "data", "words"),
    [
        (Binomial(5), [2, 6], r"Row 1 holds 6 .* its values are the whole numbers 0, 1, ..., 5"),
        (Binomial(5), [2.5], "Row 0 holds 2.5"),
        (Bernoulli(), [0, 1, 2], "Row 2 holds 2"),
        (Poisson(), [1, -1], "Row 1 holds -1"),
        (Geometric(), [1, 0], r"Row 1 holds 0 .*trials until the first success"),
        (Exponential(), [-0.1], "Row 0 holds -0.1"),
        (Normal(), [1.0, np.nan], "Row 1 holds nan"),
        (Normal(), [[1.0, 2.0]], r"shape \(1, 2\)"),
        (Normal(), [], "There are no data"),
    ],
)
def test_data_outside_the_support_are_refused_with_their_row(distribution, data, words):
    with pytest.raises(ValueError, match=words):
        distribution.checked(data)


def test_text_is_no_data():
    with pytest.raises(TypeError, match="'three' are not numbers"):
        Normal().checked("three")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("binomal",), "no distribution named 'binomal'; choose one of binomial, bernoulli"),
        (("binomial",), "needs the number of trials, such as trials=5"),
        (("poisson", 5), "trials=5 is for the binomial"),
        (("poisson", None, 2.0), "sigma=2.0 is for the normal"),
        (("binomial", 0), "trials=0 must be a whole number of trials"),
        (("normal", None, -1.0), "sigma=-1.0 must be a positive number"),
    ],
)
def test_wrong_names_and_numbers_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        named(*arguments)


def test_the_gaussian_is_the_normal():
    assert named("Gaussian") == Normal()

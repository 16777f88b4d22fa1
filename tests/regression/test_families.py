import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.regression import (
    Bernoulli,
    Gamma,
    Gaussian,
    NegativeBinomial,
    Poisson,
    Quantile,
    SquaredErrorLogistic,
    as_family,
)
from osolgil.regression.sample import differentiated_rows

ETA = np.array([-800.0, -40.0, -2.0, 0.0, 1.5, 40.0, 800.0])


def test_gaussian_loss_has_slope_eta_minus_y_and_curvature_one():
    y = np.linspace(-1, 1, 7)
    loss, slope, curve = differentiated_rows(Gaussian(), ETA, y)
    np.testing.assert_array_equal(loss, 0.5 * (y - ETA) ** 2)
    np.testing.assert_array_equal(slope, ETA - y)
    np.testing.assert_array_equal(curve, np.ones(7))


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_bernoulli_loss_slope_and_curvature_are_exact_where_log_p_overflows(y):
    loss, slope, curve = differentiated_rows(Bernoulli(), ETA, np.full(7, y))
    # log(1 + e^η) = max(η, 0) + log(1 + e^−|η|); p and 1 − p each from the side where it does not cancel.
    small = np.exp(-np.abs(ETA))
    p, q = np.where(ETA > 0, 1, small) / (1 + small), np.where(ETA > 0, small, 1) / (1 + small)
    np.testing.assert_allclose(loss, np.maximum(ETA, 0) + np.log1p(small) - y * ETA, rtol=1e-15, atol=1e-17)
    np.testing.assert_allclose(slope, p - y, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(curve, p * q, rtol=1e-13, atol=1e-16)


def test_squared_error_through_the_logistic_function_is_not_convex_and_the_likelihood_is():
    eta = np.linspace(-6, 6, 49)
    for y in (0.0, 1.0):
        assert differentiated_rows(SquaredErrorLogistic(), eta, np.full(49, y))[2].min() < -0.03
        assert differentiated_rows(Bernoulli(), eta, np.full(49, y))[2].min() > 0


def test_autodiff_multiplies_the_residual_from_the_left():
    # r @ X and not X.T @ r: the row axis of X is contracted as it lies in memory, nothing is transposed.
    loss = jax.grad(lambda beta, X, y: jnp.sum(Bernoulli().loss(X @ beta, y)))
    shown = str(jax.make_jaxpr(loss)(jnp.ones(2), jnp.ones((8, 2)), jnp.ones(8)))
    assert "dimension_numbers=(([0], [0]), ([], []))" in shown
    assert "transpose" not in shown


def test_families_are_found_by_the_names_that_people_use():
    assert as_family("Normal") == Gaussian()
    assert as_family("logistic") == as_family(Bernoulli()) == Bernoulli()
    assert as_family("Gamma(link='inverse')") == Gamma(link="inverse")
    assert as_family("negative binomial(alpha=0.5)") == NegativeBinomial(0.5)
    assert [repr(family) for family in (Poisson(), Quantile(0.9))] == ["Poisson()", "Quantile(q=0.9)"]
    with pytest.raises(ValueError, match=r"family='poison' is not known; choose one of 'gaussian', 'bernoulli'"):
        as_family("poison")
    with pytest.raises(TypeError, match="family=3 is no family"):
        as_family(3)

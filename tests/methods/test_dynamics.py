"""What the first-order rules are known to do: on quadratics, on constant gradients, under noise, off the beaten track.

With the gradient Ax every rule here with a velocity is a linear map of (x, v), so that its convergence is a fact about
the roots of a 2 × 2 characteristic polynomial, which `characteristic` reads off the rule itself.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.replay import moves

from osolgil.methods.adagrad import AdaGrad
from osolgil.methods.adam import Adam
from osolgil.methods.amsgrad import AMSGrad
from osolgil.methods.gradient_descent import GradientDescent
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.schedules import InverseTime

MU, L = 1.0, 100.0
KAPPA = L / MU


@pytest.fixture(autouse=True)
def _float64():
    with jax.enable_x64(True):
        yield


@partial(jax.jit, static_argnames=("gradient", "steps", "keep"))
def _walk(rule, gradient, x0, data, steps, keep=lambda x: x):
    def tell(carry, t):
        x, memory = carry
        step, memory = rule.update(gradient(x, data, t), memory, x, t)
        x = keep(x + step)
        return (x, memory), x

    return jax.lax.scan(tell, (x0, rule.init(x0)), jnp.arange(1, steps + 1, dtype=x0.dtype))[1]


def walk(rule, gradient, x0, steps, data=0.0, **options):
    """The points x₁, ..., x_steps, shape (steps, n), reached from x0 where the gradient is gradient(x, data, t)."""
    x0 = jnp.atleast_1d(jnp.asarray(x0, float))
    return np.asarray(_walk(rule, gradient, x0, jnp.asarray(data), steps, **options))


def slope(x, curvature, t):
    return curvature * x


@jax.jit
def _columns(rule, curvature):
    """The images of (x, v) = (1, 0) and (0, 1) under one update, one column each, for n curvatures: (2, 2, n)."""
    one, zero = jnp.ones_like(curvature), jnp.zeros_like(curvature)
    memory = rule.init(zero)
    images = []
    for x, v in ((one, zero), (zero, one)):
        step, after = rule.update(curvature * x, memory._replace(v=v), x, jnp.asarray(2.0))
        images.append(jnp.stack([x + step, after.v]))
    return jnp.stack(images, axis=1)


def characteristic(rule, curvatures):
    """Trace and determinant of the map (x, v) ↦ (x, v) after one update, for each curvature."""
    (a, b), (c, d) = np.asarray(_columns(rule, jnp.asarray(curvatures)))
    return a + d, a * d - b * c


def spectral_radius(rule, curvatures):
    """The largest modulus of the roots of z² − trace·z + determinant, over all curvatures.

    A discriminant within rounding of zero is a double root: at the optimal parameters there is one at an end of the
    spectrum, and √(1e-16) would otherwise pass for a distance of 1e-8 between two roots.
    """
    trace, determinant = characteristic(rule, curvatures)
    discriminant = trace**2 - 4 * determinant
    discriminant = np.where(np.abs(discriminant) < 1e-13, 0, discriminant)
    root = np.sqrt(discriminant.astype(complex))
    return np.max(np.abs([(trace + root) / 2, (trace - root) / 2]))


SPECTRUM = np.geomspace(MU, L, 101)
ENDS = np.array([MU, L])


# Gradient descent.


def test_gradient_descent_from_2_with_rate_one_hundredth_on_x_squared_is_at_1_96():
    x = walk(GradientDescent(0.01), slope, 2.0, 1, data=2.0)[-1, 0]
    assert x == pytest.approx(1.96, rel=1e-15)
    assert x**2 <= 2**2


def test_gradient_descent_from_minus_3_with_rate_one_tenth_on_x_squared_is_at_minus_2_4():
    x = walk(GradientDescent(0.1), slope, -3.0, 1, data=2.0)[-1, 0]
    assert x == pytest.approx(-2.4, rel=1e-15)
    assert x**2 <= 3**2


def test_gradient_descent_multiplies_each_eigendirection_by_one_minus_eta_lambda():
    eta = 0.015
    path = walk(GradientDescent(eta), slope, np.ones(101), 50, data=SPECTRUM)
    factors = 1 - eta * SPECTRUM
    for t in (1, 7, 50):
        # x − ηλx cancels where ηλ is near 1: each of the t factors is known to a few units in the last place of 1.
        assert np.all(np.abs(path[t - 1] - factors**t) <= t * 4 * 2.2e-16 * np.abs(factors) ** (t - 1))


@pytest.mark.parametrize(("share", "converges"), [(0.01, True), (0.999, True), (1.001, False), (-0.01, False)])
def test_gradient_descent_converges_if_and_only_if_the_rate_is_between_zero_and_two_over_the_largest_curvature(
    share, converges
):
    path = np.abs(walk(GradientDescent(share * 2 / L), slope, np.ones(2), 100_000, data=ENDS)).max(axis=1)
    if converges:
        assert path[-1] < 1e-8
    else:
        assert not path[-1] < 1e8


def test_gradient_descent_at_exactly_two_over_the_curvature_jumps_from_side_to_side_for_ever():
    path = walk(GradientDescent(0.5), slope, 3.0, 1000, data=4.0)[:, 0]
    assert np.array_equal(path, 3.0 * (-1.0) ** np.arange(1, 1001))


def test_the_best_rate_is_two_over_the_sum_of_the_extreme_curvatures():
    def worst(eta):
        x1 = walk(GradientDescent(eta), slope, np.ones(2), 1, data=ENDS)[0]
        return np.max(np.abs(x1))

    best = 2 / (L + MU)
    assert worst(best) == pytest.approx((KAPPA - 1) / (KAPPA + 1), rel=1e-14)
    assert all(worst(best * share) > worst(best) for share in (0.1, 0.5, 0.9, 0.999, 1.001, 1.01, 1.5))


# Momentum and Nesterov.

ROOT = np.sqrt(KAPPA)
BEST_RATE = 4 / (np.sqrt(L) + np.sqrt(MU)) ** 2
BEST_MOMENTUM = ((ROOT - 1) / (ROOT + 1)) ** 2


@pytest.mark.parametrize("inside", [False, True])
def test_the_heavy_ball_at_its_best_contracts_by_the_root_of_kappa_less_one_over_it_plus_one(inside):
    rule = Momentum(BEST_RATE, momentum=BEST_MOMENTUM, learning_rate_inside=inside)
    assert spectral_radius(rule, SPECTRUM) == pytest.approx((ROOT - 1) / (ROOT + 1), rel=1e-12)


def test_the_heavy_balls_path_shrinks_as_its_spectral_radius_says():
    path = walk(Momentum(BEST_RATE, momentum=BEST_MOMENTUM), slope, np.ones(2), 150, data=ENDS)
    radius = (ROOT - 1) / (ROOT + 1)
    # The double roots at both ends are defective: |x_t| = |a + bt|·radiusᵗ, so that the ratio is radius·(1 + 1/t).
    ratio = np.abs(path[149] / path[148])
    assert np.all((radius < ratio) & (ratio < radius * (1 + 2 / 149)))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9, 0.99])
def test_the_heavy_ball_is_stable_if_and_only_if_the_rate_is_below_two_times_one_plus_rho_over_the_curvature(rho):
    limit = 2 * (1 + rho) / L
    assert spectral_radius(Momentum(0.999 * limit, momentum=rho), SPECTRUM) < 1 - 1e-6
    assert spectral_radius(Momentum(1.001 * limit, momentum=rho), SPECTRUM) > 1 + 1e-6
    assert spectral_radius(Momentum(limit, momentum=rho), SPECTRUM) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_a_heavy_ball_just_below_its_limit_comes_to_rest_and_just_above_it_flies_away(share):
    path = walk(Momentum(share * 2 * (1 + 0.9) / L, momentum=0.9), slope, np.ones(2), 2000, data=ENDS)
    assert np.max(np.abs(path[-1])) < 1e-6 if share < 1 else np.max(np.abs(path[-1])) > 1e6


@pytest.mark.parametrize("inside", [False, True])
def test_nesterov_with_rate_one_over_l_contracts_by_one_less_the_inverse_root_of_kappa(inside):
    rule = Nesterov(1 / L, momentum=(ROOT - 1) / (ROOT + 1), learning_rate_inside=inside)
    assert spectral_radius(rule, SPECTRUM) == pytest.approx(1 - 1 / ROOT, rel=1e-12)


def lessard(x, _, t):
    """f′ of a convex f with curvatures between 1 and 25: Lessard, Recht & Packard 2016, equation (4.11)."""
    return jnp.where(x < 1, 25 * x, jnp.where(x < 2, x + 24, 25 * x - 24))


def test_the_heavy_ball_that_is_best_for_curvatures_from_1_to_25_circles_for_ever_off_quadratics():
    rule = Momentum(1 / 9, momentum=4 / 9)
    assert spectral_radius(rule, np.linspace(1, 25, 97)) == pytest.approx(2 / 3, rel=1e-12)
    path = walk(rule, lessard, 3.3, 300)[:, 0]
    assert np.sort(path[-3:]) == pytest.approx(np.array([-2208, 792, 2592]) / 1225, rel=1e-12)
    assert path[-3:] == pytest.approx(path[-6:-3], rel=1e-12)


def test_nesterov_reaches_the_minimum_of_the_function_that_makes_the_heavy_ball_circle():
    path = walk(Nesterov(1 / 25, momentum=(5 - 1) / (5 + 1)), lessard, 3.3, 300)[:, 0]
    assert abs(path[-1]) < 1e-12


def two_wells(x, _, t):
    """f′ of f = x⁴/4 − 4x³/3 + 3x²/2: a local minimum 0 at 0, a crest 5/12 at 1, the minimum −9/4 at 3."""
    return x * (x - 1) * (x - 3)


def test_momentum_passes_the_local_minimum_where_gradient_descent_stays():
    descent = walk(GradientDescent(0.01), two_wells, -2.0, 3000)[:, 0]
    ball = walk(Momentum(0.01, momentum=0.9), two_wells, -2.0, 3000)[:, 0]
    assert descent[-1] == pytest.approx(0, abs=1e-12)
    assert ball[-1] == pytest.approx(3, abs=1e-12)


def test_momentum_overshoots_the_minimum_and_gradient_descent_does_not():
    assert walk(GradientDescent(0.01), slope, 1.0, 200, data=1.0).min() > 0
    assert walk(Momentum(0.01, momentum=0.9), slope, 1.0, 200, data=1.0).min() < -0.1


# Saddles.


@pytest.mark.parametrize(("delta", "eta", "steps"), [(1e-6, 0.1, 76), (1e-3, 0.1, 38), (1e-6, 0.01, 698)])
def test_gradient_descent_leaves_the_saddle_after_as_many_steps_as_the_logarithm_says(delta, eta, steps):
    assert steps == int(np.ceil(np.log(1 / delta) / np.log(1 + 2 * eta)))
    path = walk(GradientDescent(eta), slope, [1.0, delta], 700, data=[2.0, -2.0])
    assert np.argmax(np.abs(path[:, 1]) >= 1) + 1 == steps


def test_gradient_descent_that_starts_on_the_saddles_ridge_stays_on_it():
    path = walk(GradientDescent(0.1), slope, [1.0, 0.0], 700, data=[2.0, -2.0])
    assert np.all(path[:, 1] == 0)
    assert abs(path[-1, 0]) < 1e-60


# Noise.

LAMBDA, ETA, SIGMA = 2.0, 0.1, 3.0


def stationary(rho):
    """ησ²(1+ρ)/(λ(1−ρ)(2(1+ρ)−ηλ)); at ρ = 0 it is ησ²/(λ(2−ηλ))."""
    return ETA * SIGMA**2 * (1 + rho) / (LAMBDA * (1 - rho) * (2 * (1 + rho) - ETA * LAMBDA))


def pushed_once(x, curvature, t):
    return curvature * x + jnp.where(t == 1, 1.0, 0.0)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_the_variance_that_noise_keeps_up_is_the_squared_response_to_one_push_summed(rho):
    """x is a sum of independent pushes, each answered by the same response h: its variance is σ²Σh²."""
    rule = Momentum(ETA, momentum=rho) if rho else GradientDescent(ETA)
    response = walk(rule, pushed_once, 0.0, 600, data=LAMBDA)
    assert SIGMA**2 * np.sum(response**2) == pytest.approx(stationary(rho), rel=1e-12)


@jax.jit
def _variance_after(rule, key):
    """The mean square of 20 000 independent runs on ½λx² after 100 noisy steps from 0."""

    def tell(carry, seen):
        t, key = seen
        x, memory = carry
        noise = SIGMA * jax.random.normal(key, x.shape, x.dtype)
        step, memory = rule.update(LAMBDA * x + noise, memory, x, t)
        return (x + step, memory), None

    x0 = jnp.zeros(20_000)
    (x, _), _ = jax.lax.scan(tell, (x0, rule.init(x0)), (jnp.arange(1.0, 101.0), jax.random.split(key, 100)))
    return jnp.mean(x**2)


@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_noisy_runs_spread_as_far_as_the_stationary_variance_says(rho):
    rule = Momentum(ETA, momentum=rho) if rho else GradientDescent(ETA)
    found = float(_variance_after(rule, jax.random.key(5)))
    # The mean of n squared normals has relative standard deviation √(2/n) = 1 %; what is left of the start is 0.9^100.
    assert found == pytest.approx(stationary(rho), rel=5 * np.sqrt(2 / 20_000))


# Adaptive rates on a constant gradient.

SIZES = np.array([1e-9, 1e-3, 1.0, -7.0, 1e3])
CONSTANT = np.tile(SIZES, (100, 1))


def test_adam_first_step_is_the_rate_whatever_the_gradient_but_for_epsilon():
    first = moves(Adam(1e-3, epsilon=1e-8), CONSTANT)[0]
    assert first == pytest.approx(-1e-3 * SIZES / (np.abs(SIZES) + 1e-8), rel=1e-12)


def test_adam_steps_on_a_constant_gradient_are_all_one_rate_long():
    steps = moves(Adam(1e-3, epsilon=1e-8), CONSTANT)
    assert steps[:, 1:] == pytest.approx(np.tile(-1e-3 * np.sign(SIZES[1:]), (100, 1)), rel=2e-5)


def test_adam_without_bias_correction_starts_3_162_rates_long_and_peaks_at_6_57_in_step_12():
    steps = -moves(Adam(1.0, epsilon=0.0, bias_correction=False), CONSTANT)[:, 2]
    assert steps[0] == pytest.approx(np.sqrt(10), rel=1e-12)
    assert np.argmax(steps) + 1 == 12
    assert steps.max() == pytest.approx(6.57, abs=0.005)


@pytest.mark.parametrize(("beta", "length"), [(0.9, 3.162), (0.99, 10.0)])
def test_rmsprop_first_step_is_the_rate_over_the_root_of_one_less_beta(beta, length):
    first = -moves(RMSProp(1.0, beta=beta, epsilon=0.0), CONSTANT)[0]
    assert first == pytest.approx(np.sign(SIZES) / np.sqrt(1 - beta), rel=1e-12)
    assert first[0] == pytest.approx(length, abs=5e-4)


def test_adagrad_step_t_on_a_constant_gradient_is_the_rate_over_the_root_of_t():
    steps = moves(AdaGrad(0.5, epsilon=0.0), CONSTANT)
    expected = -0.5 / np.sqrt(np.arange(1, 101))[:, None] * np.sign(SIZES)
    assert steps == pytest.approx(expected, rel=1e-12)


def test_adagrad_first_step_falls_short_of_the_rate_where_the_gradient_is_as_small_as_epsilon():
    first = moves(AdaGrad(1.0, epsilon=1e-10), CONSTANT)[0]
    assert first[0] == pytest.approx(-0.909, abs=5e-4)


# Adam's counterexample.

C = 3.0


def thirds(x, _, t):
    """f_t = Cx in every third step from the first on, else −x: on average (C − 2)x/3, least at −1 on [−1, 1]."""
    return jnp.where(t % 3 == 1, C, -1.0) * jnp.ones_like(x)


def into_the_interval(x):
    return jnp.clip(x, -1, 1)


@pytest.mark.parametrize(("rule", "end"), [(Adam, 1.0), (AMSGrad, -1.0)])
def test_adam_ends_at_the_worst_point_of_reddis_problem_and_amsgrad_at_the_best(rule, end):
    made = rule(
        InverseTime(0.5, decay=1.0, power=0.5), beta1=0.0, beta2=1 / (1 + C**2), epsilon=0.0, bias_correction=False
    )
    path = walk(made, thirds, 0.0, 30_000, keep=into_the_interval)[:, 0]
    # The rate has faded to 0.5/√30000 = 0.003, and one push of C is worth at most √(1 + C²) = 3.2 of it.
    assert path[-3:] == pytest.approx(end, abs=0.02)

"""Laws behind docs/claims.md that deserve more than its rounded numbers; others are in methods/test_dynamics.py."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.replay import moves

from osolgil.methods import AdaGrad, Adam, GradientDescent, NormalizedGradientDescent, RMSProp, conventions

GRADIENTS = np.random.default_rng(3).normal(size=(40, 3)) * np.array([1e-3, 1.0, 1e3])


def unrolled(squares, beta, initial):
    """Σ (1 − β)βᵏ g²ₜ₋ₖ + βᵗ r₀ for every t: the weights written out, no recursion."""
    rows = []
    for t in range(1, len(squares) + 1):
        weights = (1 - beta) * beta ** np.arange(t - 1, -1, -1.0)
        rows.append(weights @ squares[:t] + beta**t * initial)
    return np.stack(rows)


@pytest.mark.parametrize("initial", [0.0, 0.5])
@pytest.mark.parametrize("beta", [0.9, 0.99])
def test_a_gradient_k_steps_old_weighs_one_less_beta_times_beta_to_the_k(beta, initial):
    rule = RMSProp(0.1, beta=beta, epsilon=0.0, accumulator_init=initial)
    expected = -0.1 * GRADIENTS / np.sqrt(unrolled(GRADIENTS**2, beta, initial))
    assert moves(rule, GRADIENTS) == pytest.approx(expected, rel=1e-12)


def test_without_correction_adam_s_steps_grow_until_the_twelfth_and_stay_too_long_for_thousands():
    t = np.arange(1.0, 3001.0)
    expected = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    found = -moves(Adam(1.0, epsilon=0.0, bias_correction=False), np.ones((3000, 1)))[:, 0]
    assert found == pytest.approx(expected, rel=1e-10)
    assert np.all(np.diff(found[:12]) > 0)
    assert np.all(np.diff(found[11:]) < 0)
    assert found[[0, 11]] == pytest.approx([10**0.5, 6.569], abs=5e-4)
    assert found[-1] > 1.02


@pytest.mark.parametrize(("gradient", "share"), [(1e-3, 0.3015), (1.0, 1.0), (1e-6, 3.162e-4)])
def test_part_two_s_first_adam_step_is_a_third_of_the_rate_where_the_gradient_is_a_thousandth(gradient, share):
    first = -moves(conventions.lecture_part_two.adam(learning_rate=1.0), np.full((1, 1), gradient))[0, 0]
    assert first == pytest.approx(gradient * np.sqrt(1e-3) / np.sqrt(1e-3 * gradient**2 + 1e-8), rel=1e-12)
    assert first == pytest.approx(share, rel=1e-3)


@pytest.mark.parametrize("rule", [AdaGrad(0.1, epsilon=0.0), RMSProp(0.1, epsilon=0.0), Adam(0.1, epsilon=0.0)])
def test_to_adaptive_rules_the_unit_of_each_parameter_s_slope_is_all_the_same(rule):
    units = np.array([1e3, 1e-2, 7.0])
    assert moves(rule, GRADIENTS * units) == pytest.approx(moves(rule, GRADIENTS), rel=1e-10)


def test_to_gradient_descent_the_unit_is_not_the_same():
    assert moves(GradientDescent(0.1), 1000 * GRADIENTS) == pytest.approx(1000 * moves(GradientDescent(0.1), GRADIENTS))


def test_normalized_steps_are_all_one_rate_long_whatever_the_slope():
    lengths = np.linalg.norm(moves(NormalizedGradientDescent(0.1), GRADIENTS), axis=1)
    assert lengths == pytest.approx(np.full(40, 0.1), rel=1e-12)


@pytest.mark.parametrize("n", [1, 3])
def test_n_double_wells_have_3_to_the_n_critical_points_of_which_2_to_the_n_are_minima(n):
    def wells(x):
        return jnp.sum((x**2 - 1) ** 2) / 4

    points = np.array(list(itertools.product((-1.0, 0.0, 1.0), repeat=n)))
    assert np.all(np.asarray(jax.jit(jax.vmap(jax.grad(wells)))(points)) == 0)
    curvatures = np.linalg.eigvalsh(np.asarray(jax.jit(jax.vmap(jax.hessian(wells)))(points)))
    kinds = np.bincount((curvatures < 0).sum(axis=1), minlength=n + 1)
    assert len(points) == 3**n
    assert kinds[0] == 2**n
    assert kinds[n] == 1
    # A gradient is zero nowhere else: x³ − x has three roots.
    assert kinds[1:n].sum() == 3**n - 2**n - 1


def test_the_random_hessians_of_the_page_are_those_of_an_isotropic_gaussian_function():
    """Σ cos(w·x + φ)√(2/K) with w ~ N(0, I) has E[Hᵢⱼ Hₖₗ] = E[wᵢ wⱼ wₖ wₗ]: 3, 1 and 1, by Isserlis."""
    draws = np.random.default_rng(1)
    n, count = 3, 200_000
    a = draws.normal(size=(count, n, n))
    hessians = (a + a.transpose(0, 2, 1)) / 2**0.5 + draws.normal(size=(count, 1, 1)) * np.eye(n)
    w = draws.normal(size=(count, n))
    waves = w[:, :, None] * w[:, None, :]
    for (i, j), (k, m) in itertools.product([(0, 0), (1, 1), (0, 1), (1, 2)], repeat=2):
        wanted = np.mean(waves[:, i, j] * waves[:, k, m])
        # The fourth power of a normal has variance 96, and both means are sampled: five standard errors.
        assert np.mean(hessians[:, i, j] * hessians[:, k, m]) == pytest.approx(wanted, abs=5 * np.sqrt(2 * 96 / count))

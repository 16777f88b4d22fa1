import jax.numpy as jnp
import numpy as np
import pytest
from support.penalties import LARGEST, PROBLEM, gradient, loss

from osolgil.descent import Stop, minimize
from osolgil.methods import (
    FISTA,
    AdaGrad,
    AdaGradNorm,
    Adam,
    GradientDescent,
    Lion,
    Momentum,
    PolyakAveraging,
    Proximal,
)
from osolgil.methods.equations import evaluate
from osolgil.protocol import Geometry, Layout, Shrinkage
from osolgil.regression.penalties import ElasticNet, Lasso, Ridge
from osolgil.regression.penalties.certificate import kkt

LASSO = Lasso(0.2)
TIGHT = Stop(optimality=1e-11, steps=20_000)


@pytest.fixture(scope="module")
def exact():
    return minimize(PROBLEM, np.zeros(5), "proximal_newton", penalty=LASSO, stop=TIGHT).x


@pytest.mark.parametrize(
    "method",
    [
        Proximal(GradientDescent(1 / LARGEST)),
        FISTA(1 / LARGEST),
        FISTA(1 / LARGEST, restart=False),
        Proximal(Adam(0.01)),
        Proximal(AdaGrad(0.5)),
        Proximal(AdaGradNorm(1.0)),
        Proximal(Momentum(0.05, dampening=0.5)),
    ],
    ids=lambda method: f"{type(method).__name__}-{type(getattr(method, 'rule', method)).__name__}",
)
def test_every_proximal_method_comes_to_rest_at_the_exact_lasso(method, exact):
    result = minimize(PROBLEM, np.zeros(5), method, penalty=LASSO, stop=TIGHT)
    assert result.success
    np.testing.assert_allclose(result.x, exact, atol=1e-8)
    assert np.array_equal(result.x == 0, exact == 0)
    assert (exact == 0).any()
    assert not np.signbit(result.x[exact == 0]).any()
    assert result.fun == pytest.approx(loss(exact) + 0.2 * np.abs(exact).sum(), rel=1e-12)


def test_adam_with_one_threshold_for_all_coordinates_would_rest_elsewhere(exact):
    # What the diagonal metric is for: Adam's step and then soft thresholding by the learning rate.
    x, m, r = np.zeros(5), np.zeros(5), np.zeros(5)
    for t in range(1, 5001):
        g = gradient(x)
        m, r = 0.9 * m + 0.1 * g, 0.999 * r + 0.001 * g**2
        y = x - 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(r / (1 - 0.999**t)) + 1e-8)
        x = np.sign(y) * np.maximum(np.abs(y) - 0.01 * 0.2, 0)
    assert np.abs(x - exact).max() > 0.1


def test_fista_without_restarts_keeps_its_bound(exact):
    result = minimize(PROBLEM, np.zeros(5), FISTA(1 / LARGEST, restart=False), penalty=LASSO, stop=TIGHT, record="all")
    points = result.trace.memory["z"]
    values = np.array([loss(z) + 0.2 * np.abs(z).sum() for z in points])
    k = np.arange(1, len(values) + 1)
    lowest = loss(exact) + 0.2 * np.abs(exact).sum()
    assert (values - lowest <= 2 * LARGEST * np.sum(exact**2) / (k + 1) ** 2 + 1e-14).all()


def test_ista_never_rises_and_keeps_its_bound(exact):
    result = minimize(PROBLEM, np.zeros(5), Proximal(GradientDescent(1 / LARGEST)), penalty=LASSO, stop=TIGHT)
    values = result.trace.value
    k = np.arange(1, len(values))
    assert (np.diff(values) <= 1e-15).all()
    assert (values[1:] - result.fun <= LARGEST * np.sum(exact**2) / (2 * k) + 1e-14).all()


def test_fista_s_weights_are_those_of_beck_and_teboulle():
    # (s − 1)/s' for s = 1, 1.618..., 2.194...
    rule, x = FISTA(0.1, restart=False), jnp.zeros(1)
    memory, ratios = rule.init(x), []
    for t in range(1, 4):
        before = memory.z
        step, memory = rule.update(jnp.ones(1), memory, x, jnp.asarray(float(t)))
        x = x + step
        ratios.append(float(((x - memory.z) / (memory.z - before))[0]))
    np.testing.assert_allclose(ratios, [0.0, 0.2817535, 0.4340429], atol=1e-5)


def test_without_a_penalty_proximal_steps_are_the_rule_s_own():
    plain = minimize(PROBLEM, np.zeros(5), Adam(0.01), stop=Stop(steps=20), record="path").trace.path
    wrapped = minimize(PROBLEM, np.zeros(5), Proximal(Adam(0.01)), stop=Stop(steps=20), record="path").trace.path
    np.testing.assert_allclose(wrapped, plain, rtol=1e-12, atol=1e-15)


def test_mini_batches_judge_by_the_proximal_residual_of_all_rows():
    result = minimize(
        PROBLEM, np.zeros(5), Proximal(GradientDescent(0.05)), penalty=LASSO, batch_size=10, stop=Stop(epochs=3)
    )
    x = result.x
    ahead = x - gradient(x)
    residual = x - np.sign(ahead) * np.maximum(np.abs(ahead) - 0.2, 0)
    judged = result.trace.judgements
    assert judged[judged[:, 0].argmin(), 1] == pytest.approx(np.abs(residual).max(), rel=1e-9)


def test_averages_of_proximal_steps_are_allowed_and_near(exact):
    method = PolyakAveraging(Proximal(GradientDescent(1 / LARGEST)), burn_in=200)
    result = minimize(PROBLEM, np.zeros(5), method, penalty=LASSO, stop=Stop(steps=300, optimality=0))
    np.testing.assert_allclose(result.x, exact, atol=1e-6)


def test_an_elastic_net_and_a_ridge_of_proximal_steps_satisfy_their_conditions():
    for penalty in (ElasticNet(0.2, mix=0.3), Ridge(0.2)):
        x = minimize(PROBLEM, np.zeros(5), FISTA(1 / LARGEST), penalty=penalty, stop=TIGHT).x
        assert np.abs(kkt(penalty, x, gradient(x))).max() < 1e-10


def test_a_rule_whose_metric_is_not_known_is_refused():
    with pytest.raises(ValueError, match=r"Proximal: the metric of Lion's steps is not known.*GradientDescent.*FISTA"):
        minimize(PROBLEM, np.zeros(5), Proximal(Lion()), penalty=LASSO)


@pytest.mark.parametrize(
    "rule",
    [
        FISTA(0.3),
        FISTA(0.3, restart=False),
        *(
            Proximal(Adam(0.1, bias_correction=on, epsilon_before_correction=before))
            for on, before in [(1, 0), (1, 1), (0, 0)]
        ),
        *map(Proximal, (GradientDescent(0.3), Momentum(0.1), AdaGrad(0.1), AdaGradNorm(0.1))),
    ],
)
def test_the_equations_say_what_update_does(rule):
    geometry = Geometry(Layout.of(np.zeros(3)), penalty=Shrinkage(np.array([0.1, 0, 0.5]), np.array([0.2, 0.1, 0])))
    x = jnp.array([0.3, -1.0, 0.02])
    memory = rule.remember(x, geometry)
    for t in range(1, 6):
        g = jnp.array([1.0, 0.5, -0.2]) * x + jnp.array([0.1, -0.3, 0.01])
        said = evaluate(rule, g, memory, x, t)["step"]
        step, memory = rule.update(g, memory, x, jnp.asarray(float(t)))
        np.testing.assert_allclose(said, step, rtol=2e-5, atol=1e-6)
        x = x + step

"""What diagnose says: numbers that theory knows, causes that are real, both languages."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil import BlackBox, FiniteSum, Function, Stop, fit, minimize, surfaces
from osolgil.diagnosis import Conditioning, Kind, diagnose
from osolgil.diagnosis.learning_rate import Dynamics
from osolgil.diagnosis.sayings import SAYINGS
from osolgil.methods import Adam, Cosine, GradientDescent, Momentum, Nesterov

WEIGHT = [115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164]
WOMEN = {"height": list(range(58, 73)), "weight": WEIGHT}

RANDOM = np.random.default_rng(3)
X = np.column_stack([np.ones(60), RANDOM.normal(size=60)])
Y = X @ [1.0, 2.0] + RANDOM.normal(size=60)


def line(b, rows):
    features, target = rows
    return (target - features @ b) ** 2 / 2


def product(x):
    return 0.5 * (jnp.prod(x) - 1) ** 2


def test_beale_s_saddle_is_named_with_its_escape_direction():
    found = diagnose(surfaces.named("beale"), [0.0, 1.0])
    assert found.causes == ("saddle",)
    assert found["saddle"].number == pytest.approx(-27.75)
    assert found.critical_point.kind is Kind.SADDLE
    assert np.abs(found.critical_point.escape) == pytest.approx([0.5**0.5] * 2)
    assert "f falls in one direction, most steeply along 0.707·x[0] - 0.707·x[1]" in found["saddle"].evidence


def test_the_bowl_of_the_lecture_has_condition_number_ten_and_axes_of_root_ten():
    found = diagnose(surfaces.named("bowl", condition=10)).conditioning
    assert found.number == pytest.approx(10)
    assert found.axes == pytest.approx(10**0.5)
    assert found.scaled == pytest.approx(1)


@pytest.mark.parametrize("kappa", [2.0, 10.0, 1e3])
def test_predicted_steps_are_those_that_are_taken(kappa):
    slow = np.array([1.0, 1.0])  # an error along both axes: at the best rate both shrink alike
    problem = Function(lambda x, d: 0.5 * jnp.sum(d * x**2), (np.array([1.0, kappa]),))
    target = 1e-6

    def steps(rule):
        limit = Stop(steps=int(30 * kappa) + 60, optimality=0.0)
        path = minimize(problem, slow, rule, stop=limit, record="path").trace.path
        return int(np.argmax(np.linalg.norm(path, axis=1) <= target * np.linalg.norm(slow)))

    predicted = Conditioning(kappa)
    assert steps(GradientDescent(2 / (1 + kappa))) == pytest.approx(predicted.steps("gradient_descent"), abs=1)
    root = kappa**0.5
    best = Momentum(4 / (1 + root) ** 2, momentum=((root - 1) / (root + 1)) ** 2)
    # A double root: t·qᵗ, so that a few steps more than log ε/log q are needed.
    assert predicted.steps("momentum") <= steps(best) <= 1.6 * predicted.steps("momentum") + 6
    nesterov = Nesterov(1 / kappa, momentum=(root - 1) / (root + 1))
    assert steps(nesterov) <= 1.6 * predicted.steps("nesterov") + 6


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("ahead", [False, True])
def test_the_stability_bound_is_where_the_spectral_radius_passes_one(rho, ahead):
    dynamics = Dynamics(0.1, rho, ahead)
    limit = dynamics.bound / 0.1
    assert dynamics.factor(limit * (1 - 1e-6)) < 1 < dynamics.factor(limit * (1 + 1e-6))


def test_standardizing_is_told_with_what_it_spared():
    model = fit("height ~ weight", WOMEN, method="gd", stop=Stop(steps=20))
    found = diagnose(model)
    assert found.conditioning.number == pytest.approx(1)
    D = np.column_stack([np.ones(15), WEIGHT])
    assert found.conditioning.raw == pytest.approx(np.linalg.cond(D.T @ D), rel=1e-6)
    assert "on the raw scale it would be" in str(found)


def test_separated_classes_stand_beside_what_the_run_shows():
    table = {"y": [0, 0, 0, 1, 1, 1], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
    found = diagnose(fit("y ~ x", table, family="bernoulli", method="adam", stop=Stop(steps=50)))
    assert found.causes[0] == "complete separation"


def test_noise_is_that_of_the_definition():
    problem, b = FiniteSum(line, (X, Y)), np.array([0.3, -0.2])
    noise = diagnose(problem, b).noise
    gradients = -(Y - X @ b)[:, None] * X
    mean = gradients.mean(axis=0)
    assert noise.spread == pytest.approx(np.mean(np.sum((gradients - mean) ** 2, axis=1)), rel=1e-10)
    assert noise.signal == pytest.approx(mean @ mean, rel=1e-10)
    assert noise.signal_to_noise(noise.scale) == pytest.approx(1)
    summed = diagnose(FiniteSum(line, (X, Y), reduction="sum"), b).noise
    assert summed.scale == pytest.approx(noise.scale, rel=1e-10)


def test_weighted_rows_count_as_often_as_they_weigh():
    twice = FiniteSum(line, (X[:20], Y[:20]), weights=np.repeat([1.0, 2.0], 10))
    repeated = FiniteSum(line, (np.vstack([X[:20], X[10:20]]), np.concatenate([Y[:20], Y[10:20]])))
    b = np.array([0.3, -0.2])
    assert diagnose(twice, b).noise.scale == pytest.approx(diagnose(repeated, b).noise.scale, rel=1e-10)


def test_a_curvature_that_grows_to_what_the_rate_bears_is_the_edge_of_stability():
    start = np.array([0.7, 0.8, 0.6, 0.9])
    run = minimize(product, start, GradientDescent(0.45), stop=Stop(steps=3000), record="path")
    found = diagnose(run)
    assert "edge of stability" in [each.cause for each in found]
    assert found.rate.sharpness[0] == pytest.approx(0.52, abs=0.01)
    larger = minimize(product, start, GradientDescent(0.52), stop=Stop(steps=3000), record="path")
    assert "oscillating" in diagnose(larger).causes


def test_a_flat_valley_is_degenerate_and_no_saddle():
    found = diagnose(lambda x: 0.5 * (x[0] * x[1] - 1) ** 2, np.array([2.0, 0.5]))
    assert found.causes == ("degenerate",)
    maximum = diagnose(lambda x: -(x[0] ** 2) - 3 * x[1] ** 2, np.zeros(2))
    assert maximum.causes == ("maximum",)


def test_duplicate_columns_are_a_flat_direction():
    doubled = np.column_stack([X[:, 1], X[:, 1]])
    found = diagnose(FiniteSum(line, (doubled, Y)), np.array([1.0, 1.0]))
    assert "flat direction" in found.causes
    assert found["flat direction"].number == 1


def test_near_a_saddle_is_told_with_the_distance():
    found = diagnose(surfaces.named("race_saddle"), [0.0, 0.005])
    assert found.causes == ("saddle",)
    assert found.critical_point.distance == pytest.approx(0.005, rel=1e-3)


def test_what_is_not_finite_is_a_finding():
    found = diagnose(lambda x: jnp.log(x[0]), np.array([-1.0]))
    assert found.causes == ("not finite",)
    run = minimize(lambda x: x[0] ** 4, np.array([3.0]), GradientDescent(0.5), stop=Stop(steps=50))
    assert diagnose(run).causes in {("diverging",), ("not finite",)}


def test_methods_whose_stability_the_hessian_does_not_decide_are_not_judged_by_it():
    run = minimize(surfaces.named("bowl", condition=10), method=Adam(0.1), stop=Stop(steps=20), record="path")
    found = diagnose(run)
    assert found.rate is None
    assert not set(found.causes) & {"crawling", "oscillating", "diverging"}


def test_a_rate_can_be_judged_before_any_run():
    bowl = surfaces.named("bowl", condition=10)
    assert diagnose(bowl, method=GradientDescent(0.21)).causes == ("diverging",)
    assert diagnose(bowl, method=GradientDescent(0.1)).causes == ()


def test_every_finding_is_said_in_korean():
    for cause, said in SAYINGS.items():
        assert any("가" <= letter <= "힣" for letter in said.evidence_ko) or "{told_ko}" in said.evidence_ko, cause
        assert bool(said.remedy) == bool(said.remedy_ko), cause
    assert "안장점" in diagnose(surfaces.named("beale"), [0.0, 1.0]).text("ko")
    with pytest.raises(ValueError, match="language='de' is not known"):
        diagnose(surfaces.named("beale"), [0.0, 1.0]).text("de")


def test_a_point_is_asked_for():
    with pytest.raises(ValueError, match="x is missing: this problem declares no start"):
        diagnose(lambda x: x**2)
    with pytest.raises(ValueError, match=r"The point is not finite: x\[1\] = nan"):
        diagnose(surfaces.named("beale"), [0.0, np.nan])
    with pytest.raises(KeyError, match="'noise' was not found; found were saddle"):
        diagnose(surfaces.named("beale"), [0.0, 1.0])["noise"]


def test_what_was_frozen_is_not_diagnosed():
    problem = Function(lambda x: 0.5 * (x["a"] ** 2 + 1000 * x["b"] ** 2))
    start = {"a": np.array(3.0), "b": np.array(2.0)}
    run = minimize(problem, start, GradientDescent(0.5), frozen={"b": True}, stop=Stop(steps=30), record="path")
    found = diagnose(run)
    assert found.spectrum.values == pytest.approx([1.0])
    assert found.causes == ()
    assert found.slope == pytest.approx(abs(float(run.jac["a"])))


@pytest.mark.parametrize("n", [1, 300])
def test_the_tail_of_an_exponential_has_no_minimum_in_it(n):
    # Newton's step is 1 everywhere: near, compared with x, and never at the end.
    found = diagnose(lambda x: jnp.sum(jnp.exp(-x)), np.full(n, 300.0))
    assert found.critical_point is None
    assert diagnose(lambda x: jnp.sum(jnp.cosh(x - 300.0)), np.full(n, 300.01)).critical_point.kind is Kind.MINIMUM


def test_a_critical_point_beyond_the_edge_of_the_domain_is_not_claimed():
    found = diagnose(lambda x: jnp.where(x[0] > 0.999, (x[0] - 0.995) ** 2, jnp.nan), np.array([1.0]))
    assert found.critical_point is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [3, 300])
def test_rounding_of_a_flat_valley_is_no_saddle(n, dtype):
    A = np.random.default_rng(0).normal(size=(n // 3, n)).astype(dtype)
    found = diagnose(Function(lambda x, A: 0.5 * jnp.sum((A @ x) ** 2), (A,)), np.zeros(n, dtype))
    assert found.causes == ("degenerate",)
    assert "some of them zero" in found["degenerate"].evidence


def test_quotients_of_a_black_box_make_no_saddle_of_a_flat_valley():
    A = np.random.default_rng(1).normal(size=(2, 4))
    blind = BlackBox(lambda x: float(0.5 * np.sum((A @ x) ** 2)))
    assert diagnose(blind, np.zeros(4)).causes == ("degenerate",)
    sighted = BlackBox(blind.f, gradient=lambda x: A.T @ (A @ x))
    assert diagnose(sighted, np.zeros(4)).causes == ("degenerate",)


def test_a_negative_curvature_that_lanczos_has_not_seen_is_not_denied():
    eigenvalues = np.geomspace(1e-6, 1.0, 1000)
    eigenvalues[0] = -1e-6
    found = diagnose(Function(lambda x, d: 0.5 * jnp.sum(d * x**2), (eigenvalues,)), np.zeros(1000))
    assert found.critical_point.kind is Kind.DEGENERATE
    assert found.causes == ("ill-conditioned",)
    assert "there may be others of any sign" in found["degenerate"].evidence
    assert "그 밖에 부호가 다른 고윳값이 있을 수 있습니다" in found.text("ko")


def test_second_derivatives_that_are_not_finite_are_a_finding():
    for n in (2, 300):
        found = diagnose(lambda x: jnp.sum(jnp.abs(x) ** 1.5), np.zeros(n))
        assert found.causes == ("not finite",)
        assert "second derivatives" in found["not finite"].evidence


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_scales_whose_squares_leave_the_numbers_are_looked_at_like_others(scale):
    found = diagnose(lambda x: scale * jnp.sum(x**2), np.array([1.0, 2.0]))
    assert found.slope == pytest.approx(20**0.5 * scale)
    assert found.causes == ()
    assert found.critical_point is None


def test_a_schedule_that_has_come_to_zero_is_no_crawling():
    bowl = surfaces.named("bowl", condition=10)
    run = minimize(bowl, method=GradientDescent(Cosine(0.1, over=20)), stop=Stop(steps=30, optimality=0.0))
    assert diagnose(run).causes == ()
    almost = minimize(bowl, method=GradientDescent(Cosine(0.1, 1e-4, over=20)), stop=Stop(steps=30, optimality=0.0))
    assert diagnose(almost)["right rate"].number == pytest.approx(5e-4)
    slow = minimize(bowl, method=GradientDescent(Cosine(1e-3, 1e-4, over=20)), stop=Stop(steps=30, optimality=0.0))
    assert diagnose(slow).causes == ("crawling",)


def test_epochs_that_were_completed_far_from_the_answer_were_crawled_through():
    problem, start = FiniteSum(line, (X, Y)), np.array([20.0, -20.0])
    run = minimize(problem, start, GradientDescent(1e-3), batch_size=20, stop=Stop(epochs=3))
    found = diagnose(run)
    assert found.causes == ("crawling",)
    # Curvature that was not recorded along the way is that of the end.
    assert "by the curvature at this point" in found["crawling"].evidence
    arrived = minimize(problem, start, GradientDescent(0.02), batch_size=60, stop=Stop(epochs=1000), record="path")
    assert "by the largest curvature met" in diagnose(arrived)["right rate"].evidence

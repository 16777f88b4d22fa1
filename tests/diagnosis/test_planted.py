"""A cause that was planted is found, and no other: 100 seeds each, of which 95 must be right (in fact all are)."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import ortho_group

from osolgil import FiniteSum, Function, Stop, minimize_lanes
from osolgil.diagnosis import diagnose
from osolgil.methods import GradientDescent, Momentum, Nesterov

SEEDS = 100
ENOUGH = 95
N = 4


def bowl(x, A):
    return 0.5 * x @ A @ x


def quartic_saddle(x, A):
    return 0.5 * x @ A @ x + 0.25 * jnp.sum(x**4)


def well(x, centre, width):
    return -jnp.exp(-jnp.sum((x - centre) ** 2) / (2 * width**2))


def saturated(x, rows):
    """Squared error through the sigmoid: flat where every prediction is sure and wrong."""
    features, label = rows
    return (label - 1 / (1 + jnp.exp(-(features @ x)))) ** 2 / 2


def line(x, rows):
    features, target = rows
    return (target - features @ x) ** 2 / 2


def symmetric(eigenvalues, random):
    Q = ortho_group.rvs(len(eigenvalues), random_state=random)
    A = (Q * eigenvalues) @ Q.T
    return (A + A.T) / 2


def right(found, planted):
    """How many diagnoses name the planted troubles, and these alone."""
    return sum(set(diagnosis.causes) == planted for diagnosis in found)


def quadratic_runs(rate_of, steps):
    """Diagnoses of runs on random quadratics, by rules made of λmax."""
    problems, starts, rules = [], [], []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        largest = 10.0 ** random.uniform(-3, 3)
        spectrum = largest / 10.0 ** np.array([0, *random.uniform(0, 1, N - 2), random.uniform(0, 1)])
        problems.append(Function(bowl, (symmetric(spectrum, random),)))
        starts.append(random.normal(size=N))
        rules.append(rate_of(spectrum.max()))
    stop = Stop(steps=steps, optimality=0.0)
    return [diagnose(run) for run in minimize_lanes(problems, starts, rules, stop=stop, record="path")]


@pytest.mark.parametrize(
    ("share", "planted", "cause"),
    [
        (0.005, {"crawling"}, "crawling"),
        (0.5, set(), "right rate"),
        (1.9, {"oscillating"}, "oscillating"),
        (2.1, {"diverging"}, "diverging"),
    ],
)
def test_a_rate_that_was_planted_is_found_and_nothing_else(share, planted, cause):
    found = quadratic_runs(lambda largest: GradientDescent(share / largest), steps=30)
    assert right(found, planted) >= ENOUGH
    assert all(each[cause].number == pytest.approx(share / 2, rel=1e-9) for each in found)


@pytest.mark.parametrize("rule", [Momentum, Nesterov])
def test_rates_beyond_the_bounds_of_momentum_and_nesterov_are_found(rule):
    bound = {Momentum: 2 * 1.9, Nesterov: 2 * 1.9 / 2.8}[rule]
    for share, planted in ((1.02, {"diverging"}), (0.5, set())):
        found = quadratic_runs(lambda largest, share=share: rule(share * bound / largest, momentum=0.9), steps=400)
        assert right(found, planted) >= ENOUGH


def test_the_condition_number_is_found_from_one_to_a_hundred_million():
    wrong = 0
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        kappa = 10.0 ** (8 * seed / (SEEDS - 1))
        spectrum = np.geomspace(1.0, kappa, N) * 10.0 ** random.uniform(-4, 4)
        A = symmetric(spectrum, random)
        found = diagnose(Function(bowl, (A,)), random.normal(size=N))
        planted = {"ill-conditioned"} if kappa >= 100 else set()
        # A itself is rounded to ε‖A‖, which moves its smallest eigenvalue by κε of itself.
        near = found.conditioning is not None and abs(found.conditioning.number / kappa - 1) < 1e-15 * kappa * 10 + 1e-9
        wrong += not (set(found.causes) == planted and near)
    assert wrong <= SEEDS - ENOUGH


def test_a_saddle_is_found_and_nothing_else():
    found = []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        down = int(random.integers(1, N))
        spectrum = 10.0 ** random.uniform(-1, 1, N) * np.where(np.arange(N) < down, -1, 1)
        problem = Function(quartic_saddle, (symmetric(spectrum, random),))
        each = diagnose(problem, 1e-6 * random.normal(size=N))
        found.append(each)
        if each.causes == ("saddle",):
            assert each["saddle"].number == pytest.approx(spectrum.min(), rel=1e-6)
            assert each.critical_point.index == down
            x, step = each.x, 1e-2 * each.critical_point.escape
            assert problem.evaluate(x + step).value < problem.evaluate(x).value
    assert right(found, {"saddle"}) >= ENOUGH


def test_a_plateau_is_found_and_nothing_else():
    found = []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        away = random.normal(size=N)
        width = random.uniform(0.5, 1.5)
        start = random.uniform(5, 9) * width * away / np.linalg.norm(away)
        found.append(diagnose(Function(well, (np.zeros(N), np.float64(width))), start))
    assert right(found, {"plateau"}) >= ENOUGH


def test_saturated_sigmoids_are_a_plateau():
    found = []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        features = np.column_stack([np.ones(64), random.normal(size=64)])
        truth = features @ [0.0, 2.0] + random.logistic(size=64) > 0
        problem = FiniteSum(saturated, (features, truth.astype(float)))
        found.append(diagnose(problem, np.array([random.uniform(25, 35), random.uniform(-2, 2)])))
    assert right(found, {"plateau"}) >= ENOUGH


def test_the_noise_of_batches_is_found_and_nothing_else():
    problems, rules = [], []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        X = random.normal(size=(128, N))
        y = X @ random.normal(size=N) + random.normal(size=128)
        largest = np.linalg.eigvalsh(X.T @ X / 128)[-1]
        problems.append(FiniteSum(line, (X, y)))
        rules.append(GradientDescent(0.5 / largest))
    how = {"seeds": range(SEEDS), "batch_size": 4, "stop": Stop(epochs=3), "record": "path"}
    found = [diagnose(run) for run in minimize_lanes(problems, np.zeros(N), rules, **how)]
    assert right(found, {"noise"}) >= ENOUGH

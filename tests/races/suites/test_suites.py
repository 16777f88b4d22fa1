"""The named suites: what they hold, that seeds draw, that nothing gets below the lowest values."""

import pickle

import jax
import numpy as np
import pytest

from osolgil.descent import Stop, minimize_lanes
from osolgil.protocol import Layout
from osolgil.races import suites
from osolgil.races.suites import networks

EVERY = {(suite, problem.name): problem for suite in suites.names() for problem in suites.named(suite)}


def value_at_start(drawn):
    return float(np.mean(jax.jit(drawn.problem.loss)(drawn.start, drawn.problem.rows)))


def test_suites_hold_what_they_are_said_to():
    assert suites.names() == ("lecture", "valleys", "regression", "networks")
    held = {suite: [problem.name for problem in suites.named(suite)] for suite in suites.names()}
    assert held == {
        "lecture": ["beale", "long_valley", "race_saddle", "ill_conditioned_bowl", "noisy_bowl"],
        "valleys": ["bowl_1e2", "bowl_1e4", "rosenbrock", "rosenbrock_10", "beale", "long_valley"],
        "regression": ["diabetes", "linnerud", "wine", "breast_cancer"],
        "networks": ["softmax_regression", "perceptron", "convolutional", "autoencoder"],
    }
    declared = {suite: (suites.suite(suite).protocol.claim, suites.suite(suite).protocol.evaluations) for suite in held}
    assert declared == {
        "lecture": ("optimization", 2000),
        "valleys": ("optimization", 2000),
        "regression": ("optimization", 2000),
        "networks": ("learning", 20 * 34),
    }


@pytest.mark.parametrize("problem", EVERY.values(), ids=["-".join(key) for key in EVERY])
def test_a_seed_draws_the_same_again_in_another_process_and_another_seed_something_else(problem):
    one, other = problem.draw(3), problem.draw(4)
    again = pickle.loads(pickle.dumps(problem)).draw(3)
    jax.tree.map(np.testing.assert_array_equal, one, again)
    assert jax.tree.structure(one.problem) == jax.tree.structure(other.problem) == jax.tree.structure(again.problem)
    assert [np.shape(leaf) for leaf in jax.tree.leaves(one)] == [np.shape(leaf) for leaf in jax.tree.leaves(other)]
    assert Layout.of(one.start).size == problem.dimension
    assert not all(
        np.array_equal(a, b) for a, b in zip(jax.tree.leaves(one.start), jax.tree.leaves(other.start), strict=True)
    )
    assert problem.source


def test_a_network_s_rows_are_drawn_by_the_seed_and_in_one_part_each():
    drawn = EVERY["networks", "autoencoder"].draw(5)
    parts = [part.rows["pixels"] for part in (drawn.problem, drawn.validation, drawn.test)]
    assert [len(part) for part in parts] == [1078, 359, 360]
    together = [row.tobytes() for part in parts for row in part]
    assert len(set(together)) == len({row.tobytes() for row in np.concatenate(parts)}) == 1797
    other = EVERY["networks", "autoencoder"].draw(6)
    assert not np.array_equal(parts[0], other.problem.rows["pixels"])
    assert {part.dtype.name for part in parts} == {"float32"}


def test_a_good_method_reaches_the_lowest_value_behind_the_saddle_and_nothing_below():
    problem = EVERY["lecture", "race_saddle"]
    draws = [problem.draw(seed) for seed in range(6)]
    results = minimize_lanes(draws[0].problem, [drawn.start for drawn in draws], "bfgs", stop=Stop(evaluations=100))
    for result in results:
        assert -1e-15 <= result.best.fun - problem.f_star < 1e-12


def test_pictures_have_their_surfaces():
    assert all(problem.surface is not None for (suite, _), problem in EVERY.items() if suite in ("lecture", "valleys"))
    assert all(problem.surface is None for (suite, _), problem in EVERY.items() if suite in ("regression", "networks"))


@pytest.mark.parametrize("name", ["softmax_regression", "perceptron", "convolutional"])
def test_training_rows_can_be_separated_so_that_the_loss_has_no_positive_bound(name):
    drawn = networks.draw(name, 8)
    f0 = value_at_start(drawn)
    assert 0 <= networks.lowest(name, 8, 60) < 1e-3 * f0


def test_the_autoencoder_s_reference_value_is_near_and_not_undercut():
    problem = EVERY["networks", "autoencoder"]
    drawn = problem.draw(1)
    f0 = value_at_start(drawn)
    assert problem.f_star <= networks.lowest("autoencoder", 1, 60) <= problem.f_star + 2e-2 * (f0 - problem.f_star)
    assert f"reference value {networks.VERSION}: the lowest of 24 seeds" in problem.source

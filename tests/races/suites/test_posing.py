"""Problems that a race is posed: what surfaces and networks know, what others are told, and what is refused."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.problems import FiniteSum, Function, LeastSquares, networks, surfaces
from osolgil.races.suites import Suite, as_suite, race_loss, race_problem

RANDOM = np.random.default_rng(0)
ROWS = {"a": RANDOM.normal(size=(40, 2)), "b": np.arange(40) % 4}


def line(x, rows):
    """What somebody might learn by."""
    return (rows["a"] @ x["w"] - rows["b"] + x["c"]) ** 2


def start(seed):
    return {"w": np.random.default_rng(seed).normal(size=2), "c": np.zeros(())}


def quartic(x):
    return jnp.sum(x**4)


def normal(seed):
    return np.random.default_rng(seed).normal(size=3)


def learning(**options):
    return race_loss(line, ROWS, **{"start": start, "f_star": 0.0, "source": "a square", "strata": ROWS["b"]} | options)


def test_a_surface_knows_its_starts_and_its_minimum():
    surface = surfaces.named("beale")
    posed = race_problem(surface)
    assert (posed.name, posed.f_star, posed.dimension, posed.batch_size) == ("beale", 0.0, 2, None)
    assert posed.surface is surface
    assert "Beale (1958)" in posed.source
    np.testing.assert_array_equal(posed.draw(5).start, surface.draw_start(5))
    assert posed.draw(5).problem is surface.problem
    assert posed.draw(5).validation is posed.draw(5).test is None


def test_a_surface_without_a_bottom_is_raced_to_its_exit_level():
    posed = race_problem(surfaces.named("x2y"))
    assert posed.f_star == -10
    assert "exit level" in posed.source


def test_a_network_is_split_anew_by_every_seed():
    network = networks.named("softmax_regression")
    posed = race_problem(network, batch_size=32)
    assert (posed.f_star, posed.dimension, posed.targets) == (0.0, 650, (1e-1, 1e-3))
    drawn = posed.draw(2)
    np.testing.assert_array_equal(drawn.start["out"]["weight"], network.draw_start(2)["out"]["weight"])
    rows = network.draw_rows(2)
    for problem, part in ((drawn.problem, "train"), (drawn.validation, "validation"), (drawn.test, "test")):
        np.testing.assert_array_equal(problem.rows["pixels"], rows[part]["pixels"])


def test_any_other_problem_is_told_its_starts_and_its_minimum():
    posed = race_problem(quartic, start=normal, f_star=0.0, source="a sum of powers", targets=(1e-1, 1e-3))
    assert (posed.name, posed.dimension, posed.targets) == ("quartic", 3, (1e-1, 1e-3))
    np.testing.assert_array_equal(posed.draw(1).start, normal(1))
    assert posed.draw(1).problem is posed.draw(2).problem
    fixed = race_problem(Function(quartic), start=[1, 2.0], f_star=0.0, source="a sum of powers", name="fixed")
    np.testing.assert_array_equal(fixed.draw(7).start, [1, 2])
    assert race_problem(fixed) is fixed


def test_a_loss_over_rows_is_split_by_the_seed():
    posed = learning()
    assert (posed.name, posed.dimension, posed.batch_size, posed.targets) == ("line", 3, 32, (1e-1, 1e-3))
    draws = [posed.draw(seed) for seed in (0, 0, 1)]
    for drawn in draws:
        parts = [drawn.problem, drawn.validation, drawn.test]
        assert [part.length for part in parts] == [24, 8, 8]
        together = np.concatenate([part.rows["a"] for part in parts])
        np.testing.assert_array_equal(np.sort(together, axis=0), np.sort(ROWS["a"], axis=0))
        assert [np.bincount(part.rows["b"]).tolist() for part in parts] == [[6] * 4, [2] * 4, [2] * 4]
    assert np.array_equal(draws[0].problem.rows["a"], draws[1].problem.rows["a"])
    assert not np.array_equal(draws[0].problem.rows["a"], draws[2].problem.rows["a"])
    assert not np.array_equal(draws[0].start["w"], draws[2].start["w"])


@pytest.mark.parametrize(
    "posed",
    [
        race_problem(surfaces.named("rosenbrock")),
        race_problem(quartic, start=normal, f_star=0.0, source="a sum of powers"),
        learning(),
    ],
    ids=["surface", "function", "loss"],
)
def test_what_is_posed_travels_to_other_processes(posed):
    there = pickle.loads(pickle.dumps(posed))
    assert there.name == posed.name
    here, drawn = posed.draw(4), there.draw(4)
    jax.tree.map(np.testing.assert_array_equal, here.start, drawn.start)
    assert jax.tree.structure(drawn.problem) == jax.tree.structure(here.problem)
    jax.tree.map(np.testing.assert_array_equal, drawn.problem, here.problem)


def test_a_suite_of_one_s_own_is_about_learning_where_there_is_validation():
    assert as_suite(learning()).protocol.claim == "learning"
    assert as_suite(learning()).protocol.evaluations == 20
    own = as_suite([surfaces.named("booth"), "long-valley", learning()])
    assert [each.name for each in own.problems] == ["booth", "long_valley", "line"]
    assert (own.name, own.protocol.claim, own.protocol.evaluations) == ("own", "optimization", 2000)
    assert as_suite(own) is own


@pytest.mark.parametrize(
    ("pose", "error", "words"),
    [
        (
            lambda: race_problem(quartic),
            ValueError,
            "to race on quartic give start=, a function from a seed to a start",
        ),
        (
            lambda: race_problem(quartic, start=[1.0]),
            ValueError,
            "to race on quartic give f_star=, its lowest value or",
        ),
        (
            lambda: race_problem(quartic, start=[1.0], f_star=0.0),
            ValueError,
            "to race on quartic say by source= where f_star=0 comes from",
        ),
        (
            lambda: race_problem(surfaces.named("beale"), f_star=-1.0),
            ValueError,
            "to race on beale say by source= where f_star=-1 comes from",
        ),
        (
            lambda: race_problem(quartic, start=[1.0], f_star=np.inf, source="?"),
            ValueError,
            "f_star of quartic is inf; give a finite number",
        ),
        (
            lambda: race_problem(surfaces.named("beale"), targets=(0.5,)),
            ValueError,
            "targets of beale are [0.5]; choose some of 0.1, 0.001, 1e-05, 1e-08",
        ),
        (
            lambda: race_problem(surfaces.named("beale"), batch_size=4),
            ValueError,
            "batch_size=4 is for sums over rows (FiniteSum), and beale has no rows",
        ),
        (lambda: learning(batch_size=0), ValueError, "batch_size of line is 0; give a whole number from 1 on"),
        (
            lambda: race_problem(quartic, start=lambda seed: np.ones(1 + seed), f_star=0.0, source="a sum of powers"),
            ValueError,
            "the starts of quartic have other shapes for seed 1 than for seed 0",
        ),
        (
            lambda: race_problem(race_problem(surfaces.named("beale")), name="b"),
            ValueError,
            "name is declared by the race problem 'beale' already; use dataclasses.replace",
        ),
        (
            lambda: learning(shares={"train": 0.9, "test": 0.1}),
            ValueError,
            "give those of 'train', 'validation' and 'test', above 0, 1 together",
        ),
        (lambda: learning(strata=np.zeros(3)), ValueError, "strata have shape (3,); 40 rows need (40,)"),
        (
            lambda: race_loss(line, {"a": np.ones(3), "b": np.ones(4)}, start=start, f_star=0.0, source="?"),
            ValueError,
            "rows of line must be arrays of one leading length, but it is ['3', '4']",
        ),
        (
            lambda: as_suite("lectur"),
            ValueError,
            "There is no suite or problem named 'lectur'. Did you mean 'lecture'?",
        ),
        (lambda: as_suite(["beal"]), ValueError, "There is no problem named 'beal'. Did you mean 'beale'?"),
        (lambda: as_suite(3), TypeError, "3 is no problem to race on; name a suite (lecture, valleys,"),
        (lambda: as_suite([]), ValueError, "there is no problem to race on; name a suite (lecture,"),
        (lambda: as_suite(["beale", "beale"]), ValueError, "two problems are called 'beale'; give one of them another"),
    ],
)
def test_what_makes_no_race_is_refused_in_a_sentence(pose, error, words):
    with pytest.raises(error) as refused:
        pose()
    assert words in str(refused.value)


def test_a_sum_over_rows_and_least_squares_are_posed_as_they_are():
    mean = FiniteSum(line, ROWS)
    posed = race_problem(mean, start=start, f_star=1.0, source="by hand", batch_size=8)
    assert posed.batch_size == 8
    assert posed.draw(0).problem is mean
    assert posed.draw(0).validation is None
    residuals = race_problem(LeastSquares(normal), start=normal, f_star=0.0, source="by hand", name="residuals")
    assert isinstance(as_suite(residuals), Suite)

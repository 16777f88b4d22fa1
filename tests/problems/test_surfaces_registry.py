"""Surfaces by name."""

import subprocess
import sys

import numpy as np
import pytest

from osolgil.problems import surfaces

NAMES = {
    *("square", "x2y", "bowl", "noisy_bowl", "beale", "rosenbrock", "long_valley", "race_saddle", "saddle"),
    *("monkey_saddle", "double_well", "himmelblau", "booth", "matyas", "mccormick", "three_hump_camel"),
    *("styblinski_tang", "rastrigin", "ackley", "goldstein_price"),
}


def test_all_surfaces_are_listed_once():
    assert set(surfaces.names()) == NAMES
    assert len(surfaces.names()) == len(NAMES)


def test_the_same_call_gives_the_same_object_however_it_is_written():
    assert surfaces.named("beale") is surfaces.named("Beale")
    assert surfaces.named("long-valley") is surfaces.named("long valley")
    assert surfaces.named("bowl") is surfaces.named("bowl", n=2, condition=10)
    assert surfaces.named("bowl") is not surfaces.named("bowl", condition=11)
    assert surfaces.named("rosenbrock", n=3) is surfaces.named("rosenbrock", n=np.int64(3))


def test_surfaces_of_different_size_share_the_function_that_programs_are_keyed_by():
    assert surfaces.named("rosenbrock").problem.f == surfaces.named("rosenbrock", n=10).problem.f


@pytest.mark.parametrize(("name", "n"), [("rosenbrock", 7), ("bowl", 5), ("ackley", 1), ("rastrigin", 10)])
def test_size_is_what_was_asked_for(name, n):
    surface = surfaces.named(name, n=n)
    assert surface.n == n
    assert surface.draw_start(0).shape == surface.minima[0].shape == (n,)
    assert len(surface.window) == min(n, 2)


def test_many_coordinates_do_not_list_every_corner_of_styblinski_tang():
    assert len(surfaces.named("styblinski_tang", n=3).local_minima) == 7
    assert surfaces.named("styblinski_tang", n=2000).local_minima == ()


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match=r"no surface named 'rosenbrok'\. Did you mean 'rosenbrock'\?"):
        surfaces.named("rosenbrok")
    with pytest.raises(ValueError, match=r"no surface named 'qqq'\. The surfaces are square, "):
        surfaces.named("qqq")


@pytest.mark.parametrize(
    ("name", "options", "error", "words"),
    [
        ("beale", {"n": 3}, TypeError, "'beale' has no option 'n'; it has none"),
        ("bowl", {"kappa": 3}, TypeError, "no option 'kappa'; its options are condition, n"),
        ("rosenbrock", {"n": 1}, ValueError, "n must be at least 2, but it is 1"),
        ("rosenbrock", {"n": 2.5}, TypeError, "n must be a whole number, but it is 2.5"),
        ("rosenbrock", {"n": [2]}, TypeError, r"n must be a number, but it is \[2\]"),
        ("ackley", {"n": True}, TypeError, "n must be a number, but it is True"),
        ("bowl", {"condition": 0.5}, ValueError, "condition must be finite and at least 1, but it is 0.5"),
        ("bowl", {"condition": float("nan")}, ValueError, "condition must be finite"),
        ("noisy_bowl", {"rows": 2}, ValueError, "rows must be at least 3, but it is 2"),
        ("noisy_bowl", {"deviation": -1}, ValueError, "deviation must be finite and at least 0, but it is -1"),
        ("noisy_bowl", {"seed": -1}, ValueError, "seed must be at least 0"),
    ],
)
def test_bad_options_are_refused_in_a_sentence(name, options, error, words):
    with pytest.raises(error, match=words):
        surfaces.named(name, **options)


def test_the_room_opens_without_pictures_or_tables():
    heavy = "matplotlib", "pandas", "pyarrow", "scipy.stats", "sklearn", "formulaic"
    program = f"import sys, osolgil.problems.surfaces; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

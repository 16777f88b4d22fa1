"""The functions of Moré, Garbow & Hillstrom, against loops written from the paper and against SciPy."""

import jax
import numpy as np
import pytest
from oracles import mgh as oracle
from scipy.optimize import least_squares

from osolgil.problems import collections
from osolgil.protocol import Needs, precision

FLOAT64 = np.dtype(np.float64)

CASES = [(name, {}) for name in collections.names("mgh")] + [
    ("watson", {"n": 9}),
    ("watson", {"n": 12}),
    ("penalty1", {"n": 4}),
    ("penalty2", {"n": 4}),
    ("chebyquad", {"n": 7}),
    ("chebyquad", {"n": 9}),
    ("chebyquad", {"n": 10}),
    ("broyden_banded", {"n": 3}),
]

each = pytest.mark.parametrize(("name", "options"), CASES, ids=lambda case: str(case))


def reference(name, x):
    return np.array(getattr(oracle, name)(list(x)), dtype=np.float64)


def residuals(found, x):
    with precision(FLOAT64):
        return np.asarray(jax.jit(found.problem.residuals)(x, *found.problem.data))


def known(x, problem):
    """The value, the slope and the factor, each as it is when nothing else is asked for, in one program."""
    every = (Needs.VALUE, Needs.VALUE | Needs.GRADIENT, Needs.VALUE | Needs.GRADIENT | Needs.FACTOR)
    value, slope, factor = (problem.evaluate(x, needs) for needs in every)
    return value.value, slope.gradient, factor.factor


def test_there_are_all_35():
    assert len(collections.names("mgh")) == 35


@each
def test_residuals_are_the_paper_s(name, options):
    found = collections.named(name, **options)
    for x in (found.start, found.start + 0.1 * np.cos(np.arange(found.n))):
        expected = reference(name, x)
        np.testing.assert_allclose(residuals(found, x), expected, rtol=1e-13, atol=1e-14 * np.abs(expected).max())


# MINPACK's own test run prints the norm of the residuals at the standard start.
@pytest.mark.parametrize(
    ("name", "norm"),
    [
        ("rosenbrock", 4.919350),
        ("helical_valley", 50.0),
        ("powell_singular", 14.66288),
        ("freudenstein_roth", 20.01250),
        ("bard", 6.456136),
        ("meyer", 41153.47),
        ("watson", 5.477226),
        ("box", 32.11158),
        ("jennrich_sampson", 64.58561),
        ("brown_dennis", 2815.438),
        ("chebyquad", 0.1965139),
        ("brown_almost_linear", 16.53022),
    ],
)
def test_norms_at_the_start_are_those_that_minpack_prints(name, norm):
    found = collections.named(name)
    assert np.linalg.norm(residuals(found, found.start)) == pytest.approx(norm, rel=1e-6)


@each
def test_minima_that_are_points_have_the_value_and_no_slope(name, options):
    found = collections.named(name, **options)
    for minimum in found.minima:
        if minimum.x is None:
            continue
        with precision(FLOAT64):
            value, slope, factor = jax.jit(known)(minimum.x, found.problem)
        assert float(value) == pytest.approx(minimum.value, rel=1e-9, abs=1e-20)
        assert np.abs(slope).max() <= 1e-6 * max(1.0, np.abs(factor).max())


@each
def test_scipy_ends_at_a_minimum_that_is_known(name, options):
    found = collections.named(name, **options)
    tight = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}
    run = least_squares(lambda x: reference(name, x), found.start, method="lm", max_nfev=20_000, **tight)
    assert found.reached(run.cost) is not None, run.cost


def test_the_paper_s_f_is_twice_the_value():
    wood = collections.named("wood")
    assert float(wood.problem.evaluate(wood.start).value) == 9596
    assert float(wood.squares.evaluate(wood.start).value) == 19192
    np.testing.assert_allclose(
        wood.squares.evaluate(wood.start).gradient, 2 * wood.problem.evaluate(wood.start).gradient, rtol=1e-6
    )


def test_facts_of_minima():
    # The sums of squares that the paper prints, some of them cut off and not rounded.
    for name, options, value in [
        ("bard", {}, 8.21487e-3),
        ("meyer", {}, 87.9458),
        ("brown_dennis", {}, 85822.2),
        ("kowalik_osborne", {}, 3.07505e-4),
        ("osborne1", {}, 5.46489e-5),
        ("osborne2", {}, 4.01377e-2),
        ("jennrich_sampson", {}, 124.362),
        ("gaussian", {}, 1.12793e-8),
        ("watson", {"n": 12}, 4.72238e-10),
        ("penalty1", {"n": 4}, 2.24997e-5),
        ("penalty1", {"n": 10}, 7.08765e-5),
        ("penalty2", {"n": 4}, 9.37629e-6),
        ("penalty2", {"n": 10}, 2.93660e-4),
        ("chebyquad", {"n": 8}, 3.51687e-3),
    ]:
        assert 2 * collections.named(name, **options).minimum_value == pytest.approx(value, rel=5e-6), name
    assert [2 * m.value for m in collections.named("freudenstein_roth").minima] == pytest.approx([0, 48.9842], rel=2e-6)
    assert [2 * m.value for m in collections.named("biggs_exp6").minima] == pytest.approx([0, 5.65565e-3], rel=2e-6)


def test_which_minimum_was_reached_is_said():
    roth = collections.named("freudenstein_roth")
    assert roth.reached(48.98425367924 / 2) is roth.minima[1]
    assert roth.reached(1e-20) is roth.minima[0]
    assert roth.reached(3.0) is None


def test_far_starts_are_multiples_and_of_zero_a_vector_of_factors():
    np.testing.assert_array_equal(collections.named("wood").far_start(10), [-30, -10, -30, -10])
    np.testing.assert_array_equal(collections.named("watson").far_start(10), np.full(6, 10.0))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("extended_rosenbrock", {"n": 3}, "multiple of 2"),
        ("extended_powell", {"n": 6}, "multiple of 4"),
        ("watson", {"n": 7}, "6, 9 or 12"),
        ("penalty2", {"n": 5}, "4 or 10"),
        ("chebyquad", {"n": 11}, "from 1 to 10"),
        ("gulf", {"m": 101}, "at most 100"),
        ("linear_full_rank", {"n": 5, "m": 4}, "at least n = 5"),
        ("trigonometric", {"n": 0}, "at least 1"),
        ("trigonometric", {"n": 2.5}, "whole number"),
    ],
)
def test_an_option_out_of_range_is_refused(name, options, words):
    with pytest.raises(ValueError, match=words):
        collections.named(name, **options)

"""Every surface against its formula in NumPy, and what it claims to know about itself."""

import functools
import math

import jax
import numpy as np
import pytest
from oracles import surfaces as oracle

from osolgil.problems import surfaces
from osolgil.protocol import Needs

CASES = {
    **{name: (name, {}) for name in surfaces.names()},
    "bowl, n=4": ("bowl", {"condition": 1e4, "n": 4}),
    "bowl, round": ("bowl", {"condition": 1.0}),
    "rosenbrock, n=5": ("rosenbrock", {"n": 5}),
    "styblinski_tang, n=3": ("styblinski_tang", {"n": 3}),
    "rastrigin, n=3": ("rastrigin", {"n": 3}),
    "ackley, n=3": ("ackley", {"n": 3}),
}
EVERY = pytest.mark.parametrize("case", CASES)
IN_WINDOW = 50


def surface_of(case):
    name, options = CASES[case]
    return surfaces.named(name, **options)


def exact(case, X):
    """Value (points,) and gradient (points, n) by the formulas of the oracle."""
    name, options = CASES[case]
    formula = getattr(oracle, "bowl" if name == "noisy_bowl" else name)
    return formula(X, options["condition"]) if "condition" in options else formula(X)


@jax.jit
def evaluated(problem, X):
    needs = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
    return jax.vmap(lambda x: problem.evaluate(x, needs))(X)


@functools.cache
def seen(case):
    """Random points of the window, then minima, local minima, saddles, maxima; one compiled evaluation of all."""
    surface = surface_of(case)
    low, high = np.array([surface.window[min(i, len(surface.window) - 1)] for i in range(surface.n)]).T
    points = [*np.random.default_rng(7).uniform(low, high, (IN_WINDOW, surface.n))]
    parts = {"window": slice(0, IN_WINDOW)}
    for kind in ("minima", "local_minima", "saddles", "maxima"):
        parts[kind] = slice(len(points), len(points) + len(getattr(surface, kind)))
        points += getattr(surface, kind)
    X = np.array(points)
    with jax.enable_x64(True):
        evaluation = jax.tree.map(np.asarray, evaluated(surface.problem.prepared(np.float64), X))
    return X, evaluation, parts


def at(case, kind):
    X, evaluation, parts = seen(case)
    return X[parts[kind]], *(part[parts[kind]] for part in evaluation[:3])


@EVERY
def test_value_and_gradient_are_those_of_the_formula(case):
    X, value, gradient, _ = at(case, "window")
    expected_value, expected_gradient = exact(case, X)
    assert value.dtype == gradient.dtype == np.float64
    np.testing.assert_allclose(value, expected_value, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-10, atol=1e-10)


@EVERY
def test_every_critical_point_is_one_to_the_last_digits(case):
    surface = surface_of(case)
    known = {"minima": 1, "local_minima": 1, "maxima": -1}
    for kind in ("minima", "local_minima", "saddles", "maxima"):
        for _, _, gradient, hessian in zip(*at(case, kind), strict=True):
            if not hessian.any():  # the monkey saddle and x²y at the origin
                assert kind == "saddles"
                np.testing.assert_array_equal(gradient, 0)
                continue
            # Newton's step is the distance to the true point; 1e-13 is rounding in the gradient of Goldstein-Price.
            assert np.linalg.norm(np.linalg.solve(hessian, gradient)) < 1e-13
            eigenvalues = np.linalg.eigvalsh(hessian)
            if kind == "saddles":
                assert eigenvalues[0] < -1e-3
                assert eigenvalues[-1] > 1e-3
            elif surface.smooth:
                assert (known[kind] * eigenvalues > 1e-3).all()


@EVERY
def test_minima_have_the_minimum_value_and_local_minima_a_higher_one(case):
    surface = surface_of(case)
    assert (surface.minimum_value is None) == (not surface.minima)
    np.testing.assert_allclose(at(case, "minima")[1], surface.minimum_value or 0.0, rtol=0, atol=1e-12)
    assert (at(case, "local_minima")[1] > (surface.minimum_value or 0.0) + 1e-3).all()


BOUNDED = [name for name in surfaces.names() if surfaces.named(name).minima]


@pytest.mark.parametrize("case", BOUNDED)
def test_no_point_of_the_window_is_lower_than_the_minimum(case):
    surface = surface_of(case)
    axes = np.meshgrid(*(np.linspace(*interval, 401) for interval in surface.window))
    lowest = exact(case, np.column_stack([axis.ravel() for axis in axes]))[0].min()
    # Near enough above it, too, that the window does show the minimum: a grid point is within half a step of it.
    assert surface.minimum_value - 1e-12 <= lowest < surface.minimum_value + 0.1


def test_surfaces_that_are_unbounded_are_those_with_an_exit_level():
    downhill = {"x2y": (1, -1), "saddle": (0, 1), "monkey_saddle": (-1, 0), "mccormick": (-1, -1)}
    assert {name for name in surfaces.names() if surfaces.named(name).exit_level is not None} == set(downhill)
    for name, direction in downhill.items():
        X = 1e7 * np.array([direction], dtype=float)
        assert exact(name, X)[0][0] < -1e6
        assert exact(name, surfaces.named(name).start[None])[0][0] > surfaces.named(name).exit_level


def test_mccormick_is_left_only_outside_its_window():
    surface = surfaces.named("mccormick")
    grid = np.stack(np.meshgrid(*(np.linspace(*interval, 401) for interval in surface.window)), axis=-1).reshape(-1, 2)
    assert oracle.mccormick(grid)[0].min() > surface.exit_level
    next_basin = surface.minima[0] - math.pi
    assert oracle.mccormick(next_basin[None])[0][0] == pytest.approx(surface.minimum_value - math.pi, abs=1e-12)
    assert surface.minimum_value == pytest.approx(-math.sqrt(3) / 2 - math.pi / 3, abs=1e-15)


@pytest.mark.parametrize("case", surfaces.names())
def test_every_known_point_lies_in_the_window(case):
    surface = surface_of(case)
    assert len(surface.window) == surface.n
    low, high = np.transpose(surface.window)
    for point in (surface.start, *surface.minima, *surface.local_minima, *surface.saddles, *surface.maxima):
        assert point.shape == (surface.n,)
        assert ((low < point) & (point < high)).all()


@EVERY
def test_drawn_starts_follow_the_declared_distribution(case):
    surface = surface_of(case)
    draws = np.array([surface.draw_start(seed) for seed in range(300)])
    np.testing.assert_array_equal(draws[5], surface.draw_start(5))
    low, high = np.transpose(surface.window)
    shown = draws[:, : len(low)]
    assert ((low < shown) & (shown < high)).all()
    match surface.starts:
        case surfaces.Box(low, high):
            assert ((low <= draws) & (draws <= high)).all()
            # 300 uniform draws leave out 5 % at an end with probability 2e-7.
            np.testing.assert_array_less(draws.min(axis=0), low + 0.05 * (high - low))
            np.testing.assert_array_less(high - 0.05 * (high - low), draws.max(axis=0))
            assert ((low <= surface.start) & (surface.start <= high)).all()
        case surfaces.Gaussian(mean, deviation):
            np.testing.assert_allclose(draws.mean(axis=0), mean, atol=5 * deviation / math.sqrt(300))
            np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=5 / math.sqrt(600))


@pytest.mark.parametrize("seed", [None, 1.5, True])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(TypeError, match="seed must be a whole number"):
        surfaces.named("beale").draw_start(seed)


@EVERY
def test_float32_in_is_float32_out_even_where_float64_is_allowed(case):
    surface = surface_of(case)
    with jax.enable_x64(True):
        shape = jax.eval_shape(surface.problem.prepared(np.float32).evaluate, np.zeros(surface.n, np.float32))
    assert shape.value.dtype == shape.gradient.dtype == np.float32


def test_points_are_shared_and_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        surfaces.named("beale").start[0] = 7.0


@pytest.mark.parametrize("name", surfaces.names())
def test_every_surface_says_what_it_teaches_in_both_languages(name):
    surface = surfaces.named(name)
    assert surface.name == surface.problem.name == name
    assert surface.title
    assert surface.source
    assert surface.formula.startswith("f(x) = ")
    assert surface.formula.count("{") == surface.formula.count("}")
    assert len(surface.teaches) > 80
    assert sum("가" <= letter <= "힣" for letter in surface.teaches_ko) > 40

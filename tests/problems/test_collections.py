"""Collections by name, and the seeded families, against NumPy."""

import numpy as np
import pytest

from osolgil.problems import collections
from osolgil.protocol import Needs, precision

FLOAT64 = np.dtype(np.float64)


def test_every_name_gives_a_problem_with_starts_and_a_minimum():
    for name in collections.names():
        found = collections.named(name)
        assert found.name == name
        assert found.starts
        assert all(start.shape == (found.n,) for start in found.starts)
        assert found.minima
        assert list(found.minima) == sorted(found.minima, key=lambda minimum: minimum.value)


def test_the_same_call_gives_the_same_object():
    assert collections.named("Brown-Dennis") is collections.named("brown_dennis")
    assert collections.named("convex_quadratic", seed=3) is collections.named("convex_quadratic", seed=3)
    assert collections.named("convex_quadratic", seed=3) is not collections.named("convex_quadratic", seed=4)


def test_points_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        collections.named("wood").start[0] = 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: collections.named("wod"), ValueError, "Did you mean 'wood'"),
        (lambda: collections.named("wood", n=3), TypeError, "no option 'n'; it has none"),
        (lambda: collections.named("misra1a", n=3), TypeError, "no option 'n'"),
        (lambda: collections.named("gulf", m="9"), TypeError, "m must be a number"),
        (lambda: collections.named("convex_quadratic", condition=0.5), ValueError, "at least 1"),
        (lambda: collections.named("logistic", n=5, rows=4), ValueError, "rows must be at least n = 5"),
        (lambda: collections.names("cutest"), ValueError, "mgh, families, nist"),
        (lambda: collections.quadratic_program(4, 4), ValueError, "less than n = 4"),
        (lambda: collections.quadratic_program(9, 1, 4, rank=0), ValueError, "at least 8"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("seed", [0, 7])
def test_a_quadratic_has_the_spectrum_and_the_minimum_that_it_says(seed):
    found = collections.named("convex_quadratic", n=6, condition=50, seed=seed)
    with precision(FLOAT64):
        there = found.problem.evaluate(found.minima[0].x, Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN)
    assert float(there.value) == 0
    np.testing.assert_array_equal(there.gradient, 0)
    np.testing.assert_allclose(np.linalg.eigvalsh(there.hessian), np.geomspace(1, 50, 6), rtol=1e-12)


def test_logistic_targets_are_probabilities_of_the_minimum():
    found = collections.named("logistic", n=4, rows=60, seed=2)
    best = found.minima[0]
    with precision(FLOAT64):
        there = found.problem.evaluate(best.x, Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN)
    assert float(there.value) == pytest.approx(best.value, rel=1e-13)
    np.testing.assert_allclose(there.gradient, 0, atol=1e-15)
    assert np.linalg.eigvalsh(there.hessian)[0] > 0.01
    design, targets = map(np.asarray, found.problem.rows)
    eta = design @ best.x
    expected = np.mean(np.log1p(np.exp(eta)) - targets * eta)
    assert best.value == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("arguments", "options"), [((10, 3, 8), {}), ((6, 2, 12), {"rank": 0}), ((5, 0, 0), {}), ((4, 0, 9), {"rank": 2})]
)
def test_a_quadratic_program_s_optimum_satisfies_karush_kuhn_and_tucker(arguments, options):
    program = collections.quadratic_program(*arguments, seed=5, **options)
    y, z = program.equality_multipliers, program.inequality_multipliers
    slope = program.Q @ program.x + program.c
    np.testing.assert_allclose(slope + program.A.T @ y + program.G.T @ z, 0, atol=1e-12)
    np.testing.assert_allclose(program.A @ program.x, program.b, atol=1e-12)
    slack = program.h - program.G @ program.x
    assert (slack > -1e-12).all()
    assert ((slack > 0.4) == (z == 0)).all()
    with precision(FLOAT64):
        assert float(program.problem.evaluate(program.x, Needs.VALUE).value) == pytest.approx(program.value, rel=1e-12)


def test_a_linear_program_s_optimum_is_what_scipy_finds():
    from scipy.optimize import linprog

    program = collections.quadratic_program(6, 2, 12, rank=0, seed=1)
    found = linprog(program.c, program.G, program.h, program.A, program.b, bounds=(None, None))
    np.testing.assert_allclose(found.x, program.x, atol=1e-9)
    np.testing.assert_allclose(-found.ineqlin.marginals, program.inequality_multipliers, atol=1e-9)

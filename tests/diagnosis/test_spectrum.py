"""Spectra: exact for few parameters, Lanczos for many, and what is not known is not claimed."""

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil import BlackBox, Function, surfaces
from osolgil.diagnosis import diagnose, lanczos
from osolgil.diagnosis.spectrum import exact, sharpness, spectrum_of
from osolgil.diagnosis.subject import subject_of

MANY = 100_000


def diagonal(x, eigenvalues):
    return 0.5 * jnp.sum(eigenvalues * x**2)


def test_rosenbrock_s_and_beale_s_eigenvalues_are_those_of_the_literature():
    rosenbrock = spectrum_of(subject_of(surfaces.named("rosenbrock"), np.array([1.0, 1.0])))
    assert rosenbrock.values == pytest.approx([0.39936, 1001.60], rel=1e-5)
    assert rosenbrock.condition == pytest.approx(2508, abs=0.5)
    beale = spectrum_of(subject_of(surfaces.named("beale"), np.array([3.0, 0.5])))
    assert beale.values == pytest.approx([0.301464, 48.97979], abs=5e-6)
    assert spectrum_of(subject_of(surfaces.named("beale"), np.array([0.0, 1.0]))).values == pytest.approx(
        [-27.75, 27.75]
    )


@pytest.mark.parametrize(("kappa", "n"), [(1.0, MANY), (10.0, MANY // 10), (1e4, MANY // 10), (1e8, MANY)])
def test_lanczos_knows_the_largest_of_a_hundred_thousand_to_a_thousandth(kappa, n):
    eigenvalues = np.geomspace(3.0, 3.0 * kappa, n)
    problem = Function(diagonal, (eigenvalues,))
    diagnosis = diagnose(problem, np.ones(n))
    found = diagnosis.spectrum
    assert found is not None
    assert not found.exact
    assert found.largest == pytest.approx(eigenvalues[-1], rel=1e-3)
    assert found.largest <= eigenvalues[-1] * (1 + 1e-12)
    # What is said of the smallest is a bound, and is called known only where it is.
    assert found.smallest >= eigenvalues[0] * (1 - 1e-9)
    assert found.condition <= kappa * (1 + 1e-9)
    if found.smallest_known:
        assert found.smallest == pytest.approx(eigenvalues[0], rel=2e-2)
    if kappa == 1e8:
        assert not found.smallest_known
        assert "at least" in diagnosis["ill-conditioned"].evidence


def test_residuals_bound_the_distance_to_an_eigenvalue():
    eigenvalues = np.array([-3.0, *np.linspace(1, 9, 500), 40.0])
    found = lanczos(lambda v: eigenvalues * v, len(eigenvalues), steps=40)
    for value, error in zip(found.values, found.errors, strict=True):
        assert np.min(np.abs(eigenvalues - value)) <= error + 1e-12
    assert found.smallest == pytest.approx(-3, abs=1e-6)
    assert np.abs(found.highest[-1]) == pytest.approx(1, abs=1e-4)


def test_lanczos_ends_when_the_space_is_exhausted():
    eigenvalues = np.repeat([2.0, 5.0, 7.0], 200)
    found = lanczos(lambda v: eigenvalues * v, 600)
    assert found.values == pytest.approx([2.0, 5.0, 7.0], rel=1e-9)


def test_lanczos_and_decomposition_agree():
    A = np.random.default_rng(0).normal(size=(30, 30))
    A = A @ A.T
    small, whole = lanczos(lambda v: A @ v, 30, tolerance=0.0), exact(A)
    assert small.values == pytest.approx(whole.values, rel=1e-8)
    assert small.exact


def test_a_hessian_that_is_not_finite_is_said():
    with pytest.raises(ValueError, match="The Hessian is not finite at this point"):
        lanczos(lambda v: np.full_like(v, np.nan), 10)


def test_curvature_of_a_black_box_comes_from_difference_quotients():
    box = BlackBox(lambda x: float(2 * x[0] ** 2 + 10 * x[1] ** 2), gradient=lambda x: np.array([4 * x[0], 20 * x[1]]))
    assert spectrum_of(subject_of(box, np.array([1.0, 2.0]))).values == pytest.approx([4, 20], rel=1e-8)
    blind = BlackBox(lambda x: float(2 * x[0] ** 2 + 10 * x[1] ** 2))
    assert sharpness(subject_of(blind, np.array([1.0, 2.0]))) == pytest.approx(20, rel=1e-3)


def test_a_singular_matrix_has_an_infinite_condition_number():
    assert exact(np.diag([0.0, 1.0])).condition == np.inf
    assert exact(np.diag([-0.5, 1.0])).condition == 2.0


def test_lanczos_does_not_start_with_the_data_that_people_draw_from_the_same_seed():
    X = np.random.default_rng(0).normal(size=(100, 300))  # its first row would hide the null space
    found = lanczos(lambda v: X.T @ (X @ v), 300)
    assert abs(found.smallest) <= found.rounding

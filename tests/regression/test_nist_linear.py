"""NIST's linear regressions through fit: one QR factorization, and how many digits it keeps."""

from fractions import Fraction

import numpy as np
import pytest

from osolgil.problems.collections import nist
from osolgil.regression import fit

FORMULAS = {
    "Norris": "y ~ x",
    "NoInt1": "y ~ x - 1",
    "Longley": "y ~ x1 + x2 + x3 + x4 + x5 + x6",
    "Wampler1": "y ~ x + I(x**2) + I(x**3) + I(x**4) + I(x**5)",
    "Wampler5": "y ~ x + I(x**2) + I(x**3) + I(x**4) + I(x**5)",
}


def digits(found, certified):
    """The number of correct significant digits of the worst value: −log₁₀ of its relative error."""
    certified = np.asarray(certified, dtype=np.float64)
    error = np.abs(np.asarray(found) - certified) / np.where(certified == 0, 1, np.abs(certified))
    return float(np.min(-np.log10(np.maximum(error, 1e-16))))


@pytest.mark.parametrize(
    ("name", "wanted"), [("Norris", 13), ("NoInt1", 13), ("Longley", 13), ("Wampler1", 13), ("Wampler5", 13)]
)
def test_certified_digits(name, wanted):
    data = nist.named(name)
    model = fit(FORMULAS[name], data.columns)
    assert digits(model.vector, data.certified.estimates) >= wanted


@pytest.mark.parametrize(("name", "wanted"), [("Norris", 11), ("NoInt1", 12), ("Longley", 9), ("Wampler5", 8)])
def test_certified_digits_of_standard_errors_and_of_sigma(name, wanted):
    data = nist.named(name)
    inference = fit(FORMULAS[name], data.columns).standing.inference
    assert digits(inference.standard_errors, data.certified.deviations) >= wanted
    assert digits([inference.sigma], [data.certified.residual_deviation]) >= wanted


def exact_least_squares(design, y):
    """The normal equations in exact fractions, of which every float64 is one."""
    rows = [[Fraction(float(value)) for value in row] for row in design]
    right = [Fraction(float(value)) for value in y]
    n = len(rows[0])
    system = [
        [sum(row[i] * row[j] for row in rows) for j in range(n)]
        + [sum(row[i] * value for row, value in zip(rows, right, strict=True))]
        for i in range(n)
    ]
    for i in range(n):
        pivot = next(k for k in range(i, n) if system[k][i] != 0)
        system[i], system[pivot] = system[pivot], system[i]
        for k in range(n):
            if k != i:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i], strict=True)]
    return np.array([float(system[i][n] / system[i][i]) for i in range(n)])


def test_a_polynomial_of_degree_ten_as_badly_conditioned_as_filip_s():
    # x from −8.78 to −3.13, 82 rows, as in NIST's Filip, whose condition number is 2e15.
    x = np.round(np.linspace(-8.781464495, -3.132002490, 82) + 0.02 * np.sin(np.arange(82)), 9)
    y = np.round(0.8 + 0.1 * np.tanh(x + 6) + 0.003 * np.cos(5 * x), 4)
    powers = x[:, None] ** np.arange(11)
    assert np.linalg.cond(powers) > 1e15
    table = {f"x{k}": powers[:, k] for k in range(1, 11)} | {"y": y}
    model = fit("y ~ " + " + ".join(f"x{k}" for k in range(1, 11)), table)
    assert digits(model.vector, exact_least_squares(powers, y)) >= 12

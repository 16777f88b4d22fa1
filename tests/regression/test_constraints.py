"""Regression with bounds and constraints, on the original scale, against SciPy and algebra."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear, nnls

from osolgil import fit
from osolgil.regression import NoInference

random = np.random.default_rng(0)
X = random.normal(size=(50, 3)) * [1, 100, 0.01] + [0, 500, 0]
Y = X @ [1.0, -0.005, 30.0] + 0.1 * random.normal(size=50)
TABLE = {"x1": X[:, 0], "x2": X[:, 1], "x3": X[:, 2], "y": Y}
NOT_NEGATIVE = {"x1": (0, None), "x2": (0, None), "x3": (0, None)}


def test_coefficients_that_must_not_be_negative_are_those_of_nnls():
    model = fit("y ~ x1 + x2 + x3", TABLE, bounds=NOT_NEGATIVE)
    both_signs = np.column_stack([np.ones(50), -np.ones(50), X])
    exact = nnls(both_signs, Y)[0]
    found = list(model.coefficients.values())
    np.testing.assert_allclose(found, [exact[0] - exact[1], *exact[2:]], atol=1e-7)
    assert found[2] == pytest.approx(0, abs=1e-9)
    assert model.result.multipliers.bounds[2] > 0


def test_coefficients_between_two_bounds_are_those_of_lsq_linear():
    bounds = {"x1": (0.2, 0.9), "x2": (-0.004, 1), "x3": (None, 29)}
    model = fit("y ~ x1 + x2 + x3", TABLE, bounds=bounds)
    lower, upper = [-np.inf, 0.2, -0.004, -np.inf], [np.inf, 0.9, 1, 29]
    exact = lsq_linear(np.column_stack([np.ones(50), X]), Y, (lower, upper), method="bvls", tol=1e-14).x
    np.testing.assert_allclose(list(model.coefficients.values()), exact, atol=1e-7)
    # Each of them is held: from above, from below, from above.
    assert np.sign(model.result.multipliers.bounds).tolist()[1:] == [-1, 1, -1]


def test_inference_is_refused_and_so_is_the_way_to_an_optimum_without_limits():
    model = fit("y ~ x1 + x2 + x3", TABLE, bounds=NOT_NEGATIVE)
    for ask in (lambda: model.standard_errors, lambda: model.p_values, model.intervals, lambda: model.covariance):
        with pytest.raises(NoInference, match="bounds or constraints"):
            ask()
    with pytest.raises(ValueError, match="fit without them"):
        model.polish()


def test_coefficients_with_a_given_sum_are_those_of_the_bordered_normal_equations():
    model = fit("y ~ x1 + x2 + x3", TABLE, constraints="x1 + 2*x2 + x3 = 1")
    design, row = np.column_stack([np.ones(50), X]), np.array([0.0, 1, 2, 1])
    bordered = np.block([[design.T @ design, row[:, None]], [row[None], np.zeros((1, 1))]])
    exact = np.linalg.solve(bordered, np.append(design.T @ Y, 1.0))[:4]
    np.testing.assert_allclose(list(model.coefficients.values()), exact, atol=1e-7)
    assert "bounds or constraints" in str(model.summary())


def test_a_separated_logistic_regression_has_a_solution_within_bounds():
    model = fit(X=X, y=(X[:, 0] > 0) * 1.0, family="bernoulli", bounds={"x1": (0, 2.0), "x2": (0, 0), "x3": (0, 0)})
    assert model.coefficients["x1"] == pytest.approx(2, abs=1e-7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"constraints": "x1 + z = 1"}, "'z', which is no coefficient"),
        ({"constraints": "x1 + x2"}, "is not of the form"),
        ({"bounds": {"x_1": (0, 1)}}, "'x_1', which is no coefficient; did you mean 'x1'"),
        ({"bounds": {"x1": (1, 0)}}, "lower limit 1 above its upper limit 0"),
        ({"constraints": "x1 = 1", "method": "adam"}, "method='interior_point'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(options, words):
    with pytest.raises(ValueError, match=words):
        fit("y ~ x1 + x2 + x3", TABLE, **options)

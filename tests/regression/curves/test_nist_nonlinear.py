"""NIST's nonlinear regressions through fit_curve, default settings, both starts: digits are counted."""

import numpy as np
import pytest

from osolgil.problems.collections import nist
from osolgil.regression import fit_curve

SETS = [name for name in nist.names() if not nist.named(name).linear]


def digits(found, certified):
    """The number of correct significant digits of the worst value: −log₁₀ of its relative error."""
    error = np.abs(np.asarray(found) - certified) / np.abs(certified)
    return float(np.min(-np.log10(np.maximum(error, 1e-16))))


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("name", SETS)
def test_certified_digits_from_both_starts(name, number):
    data = nist.named(name)
    start = dict(zip(data.parameters, data.starts[number - 1], strict=True))
    fit = fit_curve(data.model, data.columns, response=data.response, start=start)
    assert fit.success, fit.message
    assert digits(fit.vector, data.certified.estimates) >= 6
    assert digits([fit.residual_sum_of_squares], data.certified.residual_sum_of_squares) >= 6
    assert digits(list(fit.standard_errors.values()), data.certified.deviations) >= 5
    assert digits([fit.residual_deviation], data.certified.residual_deviation) >= 6
    assert fit.freedom == data.certified.freedom

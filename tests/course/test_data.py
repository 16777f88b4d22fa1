"""The data of the lessons follow the laws that are written down."""

import numpy as np
import pytest

from osolgil import fit
from osolgil.course import data


def test_the_line_is_half_plus_two_point_seven_x():
    assert data.LINE_TRUTH == {"Intercept": 0.5, "x": 2.7}


@pytest.mark.parametrize(
    ("formula", "table", "truth", "family"),
    [
        ("promoted ~ experience + salary", data.salaries, data.SALARIES_TRUTH, "bernoulli"),
        ("y ~ x", data.line, data.LINE_TRUTH, "gaussian"),
    ],
)
def test_fit_recovers_the_truth_within_three_standard_errors(formula, table, truth, family):
    for seed in (1, 2, 3):
        model = fit(formula, table(seed), family=family)
        assert model.coefficients.keys() == truth.keys()
        for name, value in truth.items():
            assert abs(model.coefficients[name] - value) < 3 * model.standard_errors[name]


def test_salaries_are_not_separable_and_both_columns_matter():
    model = fit("promoted ~ experience + salary", data.salaries(), family="bernoulli")
    assert not model.troubles
    assert max(model.p_values[name] for name in ("experience", "salary")) < 1e-4
    assert 0.65 < model.accuracy < 0.9


def test_the_noise_of_the_line_has_the_size_that_is_written_down():
    model = fit("y ~ x", data.line(rows=2000))
    assert model.sigma == pytest.approx(data.LINE_NOISE, rel=0.08)  # five times its standard error 1/√(2·2000)


def test_people_are_yes_or_no_years_and_thousands():
    people = data.salaries()
    assert all(column.shape == (200,) and column.dtype == np.float64 for column in people.values())
    assert set(people["promoted"]) == {0.0, 1.0}
    assert people["experience"].min() >= 0
    assert people["experience"].max() <= 10
    assert 30 < people["salary"].mean() < 70


@pytest.mark.parametrize("table", [data.salaries, data.line])
def test_the_same_seed_gives_the_same_rows(table):
    for name, column in table(5).items():
        np.testing.assert_array_equal(column, table(5)[name])
        assert not np.array_equal(column, table(6)[name])
        assert len(table(5, rows=7)[name]) == 7


@pytest.mark.parametrize("rows", [0, -3, 2.5, True, "many"])
@pytest.mark.parametrize("table", [data.salaries, data.line])
def test_rows_must_be_a_positive_whole_number(table, rows):
    with pytest.raises(ValueError, match=f"rows={rows!r} is not a positive whole number; give one, such as rows=200"):
        table(rows=rows)

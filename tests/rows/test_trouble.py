import numpy as np
import pytest

from osolgil.rows.trouble import collinear, constant, missing, not_numbers, not_two_classes

RNG = np.random.default_rng(20)


def test_missing_values_are_named_by_column_and_row():
    found = missing({"키": np.array([1.0, np.nan, 3.0, -np.inf]), "b": np.zeros(4), "c": np.array([np.inf, 0, 0, 0])})
    assert [(trouble.cause, trouble.columns, trouble.rows) for trouble in found] == [
        ("missing", ("키",), (1, 3)),
        ("missing", ("c",), (0,)),
    ]
    assert "column '키' is missing or not finite in 2 of 4 rows: 1, 3 (the first row is row 0)" in str(found[0])
    assert "missing='drop'" in found[0].remedy


def test_many_missing_rows_are_counted_and_not_all_listed():
    (trouble,) = missing({"a": np.full(1000, np.nan)})
    assert "in 1000 of 1000 rows: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 990 more" in trouble.evidence
    assert len(trouble.rows) == 1000


def test_nothing_missing_is_no_trouble():
    assert missing({"a": np.array([1e308, -1e-308, 0.0])}) == ()
    assert missing({}) == ()


def test_a_constant_column_is_named_and_the_intercept_is_not():
    X = np.column_stack([np.ones(4), [1.0, 2.0, 3.0, 4.0], np.full(4, 0.1), np.zeros(4)])
    found = constant(X, ["Intercept", "a", "b", "영"])
    assert [trouble.columns for trouble in found] == [("b",), ("영",)]
    assert str(found[0]) == ("column 'b' is 0.1 in every row, so it has no effect that could be measured; leave it out")


def test_a_column_that_differs_in_its_last_bit_is_not_constant():
    X = np.array([[1.0], [np.nextafter(1.0, 2.0)]])
    assert constant(X, ["a"]) == ()
    assert constant(np.zeros((0, 1)), ["a"]) == ()


@pytest.mark.parametrize("scale", [1e-150, 1e-6, 1.0, 1e6, 1e150])
def test_a_collinear_column_is_named_with_those_it_is_made_of_at_any_scale(scale):
    a, b, c, d = RNG.normal(size=(4, 50)) * np.array([[1.0], [1e-3], [1e4], [10.0]]) + 5.0
    X = np.column_stack([np.ones(50), a, b, c, 3 * a - 2 * c + 7, d]) * scale
    (found,) = collinear(X, ["Intercept", "a", "b", "c", "합", "d"])
    assert found.cause == "collinear"
    assert found.columns == ("합", "Intercept", "a", "c")
    assert "합 = 7·Intercept + 3·a - 2·c" in found.evidence
    assert found.remedy == "leave out '합', or one of 'Intercept', 'a', 'c'"


def test_the_dummy_variable_trap_is_named():
    group = np.arange(12) % 3
    X = np.column_stack([np.ones(12), *(group == level for level in range(3))]).astype(float)
    (found,) = collinear(X, ["Intercept", "g[a]", "g[b]", "g[c]"])
    assert found.columns == ("g[c]", "Intercept", "g[a]", "g[b]")


def test_each_redundant_column_has_its_own_trouble():
    a, b, c = RNG.normal(size=(3, 40))
    X = np.column_stack([a, 2 * a, b, a + b, c, c])
    found = collinear(X, list("apbqcr"))
    assert [trouble.columns for trouble in found] == [("p", "a"), ("q", "a", "b"), ("r", "c")]


def test_more_columns_than_rows_are_collinear():
    found = collinear(RNG.normal(size=(3, 5)), list("abcde"))
    assert [trouble.columns[0] for trouble in found] == ["d", "e"]


def test_a_shuffled_order_names_the_last_column_of_the_relation():
    a, b = RNG.normal(size=(2, 30))
    (found,) = collinear(np.column_stack([a + b, b, a]), ["sum", "b", "a"])
    assert found.columns == ("a", "sum", "b")
    assert "a = 1·sum - 1·b" in found.evidence


def test_a_nearly_collinear_column_is_no_trouble():
    a, noise = RNG.normal(size=(2, 50))
    assert collinear(np.column_stack([a, a + 1e-10 * noise]), ["a", "b"]) == ()
    assert len(collinear(np.column_stack([a, a + 1e-10 * noise]), ["a", "b"], tolerance=1e-8)) == 1


def test_the_certified_polynomial_of_degree_ten_is_no_trouble():
    x = np.linspace(-8.78, -3.13, 82)  # the range of NIST's Filip, whose condition number is 1.8e15
    X = np.vander(x, 11, increasing=True)
    assert np.linalg.cond(X) > 1e14
    assert collinear(X, [f"x^{power}" for power in range(11)]) == ()


def test_a_time_of_day_in_nanoseconds_is_not_collinear_with_the_intercept():
    seconds = np.arange(100.0)
    assert collinear(np.column_stack([np.ones(100), 1.7e18 + 1e9 * seconds]), ["Intercept", "t"]) == ()


@pytest.mark.parametrize("columns", [2, 10, 40])
def test_rounding_of_an_exact_combination_stays_below_the_tolerance(columns):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        A = rng.normal(size=(300, columns)) * 10.0 ** rng.integers(-6, 6, columns)
        A += 10.0 ** rng.integers(-3, 3, columns)
        combination = A @ (rng.uniform(0.5, 1, columns) / np.linalg.norm(A, axis=0))
        found = collinear(np.column_stack([A, combination]), [*(f"a{i}" for i in range(columns)), "z"])
        assert len(found) == 1
        assert found[0].columns[0] == "z"


def test_a_column_of_zeros_is_left_to_constant_and_collinearity_needs_finite_values():
    a = RNG.normal(size=10)
    assert collinear(np.column_stack([a, np.zeros(10)]), ["a", "zero"]) == ()
    assert collinear(np.zeros((5, 2)), ["a", "b"]) == ()
    with pytest.raises(ValueError, match="judged on finite values only"):
        collinear(np.array([[np.nan]]), ["a"])


def test_a_response_of_labels_is_wrong_for_numbers():
    (found,) = not_numbers("합격", ("아니오", "예"))
    assert (found.cause, found.columns) == ("wrong target", ("합격",))
    assert "holds labels (아니오, 예), but this family needs numbers" in found.evidence
    assert "Bernoulli" in found.remedy
    assert not_numbers("y", ()) == ()


def test_a_response_of_numbers_is_wrong_for_two_classes():
    (found,) = not_two_classes("키", np.array([0.0, 1.0, 170.5, 1.0, 2.0]))
    assert (found.cause, found.columns, found.rows) == ("wrong target", ("키",), (2, 4))
    assert (
        "values other than 0 and 1, such as 170.5 in row 2 (the first row is row 0), but this family needs two classes"
        in found.evidence
    )
    assert "Gaussian" in found.remedy


def test_the_value_named_is_the_value_of_the_row_named():
    (found,) = not_two_classes("y", np.array([0.0, 7.0, 3.0]))
    assert "such as 7 in row 1 " in found.evidence


@pytest.mark.parametrize(
    ("y", "levels", "only"),
    [
        ([1.0, 1.0], (), "1"),
        ([0.0, 0.0], (), "0"),
        ([1.0, 1.0], ("아니오", "예"), "예"),
        ([0, 0], (False, True), "False"),
    ],
)
def test_one_class_is_named(y, levels, only):
    (found,) = not_two_classes("합격", np.array(y, float), levels)
    assert found.cause == "one class"
    assert f"the response '합격' is {only} in all 2 rows" in found.evidence


def test_two_classes_are_no_trouble():
    assert not_two_classes("y", np.array([0.0, 1.0, 1.0])) == ()
    assert not_two_classes("y", np.zeros(0)) == ()

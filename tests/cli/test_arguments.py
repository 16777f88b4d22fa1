import pytest

from osolgil.cli.arguments import as_list, as_number, as_pair, as_point, as_setting, at_top_level, naturally


def test_point_by_name_is_in_the_order_of_the_variables():
    assert as_point("y=-2,x=1e-3", ("x", "y"), "--start") == [1e-3, -2.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1", "'1' has 1 numbers, and the problem has 2 variables"),
        ("1,,2", "has 3 numbers"),
        ("1,two", "'two' is not a number"),
        ("x=1", "'y' is missing"),
        ("x=1,z=2", "'z' is no variable"),
        ("x=1,x=2", "'x' is given twice"),
        ("x=1,2", "'2' is not of the form name=value"),
        ("x=1,y=two", "--start y: 'two' is not a number"),
    ],
)
def test_point_that_does_not_fit_is_refused_with_the_offending_part(text, words):
    with pytest.raises(ValueError, match=words):
        as_point(text, ("x", "y"), "--start")


def test_indices_sort_as_numbers():
    names = [f"x[{i}]" for i in (10, 2, 0)]
    assert sorted(names, key=naturally) == ["x[0]", "x[2]", "x[10]"]


@pytest.mark.parametrize(("text", "value"), [("true", True), ("False", False), ("none", None), ("1e-8", 1e-8)])
def test_setting_is_a_switch_nothing_or_a_number(text, value):
    assert as_setting(text, "--set a") is value or as_setting(text, "--set a") == value


@pytest.mark.parametrize("text", ["maybe", "__import__('os')", "[1]"])
def test_setting_that_is_neither_is_refused(text):
    with pytest.raises(ValueError, match="neither a number nor true, false or none"):
        as_setting(text, "--set a")


@pytest.mark.parametrize("text", ["a", "a=", "=1", ""])
def test_pair_needs_both_sides(text):
    with pytest.raises(ValueError, match="not of the form name=value"):
        as_pair(text, "--set")


def test_list_with_an_empty_name_is_refused():
    assert as_list("a, b", "--methods") == ["a", "b"]
    with pytest.raises(ValueError, match="empty name"):
        as_list("a,,b", "--methods")


def test_commas_inside_parentheses_do_not_part():
    assert at_top_level("where(x > 0, 1, -1), maximum(x, (y))") == ["where(x > 0, 1, -1)", "maximum(x, (y))"]


def test_number_names_the_option():
    with pytest.raises(ValueError, match="--start: 'one' is not a number"):
        as_number("one", "--start")

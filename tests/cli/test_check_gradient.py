import pytest


def test_lecture_gradient_of_x2y_is_right(osolgil):
    told = osolgil("check-gradient", "x**2*y", "--at", "3,2", "--gradient", "2*x*y, x**2", "--json")
    assert told.status == 0
    assert told.json["passed"] is True
    assert [each["gradient"] for each in told.json["coordinates"]] == [12.0, 9.0]


def test_wrong_gradient_names_the_variable_and_ends_with_3(osolgil):
    told = osolgil("check-gradient", "x**2*y", "--at", "x=3,y=2", "--gradient", "2*x*y, 2*x")
    assert told.status == 3
    assert "The gradient is wrong: the largest relative error is 3.3e-01, in y" in told.out


def test_our_own_gradient_of_a_surface_is_right(osolgil):
    told = osolgil("check-gradient", "beale", "--at", "1,1")
    assert told.status == 0
    assert "27.75" in told.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x**2*y"], "such as --at x=1,y=1"),
        (["x**2*y", "--at", "3"], "--at: '3' has 1 numbers"),
        (["x**2*y", "--at", "3,2", "--gradient", "2*x*y"], "--gradient has 1 expression"),
        (["x**2*y", "--at", "3,2", "--gradient", "2*x*z, 1"], "'z'"),
        (["x**2*y", "--at", "3,2", "--gradient", "open('x'), 1"], "is not a function of this language"),
        (["x**2*y", "--at", "3,2", "--tolerance", "0"], "--tolerance 0 must be positive"),
    ],
)
def test_bad_input_is_one_sentence(osolgil, arguments, words):
    told = osolgil("check-gradient", *arguments)
    assert told.status == 2
    assert told.out == ""
    assert words in told.err

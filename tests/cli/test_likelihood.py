import json
import math

import pytest
from PIL import Image


def squeezed(text):
    return " ".join(text.replace("│", " ").split())


def test_a_binomial_is_estimated_with_its_intervals(osolgil):
    told = osolgil("likelihood", "binomial", "--trials", "5", "--data", "4")
    assert (told.status, told.err) == (0, "")
    assert "p 0.8 0.178885 0.449391 1.15061 0.371773 0.987373" in squeezed(told.out)
    assert "Converged: optimality" in told.out


def test_candidates_are_chosen_from_exactly(osolgil):
    told = osolgil("likelihood", "binomial", "--trials", "5", "--data", "4", "--candidates", "1/2,3/4")
    assert told.status == 0
    assert "405/1024" in told.out
    assert "Most likely: p = 3/4." in told.out
    told = osolgil("likelihood", "binomial", "--trials", "5", "--data", "4", "--candidates", "1/2,3/4", "--json")
    assert told.json["most_likely"] == ["3/4"]
    assert told.json["candidates"][0]["likelihood"] == "5/32"


def test_the_two_bags_are_a_table_of_exact_fractions(osolgil, tmp_path):
    arguments = ("likelihood", "binomial", "--trials", "5", "--candidates", "1/2,3/4", "--table")
    told = osolgil(*arguments, "--plot", "bags.png")
    assert told.status == 0
    assert "f(y; 3/4) 1 15 90 270 405 243 / 1024" in squeezed(told.out)
    with Image.open(tmp_path / "bags.png") as picture:
        assert picture.format == "PNG"
    told = osolgil(*arguments, "--json")
    assert told.json["candidates"][1] == {
        "candidate": "3/4",
        "numerators": [1, 15, 90, 270, 405, 243],
        "denominator": 1024,
    }
    assert told.json["estimates"] == {str(y): ["1/2" if y <= 3 else "3/4"] for y in range(6)}
    told = osolgil("likelihood", "geometric", "--candidates", "1/2", "--table", "--data", "1,2,3", "--json")
    assert told.json["candidates"][0]["numerators"] == [4, 2, 1]


def test_a_column_of_a_file_is_read(osolgil, tmp_path):
    (tmp_path / "counts.csv").write_text("n,day\n3,1\n5,2\n2,3\n4,4\n")
    told = osolgil("likelihood", "poisson", "--data", "counts.csv", "--column", "n", "--json")
    assert told.status == 0
    rate = told.json["parameters"]["rate"]
    assert rate["estimate"] == pytest.approx(3.5)
    assert rate["standard_error"] == pytest.approx(math.sqrt(3.5 / 4))
    assert rate["likelihood_interval"][0] < 3.5 < rate["likelihood_interval"][1]
    (tmp_path / "one.csv").write_text("n\n3\n4\n")
    assert osolgil("likelihood", "poisson", "--data", "one.csv", "--json").json["rows"] == 2


def test_a_picture_is_drawn_in_korean_too(osolgil, tmp_path):
    told = osolgil("likelihood", "poisson", "--data", "3,5,2,4", "--plot", "l.png", "--ko")
    assert told.status == 0
    assert "Wrote l.png" in told.out
    with Image.open(tmp_path / "l.png") as picture:
        assert picture.size[0] > 600


def test_on_the_boundary_it_ends_well_and_says_why_there_is_no_standard_error(osolgil):
    told = osolgil("likelihood", "bernoulli", "--data", "1,1,1")
    assert told.status == 0
    assert "There is no standard error" in told.out
    found = osolgil("likelihood", "bernoulli", "--data", "1,1,1", "--json").json
    assert found["on_boundary"] is True
    assert found["parameters"]["p"]["wald_interval"] is None


def test_candidates_of_two_parameters_are_joined_by_colons(osolgil):
    told = osolgil("likelihood", "normal", "--data", "1,2", "--candidates", "1.5:0.5,0:1", "--json")
    assert json.loads(told.out)["most_likely"] == [[1.5, 0.5]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["binomial", "--data", "4"], "needs the number of trials"),
        (["poisson"], "--data is missing"),
        (["poisson", "--data", "3,x"], "--data: 'x' is not a number"),
        (["poisson", "--data", "3,-1"], "Row 1 holds -1"),
        (["poisson", "--data", "nowhere.csv"], "There is no file 'nowhere.csv'"),
        (["poisson", "--data", "two.csv"], "has 2 columns; say which with --column"),
        (["poisson", "--data", "two.csv", "--column", "c"], "There is no column 'c'"),
        (["poisson", "--data", "two.csv", "--column", "b"], "has 1 missing values"),
        (["poison", "--data", "3"], "is not one of"),
        (["binomial", "--trials", "5", "--table"], "--table needs --candidates"),
        (["binomial", "--trials", "5", "--data", "4", "--candidates", "half"], "'half' is no finite number"),
        (["poisson", "--data", "3", "--level", "95"], "level=95.0 must lie between 0 and 1"),
        (["poisson", "--data", "3", "--plot", "l.gif"], "must end in one of .png"),
        (["poisson", "--data", "3", "--parameter", "mu"], "There is no parameter 'mu'; poisson has rate"),
        (["normal", "--data", "3"], "The likelihood has no maximum"),
    ],
)
def test_bad_input_is_one_sentence(osolgil, tmp_path, arguments, words):
    (tmp_path / "two.csv").write_text("a,b\n1,2\n3,\n")
    told = osolgil("likelihood", *arguments)
    assert told.status == 2
    assert told.out == ""
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err

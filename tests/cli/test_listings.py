import pytest

from osolgil.methods import METHODS
from osolgil.problems import surfaces


def test_methods_lists_every_method_with_its_parents(osolgil):
    told = osolgil("methods")
    assert told.status == 0
    for name in METHODS:
        assert name in told.out
    listed = {each["name"]: each for each in osolgil("methods", "--json").json}
    assert set(listed) == set(METHODS)
    assert listed["nesterov"]["also"] == ["nag"]
    assert "momentum" in listed["nesterov"]["parents"]
    assert listed["newton"]["order"] == "second"
    assert listed["adam"]["order"] == "first"


@pytest.mark.parametrize("width", ["80", "120"])
def test_no_name_is_cut_however_narrow_the_terminal(osolgil, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    for command in ("methods", "problems"):
        told = osolgil(command)
        assert "…" not in told.out
        # Korean is not in these tables, so that a character is a column.
        assert max(map(len, told.out.splitlines())) <= int(width)
        for name in METHODS if command == "methods" else surfaces.names():
            assert name in told.out
    # The last column of the first row is the first to be cut: here it is whole.
    row = next(line for line in osolgil("methods").out.splitlines() if line.startswith("gradient_descent"))
    assert "learning_rate" in row.split("│")[-1]
    defaults = " ".join(line.split("│")[-1].strip() for line in osolgil("methods").out.splitlines())
    assert "learning_rate 0.001, beta 0.9, epsilon 1e-08" in defaults


def test_problems_lists_every_surface_with_formula_minimum_and_lesson(osolgil):
    told = osolgil("problems")
    assert told.status == 0
    for name in surfaces.names():
        assert name in told.out
    assert "½(x₁² + 10 x₂²)" in told.out
    assert "\\" not in told.out


def test_problems_speak_korean(osolgil):
    english, korean = osolgil("problems", "--json").json, osolgil("problems", "--ko", "--json").json
    assert [each["name"] for each in korean] == list(surfaces.names())
    assert all("학습률" in each["teaches"] for each in korean if each["name"] == "square")
    assert all(a["teaches"] != b["teaches"] for a, b in zip(english, korean, strict=True))
    assert "배울 점" in osolgil("problems", "--ko").out

import pytest

from osolgil.demo import iris, women
from osolgil.demo.__main__ import main
from osolgil.demo.part import Table


def empty(folder, name, draw, caption):
    """In place of a picture: that it can be drawn is tested with the plots."""
    return Table((), (), caption)


@pytest.fixture
def without_pictures(monkeypatch):
    for module in (women, iris):
        monkeypatch.setattr(module, "drawn", empty)


def test_the_women_s_numbers_are_those_of_the_run(without_pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(women, "BATCH_RATES", {})
    for text in zip(*women.women(tmp_path).text, strict=True):
        assert "a = 0.287249" in text[0]
        assert "b = 25.7235" in text[0]
        # The condition number of [[1, mean], [mean, mean square]], and where the raw run stands after 1000 steps.
        assert "1,596,871" in text[1]
        assert "a = 0.4731" in text[1]
        assert "b = 0.0114" in text[1]


def test_the_iris_table_has_each_coefficient_s_distance_in_standard_errors(without_pictures, tmp_path):
    table = iris.iris(tmp_path).shows[0]
    assert [row[0] for row in table.rows] == ["Intercept", "petal_length", "petal_width"]
    assert [row[1] for row in table.rows] == ["-45.2723", "5.7545", "10.4467"]
    assert all(0.01 < float(row[4]) < 2 for row in table.rows)


def test_a_folder_that_cannot_be_made_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file" / "demo")]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_the_demo_names_its_page(tmp_path, monkeypatch, capsys):
    from osolgil.demo import race
    from osolgil.demo.part import Part, Words

    part = Part(Words("part", "부"), ())
    monkeypatch.setattr(women, "women", lambda folder: part)
    monkeypatch.setattr(iris, "iris", lambda folder: part)
    monkeypatch.setattr(race, "tune", lambda name: name)
    raced = []
    monkeypatch.setattr(race, "race", lambda folder, sweeps: raced.append(sweeps) or part)
    assert main(["--out", str(tmp_path / "demo")]) == 0
    assert raced == [["beale", "long_valley", "race_saddle"]]
    assert str(tmp_path / "demo" / "index.html") in capsys.readouterr().out.replace("\n", "")
    assert (tmp_path / "demo" / "index.html").is_file()

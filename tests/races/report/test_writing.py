from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from support.made_up_curves import curves_of
from support.made_up_race import honest
from support.pages import read as read_page
from support.small_races import small

from osolgil.problems import surfaces
from osolgil.races.problem import RaceProblem
from osolgil.races.report import gathered
from osolgil.races.report.chart import Axis, Chart, Line
from osolgil.races.report.drawing import drawing, legend, wrapped
from osolgil.races.report.looks import looks
from osolgil.races.report.markup import Table, Writer
from osolgil.races.report.surveying import (
    around,
    heights,
    landscapes,
    paths_of,
    remembered,
    shown_seed,
)
from osolgil.races.report.words import Words
from osolgil.races.report.writing import figures
from osolgil.races.suites import named, race_problem
from osolgil.races.tables import CURVES, Runs

BEALE = surfaces.named("beale")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "new" / "folder"
    assert small().report(folder, languages=("ko", "en"), command="osolgil race <mine>") == folder / "index.html"
    return folder


def test_the_page_says_it_in_the_first_language_first_and_how_it_was_typed(folder):
    page = read_page((folder / "index.html").read_text(encoding="utf-8"))
    assert next(page.all("html")).attributes["lang"] == "ko"
    [typed] = page.all("pre", class_="command")
    assert typed.text() == "osolgil race <mine>"
    titles = [each.text("en") for each in page.all("h4")]
    assert "bowl: the paths" in titles
    assert "noisy_bowl: the paths" in titles


def test_every_figure_of_the_page_is_a_file(folder):
    page = read_page((folder / "index.html").read_text(encoding="utf-8"))
    on_the_page = [next(each.all("h4")).text("ko") for each in page.all("figure")]
    written = [
        ElementTree.parse(path).getroot().find(f"{SVG}title").text for path in (folder / "figures").glob("*.svg")
    ]
    assert len(on_the_page) >= 8
    assert sorted(written) == sorted(on_the_page)


def test_a_figure_stands_alone_and_loads_nothing(folder):
    for path in (folder / "figures").iterdir():
        text = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        assert root.tag == f"{SVG}svg"
        assert "href" not in text
        assert "url(" not in text
        assert text.count("http") == 1, "the namespace"
        words = [each.text for each in root.iter(f"{SVG}text")]
        assert {"momentum", "adam"} <= {word.partition(" (")[0] for word in words}
        assert {"y", "width", "height"} <= set(root.find(f"{SVG}svg").attrib)


def test_writing_twice_leaves_no_other_file(tmp_path):
    evidence = small().judged()
    small().report(tmp_path, languages=("en",))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    small().report(tmp_path, languages=("en",))
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    assert len(before) == 2 + len(figures(small().charts(evidence)))


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"the report cannot be written to .*file: .*; choose another folder"):
        small().report(tmp_path / "file")


def test_names_that_leave_nothing_in_a_key_have_files_of_their_own():
    one = Chart(
        "curves", Words("", ""), Words("", ""), *[Axis(Words("", ""), 0, 1)] * 2, (), Table(Words("", ""), (), ())
    )
    found = figures({"curves": {"defaults": [one, replace(one), replace(one, key="curves-2"), replace(one)]}})
    assert list(found) == ["curves", "curves--2", "curves-2", "curves--3"]


def test_a_name_full_of_markup_is_a_name():
    _, manifest = honest(seeds=6)
    line = Line('<b> & "x"', np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    axis = Axis(Words("x", "x"), 0, 1)
    chart = Chart("k", Words("<i>", "<i>"), Words("&", "&"), axis, axis, (line,), Table(Words("", ""), (), ()))
    [look, *_] = looks(manifest).values()
    root = ElementTree.fromstring(drawing(chart, {line.contestant: look}))
    assert root.find(f"{SVG}title").text == "<i>"
    assert line.contestant in [each.text for each in root.iter(f"{SVG}text")]


def test_short_names_share_a_line_of_the_legend_and_long_ones_do_not():
    axis = Axis(Words("x", "x"), 0, 1)

    def rows(*names):
        lines = tuple(Line(name, np.zeros(1), np.zeros(1)) for name in names)
        chart = Chart("k", Words("", ""), Words("", ""), axis, axis, lines, Table(Words("", ""), (), ()))
        _, manifest = honest(seeds=6)
        [look, *_] = looks(manifest).values()
        return [row for row, _ in legend(Writer(("en",)), chart, dict.fromkeys(names, look))]

    assert rows("adam", "sgd", "nadam") == [0, 0, 1]
    assert rows("adam", "sgd", "n" * 24) == [0, 1, 2]
    assert rows("adam", "sgd", "가" * 12) == [0, 1, 2]


def test_hangul_is_twice_as_wide():
    assert max(map(len, wrapped("가" * 5 + " " + "나" * 5 + " " + "다" * 5, 22))) == 11
    assert wrapped("ab " * 10, 100) == [("ab " * 10).strip()]


def test_heights_are_those_of_the_surface():
    x, y = np.array([3.0, 1.0]), np.array([0.5, 0.0, 2.0])
    z = heights(BEALE.problem, x, y)

    def beale(a, b):
        return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2

    assert z == pytest.approx(np.array([[beale(a, b) for a in x] for b in y]), abs=1e-13)
    assert z[0, 0] == 0


def test_the_window_holds_start_minimum_and_most_paths_but_not_the_one_that_roams():
    near = [np.array([[2.0, 0.0], [2.5 + 0.1 * k, 0.4]]) for k in range(4)]
    roaming = np.array([[2.0, 0.0], [-4.0, 4.0], [1e9, np.inf]])
    (left, right), (bottom, top) = around(BEALE, [*near, roaming])
    assert left == pytest.approx(2 - 0.15)
    assert right == pytest.approx(3 + 0.15)
    assert bottom == pytest.approx(-0.15 * 0.5)
    assert top == pytest.approx(0.5 + 0.15 * 0.5)
    low, high = np.array(BEALE.window).T
    (left, right), (bottom, top) = around(BEALE, [roaming])
    assert left < -4
    assert right <= high[0] + 0.15 * (high[0] - low[0])
    assert top <= high[1] + 0.15 * (high[1] - low[1])


def test_the_seed_that_is_shown_is_the_first_of_those_at_which_the_fewest_failed():
    rows, manifest = honest(seeds=6)
    for row in rows:
        if row["phase"] == "evaluation" and (row["seed"] == 0 or (row["seed"] == 1 and row["contestant"] == "adam")):
            row["failed"] = True
    evidence = gathered(Runs.of(rows), manifest, curves_of(rows[-1:]))
    assert shown_seed(evidence, "fully_tuned", "bowl") == 2


def test_paths_begin_where_the_seed_begins_also_under_mini_batches():
    race = small()
    evidence = race.judged()
    [division] = evidence.manifest["divisions"]
    for problem in race.problems:
        start = problem.draw(0).start
        found = paths_of(evidence, division, problem, 0)
        assert set(found) == {"momentum", "adam"}
        for path in found.values():
            assert path[0] == pytest.approx(start, abs=1e-12)
            assert len(path) > 3


def test_there_is_one_landscape_for_each_surface_of_two_coordinates():
    race = small()
    evidence = race.judged()
    deep = replace(race.problems[0], surface=surfaces.named("rosenbrock", n=3))
    without = replace(race.problems[0], surface=None)
    stranger = race_problem(BEALE)
    found = landscapes(evidence, [*race.problems, deep, without, stranger])
    assert [each.problem for each in found] == ["bowl", "noisy_bowl"]
    assert all(each.minima for each in found)


def test_the_problems_of_a_named_suite_are_remembered_if_they_are_what_was_declared():
    manifest = {
        "suite": "lecture",
        "problems": {problem.name: declared(problem) for problem in named("lecture")} | {"mine": declared(BOWL)},
    }
    assert [problem.name for problem in remembered(manifest)] == [problem.name for problem in named("lecture")]
    manifest["problems"]["beale"]["f_star"] = 1.0
    assert "beale" not in [problem.name for problem in remembered(manifest)]
    own = {"suite": "own", "problems": {"beale": declared(race_problem(BEALE)), "mine": declared(BOWL)}}
    assert [problem.surface for problem in remembered(own)] == [BEALE]


BOWL = race_problem(surfaces.named("bowl"))


def declared(problem: RaceProblem):
    return {"f_star": problem.f_star, "dimension": problem.dimension}


def test_a_race_without_points_has_no_paths():
    race = small()
    curves = {name: np.asarray(race.curves[name]) for name in CURVES}
    blind = replace(race, curves=curves | {"x1": np.full(len(curves["x1"]), np.nan)})
    assert landscapes(blind.judged(), race.problems) == []

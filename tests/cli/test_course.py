import json

import pytest

from osolgil.course import lessons


def test_course_lists_every_lesson_with_both_titles_and_its_minutes(osolgil):
    told = osolgil("course")
    assert told.status == 0
    said = " ".join(told.out.split())
    for lesson in lessons.lessons():
        assert lesson.name in told.out
        assert "\\n" not in told.out
        assert str(lesson.minutes) in told.out
    assert "이름" not in told.out
    assert "what one learns" in said
    listed = osolgil("course", "--json").json
    assert [each["name"] for each in listed] == list(lessons.NAMES)
    assert listed[1]["title"] == {"en": "Descent: one step at a time", "ko": "경사하강법: 한 걸음씩"}


def test_course_lists_in_korean(osolgil, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    told = osolgil("course", "--ko")
    assert "배울 점" in told.out
    for lesson in lessons.lessons():
        assert lesson.title["ko"] in told.out
        assert lesson.title["en"] in told.out
        assert lesson.learn["ko"] in told.out
        assert lesson.learn["en"] not in told.out


def test_course_copies_a_lesson_into_the_current_folder_in_one_language(osolgil, tmp_path):
    told = osolgil("course", "likelihood", "--ko")
    assert told.status == 0
    assert told.out.startswith("Wrote likelihood.ipynb. Jupyter나")
    cells = json.loads((tmp_path / "likelihood.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "".join(cells[0]["source"]).startswith("# 데이터에서 손실함수로: 최대우도")


def test_course_copies_into_another_folder_and_says_where_as_json(osolgil, tmp_path):
    (tmp_path / "class").mkdir()
    told = osolgil("course", "descent", "--folder", "class", "--json")
    assert told.json == {"lesson": "descent", "language": "en", "path": "class/descent.ipynb"}
    assert (tmp_path / "class" / "descent.ipynb").exists()


def test_course_says_how_to_get_a_kernel_where_there_is_none(osolgil, monkeypatch):
    monkeypatch.setattr("osolgil.cli.course.find_spec", lambda name: None)
    assert "pip install 'osolgil[course]' jupyterlab" in osolgil("course", "descent").out


def test_course_overwrites_only_by_force(osolgil, tmp_path):
    assert osolgil("course", "descent").status == 0
    (tmp_path / "descent.ipynb").write_text("answers", encoding="utf-8")
    told = osolgil("course", "descent")
    assert told.status == 2
    assert told.err.startswith("'descent.ipynb' exists, perhaps with somebody's answers in it; move it")
    assert (tmp_path / "descent.ipynb").read_text(encoding="utf-8") == "answers"
    assert osolgil("course", "descent", "--force").status == 0
    assert (tmp_path / "descent.ipynb").read_text(encoding="utf-8") != "answers"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["likelyhood"], "There is no lesson named 'likelyhood'. Did you mean 'likelihood'? The lessons are"),
        (["descent", "--folder", "nowhere"], "There is no folder 'nowhere'; create it first."),
    ],
)
def test_course_refuses_in_one_sentence(osolgil, tmp_path, arguments, sentence):
    told = osolgil("course", *arguments)
    assert told.status == 2
    assert told.err.startswith(sentence)
    assert len(told.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())

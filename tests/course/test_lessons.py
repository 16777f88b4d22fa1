"""Copies of the lessons: one language, nothing overwritten, every refusal a sentence."""

import json

import pytest

from osolgil.course import lessons
from osolgil.protocol.words import LANGUAGES


def sources(notebook) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", lessons.NAMES)
def test_a_copy_has_the_cells_of_its_language_and_those_of_both_in_order(name, language, tmp_path):
    both = lessons.notebook(name)
    path = lessons.copy(name, tmp_path, language)
    assert path == tmp_path / f"{name}.ipynb"
    copied = json.loads(path.read_text(encoding="utf-8"))
    wanted = [cell for cell in both["cells"] if cell["metadata"].get("language") in (None, language)]
    assert [cell["source"] for cell in copied["cells"]] == [cell["source"] for cell in wanted]
    assert all("language" not in cell["metadata"] for cell in copied["cells"])
    assert "osolgil" not in copied["metadata"]
    assert copied["metadata"]["kernelspec"]["name"] == "python3"


def test_a_copy_in_english_has_no_korean_and_one_in_korean_tells_its_pictures_so(tmp_path):
    english = sources(lessons.in_one_language(lessons.notebook("descent"), "en"))
    korean = sources(lessons.in_one_language(lessons.notebook("descent"), "ko"))
    assert not any("가" <= letter <= "힣" for text in english for letter in text)
    assert any(text.startswith('LANGUAGE = "ko"') for text in korean)
    assert not any(text.startswith('LANGUAGE = "en"') for text in korean)


def test_english_is_what_one_gets_without_asking(tmp_path):
    path = lessons.copy("descent", tmp_path)
    assert sources(json.loads(path.read_text(encoding="utf-8")))[0].startswith("# Descent: one step at a time")


def test_the_notebook_that_is_kept_is_not_changed_by_a_copy():
    both = lessons.notebook("descent")
    before = json.dumps(both)
    lessons.in_one_language(both, "ko")
    assert json.dumps(both) == before


def test_a_copy_with_answers_in_it_is_kept_unless_force_is_on(tmp_path):
    mine = tmp_path / "assignment.ipynb"
    mine.write_text("my answers", encoding="utf-8")
    with pytest.raises(FileExistsError, match="exists, perhaps with somebody's answers in it; move it, or replace it"):
        lessons.copy("assignment", tmp_path)
    assert mine.read_text(encoding="utf-8") == "my answers"
    lessons.copy("assignment", tmp_path, force=True)
    assert json.loads(mine.read_text(encoding="utf-8"))["nbformat"] == 4


def test_names_may_be_written_as_people_do(tmp_path):
    assert lessons.copy(" Four-Problems ", tmp_path).name == "four_problems.ipynb"
    assert lessons.copy("four_problems.ipynb", tmp_path, force=True).name == "four_problems.ipynb"


def test_an_unknown_lesson_is_refused_with_the_nearest_and_all_names(tmp_path):
    with pytest.raises(ValueError, match=r"no lesson named 'likelyhood'\. Did you mean 'likelihood'\? The lessons are"):
        lessons.copy("likelyhood", tmp_path)
    with pytest.raises(ValueError, match=r"no lesson named '\.\./secret'\. The lessons are likelihood, "):
        lessons.copy("../secret", tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match="language='kr' is not known; choose 'en' or 'ko'"):
        lessons.copy("descent", tmp_path, "kr")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_does_not_exist_is_refused_and_not_made(tmp_path):
    with pytest.raises(NotADirectoryError, match=r"there is no folder '.*nowhere'; create it first"):
        lessons.copy("descent", tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path, monkeypatch):
    # An administrator may write everywhere, so the answer of the system is replaced.
    monkeypatch.setattr("osolgil.course.lessons.os.access", lambda path, mode: False)
    with pytest.raises(PermissionError, match="cannot be written to; choose another one"):
        lessons.copy("descent", tmp_path)


def test_every_lesson_says_what_it_is_about_in_both_languages():
    listed = lessons.lessons()
    assert tuple(lesson.name for lesson in listed) == lessons.NAMES
    for lesson in listed:
        assert 10 <= lesson.minutes <= 20 or lesson.name == "assignment"
        for said in (lesson.title, lesson.learn):
            assert set(said) == {"en", "ko"}
            assert any("가" <= letter <= "힣" for letter in said["ko"])

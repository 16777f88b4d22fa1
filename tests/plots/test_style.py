import itertools

import numpy as np
import pytest

from osolgil.plots import save, words
from osolgil.plots.style import FIXED, GREYS, LARGE, LOOKS, MEDIUM, SMALL, look, slide
from osolgil.plots.words import KOREAN, families, legible, say


def luminance(colour):
    """Relative luminance of sRGB, as WCAG defines it."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def seen_by_a_deuteranope(colour):
    """Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""
    from matplotlib.colors import to_rgb

    linear = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])
    matrix = np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    )
    return matrix @ linear


def test_no_two_looks_share_a_colour_a_line_or_a_marker():
    for sign in ("colour", "line", "marker"):
        assert len({str(getattr(each, sign)) for each in LOOKS}) == len(LOOKS)


def test_the_first_forty_nine_runs_differ_in_colour_or_line_style():
    assert len({(look(i).colour, str(look(i).line)) for i in range(49)}) == 49


def test_colours_stay_apart_for_the_colour_blind():
    for one, other in itertools.combinations(LOOKS, 2):
        assert np.linalg.norm(seen_by_a_deuteranope(one.colour) - seen_by_a_deuteranope(other.colour)) > 0.1


def test_every_colour_is_darker_than_the_palest_ground():
    palest = luminance(GREYS(1.0))
    for each in LOOKS:
        assert (palest + 0.05) / (luminance(each.colour) + 0.05) > 1.8


def test_the_lecture_s_optimizers_have_seven_looks():
    assert len(set(map(id, FIXED.values()))) == 7


def test_letters_are_legible_on_a_slide():
    assert min(SMALL, MEDIUM, LARGE) >= 14
    width, height = slide().get_size_inches()
    assert width / height == pytest.approx(16 / 9)


def test_korean_is_spoken_where_a_font_has_hangul(monkeypatch):
    monkeypatch.setattr(words, "hangul_font", lambda: "NanumGothic")
    assert say("minimum", "ko") == "최소점"
    assert families() == ["DejaVu Sans", "NanumGothic"]
    assert legible("키", "x") == "키"


def test_english_is_spoken_where_no_font_has_hangul(monkeypatch):
    monkeypatch.setattr(words, "hangul_font", lambda: None)
    assert say("minimum", "ko") == "minimum"
    assert families() == ["DejaVu Sans"]
    assert legible("height", "x") == "height"
    with pytest.warns(UserWarning, match="'키' is written as 'x'; install NanumGothic"):
        assert legible("키", "x") == "x"


def test_an_installed_font_that_has_hangul_is_found(monkeypatch):
    class Installed:
        name = "Malgun Gothic"

    monkeypatch.setattr(words.font_manager.fontManager, "ttflist", [Installed()])
    assert words.hangul_font.__wrapped__() == "Malgun Gothic"
    monkeypatch.setattr(words.font_manager.fontManager, "ttflist", [])
    assert words.hangul_font.__wrapped__() is None


def test_every_word_has_a_korean_one():
    assert all(words.has_hangul(korean) for korean in KOREAN.values())


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="language='fr' is not known; choose 'en' or 'ko'"):
        say("minimum", "fr")


@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG"), ("a.pdf", b"%PDF"), ("a.svg", b"<?xml")])
def test_save_writes_the_format_that_the_extension_names(tmp_path, name, begins):
    path = save(slide(), tmp_path / name)
    assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize("name", ["picture", "picture.gif", "picture.docx"])
def test_save_refuses_an_unknown_extension_and_lists_the_known(tmp_path, name):
    with pytest.raises(ValueError, match=r"no known picture format; end it with one of .*\.pdf.*\.png.*\.svg"):
        save(slide(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_save_refuses_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(ValueError, match="does not exist; create it first"):
        save(slide(), tmp_path / "nowhere" / "a.png")


def test_plots_leave_pyplot_alone():
    import subprocess
    import sys

    code = "import sys, osolgil.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Korean words in a lesson's pictures: in a font that has them, or not at all."""

import warnings

import matplotlib as mpl
import pytest

from osolgil.course import pictures
from osolgil.plots import words


@pytest.fixture(autouse=True)
def own_settings():
    with mpl.rc_context({"backend": "agg"}):
        yield


def test_korean_words_are_kept_where_a_font_has_them(monkeypatch):
    monkeypatch.setattr(pictures, "hangul_font", lambda: "NanumGothic")
    monkeypatch.setattr(pictures, "families", lambda: ["DejaVu Sans", "NanumGothic"])
    assert pictures.lettered({"steps": "스텝"}) == {"steps": "스텝"}
    assert mpl.rcParams["font.family"] == ["DejaVu Sans", "NanumGothic"]


def test_english_stands_in_where_no_font_has_hangul_with_one_warning(monkeypatch):
    monkeypatch.setattr(pictures, "hangul_font", lambda: None)
    with pytest.warns(UserWarning, match="No installed font has Hangul") as told:
        assert pictures.lettered({"steps": "스텝", "epochs": "에폭"}) == {"steps": "steps", "epochs": "epochs"}
    assert len(told) == 1


def test_english_words_need_no_font(monkeypatch):
    monkeypatch.setattr(pictures, "hangul_font", lambda: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pictures.lettered({"loss": "mean loss"}) == {"loss": "mean loss"}


@pytest.mark.skipif(words.hangul_font() is None, reason="no installed font has Hangul")
def test_a_korean_label_is_drawn_without_a_missing_glyph():
    import matplotlib.pyplot as plt

    said = pictures.lettered({"loss": "평균 손실 − 최솟값"})
    figure, axes = plt.subplots()
    axes.set_xlabel(said["loss"])
    # A glyph that no font has is a warning, and so an error here.
    figure.canvas.draw()
    plt.close(figure)

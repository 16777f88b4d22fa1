from html.parser import HTMLParser

import pytest
from PIL import Image

from osolgil.demo.page import size_of, write_page
from osolgil.demo.part import Part, Picture, Table, Words, drawn
from osolgil.plots import words
from osolgil.plots.style import slide

VOID = {"meta", "link", "img", "input", "br"}


class Reader(HTMLParser):
    """Checks that tags match, and collects what refers to files."""

    def __init__(self):
        super().__init__()
        self.open, self.files, self.classes = [], [], []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            raise AssertionError("the page needs no script")
        self.files += [found[name] for name in ("src", "href") if name in found]
        self.classes.append((tag, found.get("class")))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def page(tmp_path):
    Image.new("RGB", (40, 30)).save(tmp_path / "a.en.png")
    Image.new("RGB", (40, 30)).save(tmp_path / "a.ko.png")
    Image.new("RGB", (64, 36)).save(tmp_path / "b.gif")
    part = Part(Words("One <b>", "하나"), (Words("5 < 6", "5 < 6"),))
    part.shows.append(Picture({"en": "a.en.png", "ko": "a.ko.png"}, Words("seen", "보임")))
    part.shows.append(Picture({"en": "b.gif", "ko": "b.gif"}, Words("moves", "움직임")))
    part.shows.append(Table((Words("name", "이름"),), (("<script>",),), Words("a table", "표")))
    return write_page(tmp_path, [part], Words("end", "끝"))


def test_the_page_is_well_formed_and_names_files_that_exist(page):
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    assert reader.open == []
    assert set(reader.files) == {"a.en.png", "a.ko.png", "b.gif"}
    assert all((page.parent / name).is_file() for name in reader.files)


def test_everything_is_said_in_both_languages(page):
    text = page.read_text(encoding="utf-8")
    for english, korean in (("seen", "보임"), ("moves", "움직임"), ("a table", "표"), ("end", "끝"), ("name", "이름")):
        assert f'lang="en">{english}<' in text
        assert f'lang="ko">{korean}<' in text


def test_names_are_shown_not_obeyed(page):
    text = page.read_text(encoding="utf-8")
    assert "One &lt;b&gt;" in text
    assert "<script" not in text


def test_sizes_are_read_from_png_and_gif(page):
    assert size_of(page.parent / "a.en.png") == (40, 30)
    assert size_of(page.parent / "b.gif") == (64, 36)


def test_pictures_are_drawn_in_each_language_that_can_be_written(tmp_path, monkeypatch):
    asked = []

    def draw(language):
        asked.append(language)
        return slide((2, 1))

    monkeypatch.setattr("osolgil.demo.part.hangul_font", lambda: None)
    assert drawn(tmp_path, "p", draw, Words("", "")).files == {"en": "p.en.png", "ko": "p.en.png"}
    monkeypatch.setattr("osolgil.demo.part.hangul_font", lambda: words.KNOWN_FONTS[0])
    assert drawn(tmp_path, "p", draw, Words("", "")).files == {"en": "p.en.png", "ko": "p.ko.png"}
    assert asked == ["en", "en", "ko"]

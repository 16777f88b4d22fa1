import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from osolgil import plots
from osolgil.methods import METHODS, Momentum, family
from osolgil.methods.family import relatives
from osolgil.plots import words
from osolgil.plots.family import lanes_of, last_children
from osolgil.plots.runs import SHORT
from osolgil.plots.style import SMALL


def texts_of(figure):
    figure.draw_without_rendering()
    return [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def boxes_of(figure):
    """The bounding box of each text, in pixels."""
    renderer = figure.canvas.get_renderer()
    return {id(text): (text.get_text(), text.get_window_extent(renderer)) for text in texts_of(figure)}


def assert_legible(figure):
    """No two texts overlap, none leaves the picture, and none is small."""
    boxes = list(boxes_of(figure).values())
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert not (a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1), f"{one!r} overlaps {other!r}"
    for text, box in boxes:
        assert min(box.x0, box.y0) >= 0, text
        assert max(box.x1 - figure.bbox.x1, box.y1 - figure.bbox.y1) <= 0, text
    assert min(text.get_fontsize() for text in texts_of(figure)) >= SMALL


@pytest.fixture(scope="module")
def everybody():
    return plots.family_tree()


def test_every_method_is_drawn_with_its_year_and_what_it_added(everybody):
    said = [text.get_text() for text in texts_of(everybody)]
    flowing = " ".join(said)
    for each in relatives():
        assert SHORT.get(each.title, each.title) in said
        assert str(each.year) in said
        assert all(added in flowing for added in each.parents.values())
    assert said.count("2012") == sum(each.year == 2012 for each in relatives())


def test_no_label_overlaps_another_or_is_small(everybody):
    assert_legible(everybody)


@pytest.mark.skipif(words.hangul_font() is None, reason="needs a font that has Hangul")
def test_the_korean_family_is_legible_and_korean():
    figure = plots.family_tree(language="ko")
    assert_legible(figure)
    said = [text.get_text() for text in texts_of(figure)]
    assert "최적화 방법의 계보" in said
    assert "기울기를 쌓아 가는 속도" in said


def test_without_a_font_that_has_hangul_the_family_is_english(monkeypatch):
    monkeypatch.setattr(words, "hangul_font", lambda: None)
    monkeypatch.setattr("osolgil.plots.family.hangul_font", lambda: None)
    said = [text.get_text() for text in texts_of(plots.family_tree(["momentum"], language="ko"))]
    assert "a velocity that adds up the gradients" in said
    assert not any(words.has_hangul(text) for text in said)


def test_a_small_family_fills_the_slide_with_larger_letters(everybody):
    small = plots.family_tree(plots.LECTURE)
    assert_legible(small)
    assert tuple(small.get_size_inches()) == (12.8, 7.2)
    assert min(t.get_fontsize() for t in texts_of(small)) > min(t.get_fontsize() for t in texts_of(everybody))
    assert "Lion" not in [text.get_text() for text in texts_of(small)]


def grown(count):
    """So many rules more, each with two parents among those before it."""
    draws = np.random.default_rng(5)
    made = dict(METHODS)
    for number in range(count):
        first, second = draws.choice(list(made), 2, replace=False)
        name = f"descendant_{number}"
        parents = {str(first): "a longer memory of what went before, and some patience " * 2, str(second): "courage"}
        made[name] = type(name, (Momentum,), {"title": name, "source": f"Nobody {2024 + number}", "parents": parents})
    return made


def test_a_family_that_grows_makes_a_taller_picture_in_which_nothing_overlaps(monkeypatch):
    made = grown(12)
    monkeypatch.setattr(family, "METHODS", made)
    figure = plots.family_tree()
    assert_legible(figure)
    assert figure.get_figheight() > 7.2
    said = [text.get_text() for text in texts_of(figure)]
    assert all(name in said for name in made if name.startswith("descendant"))


@pytest.mark.parametrize("count", [0, 40])
def test_from_a_dot_down_to_its_last_child_nothing_else_is_in_its_lane(monkeypatch, count):
    monkeypatch.setattr(family, "METHODS", grown(count))
    members = relatives()
    lanes, until = lanes_of(members), last_children(members)
    rows = {each.name: row for row, each in enumerate(members)}
    for one, other in itertools.permutations(lanes, 2):
        if lanes[one] == lanes[other] and rows[one] < rows[other] < until[one] + 1:
            assert one in dict(members[rows[other]].parents), (one, other)
            assert until[one] == rows[other], (one, other)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="did you mean 'adam'"):
        plots.family_tree(["adm"])
    with pytest.raises(ValueError, match="language='fr' is not known"):
        plots.family_tree(language="fr")

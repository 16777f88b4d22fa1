import numpy as np
import pytest

from osolgil.diagnosis.convexity import convexity
from osolgil.plots import chord, row_costs
from osolgil.plots.words import hangul_font


@pytest.fixture(scope="module")
def well():
    return convexity(lambda x: x**4 - x**2, (-1.0, 1.0))


@pytest.fixture(scope="module")
def bowl():
    return convexity(lambda x: x**2, (-1.0, 1.0))


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def test_costs_of_a_row_are_minus_log_p_and_half_a_square():
    figure = row_costs()
    left, right = figure.axes
    (p, log_one), (_, log_zero), (_, square_one), (_, square_zero) = (line.get_data() for line in left.lines)
    np.testing.assert_allclose(log_one, -np.log(p), rtol=1e-9)
    np.testing.assert_allclose(log_zero, -np.log1p(-p), rtol=1e-9)
    np.testing.assert_allclose(square_one, (1 - p) ** 2 / 2, rtol=1e-9)
    np.testing.assert_allclose(square_zero, p**2 / 2, rtol=1e-9)
    eta, log_one = right.lines[0].get_data()
    np.testing.assert_allclose(log_one, np.log1p(np.exp(-eta)), rtol=1e-9)
    assert legend(figure)[0] == "negative log-likelihood: −log p, y = 1"


def test_the_legend_of_the_costs_lies_inside_the_picture():
    for figure in (row_costs(), row_costs("ko")):
        figure.canvas.draw()
        box = figure.legends[0].get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width


def test_the_violating_chord_is_drawn_with_its_gap(well):
    figure = chord(well)
    function, line, gap = figure.axes[0].lines
    x, y = function.get_data()
    np.testing.assert_allclose(y, x**4 - x**2, atol=1e-12)
    assert sorted(line.get_xdata()) == sorted([float(well.chord.x), float(well.chord.y)])
    assert np.ptp(gap.get_ydata()) == pytest.approx(well.chord.excess)
    assert legend(figure)[2] == "the function lies above its chord"


def test_a_convex_function_stands_beside_it_with_a_chord_above(well, bowl):
    figure = chord({"two valleys": well, "one valley": bowl})
    assert [axes.get_title() for axes in figure.axes] == ["two valleys", "one valley"]
    assert [text.get_text() for text in figure.axes[1].texts] == ["no such chord was found"]
    assert len(figure.axes[1].lines) == 2
    assert pixels(figure).std() > 5
    assert len(legend(chord(bowl))) == 2


def test_functions_of_several_coordinates_are_drawn_along_the_chord():
    found = convexity(lambda x: x[0] ** 2 - x[1] ** 2, [(-1.0, 1.0)] * 2)
    axes = chord(found).axes[0]
    assert sorted(axes.lines[1].get_xdata()) == pytest.approx([0.0, 1.0])
    assert axes.get_xlabel() == "from x (0) to y (1)"
    place, value = axes.lines[0].get_data()
    z = found.chord.x + place[:, None] * (found.chord.y - found.chord.x)
    np.testing.assert_allclose(value, z[:, 0] ** 2 - z[:, 1] ** 2, atol=1e-12)


def test_nothing_is_no_picture():
    with pytest.raises(ValueError, match="nothing to draw"):
        chord({})


@pytest.mark.skipif(hangul_font() is None, reason="no font with Hangul is installed")
def test_pictures_speak_korean(well):
    assert legend(chord(well, language="ko"))[:2] == ["함수", "현"]
    assert row_costs("ko").axes[1].get_xlabel() == "선형 예측값  η"

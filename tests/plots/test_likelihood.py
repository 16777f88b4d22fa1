import math

import numpy as np
import pytest

from osolgil.likelihood import Binomial, maximum_likelihood, table
from osolgil.plots import likelihood, likelihood_and_squares
from osolgil.plots.words import hangul_font

HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = np.array([115.0, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164])


@pytest.fixture(scope="module")
def tosses():
    return maximum_likelihood("binomial", 4, trials=5)


@pytest.fixture(scope="module")
def women():
    return maximum_likelihood("normal", WEIGHTS)


def longest(axes):
    return max(axes.lines, key=lambda line: len(line.get_xdata())).get_data()


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def test_both_panels_draw_the_binomial_s_likelihood(tosses):
    figure = likelihood(tosses)
    left, right = figure.axes
    p, relative = longest(left)
    best = 0.8**4 * 0.2
    np.testing.assert_allclose(relative, p**4 * (1 - p) / best, rtol=1e-9, atol=1e-12)
    p, logs = longest(right)
    np.testing.assert_allclose(logs, np.log(5 * p**4 * (1 - p)), rtol=1e-9)
    assert 0 < p.min() < 0.37 < 0.98 < p.max() < 1


def test_the_legend_tells_estimate_interval_and_cut(tosses):
    assert legend(likelihood(tosses)) == ["estimate 0.8", "95% likelihood interval: 0.3718 – 0.9874", "ℓmax − 1.92"]
    assert legend(likelihood(tosses, level=0.9))[2] == "ℓmax − 1.35"


def test_a_normal_sample_is_drawn_by_its_profiles(women):
    spread = np.std(WEIGHTS)
    mu, relative = longest(likelihood(women).axes[0])
    np.testing.assert_allclose(relative, (1 + ((mu - WEIGHTS.mean()) / spread) ** 2) ** -7.5, rtol=1e-7)
    figure = likelihood(women, "sigma")
    sigma, logs = longest(figure.axes[1])
    exact = -7.5 * np.log(2 * math.pi * sigma**2) - 15 * spread**2 / (2 * sigma**2)
    np.testing.assert_allclose(logs, exact, rtol=1e-9)
    assert figure.axes[1].get_xlabel() == "σ"
    with pytest.raises(ValueError, match="no parameter 'tau'; choose one of mu, sigma"):
        likelihood(women, "tau")


def test_an_estimate_on_the_boundary_is_drawn_where_it_lies():
    figure = likelihood(maximum_likelihood("binomial", 5, trials=5))
    p, relative = longest(figure.axes[0])
    assert (p.max(), relative.max()) == (1.0, 1.0)
    np.testing.assert_allclose(relative, p**5, rtol=1e-9)


def test_candidates_are_bars_with_their_fractions():
    figure = likelihood(maximum_likelihood("binomial", 4, [1 / 2, 3 / 4], trials=5))
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    assert heights == [5 / 32, 405 / 1024]
    assert [text.get_text() for text in figure.axes[0].texts] == ["5/32", "405/1024"]
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["1/2", "3/4"]
    tops = [bar.get_y() + bar.get_height() for bar in figure.axes[1].patches]
    assert tops == pytest.approx([math.log(5 / 32), math.log(405 / 1024)])
    assert legend(figure) == ["most likely"]


def test_an_impossible_candidate_has_no_bar():
    figure = likelihood(maximum_likelihood("bernoulli", [1, 0], [1, 1 / 2, 1 / 4]))
    assert figure.axes[0].patches[0].get_height() == 0
    assert figure.axes[1].patches[0].get_height() == 0
    assert pixels(figure).std() > 5


def test_a_table_has_a_group_of_bars_for_each_value_and_a_star_on_the_likeliest():
    figure = likelihood(table(Binomial(5), [1 / 2, 3 / 4]))
    [axes] = figure.axes
    assert [bar.get_height() * 1024 for bar in axes.patches[6:]] == [1, 15, 90, 270, 405, 243]
    stars = sorted(float(line.get_ydata()[0]) for line in axes.lines)
    assert stars == sorted([1 / 32, 5 / 32, 10 / 32, 10 / 32, 405 / 1024, 243 / 1024])


def test_likelihood_and_squares_have_one_optimum():
    figure = likelihood_and_squares(WEIGHTS, HEIGHTS)
    upper, lower = (longest(axes) for axes in figure.axes)
    best = np.polyfit(WEIGHTS, HEIGHTS, 1)[0]
    assert upper[0][np.argmax(upper[1])] == pytest.approx(best)
    assert lower[0][np.argmin(lower[1])] == pytest.approx(best)
    rss = np.array([((HEIGHTS - HEIGHTS.mean() - b * (WEIGHTS - WEIGHTS.mean())) ** 2).sum() for b in lower[0]])
    np.testing.assert_allclose(lower[1], rss, rtol=1e-10)
    variance = rss.min() / 15
    np.testing.assert_allclose(upper[1], -7.5 * np.log(2 * np.pi * variance) - rss / (2 * variance), rtol=1e-10)
    assert legend(figure) == ["one optimum: 0.28725"]


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1.0, 2.0], [1.0, 2.0], "at least three finite numbers"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], "x is 1 in every row"),
        ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], "The line is exact"),
    ],
)
def test_data_that_have_no_such_picture_are_refused(x, y, words):
    with pytest.raises(ValueError, match=words):
        likelihood_and_squares(x, y)


@pytest.mark.skipif(hangul_font() is None, reason="no font with Hangul is installed")
def test_pictures_speak_korean(tosses):
    figure = likelihood(tosses, language="ko", title="다섯 번 중 네 번")
    assert figure.axes[1].get_ylabel() == "로그우도  ℓ"
    assert legend(figure)[0] == "추정값 0.8"
    assert likelihood_and_squares(WEIGHTS, HEIGHTS, language="ko").axes[1].get_ylabel() == "잔차제곱합  RSS"
    assert pixels(figure).std() > 5

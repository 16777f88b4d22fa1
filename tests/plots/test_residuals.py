import sys
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from scipy import stats

from osolgil.plots import leverage, qq, residuals
from osolgil.plots.models import GUIDE
from osolgil.plots.residuals import WORDS, smooth
from osolgil.plots.words import KOREAN, hangul_font, has_hangul
from osolgil.regression import NoInference, as_family, fit

RNG = np.random.default_rng(2)
X = np.linspace(0.0, 4.0, 30)
TABLE = {"x": X, "y": 1 + 2 * X + 0.3 * np.cos(7 * X), "count": RNG.poisson(np.exp(0.4 * X)).astype(float)}


@pytest.fixture(scope="module")
def line():
    return fit("y ~ x", TABLE)


@pytest.fixture(scope="module")
def poisson():
    return fit("count ~ x", TABLE, family="poisson")


def dots(figure):
    """What is drawn as points without a line."""
    return next(
        np.transpose(each.get_data())
        for each in figure.axes[0].lines
        if each.get_marker() == "o" and each.get_linestyle() == "None"
    )


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_residuals_are_drawn_against_the_fitted_mean_of_a_line(line):
    figure = residuals(line)
    assert np.allclose(dots(figure), np.column_stack([line.predict(), line.residuals("response")]))
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("fitted mean", "residual")
    assert legend(figure) == ["rows", "smooth"]


def test_residuals_of_counts_are_randomized_and_drawn_against_the_linear_predictor(poisson):
    figure = residuals(poisson, seed=3)
    expected = np.column_stack([poisson.predict(kind="link"), poisson.residuals("quantile", seed=3)])
    assert np.allclose(dots(figure), expected)
    assert figure.axes[0].get_ylabel() == "quantile residual"
    assert "95% lie between, if the model is right" in legend(figure)
    assert residuals(poisson, "pearson").axes[0].get_ylabel() == "Pearson residual"


def test_the_smooth_curve_follows_a_bend_and_of_a_line_is_that_line():
    grid, heights = smooth(X, 3 - 0.5 * X, np.ones(30))
    assert np.allclose(heights, 3 - 0.5 * grid)
    grid, heights = smooth(X, (X - 2) ** 2, np.ones(30))
    assert np.abs(heights - (grid - 2) ** 2).max() < 1
    assert heights[0] > heights[len(grid) // 2] < heights[-1]
    one, other = smooth(np.repeat(X, 2), np.repeat(X**2, 2), np.ones(60)), smooth(X, X**2, np.full(30, 2.0))
    assert np.allclose(np.interp(X, *one), np.interp(X, *other), atol=0.1)


def test_the_smooth_curve_stands_few_values_and_rows_that_do_not_count():
    grid, heights = smooth(np.repeat([0.0, 1.0], 10), np.repeat([2.0, 5.0], 10), np.ones(20))
    assert grid.tolist() == [0.0, 1.0]
    assert np.allclose(heights, [2.0, 5.0])
    assert smooth(np.zeros(5), np.arange(5.0), np.ones(5))[1].tolist() == [2.0]


def test_many_rows_are_thinned_and_the_legend_says_so(line, monkeypatch):
    monkeypatch.setattr("osolgil.plots.models.MOST_POINTS", 50)
    # The function of that name hides the module in its package.
    monkeypatch.setattr(sys.modules["osolgil.plots.residuals"], "MOST_RANKS", 40)
    x = np.linspace(0, 1, 120)
    sample = replace(line.sample, X=np.column_stack([np.ones(120), x]), y=x + np.sin(x**2 * 100))
    many = replace(line, sample=sample)
    figure = residuals(many)
    assert len(dots(figure)) == 50
    assert legend(figure)[0] == "rows (50 / 120)"
    drawn, scores = dots(qq(many)), many.residuals("quantile")
    assert 20 < len(drawn) <= 40
    assert drawn[[0, -1], 1].tolist() == [scores.min(), scores.max()]


def test_the_quantile_picture_has_the_order_statistics_of_normal_draws_as_its_band(line):
    figure = qq(line, level=0.9)
    points = dots(figure)
    assert np.allclose(points[:, 1], np.sort(line.residuals("quantile")))
    middle = stats.norm.ppf(stats.beta(3, 28).ppf(0.5))
    assert points[2, 0] == pytest.approx(middle)
    vertices = figure.axes[0].collections[0].get_paths()[0].vertices
    ends = vertices[np.isclose(vertices[:, 0], middle), 1]
    assert [ends.min(), ends.max()] == pytest.approx(stats.norm.ppf(stats.beta(3, 28).ppf([0.05, 0.95])))
    assert legend(figure) == ["rows", "normal", "90% at each rank, if the model is right"]


def test_a_row_that_repeats_has_a_point_for_each_time(poisson):
    times = 1.0 + np.arange(30) % 3
    weighted = replace(poisson, sample=replace(poisson.sample, weights=times))
    assert len(dots(qq(weighted))) == times.sum()
    with pytest.raises(ValueError, match=r"weights of these rows are repetitions, 75 in all; .* takes whole numbers"):
        qq(replace(poisson, sample=replace(poisson.sample, weights=np.full(30, 2.5))))


def test_leverage_has_contours_of_cook_s_distance_and_names_the_most_influential_rows():
    x, y = np.append(X[:20], 9.0), np.append(TABLE["y"][:20], 0.0)
    x[2] = np.nan
    model = fit("y ~ x", {"x": x, "y": y}, missing="drop")
    figure = leverage(model, labels=2)
    h, left = model.leverage, model.residuals("standardized")
    assert np.allclose(dots(figure), np.column_stack([h, left]))
    worst = np.argsort(-model.cooks_distance)[:2]
    told = [text.get_text() for text in figure.axes[0].texts]
    assert told[0] == "row 20"  # in the table, of which row 2 was dropped
    assert told == [f"row {model.design.kept_rows[row]}" for row in worst]
    contours = [each for each in figure.axes[0].lines if each.get_color() == GUIDE and len(each.get_xdata()) == 400]
    distances = [each.get_ydata() ** 2 * each.get_xdata() / (1 - each.get_xdata()) / 2 for each in contours]
    assert np.allclose([each.mean() for each in distances], [0.5, 0.5, 1, 1])
    assert legend(figure) == ["rows", "Cook’s distance 0.5", "Cook’s distance 1"]


def test_words_are_korean_where_a_font_has_them(line, poisson):
    assert set(WORDS.values()) <= set(KOREAN)
    for figure in (residuals(line, language="ko"), qq(poisson, language="ko"), leverage(line, language="ko")):
        told = [figure.axes[0].get_ylabel(), *legend(figure)]
        assert all(map(has_hangul, told)) or hangul_font() is None
    with pytest.raises(ValueError, match="language='fr' is not known"):
        residuals(line, language="fr")


def test_pictures_are_drawn_in_ink(line, poisson):
    for figure in (residuals(poisson), leverage(line)):
        figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
        assert (pixels == np.array(to_rgb(GUIDE)) * 255).all(axis=2).sum() > 500


def test_what_has_no_residuals_or_no_optimum_is_refused(line, tmp_path):
    from osolgil import load

    line.save(tmp_path / "line.json")
    for draw in (residuals, qq, leverage):
        with pytest.raises(ValueError, match="A loaded model has no rows"):
            draw(load(tmp_path / "line.json"))
        with pytest.raises(TypeError, match="of one FittedModel, which fit returns, not of a dict"):
            draw({"line": line})
    away = replace(line, standing=replace(line.standing, inference=None, refusal="Far from it."))
    with pytest.raises(NoInference, match="Far from it"):
        leverage(away)
    robust = replace(away, family=as_family("huber"))
    assert residuals(robust).axes[0].get_ylabel() == "residual"
    with pytest.raises(ValueError, match="Huber loss is not a likelihood"):
        qq(robust)

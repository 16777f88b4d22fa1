import numpy as np
import pytest

from osolgil.plots import fitted_curve
from osolgil.regression import fit_curve, least_squares

X = np.linspace(0.5, 6, 12)
SIGMA = np.linspace(0.05, 0.3, 12)
Y = 5 * (1 - np.exp(-0.7 * X)) + SIGMA * np.random.default_rng(3).normal(size=12)
FORMULA = "b1*(1 - exp(-b2*x))"


def fitted(**options):
    return fit_curve(FORMULA, {"x": X, "y": Y}, start={"b1": 3.0, "b2": 1.0}, **options)


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def edges(collection):
    """The band's ends at the left edge of the picture."""
    vertices = collection.get_paths()[0].vertices
    return np.sort(vertices[np.isclose(vertices[:, 0], vertices[:, 0].min())][:, 1])[[0, -1]]


def test_the_bands_are_those_of_the_predictions_and_the_points_are_the_data():
    fit = fitted()
    figure = fitted_curve(fit, level=0.9)
    assert legend(figure) == ["90% prediction band", "90% confidence band", "fitted curve", "data"]
    (axes,) = figure.axes
    new, own = axes.collections
    x0 = axes.get_xlim()[0]
    found = fit.predict({"x": [x0]}, "interval", level=0.9)
    np.testing.assert_allclose(edges(new), [found.new_lower[0], found.new_upper[0]], rtol=1e-9)
    np.testing.assert_allclose(edges(own), [found.lower[0], found.upper[0]], rtol=1e-9)
    curve, dots = axes.lines
    np.testing.assert_allclose(curve.get_ydata(), fit.predict({"x": curve.get_xdata()}), rtol=1e-12)
    np.testing.assert_array_equal(np.transpose(dots.get_data()), np.transpose([X, Y]))
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("x", "y", f"y = {FORMULA}")


def test_deviations_that_were_given_are_bars_and_there_is_no_band_for_a_new_observation():
    figure = fitted_curve(fitted(sigma=SIGMA, absolute_sigma=True), language="ko")
    assert "데이터, ± 표준편차" in legend(figure)
    assert "95% 신뢰구간" in legend(figure)
    assert len(legend(figure)) == 3
    bars = next(each for each in figure.axes[0].collections if hasattr(each, "get_segments"))
    lengths = [float(np.ptp(segment[:, 1])) for segment in bars.get_segments()]
    np.testing.assert_allclose(lengths, 2 * SIGMA, rtol=1e-9)


def test_without_standard_errors_there_are_no_bands():
    exact = fit_curve("a + b*x", {"x": X, "y": 1 + 2 * X}, start={"a": 0.0, "b": 0.0})
    assert legend(fitted_curve(exact)) == ["fitted curve", "data"]


def test_a_response_that_is_an_expression_is_drawn_as_such_and_names_may_be_given():
    fit = fit_curve("log(y) = a + b*x", {"x": X, "y": Y}, start={"a": 0.0, "b": 0.0})
    axes = fitted_curve(fit, names=("시간", "log"), title="직선").axes[0]
    np.testing.assert_allclose(axes.lines[1].get_ydata(), np.log(Y))
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("시간", "log", "직선")


def test_what_has_no_one_axis_is_refused():
    two = fit_curve("a*x + b*z", {"x": X, "z": X**2, "y": Y}, start={"a": 1.0, "b": 1.0})
    with pytest.raises(ValueError, match="depends on 2 columns: x, z"):
        fitted_curve(two)
    with pytest.raises(ValueError, match="nothing to predict"):
        fitted_curve(least_squares(lambda p, y: p[0] - y, [0.0], data=(Y,)))

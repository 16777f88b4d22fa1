import numpy as np
import pytest

from osolgil.plots import decision_boundary, fitted_line
from osolgil.plots.regression import Logistic
from osolgil.regression import fit

X = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
Y = np.array([1.0, 2.9, 5.2, 6.8, 9.1, 11.0])

FEATURES = np.array([[0.0, 0.0], [1.0, 0.5], [0.5, 1.5], [2.0, 2.5], [3.0, 1.0], [2.5, 3.0], [1.2, 1.4], [1.0, 2.2]])
LABELS = np.array([0, 1, 0, 1, 0, 1, 1, 0])


def line(figure, label):
    return next(each for each in figure.axes[0].lines if each.get_label() == label)


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def test_a_fitted_line_is_intercept_plus_slope_times_x():
    x, y = line(fitted_line(X, Y, {"guess": (1.0, 2.0)}), "guess").get_data()
    assert np.allclose(y, 1.0 + 2.0 * x)
    assert x.min() < 0.0 < 5.0 < x.max()


def test_the_band_is_that_of_the_textbook():
    model = fit(X=X, y=Y)
    figure = fitted_line(X, Y, {"exact": model})
    assert legend(figure) == ["95% confidence band", "data", "exact"]
    edge = figure.axes[0].collections[0].get_paths()[0].vertices
    at_start = edge[np.isclose(edge[:, 0], edge[:, 0].min())][:, 1]
    x0 = edge[:, 0].min()
    slope, intercept = np.polyfit(X, Y, 1)
    s = np.sqrt(np.sum((Y - intercept - slope * X) ** 2) / 4)
    half = 2.7764451052 * s * np.sqrt(1 / 6 + (x0 - X.mean()) ** 2 / np.sum((X - X.mean()) ** 2))
    assert at_start.max() - at_start.min() == pytest.approx(2 * half, rel=1e-8)


def test_coefficients_alone_have_no_band():
    figure = fitted_line(X, Y, {"guess": (1.0, 2.0)})
    assert legend(figure) == ["data", "guess"]
    assert not figure.axes[0].collections


def test_a_line_far_off_does_not_squeeze_the_data_and_the_legend_says_so():
    figure = fitted_line(X, Y, {"start": (1000.0, 5.0), "exact": (1.0, 2.0)})
    low, high = figure.axes[0].get_ylim()
    assert high - low < 3 * np.ptp(Y)
    assert legend(figure)[1] == "start\n(leaves the picture)"
    assert pixels(figure).std() > 5


def test_a_function_may_be_drawn_in_place_of_coefficients():
    x, y = line(fitted_line(X, Y, {"curve": lambda x: x**2}), "curve").get_data()
    assert np.array_equal(y, x**2)


@pytest.mark.parametrize(("x", "y"), [([1.0, 2.0], [1.0]), ([np.nan], [1.0]), ([], [])])
def test_data_that_are_none_are_refused(x, y):
    with pytest.raises(ValueError, match="a fitted line needs two columns of finite numbers"):
        fitted_line(x, y, {"guess": (0.0, 1.0)})


def test_fits_of_the_wrong_shape_and_no_fits_are_refused():
    with pytest.raises(ValueError, match=r"'guess' has coefficients of shape \(3,\); an intercept and 1 slope"):
        fitted_line(X, Y, {"guess": (0.0, 1.0, 2.0)})
    with pytest.raises(ValueError, match="no fits to draw"):
        fitted_line(X, Y, {})
    with pytest.raises(ValueError, match=r"an intercept and 2 slopes are \(3,\)"):
        decision_boundary(FEATURES, LABELS, {"guess": (0.0, 1.0)})


def test_the_boundary_is_where_the_linear_predictor_is_zero():
    figure = decision_boundary(FEATURES, LABELS, {"guess": (-3.0, 1.0, 1.0)})
    (half,) = [each for each in figure.axes[0].collections if list(getattr(each, "levels", [])) == [0.5]]
    vertices = np.concatenate([path.vertices for path in half.get_paths()])
    assert len(vertices) > 10
    assert np.allclose(vertices.sum(axis=1), 3.0, atol=1e-3)


def test_a_fitted_model_is_drawn_as_its_coefficients():
    model = fit(X=FEATURES, y=LABELS.astype(float), family="bernoulli")
    assert np.allclose(Logistic(model.vector)(FEATURES), model.predict(), atol=1e-12)
    figure = decision_boundary(FEATURES, LABELS, {"exact": model}, classes=("no", "yes"))
    assert legend(figure) == ["exact:\nprobability one half", "no", "yes"]
    assert pixels(figure).std() > 10


def test_every_row_is_drawn_under_its_class():
    figure = decision_boundary(FEATURES, LABELS, {"guess": (-3.0, 1.0, 1.0)})
    zeros, ones = (np.transpose(each.get_data()) for each in figure.axes[0].lines)
    assert np.array_equal(zeros, FEATURES[LABELS == 0])
    assert np.array_equal(ones, FEATURES[LABELS == 1])


def test_probabilities_neither_overflow_nor_warn_far_away():
    assert Logistic(np.array([0.0, 1.0, 0.0]))(np.array([[1e6, 0.0], [-1e6, 0.0]])).tolist() == [1.0, 0.0]


def test_a_model_that_never_says_one_half_has_no_boundary():
    figure = decision_boundary(FEATURES, LABELS, {"sure": (50.0, 0.0, 0.0)})
    assert not [each for each in figure.axes[0].collections if list(getattr(each, "levels", [])) == [0.5]]


def test_wrong_features_and_labels_are_refused():
    with pytest.raises(ValueError, match=r"needs finite features of shape \(rows, 2\)"):
        decision_boundary(FEATURES[:, :1], LABELS, {"guess": (0.0, 1.0, 1.0)})
    with pytest.raises(ValueError, match=r"y holds \[1, 2\]; labels must be 0 and 1"):
        decision_boundary(FEATURES, LABELS + 1, {"guess": (0.0, 1.0, 1.0)})

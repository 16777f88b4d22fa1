from dataclasses import replace

import numpy as np
import pytest

from osolgil import Status
from osolgil.plots import calibration, coefficients, roc
from osolgil.plots.words import hangul_font, has_hangul
from osolgil.regression import Categorical, CategoricalModel, Huber, Inference, NoInference, fit
from osolgil.regression import calibration as calibration_of
from osolgil.regression import roc as roc_of
from osolgil.regression.constraints import CONSTRAINED
from osolgil.regression.inference import Standing
from osolgil.regression.penalties import Ridge

RNG = np.random.default_rng(4)
X, Z = RNG.normal(size=(2, 80))
TABLE = {
    "x": X,
    "z": Z,
    "y": (RNG.random(80) < 1 / (1 + np.exp(-2 * X))).astype(float),
    "size": 3 * X - Z + RNG.normal(size=80),
}


@pytest.fixture(scope="module")
def model():
    return fit("y ~ x", TABLE, family="bernoulli")


@pytest.fixture(scope="module")
def line():
    return fit("size ~ x + z", TABLE)


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_roc_curves_are_drawn_with_their_areas_and_intervals(model):
    figure = roc({"own rows": model, "again": model})
    found = roc_of(model)
    curve = figure.axes[0].lines[1]
    assert np.array_equal(curve.get_xdata(), found.false_positives)
    assert np.array_equal(curve.get_ydata(), found.true_positives)
    low, high = found.interval
    area = f"AUC {found.auc:.3f}  (95%: {low:.3f} – {high:.3f})"
    assert legend(figure) == [f"own rows\n{area}", f"again\n{area}", "by chance: AUC 0.5"]
    assert legend(roc(model))[0] == area


def test_an_area_without_an_interval_is_told_without_one(model):
    four = {"x": [-2.0, -1.0, 1.0, 2.0], "y": [0, 0, 1, 1]}
    assert legend(roc(model, four))[0] == "AUC 1.000"


def test_calibration_is_drawn_with_its_intervals(model):
    half = {name: column[::2] for name, column in TABLE.items()}
    figure = calibration(model, half, bins=4, level=0.9)
    found = calibration_of(model, half, bins=4, level=0.9)
    points = figure.axes[0].lines[-1]
    assert np.array_equal(points.get_xdata(), found.predicted)
    assert np.array_equal(points.get_ydata(), found.observed)
    [bars] = figure.axes[0].collections
    ends = np.array([[segment[0, 1], segment[1, 1]] for segment in bars.get_segments()])
    assert np.allclose(ends, np.column_stack([found.lower, found.upper]))
    assert legend(figure) == ["observed share", "90% confidence interval", "as predicted"]
    assert legend(calibration({"a": model}))[0] == "a"


@pytest.mark.parametrize("draw", [roc, calibration])
def test_square_axes_leave_room_for_their_labels_beside_a_wide_legend(draw, model):
    figure = draw({"a model of one column": model, "the same, by a longer name": model})
    figure.canvas.draw()
    label = figure.axes[0].yaxis.label.get_window_extent()
    assert label.x0 > 0
    assert figure.axes[0].get_window_extent().x1 < figure.legends[0].get_window_extent().x0


def test_words_are_korean_where_a_font_has_them(model):
    for figure in (roc(model, language="ko"), calibration(model, language="ko")):
        told = [figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel(), legend(figure)[-1]]
        assert all(map(has_hangul, told)) or hangul_font() is None


def test_coefficients_are_points_on_their_intervals(line):
    figure = coefficients(line, level=0.9)
    [points] = figure.axes[0].lines[1:]
    assert np.allclose(points.get_xdata(), line.vector[1:])
    segments = [segment[:, 0] for segment in figure.axes[0].collections[0].get_segments()]
    assert np.allclose(segments, [line.intervals(0.9)[name] for name in ("x", "z")])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["x", "z"]
    assert legend(figure) == ["90% confidence interval"]
    everything = coefficients(line, names=["z", "Intercept"])
    assert [label.get_text() for label in everything.axes[0].get_yticklabels()] == ["z", "Intercept"]


def test_standardized_coefficients_are_those_of_standardized_columns(line):
    scaled = fit("size ~ x + z", TABLE | {name: TABLE[name] / TABLE[name].std() for name in "xz"})
    drawn = coefficients(line, standardized=True).axes[0].lines[-1].get_xdata()
    assert np.allclose(drawn, scaled.vector[1:], rtol=1e-9)


def test_models_need_not_share_columns_and_those_without_intervals_say_why(line):
    small = fit("size ~ x", TABLE)
    shrunk = fit("size ~ x + z", TABLE, penalty=Ridge(0.5))
    robust = replace(small, family=Huber(), standing=Standing(None, None, "It is not a likelihood."))
    held = replace(small, standing=Standing(None, None, CONSTRAINED))
    figure = coefficients({"whole": line, "small": small, "ridge": shrunk, "Huber": robust, "held": held})
    assert legend(figure) == [
        "whole\n(95% confidence interval)",
        "small\n(95% confidence interval)",
        "ridge\n(no intervals: penalized)",
        "Huber\n(no intervals: no likelihood)",
        "held\n(no intervals: bounds or constraints)",
    ]
    again = coefficients({"ridge": shrunk, "Huber": robust, "held": held}, standardized=True, language="ko")
    assert all(map(has_hangul, legend(again))) or hangul_font() is None
    axes = figure.axes[0]
    assert [len(each.get_xdata()) for each in axes.lines[1:]] == [2, 1, 2, 1, 1]
    assert len(axes.collections) == 2
    assert axes.lines[3].get_markerfacecolor() == "white"
    # Those of one coefficient stand together, the first on top.
    heights = [each.get_ydata()[0] for each in axes.lines[1:]]
    assert heights == sorted(heights, reverse=True)
    assert -0.5 < min(heights) < max(heights) < 0.5


def test_coefficients_of_classes_are_drawn_class_by_class(line):
    sample = line.sample
    family, names = Categorical(), ("b", "c")
    design = replace(fit(X=sample.X[:, 1:], y=sample.y, columns=["x", "z"]).design, levels=("a", *names))
    vector, place = np.arange(6.0), Standing(np.zeros(6), Inference(np.eye(6), None, None), None)
    model = CategoricalModel(design, family, "newton", "", vector, place, line.goodness, (), True, "", sample=sample)
    axes = coefficients(model, standardized=True).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["b: x", "b: z", "c: x", "c: z"]
    deviations = np.tile([X.std(), Z.std()], 2)
    assert np.allclose(axes.lines[1].get_xdata(), np.array([1, 2, 4, 5]) * deviations)
    ends = [segment[:, 0] for segment in axes.collections[0].get_segments()]
    assert np.allclose(np.ptp(ends, axis=1), 2 * 1.959963984540054 * deviations)
    with pytest.raises(TypeError, match="'classes' is a CategoricalModel"):
        roc({"classes": model})


def test_what_cannot_be_drawn_is_refused_in_a_sentence(line, model, tmp_path):
    from osolgil import load

    walked = replace(line, standing=Standing(np.ones(3), None, "Far from it."))
    with pytest.raises(NoInference, match=r"Far from it\."):
        coefficients({"walked": walked})
    short = replace(line.result, status=Status.STEP_LIMIT, success=False, message="Stopped after 3 steps.")
    hurried = replace(line, standing=Standing(None, None, CONSTRAINED), result=short)
    with pytest.raises(NoInference, match="The coefficients have not arrived: Stopped after 3 steps"):
        coefficients(hurried)
    with pytest.raises(ValueError, match="There is no coefficient 'zz'"):
        coefficients(line, names=["x", "zz"])
    wide = fit(X=RNG.normal(size=(60, 26)), y=RNG.normal(size=60))
    with pytest.raises(ValueError, match="26 coefficients are to be drawn, and 25 at most can be read on one slide"):
        coefficients(wide)
    with pytest.raises(ValueError, match="There are no models to draw"):
        coefficients({})
    with pytest.raises(TypeError, match="'line' is a ndarray; the picture is of what fit returns"):
        roc({"line": line.vector})
    with pytest.raises(ValueError, match="Gaussian family has others"):
        roc(line)
    line.save(tmp_path / "line.json")
    loaded = load(tmp_path / "line.json")
    assert legend(coefficients(loaded)) == ["95% confidence interval"]
    with pytest.raises(ValueError, match="no rows to take the columns' standard deviations from"):
        coefficients(loaded, standardized=True)
    with pytest.raises(ValueError, match="level=95 must lie between 0 and 1"):
        calibration(model, level=95)

import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.methods import Adam, GradientDescent
from osolgil.plots import batch_paths, contour, panels, words
from osolgil.plots.plane import plane, valley_levels
from osolgil.plots.runs import runs_of
from osolgil.problems import BlackBox, surfaces
from osolgil.problems.many_points import values_at
from osolgil.protocol import Layout


def line(axes, label):
    return next(each for each in axes.lines if each.get_label() == label)


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def test_paths_are_drawn_point_for_point(beale, walks):
    figure = contour(beale, walks)
    for label, walk in zip(("Gradient descent", "Momentum", "Adam"), walks, strict=True):
        drawn = line(figure.axes[0], label)
        assert np.array_equal(np.transpose(drawn.get_data()), walk.trace.path)


def test_the_legend_names_runs_and_landmarks(beale, walks):
    assert legend(contour(beale, walks)) == [
        "Gradient descent",
        "Momentum",
        "Adam",
        "minimum",
        "saddle point",
        "start",
    ]


def test_landmarks_stand_where_they_are(beale, walks):
    stars = [each for each in contour(beale, walks).axes[0].lines if each.get_marker() == "*"]
    assert [tuple(np.ravel(each.get_data())) for each in stars] == [(3.0, 0.5)]


def test_labels_given_by_hand_are_used(beale, walks):
    figure = contour(beale, {"slow": walks[0], "fast": walks[1]})
    assert legend(figure)[:2] == ["slow", "fast"]


def test_two_runs_of_one_method_are_told_apart_by_what_differs(walks, beale):
    again = minimize(beale, method=Adam(0.1), stop=Stop(steps=2), record="path")
    assert [run.label for run in runs_of([walks[2], again])] == ["Adam, learning rate 0.3", "Adam, learning rate 0.1"]
    assert len({run.look for run in runs_of([walks[2], again])}) == 2


def test_the_picture_is_drawn_in_korean_where_a_font_has_hangul(beale, walks, monkeypatch):
    monkeypatch.setattr(words, "hangul_font", lambda: "NanumGothic")
    assert legend(contour(beale, walks[0], language="ko")) == ["Gradient descent", "최소점", "안장점", "출발점"]
    monkeypatch.setattr(words, "hangul_font", lambda: None)
    assert legend(contour(beale, walks[0], language="ko")) == ["Gradient descent", "minimum", "saddle point", "start"]


def test_pictures_are_not_blank(beale, walks):
    assert pixels(contour(beale, walks)).std() > 20


def test_a_run_without_a_path_is_refused(beale, silent):
    with pytest.raises(ValueError, match=r'recorded no path; run it again with minimize\(\.\.\., record="path"\)'):
        contour(beale, silent)


def test_something_else_than_a_result_is_refused(beale):
    with pytest.raises(TypeError, match="3 is no Result"):
        contour(beale, [3])


@pytest.mark.parametrize("window", [((0, 1), (2, 2)), ((0, 1),), ((0, np.inf), (0, 1)), "around"])
def test_a_window_that_is_none_is_refused(beale, window):
    with pytest.raises(ValueError, match="must be two finite intervals"):
        contour(beale, window=window)


def test_nothing_to_go_by_is_refused():
    with pytest.raises(ValueError, match="Nothing says which part to show"):
        contour(lambda x: x @ x)


def test_one_coordinate_is_refused():
    with pytest.raises(ValueError, match="A contour needs two coordinates"):
        contour(surfaces.named("square"))


def test_axes_that_are_not_there_are_refused(beale):
    with pytest.raises(ValueError, match=r"axes=\(0, 2\) must be two different coordinates out of 0 to 1"):
        contour(beale, axes=(0, 2))


def test_a_path_that_leaves_the_window_is_cut_and_named():
    bowl = surfaces.named("bowl")
    away = minimize(bowl, method=GradientDescent(0.5), stop=Stop(steps=400), record="path")
    figure = contour(bowl, away)
    assert legend(figure)[0] == "Gradient descent\n(leaves the picture)"
    drawn = np.transpose(line(figure.axes[0], "Gradient descent").get_data())
    assert np.array_equal(drawn, away.trace.path[: len(drawn)])
    assert np.abs(drawn).max() < 50 * 24
    pixels(figure)


def test_the_window_of_paths_holds_paths_and_minimum(beale, walks):
    axes = contour(beale, walks, window="paths").axes[0]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    points = np.concatenate([*(walk.trace.path for walk in walks), [[3.0, 0.5]]])
    assert left < points[:, 0].min() < points[:, 0].max() < right < 4.5
    assert bottom < points[:, 1].min() < points[:, 1].max() < top < 4.5


def test_more_coordinates_are_cut_through_the_answer():
    rosenbrock = surfaces.named("rosenbrock", n=3)
    run = minimize(rosenbrock, method=GradientDescent(1e-3), stop=Stop(steps=5), record="path")
    found = plane(rosenbrock, runs_of(run), window=((0, 1), (0, 2)), axes=(1, 2), through=None, count=3)
    x = np.array([run.x[0], 1.0, 2.0])
    assert found.z[2, 2] == pytest.approx(
        float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)), rel=1e-12
    )


def test_values_on_the_plane_are_those_of_the_function_row_by_row():
    found = plane(lambda x: x[0] + 10 * x[1], [], window=((0, 2), (0, 1)), axes=(0, 1), through=None, count=3)
    assert found.z.tolist() == [[0.0, 1.0, 2.0], [5.0, 6.0, 7.0], [10.0, 11.0, 12.0]]


def test_a_black_box_is_asked_point_by_point():
    asked = []

    def f(x):
        asked.append(np.array(x))
        return float(x[0] * x[1])

    values = values_at(BlackBox(f), np.array([[1.0, 2.0], [3.0, 4.0]]), Layout.of(np.zeros(2)))
    assert values.tolist() == [2.0, 12.0]
    assert len(asked) == 2


def test_parts_that_are_not_finite_are_left_blank():
    figure = contour(lambda x: jnp.log(x[0]) ** 2 + x[1] ** 2, window=((-1, 2), (-1, 1)))
    assert pixels(figure).std() > 5
    with pytest.raises(ValueError, match="No value in the window"):
        contour(lambda x: jnp.log(x[0]) + x[1] ** 2, window=((-2, -1), (-1, 1)))


@pytest.mark.parametrize("name", ["beale", "rosenbrock", "long_valley", "race_saddle", "rastrigin"])
def test_levels_rise_from_just_above_the_lowest_to_the_top(name):
    surface = surfaces.named(name)
    found = plane(surface, [], window=None, axes=(0, 1), through=None, count=101)
    levels = valley_levels(found.z, found.lowest, 18)
    assert len(levels) == 18
    assert (np.diff(levels) > 0).all()
    assert levels[0] > found.lowest
    assert levels[-1] == pytest.approx(found.z.max())


def test_levels_show_a_valley_beside_walls_a_million_times_as_high():
    y = np.linspace(-1.0, 1.0, 401)
    z = np.broadcast_to(1e6 * y[:, None] ** 2, (401, 401)) + np.linspace(0.0, 1.0, 401)
    levels = valley_levels(z, 0.0, 18)
    assert levels[0] < 1.0
    assert (levels < 1e4).sum() >= 6
    assert (np.linspace(0.0, z.max(), 19)[1:] < 1e4).sum() == 0


def test_a_flat_plane_has_two_levels():
    assert valley_levels(np.full((3, 3), 2.0), 2.0).tolist() == [2.0, 3.0]


def test_side_by_side_every_run_has_a_panel_of_its_own_on_the_same_axes(regression):
    problem, runs = regression
    figure = batch_paths(problem, runs, names=("b", "a"), minimum=np.array([2.0, 3.0]))
    assert [axes.get_title() for axes in figure.axes] == ["batch", "mini-batch", "stochastic"]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    for axes, (label, run) in zip(figure.axes, runs.items(), strict=True):
        assert np.array_equal(np.transpose(line(axes, label).get_data()), run.trace.path)
    assert legend(figure) == ["minimum", "start"]
    assert pixels(figure).std() > 20


def test_no_results_side_by_side_are_refused(beale):
    with pytest.raises(ValueError, match="no results to draw side by side"):
        panels(beale, {})

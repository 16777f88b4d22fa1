"""The graph of one variable: every point on the curve above, and at its step below."""

import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.methods import GradientDescent, Momentum
from osolgil.plots import graph
from osolgil.problems import surfaces

STOP = Stop(steps=12, optimality=0.0)


def square(x):
    return x**2


@pytest.fixture(scope="module")
def runs():
    return {
        "right": minimize(square, -3.0, GradientDescent(0.1), stop=STOP, record="path"),
        "oscillating": minimize(square, 3.0, GradientDescent(0.95), stop=STOP, record="path"),
    }


def test_points_lie_on_the_curve_and_below_at_their_step(runs):
    above, below = graph(square, runs).axes
    ends = [line for line in above.lines if len(line.get_xdata()) == 13]
    assert len(ends) == 2
    for line, run in zip(ends, runs.values(), strict=True):
        np.testing.assert_allclose(line.get_xdata(), run.trace.path[:, 0])
        np.testing.assert_allclose(line.get_ydata(), np.square(line.get_xdata()))
    through_time = below.lines[1]
    np.testing.assert_allclose(through_time.get_xdata(), runs["oscillating"].trace.path[:, 0])
    assert through_time.get_ydata().tolist() == list(range(13))
    assert below.get_ylim()[0] > below.get_ylim()[1]


def test_both_walls_are_shown(runs):
    above, _ = graph(square, runs["right"]).axes
    left, right = above.get_xlim()
    assert left < -3 < 3 < right


def test_a_surface_brings_window_title_and_minima():
    well = surfaces.named("double_well")
    walk = minimize(well, method=Momentum(0.02), stop=STOP, record="path")
    figure = graph(well, walk, language="ko")
    assert figure.axes[0].get_xlim() == well.window[0]
    assert figure.axes[0].get_title() == well.title
    stars = [line for line in figure.axes[0].lines if line.get_marker() == "*"]
    assert [float(line.get_xdata()[0]) for line in stars] == pytest.approx([*well.minima[0], *well.local_minima[0]])


def test_a_run_that_ends_outside_is_named(runs):
    figure = graph(square, runs["right"], window=(1.0, 2.0))
    assert "leaves the picture" in figure.legends[0].get_texts()[0].get_text()


def test_a_function_alone_is_one_panel():
    assert len(graph(square, window=(-1.0, 1.0)).axes) == 1


def test_what_cannot_be_drawn_is_refused(runs):
    with pytest.raises(ValueError, match="A graph needs one variable, and this problem has 2"):
        graph(surfaces.named("beale"))
    with pytest.raises(ValueError, match="Nothing says which part to show"):
        graph(square)
    with pytest.raises(ValueError, match=r"window=\(2, 1\) must be two finite numbers"):
        graph(square, window=(2, 1))
    silent = minimize(square, 3.0, GradientDescent(0.1), stop=STOP)
    with pytest.raises(ValueError, match="recorded no path"):
        graph(square, silent)

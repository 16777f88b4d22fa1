import numpy as np
import pytest

from osolgil.plots import surface3d
from osolgil.plots.surface3d import inside_of
from osolgil.problems import surfaces


def heights(figure, colour):
    lines = [line for line in figure.axes[0].lines if line.get_color() == colour]
    return np.asarray(lines[0].get_data_3d())


def test_paths_lie_on_the_surface(beale, walks):
    figure = surface3d(beale, walks[0], height="value", window=((0, 4), (-2, 2)))
    x, y, z = heights(figure, "#000000")
    assert np.array_equal(np.stack([x, y], axis=1), walks[0].trace.path)
    above = z - walks[0].trace.value
    assert (above > 0).all()
    assert np.ptp(above) < 1e-9 * z.max()
    assert above[0] < 0.02 * (figure.axes[0].get_zlim()[1])


def test_walls_a_thousand_times_the_middle_are_drawn_by_their_logarithm_and_the_axis_says_so(beale):
    assert "log" in surface3d(beale).axes[0].get_zlabel()
    assert surface3d(surfaces.named("race_saddle")).axes[0].get_zlabel() == "$f$"
    assert surface3d(beale, height="value").axes[0].get_zlabel() == "$f$"


def test_a_path_is_drawn_only_where_it_is_in_the_window(beale, walks):
    window = ((0.5, 1.2), (0.0, 1.2))
    x, _, z = heights(surface3d(beale, walks[1], window=window), "#000000")
    inside = inside_of(walks[1].trace.path, window)
    assert 0 < inside.sum() < len(inside)
    assert np.array_equal(np.isfinite(x), inside)
    assert np.array_equal(np.isfinite(z), inside)


def test_the_picture_is_not_blank(beale, walks):
    figure = surface3d(beale, walks)
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[..., :3].std() > 20


def test_an_unknown_height_is_refused(beale):
    with pytest.raises(ValueError, match="height='tall' is not known; choose one of 'auto', 'value', 'log'"):
        surface3d(beale, height="tall")


def test_a_run_without_a_path_is_refused(beale, silent):
    with pytest.raises(ValueError, match="recorded no path"):
        surface3d(beale, silent)

import numpy as np
import pytest
from support.made_up_curves import curves_of
from support.made_up_race import honest

from osolgil.races.report import Landscape, gathered
from osolgil.races.report.landscapes import contour_lines, landscape_chart
from osolgil.races.tables import Runs

X, Y = np.linspace(-2, 2, 41), np.linspace(-1, 1, 31)
BOWL = X[None, :] ** 2 + 4 * Y[:, None] ** 2
PATHS = {"adam": np.array([[1.5, 0.8], [0.2, 0.1]]), "momentum": np.array([[1.5, 0.8], [0.5, 0.3], [0.01, 0.02]])}


def bowl(z=BOWL, paths=PATHS):
    return Landscape("bowl", "fully_tuned", 3, X, Y, z, paths, (np.zeros(2),))


def test_contour_lines_are_lines_of_equal_height():
    lines = contour_lines(bowl())
    assert len(lines) >= 16
    for line in lines:
        heights = line[:, 0] ** 2 + 4 * line[:, 1] ** 2
        # straight pieces between the grid's lines, 0.1 apart, and linear interpolation along them
        assert np.ptp(heights) < 0.03
    heights = [line[0, 0] ** 2 + 4 * line[0, 1] ** 2 for line in lines]
    # the lowest line encloses a fiftieth of the window: πh/2 = 8/50
    assert min(heights) == pytest.approx(0.32 / np.pi, rel=0.05)
    assert max(heights) > 4


def test_what_is_not_finite_has_no_contours():
    z = np.where(X[None, :] > 1, np.inf, BOWL)
    assert max(line[:, 0].max() for line in contour_lines(bowl(z))) <= 1


def test_the_chart_has_paths_start_minimum_and_the_window():
    rows, manifest = honest(seeds=6)
    chart = landscape_chart(gathered(Runs.of(rows), manifest, curves_of(rows[-1:])), bowl())
    assert [line.contestant for line in chart.lines] == ["adam", "momentum"]
    assert chart.lines[1].x.tolist() == [1.5, 0.5, 0.01]
    assert [(spot.kind, spot.x, spot.y) for spot in chart.spots] == [("minimum", 0, 0), ("start", 1.5, 0.8)]
    assert (chart.x.low, chart.x.high, chart.y.low, chart.y.high) == (-2, 2, -1, 1)
    assert "seed 3" in chart.caption.en
    assert chart.table.rows[1] == ("momentum", "3", "0.01", "0.02")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"z": BOWL.T}, "heights of shape \\(41, 31\\) do not fit 31 rows and 41 columns"),
        ({"z": BOWL * np.nan}, "no height of bowl is finite"),
        ({"paths": {"adam": np.zeros(2)}}, "the path of adam has shape \\(2,\\)"),
        ({"paths": {"adam": np.zeros((0, 2))}}, "the path of adam has shape \\(0, 2\\)"),
        ({"paths": {}}, "bowl has no path"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        bowl(**wrong)

import numpy as np
import pytest
from matplotlib.colors import to_hex
from support.made_up_curves import curves_of, learning_rates_tuned

from osolgil.plots import race_chart, save, words
from osolgil.plots.style import FIXED
from osolgil.races.report import charts, gathered
from osolgil.races.tables import Runs


@pytest.fixture(scope="module")
def race():
    rows, manifest = learning_rates_tuned(contestants=("gradient_descent", "adam", "adadelta"), seeds=8)
    return charts(gathered(Runs.of(rows), manifest, curves_of(rows))), manifest


def test_the_picture_holds_the_numbers_of_the_chart(race):
    found, manifest = race
    chart = found["curves"]["learning_rate_tuned"][0]
    [axes] = race_chart(chart, manifest).axes
    drawn = [line for line in axes.lines if len(line.get_xdata()) > 100]
    for line, expected in zip(drawn, chart.lines, strict=True):
        assert np.array_equal(line.get_xdata(), expected.x)
        there = np.isfinite(expected.y)
        assert np.array_equal(np.asarray(line.get_ydata())[there], expected.y[there])
        assert np.isnan(np.asarray(line.get_ydata())[~there]).all()
    assert axes.get_ylim() == (chart.y.low, chart.y.high)


def test_contestants_look_as_in_every_picture(race):
    found, manifest = race
    [axes] = race_chart(found["tuning"]["learning_rate_tuned"][0], manifest).axes
    colours = [to_hex(line.get_color()).upper() for line in axes.lines[:3]]
    assert colours == [FIXED[name].colour for name in ("gradient_descent", "adam", "adadelta")]


def test_caption_title_and_failures_are_written_in_the_language_asked_for(race, monkeypatch):
    found, manifest = race
    chart = found["curves"]["learning_rate_tuned"][0]
    english = race_chart(chart, manifest)
    assert english.get_supxlabel().replace("\n", " ") == chart.caption.en
    assert english.axes[0].get_title() == chart.title.en
    assert "adadelta (4 of 8 failed)" in [text.get_text() for text in english.legends[0].get_texts()]
    monkeypatch.setattr("osolgil.plots.race.hangul_font", lambda: words.KNOWN_FONTS[0])
    monkeypatch.setattr("osolgil.plots.words.hangul_font", lambda: words.KNOWN_FONTS[0])
    korean = race_chart(chart, manifest, language="ko")
    assert korean.get_supxlabel().replace("\n", " ") == chart.caption.ko
    assert korean.axes[0].get_xlabel() == "평가 횟수"


def test_every_chart_can_be_written_as_png_and_svg(race, tmp_path):
    found, manifest = race
    keys = set()
    for by_division in found.values():
        for drawn in by_division.values():
            for chart in drawn:
                keys.add(chart.key)
                if chart.key.endswith("valley"):
                    continue  # as the bowl's
                figure = race_chart(chart, manifest)
                assert save(figure, tmp_path / f"{chart.key}.svg").stat().st_size > 10_000
                assert save(figure, tmp_path / f"{chart.key}.png", dpi=40).stat().st_size > 3_000
    assert len(keys) == 2 * 3 + 2


def test_an_unknown_language_is_refused(race):
    found, manifest = race
    with pytest.raises(ValueError, match="language='fr'"):
        race_chart(found["tuning"]["learning_rate_tuned"][0], manifest, language="fr")

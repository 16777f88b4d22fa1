import numpy as np
import pytest
from support.pages import read

from osolgil.plots import style as plots_style
from osolgil.races.report.chart import Axis, Chart, Line, spanning
from osolgil.races.report.looks import COLOURS_DARK, COLOURS_LIGHT, DASHES, Look, looks
from osolgil.races.report.markup import Column, Table, Writer
from osolgil.races.report.style import DARK, LIGHT
from osolgil.races.report.svg import INNER, TALL, path, staircase, svg
from osolgil.races.report.words import Words

LABEL = Words("cost", "비용")


def drawn(line, y=None):
    x = Axis(LABEL, 1, 100, log=True)
    table = Table(LABEL, (Column("a"),), ())
    chart = Chart("key", LABEL, LABEL, x, y or Axis(LABEL, 0, 1), (line,), table)
    return read(svg(Writer(("en", "ko")), chart, {"adam": Look(0, 4)}, "a", "b"))


def one(root, sign):
    [found] = [each for each in root.all("path") if sign in each.classes]
    return found.attributes["d"]


def test_a_line_goes_where_its_values_are():
    found = drawn(Line("adam", np.array([1.0, 10.0, 100.0]), np.array([0.0, 0.5, 1.0])))
    assert one(found, "line") == f"M0 {TALL}L{INNER / 2:g} {TALL / 2:g}L{INNER:g} 0"


def test_a_line_is_broken_where_it_is_not_finite_and_ends_with_a_cross():
    y = np.array([0.0, np.inf, 0.5, 1.0, np.inf])
    found = drawn(Line("adam", np.array([1.0, 2, 10, 100, 100]), y, ends=True))
    assert one(found, "line").count("M") == 2
    assert one(found, "end").startswith(f"M{INNER - 7:.1f} -7.0")


def test_a_trial_between_two_that_failed_is_seen():
    y = np.array([np.inf, 0.5, np.inf])
    found = drawn(Line("adam", np.array([1.0, 10.0, 100.0]), y, kind="both"))
    assert one(found, "dots") == f"M{INNER / 2:.1f} {TALL / 2:.1f}h0"


def test_an_infinite_band_reaches_the_edge_of_the_chart():
    x, y = np.array([1.0, 100.0]), np.array([0.5, 0.5])
    found = drawn(Line("adam", x, y, np.array([0.25, 0.25]), np.array([np.inf, np.inf])))
    lower, upper = (
        one(found, "band").removesuffix("z").split("L")[:2],
        one(found, "band").removesuffix("z").split("L")[2:],
    )
    assert [point.split()[1] for point in lower] == [f"{0.75 * TALL:g}"] * 2
    assert all(float(point.split()[1]) < -TALL for point in upper)


def test_values_of_any_size_are_cut_before_they_are_drawn():
    found = drawn(Line("adam", np.array([1.0, 10.0, 100.0]), np.array([0.0, 1e300, -1e300])))
    numbers = [float(each) for each in one(found, "line").replace("M", " ").replace("L", " ").split()]
    assert max(map(abs, numbers)) < 5 * INNER


def test_steps_hold_until_the_next_place():
    assert staircase(np.array([[0.0, 5.0], [1.0, 6.0]])).tolist() == [[0, 5], [1, 5], [1, 6]]


def test_a_path_leaves_out_what_a_tenth_of_a_unit_cannot_tell_apart():
    assert path(np.array([[0, 0], [0.01, 0.02], [5, 5]])) == "M0 0L5 5"


def test_axis_labels_are_there_in_both_languages():
    found = drawn(Line("adam", np.array([1.0]), np.array([0.5])))
    assert [text.text() for text in found.all("text", class_="ko")] == ["비용", "비용"]
    assert [text.text() for text in found.all("text", class_="en")] == ["cost", "cost"]


@pytest.mark.parametrize(
    ("axis", "labels"),
    [
        (Axis(LABEL, 1e-9, 10, log=True), ["10⁻⁹", "10⁻⁷", "10⁻⁵", "10⁻³", "10⁻¹", "10¹"]),
        (Axis(LABEL, 1, 30, log=True), ["1", "2", "5", "10", "20"]),
        (Axis(LABEL, 1100, 2100, log=True), ["1,200", "1,400", "1,600", "1,800", "2,000"]),
        (Axis(LABEL, -1, 1), ["−1", "−0.5", "0", "0.5", "1"]),
    ],
)
def test_ticks_are_round_numbers(axis, labels):
    ticks = axis.ticks()
    assert [label for _, label in ticks] == labels
    places = axis.place(np.array([value for value, _ in ticks]))
    assert (places > -1e-9).all()
    assert (places < 1 + 1e-9).all()


def test_an_axis_is_logarithmic_only_if_all_values_allow_it():
    assert spanning(LABEL, np.array([1.0, 100.0, np.inf])).log
    assert not spanning(LABEL, np.array([0.0, 100.0])).log
    assert not spanning(LABEL, np.array([np.inf])).log
    assert spanning(LABEL, np.array([3.0, 3.0])).low < 3 < spanning(LABEL, np.array([3.0, 3.0])).high


def manifest_of(*methods):
    return {"contestants": {f"{k} {method}": {"method": method} for k, method in enumerate(methods)}}


def test_the_lecture_s_optimizers_look_as_in_the_other_pictures():
    for method, expected in plots_style.FIXED.items():
        [found] = looks(manifest_of(method)).values()
        assert plots_style.look(found.place) == expected


def test_no_two_of_many_contestants_look_the_same():
    found = looks(manifest_of("adam", "adam", "lion", "momentum", *["mine"] * 40))
    assert len({(each.colour, each.dash) for each in found.values()}) == 44
    assert [each.number for each in found.values()] == list(range(44))
    assert [each.place for each in found.values()][:4] == [4, 0, 1, 5]


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("page", "lines"), [(LIGHT, COLOURS_LIGHT), (DARK, COLOURS_DARK)])
def test_letters_and_lines_stand_out(page, lines):
    # WCAG 2.2, success criteria 1.4.3 and 1.4.11
    for name in ("ink", "soft", "mark", "good", "bad"):
        assert contrast(page[name], page["ground"]) >= 4.5
        assert contrast(page[name], page["raised"]) >= 4.5
    assert min(contrast(colour, page["ground"]) for colour in lines) >= 3
    assert len(lines) == len(DASHES) == len(plots_style.COLOURS)

"""Line searches alone: against Moré & Thuente's tables, SciPy's dcsrch, and lines that are bad."""

import numpy as np
import pytest
from scipy.optimize._dcsrch import DCSRCH
from support.lines import FIRSTS, PAPER, searched, wavy

from osolgil.methods import Backtracking, StrongWolfe, check
from osolgil.methods.line_searches import SearchStatus

STRONG, ARMIJO = StrongWolfe(), Backtracking()
BOTH = pytest.mark.parametrize("search", [STRONG, ARMIJO], ids=["strong", "armijo"])
FOUND = SearchStatus.FOUND


def parabola(a):
    return (a - 1) ** 2, 2 * (a - 1)


@pytest.mark.parametrize("name", PAPER)
def test_the_papers_functions_take_as_many_evaluations_as_in_its_tables(name):
    line, decrease, curvature, counts = PAPER[name]
    for first, count in zip(FIRSTS, counts, strict=True):
        status, tried = searched(StrongWolfe(decrease, curvature), line, first)
        assert (status, len(tried)) == (FOUND, count)
        value, slope = line(tried[-1])
        start, steep = line(0.0)
        assert value <= start + decrease * tried[-1] * steep
        assert abs(slope) <= curvature * abs(steep)


@pytest.mark.parametrize("name", PAPER)
def test_every_trial_is_that_of_scipys_dcsrch(name):
    line, decrease, curvature, _ = PAPER[name]
    for first in FIRSTS:
        theirs = []

        def value(a, theirs=theirs):
            theirs.append(a)
            return line(a)[0]

        DCSRCH(value, lambda a: line(a)[1], decrease, curvature, 1e-10, 0, 1e100)(first, *line(0.0))
        np.testing.assert_allclose(searched(StrongWolfe(decrease, curvature), line, first)[1], theirs, rtol=1e-11)


def test_a_parabola_is_minimized_by_the_second_trial():
    for first in (0.3, 1.7, 1.999):
        status, tried = searched(StrongWolfe(curvature=1e-9), parabola, first)
        assert status is FOUND
        np.testing.assert_allclose(tried, [first, 1], rtol=1e-14)


def test_backtracking_interpolates_a_parabola_within_its_safeguards():
    status, tried = searched(ARMIJO, parabola, 4.0)
    assert status is FOUND
    np.testing.assert_allclose(tried, [4, 1])  # the quadratic through φ(0), φ'(0), φ(4) is the parabola itself
    assert searched(ARMIJO, parabola, 2.1)[1] == [2.1, 1.0]
    assert searched(Backtracking(most=0.25), parabola, 4.0)[1] == [4, 1]
    assert searched(Backtracking(most=0.2), parabola, 4.0)[1] == [4, 0.8]
    assert searched(Backtracking(least=0.05), parabola, 50.0)[1] == [50, 2.5, pytest.approx(1)]


def test_backtracking_fits_a_cubic_through_two_rejected_trials():
    def cubic(a):
        return a**3 - a, 3 * a**2 - 1

    search = Backtracking(decrease=0.5, least=0.01, most=0.99)
    status, tried = searched(search, cubic, 2.0)
    assert status is FOUND
    assert tried[1] == pytest.approx(2 * 2 / (2 * (6 + 2)))  # −φ'α²/2(φ(α) − φ(0) − φ'α)
    assert tried[-1] in (pytest.approx(1 / np.sqrt(3)), tried[1])


@BOTH
def test_a_trial_without_a_value_is_shortened(search):
    def barrier(a):
        return (-np.log(1 - a) - 2 * a, 1 / (1 - a) - 2) if a < 1 else (np.nan, np.nan)

    status, tried = searched(search, barrier, 30.0)
    assert status is FOUND
    assert tried[0] == 30
    assert all(np.diff([step for step in tried if step >= 1]) < 0)
    assert barrier(tried[-1])[0] < 0


def test_a_wall_stops_extrapolation():
    def walled(a):
        return (-a, -1.0) if a < 3 else (np.inf, np.nan)

    status, tried = searched(STRONG, walled, 1.0)
    assert status is FOUND
    assert 2.99 < tried[-1] < 3


@BOTH
def test_where_rounding_hides_every_fall_slopes_decide(search):
    def flat(a):
        return 1e12 + (a - 1) ** 2 * 1e-6, 2e-6 * (a - 1)

    status, tried = searched(search, flat, 1.8)
    assert status is FOUND
    assert abs(tried[-1] - 1) < 0.9


@BOTH
def test_a_slope_of_the_wrong_sign_is_told_from_the_precision_floor(search):
    def lying(a):
        return (a + 1) ** 2, -2 * (a + 1)

    def floor(a):
        return 1.0 + 1e-9 * np.sin(1e12 * a), 1e-12 * (a - 1)

    assert searched(search, lying, 1.0)[0] is SearchStatus.WRONG_SLOPE
    assert searched(search, lambda a: (floor(a)[0] if a else 1 - 2e-9, floor(a)[1]), 0.05)[0] in (
        SearchStatus.PRECISION_FLOOR,
        SearchStatus.UNDERFLOW,
    )


@BOTH
def test_what_cannot_be_searched_ends_at_once(search):
    assert searched(search, lambda a: (a, 1.0), 1.0) == (SearchStatus.NOT_DESCENT, [])
    assert searched(search, lambda a: (a, 0.0), 1.0) == (SearchStatus.NOT_DESCENT, [])
    assert searched(search, lambda a: (np.nan, -1.0), 1.0) == (SearchStatus.NON_FINITE, [])


@BOTH
def test_a_line_without_any_value_beyond_its_start_ends_as_not_finite(search):
    status, tried = searched(search, lambda a: (np.nan, np.nan) if a else (0.0, -1.0), 1.0)
    assert status is SearchStatus.NON_FINITE
    assert len(tried) <= search.trials


def test_a_line_that_falls_without_end_is_named_so():
    assert searched(STRONG, lambda a: (-a, -1.0), 1.0)[0] is SearchStatus.UNBOUNDED


def test_a_budget_that_is_used_up_hands_over_the_best_trial_if_it_is_good():
    search = StrongWolfe(0.1, 0.1, trials=4)
    status, tried = searched(search, wavy, 1e-3)
    assert status is FOUND
    assert len(tried) <= 5
    values = [wavy(step)[0] for step in tried]
    assert values[-1] == min(values)
    assert searched(Backtracking(trials=3), lambda a: ((a - 1e-6) ** 2, 2 * (a - 1e-6)), 1e3) == (
        SearchStatus.BUDGET,
        [1e3, 100.0, 10.0],
    )


def test_steps_below_the_resolution_are_not_tried():
    def kink(a):
        return (a, 1.0) if a > 0 else (0.0, -1.0)

    for search in (STRONG, ARMIJO):
        status, tried = searched(search, kink, 1.0, resolution=1e-6)
        assert status is SearchStatus.WRONG_SLOPE
        assert min(tried) > 0.9e-6 / 4


@BOTH
def test_single_precision_searches_as_well(search):
    assert searched(search, parabola, 3.0, dtype=np.float32)[0] is FOUND


def test_numbers_that_make_no_sense_are_refused():
    for wrong, said in (
        (StrongWolfe(decrease=0.0), r"decrease must be in \(0, 1\)"),
        (StrongWolfe(curvature=1.0), r"curvature must be in \(0, 1\)"),
        (Backtracking(least=0.6), "least must be at most most"),
        (StrongWolfe(trials=0), "trials must be"),
    ):
        with pytest.raises(ValueError, match=said):
            check(wrong)

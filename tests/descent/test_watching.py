"""What is shown while people wait."""

import io
import sys

import pytest
from support.small import BATCH, LINE_START, MOMENTUM, RAGGED, VALLEY, VALLEY_START

from osolgil.descent import Stop, looking, minimize, watching
from osolgil.descent.looking import FIRST, FIRST_BYTES, Pace
from osolgil.descent.watching import Bar, Watch


class Seen(Watch):
    """A watch that remembers what it was to draw."""

    def __init__(self):
        super().__init__("testing")
        self.drawn = []

    def draw(self, done, total, told):
        self.drawn.append((done, total, told))


def ticking(*seconds):
    return iter(seconds).__next__


def test_rows_per_second_and_time_left_count_from_the_first_look():
    bar = Bar(Seen(), total=5000, rows=True, tolerance=1e-6, clock=ticking(100, 102, 104))
    assert bar.told(1000, 10, float("inf"), 0.5) == ""
    assert bar.told(2000, 20, 0.25, 0.5) == "500 rows/s · 0:06 left · best 0.25"
    assert bar.told(5000, 50, 0.125, 0.5) == "1,000 rows/s · 0:00 left · best 0.125"


def test_no_time_left_is_invented_where_nobody_knows_how_many_steps_there_will_be():
    bar = Bar(Seen(), total=None, rows=True, tolerance=1e-8, clock=ticking(0, 2))
    bar.told(100, 1, 3.0, 0.5)
    assert bar.told(300, 3, 2.5, 0.0125) == "3 steps · 100 rows/s · optimality 0.013 → 1e-08 · best 2.5"


@pytest.fixture
def every_step(monkeypatch):
    monkeypatch.setattr(looking, "FIRST", 1)
    monkeypatch.setattr(Pace, "learn", lambda self, evaluations, seconds: None)


def test_mini_batches_count_the_rows_of_all_epochs_that_were_asked_for(every_step):
    seen = Seen()
    minimize(RAGGED, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=2), progress=seen)
    # 23 rows in batches of 6: the last of an epoch has 5.
    *shown, end = [done for done, _, _ in seen.drawn]
    assert shown == [6, 12, 18, 23, 29, 35, 41, 46]
    assert {total for _, total, _ in seen.drawn[:-1]} == {46}
    assert end is None


def test_steps_that_are_merely_allowed_are_no_total_where_there_are_rows(every_step):
    seen = Seen()
    minimize(RAGGED, LINE_START, MOMENTUM, stop=Stop(steps=4), progress=seen)
    assert {total for _, total, _ in seen.drawn} == {None}
    assert "4 steps" in seen.drawn[-2][2]
    seen = Seen()
    minimize(VALLEY, VALLEY_START, MOMENTUM, stop=Stop(steps=4), progress=seen)
    assert {total for _, total, _ in seen.drawn[:-1]} == {5}


def test_the_first_look_is_sooner_where_an_evaluation_reads_much():
    assert Pace().evaluations == Pace(FIRST_BYTES / FIRST).evaluations == FIRST
    assert Pace(FIRST_BYTES / 3).evaluations == 3
    assert Pace(FIRST_BYTES * 9).evaluations == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("patience", "terminal"), [(0.0, True), (60.0, True), (0.0, False)])
def test_a_line_appears_after_a_while_and_on_terminals_only(monkeypatch, patience, terminal):
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(watching, "PATIENCE", patience)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with Watch("reading [bold]rows[/]") as watch:
        if watch.waiting is not None and not patience:
            watch.waiting.join()
        watch.say("fitting [red]it[/]")
        watch.draw(1, 2, "7 rows/s")
    shown = stream.getvalue()
    assert ("fitting [red]it[/]" in shown) == (terminal and not patience)
    assert ("7 rows/s" in shown) == (terminal and not patience)
    assert "\x1b[3" not in shown
    assert "\x1b[1m" not in shown

import io
import json
import os
import sys
import time

import pytest
from PIL import Image
from typer.testing import CliRunner

from osolgil import plots
from osolgil.cli import entering, jax_cache, racing
from osolgil.cli.app import app
from osolgil.races import race as races
from osolgil.races.contestants import LECTURE

SMALL = ("--trials", "4", "--tuning-seeds", "2", "--seeds", "6", "--evaluations", "60", "--workers", "1")
RACE = ("race_saddle", "--methods", "momentum,adam", *SMALL, "--measure", "gap")


@pytest.fixture(scope="module")
def raced(tmp_path_factory):
    """A race with its report, and what was printed; of its figures only the paths are drawn as PNG, to save time."""
    folder = tmp_path_factory.mktemp("race") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax_cache, "turn_on", lambda: None)
        patch.setenv("COLUMNS", "100")
        drawn, blank = plots.race_chart, plots.style.slide((1, 1))

        def only_paths(chart, manifest, language):
            return drawn(chart, manifest, language=language) if chart.key.startswith("paths") else blank

        patch.setattr(plots, "race_chart", only_paths)
        result = CliRunner().invoke(app, ["race", *RACE, "--report", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return folder, result.stdout


@pytest.fixture
def undrawn(monkeypatch):
    """Reports without the time that matplotlib takes."""
    blank = plots.style.slide((1, 1))
    monkeypatch.setattr(plots, "race_chart", lambda chart, manifest, language: blank)


def test_standings_fit_100_columns_and_name_division_winner_settings_and_verdict(raced):
    _, out = raced
    assert max(map(len, out.splitlines())) <= 100
    assert out.startswith("Compared: final gap to f*\n\nLEARNING RATE TUNED\n\nrace_saddle\n")
    rows = [line for line in out.splitlines() if line.startswith(("momentum ", "adam ")) and "│" in line]
    assert len(rows) == 2
    assert all("learning_rate" in row and "/ 6" in row for row in rows)
    assert "race_saddle — " in out
    assert "exact Wilcoxon" in out


def test_the_folder_holds_tables_page_and_every_figure_as_svg_and_png(raced):
    folder, out = raced
    assert {"manifest.json", "runs.parquet", "curves.parquet", "cells", "index.html"} <= set(os.listdir(folder))
    names = sorted(path.stem for path in (folder / "figures").glob("*.svg"))
    assert names == sorted(path.stem for path in (folder / "figures").glob("*.png"))
    assert "paths-learning-rate-tuned-race-saddle" in names
    with Image.open(folder / "figures" / "paths-learning-rate-tuned-race-saddle.png") as picture:
        assert picture.size == (1280, 720)
    assert "index.html" in "".join(out.split())


def test_the_page_holds_the_command_that_repeats_it(raced):
    folder, _ = raced
    command = (folder / "command.txt").read_text(encoding="utf-8").split()
    assert command[:5] == ["osolgil", "race", "race_saddle", "--methods", "momentum,adam"]
    assert command[-2:] == ["--report", str(folder)]
    for option, value in (("--seeds", "6"), ("--tuning-seeds", "2"), ("--trials", "4"), ("--measure", "gap")):
        assert command[command.index(option) + 1] == value
    assert " ".join(command) in (folder / "index.html").read_text(encoding="utf-8")


def test_a_race_that_is_over_is_judged_anew_without_running_anything(osolgil, raced, undrawn, monkeypatch, tmp_path):
    folder, _ = raced
    monkeypatch.setattr(races, "run_job", None)
    told = osolgil("race", "--from", folder, "--measure", "reached-1e-1", "--report", tmp_path / "other", "--json")
    assert (told.status, told.err) == (0, "")
    found = told.json
    assert found["measure"] == "reached_1e-1"
    assert found["report"] == str(tmp_path / "other" / "index.html")
    assert found["manifest"]["suite"] == "own"
    [standing, _] = found["standings"]["learning_rate_tuned"]["problems"]["race_saddle"]
    assert standing["runs"] == 6
    assert set(standing["settings"]) == {"learning_rate"}
    [verdict] = found["verdicts"]
    assert (verdict["a"], verdict["b"], verdict["pairs"]) == ("momentum", "adam", 6)
    assert verdict["sentence"].startswith("race_saddle — ")
    assert isinstance(found["objections"], list)
    page = (tmp_path / "other" / "index.html").read_text(encoding="utf-8")
    assert "This was not declared" in page


def test_the_same_command_again_runs_nothing_and_speaks_korean(osolgil, raced, undrawn, monkeypatch):
    folder, _ = raced
    monkeypatch.setattr(races, "run_job", None)
    told = osolgil("race", *RACE, "--report", folder, "--ko")
    assert told.status == 0
    assert "학습률 튜닝 부문" in told.out
    assert (folder / "index.html").read_text(encoding="utf-8").splitlines()[1] == '<html lang="ko">'


def test_a_folder_with_another_race_is_refused(osolgil, raced):
    folder, _ = raced
    told = osolgil("race", *RACE[:-2], "--measure", "best_gap", "--report", folder)
    assert told.status == 2
    assert "holds a race that was declared otherwise (selection: measure" in told.err


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(osolgil, undrawn, monkeypatch):
    run_job, jobs = races.run_job, []

    def interrupted(job):
        jobs.append(job.contestant.name)
        if len(jobs) == 2:
            raise KeyboardInterrupt
        return run_job(job)

    monkeypatch.setattr(races, "run_job", interrupted)
    command = ("race", *RACE, "--division", "defaults", "--report", "kept")
    told = osolgil(*command)
    assert told.status == 130
    assert told.err == "Interrupted: 1 of 2 cells are kept in kept; the same command goes on.\n"
    told = osolgil(*command, "--json")
    assert told.status == 0
    assert jobs == ["momentum", "adam", "adam"]
    assert list(told.json["standings"]) == ["defaults"]


def test_ctrl_c_without_a_folder_says_what_would_have_kept_it(osolgil, monkeypatch):
    def stopped(*arguments, progress, **named):
        progress(3, 55, "adam on beale")
        raise KeyboardInterrupt

    monkeypatch.setattr(racing, "race", stopped)
    told = osolgil("race")
    assert told.status == 130
    assert told.err == "Interrupted after 3 of 55 cells; --report FOLDER would have kept them.\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_tells_how_far_the_race_is_and_what_has_just_finished(monkeypatch):
    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setenv("TERM", "xterm")
    with racing.progress_bar() as show:
        show(0, 55, "")
        show(21, 55, "my [b]rule[/b] on beale")
        time.sleep(0.25)  # Rich draws ten times a second
        show(0, 7, "")
    assert "21/55" in seen.getvalue()
    assert "my [b]rule[/b] on beale" in seen.getvalue()


def test_nobody_looking_is_told_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with racing.progress_bar() as show:
        show(21, 55, "adam on beale")
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lectur",), "no suite or problem named 'lectur'; did you mean 'lecture'?"),
        (("bealee",), "no problem named 'bealee'. Did you mean 'beale'?"),
        (("lecture", "beale"), "'lecture' is a suite; race on it alone"),
        (("beale", "--methods", "adm"), "no method named 'adm'; did you mean 'adam'?"),
        (("beale", "--methods", "optx.adam"), "no library named 'optx'; did you mean 'optax'?"),
        (("beale", "--methods", "scipy.BFG"), "did you mean 'scipy.BFGS'?"),
        (("beale", "--methods", "adam,Adam"), "'adam' races twice"),
        (("beale", "--methods", "adam", "--set", "sgd.momentum=0"), "'sgd' is not among the contestants adam"),
        (("beale", "--methods", "adam", "--set", "beta3=0"), "Adam has no hyperparameter 'beta3'"),
        (("beale", "--contestant", "adam"), "'adam' is not of the form name=value"),
        (("beale", "--contestant", "a=adam:beta1"), "'beta1' is not of the form name=value"),
        (("beale", "--division", "tuned"), "no division named 'tuned'; did you mean 'fully_tuned'?"),
        (("beale", "--measure", "gapp"), "no measure named 'gapp'; did you mean 'gap'?"),
        (("beale", "--claim", "lerning"), "no claim named 'lerning'; did you mean 'learning'?"),
        (("beale", "--seeds", "0"), "--seeds 0 leaves nothing to compare by; give at least 1."),
        (("beale", "--trials", "0"), "trials=0 must be a whole number, at least 1."),
        (("beale", "--workers", "0"), "workers=0 must be a whole number, at least 1"),
        (("beale", "--report", os.devnull), "cannot be written"),
        (("--from", "nowhere"), "holds no race: there is no manifest.json in it."),
        (("beale", "--from", "nowhere"), "--from reads a race that is over; only --measure"),
    ],
)
def test_bad_input_ends_in_one_sentence_and_2(osolgil, arguments, words):
    told = osolgil("race", *arguments)
    assert told.status == 2
    assert told.out == ""
    assert words in " ".join(told.err.split())
    assert told.err.count("\n") == 1


def test_a_library_that_is_not_there_is_named_with_its_remedy(osolgil, monkeypatch):
    def lacking(text):
        raise ModuleNotFoundError("torch is not installed; install it: pip install 'osolgil[torch]'", name="torch")

    monkeypatch.setitem(entering.LIBRARIES, "torch", lacking)
    told = osolgil("race", "beale", "--methods", "torch.Adam")
    assert told.status == 2
    assert told.err == "Torch is not installed; install it: pip install 'osolgil[torch]'.\n"


def test_the_lectures_optimizers_race_where_nobody_is_named():
    assert [each.name for each in entering.entered_contestants(None, [], [])] == list(LECTURE)


def test_contestants_race_under_their_names_with_what_was_declared():
    found = entering.entered_contestants(
        "SGD,scipy.l-bfgs-b",
        ["almost=adam:bias_correction=false:beta1=0.8", "limited=scipy.L-BFGS-B:maxcor=3"],
        ["almost.beta2=0.9", "sgd.learning_rate=0.5"],
    )
    assert {each.name: each.declared for each in found} == {
        "gradient_descent": {"learning_rate": 0.5},
        "scipy.L-BFGS-B": {},
        "almost": {"bias_correction": False, "beta1": 0.8, "beta2": 0.9},
        "limited": {"maxcor": 3},
    }
    assert [each.declared for each in entering.entered_contestants("adam,nadam", [], ["beta1=0.5"])] == [
        {"beta1": 0.5},
        {"beta1": 0.5},
    ]


def test_suites_are_listed_with_their_problems(osolgil):
    told = osolgil("race", "--list")
    assert told.status == 0
    for word in ("lecture", "valleys", "regression", "networks", "ill_conditioned_bowl", "linnerud", "perceptron"):
        assert word in told.out
    listed = json.loads(osolgil("race", "--list", "--json").out)
    assert [suite["name"] for suite in listed] == ["lecture", "valleys", "regression", "networks"]
    assert listed[0]["problems"][0]["name"] == "beale"

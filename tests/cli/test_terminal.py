import json
import os
import subprocess
import sys
import warnings

import pytest
import typer

from osolgil.cli import check_gradient, explain, fit, jax_cache, methods, minimize, predict, problems
from osolgil.cli.terminal import guarded, plain, sentence

COMMANDS = {
    "minimize": minimize,
    "fit": fit,
    "predict": predict,
    "explain": explain,
    "methods": methods,
    "problems": problems,
    "check-gradient": check_gradient,
}


def in_a_process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "osolgil", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "120", **environment},
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_has_two_examples_or_more(osolgil, name):
    told = osolgil(name, "--help")
    assert told.status == 0
    assert "Examples" in told.out
    # The box is drawn by Typer; the examples stand whole below it.
    for example in COMMANDS[name].EXAMPLES:
        assert example in " ".join(told.out.split())
    assert len(COMMANDS[name].EXAMPLES) >= 2


def test_help_lists_every_command_and_shows_the_lectures_race(osolgil):
    told = osolgil("--help")
    assert told.status == 0
    for name in COMMANDS:
        assert name in told.out
    race = "osolgil minimize beale --methods sgd,momentum,nesterov,adagrad,rmsprop,adam --plot race.gif"
    assert race in " ".join(told.out.split())


def test_no_arguments_print_help(osolgil):
    for arguments in ([], ["minimize"], ["fit"]):
        told = osolgil(*arguments)
        assert told.status == 2
        assert "Examples" in told.out
        assert told.err == ""


def test_unknown_command_is_one_sentence(osolgil):
    told = osolgil("minimise")
    assert told.status == 2
    assert "No such command 'minimise'" in told.err
    assert len(told.err.splitlines()) == 1


def test_version(osolgil):
    import osolgil as package

    assert osolgil("--version").out == f"{package.__version__}\n"


def test_a_process_exits_with_the_status_and_keeps_its_cache_where_it_belongs(tmp_path):
    arguments = ("minimize", "x**2", "--start", "2", "--method", "sgd", "--learning-rate", "0.4", "--json")
    first = in_a_process(*arguments, XDG_CACHE_HOME=str(tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["status"] == "CONVERGED"
    assert list((tmp_path / "osolgil" / "jax").iterdir())


def test_forced_colours_go_away_with_no_color():
    # A process's output is no terminal, so colours have to be forced to see that NO_COLOR wins.
    bad = ("minimize", "beale", "--nonsense")
    told = in_a_process(*bad, FORCE_COLOR="1")
    assert "\x1b[" in told.stderr
    told = in_a_process(*bad, FORCE_COLOR="1", NO_COLOR="1")
    assert told.returncode == 2
    assert "\x1b[3" not in told.stderr
    told = in_a_process(*bad)
    assert "\x1b" not in told.stderr


def test_a_terminal_without_greek_prints_question_marks_and_goes_on():
    told = in_a_process("minimize", "beale", "--α", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert told.returncode == 2
    assert "No such option: --?" in told.stderr


def test_mistake_of_ours_is_not_blamed_on_the_input(capsys, monkeypatch):
    @guarded
    def broken() -> None:
        int("not raised by osolgil")

    with pytest.raises(typer.Exit) as ended:
        broken()
    assert ended.value.exit_code == 1
    assert "mistake in osolgil" in capsys.readouterr().err
    monkeypatch.setenv("OSOLGIL_TRACEBACK", "1")
    with pytest.raises(ValueError, match="invalid literal"):
        broken()


def test_warning_is_a_sentence_without_a_line_of_code(capsys):
    @guarded
    def warns() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("The font has no Hangul.", stacklevel=1)

    warns()
    assert capsys.readouterr().err == "The font has no Hangul.\n"


def test_sentences_keep_the_letters_of_names():
    assert sentence(ValueError("there is no such thing")) == "There is no such thing."
    assert sentence(ValueError("x0 is missing.")) == "x0 is missing."
    assert sentence(ValueError("batch_size=3 needs\n rows")) == "batch_size=3 needs rows."
    assert sentence(FileNotFoundError(2, "No such file", "a.csv")) == "There is no file 'a.csv'."


def test_json_has_no_number_that_json_has_not():
    import numpy as np

    value = {"a": np.array([1.0, np.nan]), "b": (np.float32(2), float("inf"), True, None, "x")}
    assert plain(value) == {"a": [1.0, None], "b": [2.0, None, True, None, "x"]}


def test_cache_folder_ignores_a_relative_xdg_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert jax_cache.folder() == tmp_path / ".cache" / "osolgil" / "jax"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert jax_cache.folder() == tmp_path / "cache" / "osolgil" / "jax"


def test_cache_loses_its_oldest_files_when_it_is_too_large(tmp_path):
    for age, name in enumerate(("new", "old", "oldest")):
        file = tmp_path / name
        file.write_bytes(bytes(10))
        os.utime(file, (1e9 - age, 1e9 - age))
    jax_cache.tidy(tmp_path, largest=20)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "old"}

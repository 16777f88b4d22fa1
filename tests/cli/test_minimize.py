import csv
import dataclasses
import json
import math

import pyarrow.parquet
import pytest
from PIL import Image

from osolgil import Status


def test_lecture_step_on_the_parabola_goes_from_2_to_1_96(osolgil):
    told = osolgil(
        "minimize", "x**2", "--start", "2", "--method", "sgd", "--learning-rate", "0.01", "--steps", "1", "--json"
    )
    assert told.json["x"] == pytest.approx([1.96], abs=1e-15)
    assert told.json["status"] == "STEP_LIMIT"
    assert told.json["nit"] == 1
    assert told.status == 3


def test_converged_run_prints_the_answer_by_name_and_ends_with_0(osolgil):
    told = osolgil("minimize", "x**2", "--start", "2", "--method", "sgd", "--learning-rate", "0.4")
    assert told.status == 0
    assert told.err == ""
    assert told.out.startswith("Converged: ")
    assert "x = " in told.out
    assert "compiling" in told.out


def test_variables_are_in_alphabetical_order_whatever_the_expression_says(osolgil):
    arguments = ("--method", "sgd", "--steps", "1", "--json")
    told = [osolgil("minimize", "y + x**2", "--start", start, *arguments) for start in ("3,5", "y=5,x=3")]
    for each in told:
        assert each.json["variables"] == ["x", "y"]
        assert each.json["x"] == pytest.approx([2.94, 4.99])


def test_several_methods_make_one_table_and_end_with_0(osolgil):
    told = osolgil("minimize", "beale", "--methods", "sgd,adam", "--steps", "2")
    assert told.status == 0
    rows = told.out.splitlines()
    assert rows[0] == "beale, whose minimum is 0 at (3, 0.5)"
    assert [row.split()[0] for row in rows[3:]] == ["gradient_descent", "adam"]
    assert "step limit" in told.out


def test_narrow_terminal_folds_names_and_keeps_every_digit(osolgil, monkeypatch):
    arguments = ("minimize", "beale", "--methods", "normalized_gradient_descent,sgd", "--steps", "2")
    values = [f"{run['fun']:.4g}" for run in osolgil(*arguments, "--json").json["runs"]]
    monkeypatch.setenv("COLUMNS", "60")
    rows = osolgil(*arguments).out.splitlines()
    assert max(map(len, rows)) <= 60
    assert rows[3].startswith("normaliz")
    for value in values:
        assert any(value in row for row in rows)


def test_a_problem_of_a_collection_is_found_by_its_name(osolgil):
    told = osolgil("minimize", "Freudenstein-Roth", "--method", "levenberg_marquardt", "--start", "6,5", "--json")
    assert told.status == 0
    assert told.json["problem"] == "freudenstein_roth"
    assert told.json["x"] == pytest.approx([5, 4], rel=1e-6)
    told = osolgil("minimize", "convex_quadratic", "--n", "2", "--condition", "4", "--method", "levenberg_marquardt")
    assert told.status == 2
    assert "needs the factor" in told.err


def test_several_methods_as_json_and_as_csv(osolgil, tmp_path):
    told = osolgil("minimize", "beale", "--methods", "sgd,adam", "--steps", "2", "--json", "--trace", "t.csv")
    assert [run["method"] for run in told.json["runs"]] == ["gradient_descent", "adam"]
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text().splitlines()))
    assert [row["method"] for row in rows] == ["gradient_descent"] * 3 + ["adam"] * 3
    assert [float(rows[0][name]) for name in ("value", "x[0]", "x[1]")] == [14.203125, 1.0, 1.0]


def test_trace_as_parquet_and_json_hold_the_same(osolgil, tmp_path):
    for file in ("t.parquet", "t.json"):
        assert osolgil("minimize", "beale", "--method", "sgd", "--steps", "2", "--trace", file).status == 3
    parquet = pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pydict()
    assert parquet == json.loads((tmp_path / "t.json").read_text())


def test_hyperparameters_for_all_and_for_one(osolgil):
    told = osolgil(
        "minimize", "beale", "--methods", "sgd,adam", "--steps", "2", "--json",
        "--set", "learning_rate=0.02", "--set", "adam.beta1=0.8",
    )  # fmt: skip
    first, second = (run["hyperparameters"] for run in told.json["runs"])
    assert first["learning_rate"] == second["learning_rate"] == 0.02
    assert second["beta1"] == 0.8


def test_convention_takes_the_librarys_epsilon(osolgil):
    told = osolgil("minimize", "beale", "--method", "adam", "--convention", "keras", "--steps", "2", "--json")
    assert told.json["hyperparameters"]["epsilon"] == 1e-7
    assert told.json["hyperparameters"]["epsilon_before_correction"] is True


def test_diverging_run_has_null_for_what_json_has_no_number(osolgil):
    told = osolgil("minimize", "x**2", "--start", "2", "--method", "sgd", "--learning-rate", "1e200", "--json")
    assert told.status == 3
    assert told.json["status"] == "DIVERGED"
    assert "NaN" not in told.out
    assert "Infinity" not in told.out


def test_lecture_race_is_tuned_and_moves(osolgil, tmp_path):
    told = osolgil("minimize", "beale", "--methods", "sgd,adam", "--steps", "20", "--plot", "race.gif")
    assert told.status == 0
    assert "Learning rates tuned: best of 25" in told.out
    assert "arrived: the step" in told.out
    with Image.open(tmp_path / "race.gif") as picture:
        assert picture.n_frames > 5


def test_given_learning_rate_is_not_tuned_and_a_png_stands_still(osolgil, tmp_path):
    told = osolgil(
        "minimize", "beale", "--methods", "sgd,adam", "--steps", "2", "--learning-rate", "0.01", "--plot", "two.png"
    )
    assert told.status == 0
    assert "tuned" not in told.out
    with Image.open(tmp_path / "two.png") as picture:
        assert picture.format == "PNG"


def test_tuning_one_method_runs_it_once_more_to_the_end_and_one_variable_is_drawn_as_a_curve(osolgil, tmp_path):
    told = osolgil("minimize", "x**2", "--start", "2", "--method", "sgd", "--tune", "--json", "--plot", "loss.svg")
    assert "<svg" in (tmp_path / "loss.svg").read_text()
    assert told.status == 0
    assert told.json["status"] == "CONVERGED"
    # 0.562 is the one of the 25 rates that is nearest to 1/2, which is exact.
    assert told.json["hyperparameters"]["learning_rate"] == pytest.approx(10**-0.25)
    assert "best of 25" in told.json["tuning"]


def test_surface_with_rows_takes_batches_and_epochs(osolgil):
    told = osolgil("minimize", "noisy_bowl", "--method", "sgd", "--batch-size", "64", "--epochs", "2", "--json")
    assert told.status == 0
    assert (told.json["status"], told.json["epochs"], told.json["nit"]) == ("COMPLETED", 2.0, 8)


def test_checkpoint_is_written_and_gone_on_from(osolgil, tmp_path):
    arguments = ("minimize", "beale", "--method", "sgd", "--steps", "2", "--json", "--checkpoint", "run.npz")
    first, second = osolgil(*arguments), osolgil(*arguments)
    assert (tmp_path / "run.npz").exists()
    assert second.json["x"] == first.json["x"]
    assert second.json["nfev"] == first.json["nfev"]


def test_condition_and_n_choose_the_bowl(osolgil):
    told = osolgil(
        "minimize",
        "bowl",
        "--condition",
        "4",
        "--n",
        "3",
        "--start",
        "1,1,1",
        "--method",
        "sgd",
        "--steps",
        "0",
        "--json",
    )
    # ½(1 + 2 + 4): eigenvalues evenly spaced in the logarithm from 1 to 4.
    assert math.isclose(told.json["fun"], 3.5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["beal"], "Did you mean 'beale'?"),
        (["long-vally"], "did you mean the surface 'long_valley'?"),
        (["x**2"], "say where to begin, such as --start x=1"),
        (["3"], "'3' has no variable"),
        (["x^2", "--start", "1"], "write ** for powers"),
        (["x**2", "--start", "1,2"], "'1,2' has 2 numbers, and the problem has 1 variable (x)"),
        (["x**2", "--start", "1", "--n", "3"], "--n is for surfaces by name"),
        (["beale", "--n", "3"], "no option 'n'"),
        (["beale", "--start", "1,nan"], "x0 is not finite: x[1] = nan"),
        (["beale", "--method", "adm"], "did you mean 'adam'?"),
        (["beale", "--method", "sgd", "--methods", "adam"], "not both"),
        (["beale", "--methods", "sgd,gd"], "names 'gradient_descent' twice"),
        (["beale", "--learning-rate", "-1"], "learning_rate must be a finite number > 0, but it is -1"),
        (["beale", "--learning-rate", "fast"], "'--learning-rate': 'fast' is not a number"),
        (["beale", "--steps", "1.5"], "'--steps': '1.5' is not a whole number"),
        (["beale", "--steps", "-1"], "steps=-1"),
        (["beale", "--set", "beta1=1.5"], "beta1 must be in [0, 1), but it is 1.5"),
        (["beale", "--set", "gamma=1"], "no hyperparameter 'gamma'"),
        (["beale", "--set", "beta1"], "'beta1' is not of the form name=value"),
        (["beale", "--set", "sgd.learning_rate=1"], "'sgd' is not among the methods adam"),
        (["beale", "--convention", "jax"], "'jax' is not one of 'torch'"),
        (["beale", "--method", "lion", "--convention", "torch"], "torch has no 'lion'"),
        (["beale", "--method", "nesterov", "--convention", "torch"], "has no default momentum; add --set momentum="),
        (["beale", "--convention", "torch", "--set", "psi=1"], "no hyperparameter 'psi'"),
        (["beale", "--batch-size", "3"], "batch_size=3 needs rows"),
        (["beale", "--methods", "sgd,adam", "--checkpoint", "c.npz"], "--checkpoint is for one method"),
        (["beale", "--methods", "sgd,adam", "--tune", "--target", "1"], "--tune compares runs of equal --steps"),
        (["noisy_bowl", "--tune", "--batch-size", "3"], "--tune evaluates all rows"),
        (["beale", "--plot", "race.doc"], "must end in one of .gif"),
        (["beale", "--plot", "nowhere/race.gif"], "the folder 'nowhere' does not exist"),
        (["square", "--plot", "race.gif"], "a moving picture needs 2 variables, square has 1"),
        (["square", "--picture", "contour", "--plot", "a.png"], "choose --picture curves"),
        (["beale", "--picture", "surface"], "add --plot surface.png"),
        (["beale", "--picture", "surface", "--plot", "a.gif"], "does not move"),
        (["beale", "--trace", "t.xlsx"], "must end in one of .csv"),
        (["beale", "--trace", "nowhere/t.csv"], "the folder 'nowhere' does not exist"),
        (["beale", "--nonsense"], "No such option: --nonsense"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_with_the_offending_value(osolgil, tmp_path, arguments, words):
    told = osolgil("minimize", *arguments)
    assert told.status == 2
    assert told.out == ""
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('os').system('touch pwned')",
        "().__class__.__bases__[0].__subclasses__()",
        "open('pwned', 'w')",
        "(lambda: x)()",
        "[x for x in (1,)]",
        "x.__class__",
        "exec('x')",
        "9**9**9**9 if x else 1",
    ],
)
def test_attack_is_refused_and_nothing_runs(osolgil, tmp_path, attack):
    told = osolgil("minimize", attack, "--start", "1")
    assert told.status == 2
    assert "allowed are numbers" in told.err
    assert not list(tmp_path.iterdir())


def test_expression_that_starts_with_a_minus_is_no_option(osolgil):
    told = osolgil("minimize", "-x**2", "--start", "-2", "--method", "sgd", "--steps", "1", "--json")
    # One step of 0.01 up the slope of 4, away from the maximum at 0.
    assert told.json["problem"] == "-x**2"
    assert told.json["x"] == pytest.approx([-2.04])


@pytest.mark.parametrize("methods", ["sgd", "sgd,adam,rmsprop"])
def test_ctrl_c_on_the_way_ends_all_methods_with_3_and_what_was_reached(osolgil, monkeypatch, methods):
    from osolgil.cli import running

    descend, begun = running.descend, []

    def interrupted(*arguments, **options):
        begun.append(arguments)
        return dataclasses.replace(descend(*arguments, **options), status=Status.STOPPED)

    monkeypatch.setattr(running, "descend", interrupted)
    told = osolgil("minimize", "x**2", "--start", "2", "--methods", methods, "--steps", "1")
    assert (told.status, len(begun)) == (3, 1)
    assert "3.841" in told.out


def test_bounds_and_constraints_are_kept_and_said_by_name(osolgil):
    told = osolgil("minimize", "x**2+y**2", "--start", "x=3,y=1", "--bounds", "x=0:1", "--constraint", "x + y >= 1")
    assert told.status == 0
    assert "interior_point" in told.out
    assert "x + y >= 1 (1)" in told.out
    as_json = osolgil(
        "minimize", "x**2+y**2", "--start", "x=3,y=1", "--bounds", "x=0:1", "--constraint", "x + y >= 1", "--json"
    ).json
    assert as_json["x"] == pytest.approx([0.5, 0.5], abs=1e-8)
    assert as_json["multipliers"]["constraints"][0] == pytest.approx([1], abs=1e-8)
    assert as_json["infeasibility"] <= 1e-9


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--bounds", "x=0:1,z=0:"), "'z' is no variable of this problem"),
        (("--bounds", "x=0"), "not of the form name=low:high"),
        (("--bounds", "x=2:1"), "lower limit 2 above its upper limit 1"),
        (("--constraint", "x + y"), "not of the form 'x + y >= 1'"),
        (("--constraint", "x + z >= 1"), "'z'"),
        (("--constraint", "__import__('os') >= 1"), "--constraint"),
        (("--bounds", "0:", "--method", "adam"), "method='interior_point'"),
    ],
)
def test_limits_that_make_no_sense_are_refused_in_one_sentence(osolgil, options, words):
    told = osolgil("minimize", "x**2+y**2", "--start", "x=3,y=1", *options)
    assert told.status == 2
    assert words in told.err

import json

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest
from PIL import Image

# American women aged 30-39 (World Almanac 1975): height in inches, weight in pounds.
WEIGHTS = (115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164)
WOMEN = "height,weight\n" + "".join(f"{58 + i},{weight}\n" for i, weight in enumerate(WEIGHTS))


@pytest.fixture
def women(tmp_path):
    (tmp_path / "women.csv").write_text(WOMEN)
    return "women.csv"


def test_fit_save_draw_and_predict(osolgil, tmp_path, women):
    told = osolgil("fit", "height ~ weight", women, "--save", "model.json", "--plot", "line.png")
    assert (told.status, told.err) == (0, "")
    assert "0.287249" in told.out
    assert "25.7235" in told.out
    with Image.open(tmp_path / "line.png") as picture:
        assert picture.format == "PNG"

    told = osolgil("predict", "model.json", women, "--kind", "interval", "--json")
    assert told.status == 0
    # At the mean weight of 136.7333 the line passes through the mean height of 65.
    mean = told.json["predicted_mean"]
    assert sum(mean) / len(mean) == pytest.approx(65)
    assert all(low < high for low, high in zip(told.json["predicted_lower"], told.json["predicted_upper"], strict=True))

    told = osolgil("predict", "model.json", women, "--output", "out.csv")
    assert told.out == "Wrote out.csv\n"
    table = pyarrow.csv.read_csv(tmp_path / "out.csv")
    assert table.column_names == ["height", "weight", "predicted_mean"]
    assert table["predicted_mean"].to_pylist() == pytest.approx(mean)

    told = osolgil("predict", "model.json", women)
    first = next(line for line in told.out.splitlines() if "58.7571" in line)
    assert first.split("│")[0].strip() == "0"  # as in every message about a row

    (tmp_path / "taken.csv").write_text("weight,predicted_mean\n120,1\n")
    told = osolgil("predict", "model.json", "taken.csv", "--output", "out.csv")
    assert told.status == 2
    assert "has a column 'predicted_mean' already" in told.err

    for kind, words in (("class", "--kind mean"), ("median", "is not one of")):
        told = osolgil("predict", "model.json", women, "--kind", kind)
        assert told.status == 2
        assert words in told.err


def test_rule_that_stops_early_refuses_inference_and_ends_with_3(osolgil, tmp_path, women):
    arguments = ("--method", "adam", "--learning-rate", "0.01", "--batch-size", "5", "--epochs", "3")
    told = osolgil("fit", "height ~ weight", women, *arguments, "--save", "m.json", "--trace", "t.json")
    assert told.status == 3
    assert "No standard errors" in told.out
    assert "Std. errors from optimum" in told.out
    trace = json.loads((tmp_path / "t.json").read_text())
    # 15 rows in batches of 5: three steps an epoch.
    assert len(trace["evaluation"]) == 9
    told = osolgil("predict", "m.json", women, "--kind", "interval")
    assert told.status == 3
    assert "standard errors from the optimum" in " ".join(told.err.split())


def test_polish_goes_on_to_the_optimum_and_the_trace_stays_that_of_the_rule(osolgil, tmp_path, women):
    trace = tmp_path / "trace.csv"
    arguments = ("fit", "height ~ weight", women, "--method", "adam", "--steps", "7", "--polish", "--json")
    told = osolgil(*arguments, "--trace", str(trace))
    assert told.status == 0
    found = json.loads(told.out)
    assert found["coefficients"]["weight"]["estimate"] == pytest.approx(0.287249, abs=1e-6)
    assert len(trace.read_text().splitlines()) == 1 + 8


def test_a_file_in_another_encoding_is_refused_with_the_option_that_reads_it(osolgil, tmp_path):
    (tmp_path / "성별.csv").write_bytes(WOMEN.replace("height", "성별").encode("cp949"))
    told = osolgil("fit", "성별 ~ weight", "성별.csv")
    assert told.status == 2
    assert "--encoding cp949" in " ".join(told.err.split())
    assert osolgil("fit", "성별 ~ weight", "성별.csv", "--encoding", "cp949", "--save", "m.json").status == 0
    told = osolgil("predict", "m.json", "성별.csv", "--encoding", "cp949", "--json")
    assert (told.status, len(told.json["predicted_mean"])) == (0, 15)


def test_one_step_is_a_step(osolgil, women):
    assert "1 step, 2 evaluations, " in osolgil("fit", "height ~ weight", women).out
    told = osolgil("minimize", "x**2", "--start", "2", "--method", "sgd", "--steps", "1")
    assert "1 step, 2 evaluations" in told.out


def test_remedies_name_options_of_the_command_line(osolgil, tmp_path):
    (tmp_path / "holes.csv").write_text("y,x\n1,2\n2,\n")
    assert "--missing drop" in " ".join(osolgil("fit", "y ~ x", "holes.csv").err.split())
    (tmp_path / "slip.csv").write_text("y,x\n1,2\n2,foo\n3,4\n")
    told = osolgil("fit", "y ~ x", "slip.csv")
    assert told.status == 2
    assert "'foo' in row 1 (the first row is row 0)" in " ".join(told.err.split())


def test_json_of_a_fit(osolgil, women):
    told = osolgil("fit", "height ~ weight", women, "--json")
    assert told.status == 0
    assert told.json["coefficients"]["weight"]["estimate"] == pytest.approx(0.287249, abs=5e-7)
    assert told.json["success"] is True


def test_names_from_data_are_shown_and_not_obeyed(osolgil, tmp_path):
    rows = "".join(f"{2 * i + i % 3},{i}\n" for i in range(15))
    (tmp_path / "odd.csv").write_text("y,t[bold red]a[/]\n" + rows)
    told = osolgil("fit", "y ~ `t[bold red]a[/]`", "odd.csv")
    assert told.status == 0
    assert "t[bold red]a[/]" in told.out
    told = osolgil("fit", "y ~ z", "odd.csv")
    assert told.status == 2
    assert "t[bold red]a[/]" in told.err


def test_counts_with_an_exposure_and_robust_errors_are_fitted_and_predicted(osolgil, tmp_path):
    rows = [(1, 0, 2), (4, 1, 3), (2, 1, 1), (7, 3, 4), (3, 2, 2), (9, 4, 3), (0, 0, 1), (6, 2, 4)]
    (tmp_path / "claims.csv").write_text("claims,age,years\n" + "".join(f"{c},{a},{y}\n" for c, a, y in rows))
    told = osolgil(
        "fit", "claims ~ age", "claims.csv", "--family", "poisson", "--exposure", "years", "--covariance", "HC3",
        "--save", "m.json",
    )  # fmt: skip
    assert (told.status, told.err) == (0, "")
    for words in ("Poisson, log μ = η", "Exposure  years", "HC3"):
        assert words in told.out
    told = osolgil("predict", "m.json", "claims.csv", "--json")
    assert sum(told.json["predicted_mean"]) == pytest.approx(sum(claims for claims, _, _ in rows))
    (tmp_path / "less.csv").write_text("age\n1\n")
    told = osolgil("predict", "m.json", "less.csv")
    assert told.status == 2
    assert "The model was fitted with exposure='years', which these rows lack" in told.err


@pytest.mark.parametrize("name", ["linear", "normal"])
def test_a_family_goes_by_its_other_names_as_it_does_in_python(osolgil, women, name):
    told = osolgil("fit", "height ~ weight", women, "--family", name, "--json")
    assert (told.status, told.json["family"]) == (0, "gaussian")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["height ~ wieght", "women.csv"], "no column 'wieght'; did you mean 'weight'?"),
        (["height ~ weight", "wemen.csv"], "no file 'wemen.csv'; did you mean 'women.csv'?"),
        (["height ~ weight", "women.csv", "--family", "poison"], "family='poison' is not known; choose one of"),
        (["height ~ weight", "women.csv", "--covariance", "HC9"], "covariance='HC9' is not known"),
        (["height ~ weight", "women.csv", "--exposure", "weight"], "under the log link only"),
        (["height ~ weight", "women.csv", "--method", "adm"], "did you mean 'adam'?"),
        (["height ~ weight", "women.csv", "--learning-rate", "0.1"], "name a --method"),
        (["height ~ weight", "women.csv", "--start", "wieght=1"], "did you mean 'weight'?"),
        (["height ~ weight", "women.csv", "--start", "1,2"], "'1' is not of the form name=value"),
        (["height ~ weight", "women.csv", "--save", "model.pkl"], "must end in one of .json"),
        (["height ~ weight", "women.csv", "--plot", "line.gif"], "must end in one of .png"),
        (
            ["height ~ weight", "women.csv", "--batch-size", "4", "--learning-rate", "1"],
            "name a --method, such as adagrad",
        ),
        (["height ~ weight"], "Missing argument"),
        (["I(__import__('os').system('touch pwned')) ~ weight", "women.csv"], "is not a function of this language"),
        (["height ~ weight.__class__", "women.csv"], "weight"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_runs(osolgil, tmp_path, women, arguments, words):
    told = osolgil("fit", *arguments)
    assert told.status == 2
    assert told.out == ""
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err
    assert [path.name for path in tmp_path.iterdir()] == [women]


def test_predict_refuses_what_is_no_model(osolgil, women):
    told = osolgil("predict", "model.json", women)
    assert (told.status, told.err) == (2, "There is no file 'model.json'.\n")
    told = osolgil("predict", women, women)
    assert told.status == 2
    assert "no model of osolgil" in told.err


MIXTURE = "x1,x2,y\n0,1,-0.2\n1,0,1.1\n2,1,1.9\n3,0,3.2\n4,3,3.4\n"


def test_bounds_and_constraints_of_coefficients(osolgil, tmp_path):
    (tmp_path / "mixture.csv").write_text(MIXTURE)
    limits = ("--bounds", "x2=0:,x1=-5:5", "--constraint", "x1 + x2 = 1")
    told = osolgil("fit", "y ~ x1 + x2", "mixture.csv", *limits, "--json")
    assert told.status == 0
    found = told.json["coefficients"]
    # Without its lower end x2 would be negative; held at 0, x1 is 1 and the intercept the mean of y − x1.
    assert [found[name]["estimate"] for name in ("Intercept", "x1", "x2")] == pytest.approx([-0.12, 1, 0], abs=1e-7)
    assert told.json["multipliers"]["bounds"][2] > 0.01
    assert told.json["infeasibility"] <= 1e-9

    told = osolgil("fit", "y ~ x1 + x2", "mixture.csv", *limits)
    assert told.status == 0
    assert "bounds or constraints" in " ".join(told.out.split())
    assert "Held by x2 (" in told.out
    assert "x1 + x2 = 1 (" in told.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--bounds", "x1=0"), "'x1=0' is not of the form name=low:high"),
        (("--bounds", "0:"), "does not say of which coefficient"),
        (("--bounds", "x1=0:,x1=:3"), "'x1' is given twice"),
        (("--bounds", "x3=0:"), "'x3', which is no coefficient"),
        (("--bounds", "x1=2:1"), "lower limit 2 above its upper limit 1"),
        (("--constraint", "x1 + z = 1"), "'z', which is no coefficient"),
        (("--bounds", "x1=0:", "--polish"), "leave it out"),
        (("--bounds", "x1=0:", "--method", "adam"), "method='interior_point'"),
    ],
)
def test_limits_that_make_no_sense_are_refused_in_one_sentence(osolgil, tmp_path, options, words):
    (tmp_path / "mixture.csv").write_text(MIXTURE)
    told = osolgil("fit", "y ~ x1 + x2", "mixture.csv", *options)
    assert told.status == 2
    assert words in told.err


# Ten groups of counts whose mean grows with x1; x2 says nothing.
ROWS = [(k, k % 10 / 10, (k * 7) % 11 / 11, "abc"[k % 3]) for k in range(90)]
COUNTS = "y,x1,x2,city,years\n" + "".join(f"{round(2 * x1 + k % 2)},{x1},{x2},{city},2\n" for k, x1, x2, city in ROWS)
FORMULA = "y ~ x1 + x2 + C(city)"
BATCHES = ("--family", "poisson", "--batch-size", "30", "--epochs", "3")


@pytest.fixture
def counts(tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS)
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(tmp_path / "counts.csv"), tmp_path / "counts.parquet")
    return "counts.parquet"


def test_mini_batches_under_a_penalty_need_no_method_and_predict(osolgil, tmp_path, counts):
    told = osolgil(
        "fit", FORMULA, counts, *BATCHES, "--penalty", "ridge=0.01", "--exposure", "years", "--save", "m.json"
    )
    assert (told.status, told.err) == (0, "")
    for words in ("adagrad (for convex losses in mini-batches", "9 steps, 9 evaluations, 3 epochs", "penalized"):
        assert words in told.out

    assert osolgil("predict", "m.json", counts, "--output", "out.parquet").out == "Wrote out.parquet\n"
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.column_names == ["y", "x1", "x2", "city", "years", "predicted_mean"]
    rates = osolgil("predict", "m.json", counts, "--exposure", "1", "--json").json["predicted_mean"]
    assert (2 * np.array(rates)).tolist() == pytest.approx(table["predicted_mean"].to_pylist(), rel=1e-12)

    told = osolgil("predict", "m.json", counts, "--kind", "interval")
    assert told.status == 3
    assert "The coefficients are penalized" in told.err
    (tmp_path / "new.csv").write_text("x1,x2,city,years,y\n1,1,d,2,none\n")
    told = osolgil("predict", "m.json", "new.csv")
    assert told.status == 2
    assert "has the value 'd' in row 0 (the first row is row 0), which did not occur at the fit" in told.err
    (tmp_path / "new.csv").write_text("x1,x2,city,y\n1,1,a,none\n1,0,b,none\n")
    assert "fitted with exposure='years', which these rows lack" in osolgil("predict", "m.json", "new.csv").err
    told = osolgil("predict", "m.json", "new.csv", "--exposure", "2", "--json")
    assert len(told.json["predicted_mean"]) == 2
    assert "'nix', which these rows lack" in osolgil("predict", "m.json", "new.csv", "--exposure", "nix").err
    assert "fitted without offset" in osolgil("predict", "m.json", "new.csv", "--exposure", "2", "--offset", "1").err


def test_a_penalized_fit_that_converged_ends_with_0_and_a_lasso_leaves_columns_out(osolgil, counts):
    told = osolgil("fit", "y ~ x1 + x2", counts, "--penalty", "lasso=0.1", "--json")
    assert (told.status, told.json["method"]) == (0, "proximal_newton")
    exact = {name: entry["estimate"] for name, entry in told.json["coefficients"].items()}
    assert exact["x2"] == 0
    assert exact["x1"] > 0.1
    told = osolgil("fit", "y ~ x1 + x2", counts, "--penalty", "lasso=0.1,x1=0", "--json")
    assert told.json["coefficients"]["x1"]["estimate"] > exact["x1"] + 0.1


def test_a_checkpoint_goes_on_to_the_same_bits_and_belongs_to_one_penalty(osolgil, tmp_path, counts):
    run = ("fit", FORMULA, counts, "--family", "poisson", "--batch-size", "30", "--method", "adagrad", "--json")
    whole = osolgil(*run, "--epochs", "3", "--penalty", "lasso=0.02")
    assert whole.json["method"] == "Proximal(adagrad)"
    assert osolgil(*run, "--epochs", "2", "--penalty", "lasso=0.02", "--checkpoint", "c.npz").status == 0
    before = (tmp_path / "c.npz").read_bytes()
    told = osolgil(*run, "--epochs", "3", "--penalty", "lasso=0.03", "--checkpoint", "c.npz")
    assert told.status == 2
    assert "belongs to another run" in told.err
    assert (tmp_path / "c.npz").read_bytes() == before
    again = osolgil(*run, "--epochs", "3", "--penalty", "lasso=0.02", "--checkpoint", "c.npz")
    assert again.json["coefficients"] == whole.json["coefficients"]
    assert again.json["nit"] == whole.json["nit"] == 9


@pytest.mark.parametrize(
    ("penalty", "words"),
    [
        ("ridge", "does not say how strong it is; write ridge=0.01"),
        ("rigde=1", "there is no penalty named 'rigde'; did you mean 'ridge'?"),
        ("l2=1", "there is no penalty named 'l2'; write ridge=0.01, lasso=0.05 or elastic_net=0.1,mix=0.5"),
        ("ridge=-1", "Ridge: strength is -1; it must be finite and not negative"),
        ("ridge=strong", "--penalty ridge: 'strong' is not a number"),
        ("ridge=1,mix=0.5", "only an elastic net has a mix"),
        ("elastic_net=1,mix=2", "mix is 2; it must be from 0 to 1"),
        ("ridge=1,x1=", "'x1=' is not of the form column=strength"),
        ("ridge=1,x1=2,x1=3", "'x1' is given twice"),
        ("ridge=1,x9=2", "strength names 'x9', which is no column"),
        ("ridge=1,Intercept=2", "never penalized"),
    ],
)
def test_a_penalty_that_makes_no_sense_is_refused_in_one_sentence(osolgil, counts, penalty, words):
    told = osolgil("fit", "y ~ x1 + x2", counts, "--penalty", penalty)
    assert (told.status, told.out) == (2, "")
    assert words in " ".join(told.err.split())


def test_polishing_keeps_the_penalty(osolgil, counts):
    given = ("fit", "y ~ x1", counts, "--penalty", "ridge=1", "--json")
    exact, polished = (osolgil(*given, *more).json for more in ((), ("--method", "adam", "--steps", "3", "--polish")))
    assert polished["penalty"] == exact["penalty"] == {"kind": "Ridge", "strength": [0.0, 1.0]}
    for name, found in exact["coefficients"].items():
        assert polished["coefficients"][name]["estimate"] == pytest.approx(found["estimate"], rel=1e-9)


def test_classes_are_fitted_and_predicted_each_in_its_column(osolgil, counts):
    told = osolgil("fit", "city ~ x1", counts, "--family", "categorical", "--save", "c.json")
    assert told.status == 0
    found = osolgil("predict", "c.json", counts, "--json").json
    assert list(found) == ["predicted_mean_a", "predicted_mean_b", "predicted_mean_c"]
    assert np.sum(list(found.values()), axis=0).tolist() == pytest.approx([1.0] * 90)
    assert set(osolgil("predict", "c.json", counts, "--kind", "class", "--json").json["predicted_class"]) <= set("abc")
    told = osolgil("predict", "c.json", counts, "--exposure", "1")
    assert told.status == 2
    assert "fitted without exposure" in told.err

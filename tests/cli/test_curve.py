import pytest

from osolgil.problems.collections import nist

START = ("--start", "b1=500,b2=1e-4")
FORMULA = "b1*(1-exp(-b2*x))"


@pytest.fixture
def misra(tmp_path):
    columns = nist.named("Misra1a").columns
    rows = "".join(f"{x},{y}\n" for x, y in zip(columns["x"], columns["y"], strict=True))
    (tmp_path / "misra.csv").write_text("x,y\n" + rows)
    return "misra.csv"


def test_curve_prints_nist_s_certified_numbers(osolgil, misra):
    told = osolgil("curve", FORMULA, misra, *START)
    assert (told.status, told.err) == (0, "")
    for piece in ("238.942", "2.70701", "0.000550156", "7.26687e-06", "0.124551", "0.101879", "12 degrees of freedom"):
        assert piece in told.out


def test_json_has_all_digits_and_a_trace_is_written(osolgil, misra, tmp_path):
    told = osolgil("curve", f"y = {FORMULA}", misra, *START, "--level", "0.9", "--json", "--trace", "trace.csv")
    assert told.status == 0
    b1 = told.json["parameters"]["b1"]
    assert b1["estimate"] == pytest.approx(238.94212918, rel=1e-8)
    assert b1["standard_error"] == pytest.approx(2.7070075241, rel=1e-7)
    assert b1["interval"][0] < b1["estimate"] < b1["interval"][1]
    assert (told.json["degrees_of_freedom"], told.json["success"], told.json["level"]) == (12, True, 0.9)
    assert len((tmp_path / "trace.csv").read_text().splitlines()) > told.json["nfev"]


def test_deviations_are_a_column_and_the_picture_is_written(osolgil, misra, tmp_path):
    lines = (tmp_path / "misra.csv").read_text().splitlines()
    rows = [f"{line},{0.01 * float(line.split(',')[1])}" for line in lines[1:]]
    (tmp_path / "exact.csv").write_text("\n".join(["x,y,error", *rows]) + "\n")
    given = ("curve", FORMULA, "exact.csv", *START, "--sigma", "error")
    told = osolgil(*given, "--plot", "curve.png")
    assert (told.status, told.err) == (0, "")
    assert "in units of sigma" in told.out
    assert told.out.endswith("Wrote curve.png\n")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    relative, absolute = (osolgil(*given, *more, "--json").json for more in ((), ("--absolute-sigma",)))
    assert absolute["parameters"]["b1"]["standard_error"] == pytest.approx(
        relative["parameters"]["b1"]["standard_error"] / relative["residual_deviation"], rel=1e-9
    )
    assert osolgil("curve", FORMULA, "exact.csv", *START, "--weights", "error", "--sigma", "error").status == 2


def test_what_is_not_at_the_optimum_ends_with_3(osolgil, misra):
    told = osolgil("curve", FORMULA, misra, *START, "--steps", "2")
    assert told.status == 3
    assert "No standard errors" in told.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((FORMULA, "misra.csv"), "--start is missing"),
        ((FORMULA, "misra.csv", "--start", "b1=500"), "'b2' is meant as a parameter"),
        ((FORMULA, "misra.csv", "--start", "b1"), "not of the form name=value"),
        ((FORMULA, "nowhere.csv", *START), "nowhere.csv"),
        (("__import__('os')", "misra.csv", *START), "allowed are"),
        ((FORMULA, "misra.csv", *START, "--level", "2"), "between 0 and 1"),
        ((FORMULA, "misra.csv", *START, "--method", "adm"), "did you mean 'adam'"),
        ((FORMULA, "misra.csv", *START, "--response", "z"), "no column 'z'"),
        ((FORMULA, "misra.csv", *START, "--absolute-sigma"), "needs sigma"),
        ((FORMULA, "misra.csv", *START, "--plot", "curve.doc"), "must end in one of"),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_a_sentence(osolgil, misra, arguments, words):
    told = osolgil("curve", *arguments)
    assert told.status == 2
    assert words in told.err

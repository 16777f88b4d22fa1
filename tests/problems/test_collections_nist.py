"""NIST's sets: the package's own file, and the reader of NIST's layout."""

import json
from importlib.resources import files

import numpy as np
import pytest

from osolgil.problems.collections import nist
from osolgil.protocol import Needs, precision

# The first set in NIST's own layout, with its line numbers: what matters are columns of text at certain lines.
MISRA = [
    "NIST/ITL StRD",
    "Dataset Name:  Misra1a           (Misra1a.dat)",
    *[""] * 26,
    "Model:         Exponential Class",
    "               2 Parameters (b1 and b2)",
    "",
    "               y = b1*(1-exp[-b2*x])  +  e",
    *[""] * 4,
    "          Starting values                  Certified Values",
    "",
    "        Start 1     Start 2           Parameter     Standard Deviation",
    "  b1 =   500         250           2.3894212918E+02  2.7070075241E+00",
    "  b2 =     0.0001      0.0005      5.5015643181E-04  7.2668688436E-06",
    "",
    "Residual Sum of Squares:                    1.2455138894E-01",
    "Residual Standard Deviation:                1.0187876330E-01",
    "Degrees of Freedom:                                12",
    "Number of Observations:                            14",
]
ROWS = """10.07E0      77.6E0
      14.73E0     114.9E0
      17.94E0     141.1E0
      23.93E0     190.8E0
      29.61E0     239.9E0
      35.18E0     289.0E0
      40.02E0     332.8E0
      44.82E0     378.4E0
      50.76E0     434.8E0
      55.05E0     477.3E0
      61.01E0     536.8E0
      66.40E0     593.1E0
      75.47E0     689.1E0
      81.78E0     760.0E0"""

LINEAR = """NIST/ITL StRD
Dataset Name:  Bent (Bent.dat)



Model:         Polynomial Class
               3 Parameters (B0,B1,B2)

               y = B0 + B1*x1 +
                   B2*(x2**2)  + e

               Certified Regression Statistics

                                          Standard Deviation
     Parameter         Estimate              of Estimate

        B0       -3482258.63459582         890420.383607373
        B1        15.0618722713733         84.9149257747669
        B2       -0.358191792925910D-01    0.334910077722432E-01

     Residual
     Standard Deviation   304.854073561965

     R-Squared            0.995479004577296


               Certified Analysis of Variance Table

Source of Degrees of     Sums of             Mean
Variation  Freedom       Squares            Squares          F Statistic

Regression    6      184172401.944494   30695400.3240823   330.285339234588
Residual      9      836424.055505915   92936.0061673238
""".splitlines()


def laid_out(tmp_path, head, heading, rows):
    path = tmp_path / "set.dat"
    path.write_text("\n".join([*head, *[""] * (59 - len(head)), heading, *rows]))
    return path


@pytest.fixture
def misra(tmp_path):
    return laid_out(tmp_path, MISRA, "Data:   y               x", ROWS.splitlines())


def test_nist_s_own_layout_is_the_set_of_the_package(misra):
    assert nist.as_json(nist.read(misra)) == nist.as_json(nist.named("misra1a"))


def test_a_linear_set_in_nist_s_layout(tmp_path):
    path = laid_out(tmp_path, LINEAR, "Data:     y       x1      x2", ["60323    83.0   234289", "61122 88.5 259426"])
    found = nist.read(path)
    assert (found.linear, found.response, found.model) == (True, "y", "B0+B1*x1+B2*(x2**2)")
    assert found.parameters == ("B0", "B1", "B2")
    assert found.certified.estimates[2] == -0.0358191792925910
    assert found.certified.deviations[0] == 890420.383607373
    assert found.certified.residual_sum_of_squares == 836424.055505915
    assert (found.certified.residual_deviation, found.certified.freedom) == (304.854073561965, 9)
    assert found.columns["x2"].tolist() == [234289, 259426]


def test_the_response_may_be_an_expression_and_pi_may_be_defined(tmp_path):
    head = [line.replace("y = b1*(1-exp[-b2*x])", "log[y] = b1*(1-exp[-b2*x])/pi") for line in MISRA]
    head[30] = "               pi = 3.141592653589793238462643383279E0"
    found = nist.read(laid_out(tmp_path, head, "Data:   y               x", ROWS.splitlines()))
    assert (found.response, found.model) == ("log(y)", "b1*(1-exp(-b2*x))/pi")
    with precision(np.dtype(np.float64)):
        r = np.asarray(found.problem.residuals(found.starts[0], *found.problem.data))
    x, y = found.columns["x"], found.columns["y"]
    np.testing.assert_allclose(r, 500 * (1 - np.exp(-0.0001 * x)) / np.pi - np.log(y), rtol=1e-12)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda lines: [line.replace("Dataset Name", "Name") for line in lines], "'Dataset Name:'"),
        (lambda lines: [line.replace("y = b1", "b1") for line in lines], "model of the form"),
        (lambda lines: [line.replace(" =  ", "    ") for line in lines], "certified value"),
        (lambda lines: [line.replace("Data:", "Rows:") for line in lines], "line 60"),
        (lambda lines: lines[:60], "rows of 2 numbers"),
        (lambda lines: [line.replace("Degrees", "Degree") for line in lines], "degrees of freedom"),
    ],
)
def test_what_is_missing_from_a_file_is_named(misra, broken, words):
    lines = broken(misra.read_text().splitlines())
    misra.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=words):
        nist.read(misra)


def test_a_model_that_is_no_expression_is_refused_and_not_executed(misra):
    misra.write_text(misra.read_text().replace("b1*(1-exp[-b2*x])", "__import__('os').system('false')"))
    with pytest.raises(ValueError, match="allowed are numbers"):
        nist.read(misra).problem  # noqa: B018


@pytest.mark.parametrize("name", nist.names())
def test_the_certified_sum_of_squares_is_that_of_the_certified_parameters(name):
    found = nist.named(name)
    with precision(np.dtype(np.float64)):
        value = float(found.problem.evaluate(found.certified.estimates, Needs.VALUE).value)
    # Of Lanczos3, residuals of 1e-5 are differences of numbers given to eleven digits; Wampler5's are of 1e7.
    assert 2 * value == pytest.approx(found.certified.residual_sum_of_squares, rel=1e-5)
    rows = len(found.columns["y"])
    assert found.certified.freedom == rows - len(found.parameters)
    spread = np.sqrt(found.certified.residual_sum_of_squares / found.certified.freedom)
    assert found.certified.residual_deviation == pytest.approx(spread, rel=1e-9)


def test_a_name_that_is_not_known_gets_a_guess():
    with pytest.raises(ValueError, match="Did you mean 'BoxBOD'"):
        nist.named("boxbot")


def test_the_file_is_small_and_has_nothing_but_numbers_and_names():
    text = files("osolgil.problems.collections").joinpath("nist.json").read_text()
    assert len(text) < 30_000
    assert len(json.loads(text)) == len(nist.names()) == 17

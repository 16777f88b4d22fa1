import subprocess
import sys

import numpy as np
import pytest
from oracles.regression import SPECTOR, WOMEN

from osolgil.regression import fit
from osolgil.regression.summary import as_text

LINE = "height ~ weight"


@pytest.fixture(scope="module")
def women():
    return fit(LINE, WOMEN)


def test_the_summary_says_what_was_fitted_how_and_how_sure(women):
    text = str(women)
    for part in (
        "height ~ weight",
        "Gaussian",
        "exact by one QR factorization",
        "0.287249",
        "0.00758808",
        "37.8553",
        "(13 degrees of freedom)",
        "-7.89744",
        "At the optimum",
    ):
        assert part in text
    row = next(line for line in text.splitlines() if line.startswith("weight"))
    assert [cell.strip() for cell in row.split("│")] == [
        "weight", "0.287249", "0.00758808", "37.8553", "< 0.0001", "0.270856", "0.303642",
    ]  # fmt: skip
    assert text == str(women.summary()) == repr(women)


def test_the_summary_of_a_rule_shows_distances_and_offers_the_polish():
    text = str(fit(LINE, WOMEN, method="gradient_descent", epochs=2, driver="host"))
    assert "Std. errors from optimum" in text
    assert "Std. error " not in text
    assert "AIC" not in text
    assert "model.polish(), or --polish, finishes with the exact method" in text.replace("\n", " ")


def test_the_summary_of_classes_shows_labels_and_the_confusion_matrix():
    table = {**SPECTOR, "GRADE": np.array(["no", "[red]yes"])[SPECTOR["GRADE"].astype(int)]}
    model = fit("GRADE ~ GPA + TUCE + PSI", table, family="bernoulli", success="[red]yes")
    text = str(model)
    assert "1 is GRADE = [red]yes" in text
    assert "Accuracy        81.25 %" in text
    row = next(line for line in text.splitlines() if line.startswith("[red]yes"))
    assert row.replace("│", " ").split() == ["[red]yes", "3", "8"]


def test_names_from_data_are_shown_and_not_obeyed():
    hostile = "[bold]w\x1b[2J[/]"
    model = fit(X=WOMEN["weight"], y=WOMEN["height"], columns=[hostile])
    text = as_text(model.summary())
    assert "[bold]w\\x1b[2J[/]" in text
    assert "\x1b" not in text


def test_predictions_of_every_kind(women):
    new = {"weight": [100.0, 150.0]}
    np.testing.assert_allclose(
        women.predict(new), 25.72345571326622 + 0.2872492268654349 * np.array([100, 150]), rtol=1e-12
    )
    np.testing.assert_array_equal(women.predict(new, kind="link"), women.predict(new))
    table = {**SPECTOR, "GRADE": np.array(["no", "yes"])[SPECTOR["GRADE"].astype(int)]}
    model = fit("GRADE ~ GPA + TUCE + PSI", table, family="bernoulli", success="no")
    p, link = model.predict(), model.predict(kind="link")
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-link)), rtol=1e-14)
    assert model.coefficients["PSI"] == pytest.approx(-2.37869, rel=1e-5)
    np.testing.assert_array_equal(model.predict(kind="class"), np.where(p > 0.5, "no", "yes"))


def test_predictions_refuse_what_they_cannot_know(women):
    with pytest.raises(ValueError, match="there is no column 'weight'"):
        women.predict({"wait": [1.0]})
    grouped = fit("height ~ weight + g", {**WOMEN, "g": list("abb") * 5})
    with pytest.raises(ValueError, match=r"'g' has the value 'z' in row 1 .*, which did not occur at the fit"):
        grouped.predict({"weight": [1.0, 2.0], "g": ["a", "z"]})
    with pytest.raises(ValueError, match="kind='probability' is not known; choose one of 'mean', 'class'"):
        women.predict(kind="probability")
    with pytest.raises(ValueError, match="Gaussian family has no classes"):
        women.predict(kind="class")


def test_importing_the_room_imports_no_table_library_and_no_terminal():
    code = (
        "import sys, osolgil.regression;"
        "late = 'pandas pyarrow formulaic sklearn scipy.stats scipy.optimize rich matplotlib'.split();"
        "print([m for m in late if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

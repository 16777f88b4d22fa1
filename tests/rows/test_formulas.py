import builtins
import json
import os
import unicodedata

import formulaic
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from osolgil.rows import Design, Recipe, UnsafeFormula, design

RNG = np.random.default_rng(7)
ROWS = 48
TABLE = {
    "y": RNG.normal(size=ROWS),
    "x": RNG.uniform(0.5, 2.0, ROWS),
    "z": RNG.normal(size=ROWS),
    "g": ["a", "b", "c", "d"] * 12,
    "h": ["u"] * 16 + ["v"] * 16 + ["w"] * 16,
    "k": [1, 2, 3] * 16,
}
KOREAN = {
    "키": [170.0, 160.0, 181.5, 155.0],
    "몸무게": [65.0, 50.0, 80.0, 47.0],
    "성별": ["남", "여", "남", "여"],
    "합격": ["예", "아니오", "예", "예"],
}


@pytest.mark.parametrize(
    "right",
    [
        "1",
        "x",
        "0 + x",
        "x + z + x:z",
        "g",
        "0 + g",
        "g + h",
        "0 + g + h",
        "g:h",
        "0 + g:h",
        "g*h",
        "g*x",
        "g:x",
        "0 + g:x + h",
        "g*h*x",
        "g/h",
        "g + g:h:x",
        "C(k)",
        "C(k)*g + x",
        "k",
        "(x + g + h)^2 - x:g",
        "z + g:x + x",
    ],
)
def test_the_matrix_is_formulaics(right):
    theirs = formulaic.model_matrix(right, pd.DataFrame(TABLE))
    ours = design(f"y ~ {right}", TABLE)
    assert ours.columns == tuple(str(name) for name in theirs.columns)
    np.testing.assert_array_equal(ours.X, theirs.to_numpy(np.float64))
    assert ours.X.dtype == np.float64
    assert ours.X.flags.c_contiguous
    np.testing.assert_array_equal(ours.y, TABLE["y"])


def test_computed_columns_are_their_formulas():
    x, z = TABLE["x"], TABLE["z"]
    d = design("y ~ log(x) + I(x^2 + z) + I(x**3) + sqrt(x)*z + exp(-z) + where(z > 0, z, 0)", TABLE)
    assert d.columns == (
        "Intercept", "log(x)", "I(x^2+z)", "I(x**3)", "sqrt(x)", "z", "exp(-z)", "where(z>0,z,0)", "sqrt(x):z"
    )  # fmt: skip
    expected = [np.ones(ROWS), np.log(x), x**2 + z, x**3, np.sqrt(x), z, np.exp(-z), np.maximum(z, 0), np.sqrt(x) * z]
    np.testing.assert_allclose(d.X, np.column_stack(expected), rtol=1e-15, atol=1e-15)


def test_centered_and_scaled_columns_use_the_mean_and_deviation_of_the_fit():
    x = TABLE["x"]
    d = design("y ~ center(x) + scale(x) + center(log(x))", TABLE)
    np.testing.assert_allclose(d.X[:, 1], x - x.mean(), rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(d.X[:, 2], (x - x.mean()) / x.std(ddof=1), rtol=1e-14, atol=1e-15)
    new = {"x": [1.0]}
    expected = [1.0, 1 - x.mean(), (1 - x.mean()) / x.std(ddof=1), -np.log(x).mean()]
    for repeated in (d, Design.from_json(d.to_json())):
        np.testing.assert_allclose(repeated.apply(new), [expected], rtol=1e-14)


def test_the_reference_is_the_level_that_others_are_compared_with():
    d = design("y ~ C(g, Treatment('c')) + C(k, Treatment(reference=2))", TABLE)
    assert d.columns == (
        "Intercept",
        *(f"C(g,Treatment('c'))[T.{level}]" for level in "abd"),
        *(f"C(k,Treatment(reference=2))[T.{level}]" for level in (1, 3)),
    )
    assert d.levels["C(g,Treatment('c'))"] == ("c", "a", "b", "d")
    np.testing.assert_array_equal(d.X[:, 2], np.array(TABLE["g"]) == "b")


@pytest.mark.parametrize(
    "make", [dict, pa.table, pd.DataFrame, pl.DataFrame], ids=["dict", "arrow", "pandas", "polars"]
)
def test_a_korean_design_is_the_same_from_every_table(make):
    d = design("키 ~ 몸무게*성별", make(KOREAN))
    assert d.columns == ("Intercept", "몸무게", "성별[T.여]", "몸무게:성별[T.여]")
    assert d.response == "키"
    assert d.levels == {"성별": ("남", "여")}
    np.testing.assert_array_equal(d.X, [[1, 65, 0, 0], [1, 50, 1, 50], [1, 80, 0, 0], [1, 47, 1, 47]])
    np.testing.assert_array_equal(d.y, KOREAN["키"])


def test_a_table_with_decomposed_names_is_the_same_table():
    decomposed = {unicodedata.normalize("NFD", name): column for name, column in KOREAN.items()}
    assert not set(decomposed) & set(KOREAN)
    for formula in ("키 ~ 몸무게*성별 + log(몸무게)", "키 ~ ."):
        d = design(formula, KOREAN)
        np.testing.assert_array_equal(design(formula, decomposed).X, d.X)
        np.testing.assert_array_equal(d.apply(decomposed), d.X)


def test_an_ordered_column_keeps_its_order_and_levels_that_do_not_occur_are_left_out():
    grades = pd.Categorical(["낮음", "높음", "중간"], ["낮음", "중간", "높음", "최고"], ordered=True)
    d = design("y ~ g", {"y": [1.0, 2.0, 3.0], "g": pd.Series(grades)})
    assert d.columns == ("Intercept", "g[T.중간]", "g[T.높음]")
    unordered = design("y ~ g", {"y": [1.0, 2.0], "g": pl.Series(["z", "a"], dtype=pl.Categorical)})
    assert unordered.levels == {"g": ("a", "z")}


def test_a_boolean_column_is_a_number():
    d = design("y ~ flag", {"y": [1.0, 2.0], "flag": [True, False]})
    assert d.columns == ("Intercept", "flag")
    np.testing.assert_array_equal(d.X[:, 1], [1, 0])


def test_names_that_look_like_parts_of_a_formula_are_only_names():
    table = {"the y": [1.0, 2.0], "f0[T.1]:f1": [3.0, 4.0], "g[T.a]": ["f1:f0", "[T.2]"], "e": [5.0, 6.0]}
    d = design("`the y` ~ `f0[T.1]:f1`*`g[T.a]` + I(2*`e`)", table)
    quoted = "`f0[T.1]:f1`"
    assert d.columns == ("Intercept", quoted, "`g[T.a]`[T.f1:f0]", "I(2*`e`)", f"{quoted}:`g[T.a]`[T.f1:f0]")
    np.testing.assert_array_equal(d.X, [[1, 3, 1, 10, 3], [1, 4, 0, 12, 0]])
    np.testing.assert_array_equal(Design.from_json(d.to_json()).apply(table), d.X)


def test_a_response_of_two_labels_is_one_at_the_second_or_at_the_success():
    d = design("합격 ~ 키", KOREAN)
    assert (d.response_levels, d.success) == (("아니오", "예"), "예")
    assert d.y.tolist() == [1, 0, 1, 1]
    d = design("합격 ~ 키", KOREAN, success="아니오")
    assert (d.response_levels, d.success) == (("예", "아니오"), "아니오")
    assert d.y.tolist() == [0, 1, 0, 0]


def test_a_boolean_response_is_one_where_true_even_if_it_never_is():
    d = design("y ~ x", {"y": [False, False], "x": [1.0, 2.0]})
    assert (d.response_levels, d.success, d.y.tolist()) == ((False, True), True, [0, 0])


def test_a_response_may_be_computed_or_numbers_as_categories():
    d = design("log(y) ~ x", {"y": [1.0, np.e], "x": [1.0, 2.0]})
    np.testing.assert_allclose(d.y, [0, 1])
    assert (d.response, d.success) == ("log(y)", None)
    assert design("C(y) ~ x", {"y": [5, 3], "x": [1.0, 2.0]}).response_levels == (3, 5)


HOLES = {
    "y": [1.0, None, 3.0, 4.0, 5.0, 6.0],
    "x": [1.0, 2.0, np.inf, 4.0, 5.0, 6.0],
    "g": ["a", "b", "a", None, "b", "a"],
    "unused": [None] * 6,
}


def test_missing_values_are_named_in_every_column_that_is_used():
    with pytest.raises(ValueError, match="is missing or not finite") as refused:
        design("y ~ x + g", HOLES)
    message = str(refused.value)
    for column, row in (("x", 2), ("g", 3), ("y", 1)):
        assert f"column '{column}' is missing or not finite in 1 of 6 rows: {row} (the first row is row 0)" in message
    assert "unused" not in message
    assert message.endswith("or drop the rows with missing='drop', or --missing drop")


def test_dropped_rows_are_counted_and_the_kept_ones_numbered():
    d = design("y ~ x + g", HOLES, missing="drop")
    assert d.kept_rows.tolist() == [0, 4, 5]
    assert d.dropped_rows == 3
    assert [(trouble.columns, trouble.rows) for trouble in d.dropped] == [
        (("x",), (2,)),
        (("g",), (3,)),
        (("y",), (1,)),
    ]
    np.testing.assert_array_equal(d.X, [[1, 1, 0], [1, 5, 1], [1, 6, 0]])
    np.testing.assert_array_equal(d.y, [1, 5, 6])


def test_a_computed_value_that_is_not_finite_counts_as_missing():
    table = {"y": [1.0, 2.0, 3.0, 4.0], "x": [0.0, -1.0, None, 1.0]}
    with pytest.raises(ValueError, match=r"column 'x' .* rows: 2 .*; column 'log\(x\)' .* 2 of 4 rows: 0, 1 "):
        design("y ~ log(x)", table)
    d = design("y ~ log(x)", table, missing="drop")
    assert (d.kept_rows.tolist(), d.dropped_rows) == ([3], 3)


def test_means_and_levels_are_those_of_the_kept_rows():
    table = {"y": [1.0, 2.0, 3.0, None], "x": [1.0, 2.0, 6.0, 99.0], "g": ["a", "b", "a", "only here"]}
    d = design("y ~ center(x) + g", table, missing="drop")
    assert d.X[:, 1].tolist() == [-2.0, -1.0, 3.0]
    assert d.levels == {"g": ("a", "b")}


@pytest.mark.parametrize(
    ("formula", "table", "options", "message"),
    [
        ("y ~ hieght", {"y": [1.0], "height": [1.0]}, {}, "no column 'hieght'; did you mean 'height'?"),
        ("y ~ q", {"y": [1.0], "키": [1.0]}, {}, "no column 'q'; the columns are y, 키"),
        ("y ~ log(q)", {"y": [1.0], "x": [1.0]}, {}, "no column 'q'"),
        ("q ~ x", {"y": [1.0], "x": [1.0]}, {}, "no column 'q'"),
        ("y ~ log(g)", {"y": [1.0], "g": ["a"]}, {}, "column 'g' does not hold numbers .* write C\\(g\\)"),
        ("y ~ d", {"y": [1.0], "d": pd.to_datetime(["2020-01-01"])}, {}, "column 'd' does not hold numbers"),
        ("y ~ C(d)", {"y": [1.0], "d": pd.to_datetime(["2020-01-01"])}, {}, "'d' cannot be used as categories"),
        ("y ~ l", {"y": [1.0], "l": [[1, 2]]}, {}, "column 'l' does not hold numbers .* turn it into numbers or text"),
        ("y ~ g", {"y": [1.0, 2.0], "g": ["a", "a"]}, {}, "column 'g' is 'a' in every row"),
        ("y ~ scale(x)", {"y": [1.0, 2.0], "x": [3.0, 3.0]}, {}, "cannot be scaled: it is 3 in every row"),
        ("y ~ C(g, Treatment('c'))", {"y": [1.0, 2.0], "g": ["a", "b"]}, {}, "'c' is not a value of column 'g'.* a, b"),
        ("g ~ x", {"g": ["a", "b", "c"], "x": [1.0, 2.0, 3.0]}, {}, r"'g' has 3 classes \(a, b, c\), not two; merge"),
        ("g ~ x", {"g": ["a", "a"], "x": [1.0, 2.0]}, {}, "'g' is a in every row; add rows of another class"),
        ("g ~ x", {"g": ["a", "b"], "x": [1.0, 2.0]}, {"success": "z"}, "success 'z' is not a class of 'g', .* a, b"),
        ("y ~ x", {"y": [1.0], "x": [1.0]}, {"success": 1}, "success 1 is for a response of labels, but 'y'"),
        ("center(y) ~ x", {"y": [1.0], "x": [1.0]}, {}, "may not be centered or scaled"),
        ("y ~ x", {"y": [], "x": []}, {}, "no rows to fit: it is empty"),
        ("y ~ x", {"y": [1.0, None], "x": [None, 1.0]}, {"missing": "drop"}, "no rows to fit: each has something"),
        ("y ~ x", {"y": [1.0], "x": [1.0]}, {"missing": "ignore"}, "missing is 'ignore'; it may be 'error' or 'drop'"),
        ("y ~ Intercept", {"y": [1.0], "Intercept": [1.0]}, {}, "two columns .* would be named 'Intercept'"),
    ],
)  # fmt: skip
def test_a_design_that_cannot_be_made_is_refused_in_one_sentence(formula, table, options, message):
    with pytest.raises(ValueError, match=message.replace("?", r"\?")) as refused:
        design(formula, table, **options)
    assert "\n" not in str(refused.value)


def test_a_label_for_every_row_is_refused_before_it_fills_the_memory():
    names = [f"사람{i}" for i in range(10_001)]
    with pytest.raises(ValueError, match=r"makes 10001 columns, more than 10000 \('이름' has 10001 levels\)"):
        design("y ~ 이름", {"y": np.arange(10_001.0), "이름": names})


# ------------------------------------------------------------------------------- new rows, saved models


@pytest.fixture(scope="module", params=["fresh", "saved"])
def repeated(request):
    made = design("y ~ g*x + C(k, Treatment(3)):h + log(x) + scale(z)", TABLE)
    return made, made if request.param == "fresh" else Design.from_json(made.to_json())


def test_the_rows_of_the_fit_give_the_same_bits_again(repeated):
    made, again = repeated
    np.testing.assert_array_equal(again.apply(TABLE), made.X)
    assert again.columns == made.columns
    assert again.levels == made.levels
    assert (again.formula, again.response, again.success) == (made.formula, made.response, made.success)


def test_new_rows_need_neither_the_response_nor_all_levels(repeated):
    made, again = repeated
    rows = [5, 3]
    new = {name: [values[row] for row in rows] for name, values in TABLE.items() if name != "y"}
    np.testing.assert_array_equal(again.apply(new), made.X[rows])
    new["g"] = pd.Series(pd.Categorical(new["g"], ["d", "b"]))
    np.testing.assert_array_equal(again.apply(new), made.X[rows])
    new["k"] = [float(value) for value in new["k"]]
    np.testing.assert_array_equal(again.apply(pl.DataFrame(new | {"g": ["b", "d"]})), made.X[rows])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"g": ["a", "새것"]}, "column 'g' has the value '새것' in row 1 .*, which did not occur .* a, b, c, d"),
        ({"k": [4, 1]}, "column 'k' has the value 4 in row 0 .*, which did not occur at the fit; known are 3, 1, 2"),
        ({"g": [1, 2]}, "column 'g' held labels at the fit and does not now"),
        ({"x": ["1", "2"]}, "column 'x' held numbers at the fit and does not now"),
        ({"x": ["1", "x"]}, r"column 'x' holds numbers, but 'x' in row 1 .*; correct"),
        ({"x": [1.0, None]}, "column 'x' is missing or not finite in 1 of 2 rows: 1 .*; fill .* or leave the rows out"),
        ({"x": [1.0, 0.0]}, r"column 'log\(x\)' is missing or not finite in 1 of 2 rows: 1"),
        ({"g": ["a", None]}, "column 'g' is missing or not finite in 1 of 2 rows: 1"),
        ({"z": None}, "there is no column 'z'; the columns are x, g, k, h"),
    ],
)  # fmt: skip
def test_new_rows_that_do_not_fit_are_refused(repeated, change, message):
    new = {"x": [1.0, 2.0], "g": ["a", "b"], "k": [1, 2], "h": ["u", "v"], "z": [0.0, 1.0]} | change
    with pytest.raises(ValueError, match=message):
        repeated[1].apply({name: column for name, column in new.items() if column is not None})


def test_a_missing_column_gets_a_suggestion(repeated):
    new = {"x": [1.0], "g": ["a"], "k": [1], "hh": ["u"], "z": [1.0]}
    with pytest.raises(ValueError, match=r"there is no column 'h'; did you mean 'hh'\?"):
        repeated[1].apply(new)


def test_no_new_rows_give_a_matrix_without_rows(repeated):
    made, again = repeated
    empty = pa.table({name: values[:0] for name, values in pa.table(TABLE).to_pydict().items()}, pa.table(TABLE).schema)
    assert again.apply(empty).shape == (0, len(made.columns))


def test_a_saved_korean_design_keeps_its_names_and_its_classes():
    d = design("합격 ~ 키 + 성별", KOREAN, success="아니오")
    saved = d.to_json()
    assert "성별" in saved
    again = Design.from_json(saved)
    assert (again.success, again.response, again.columns) == ("아니오", "합격", d.columns)
    assert again.X.shape == (0, 3)
    assert again.y.shape == again.kept_rows.shape == (0,)


def test_a_formula_with_a_dot_is_saved_with_its_columns_written_out():
    d = design("y ~ .", {"y": [1.0, 2.0], "a b": [1.0, 3.0], "g": ["u", "v"]})
    again = Design.from_json(d.to_json())
    np.testing.assert_array_equal(again.apply({"g": ["v"], "a b": [7.0], "later": [0.0]}), [[1, 7, 1]])


def tampered(**changes):
    d = design("합격 ~ center(키) + 성별", KOREAN)
    return json.dumps(json.loads(d.to_json()) | changes)


@pytest.mark.parametrize(
    "formula",
    [
        "합격 ~ I(__import__('os').system('x'))",
        "합격 ~ {canary()} + 성별",
        "canary() ~ 키",
        "합격 ~ center(canary()) + 성별",
        "합격 ~ C(성별, canary())",
    ],
)
def test_an_attack_in_a_saved_model_is_refused_before_anything_runs(formula, monkeypatch):
    touched = []
    monkeypatch.setattr(builtins, "canary", lambda *_: touched.append("canary"), raising=False)
    monkeypatch.setattr(os, "system", lambda *_: touched.append("system"))
    with pytest.raises(UnsafeFormula):
        Design.from_json(tampered(formula=formula))
    with pytest.raises(UnsafeFormula):
        Recipe.from_json(tampered(formula=formula))
    assert touched == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "not a saved design of format 'osolgil.design', version 1"),
        ("{}", "not a saved design of format"),
        (tampered(version=2), "not a saved design of format"),
        (tampered(formula=None), "it has no formula"),
        (tampered(formula="합격 ~ center(키)"), "the levels of '성별' are 남, 여"),
        (tampered(formula="합격 ~ center(키) + 성별 + z"), "its formula makes the columns"),
        (tampered(levels={}), "its formula makes the columns"),
        (tampered(levels={"성별": ["남", "남"]}), "the levels of '성별' are 남, 남"),
        (tampered(levels={"성별": ["남", ["여"]]}), r"\['여'\] is not a level"),
        (tampered(levels={"center(키)": ["남", "여"]}), "the levels of 'center"),
        (tampered(levels=3), "damaged"),
        (tampered(constants={}), "its recorded means and deviations are {}"),
        (tampered(constants={"center(키)": [1.0, 0.0]}), "its recorded means and deviations"),
        (tampered(constants={"center(키)": [float("nan"), 1.0]}), "its recorded means and deviations"),
        (tampered(constants={"center(키)": [1.0]}), "damaged"),
        (tampered(response_levels=["예"]), "the response has the classes 예"),
        (tampered(columns=["Intercept"]), "its formula makes the columns Intercept, .* but it says Intercept"),
    ],
)
def test_a_damaged_saved_model_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        Design.from_json(text)


def test_the_saved_model_that_was_not_tampered_with_is_read():
    assert Design.from_json(tampered()).columns == ("Intercept", "center(키)", "성별[T.여]")

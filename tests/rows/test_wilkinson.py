import builtins
import itertools
import os
import time
import unicodedata

import formulaic
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from osolgil.rows import UnsafeFormula, parse_formula


def terms(text, columns=()):
    """The right side as formulaic writes it: each term a set of factors."""
    formula = parse_formula(text, columns)
    written = [frozenset(formula.factors[number].text for number in term) for term in formula.terms]
    return ([frozenset({"1"})] if formula.intercept else []) + written


@pytest.mark.parametrize(
    "right",
    [
        "a",
        "0 + a",
        "a + 0",
        "a - 1",
        "-1 + a",
        "1",
        "a + 1 - 1 + 1",
        "a + b:c",
        "a*b",
        "a*b*c - a:b:c",
        "a/b",
        "a/b/c",
        "(a + b)/c",
        "a/(b + c)",
        "(a + b + c)^2",
        "(a + b + c)**3 - a:c",
        "(a + b):(c + d)",
        "a:b:a",
        "b:a + a:b",
        "a + b - a",
        "a + (b - b)",
        "a*b:c",
        "(a*b)^2",
        "log(a) + a",
        "log(a):C(b) + exp(c)",
    ],
)
def test_the_algebra_is_formulaics(right):
    theirs = [frozenset(str(factor) for factor in term.factors) for term in formulaic.Formula(f"y ~ {right}").rhs]
    assert set(terms(f"y ~ {right}")) == set(theirs)


def test_terms_come_in_the_order_in_which_they_were_written():
    assert terms("y ~ c + a + c + b:a + a:b") == [{"1"}, {"c"}, {"a"}, {"a", "b"}]


def test_a_dot_is_every_other_column():
    assert terms("키 ~ . - b", ["키", "a", "b", "body mass"]) == [{"1"}, {"a"}, {"`body mass`"}]
    formula = parse_formula("log(y) ~ .^2 + 0", ["y", "a", "b"])
    assert formula.text == "log(y) ~ (a + b) ^ 2 + 0"
    assert parse_formula(formula.text) == formula


def test_blanks_do_not_tell_two_factors_apart():
    formula = parse_formula("y ~ log( a+1 ) + log(a + 1) + C( g , Treatment( 'x y' ) )")
    assert [factor.text for factor in formula.factors] == ["log(a+1)", "C(g,Treatment('x y'))"]


def test_korean_names_are_names_composed_or_not():
    text = "키 ~ 몸무게*성별 + log(나이)"
    formula = parse_formula(text)
    assert formula.columns == ("몸무게", "성별", "나이")
    assert parse_formula(unicodedata.normalize("NFD", text)) == formula


def test_backticks_hold_any_name():
    formula = parse_formula("`the y` ~ `log(x)` + log(`body mass` + `e`) + C(`t[a]`) + `__import__('os')` + `a ~ b`")
    assert formula.response.columns == ("the y",)
    assert formula.columns == ("log(x)", "body mass", "e", "t[a]", "__import__('os')", "a ~ b")


def test_a_quoted_call_is_a_column_and_not_the_call():
    formula = parse_formula("y ~ log(x) + `log(x)`")
    assert [factor.text for factor in formula.factors] == ["log(x)", "`log(x)`"]
    assert formula.columns == ("x", "log(x)")


ATTACKS = [
    "y ~ I(__import__('os').system('x'))",
    "y ~ __import__('os').system('x')",
    "y ~ {__import__('os').system('x')}",
    "y ~ x + {canary()}",
    "y ~ `x` + canary()",
    "canary() ~ x",
    "I(canary()) ~ x",
    "y ~ canary(x)",
    "y ~ log(canary())",
    "y ~ log(`x` + canary())",
    "y ~ log(x, out=canary())",
    "y ~ log(x).__class__",
    "y ~ log.__class__(x)",
    "y ~ I((lambda: canary())())",
    "y ~ I([canary() for _ in (1,)])",
    "y ~ I(x if canary() else x)",
    "y ~ I(f'{canary()}')",
    "y ~ I(x := canary())",
    "y ~ I(open('/etc/passwd'))",
    "y ~ I('text')",
    "y ~ I(x.real)",
    "y ~ I()",
    "y ~ I(2)",
    "y ~ log(pi)",
    "y ~ C(canary())",
    "y ~ C(x, canary())",
    "y ~ C(x, Treatment(canary()))",
    "y ~ C(x, Treatment(reference=canary()))",
    "y ~ C(x, Treatment(reference=f'{canary()}'))",
    "y ~ C(x, Treatment(reference=None))",
    "y ~ C(x, contr.sum)",
    "y ~ C(x, contr.treatment(base='a'))",
    "y ~ C(x, levels=canary())",
    "y ~ C(x + z)",
    "y ~ C(*x)",
    "y ~ C()",
    "y ~ C('x')",
    "y ~ C(" + "-" * 90_000 + "x)",
    "y ~ Q('x')",
    "y ~ np.log(x)",
    "y ~ x.__class__",
    "y ~ x[0]",
    "y ~ a__b",
    "y ~ 'x'",
    'y ~ "x"',
    "y ~ x; canary()",
    "y ~ x\\n",
    "y ~ x | z",
    "y ~ x %in% z",
    "y ~ x @ z",
    "y ~ x = z",
    "y ~ x, z",
    "[canary() ~ x]",
    "y ~ [canary() ~ x]",
    "y ~ \0",
    "y ~ \ud800",
    "y ~ x²",
    "y ~ log(ｘ)",
    "y ~ " + "(" * 200 + "x" + ")" * 200,
    "y ~ log(" + "(" * 200 + "x" + ")" * 201,
    "y ~ x" + " + x" * 40_000,
    "y ~ (x",
    "y ~ x)",
    "y ~ log(x",
    "y ~ log('x)",
    "y ~ `x",
    "y ~ ``",
    "y ~ x +",
    "y ~ x z",
    "y ~ x ~ z",
    "y ~",
    "~ x",
    "x",
    "",
    "y + z ~ x",
    "(y) ~ x",
    "1 ~ x",
    "y ~ 2",
    "y ~ 2*x",
    "y ~ 1:x",
    "y ~ (x - 1)",
    "y ~ x^0",
    "y ~ x^z",
    "y ~ x^2.5",
    "y ~ x^" + "9" * 5000,
    "y ~ x^21",
    "y ~ 0",
    "y ~ x - x - 1",
    "y ~ y",
    "y ~ y*x",
    "y ~ .",
    "y ~ poly(x, 2)",
    "y ~ bs(x, df=4)",
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: ascii(attack[:40]))
def test_an_attack_or_a_slip_is_refused_before_anything_runs(attack, monkeypatch):
    touched = []
    for name in ("open", "eval", "exec"):
        monkeypatch.setattr(builtins, name, lambda *_, name=name, **__: touched.append(name))
    monkeypatch.setattr(builtins, "canary", lambda *_: touched.append("canary"), raising=False)
    monkeypatch.setattr(os, "system", lambda *_: touched.append("system"))
    with pytest.raises(UnsafeFormula) as refused:
        parse_formula(attack)
    assert touched == []
    assert str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "y ~ I(__import__('os').system('x'))",
            r"in .I\(__import__.*: .__import__.* is not a function of this language",
        ),
        ("y ~ canary(x)", "'canary\\(x\\)' calls 'canary', which formulas may not; a formula may hold"),
        ("y ~ lg(x)", r"which formulas may not; did you mean 'log'\?"),
        ("y ~ poly(x, 2)", r"'poly\(x,2\)' depends on the rows of the fit .* x \+ I\(x\*\*2\)"),
        ("y ~ body.mass + x", "'body.mass' is not a plain name; write a column of that name as `body.mass`"),
        ("y ~ 2*x", r"the number 2 in .* I\(2\*x\) scales a column"),
        ("y ~ x^z", r"the power in .* from 1 to 20; write I\(x\*\*2\) for the square"),
        ("y ~ {x}", "'{x}' in the formula is not allowed; a formula may hold column names"),
        ("height weight", "has not the form 'response ~ terms'; write for example 'height ~ weight'"),
        ("y + z ~ x", "the left side of .* is not one column or one function"),
        ("y ~ x +", "ends where a column was expected"),
        ("y ~ x z", "'z' is not expected at its place"),
        ("y ~ log(x", r"the parenthesis at '\(x' is never closed"),
        ("y ~ x + y", "'y' is on both sides"),
        ("y ~ I(2*pi)", r"'I\(2\*pi\)' has no column in it"),
        ("y ~ C(g, Sum)", r"'C\(g,Sum\)' is not C\(column\) or C\(column, Treatment\('reference'\)\)"),
        ("y ~ 0", "has no terms and no intercept: there is nothing to fit"),
    ],
)
def test_a_refusal_names_the_piece_and_what_to_write(text, message):
    with pytest.raises(UnsafeFormula, match=message):
        parse_formula(text)


@pytest.mark.parametrize("operator", ["*", "^20"])
def test_a_formula_that_explodes_is_refused_at_once(operator):
    names = [f"v{i}" for i in range(100)]
    text = "y ~ " + "*".join(names) if operator == "*" else f"y ~ ({'+'.join(names)})^20"
    start = time.perf_counter()
    with pytest.raises(UnsafeFormula, match="makes more than 10000 terms"):
        parse_formula(text)
    assert time.perf_counter() - start < 5


def test_what_is_not_a_string_is_not_a_formula():
    with pytest.raises(TypeError, match="not list"):
        parse_formula(["y ~ x"])


WORDS = "y x 키 `a b` ~ + - * / : ^ ** ( ) 0 1 2 . log( I( C( center( Treatment( ' \" ` , = [ { __ @ ² |"
FORMULAS = st.lists(st.sampled_from(WORDS.split()), max_size=20).map(lambda words: "y ~ " + "".join(words))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=50), FORMULAS))
@example("y ~ x^١")
def test_any_string_is_a_formula_or_one_kind_of_error(text):
    try:
        formula = parse_formula(text)
    except UnsafeFormula:
        return
    assert set(itertools.chain(*formula.terms)) == set(range(len(formula.factors)))
    assert parse_formula(formula.text).terms == formula.terms

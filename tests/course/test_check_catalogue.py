"""The catalogue: every mistake in two languages, no hint that is the solution, and no two formulas that are one."""

import inspect
import itertools
import re

import pytest

from osolgil.course import check
from osolgil.course.check import exercises, plans, rows
from osolgil.course.check.batches import PATTERNS
from osolgil.course.check.examine import agree
from osolgil.course.check.mistakes import Mistake

TEXTS = [(name, text) for name, m in check.MISTAKES.items() for text in (m.en, m.ko, m.hint_en, m.hint_ko)]

SOLUTIONS = [
    r"1\s*/\s*\(\s*1\s*\+",
    r"1\s*\+\s*(np\.|math\.)?exp",
    r"e\^\s*\(?[-−]",
    r"exp\(\s*[-−]",
    r"log\(?\s*p",
    r"log\(",
    r"\(1\s*[-−]\s*y\)",
    r"\(1\s*[-−]\s*p\)",
    r"(0\.5|½)\s*\*?\s*\(",
    r"y\s*[-−]\s*",
    r"\*\s*x",
    r"x\[",
    r"beta\s*[-−]",
    r"[-−]\s*(learning_rate|α|lr)",
    r"learning_rate\s*[*/]",
    r"/\s*(len|n\b|N\b|batch_size)",
    r"len\(",
    r"rng\.\w+",
    r"permutation",
    r"range\(",
    r"\[.*:.*\]",
    r"copy\(",
]


def test_every_name_is_a_key_and_every_text_is_there():
    for name, mistake in check.MISTAKES.items():
        assert name == mistake.name
        assert re.fullmatch(r"[a-z_]+", name)
    for name, text in TEXTS:
        assert text.strip() == text
        assert text.endswith((".", "?", ")")), (name, text)


def test_korean_is_korean_and_polite_throughout():
    for mistake in check.MISTAKES.values():
        for text in (mistake.ko, mistake.hint_ko):
            sentences = [each for each in re.split(r"(?<=[.?])\s+", re.sub(r"\([^)]*\)", "", text)) if each]
            for sentence in sentences:
                assert re.search(r"(니다|니까|십시오|시오)[.?]$", sentence), sentence
        for text in (mistake.en, mistake.hint_en):
            assert not re.search("[가-힣]", text)


def test_no_hint_contains_a_formula_of_the_answer():
    found = [
        (name, pattern)
        for name, mistake in check.MISTAKES.items()
        for hint in (mistake.hint_en, mistake.hint_ko)
        for pattern in SOLUTIONS
        if re.search(pattern, hint)
    ]
    assert found == []


@pytest.mark.parametrize(
    "solution", ["1 / (1 + e^−z)", "(y - p) * x[j]", "len(batch)", "rng.permutation(rows)", "½(y − p)²"]
)
def test_a_hint_with_a_formula_would_be_found(solution):
    assert any(re.search(pattern, solution) for pattern in SOLUTIONS)


def groups(exercise):
    return dict.fromkeys(case.group for case in exercise.cases)


def names_in_use():
    yield from (name for e in exercises.EXERCISES.values() for g in groups(e) for m in e.mutants(g) for name in m.names)
    yield from (name for name, _ in PATTERNS)
    yield from (name for plan in plans.plans(5, 2, 3) for name in plan.names)


def test_every_formula_s_name_is_in_the_catalogue():
    assert set(names_in_use()) <= set(check.MISTAKES)


def test_every_mistake_of_the_catalogue_is_named_somewhere():
    package = inspect.getfile(check).removesuffix("__init__.py")
    import pathlib

    code = "".join(file.read_text(encoding="utf-8") for file in pathlib.Path(package).glob("*.py"))
    assert [name for name in check.MISTAKES if f'"{name}"' not in code] == []


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_no_mutant_is_the_truth(name):
    exercise = exercises.EXERCISES[name]
    for group in groups(exercise):
        cases = [case for case in exercise.cases if case.group == group]
        truth = [exercise.truth(**case.arguments) for case in cases]
        for mutant in exercise.mutants(group):
            given = [mutant.formula(**case.arguments) for case in cases]
            same = all(agree(a, b) for a, b in zip(given, truth, strict=True))
            # A sum's only exception: two mistakes that undo each other, whose formula is never consulted.
            if mutant.names == ():
                assert same
            elif len(mutant.names) == 1:
                if mutant.names == ("loss_ignored",):
                    continue  # right for the loss that it always uses, so wrong in the other group
                assert not same, mutant.names


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_two_mistakes_of_one_formula_have_one_name(name):
    exercise = exercises.EXERCISES[name]
    for group in groups(exercise):
        cases = [case for case in exercise.cases if case.group == group]
        single = [mutant for mutant in exercise.mutants(group) if len(mutant.names) == 1]
        given = [[mutant.formula(**case.arguments) for case in cases] for mutant in single]
        for (first, a), (second, b) in itertools.combinations(zip(single, given, strict=True), 2):
            if all(agree(p, q) for p, q in zip(a, b, strict=True)):
                assert first.names == second.names


def test_the_first_formula_is_right():
    for model in ("linear", "logistic"):
        assert next(iter(rows.wrong_gradients(model, together=2)))[0] == ()
    assert plans.plans(5, 2, 3)[0].names == ()


def test_a_mistake_speaks_two_languages_and_no_other():
    mistake = Mistake("name", "what", "무엇", "where", "어디")
    assert mistake.text("en") == ("what", "where")
    assert mistake.text("ko") == ("무엇", "어디")
    with pytest.raises(ValueError, match="language='fr' is not known; choose 'en' or 'ko'"):
        mistake.text("fr")

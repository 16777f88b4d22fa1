"""What a function does, and what kind of thing it returns, is told before any number is compared."""

import time

import numpy as np
import pandas as pd
import pytest
from oracles.course import copying_step, matrix_gradient, slicing_batches
from oracles.course_loops import textbook

from osolgil.course import check
from osolgil.course.check import calling


def in_place_arrays(beta, gradient, learning_rate):
    beta -= learning_rate * gradient
    return beta


def in_place_lists(beta, gradient, learning_rate):
    for j in range(len(beta)):
        beta[j] = beta[j] - learning_rate * gradient[j]
    return beta


def in_place_gradient(beta, gradient, learning_rate):
    gradient *= learning_rate
    return beta - gradient


def dividing_its_rows(X, y, beta, model):
    found = matrix_gradient(X, y, beta, model)
    X /= 2
    return found


@pytest.mark.parametrize(
    ("name", "function", "which"),
    [
        ("step", in_place_arrays, "beta"),
        ("step", in_place_lists, "beta"),
        ("step", in_place_gradient, "gradient"),
        ("batch_gradient", dividing_its_rows, "X"),
    ],
)
def test_changed_arguments_are_named(name, function, which):
    verdict = getattr(check, name)(function, show=False)
    assert verdict.mistakes == ("inputs_mutated",)
    assert f"changes {which}." in verdict.text("en")
    assert f"값이 바뀐 인수: {which}" in verdict.text("ko")


def test_changed_arguments_are_named_beside_another_mistake():
    def up_and_in_place(beta, gradient, learning_rate):
        beta += learning_rate * gradient
        return beta

    assert set(check.step(up_and_in_place, show=False).mistakes) == {"gradient_ascent", "inputs_mutated"}


def test_a_list_that_grew_has_changed():
    def growing(beta, gradient, learning_rate):
        beta = beta if isinstance(beta, list) else in_place_arrays  # arrays raise, so lists decide
        new = [b - learning_rate * g for b, g in zip(beta, gradient, strict=True)]
        beta.append("done")
        return new

    assert check.step(growing, show=False).mistakes == ("inputs_mutated",)


NUMBERS = ("dot_product", "logistic", "minus_log_cross_entropy_i", "mse_i", "batch_loss", "get_gradient_ij")


@pytest.mark.parametrize("name", check.NAMES)
def test_a_function_without_return_is_told_so(name):
    verdict = getattr(check, name)(lambda *arguments: print(arguments), show=False)
    assert verdict.mistakes == ("returns_none",)
    assert "`return`" in verdict.text("en")
    assert "`return`" in verdict.text("ko")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    ("value", "mistake", "en", "ko"),
    [
        ("0.5", "wrong_type", "It returns a value of type str; asked for is one number.", "반환값: 자료형이 str인 값."),
        ({"p": 0.5}, "wrong_type", "a value of type dict", "자료형이 dict인 값"),
        (1 + 2j, "wrong_type", "a value of type complex", "자료형이 complex인 값"),
        (np.mean, "wrong_type", "asked for is one number", "필요한 것: 수 하나."),
        ([0.5, 0.2], "wrong_shape", "a list of length 2", "길이가 2인 list"),
        (np.ones(3), "wrong_shape", "an array of shape (3,)", "모양이 (3,)인 배열"),
        (np.ones((1, 1)), "wrong_shape", "an array of shape (1, 1)", "모양이 (1, 1)인 배열"),
        ([[1.0], [1.0, 2.0]], "wrong_shape", "a list of length 2", "길이가 2인 list"),
        (float("nan"), "not_finite", "It returns nan.", "반환값: nan."),
        (np.float64("inf"), "not_finite", "It returns inf.", "반환값: inf."),
        (..., "not_filled_in", "blank", "빈칸"),
    ],
)
def test_what_is_not_a_number_is_told_by_its_kind(name, value, mistake, en, ko):
    verdict = getattr(check, name)(lambda *arguments: value, show=False)
    assert verdict.mistakes == (mistake,)
    assert en in verdict.text("en")
    assert ko in verdict.text("ko")


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        (0.5, "wrong_shape"),
        ([0.5], "wrong_shape"),
        ([[0.5, 0.1]], "wrong_shape"),
        ([None, None], "returns_none"),
        ((each for each in (1.0, 2.0)), "wrong_type"),
        (map(abs, (1.0, 2.0)), "wrong_type"),
        ({0.5, 0.7}, "wrong_type"),
        (["a", "b"], "wrong_type"),
        ([1.0, np.nan], "not_finite"),
        (pd.Series([1.0, np.inf]), "not_finite"),
    ],
)
def test_what_is_not_a_vector_is_told_by_its_kind(value, mistake):
    assert check.step(lambda beta, gradient, learning_rate: value, show=False).mistakes == (mistake,)


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        (3, "wrong_type"),
        ("012", "wrong_type"),
        ([[0.0, 1.0]], "wrong_type"),
        ([[True, False]], "wrong_type"),
        ([["a"]], "wrong_type"),
        ([None], "returns_none"),
    ],
)
def test_what_are_not_batches_is_told_by_its_kind(value, mistake):
    assert check.batch_idx(lambda rows, batch_size, rng: value, show=False).mistakes == (mistake,)


def test_losses_beside_the_path_are_another_shape():
    verdict = check.gradient_descent(lambda *a: (textbook(*a), [1.0, 2.0]), show=False)
    assert verdict.mistakes == ("wrong_shape",)
    assert "a list of points" in verdict.text("en")
    assert "점들의 리스트" in verdict.text("ko")


def test_an_error_is_told_in_one_line_with_the_call_that_caused_it():
    verdict = check.step(lambda beta, gradient, learning_rate: beta / 0 if learning_rate else 1 // 0, show=False)
    assert verdict.mistakes == ("not_finite",)  # NumPy divides; the plain number below does not
    verdict = check.step(lambda beta, gradient, learning_rate: learning_rate / 0, show=False)
    assert verdict.mistakes == ("raises",)
    said = "step([1, 2], [0.5, -1], 0.1) raised ZeroDivisionError: "
    assert [line for line in verdict.text("en").splitlines() if said in line]
    assert "step([1, 2], [0.5, -1], 0.1) 호출에서 ZeroDivisionError: " in verdict.text("ko")


@pytest.mark.parametrize("name", check.NAMES)
def test_an_error_of_many_lines_stays_in_one(name):
    def failing(*arguments):
        raise ValueError("first\nsecond\n\nthird")

    verdict = getattr(check, name)(failing, show=False)
    assert verdict.mistakes == ("raises",)
    assert "ValueError: first second third" in verdict.text()


def test_leaving_the_program_is_an_error_like_any_other():
    verdict = check.step(lambda beta, gradient, learning_rate: exit(3), show=False)
    assert verdict.mistakes == ("raises",)
    assert "SystemExit: 3" in verdict.text()


@pytest.mark.parametrize("error", [NotImplementedError("later"), NameError("no", name="____")])
def test_a_blank_that_raises_is_a_blank(error):
    def blank(*arguments):
        raise error

    assert check.mse_i(blank, show=False).mistakes == ("not_filled_in",)


def test_a_blank_in_an_expression_is_a_blank():
    def blank(x, y, beta):
        p = ...
        return -(y * p + (1 - y) * (1 - p))

    assert check.minus_log_cross_entropy_i(blank, show=False).mistakes == ("not_filled_in",)
    assert check.logistic(lambda x, beta: 1 / (1 + np.exp(...)), show=False).mistakes == ("not_filled_in",)


def test_another_unknown_name_is_an_error():
    verdict = check.mse_i(lambda x, y, beta: learning_rat, show=False)  # noqa: F821
    assert verdict.mistakes == ("raises",)
    assert "NameError: name 'learning_rat' is not defined" in verdict.text()


def test_other_arguments_are_told_with_the_call_that_is_made():
    verdict = check.step(lambda beta, gradient: beta - gradient, show=False)
    assert verdict.mistakes == ("wrong_arguments",)
    assert "step(beta, gradient, learning_rate)" in verdict.text("en")
    assert "호출하는 방식: step(beta, gradient, learning_rate)" in verdict.text("ko")


@pytest.mark.parametrize("thing", [3.5, None, "step", [1.0]])
def test_what_is_not_a_function_is_told_so(thing):
    verdict = check.step(thing, show=False)
    assert verdict.mistakes == ("not_callable",)
    assert repr(thing) in verdict.text()


def test_a_loop_without_end_is_broken_off(monkeypatch):
    def endless(rows, batch_size, rng):
        start, batches = 0, []
        while start < rows:
            try:
                batches.append([start])
                start = +1  # `=+` for `+=`
                time.sleep(0.001)
            except Exception:
                pass

    monkeypatch.setattr(calling, "SECONDS", 0.05)
    verdict = check.batch_idx(endless, show=False)
    assert verdict.mistakes == ("endless",)
    assert "batch_idx(10, 3, rng)" in verdict.text()


@pytest.mark.parametrize("name", ["step", "gradient_descent"])
def test_a_call_without_end_is_not_tried_again_with_other_kinds_of_arguments(name, monkeypatch):
    calls = []

    def endless(*arguments):
        calls.append(arguments)
        while True:
            time.sleep(0.001)

    monkeypatch.setattr(calling, "SECONDS", 0.05)
    assert getattr(check, name)(endless, show=False).mistakes == ("endless",)
    assert len(calls) == 1


def test_prints_of_the_function_are_not_shown(capsys):
    def talking(beta, gradient, learning_rate):
        print("here I am")
        return copying_step(beta, gradient, learning_rate)

    assert check.step(talking).passed
    assert capsys.readouterr().out == "✓ step: right.\n"


def student(source):
    """The namespace of a notebook into which this was typed."""
    namespace = {"slicing_batches": slicing_batches}
    exec(source, namespace)
    return namespace


CALLING = """
def dot_product(a, b):
    return sum(p {sign} q for p, q in zip(a, b))
def mse_i(x, y, beta):
    return 0.5 * (y - dot_product(x, beta)) ** 2
def batch_loss(X, y, beta, loss_i):
    return sum(loss_i(X[i], y[i], beta) for i in range(len(y)))
"""


def test_a_function_that_calls_a_wrong_one_is_sent_there():
    verdict = check.mse_i(student(CALLING.format(sign="+"))["mse_i"], show=False)
    assert verdict.mistakes == ("builds_on_another",)
    assert "It calls dot_product, which is not right." in verdict.text("en")
    assert "맞지 않은 함수: dot_product" in verdict.text("ko")


def test_all_checks_what_is_there_and_says_what_is_not(capsys):
    report = check.all(student(CALLING.format(sign="*")))
    assert [name for name, verdict in report.verdicts.items() if verdict] == ["dot_product", "mse_i", "batch_loss"]
    assert not report.passed
    assert tuple(report.verdicts) == check.NAMES
    out = capsys.readouterr().out
    assert out == f"{report.text('en')}\n"
    assert out.splitlines()[0].split() == ["✓", "dot_product", "right."]
    assert out.splitlines()[-1] == "3 of 10 functions are right."
    assert report.text("ko").splitlines()[-1] == "함수 10개 가운데 3개가 맞습니다."
    assert "step" in out
    assert "not there yet" in out

"""Languages, printing, and what a notebook shows."""

import pytest
from oracles.course import copying_step, stable_logistic

from osolgil.course import check


def up(beta, gradient, learning_rate):
    return [b + learning_rate * g for b, g in zip(beta, gradient, strict=True)]


@pytest.fixture(autouse=True)
def english():
    yield
    check.use("en")


def test_use_sets_the_language_of_all_verdicts_from_there_on(capsys):
    check.use("ko")
    check.step(copying_step)
    check.use("en")
    check.step(copying_step)
    assert capsys.readouterr().out == "✓ step: 맞습니다.\n✓ step: right.\n"


def test_setting_the_language_of_the_module_does_the_same():
    check.language = "ko"
    assert str(check.step(copying_step, show=False)) == "✓ step: 맞습니다."
    assert check.all({}, show=False).text().endswith("함수 10개 가운데 0개가 맞습니다.")


def test_a_language_can_be_asked_for_once():
    assert str(check.step(copying_step, language="ko", show=False)) == "✓ step: 맞습니다."
    assert str(check.step(copying_step, show=False)) == "✓ step: right."


@pytest.mark.parametrize(
    "ask",
    [
        lambda: check.use("fr"),
        lambda: check.step(copying_step, language="fr", show=False),
        lambda: check.step(copying_step, show=False).text("fr"),
        lambda: check.all({}, language="fr", show=False),
    ],
)
def test_another_language_is_refused(ask):
    with pytest.raises(ValueError, match="language='fr' is not known; choose 'en' or 'ko'"):
        ask()


def test_a_language_set_on_the_module_is_checked_when_it_is_used():
    check.language = "fr"
    with pytest.raises(ValueError, match="language='fr' is not known"):
        check.step(copying_step, show=False)


def test_the_verdict_is_printed_once_and_is_true_or_false(capsys):
    verdict = check.step(up)
    assert capsys.readouterr().out == f"{verdict!r}\n"
    assert not verdict
    assert check.step(copying_step, show=False)
    assert capsys.readouterr().out == ""


def test_a_notebook_does_not_show_a_second_time_what_was_printed(capsys):
    check.step(up, show=False)._ipython_display_()
    check.all({}, show=False)._ipython_display_()
    assert capsys.readouterr().out == ""


def test_a_failed_verdict_says_what_was_done_where_to_look_and_one_case():
    text = check.step(up, show=False).text("en").splitlines()
    assert text == [
        "✗ step: not right yet.",
        "  Gradient ascent: the step goes up the slope, not down.",
        "  Hint: The gradient points where the function grows fastest. Where do we want to go?",
        "  step([1, 2], [0.5, -1], 0.1): expected [0.95, 2.1], got [1.05, 1.9].",
    ]


def test_a_logistic_that_overflows_far_out_is_right_and_gets_a_note():
    import math

    plain = check.logistic(lambda x, beta: 1 / (1 + math.exp(-sum(map(float.__mul__, x, beta)))), show=False)
    assert plain.passed
    assert "Note: for x·β = −1000 the exponential overflows" in plain.text("en")
    assert "참고: x·β = −1000이면" in plain.text("ko")
    assert check.logistic(stable_logistic, show=False).notes == ()


def test_derivatives_are_said_to_be_difference_quotients():
    verdict = check.get_gradient_ij(lambda x, y, beta, j, model: 0.123, show=False)
    assert "(a difference quotient of the loss)" in verdict.text("en")
    assert "(손실의 수치 미분)" in verdict.text("ko")

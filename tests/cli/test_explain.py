import pytest


def test_explain_prints_equations_symbols_parents_and_source(osolgil):
    told = osolgil("explain", "adam")
    assert told.status == 0
    assert "m_t = β₁ m_{t-1} + (1 − β₁) g_t" in told.out
    assert "decay of the second moment" in told.out
    assert "rmsprop: bias correction" in told.out
    assert "Kingma & Ba 2015" in told.out
    assert "lecture_part_two" in told.out


def test_step_on_a_parabola_has_the_numbers_of_the_lecture(osolgil):
    told = osolgil("explain", "sgd", "--on", "x**2", "--start", "2", "--learning-rate", "0.01")
    assert "x_{t+1} = [2] − 0.01·[4] = [1.96]" in told.out
    told = osolgil("explain", "sgd", "--on", "x**2", "--start", "2", "--learning-rate", "0.01", "--step", "2", "--json")
    assert told.json["step"]["x"] == pytest.approx([1.96])
    assert told.json["step"]["next_x"] == pytest.approx([1.96 * 0.98])


def test_latex_is_all_that_is_printed_when_asked_for(osolgil):
    told = osolgil("explain", "momentum", "--latex")
    assert told.out == "v_t = \\rho v_{t-1} + g_t\nx_{t+1} = x_t - \\alpha v_t\n"


def test_method_that_is_no_rule_is_told_in_words(osolgil):
    told = osolgil("explain", "newton")
    assert told.status == 0
    assert "∇²" in told.out
    told = osolgil("explain", "newton", "--on", "beale")
    assert told.status == 2
    assert "Newton is no rule" in told.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["adm"], "did you mean 'adam'?"),
        (["adam", "--step", "3"], "add --on beale"),
        (["adam", "--on", "beale", "--step", "0"], "steps count from 1"),
        (["adam", "--on", "beel"], "Did you mean 'beale'?"),
        (["adam", "--set", "beta1=2"], "beta1 must be in [0, 1)"),
        (["sgd", "--on", "x**2", "--start", "2", "--learning-rate", "1e200", "--step", "9"], "diverged at step"),
    ],
)
def test_bad_input_is_one_sentence(osolgil, arguments, words):
    told = osolgil("explain", *arguments)
    assert told.status == 2
    assert words in told.err
    assert "Traceback" not in told.err

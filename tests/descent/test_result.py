"""Results have SciPy's names, and read like SciPy's."""

import numpy as np
import pytest
from support.small import BATCH, BOWL, BOWL_START, DESCENT, LINE_START, MOMENTUM, RAGGED

from osolgil import methods
from osolgil.descent import Stop, minimize


@pytest.fixture(scope="module")
def result():
    return minimize(BOWL, BOWL_START, DESCENT, record="all")


def test_a_result_can_be_read_as_a_dictionary(result):
    assert result["x"] is result.x
    assert result["nfev"] == result.nfev
    with pytest.raises(KeyError, match="hess_inv"):
        result["hess_inv"]


def test_a_result_is_shown_with_its_message_first(result):
    lines = repr(result).splitlines()
    assert lines[0].strip().startswith("message: Converged: optimality")
    assert [line.split(":")[0].strip() for line in lines] == [
        "message",
        "success",
        "status",
        "fun",
        "x",
        "jac",
        "nit",
        "nfev",
        "njev",
        "nhev",
    ]
    assert "status: CONVERGED" in repr(result)
    assert len({line.index(":") for line in lines}) == 1


def test_epochs_are_shown_where_there_are_rows():
    sampled = minimize(RAGGED, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=2), record="all")
    assert "epochs: 2.0" in repr(sampled)


def test_a_long_point_is_shown_shortened():
    shown = repr(minimize(lambda x: (x**2).sum(), np.ones(1000), DESCENT, stop=Stop(steps=0)))
    assert "..." in shown
    assert len(shown) < 1500


def test_it_says_what_was_minimized_and_how(result):
    assert (result.problem, result.method) == (BOWL, DESCENT)


def test_compiling_is_not_running():
    def fresh(x):
        return (x**4).sum()

    first, second = (minimize(fresh, np.ones(3), DESCENT, stop=Stop(steps=5)) for _ in range(2))
    assert first.compile_seconds > 0 == second.compile_seconds
    assert first.run_seconds < first.compile_seconds


def test_a_summary_shows_the_end_the_effort_and_the_findings():
    too_large = minimize(BOWL, BOWL_START, methods.GradientDescent(0.55), stop=Stop(steps=20), record="path")
    told = too_large.summary()
    assert told.startswith("Step limit: 20 steps")
    assert "Gradient descent, 20 steps, 21 evaluations in" in told
    assert "The learning rate 0.55 is 1.1 of the largest stable one, 0.5 = 2/4" in told
    assert "→ Take a learning rate below 0.5; 0.25 would do." in told
    assert "발산" in too_large.summary("ko")

import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.explain import explain, plain, step_of
from osolgil.methods import METHODS, Adam, GradientDescent, Nesterov, Newton, Rule
from osolgil.problems import surfaces


def test_step_is_the_one_that_minimize_takes():
    beale, rule = surfaces.named("beale"), Adam(learning_rate=0.1)
    path = minimize(beale, method=rule, record="path", stop=Stop(steps=3)).trace.path
    step = step_of(rule, beale, number=3)
    np.testing.assert_allclose(step.x, path[2], rtol=1e-12)
    np.testing.assert_allclose(step.next_x, path[3], rtol=1e-12)
    assert step.value == pytest.approx(float(beale.problem.evaluate(path[2]).value), rel=1e-6)
    assert len(step.equations) == 5
    assert step.equations[-1].startswith("x_{t+1} = [")


def test_first_step_on_beale_starts_from_its_gradient():
    step = step_of(GradientDescent(0.01), surfaces.named("beale"))
    assert step.x.tolist() == [1.0, 1.0]
    assert step.value == 14.203125
    np.testing.assert_allclose(step.gradient, [0.0, 27.75], atol=1e-12)
    np.testing.assert_allclose(step.next_x, [1.0, 0.7225])


def test_step_refuses_what_has_no_equations_and_numbers_below_one():
    with pytest.raises(TypeError, match="Newton is no rule"):
        step_of(Newton(), surfaces.named("beale"))
    with pytest.raises(ValueError, match="steps count from 1"):
        step_of(Adam(), surfaces.named("beale"), number=0)
    with pytest.raises(ValueError, match="diverged at step"):
        step_of(GradientDescent(1e300), surfaces.named("square"), number=5)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_explained(name):
    found = explain(METHODS[name]())
    assert found.name == name
    assert found.idea.endswith(".")
    assert found.source
    assert bool(found.equations) == issubclass(METHODS[name], Rule)
    assert bool(found.story) != bool(found.equations)
    for symbol in found.symbols:
        assert symbol.meaning, symbol.name
    text = " ".join([found.idea, found.story, found.memory, found.source, *(s.meaning for s in found.symbols)])
    assert "\\" not in text
    assert ":math:" not in text


def test_children_and_parents_agree():
    assert "adamw" in explain(Adam()).children
    assert explain(Nesterov()).also == ("nag",)


def test_libraries_show_in_what_they_differ():
    libraries = explain(Adam()).libraries
    assert libraries["torch"] == "our defaults"
    assert libraries["keras"] == "epsilon=1e-07, epsilon_before_correction=True"


@pytest.mark.parametrize("name", surfaces.names())
def test_every_formula_is_written_without_latex(name):
    written = plain(surfaces.named(name).formula)
    assert not set(written) & set("\\")
    assert written.startswith("f(x) = ")


def test_formulas_read_as_they_are_meant():
    assert plain(r"\tfrac{1}{2}x_1^2 - \tfrac{1}{8}(x_1 - 4)^{10}") == "½x₁² - ⅛(x₁ - 4)¹⁰"
    assert plain(r"\sqrt{\tfrac{a}{\beta_1^t}} + x_{t+1}") == "√(a/β₁ᵗ) + xₜ₊₁"

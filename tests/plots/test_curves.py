import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.methods import GradientDescent
from osolgil.plots import curves
from osolgil.problems import surfaces


def line(figure, label):
    return next(each for each in figure.axes[0].lines if each.get_label() == label)


@pytest.mark.parametrize("against", ["steps", "evaluations"])
def test_the_curve_is_the_trace_above_the_reference_on_a_log_scale(walks, against):
    figure = curves(walks, against=against, reference=0.0)
    assert figure.axes[0].get_yscale() == "log"
    x, y = line(figure, "Adam").get_data()
    assert np.array_equal(x, walks[2].trace.steps if against == "steps" else walks[2].trace.evaluation)
    assert np.array_equal(y, walks[2].trace.value)


def test_optimality_needs_no_reference(walks):
    _, y = line(curves(walks, "optimality"), "Momentum").get_data()
    assert np.array_equal(y, walks[1].trace.optimality)


def test_sampled_runs_are_drawn_by_judgement_bold_and_by_batch_thin(regression):
    _, runs = regression
    figure = curves(runs, against="rows")
    x, y = line(figure, "stochastic").get_data()
    trace = runs["stochastic"].trace
    assert np.array_equal(y, trace.judgements[:, 0])
    assert x.tolist() == [12 * epoch for epoch in range(1, 9)]
    thin = [each for each in figure.axes[0].lines if each.get_linewidth() < 1]
    assert {len(each.get_xdata()) for each in thin} == {8 * 3, 8 * 12}
    assert [text.get_text() for text in figure.legends[0].get_texts()][-2:] == [
        "all rows, once an epoch",
        "batch by batch",
    ]


def test_a_value_without_a_logarithm_is_refused():
    run = minimize(surfaces.named("race_saddle"), method=GradientDescent(0.5), stop=Stop(steps=30))
    with pytest.raises(ValueError, match=r"reaches the value -0\.25, which has no logarithm; give reference"):
        curves(run)
    with pytest.raises(ValueError, match=r"below reference=-0\.1; give a reference that is not above any value"):
        curves(run, reference=-0.1)
    assert curves(run, reference=-0.25).axes[0].get_ylabel() == "value above the minimum  f − f*"


def test_a_point_at_the_reference_is_a_gap():
    run = minimize(lambda x: x**2, 3.0, GradientDescent(0.5), stop=Stop(steps=1, optimality=0.0))
    _, y = line(curves(run, reference=0.0), "Gradient descent").get_data()
    assert y[0] == 9.0
    assert np.isnan(y[1])


def test_at_most_sixteen_decades_are_shown():
    run = minimize(lambda x: x**2, 3.0, GradientDescent(0.45), stop=Stop(steps=60, optimality=0.0))
    assert run.trace.value[-1] < 1e-100
    low, high = curves(run).axes[0].get_ylim()
    assert high / low <= 1.1e18


@pytest.mark.parametrize(("name", "given"), [("quantity", "loss"), ("against", "seconds")])
def test_an_unknown_name_is_refused(walks, name, given):
    with pytest.raises(ValueError, match=f"{name}='{given}' is not known; choose one of"):
        curves(walks, **{name: given})


def test_rows_that_nobody_counted_are_refused(walks):
    with pytest.raises(ValueError, match="saw no rows of data; draw it against 'steps'"):
        curves(walks, against="rows", reference=0.0)


def test_no_results_are_refused():
    with pytest.raises(ValueError, match="no results to draw"):
        curves([])

import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.methods import GradientDescent, Momentum
from osolgil.plots import tuned
from osolgil.plots.sweep import ARRIVED

RATES = [0.01, 0.1, 0.15, 0.19, 0.5]


@pytest.fixture(scope="module")
def sweep():
    """½(x₁² + 10x₂²) from (10, √10): gradient descent goes by 1 − η and 1 − 10η, and diverges from η = 0.2 on."""
    from osolgil.problems import surfaces

    return tuned(surfaces.named("bowl"), ["sgd"], steps=60, rates=RATES)


def arrival_by_formula(rate, steps=60):
    t = np.arange(steps + 1)
    value = 50 * (1 - rate) ** (2 * t) + 50 * (1 - 10 * rate) ** (2 * t)
    away = np.flatnonzero(value > ARRIVED * 100)
    return away[-1] + 1 if away[-1] < steps else np.inf


def test_arrivals_follow_from_the_eigenvalues(sweep):
    assert sweep.runs[0].arrivals.tolist() == [arrival_by_formula(rate) for rate in RATES[:4]] + [np.inf]
    assert np.isfinite(sweep.runs[0].arrivals).sum() >= 2


def test_the_rate_that_arrives_soonest_is_chosen(sweep):
    run = sweep.runs[0]
    assert run.rate == RATES[int(np.argmin([arrival_by_formula(rate) for rate in RATES[:4]]))]
    assert run.result.method.learning_rate == run.rate
    assert not run.at_the_edge


def test_the_run_kept_is_that_of_the_rate_chosen(sweep):
    run = sweep.runs[0]
    alone = minimize(
        lambda x: 0.5 * (x[0] ** 2 + 10 * x[1] ** 2),
        np.array([10.0, np.sqrt(10.0)]),
        GradientDescent(run.rate),
        stop=Stop(steps=5),
        record="path",
    )
    assert np.allclose(run.result.trace.path[:6], alone.trace.path, rtol=1e-12, atol=0)
    assert run.result.nit == 60


def test_where_nothing_arrives_the_lowest_end_is_chosen(sweep):
    short = tuned(lambda x: 0.5 * (x[0] ** 2 + 10 * x[1] ** 2), ["sgd"], steps=3, rates=RATES, x0=np.array([10.0, 1.0]))
    ends = [50 * (1 - r) ** 6 + 5 * (1 - 10 * r) ** 6 for r in RATES]
    assert short.runs[0].rate == RATES[int(np.argmin(ends))]
    assert np.allclose(short.runs[0].finals, ends)
    assert np.isinf(short.runs[0].arrivals).all()


def test_a_run_that_diverges_never_wins(sweep):
    wild = tuned(lambda x: jump(x), ["sgd"], steps=400, rates=[1e-3, 5.0], x0=np.array([10.0]))
    assert wild.runs[0].finals[1] == np.inf
    assert wild.runs[0].rate == 1e-3
    assert wild.runs[0].at_the_edge


def jump(x):
    return x[0] ** 2


def test_how_the_rates_were_chosen_is_said_with_its_numbers(sweep):
    assert sweep.how() == "tuned: best of 5 between 0.01 and 0.5, equal 60 steps."


def test_a_rate_at_the_edge_is_said(sweep):
    from dataclasses import replace

    run = replace(sweep.runs[0], rate=RATES[-1])
    assert replace(sweep, runs=(run,)).how().endswith("At the edge of the range: Gradient descent.")


@pytest.mark.parametrize("rates", [[], [0.1, -1.0], [np.nan], [[0.1]]])
def test_rates_that_are_none_are_refused(rates):
    with pytest.raises(ValueError, match="must be a list of positive numbers"):
        tuned(jump, ["sgd"], rates=rates, x0=np.array([1.0]))


def test_no_methods_and_no_steps_are_refused():
    with pytest.raises(ValueError, match="no methods to tune"):
        tuned(jump, [], x0=np.array([1.0]))
    with pytest.raises(ValueError, match="steps=0 must be at least 1"):
        tuned(jump, [Momentum()], steps=0, x0=np.array([1.0]))


def test_a_method_without_a_learning_rate_is_refused():
    from osolgil.methods import Newton

    with pytest.raises(TypeError, match="has no learning rate to tune; leave it out"):
        tuned(jump, [Newton()], x0=np.array([1.0]))

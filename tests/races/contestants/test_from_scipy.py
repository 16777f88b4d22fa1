import pickle

import numpy as np
import pytest
import scipy.optimize
from support.race_problems import EVEN_RACED, VALLEY_RACED, cliff, lane, posed
from support.small import VALLEY_START

from osolgil.problems import BlackBox, Function
from osolgil.protocol import Needs
from osolgil.races.contestants.from_scipy import METHODS, limited, scipy_contestant

BUDGET = 25


def f(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def slope(x):
    return np.array([-400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)])


def hessian(x):
    return np.array([[1200 * x[0] ** 2 - 400 * x[1] + 2, -400 * x[0]], [-400 * x[0], 200.0]])


def raced(name, problem=VALLEY_RACED, evaluations=BUDGET):
    contestant = scipy_contestant(name)
    contestant.check(problem)
    [outcome] = contestant.run(problem, [lane(problem)], evaluations)
    return outcome


@pytest.mark.parametrize("name", METHODS)
def test_the_budget_ends_every_method_exactly(name):
    outcome = raced(name)
    assert (outcome.status, outcome.failed) in {("EVALUATION_LIMIT", False), ("CONVERGED", False)}
    asked = outcome.counts["value"]
    assert asked == outcome.values.size == len(outcome.path) <= BUDGET
    assert outcome.status == "CONVERGED" or asked == BUDGET
    assert outcome.values.min() < outcome.values[0] == pytest.approx(f(VALLEY_START), rel=1e-12)
    assert f(outcome.x) == pytest.approx(outcome.values.min(), rel=1e-9, abs=1e-15)
    for need, kind in ((Needs.GRADIENT, "gradient"), (Needs.HESSIAN, "hessian"), (Needs.PRODUCT, "product")):
        assert (outcome.counts[kind] > 0) == (need in METHODS[name].needs)
    assert outcome.steps < asked


@pytest.mark.parametrize("name", ["BFGS", "L-BFGS-B", "Newton-CG", "trust-exact", "Nelder-Mead"])
def test_a_run_is_what_scipy_does_without_us(name):
    points = []

    def asked(x):
        if not points or not np.array_equal(points[-1], x):
            points.append(x.copy())
        return f(x)

    known = {"jac": slope} if Needs.GRADIENT in METHODS[name].needs else {}
    if METHODS[name].needs & (Needs.PRODUCT | Needs.HESSIAN):
        known["hess"] = hessian
    scipy.optimize.minimize(asked, VALLEY_START, method=name, options=limited(name, 60), **known)
    outcome = raced(name)
    # Rounding differs, and is amplified: the first questions are the same.
    np.testing.assert_allclose(outcome.path[:15], points[:15], rtol=1e-9)


def test_no_tolerance_of_scipys_ends_a_run_that_goes_on_improving():
    loose = scipy.optimize.minimize(f, VALLEY_START, jac=slope, method="L-BFGS-B")
    tight = raced("L-BFGS-B", evaluations=300)
    assert tight.values.min() < 1e-6 * loose.fun
    assert (tight.status, tight.failed) == ("CONVERGED", False)


def test_a_word_of_scipys_own_says_why_a_run_ended_early():
    outcome = raced("CG", evaluations=2000)
    assert outcome.status == "Desired error not necessarily achieved due to precision loss."
    assert not outcome.failed
    assert outcome.values.size < 2000


def test_a_float32_start_is_computed_in_float64():
    problem = posed(VALLEY_RACED.draw(0).problem, VALLEY_START.astype(np.float32))
    assert raced("BFGS", problem, 60).values.min() < 1e-15


def test_it_steps_back_from_where_there_is_no_value():
    problem = posed(Function(cliff), np.array([1.9, 0.0]))
    outcome = raced("L-BFGS-B", problem)
    assert not outcome.failed
    np.testing.assert_allclose(outcome.x, 0, atol=1e-8)


def test_a_start_without_a_value_has_diverged():
    problem = posed(Function(cliff), np.array([2.5, 0.0]))
    outcome = raced("BFGS", problem)
    assert (outcome.status, outcome.failed) == ("DIVERGED", True)


def test_an_exception_on_the_way_is_the_status():
    calls = []

    def failing(x):
        calls.append(x)
        if len(calls) > 3:
            raise RuntimeError("out of paper")
        return f(x)

    outcome = raced("BFGS", posed(BlackBox(failing, slope)))
    assert (outcome.status, outcome.failed, outcome.values.size) == ("ERROR: out of paper", True, 3)


def test_a_black_box_is_called_once_an_evaluation():
    calls = []

    def counted(x):
        calls.append(x)
        return f(x)

    outcome = raced("SLSQP", posed(BlackBox(counted, slope)))
    assert len(calls) == outcome.counts["value"] == BUDGET


def test_it_races_among_those_that_tune_themselves():
    contestant = scipy_contestant("scipy.bfgs", c1=1e-3)
    assert (contestant.name, contestant.method, contestant.layers) == ("scipy.BFGS", "scipy.BFGS", ["BFGS"])
    assert contestant.declared == {"c1": 1e-3}
    assert contestant.space("self_tuning").dimensions == ()
    divisions = ("defaults", "learning_rate_tuned", "fully_tuned", "self_tuning")
    assert [contestant.enters(division) for division in divisions] == [False, False, False, True]
    with pytest.raises(ValueError, match=r"scipy\.BFGS finds its own steps"):
        contestant.space("learning_rate_tuned")


def test_it_travels_by_pickle():
    travelled = pickle.loads(pickle.dumps(scipy_contestant("CG")))
    assert (travelled.name, travelled.needs) == ("scipy.CG", Needs.VALUE | Needs.GRADIENT)


def test_mini_batches_are_refused():
    with pytest.raises(ValueError, match=r"scipy\.BFGS compares values .* mini-batches of line only estimate"):
        scipy_contestant("BFGS").check(EVEN_RACED)


def test_a_problem_that_lacks_what_it_needs_is_refused():
    with pytest.raises(ValueError, match="needs the products with the Hessian, which posed does not offer"):
        scipy_contestant("Newton-CG").check(posed(BlackBox(f)))


def test_bad_options_are_refused():
    with pytest.raises(TypeError, match=r"scipy\.BFGS: SciPy's BFGS has no option c3\."):
        scipy_contestant("BFGS", c3=1)
    with pytest.raises(ValueError, match=r"gtol says when to stop, which in a race the evaluations allowed do"):
        scipy_contestant("BFGS", gtol=1e-3)


def test_an_unknown_method_has_a_suggestion():
    with pytest.raises(ValueError, match=r"'scipy\.LBFGS'; did you mean 'scipy\.L-BFGS-B'\?"):
        scipy_contestant("scipy.LBFGS")

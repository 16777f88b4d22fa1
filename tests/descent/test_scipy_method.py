"""Our methods inside scipy.optimize.minimize."""

import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from scipy.optimize import OptimizeResult

from osolgil.descent import Stop, as_scipy, minimize
from osolgil.methods import Momentum
from osolgil.problems import BlackBox

METHOD = as_scipy(Momentum(learning_rate=0.05))


def f(x, center=3.0):
    return float(np.sum((x - center) ** 2))


def smooth(x, center):
    return jnp.sum((x - center) ** 2)


def gradient(x, center=3.0):
    return 2 * (x - center)


def run(**options):
    return scipy.optimize.minimize(f, np.zeros(2), **{"jac": gradient, "method": METHOD, **options})


def test_it_gives_what_minimize_gives_in_scipys_form():
    found, ours = run(), minimize(BlackBox(f, gradient), np.zeros(2), Momentum(learning_rate=0.05))
    assert isinstance(found, OptimizeResult)
    assert found.success
    for name in ("fun", "nit", "nfev", "njev", "message"):
        assert found[name] == ours[name]
    np.testing.assert_array_equal(found.x, ours.x)
    assert found.status == int(ours.status)


def test_args_reach_function_and_gradient():
    np.testing.assert_allclose(run(args=(-1.0,)).x, -1, atol=1e-6)


def test_a_function_may_return_its_gradient_too():
    found = scipy.optimize.minimize(lambda x: (f(x), gradient(x)), np.zeros(2), jac=True, method=METHOD)
    np.testing.assert_allclose(found.x, 3, atol=1e-6)


def test_without_a_gradient_differences_take_its_place():
    found = run(jac=None)
    np.testing.assert_allclose(found.x, 3, atol=1e-5)
    assert "central differences" in found.message


def test_tol_and_gtol_are_the_optimality():
    assert "≤ 0.01." in run(tol=1e-2).message
    assert "≤ 0.001." in run(tol=1e-2, options={"gtol": 1e-3}).message


def test_maxiter_and_maxfev_are_limits():
    assert run(options={"maxiter": 5}).nit == 5
    assert run(options={"maxfev": 5}).nfev == 5
    assert not run(options={"maxiter": 5}).success


def test_a_callback_sees_every_point_and_may_stop():
    seen = []
    run(callback=lambda x: seen.append(x), options={"maxiter": 4})
    path = minimize(BlackBox(f, gradient), np.zeros(2), Momentum(learning_rate=0.05), stop=Stop(steps=4), record="path")
    np.testing.assert_array_equal(seen, path.trace.path)
    assert run(callback=lambda x: bool(x[0] > 1)).nit < 20


def test_a_callback_by_scipys_new_convention_sees_an_intermediate_result():
    seen = []
    run(callback=lambda intermediate_result: seen.append(intermediate_result), options={"maxiter": 4})
    assert all(isinstance(each, OptimizeResult) for each in seen)
    assert [each.fun for each in seen] == sorted((each.fun for each in seen), reverse=True)


def test_a_method_that_keeps_no_limits_refuses_them():
    with pytest.raises(ValueError, match="without bounds"):
        run(bounds=[(0, 1), (0, 1)])
    with pytest.raises(ValueError, match="without bounds"):
        run(constraints=({"type": "eq", "fun": lambda x: x[0]},))


@pytest.mark.parametrize(
    ("bounds", "constraints"),
    [
        (scipy.optimize.Bounds([0.75, -1], [np.inf, 3]), scipy.optimize.LinearConstraint([1.0, 1.0], 1, 1)),
        ([(0.75, None), (-1, 3)], ({"type": "eq", "fun": lambda x: x[0] + x[1] - 1},)),
    ],
    ids=["objects", "dictionary"],
)
def test_limits_in_any_of_scipys_forms_reach_a_method_that_keeps_them(bounds, constraints):
    found = scipy.optimize.minimize(
        smooth, np.zeros(2), args=(3.0,), bounds=bounds, constraints=constraints, method=as_scipy("interior_point")
    )
    assert found.success
    np.testing.assert_allclose(found.x, [0.75, 0.25], atol=1e-7)
    # 2 (0.75 − 3) = y + z and 2 (0.25 − 3) = y.
    assert found.multipliers.constraints[0] == pytest.approx(-5.5, abs=1e-6)
    np.testing.assert_allclose(found.multipliers.bounds, [1, 0], atol=1e-6)


def test_what_has_to_be_differentiated_twice_must_be_jax_s():
    with pytest.raises(TypeError, match=r"jax\.numpy"):
        scipy.optimize.minimize(f, np.zeros(2), bounds=[(0, 1)] * 2, method=as_scipy("interior_point"))


def test_unknown_options_are_refused():
    with pytest.raises(ValueError, match="Unknown option 'maxiters'"):
        run(options={"maxiters": 3})


def test_an_unknown_method_is_refused_at_once():
    with pytest.raises(ValueError, match="did you mean 'momentum'"):
        as_scipy("momentun")

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.penalties import NAMES

from osolgil.descent import Stop, minimize
from osolgil.methods import FISTA, GradientDescent, Proximal
from osolgil.problems import BlackBox
from osolgil.protocol import Layout, Penalty, Shrinkage, precision
from osolgil.regression.penalties import ElasticNet, Lasso, Ridge, for_columns

B = np.array([2.0, -0.5, 0.0, 1.0])
ALL = [Ridge(0.6), Lasso(0.6), ElasticNet(0.6, mix=0.25), ElasticNet([0.1, 0.2, 0.3, 0.0], mix=[0.0, 1.0, 0.5, 0.5])]


def test_values_are_those_of_the_formulas():
    assert Ridge(0.6)(B) == pytest.approx(0.3 * 5.25)
    assert Lasso(0.6)(B) == pytest.approx(0.6 * 3.5)
    assert ElasticNet(0.6, 0.25)(B) == pytest.approx(0.15 * 3.5 + 0.225 * 5.25)
    assert ALL[3](B) == pytest.approx(0.1 * 2 + 0.2 * 0.5)


@pytest.mark.parametrize("penalty", ALL)
def test_the_proximal_operator_minimizes_what_it_says(penalty):
    step = 0.7
    found = penalty.proximal(B, step)

    def cost(z):
        return penalty(z) + np.sum((z - B) ** 2) / (2 * step)

    lowest = cost(found)
    for shift in (-1e-4, 1e-4):
        for j in range(4):
            moved = found.copy()
            moved[j] += shift
            assert cost(moved) > lowest


@pytest.mark.parametrize("penalty", ALL)
def test_the_gradient_of_the_smooth_part_and_the_value_agree_with_automatic_differentiation(penalty):
    x = np.array([1.0, 2.0, 3.0, 4.0])
    with precision(np.dtype(np.float64)):
        traced = np.asarray(jax.grad(lambda v: penalty(v))(jnp.asarray(x)))
    absolute, _ = penalty.shrinkage(Layout.of(x))
    np.testing.assert_allclose(penalty.gradient(x) + absolute, traced, rtol=1e-14)


def test_penalties_are_pytrees_whose_numbers_can_be_mapped_over():
    with precision(np.dtype(np.float64)):
        values = jax.vmap(lambda strength: Lasso(strength)(jnp.asarray(B)))(jnp.array([1.0, 2.0]))
    assert values.tolist() == [3.5, 7.0]
    assert jax.tree.leaves(ElasticNet(0.1, 0.2)) == [0.1, 0.2]


def test_a_penalty_of_a_dictionary_may_stop_above_its_leaves():
    x = {"w": np.array([1.0, -2.0]), "b": np.array(3.0)}
    penalty = Lasso({"w": 0.5, "b": 0.0})
    assert penalty(x) == pytest.approx(1.5)
    assert penalty.proximal(x)["w"].tolist() == [0.5, -1.5]
    assert penalty.proximal(x)["b"] == 3


def test_the_residual_is_zero_exactly_where_the_conditions_hold_and_the_gradient_without_a_penalty():
    shrinkage = Shrinkage(np.array([0.5, 0.5, 0.5, 0.0]), np.array([0.0, 0.0, 2.0, 0.0]))
    x = np.array([1.0, 0.0, -1.0, 7.0])
    held = np.array([-0.5, 0.3, 2.5, 0.0])
    assert shrinkage.residual(x, held).tolist() == [0, 0, 0, 0]
    assert shrinkage.slopes(x, held).tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(shrinkage.slopes(x, held + 1), [1, 0.8, 1, 1], atol=1e-15)
    nothing = Shrinkage(np.zeros(4), np.zeros(4))
    assert nothing.residual(x, held).tolist() == held.tolist()


@pytest.mark.parametrize("penalty", ALL)
def test_the_residual_is_the_way_of_one_proximal_step(penalty):
    shrinkage = penalty.shrinkage(Layout.of(B))
    gradient = np.array([0.3, -0.1, 0.2, -2.0])
    np.testing.assert_allclose(
        shrinkage.residual(B, gradient), B - shrinkage.proximal(B - gradient, 1.0), rtol=1e-12, atol=1e-15
    )


def test_other_coordinates_change_strengths_and_not_values():
    shrinkage = ALL[3].shrinkage(Layout.of(B))
    scale = np.array([2.0, -0.1, 3.0, 10.0])
    assert shrinkage.scaled(scale).value(B / scale) == pytest.approx(shrinkage.value(B))


def test_columns_get_strengths_by_number_by_place_and_by_name_and_the_intercept_none():
    for given in (0.5, [0.5] * 5, [0, *[0.5] * 5], dict.fromkeys(NAMES[1:], 0.5)):
        assert for_columns(Lasso(given), NAMES, 0).strength.tolist() == [0, *[0.5] * 5]
    assert for_columns(Ridge(0.5), NAMES[1:]).strength.tolist() == [0.5] * 5
    assert for_columns(ElasticNet({"b": 2}, {"b": 0.5}), NAMES, 0).mix.tolist() == [0, 0, 0.5, 0, 0, 0]


@pytest.mark.parametrize(
    ("penalty", "words"),
    [
        (Lasso(-1), "Lasso: strength is -1; it must be finite and not negative"),
        (Lasso([0.1, np.nan]), "Lasso: strength is nan at index 1"),
        (Ridge(np.inf), "Ridge: strength is inf"),
        (ElasticNet(1, 1.5), "ElasticNet: mix is 1.5; it must be from 0 to 1"),
        (ElasticNet(1, -0.5), "ElasticNet: mix is -0.5"),
        (Lasso([0.1, 0.2]), r"strength has the shape \(2,\); give one number, or 5 for a, b, c, d, e"),
        (Lasso({"aa": 1}), "names 'aa', which is no column; did you mean 'a'"),
        (Lasso([1.0] * 6), "strength is 1 for Intercept, which is never penalized"),
        (Lasso({"Intercept": 1.0}), "strength is 1 for Intercept"),
    ],
)
def test_a_penalty_of_columns_that_makes_no_sense_is_refused(penalty, words):
    with pytest.raises(ValueError, match=words):
        for_columns(penalty, NAMES, 0)


def test_what_is_no_penalty_or_no_number_is_refused():
    with pytest.raises(TypeError, match=r"penalty=0\.1 is none; give Ridge, Lasso or ElasticNet"):
        for_columns(0.1, NAMES, 0)
    with pytest.raises(TypeError, match="strength must be a number, but it is 'big'"):
        Lasso("big").checked()
    with pytest.raises(ValueError, match="strength is None; give one number"):
        Lasso(None).checked()


def bowl(x):
    return jnp.sum((x - 1.0) ** 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "adam"}, r"Adam cannot keep Lasso.*kink.*Proximal\(Adam\(...\)\).*'fista'"),
        ({"method": "lbfgs"}, "L-BFGS cannot keep Lasso, which has a kink at zero"),
        ({"method": "interior_point"}, "cannot keep Lasso"),
        ({"method": "gauss_newton"}, "Gauss–Newton knows sums of squared residuals and no penalty"),
        ({"bounds": [(0, 1)] * 3}, "keeps a penalty, but no bounds"),
        ({"method": "fista", "frozen": True}, "frozen and penalty were both given"),
        ({"penalty": Lasso([1.0, 2.0])}, r"strengths of shape \(2,\) do not fit parameters of shape \(3,\)"),
        ({"penalty": Lasso(-0.5)}, "strength is -0.5"),
    ],
)
def test_minimize_refuses_what_cannot_keep_a_penalty(options, words):
    with pytest.raises(ValueError, match=words):
        minimize(bowl, np.zeros(3), **({"penalty": Lasso(0.1)} | options))
    with pytest.raises(TypeError, match="penalty=3 is none"):
        minimize(bowl, np.zeros(3), "fista", penalty=3)


def test_any_method_keeps_a_ridge_and_a_proximal_one_agrees():
    for method in ("lbfgs", Proximal(GradientDescent(0.3))):
        result = minimize(bowl, np.zeros(3), method, penalty=Ridge([2.0, 0.0, 6.0]))
        np.testing.assert_allclose(result.x, [0.5, 1.0, 0.25], atol=1e-6)
        assert result.fun == pytest.approx(0.25 + 0.25 + 0.5625 + 3 / 16, rel=1e-9)


def test_a_black_box_is_penalized_in_float64_on_the_host():
    problem = BlackBox(lambda x: float(np.sum((x - 1) ** 2)), lambda x: 2 * (x - 1))
    result = minimize(problem, np.zeros(3), FISTA(0.4), penalty=Lasso([0.5, 3, 0]), stop=Stop(optimality=1e-12))
    np.testing.assert_allclose(result.x, [0.75, 0, 1], atol=1e-11)
    result = minimize(problem, np.zeros(3), "lbfgs", penalty=Ridge(2.0), stop=Stop(optimality=1e-12))
    np.testing.assert_allclose(result.x, 0.5, atol=1e-12)
    with pytest.raises(ValueError, match=r"a learning rate has to be chosen: use method=FISTA"):
        minimize(problem, np.zeros(3), penalty=Lasso(0.5))


def test_a_penalty_leaves_the_precision_of_the_data_as_it_is():
    start = np.zeros(3, np.float32)
    for method, penalty in (("fista", Lasso([0.5, 0.5, 0.5])), ("lbfgs", Ridge([0.5, 0.5, 0.5]))):
        assert minimize(bowl, start, method, penalty=penalty).x.dtype == np.float32


def test_a_ridge_may_be_kept_within_bounds():
    result = minimize(bowl, np.zeros(3), "lbfgs", penalty=Ridge(2.0), bounds=(0.0, 0.25))
    np.testing.assert_allclose(result.x, 0.25)


def test_another_penalty_does_not_go_on_from_a_checkpoint(tmp_path):
    file = tmp_path / "run.npz"
    minimize(bowl, np.zeros(3), "fista", penalty=Lasso(0.5), checkpoint=file, stop=Stop(steps=2))
    with pytest.raises(ValueError, match="belongs to another run"):
        minimize(bowl, np.zeros(3), "fista", penalty=Lasso(0.7), checkpoint=file, stop=Stop(steps=4))


def test_a_penalty_of_somebody_s_own_can_be_kept():
    class Half(Penalty):
        def parts(self):
            return 0.5, 0.0

        def checked(self):
            return self

    assert minimize(bowl, np.zeros(3), penalty=Half()).x.tolist() == [0.75] * 3

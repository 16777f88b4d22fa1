"""Robust covariances, Wald and likelihood-ratio tests and variance inflation, against statsmodels 0.15.0."""

import numpy as np
import pytest
from oracles.glm import TABLE

from osolgil.regression import NoInference, fit, load

GROUP = np.array(TABLE["group"])


@pytest.fixture(scope="module")
def line():
    return fit("amount ~ one + two", TABLE, weights="precision")


@pytest.fixture(scope="module")
def poisson():
    return fit("count ~ one + two", TABLE, family="poisson", exposure="years")


@pytest.mark.parametrize(
    ("kind", "errors"),
    [
        ("HC0", [0.13321528019123, 0.08760433023891, 0.20937606851285]),
        ("HC1", [0.14241312490248, 0.09365296838623, 0.22383243238994]),
        ("HC2", [0.14954246258807, 0.09928737721444, 0.23715412034272]),
        ("HC3", [0.16848341185156, 0.11274436164306, 0.26931885482723]),
    ],
)
def test_sandwiches_of_weighted_least_squares_are_those_of_statsmodels(line, kind, errors):
    robust = line.with_covariance(kind)
    np.testing.assert_allclose(list(robust.standard_errors.values()), errors, rtol=1e-11)
    assert robust.with_covariance("observed").standard_errors == pytest.approx(line.standard_errors)
    assert f"Covariance      {kind}" in str(robust)


def test_clustered_errors_are_those_of_statsmodels_whatever_names_the_groups(line, poisson):
    named = fit(
        "amount ~ one + two", TABLE | {"place": [f"g{place:g}" for place in GROUP]}, weights="precision",
        covariance="clustered", groups="place",
    )  # fmt: skip
    expected = [0.10675421060974, 0.03298765766042, 0.3026764301038]
    np.testing.assert_allclose(named.inference.standard_errors, expected, rtol=1e-11)
    again = line.with_covariance("clustered", GROUP)
    np.testing.assert_allclose(again.inference.standard_errors, expected, rtol=1e-11)
    assert (again.inference.freedom, line.inference.freedom) == (6, 21)
    # The t distribution's freedom is the groups'; that of σ is the rows'.
    assert "clustered, 7 groups" in str(again)
    assert "(21 degrees of freedom)" in str(again)
    found = poisson.with_covariance("clustered", GROUP).inference.standard_errors
    np.testing.assert_allclose(found, [0.33993714505584, 0.23624576274239, 0.18059444632672], rtol=1e-11)


def test_white_s_errors_of_the_poisson_are_those_of_statsmodels_and_repetitions_are_rows(poisson):
    np.testing.assert_allclose(
        poisson.with_covariance("hc0").inference.standard_errors,
        [0.21648968501097, 0.16251328450879, 0.23617722515776],
        rtol=1e-11,
    )
    times = np.array(TABLE["repetitions"], int)
    whole = {name: np.repeat(values, times) for name, values in TABLE.items()}
    told = fit("count ~ one + two", TABLE, family="poisson", exposure="years", weights="repetitions")
    each = fit("count ~ one + two", whole, family="poisson", exposure="years")
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        np.testing.assert_allclose(
            told.with_covariance(kind).covariance, each.with_covariance(kind).covariance, rtol=1e-8
        )
    np.testing.assert_allclose(
        told.with_covariance("clustered", GROUP).covariance,
        each.with_covariance("clustered", whole["group"]).covariance,
        rtol=1e-8,
    )
    assert (told.bic, told.dispersion) == (pytest.approx(each.bic), pytest.approx(each.dispersion))


def test_a_wald_test_of_several_equations_is_that_of_statsmodels():
    model = fit("amount ~ one + two", TABLE)
    # sm.OLS(amount, X).fit().f_test("x1 = x2, x1 + x2 = 0.1")
    for test in (
        model.wald("one = two", "one + two = 0.1"),
        model.wald("one = two, 2*(one + two) = 0.2"),
        model.wald(([[0, 1, -1], [0, 1, 1]], [0, 0.1])),
    ):
        assert (test.statistic, test.p_value) == (pytest.approx(28.850743500596), pytest.approx(9.451086648876e-07))
        assert (test.freedom, test.residual_freedom) == (2, 21)
    assert str(test) == "F(2, 21) = 28.8507, p = 9.451e-07"
    # One hypothesis that a coefficient is zero is its t test.
    assert model.wald("two").p_value == pytest.approx(model.p_values["two"])
    assert model.wald({"two": 0}).statistic == pytest.approx((model.vector[2] / model.standard_errors["two"]) ** 2)


def test_nested_models_are_compared_by_f_or_by_the_likelihood_ratio(poisson):
    model, small = fit("amount ~ one + two", TABLE), fit("amount ~ one", TABLE)
    # compare_f_test and compare_lr_test of statsmodels' OLS
    test = model.compare(small)
    assert (test.statistic, test.p_value) == (pytest.approx(19.280880962557), pytest.approx(0.00025509595630))
    assert test.likelihood_ratio == pytest.approx(15.632508020518)
    assert small.compare(model) == test
    less = fit("count ~ two", TABLE, family="poisson", exposure="years")
    ratio = poisson.compare(less)
    assert ratio.statistic == pytest.approx(less.deviance - poisson.deviance, rel=1e-9)
    assert str(ratio).startswith("χ²(1) = ")
    # Columns of another kind are nested all the same: one + two and one − two.
    turned = TABLE | {"sum": np.add(TABLE["one"], TABLE["two"]), "less": np.subtract(TABLE["one"], TABLE["two"])}
    assert fit("amount ~ sum + less", turned).compare(small).statistic == pytest.approx(test.statistic)


def test_variance_inflation_is_that_of_the_columns():
    model = fit("amount ~ one + two", TABLE)
    # statsmodels' variance_inflation_factor
    assert model.inflation == pytest.approx({"one": 1.01296456208649, "two": 1.01296456208649}, rel=1e-11)


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda line, poisson: line.wald("one = tow"), "'tow', which is no coefficient; did you mean 'two'"),
        (lambda line, poisson: line.wald("one >= two"), "is an inequality"),
        (lambda line, poisson: line.wald("one * two = 1"), "'one \\* two = 1' is not linear"),
        (lambda line, poisson: line.wald("one = two", "two = one"), "The 2 hypotheses depend on each other"),
        (lambda line, poisson: line.wald(), "Give a hypothesis"),
        (lambda line, poisson: line.wald(([[1.0]], [0.0])), r"they need \(q, 3\) and \(q,\)"),
        (lambda line, poisson: line.compare(poisson), "are different families"),
        (lambda line, poisson: line.compare(fit("amount ~ one", TABLE)), "not fitted to the same targets, weights"),
        (lambda line, poisson: line.compare(line), "are not nested"),
        (lambda line, poisson: line.with_covariance("clustered", GROUP[:3]), r"24 rows need \(24,\)"),
        (lambda line, poisson: line.with_covariance("clustered", 0 * GROUP), "All 24 rows are of one group"),
    ],
)
def test_what_makes_no_sense_is_said(line, poisson, use, words):
    with pytest.raises(ValueError, match=words):
        use(line, poisson)


def test_robust_errors_refuse_what_believes_the_likelihood(line):
    robust, small = line.with_covariance("HC3"), fit("amount ~ one", TABLE, weights="precision")
    with pytest.raises(NoInference, match=r"believes the likelihood, which HC3 errors do not; use model\.wald"):
        robust.compare(small)
    with pytest.raises(NoInference, match="HC3 errors have none"):
        _ = robust.inflation
    assert robust.wald("one").p_value > line.wald("one").p_value


def test_a_row_that_alone_determines_a_coefficient_has_no_hc3():
    table = TABLE | {"mark": [1.0] + [0.0] * 23}
    model = fit("amount ~ one + mark", table)
    with pytest.raises(NoInference, match=r"Row 0 .* has a leverage of 1: .* HC3 divides by what is left; use HC1"):
        model.with_covariance("HC3")
    assert model.with_covariance("HC1").standard_errors["one"] > 0


def test_there_is_no_covariance_where_there_is_no_inference(tmp_path, line):
    walked = fit("amount ~ one + two", TABLE, method="sgd", epochs=1, batch_size=12, covariance="HC1")
    with pytest.raises(NoInference, match="standard errors from the optimum"):
        walked.with_covariance("HC0")
    line.save(tmp_path / "m.json")
    with pytest.raises(ValueError, match="A loaded model has no rows to build another covariance on"):
        load(tmp_path / "m.json").with_covariance("HC0")


def test_profile_intervals_end_where_the_likelihood_ratio_test_rejects(poisson):
    found = poisson.intervals(0.9, kind="profile")
    for name, other in (("one", "two"), ("two", "one")):
        for end in found[name]:
            held = fit(
                f"count ~ {other}", TABLE, family="poisson", exposure="years", offset=end * np.array(TABLE[name])
            )  # fmt: skip
            # The 90 % quantile of χ² with one degree of freedom.
            assert 2 * (poisson.log_likelihood - held.log_likelihood) == pytest.approx(2.705543454095404, rel=1e-8)
    low, high = found["Intercept"]
    assert low < poisson.coefficients["Intercept"] < high


def test_profile_intervals_of_least_squares_are_the_wald_ones(line):
    for name, ends in line.intervals(0.9, kind="profile").items():
        assert ends == pytest.approx(line.intervals(0.9)[name], rel=1e-8)
    with pytest.raises(NoInference, match="Profiles believe the likelihood, which HC0 errors do not"):
        line.with_covariance("HC0").intervals(kind="profile")
    with pytest.raises(ValueError, match="kind='bootstrap' is not known; choose 'wald' or 'profile'"):
        line.intervals(kind="bootstrap")

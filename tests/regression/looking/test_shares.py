"""ROC curves against scikit-learn and DeLong's definition; calibration by counting."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from osolgil.regression import as_family, calibration, fit, load, roc
from osolgil.regression.looking.shares import calibration_of, roc_of

RNG = np.random.default_rng(5)
X = RNG.normal(size=60).round(1)
Y = (RNG.random(60) < 1 / (1 + np.exp(-X))).astype(float)
TABLE = {"x": X, "answer": np.where(Y == 1, "yes", "no")}
SCORES = (X + RNG.normal(size=60)).round(1)
"""With ties, between the classes too."""


@pytest.fixture(scope="module")
def model():
    return fit("answer ~ x", TABLE, family="bernoulli")


def placements(scores, y):
    """DeLong's V₁ and V₀ by their definition: every pair."""
    ahead, behind = scores[y == 1], scores[y == 0]
    pairs = np.array([[1.0 if a > b else 0.5 if a == b else 0.0 for b in behind] for a in ahead])
    return pairs.mean(axis=1), pairs.mean(axis=0)


def test_the_curve_and_its_area_are_those_of_scikit_learn():
    assert len(np.unique(SCORES)) < 60
    found = roc_of(SCORES, Y, 1 - Y)
    false, true, thresholds = roc_curve(Y, SCORES, drop_intermediate=False)
    np.testing.assert_allclose(found.false_positives, false, rtol=1e-14)
    np.testing.assert_allclose(found.true_positives, true, rtol=1e-14)
    assert np.array_equal(found.thresholds, thresholds)
    assert found.auc == pytest.approx(roc_auc_score(Y, SCORES), rel=1e-14)


def test_the_standard_error_is_delong_s_and_the_interval_is_made_of_log_odds():
    found = roc_of(SCORES, Y, 1 - Y, level=0.9)
    first, second = placements(SCORES, Y)
    error = math.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    assert found.auc == pytest.approx(first.mean(), rel=1e-14)
    assert found.standard_error == pytest.approx(error, rel=1e-12)
    odds = [math.log(end / (1 - end)) for end in found.interval]
    half = 1.6448536269514722 * error / (found.auc * (1 - found.auc))
    centre = math.log(found.auc / (1 - found.auc))
    assert odds == pytest.approx([centre - half, centre + half], rel=1e-12)
    assert found.level == 0.9


def test_weights_are_repetitions_and_a_row_of_weight_zero_is_none():
    times = np.arange(60) % 4
    weighted, repeated = roc_of(SCORES, times * Y, times * (1 - Y)), np.repeat(np.arange(60), times)
    plain = roc_of(SCORES[repeated], Y[repeated], 1 - Y[repeated])
    assert weighted.auc == pytest.approx(plain.auc, rel=1e-14)
    assert weighted.standard_error == pytest.approx(plain.standard_error, rel=1e-12)
    np.testing.assert_allclose(weighted.true_positives, plain.true_positives, rtol=1e-14)
    assert weighted.auc == pytest.approx(roc_auc_score(Y, SCORES, sample_weight=times), rel=1e-14)


def test_an_area_without_a_measured_error_has_no_interval():
    y = np.array([0.0, 0.0, 1.0, 1.0])
    perfect = roc_of([1.0, 2.0, 3.0, 4.0], y, 1 - y)
    assert (perfect.auc, perfect.standard_error, perfect.interval) == (1.0, 0.0, None)
    single = roc_of([1.0, 2.0, 1.5], [0, 1, 0], [1, 0, 1])
    assert (single.auc, single.standard_error, single.interval) == (1.0, None, None)
    useless = roc_of([1.0] * 4, y, 1 - y)
    assert (useless.auc, useless.interval) == (0.5, None)


def test_a_model_is_judged_on_its_rows_or_on_others(model, tmp_path):
    own = roc(model)
    assert own.auc == pytest.approx(roc_auc_score(Y, X), rel=1e-14)
    half = {name: column[::2] for name, column in TABLE.items()}
    assert roc(model, half).auc == pytest.approx(roc_auc_score(Y[::2], X[::2]), rel=1e-14)
    times = 1.0 + np.arange(30) % 2
    assert roc(model, half, weights=times).auc == pytest.approx(
        roc_auc_score(Y[::2], X[::2], sample_weight=times), rel=1e-14
    )
    model.save(tmp_path / "model.json")
    assert roc(load(tmp_path / "model.json"), TABLE).auc == own.auc
    arrays = replace(fit(X=X, y=Y), family=as_family("bernoulli"), vector=model.vector)
    assert roc(arrays, (X[::2], Y[::2])).auc == roc(model, half).auc


def test_shares_of_trials_are_yeses_and_noes(model):
    trials = np.array([3.0, 5.0, 2.0, 4.0])
    wins = np.array([1.0, 3.0, 1.0, 4.0])
    x = np.array([-1.0, 0.2, 0.1, 2.0])
    binomial = replace(fit(X=x, y=wins / trials, weights=trials), family=as_family("binomial"), vector=model.vector)
    yes = np.concatenate([np.repeat([1.0, 0.0], [int(w), int(t - w)]) for w, t in zip(wins, trials, strict=True)])
    assert roc(binomial).auc == pytest.approx(roc_auc_score(yes, np.repeat(x, trials.astype(int))), rel=1e-12)


def test_calibration_counts_bins_of_equally_many_rows_with_wilson_s_intervals():
    chances = np.linspace(0.05, 0.95, 40)
    y = (np.arange(40) % 3 == 0).astype(float)
    found = calibration_of(chances, y, 1 - y, bins=4)
    np.testing.assert_allclose(found.count, 10)
    np.testing.assert_allclose(found.predicted, chances.reshape(4, 10).mean(axis=1), rtol=1e-14)
    np.testing.assert_allclose(found.observed, y.reshape(4, 10).mean(axis=1), rtol=1e-14)
    # statsmodels 0.15.0: proportion_confint(4, 10, method="wilson"), and of 3 in 10
    assert found.observed[:2].tolist() == pytest.approx([0.4, 0.3])
    np.testing.assert_allclose(found.lower[:2], [0.1681803297062361, 0.10779126740630104], rtol=1e-12)
    np.testing.assert_allclose(found.upper[:2], [0.6873262302663417, 0.6032218525388546], rtol=1e-12)


def test_rows_of_one_probability_stay_together_and_weights_are_repetitions():
    chances = np.repeat([0.1, 0.5, 0.9], [20, 1, 1])
    y = np.zeros(22)
    y[0] = y[-1] = 1
    found = calibration_of(chances, y, 1 - y, bins=10)
    assert found.count.tolist() == [20, 2]
    assert found.observed.tolist() == [0.05, 0.5]
    assert (found.lower <= found.observed).all()
    assert (found.observed <= found.upper).all()
    whole = calibration_of(np.array([0.1, 0.5, 0.9]), np.array([1, 0, 1]), np.array([19, 1, 0]))
    for one, other in zip(
        (found.predicted, found.lower, found.upper), (whole.predicted, whole.lower, whole.upper), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-13)


def test_an_interval_of_none_or_all_ends_there_exactly():
    found = calibration_of([0.1, 0.9], [0, 5], [7, 0], bins=2)
    assert (found.lower[0], found.upper[-1]) == (0.0, 1.0)


def test_by_maximum_likelihood_the_mean_probability_is_the_share(model):
    found = calibration(model, bins=5)
    assert found.count @ found.predicted == pytest.approx(Y.sum(), rel=1e-9)
    assert found.count @ found.observed == pytest.approx(Y.sum(), rel=1e-12)


def test_what_makes_no_sense_is_refused_in_a_sentence(model, tmp_path):
    line = fit("y ~ x", {"x": X, "y": X**2})
    with pytest.raises(ValueError, match="of yes-or-no targets, and the Gaussian family has others; look at its resid"):
        roc(line)
    model.save(tmp_path / "model.json")
    with pytest.raises(ValueError, match=r"A loaded model has no rows of its own; give data=, with the response"):
        calibration(load(tmp_path / "model.json"))
    with pytest.raises(ValueError, match="answer"):
        roc(model, {"x": X})
    with pytest.raises(ValueError, match=r"'maybe' .* did not occur at the fit"):
        roc(model, {"x": [1.0, 2.0], "answer": ["yes", "maybe"]})
    with pytest.raises(ValueError, match="Among these rows there is no no; a ROC curve needs rows of both classes"):
        roc(model, {"x": [1.0, 2.0], "answer": ["yes", "yes"]})
    with pytest.raises(ValueError, match=r"weights have the shape \(2,\); give 60 finite numbers, none below 0"):
        roc(model, TABLE, weights=[1.0, 2.0])
    with pytest.raises(ValueError, match="weights= are of data="):
        roc(model, weights=np.ones(60))
    with pytest.raises(ValueError, match="bins=1 must be a whole number of at least 2"):
        calibration(model, bins=1)
    with pytest.raises(ValueError, match="level=95 must lie between 0 and 1"):
        roc(model, level=95)
    arrays = replace(fit(X=X, y=Y), family=as_family("bernoulli"))
    with pytest.raises(ValueError, match=r"fitted to arrays; give data=\(X, y\)"):
        roc(arrays, X)
    with pytest.raises(ValueError, match=r"y has the shape \(2,\); 60 rows of X need \(60,\)"):
        roc(arrays, (X, Y[:2]))
    with pytest.raises(ValueError, match=r"'y' is 0.5 in row 0 .*; it must be 0 or 1"):
        roc(arrays, (X, np.full(60, 0.5)))

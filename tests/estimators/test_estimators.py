"""Estimators against scikit-learn's, at equal objectives, and where scikit-learn's have nothing to say."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from osolgil import fit
from osolgil.estimators import (
    GammaRegressor,
    GeneralizedLinearModel,
    LinearRegression,
    LogisticRegression,
    NotConvergedWarning,
    NotDeterminedWarning,
    PoissonRegressor,
    SeparationWarning,
)
from osolgil.estimators.softmax import SoftmaxLoss, Stacked
from osolgil.methods import Adam, Momentum, Proximal
from osolgil.regression import NoInference
from osolgil.regression.coordinates import identity
from osolgil.regression.penalties import Lasso, Ridge

# 40 rows of three columns on unequal scales; every target below is made of them.
RNG = np.random.default_rng(6)
X = RNG.normal(size=(40, 3)) * [1.0, 10.0, 0.1] + [0.0, 100.0, 0.0]
ETA = 0.5 * X[:, 0] - 0.05 * (X[:, 1] - 100) + 3 * X[:, 2]
WEIGHTS = RNG.integers(1, 4, 40).astype(float)
NUMBERS = ETA + RNG.normal(size=40)
BINARY = np.where(ETA + RNG.logistic(size=40) > 0, "yes", "no")
COUNTS = RNG.poisson(np.exp(0.5 * ETA)).astype(float)
POSITIVE = np.exp(0.3 * ETA) * RNG.gamma(3.0, 1 / 3, 40)
THREE = RNG.choice(["a", "b", "c"], 40, p=[0.3, 0.3, 0.4])


def slope(model, targets, penalty=0.0):
    """The gradient of the mean loss, in NumPy: zero at the optimum."""
    mean = model.predict(X)
    residual = (mean - targets) / (mean if isinstance(model, GammaRegressor) else 1.0)
    share = WEIGHTS / WEIGHTS.sum()
    return np.append((share * residual) @ X + penalty * model.coef_, share @ residual)


@pytest.mark.parametrize(
    ("model", "targets"),
    [(LinearRegression(), NUMBERS), (PoissonRegressor(), COUNTS), (GammaRegressor(), POSITIVE)],
    ids=["linear", "poisson", "gamma"],
)
def test_score_equations_hold_with_weights(model, targets):
    model = clone(model).fit(X, targets, sample_weight=WEIGHTS)
    assert abs(slope(model, targets)).max() < 1e-7
    assert model.converged_
    assert model.coef_.shape == (3,)
    assert isinstance(model.intercept_, float)
    assert model.n_features_in_ == 3


def test_a_ridge_leaves_the_intercept_alone_and_is_on_the_original_scale():
    model = LinearRegression(penalty=Ridge(0.1)).fit(X, NUMBERS, sample_weight=WEIGHTS)
    assert abs(slope(model, NUMBERS, penalty=0.1)).max() < 1e-7


def test_binary_probabilities_solve_the_score_equations_and_weights_are_repetitions():
    model = LogisticRegression().fit(X, BINARY, sample_weight=WEIGHTS)
    probability = model.predict_proba(X)
    residual = WEIGHTS * (probability[:, 1] - (BINARY == "yes"))
    assert abs(np.append(residual @ X, residual.sum())).max() < 1e-7
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), probability, rtol=1e-12)
    assert model.classes_.tolist() == ["no", "yes"]
    assert model.coef_.shape == (1, 3)
    assert (model.predict(X) == np.where(model.decision_function(X) > 0, "yes", "no")).all()
    repeated = LogisticRegression().fit(np.repeat(X, WEIGHTS.astype(int), 0), np.repeat(BINARY, WEIGHTS.astype(int)))
    np.testing.assert_allclose(repeated.coef_, model.coef_, rtol=1e-8)


def test_softmax_solves_the_score_equations_of_every_class_and_sums_to_zero():
    model = LogisticRegression().fit(X, THREE, sample_weight=WEIGHTS)
    residual = WEIGHTS[:, None] * (model.predict_proba(X) - (THREE[:, None] == model.classes_))
    assert abs(residual.T @ np.column_stack([X, np.ones(40)])).max() < 1e-6
    assert abs(model.coef_.sum(axis=0)).max() < 1e-9
    assert model.coef_.shape == (3, 3)
    assert model.intercept_.shape == (3,)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), model.predict_proba(X), rtol=1e-12)


def test_softmax_with_a_ridge_is_scikit_learn_s():
    # sklearn 1.9.1: LogisticRegression(C=1 / (0.02 * 40), tol=1e-12, max_iter=100000, solver="newton-cg").fit(X, THREE)
    expected = [
        [-0.03232543, -0.03225755, 0.23987496],
        [0.23492671, 0.05156862, 0.12905881],
        [-0.20260128, -0.01931107, -0.36893377],
    ]
    np.testing.assert_allclose(LogisticRegression(penalty=Ridge(0.02)).fit(X, THREE).coef_, expected, rtol=1e-6)


def test_softmax_loss_without_its_gauge_is_the_plain_negative_log_likelihood():
    beta, rows = np.array([[0.1, 0.2], [0.3, -0.1], [0.0, 0.5]]), np.array([[1.0, 2.0], [1.0, -1.0]])
    eta = rows @ beta.T
    plain = np.log(np.exp(eta).sum(axis=1)) - eta[[0, 1], [2, 0]]
    for gauge, more in ((False, 0.0), (True, 0.5 * (beta.sum(axis=0) ** 2).sum())):
        found = SoftmaxLoss(Stacked(identity(2), 3), gauge)(beta, (rows, np.array([2.0, 0.0])))
        np.testing.assert_allclose(found, plain + more, rtol=1e-6)


def test_lasso_makes_zeros_and_keeps_its_optimality_conditions():
    scaled = StandardScaler().fit_transform(X)
    model = LogisticRegression(penalty=Lasso(0.1)).fit(scaled, BINARY)
    slopes = (model.predict_proba(scaled)[:, 1] - (BINARY == "yes")) @ scaled / 40
    active = model.coef_[0] != 0
    assert 0 < active.sum() < 3
    np.testing.assert_allclose(slopes[active], -0.1 * np.sign(model.coef_[0][active]), atol=1e-8)
    assert (abs(slopes[~active]) <= 0.1).all()


def test_generalized_linear_model_takes_family_and_link():
    share = COUNTS / 20
    model = GeneralizedLinearModel("binomial", link="cloglog").fit(X, share, sample_weight=np.full(40, 20.0))
    known = fit(X=X, y=share, family="binomial(link=cloglog)", weights=np.full(40, 20.0))
    np.testing.assert_allclose([model.intercept_, *model.coef_], known.vector, rtol=1e-7)
    np.testing.assert_allclose(model.predict(X), known.predict(), rtol=1e-7)
    goodness = known.goodness
    assert model.score(X, share, np.full(40, 20.0)) == pytest.approx(1 - goodness.deviance / goodness.null_deviance)


def test_counts_need_not_be_whole_but_not_negative():
    rates = PoissonRegressor().fit(X, COUNTS / WEIGHTS, sample_weight=WEIGHTS)
    assert abs(slope(rates, COUNTS / WEIGHTS)).max() < 1e-7
    with pytest.raises(ValueError, match=r"y is -1 in row 3, and in 1 of 40 rows"):
        PoissonRegressor().fit(X, np.where(np.arange(40) == 3, -1, COUNTS))


def test_mini_batches_come_near_and_tell_their_history():
    model = LogisticRegression(Adam(learning_rate=0.02), batch_size=8, epochs=40).fit(X, BINARY)
    exact = LogisticRegression().fit(X, BINARY)
    np.testing.assert_allclose(model.predict_proba(X), exact.predict_proba(X), atol=0.05)
    assert len(model.loss_curve_) == 40
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert model.n_iter_ == 200
    assert model.trace_ is model.result_.trace
    again = LogisticRegression(Adam(learning_rate=0.02), batch_size=8, epochs=40).fit(X, BINARY)
    assert (again.coef_ == model.coef_).all()


def test_partial_fit_is_the_rule_step_by_step():
    """Momentum of a squared loss by hand, in the columns of the first call, its memory kept between the calls."""
    centre, spread = X[:20].mean(axis=0), X[:20].std(axis=0)
    model = LinearRegression(Momentum(learning_rate=0.1, momentum=0.9), batch_size=10)
    x, v = np.zeros(4), np.zeros(4)
    for rows in (slice(0, 20), slice(20, 40)):
        model.partial_fit(X[rows], NUMBERS[rows])
    for rows in (slice(0, 10), slice(10, 20), slice(20, 30), slice(30, 40)):
        Z = np.column_stack([np.ones(10), (X[rows] - centre) / spread])
        v = 0.9 * v + 0.1 * Z.T @ (Z @ x - NUMBERS[rows]) / 10
        x = x - v
    np.testing.assert_allclose(model.coef_, x[1:] / spread, rtol=1e-10)
    assert model.n_iter_ == 4
    assert len(model.loss_curve_) == 4


def test_a_ridge_in_batches_pulls_all_but_the_intercept():
    held = LinearRegression(Adam(learning_rate=0.01), penalty=Ridge({"x1": 1e9}), batch_size=10)
    for _ in range(5):
        held.partial_fit(X, NUMBERS)
    assert abs(held.coef_[0]) < 0.02 < abs(held.coef_[2])


def test_partial_fit_goes_on_from_a_pickle_to_the_same_bits():
    model = LogisticRegression("adam", batch_size=8).partial_fit(X[:20], THREE[:20], classes=["a", "b", "c"])
    other = pickle.loads(pickle.dumps(model))
    for each in (model, other):
        each.partial_fit(X[20:], THREE[20:])
    assert (model.coef_ == other.coef_).all()
    assert model.n_iter_ == 6
    with pytest.raises(ValueError, match="'d', which is not among"):
        model.partial_fit(X[:1], ["d"])
    with pytest.raises(ValueError, match="classes= must be given in the first call"):
        LogisticRegression().partial_fit(X, THREE)


def test_a_batch_without_weight_is_no_step():
    model = LinearRegression("adam", batch_size=20)
    model.partial_fit(X, NUMBERS, sample_weight=np.arange(40) < 20)
    assert model.n_iter_ == 1


def test_a_lasso_in_batches_is_kept_by_proximal_steps():
    model = LinearRegression(penalty=Lasso(1000.0), batch_size=20).partial_fit(X, NUMBERS).partial_fit(X, NUMBERS)
    assert isinstance(model.walk_.method, Proximal)
    assert (model.coef_ == 0).all()
    assert model.intercept_ != 0


def test_a_method_that_compares_values_is_refused_for_batches():
    with pytest.raises(ValueError, match="partial_fit only estimate; use a rule"):
        LinearRegression("lbfgs").partial_fit(X, NUMBERS)


def test_separated_classes_warn_and_give_a_classifier():
    side = np.where(X[:, 0] > X[:, 1] / 50 - 2, 1, 0)
    with pytest.warns(SeparationWarning, match=r"classes of all 40 rows apart.*penalty=Ridge"):
        model = LogisticRegression().fit(X, side)
    assert issubclass(SeparationWarning, ConvergenceWarning)
    assert model.ridge_ == 1e-4
    assert np.isfinite(model.coef_).all()
    assert model.score(X, side) > 0.9
    with pytest.raises(NoInference, match="penalized"):
        model.to_model(X, side)


def test_a_class_apart_from_two_that_overlap_is_found():
    labels = np.where(X[:, 0] > 1, "far", np.where(THREE == "a", "a", "b"))
    with pytest.warns(SeparationWarning, match="against all others"):
        model = LogisticRegression().fit(X, labels)
    assert ((model.predict(X) == "far") == (labels == "far")).mean() > 0.9


def test_a_rule_on_separated_classes_says_when_it_stopped():
    side = (X[:, 0] > 0).astype(int)
    with pytest.warns(SeparationWarning, match="when the method stopped"):
        LogisticRegression(Adam(learning_rate=0.2), epochs=300).fit(X[:, :1], side)


def test_collinear_and_constant_columns_give_the_shortest_coefficients():
    wide = np.column_stack([X, 2 * X[:, 0], np.full(40, 0.1)])
    scaled = StandardScaler().fit_transform(wide)
    with pytest.warns(NotDeterminedWarning, match=r"'x5' is 0.1 in every row.*'x4'"):
        model = LinearRegression().fit(wide, NUMBERS)
    shortest = np.linalg.pinv(scaled) @ (NUMBERS - NUMBERS.mean())
    np.testing.assert_allclose(model.coef_ * [*wide[:, :4].std(axis=0), 1], shortest, atol=1e-10)
    assert model.ridge_ == 0
    with pytest.warns(NotDeterminedWarning):
        poisson = PoissonRegressor().fit(wide, COUNTS)
    np.testing.assert_allclose(poisson.predict(wide), PoissonRegressor().fit(X, COUNTS).predict(X), rtol=1e-8)


def test_a_run_that_did_not_arrive_says_what_to_do():
    with pytest.warns(NotConvergedWarning, match=r"allow more steps"):
        model = PoissonRegressor("gradient_descent", max_iter=3).fit(X, COUNTS)
    assert not model.converged_
    assert model.n_iter_ == 3


def test_warm_start_begins_where_the_last_fit_ended():
    model = PoissonRegressor(warm_start=True).fit(X, COUNTS)
    before = model.n_iter_
    model.fit(X, COUNTS)
    assert model.n_iter_ == 1 < before


def test_a_callback_stops_the_run():
    seen = []
    with pytest.warns(NotConvergedWarning):
        LogisticRegression("adam", callback=lambda snapshot: seen.append(snapshot) or True).fit(X, BINARY)
    assert len(seen) == 1


def test_the_model_on_demand_is_that_of_fit():
    model = LogisticRegression().fit(X, BINARY)
    known = fit(X=X, y=(BINARY == "yes").astype(float), family="bernoulli")
    found = model.to_model(X, BINARY)
    np.testing.assert_allclose(list(found.standard_errors.values()), list(known.standard_errors.values()), rtol=1e-7)
    with pytest.raises(NoInference, match="two classes"):
        LogisticRegression().fit(X, THREE).to_model(X, THREE)


def test_pipeline_grid_and_cross_validation():
    pipe = make_pipeline(StandardScaler(), LinearRegression())
    grid = GridSearchCV(pipe, {"linearregression__penalty": [Ridge(0.01), Ridge(100.0)]}, cv=2).fit(X, NUMBERS)
    assert grid.best_params_ == {"linearregression__penalty": Ridge(0.01)}
    assert cross_val_score(pipe.set_params(linearregression__penalty=Ridge(0.01)), X, NUMBERS, cv=2).max() > 0.3


def test_names_of_columns_are_remembered_and_sparse_rows_taken():
    import pandas as pd
    from scipy import sparse

    frame = pd.DataFrame(X, columns=["one", "two", "three"])
    model = LinearRegression().fit(frame, NUMBERS)
    assert model.feature_names_in_.tolist() == ["one", "two", "three"]
    assert model.to_model(frame, NUMBERS).names == ("Intercept", "one", "two", "three")
    by_name = LinearRegression(penalty=Ridge({"two": 1e6})).fit(frame, NUMBERS)
    assert abs(by_name.coef_[1]) < 1e-3 < abs(by_name.coef_[0])
    rows = sparse.csr_array(X)
    np.testing.assert_allclose(LinearRegression().fit(rows, NUMBERS).predict(rows), model.predict(frame), rtol=1e-12)


def test_pickles_leave_the_rows_out():
    model = LinearRegression().fit(X, NUMBERS)
    again = pickle.loads(pickle.dumps(model))
    assert model.result_ is not None
    assert again.result_ is None
    assert (again.predict(X) == model.predict(X)).all()


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (np.ones(3), r"shape \(3,\); 40 rows"),
        (np.where(np.arange(40) == 2, -1.0, 1), "-1 in row 2"),
        (np.zeros(40), "zero"),
    ],
)
def test_weights_that_are_none_are_refused(weights, said):
    with pytest.raises(ValueError, match=said):
        LinearRegression().fit(X, NUMBERS, sample_weight=weights)


def test_one_class_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="y has one class, 'yes'"):
        LogisticRegression().fit(X, np.full(40, "yes"))


def test_scores_are_r_squared_accuracy_and_explained_deviance():
    linear = LinearRegression().fit(X, NUMBERS)
    residual = NUMBERS - linear.predict(X)
    expected = 1 - (residual**2).sum() / ((NUMBERS - NUMBERS.mean()) ** 2).sum()
    assert linear.score(X, NUMBERS) == pytest.approx(expected)
    assert GeneralizedLinearModel().fit(X, NUMBERS).score(X, NUMBERS) == pytest.approx(expected)
    model = LogisticRegression().fit(X, BINARY)
    assert model.score(X, BINARY) == (model.predict(X) == BINARY).mean()

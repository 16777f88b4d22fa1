"""Classes: against statsmodels, against the Bernoulli where there are two, and under another reference."""

import json

import numpy as np
import pytest
from scipy import sparse
from scipy.stats import norm
from sklearn.datasets import load_wine

from osolgil import Stop
from osolgil.methods import Adam
from osolgil.regression import Categorical, DataTrouble, NoInference, as_family, fit, load
from osolgil.regression.arrays import array_design
from osolgil.regression.categorical.likelihood import surroundings
from osolgil.regression.categorical.separation import by_program, overlaps, overlaps_after_newton
from osolgil.regression.given import sampled
from osolgil.regression.penalties import ElasticNet

WINE = load_wine()
X, COLUMNS = WINE.data[:, [0, 2, 4]], ("alcohol", "ash", "magnesium")
LABELS = np.array(["a", "b", "c"])[WINE.target]
TABLE = dict(zip(COLUMNS, X.T, strict=True)) | {"cultivar": LABELS}
FORMULA = "cultivar ~ alcohol + ash + magnesium"
NUMBERS = np.arange(178)
CLUSTERS = NUMBERS // 6

NUMBER = np.arange(72)
FOUR = {
    "x": (7 * NUMBER % 20) / 4,
    "z": np.where(NUMBER**2 % 5 < 2, 1.0, 0.0),
    "way": [int(digit) for digit in "023233122121230233121211302331132032002211210320022312303033212023030330"],
}

# statsmodels 0.15.0: f = MNLogit(y, add_constant(X)).fit(method="newton", maxiter=100, tol=1e-14), with params.T,
# bse.T, (llf, aic, bic); and bse.T with cov_type="HC0". (Its llnull is iterated, to nine digits.)
OF_WINE = (
    [
        [81.97885879440936, -5.369435704852772, -2.9222134621013125, -0.05018770995059256],
        [33.727713090642965, -2.2354322515201437, 0.524387774497191, -0.0496181897726201],
    ],
    [
        [11.11841446832217, 0.7531849977819186, 1.3554083866117637, 0.022065432606736244],
        [7.59966493581942, 0.5162732362058846, 1.042014500515326, 0.019502556383030056],
    ],
    (-105.72129602724584, 227.44259205449168, 252.89686045682836),
    [
        [11.79452497140151, 0.7954912452373333, 1.4443714882347163, 0.02318844095209872],
        [6.877247542863328, 0.4486873868373068, 1.0867897372690174, 0.016328631499278514],
    ],
)
OF_FOUR = (
    [
        [1.525472386181985, -0.8424092232657092, 0.2064297019892744],
        [1.530506803244783, -0.5103010406927629, 0.07504578262098144],
        [-0.7781179682311935, 0.24597289853920962, 0.6339409501658341],
    ],
    [
        [0.9354926188482161, 0.3216247331717882, 0.815596674308789],
        [0.8580065530243186, 0.26273041368721195, 0.702662392442003],
        [1.0094571577111582, 0.26998285329640387, 0.7049714308770546],
    ],
    (-88.44938224094733, 194.89876448189466, 215.38875955303916),
    [
        [1.0371919525931845, 0.38006282820999515, 0.8109386615422098],
        [0.89484374796039, 0.2833594156941582, 0.6902951109306236],
        [1.061518997466255, 0.2887962572785309, 0.7180171168941158],
    ],
)


@pytest.fixture(scope="module")
def wine():
    return fit(FORMULA, TABLE, family="categorical")


@pytest.fixture(scope="module")
def four():
    return fit("way ~ x + z", FOUR, family="multinomial")


@pytest.mark.parametrize(("name", "oracle"), [("wine", OF_WINE), ("four", OF_FOUR)])
def test_estimates_errors_and_likelihoods_are_those_of_statsmodels(name, oracle, request):
    model = request.getfixturevalue(name)
    params, errors, figures, robust = oracle
    assert model.result.success
    np.testing.assert_allclose(model.matrix, params, rtol=1e-9)
    np.testing.assert_allclose(list(model.standard_errors.values()), np.ravel(errors), rtol=1e-9)
    np.testing.assert_allclose((model.log_likelihood, model.aic, model.bic), figures, rtol=1e-12)
    counts = np.bincount(model.sample.y.astype(int))
    null = counts @ np.log(counts / counts.sum())
    assert model.null_log_likelihood == pytest.approx(null, rel=1e-12)
    assert model.pseudo_r_squared == pytest.approx(1 - figures[0] / null, rel=1e-10)
    sandwich = model.with_covariance("HC0")
    np.testing.assert_allclose(list(sandwich.standard_errors.values()), np.ravel(robust), rtol=1e-8)
    np.testing.assert_array_equal(model.with_covariance("expected").covariance, model.covariance)


def test_the_likelihood_ratio_is_that_of_statsmodels(four):
    found = four.compare(fit("way ~ 1", FOUR, family="categorical"))
    assert (found.freedom, found.statistic) == (6, pytest.approx(2 * (98.41449977481486 - 88.44938224094733), rel=1e-8))
    assert found.p_value == pytest.approx(0.002849693652293847, rel=1e-7)


def test_clustered_errors_add_scores_of_groups(wine):
    P, Z = wine.predict(), np.column_stack([np.ones(178), X])
    scores = ((P - np.eye(3)[WINE.target])[:, 1:, None] * Z[:, None, :]).reshape(178, 8)
    sums = np.array([scores[g == CLUSTERS].sum(axis=0) for g in range(30)])
    H = np.linalg.inv(wine.covariance)
    wanted = np.linalg.solve(H, np.linalg.solve(H, sums.T @ sums).T) * (30 / 29) * (177 / 170)
    found = wine.with_covariance("clustered", CLUSTERS)
    np.testing.assert_allclose(found.covariance, wanted, rtol=1e-6, atol=1e-9)
    assert found.inference.freedom == 29
    assert "30 groups" in str(found)


def test_of_two_classes_it_is_the_bernoulli():
    keep = WINE.target < 2
    few = {name: np.asarray(values)[keep] for name, values in TABLE.items()} | {"w": 1.0 + np.arange(130) % 3}
    one = fit(FORMULA, few, family="categorical", weights="w")
    other = fit(FORMULA, few, family="bernoulli", weights="w")
    np.testing.assert_allclose(one.vector, other.vector, rtol=1e-10)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-8)
    for name in ("log_likelihood", "deviance", "null_deviance", "aic", "bic", "pseudo_r_squared", "accuracy"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-11), name
    np.testing.assert_array_equal(one.confusion, other.confusion)
    np.testing.assert_allclose(one.predict()[:, 1], other.predict(), rtol=1e-9)
    for kind, groups in (("HC0", None), ("HC1", None), ("clustered", np.arange(130) // 5)):
        ours, theirs = (model.with_covariance(kind, groups).covariance for model in (one, other))
        np.testing.assert_allclose(ours, theirs, rtol=1e-8)


@pytest.mark.parametrize("reference", ["b", "c"])
def test_another_reference_leaves_the_probabilities_and_turns_the_log_odds_around(wine, reference):
    other = fit(X=X, y=LABELS, columns=COLUMNS, family=Categorical(reference))
    assert other.classes == (reference, *(label for label in "abc" if label != reference))
    place = [other.classes.index(label) for label in wine.classes]
    np.testing.assert_allclose(other.predict(X)[:, place], wine.predict(), rtol=1e-9)
    assert other.log_likelihood == pytest.approx(wine.log_likelihood, rel=1e-13)
    np.testing.assert_array_equal(other.predict(X, kind="class"), wine.predict(kind="class"))
    ours, theirs = wine.by_class()[reference], other.by_class()["a"]
    np.testing.assert_allclose(list(theirs.values()), -np.array(list(ours.values())), rtol=1e-9)
    errors = [model.by_class(model.standard_errors) for model in (wine, other)]
    np.testing.assert_allclose(list(errors[1]["a"].values()), list(errors[0][reference].values()), rtol=1e-9)


def test_coefficients_go_by_class_and_column(wine):
    assert wine.names[:5] == ("b: Intercept", "b: alcohol", "b: ash", "b: magnesium", "c: Intercept")
    assert wine.by_class()["c"]["ash"] == wine.coefficients["c: ash"] == wine.matrix[1, 2]
    low, high = wine.intervals(0.9)["b: ash"]
    assert (low + high) / 2 == pytest.approx(wine.coefficients["b: ash"])
    assert wine.p_values["b: ash"] == pytest.approx(2 * norm.sf(2.9222134621013125 / 1.3554083866117637), rel=1e-8)
    found = wine.wald({"b: ash": 0, "c: ash": 0})
    some, C = wine.vector[[2, 6]], wine.covariance[np.ix_([2, 6], [2, 6])]
    assert found.statistic == pytest.approx(some @ np.linalg.solve(C, some), rel=1e-9)


def test_predictions_are_probabilities_log_odds_and_labels(wine):
    new = {name: values[[0, 100]] for name, values in TABLE.items() if name != "cultivar"}
    eta = wine.predict(new, kind="link")
    np.testing.assert_allclose(eta, np.column_stack([[0, 0], (np.column_stack([[1, 1], X[[0, 100]]]) @ wine.matrix.T)]))
    np.testing.assert_allclose(wine.predict(new), np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True))
    assert wine.predict(new, kind="class").tolist() == ["a", "b"]
    # The intercepts make the predicted counts those that were seen.
    np.testing.assert_allclose(wine.predict().sum(axis=0), [59, 71, 48])
    assert wine.accuracy == np.mean(wine.predict(kind="class") == LABELS)
    assert wine.confusion.sum(axis=1).tolist() == [59, 71, 48]
    assert np.trace(wine.confusion) == 178 * wine.accuracy


def test_the_summary_shows_each_class_against_the_reference(wine):
    text = str(wine)
    assert "categorical, b, c against a" in text
    assert "newton (Newton's method, the loss being convex)" in text
    assert "McFadden's R²   0.453113" in text
    assert "-5.36944" in text
    assert "True \\ predicted ┃  a ┃  b ┃  c" in text


def test_mini_batches_stop_short_and_are_polished(wine):
    walked = fit(FORMULA, TABLE, family="softmax", method=Adam(0.05), batch_size=32, epochs=20, seed=1)
    assert walked.method_name == "adam"
    assert walked.trace.value[-1] < walked.trace.value[0]
    with pytest.raises(NoInference, match=r"standard errors from the optimum .* model\.polish"):
        _ = walked.standard_errors
    assert max(walked.distance.values()) > 0.01
    np.testing.assert_allclose(walked.polish().vector, wine.vector, rtol=1e-9)


def test_it_starts_where_it_is_told(wine):
    for start in (wine.matrix, wine.vector, wine.coefficients):
        assert fit(FORMULA, TABLE, family="categorical", start=start).result.nit <= 1
    begun = fit(FORMULA, TABLE, family="categorical", method="gradient_descent", stop=Stop(steps=0))
    np.testing.assert_allclose(begun.predict(), np.tile(np.array([59, 71, 48]) / 178, (178, 1)), rtol=1e-12)
    assert begun.pseudo_r_squared == pytest.approx(0, abs=1e-12)


def slopes(B, X, y, weights):
    """Of the mean loss, by NumPy alone, shape (K − 1, n)."""
    Z = np.column_stack([np.ones(len(X)), X])
    eta = np.column_stack([np.zeros(len(X)), Z @ B.T])
    P = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    return ((P - np.eye(len(B) + 1)[y]) * weights[:, None]).T[1:] @ Z / weights.sum()


def test_weights_are_repetitions(wine):
    weights = np.arange(178) % 4
    model = fit(FORMULA, TABLE, family="categorical", weights=weights)
    assert np.abs(slopes(model.matrix, X, WINE.target, weights) / np.abs(X).max()).max() < 1e-13
    assert model.goodness.rows == np.count_nonzero(weights)
    assert model.bic == pytest.approx(8 * np.log(weights.sum()) - 2 * model.log_likelihood)
    assert model.confusion.sum() == weights.sum()
    twice = fit(FORMULA, TABLE, family="categorical", weights=np.full(178, 2.0))
    np.testing.assert_allclose(twice.covariance, wine.covariance / 2, rtol=1e-8)


def test_a_penalty_is_of_every_class_and_leaves_no_inference():
    net = fit(FORMULA, TABLE, family="categorical", penalty=ElasticNet({"alcohol": 0.05, "ash": 0.5}, mix=0.8))
    assert "the penalty's kink" in net.why
    slope, B = slopes(net.matrix, X, WINE.target, np.ones(178)), net.matrix
    assert (B[:, 2] == 0).all()
    assert (np.abs(slope[:, 2]) <= 0.4).all()
    np.testing.assert_allclose(slope[:, 1], -0.04 * np.sign(B[:, 1]) - 0.01 * B[:, 1], rtol=1e-6)
    assert np.abs(slope[:, [0, 3]] / [1, 160]).max() < 1e-9
    with pytest.raises(NoInference, match="penalized"):
        _ = net.standard_errors


# Where classes are told apart.

STRONG = np.where(X[:, 0] > 13.7, "strong", LABELS)
"""Of more than 13.7 % by volume: a class that one column tells apart."""


def test_a_class_that_one_column_tells_apart_is_named_with_it():
    with pytest.raises(DataTrouble, match=r"^Quasi-.* column 'alcohol' tells the class 'strong' apart from 'b', 'c'"):
        fit(X=X, y=np.where(STRONG == "a", "b", STRONG), columns=COLUMNS, family="categorical")


def test_a_category_in_which_a_class_never_occurred_is_named_with_it():
    table = TABLE | {"magnesium": (LABELS != "c") * (NUMBERS % 2)}
    with pytest.raises(DataTrouble, match=r"column 'magnesium' tells \d+ of 178 rows apart from the class 'c' without"):
        fit(FORMULA, table, family="categorical")


def test_classes_that_are_all_told_apart_are_a_complete_separation():
    thirds = np.digitize(X[:, 0], [12.5, 13.5])
    with pytest.raises(DataTrouble) as caught:
        fit(X=X, y=thirds, columns=COLUMNS, family="categorical")
    (found,) = caught.value.troubles
    assert (found.cause, found.columns, found.rows) == ("complete separation", ("alcohol",), ())
    assert "tells all 3 classes of all 178 rows apart without error" in str(found)
    walked = fit(
        X=X, y=thirds, columns=COLUMNS, family="categorical", method=Adam(0.05), batch_size=32, epochs=20, seed=1
    )
    assert [each.cause for each in walked.troubles] == ["complete separation"]
    with pytest.raises(NoInference, match=r"^Complete separation"):
        _ = walked.distance
    assert walked.accuracy > 0.9
    net = fit(X=X, y=thirds, columns=COLUMNS, family="categorical", penalty=ElasticNet(0.01))
    assert net.result.success
    assert not net.troubles


def test_newtons_certificate_and_the_linear_program_agree():
    rng = np.random.default_rng(5)
    verdicts = []
    for trial in range(24):
        Z = rng.normal(size=(18, 2)) * [1, 100] + [0, 300]
        eta = np.column_stack([np.zeros(18), Z[:, 0], (Z[:, 1] - 300) / 100]) * (5 if trial % 3 else 1)
        y = (eta + 3 * (trial % 2) * rng.gumbel(size=(18, 3))).argmax(axis=1)
        if len(set(y)) < 3:
            continue
        sample = sampled(array_design(Z, y.astype(float), None, True), None)
        trouble = by_program(sample, ("Intercept", "u", "v"), ("0", "1", "2"))
        assert (trouble is None) == overlaps_after_newton(sample, 3)
        verdicts.append(trouble is None)
        if trouble is not None and trial % 2 == 0:
            # The classes are those of the largest η: coefficients that separate, from which nobody may claim overlap.
            B = np.array([[0, 1.0, 0], [-3, 0, 0.01]])
            assert trouble.cause == "complete separation"
            for scale in (0.0, 0.1, 1.0, 3.0):
                assert not overlaps(sample, scale * B, surroundings(sample, scale * B))
    assert 5 < sum(verdicts) < len(verdicts) - 5  # both verdicts occur


# Data.


def test_numbers_and_truth_values_are_labels_too(four):
    assert four.classes == (0, 1, 2, 3)
    assert four.predict(kind="class").dtype.kind == "i"
    assert fit("way ~ x + z", FOUR, family="categorical(reference=2)").classes == (2, 0, 1, 3)
    text = FOUR | {"way": np.array(["0", "1", "2", "3"])[FOUR["way"]]}
    assert fit("way ~ x + z", text, family="categorical(reference='2')").classes == ("2", "0", "1", "3")


def test_rows_without_a_label_are_left_out_if_one_says_so(wine):
    labels = LABELS.astype(object)
    labels[[3, 77]] = None
    table = TABLE | {"cultivar": labels}
    one = fit(FORMULA, table, family="categorical", missing="drop")
    other = fit(X=X, y=labels, columns=COLUMNS, family="categorical", missing="drop")
    assert one.goodness.rows == other.goodness.rows == 176
    np.testing.assert_allclose(one.vector, other.vector, rtol=1e-9)
    with pytest.raises(ValueError, match="Column 'y' is missing or not finite in 2 of 178 rows: 3, 77"):
        fit(X=X, y=labels, family="categorical")


BASE = {"X": X, "y": LABELS, "family": "categorical"}
REFUSED = [
    ({"bounds": {"b: x1": (0, None)}}, "takes no bounds: bounds are of"),
    ({"constraints": "x1 = 1"}, "takes no constraints"),
    ({"offset": np.ones(178)}, "takes no offset"),
    ({"exposure": np.ones(178)}, "takes no exposure"),
    ({"success": "b"}, r"takes no success: .*Categorical\(reference="),
    ({"family": Categorical("d")}, "The reference 'd' is not a class of 'y', which has a, b, c"),
    ({"family": "categorical(link=probit)"}, "The categorical family has no setting 'link'; it has reference"),
    ({"y": np.full(178, "a")}, "'y' is 'a' in every row; add rows of another class"),
    ({"y": X[:, 0]}, "The response 'y' has 126 classes in 178 rows; use a family for numbers"),
    ({"y": np.array(["a", 1] * 89, dtype=object)}, r"The labels in y are of different kinds \(int, str\)"),
    ({"y": LABELS[:, None]}, r"y has the shape \(178, 1\)"),
    ({"y": LABELS[:99]}, "178 rows of X need"),
    ({"y": np.array(["2026-11-22", "2026-11-23"] * 89, dtype="datetime64[D]")}, "is neither text nor a number"),
    ({"weights": (WINE.target > 0) * 1.0}, "All rows of the class 'a' of 'y' have the weight 0; leave them out"),
    ({"method": "gauss_newton"}, "Gauss–Newton needs a sum of squared residuals; the categorical family is none"),
    ({"start": {"b: wine": 1.0}}, "start names 'b: wine', which is no coefficient"),
    ({"start": np.zeros(3)}, r"start has the shape \(3,\)"),
    ({"X": np.column_stack([X, X[:, 0]])}, "exact combination of others"),
    ({"columns": ("a", "b", "a: a"), "y": np.array(["A", "b: a", "b"])[WINE.target]}, "would be called 'b: a: a'"),
]


@pytest.mark.parametrize(("given", "words"), REFUSED, ids=[words[:30] for _, words in REFUSED])
def test_what_makes_no_sense_is_refused_in_words(given, words):
    with pytest.raises(ValueError, match=words):
        fit(**BASE | given)


def test_other_refusals(wine):
    with pytest.raises(ValueError, match="Sparse rows are not for the categorical family"):
        fit(X=sparse.csr_array((60_000, 500)), y=np.arange(60_000) % 3, family="softmax")
    with pytest.raises(ValueError, match="kind='interval' is not known for classes"):
        wine.predict(kind="interval")
    with pytest.raises(NoInference, match="HC3 divides by what a row's leverage leaves"):
        wine.with_covariance("HC3")
    with pytest.raises(ValueError, match=r"the response 'log\(ash\)' is computed"):
        fit("log(ash) ~ alcohol", TABLE, family="categorical")
    with pytest.raises(ValueError, match="the response 'cultivar' is a in every row"):
        fit("cultivar ~ ash", TABLE | {"cultivar": ["a"] * 178}, family="categorical")
    with pytest.raises(ValueError, match="has a linear predictor for each class, and one is needed here"):
        as_family("softmax")


# Files.


def test_a_loaded_model_predicts_to_the_same_bits(wine, tmp_path):
    arrays = fit(X=X, y=LABELS, family=Categorical("c"))
    for model, rows in ((wine, TABLE), (arrays, X)):
        model.save(tmp_path / "model.json")
        loaded = load(tmp_path / "model.json")
        for kind in ("mean", "class", "link"):
            np.testing.assert_array_equal(loaded.predict(rows, kind=kind), model.predict(rows, kind=kind))
        assert loaded.coefficients == model.coefficients
        assert loaded.standard_errors == model.standard_errors
        assert (loaded.goodness, loaded.classes, loaded.family) == (model.goodness, model.classes, model.family)
        assert str(loaded).partition("Coefficient")[2] == str(model).partition("Coefficient")[2]
    for call in (loaded.predict, loaded.polish, lambda: loaded.with_covariance("HC0"), lambda: loaded.trace):
        with pytest.raises(ValueError, match=r"^A loaded model"):
            call()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda saved: saved["design"].update(response_levels=["a", "b"]), "are not the columns of its design"),
        (
            lambda saved: saved["design"].update(response_levels=[]),
            "'categorical' is not one of its classes",
        ),
        (lambda saved: saved.update(family="gaussian"), "its family 'gaussian' is not one of its classes a, b, c"),
        (lambda saved: saved.update(family_settings={"reference": "b"}), "its settings"),
        (lambda saved: saved["goodness"].update(confusion=[[1.0, 2.0], [3.0, 4.0]]), r"shape \(2, 2\) is not one of"),
    ],
)
def test_a_damaged_file_is_refused(wine, tmp_path, damage, words):
    path = tmp_path / "model.json"
    wine.save(path)
    saved = json.loads(path.read_text(encoding="utf-8"))
    damage(saved)
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        load(path)

"""Input that cannot be meant: one sentence with the value, its place and the remedy, before any work."""

import numpy as np
import pytest

from osolgil import fit
from osolgil.estimators import GeneralizedLinearModel, LinearRegression, PoissonRegressor
from osolgil.regression import troubles
from osolgil.regression.penalties import Lasso
from osolgil.regression.troubles import DataTrouble, check_room
from osolgil.rows import memory

X = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 4.0])
Y = np.array([1.0, 0.0, 2.0, 2.0, 4.0, 3.0])
TABLE = {"y": Y, "x": X}


def after(value, row):
    """Ones, but for one row."""
    found = np.ones(6)
    found[row] = value
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"X": X, "y": Y[:5]}, r"y has the shape \(5,\); 6 rows of X need \(6,\)"),
        ({"X": X, "y": Y, "weights": np.ones(3)}, r"weights have the shape \(3,\); 6 rows need \(6,\)"),
        ({"X": X, "y": Y, "weights": after(-1, 2)}, r"The weight of row 2 is -1 \(the first row is row 0\)"),
        ({"X": X, "y": Y, "weights": after(np.nan, 2)}, "'weights' is missing or not finite in 1 of 6 rows: 2"),
        ({"X": X, "y": Y, "weights": ["a"] * 6}, "weights must be numbers, one for each row"),
        ({"X": X, "y": Y + 0.5, "family": "poisson"}, "is 1.5 in row 0 .* a count: .* exposure="),
        ({"X": X, "y": Y + 0.5, "family": "negative_binomial"}, "is 1.5 in row 0 .* a count: .* exposure="),
        (
            {"X": X, "y": Y / 4, "family": "binomial", "weights": after(3.0, 3)},
            "0.25 successes of 1 trials are no counts",
        ),
        ({"X": X, "y": Y / 4, "family": "binomial", "weights": np.full(6, 4.4)}, "1.1 successes of 4.4 trials"),
        (
            {"X": np.array([[1, "a"]] * 6, dtype=object), "y": Y},
            r"objects such as 'a' \(row 0, column 1\), not numbers",
        ),
        ({"X": X.astype(object), "y": Y}, r"convert it by X.astype\(float\)"),
        ({"X": X, "y": np.array(list("abcdef"))}, "y holds <U1, not numbers"),
        ({"X": np.c_[X, np.full(6, np.nan)], "y": Y}, "'x2' is missing or not finite in 6 of 6 rows"),
        ({"X": np.c_[X, np.full(6, np.nan)], "y": Y, "missing": "drop"}, "no rows to fit: .* 'x2' is missing"),
        ({"formula": "y ~ x", "data": TABLE | {"x": [None] * 6}}, "'x' is missing or not finite in 6 of 6 rows"),
        ({"formula": "y ~ x", "data": TABLE | {"x": [1, "two"] * 3}}, "'x' holds values of more than one kind"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(arguments, words):
    with pytest.raises((ValueError, TypeError), match=words):
        fit(**arguments)


def test_shares_of_whole_successes_may_be_rounded_and_shares_without_trials_are_shares():
    third = np.array([1, 1, 2, 1, 2, 2]) / 3
    rounded = fit(X=X, y=third.round(4), family="binomial", weights=np.full(6, 3.0))
    assert rounded.coefficients["x1"] > 0
    assert fit(X=X, y=third, family="binomial").coefficients["x1"] == pytest.approx(
        rounded.coefficients["x1"], rel=1e-3
    )


def test_estimators_take_rates_for_counts_as_scikit_learns_do():
    assert PoissonRegressor().fit(X[:, None], Y + 0.5).converged_
    assert GeneralizedLinearModel("poisson").fit(X[:, None], Y + 0.5).converged_
    with pytest.raises(ValueError, match="sample_weight is -1 in row 2"):
        PoissonRegressor().fit(X[:, None], Y, sample_weight=after(-1, 2))


def test_more_columns_than_rows_is_one_sentence_with_the_remedy():
    wide = np.random.default_rng(0).normal(size=(6, 40))
    with pytest.raises(DataTrouble, match=r"There are 41 columns and 6 rows, .* add a penalty") as caught:
        fit(X=wide, y=Y)
    assert len(caught.value.troubles) == 1


def test_of_many_troubles_the_first_few_are_spelled_out():
    alike = np.outer(X**2, np.arange(1.0, 5.0))
    table = {f"a{j}": column for j, column in enumerate(alike.T)} | {f"c{j}": np.full(6, 2.0) for j in range(5)}
    with pytest.raises(DataTrouble) as caught:
        fit("y ~ " + " + ".join(table), TABLE | table)
    assert len(caught.value.troubles) == 8
    assert str(caught.value).endswith("And 3 more; all of them are in `troubles`.")


def test_a_prediction_asks_nothing_of_the_response_or_of_columns_it_does_not_use():
    model = fit("y ~ x", TABLE)
    odd = {"x": [1.0], "y": [object()], "z": [{1, 2}]}
    assert model.predict(odd) == model.predict({"x": [1.0]})
    table = {"x": X, "y": Y, "years": np.full(6, 2.0)}
    counts = fit("y ~ x", table, family="poisson", exposure="years")
    assert counts.predict(odd | {"years": [2.0]}) == counts.predict({"x": [1.0], "years": [2.0]})


def test_a_table_has_its_columns_taken_by_name_where_the_model_was_fitted_to_arrays():
    model = fit(X=np.c_[X, X**2], y=Y, columns=["a", "b"])
    assert model.predict({"b": [9.0], "a": [2.0]}) == model.predict(np.array([[2.0, 9.0]]))
    with pytest.raises(ValueError, match="no column 'b'"):
        model.predict({"a": [2.0]})


def test_matrices_of_all_pairs_of_columns_are_refused_where_memory_has_no_room(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 24_000_000)
    wide = np.zeros((2, 2000), np.float32)
    # Three matrices of 2001² numbers of 8 bytes, and three copies of the rows.
    with pytest.raises(
        ValueError, match=r"Gauss–Newton on 2,000 columns, .* would need 0.096 GB of memory, and 0.024 GB"
    ):
        fit(X=wide, y=np.arange(2.0))
    with pytest.raises(ValueError, match=r"Proximal Newton on 2,000 columns.*batch_size="):
        fit(X=wide, y=np.arange(2.0), penalty=Lasso(1.0))
    with pytest.raises(ValueError, match="Newton on 2,001 columns"):
        LinearRegression("newton").fit(wide, np.arange(2.0))
    with pytest.raises(ValueError, match=r"A regression on 1,000,000 rows and 9 columns would need 0.22 GB"):
        check_room("adam", np.broadcast_to(0.0, (1_000_000, 9)))
    check_room("adam", wide)
    assert troubles.COPIES == troubles.PAIRS == 3


def test_a_log_link_is_refused_where_the_mean_is_below_zero():
    with pytest.raises(ValueError, match=r"The mean of the response 'y' is -2, and under the log link every mean is"):
        fit(X=np.arange(4.0), y=np.array([-5.0, 1.0, -3.0, -1.0]), family="gaussian(link=log)")

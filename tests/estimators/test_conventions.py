"""scikit-learn's own checks. All of them pass for all estimators: `check_estimator(LinearRegression())` and so on.

Here are those that compile nothing, for all; and for linear regression, whose programs are the smallest, those that say
most about fits. All of them for all take two minutes of compiling:

    python -c "from osolgil.estimators import *; from sklearn.utils.estimator_checks import check_estimator
    for each in (LinearRegression, LogisticRegression, PoissonRegressor, GammaRegressor, GeneralizedLinearModel):
        check_estimator(each())"
"""

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from osolgil.estimators import (
    GammaRegressor,
    GeneralizedLinearModel,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
)

WITHOUT_FIT = {
    "check_all_zero_sample_weights_error",
    "check_classifiers_one_label",
    "check_classifiers_one_label_sample_weights",
    "check_classifiers_regression_target",
    "check_complex_data",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_estimators_empty_data_messages",
    "check_estimators_unfitted",
    "check_fit1d",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_requires_y_none",
    "check_supervised_y_no_nan",
    "check_valid_tag_types",
}
WITH_FIT = {
    "check_estimators_pickle",
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
}


def chosen():
    for estimator in (
        LinearRegression(),
        LogisticRegression(),
        PoissonRegressor(),
        GammaRegressor(),
        GeneralizedLinearModel(),
    ):
        wanted = WITHOUT_FIT | WITH_FIT if isinstance(estimator, LinearRegression) else WITHOUT_FIT
        for each, check in estimator_checks_generator(estimator):
            name = getattr(check, "func", check).__name__
            if name in wanted:
                yield pytest.param(each, check, id=f"{type(estimator).__name__}-{name}")


# The checks fit to whatever rows they please.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("estimator", "check"), list(chosen()))
def test_a_convention_is_kept(estimator, check):
    check(estimator)


def test_the_checks_are_there():
    names = {param.id.partition("-")[2] for param in chosen()}
    assert names == WITHOUT_FIT | WITH_FIT

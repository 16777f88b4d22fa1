import numpy as np
import pytest
from support.penalties import BINARY, DESIGN, NAMES, WEIGHTS, X, Y

from osolgil.descent import Stop, minimize
from osolgil.regression.coordinates import Coordinates, identity, standardization
from osolgil.regression.families import Bernoulli, Gaussian
from osolgil.regression.objective import mean_loss
from osolgil.regression.penalties import ElasticNet, Lasso, Ridge, for_columns
from osolgil.regression.penalties.certificate import certified, kkt
from osolgil.regression.penalties.scales import (
    from_glmnet,
    from_sklearn_alpha,
    from_sklearn_c,
    from_sklearn_ridge,
    to_glmnet,
    to_sklearn_alpha,
    to_sklearn_c,
    to_sklearn_ridge,
)
from osolgil.regression.sample import Sample

STANDARD = standardization(DESIGN, 0, WEIGHTS)
MASS = float(WEIGHTS.sum())


def fitted(family, y, penalty, coordinates: Coordinates = STANDARD):
    whole = for_columns(penalty, NAMES, 0)
    problem = mean_loss(family, DESIGN, y, WEIGHTS, coordinates, penalty=whole)
    method = "newton" if whole.smooth else "auto"
    result = minimize(problem, np.zeros(6), method, stop=Stop(optimality=1e-12, steps=100))
    return result.x, certified(family, Sample(DESIGN, y, WEIGHTS, 0, coordinates), whole, result.x)


# scikit-learn 1.9.1 on these rows with sample_weight=WEIGHTS, tol 1e-14 or 1e-15: Lasso(0.1), ElasticNet(0.1,
# l1_ratio=0.3), Ridge(4.0), LogisticRegression(C=0.5, newton-cholesky), LogisticRegression(C=0.2, l1_ratio=1 and 0.4,
# saga); the intercept first.
SKLEARN = [
    (
        *(Gaussian(), Y, from_sklearn_alpha(0.1)),
        [1.9511536786601655, 0.817643710924, -0.124394786623, 0.0, 0.049749274097, 0.149471379388],
    ),
    (
        *(Gaussian(), Y, from_sklearn_alpha(0.1, mix=0.3)),
        [1.9547951395879317, 0.770219197614, -0.124929261246, 0.149606442877, 0.133812528315, 0.238234159087],
    ),
    (
        *(Gaussian(), Y, from_sklearn_ridge(4.0, MASS)),
        [1.955936918092854, 0.87236866001, -0.1208612275, 0.659353357251, 0.110120066196, 0.291350043674],
    ),
    (
        *(Bernoulli(), BINARY, from_sklearn_c(0.5, MASS)),
        [0.909844810482, 1.142224612778, -0.133491739488, 0.507548473834, -0.002375296492, 0.207505312904],
    ),
    (
        *(Bernoulli(), BINARY, from_sklearn_c(0.2, MASS, mix=1.0)),
        [0.770026476442, 0.683380727417, -0.114640984997, 0.0, 0.0, 0.0],
    ),
    (
        *(Bernoulli(), BINARY, from_sklearn_c(0.2, MASS, mix=0.4)),
        [0.79981953021, 0.776498782709, -0.120437963007, 0.0, 0.011134329728, 0.0],
    ),
]


@pytest.mark.parametrize(("family", "y", "penalty", "expected"), SKLEARN)
def test_coefficients_are_scikit_learn_s_at_equal_objective_and_certified(family, y, penalty, expected):
    beta, certificate = fitted(family, y, penalty)
    np.testing.assert_allclose(beta, expected, rtol=1e-8, atol=1e-10)
    assert np.array_equal(beta == 0, np.array(expected) == 0)
    assert certificate.worst < 1e-11
    assert abs(certificate.gap) < 1e-12
    assert "hold to" in str(certificate)
    assert "duality gap" in str(certificate)


@pytest.mark.parametrize("family", [Gaussian(), Bernoulli()])
def test_the_coordinates_that_a_method_walks_in_change_nothing(family):
    y = BINARY if family.binary else Y
    inside, _ = fitted(family, y, Lasso(0.05))
    outside, _ = fitted(family, y, Lasso(0.05), identity(6))
    np.testing.assert_allclose(inside, outside, rtol=1e-10, atol=1e-12)


def test_the_gap_bounds_how_far_the_objective_is_from_its_minimum():
    for family, y in ((Gaussian(), Y), (Bernoulli(), BINARY)):
        for penalty in (Lasso(0.05), ElasticNet(0.05, 0.3), Ridge(0.05)):
            beta, best = fitted(family, y, penalty)
            sample = Sample(DESIGN, y, WEIGHTS, 0, STANDARD)
            for size in (1e-3, 1e-1):
                moved = beta + size * np.sin(np.arange(6.0))
                found = certified(family, sample, for_columns(penalty, NAMES, 0), moved)
                assert found.gap >= found.objective - best.objective > 0
                assert found.worst > 1e-4


def test_an_offset_is_part_of_the_certificate():
    offset = np.cos(np.arange(40.0))
    beta, _ = fitted(Gaussian(), Y - offset, Lasso(0.05))
    sample = Sample(DESIGN, Y, WEIGHTS, 0, STANDARD, offset)
    found = certified(Gaussian(), sample, for_columns(Lasso(0.05), NAMES, 0), beta)
    assert found.worst < 1e-11
    assert abs(found.gap) < 1e-12


def test_kkt_refuses_a_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"The gradient has the shape \(3,\), and beta \(2,\)"):
        kkt(Lasso(1.0), np.zeros(2), np.zeros(3))


def test_converters_go_there_and_back():
    for mix in (0.0, 0.3, 1.0):
        assert to_sklearn_c(from_sklearn_c(0.7, 50.0, mix), 50.0) == pytest.approx((0.7, mix))
        assert to_sklearn_alpha(from_sklearn_alpha(0.2, mix)) == pytest.approx((0.2, mix))
        for standardize in (True, False):
            found = from_glmnet(0.2, mix, X, Y, WEIGHTS, standardize=standardize)
            assert to_glmnet(found, X, Y, WEIGHTS, standardize=standardize) == pytest.approx((0.2, mix))
    assert to_sklearn_ridge(from_sklearn_ridge(3.0, 50.0), 50.0) == pytest.approx(3.0)
    assert from_sklearn_c(np.inf, 10.0) == Ridge(0.0)


def test_glmnet_penalizes_columns_that_it_has_standardized():
    # Minimized by hand on standardized columns and targets, as glmnet does, and scaled back.
    scale, unit = X.std(axis=0), Y.std()
    columns = np.column_stack([np.ones(40), (X - X.mean(axis=0)) / scale])
    inner = minimize(
        mean_loss(Gaussian(), columns, (Y - Y.mean()) / unit, None, identity(6)),
        np.zeros(6),
        penalty=for_columns(ElasticNet(0.3 / unit, mix=0.4), NAMES, 0),
        stop=Stop(optimality=1e-12),
    ).x
    whole = for_columns(from_glmnet(0.3, 0.4, X, Y), NAMES, 0)
    problem = mean_loss(Gaussian(), DESIGN, Y, None, STANDARD)
    beta = minimize(problem, np.zeros(6), penalty=whole, stop=Stop(optimality=1e-12)).x
    np.testing.assert_allclose(beta[1:], unit * inner[1:] / scale, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("convert", "words"),
    [
        (lambda: from_sklearn_c(0.0, 10.0), "C is 0.0; it must be a number above 0"),
        (lambda: from_sklearn_c(np.nan, 10.0), "C is nan"),
        (lambda: from_sklearn_ridge(1.0, 0.0), "mass is 0.0"),
        (lambda: from_sklearn_alpha(-1.0), "alpha is -1.0; it must be finite and not negative"),
        (lambda: from_sklearn_alpha(1.0, mix=2.0), "mix is 2.0; it must be from 0 to 1"),
        (lambda: to_sklearn_alpha(Lasso([0.1, 0.2])), "has a strength for each coefficient"),
        (lambda: to_sklearn_ridge(Lasso(0.1), 10.0), "scikit-learn's Ridge has squares alone"),
        (lambda: from_glmnet(0.1, 0.5, X), "divides y by its spread; give y"),
        (lambda: from_glmnet(0.1, 1.0, X, factors=[1.0]), "factors must be 5 finite numbers"),
        (lambda: to_glmnet(Lasso(0.1), X), "No single lambda of glmnet .* try standardize=False"),
    ],
)
def test_units_that_make_no_sense_are_refused(convert, words):
    with pytest.raises(ValueError, match=words):
        convert()


def test_a_penalty_on_a_mixture_of_inner_coordinates_is_refused():
    problem = mean_loss(Gaussian(), DESIGN, Y, None, STANDARD)
    with pytest.raises(ValueError, match=r"a mixture, so that a penalty on it has no closed form"):
        minimize(problem, np.zeros(6), penalty=Lasso(0.1))

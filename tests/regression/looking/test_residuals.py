"""Residuals, leverage and Cook's distance, against statsmodels 0.15.0 and by their definitions."""

from dataclasses import replace

import numpy as np
import pytest
from oracles.glm import MODELS, TABLE
from scipy import sparse, stats

from osolgil.regression import NoInference, as_family, fit, load
from osolgil.regression.goodness import goodness
from osolgil.regression.inference import standing
from osolgil.regression.looking.quantile_residuals import quantile_scores
from osolgil.regression.looking.residuals import RESIDUALS
from osolgil.regression.sample import surroundings

# Rows 0, 5 and 12, and the sum of the sizes of all: of sm.GLM(...) as in oracles/glm.py, fitted there, resid_pearson,
# resid_deviance, and of get_influence(observed=False) hat_matrix_diag, resid_studentized and cooks_distance[0].
# Weights that repeat rows were carried out by np.repeat, and the sums taken over the first of each.
STATSMODELS = {
    "gaussian": (
        [0.277214456537, 0.302431210746, 0.497429178766, 10.5566919069],
        [0.277214456537, 0.302431210746, 0.497429178766, 10.5566919069],
        [0.0244892516924, 0.0785300130847, 0.129958970868, 3.0],
        [0.483172232833, 0.542360601537, 0.918044035078, 19.8283380379],
        [0.00195355722481, 0.00835621274066, 0.0419635577808, 2.10706867474],
    ),
    "gaussian(link=log)": (
        [0.507069355411, 0.470459761144, 0.257149540858, 9.48615190037],
        [0.507069355411, 0.470459761144, 0.257149540858, 9.48615190037],
        [0.0574285880943, 0.188797684231, 0.24865719435, 3.0],
        [1.08613785509, 1.08625705504, 0.616937833997, 21.466054157],
        [0.0239586598463, 0.0915401135355, 0.0419879286826, 1.99136080828],
    ),
    "bernoulli(link=probit)": (
        [0.880489094717, 0.00183880439549, 0.0290481123116, 7.90995245414],
        [1.07139860018, 0.00260045991651, 0.0410715725491, 9.13931372641],
        [0.180421051729, 0.00114624525659, 0.040006250233, 3.0],
        [0.972587277229, 0.00183985916276, 0.0296472019926, 9.93742305642],
        [0.0694116437354, 1.29486219173e-09, 1.22097173833e-05, 4.04646070199],
    ),
    "binomial": (
        [-0.426701364148, -0.625074456575, 0.205581978086, 10.1080502524],
        [-0.432164066451, -0.630002930709, 0.207772327422, 10.1682986761],
        [0.0327127084308, 0.110609182054, 0.232662276324, 3.0],
        [-0.433856681725, -0.662804473932, 0.234688476529, 10.8493349863],
        [0.00212193632139, 0.018211601852, 0.00556674977506, 0.35287068952],
    ),
    "bernoulli": (
        [0.913917885457, 0.0212535848269, 0.0747086244387, 8.37728598126],
        [1.10197865562, 0.0300537144308, 0.105506970265, 9.75564975578],
        [0.0861002639749, 0.00689501497633, 0.02394715615, 1.35183152718],
        [0.956000018436, 0.0213272378182, 0.0756195475456, 9.04464002413],
        [0.0287012279317, 1.05265975813e-06, 4.67657075247e-05, 0.702487739498],
    ),
    "poisson": (
        [-0.81523916917, -1.2905809233, 2.75694258691, 35.3263777151],
        [-0.914846001192, -1.43639757817, 2.23199861201, 37.2937085782],
        [0.0123654887658, 0.125089375638, 0.0363237650347, 1.30760007168],
        [-0.820326816926, -1.37975950999, 2.80842058424, 36.3351664405],
        [0.00280845580151, 0.0907281952358, 0.0990975115468, 1.52138694362],
    ),
    "negative_binomial(alpha=0.5)": (
        [-0.393248747335, -0.615591449672, 1.74173950804, 20.7643257293],
        [-0.442054417498, -0.740401684875, 1.30002416464, 23.5101886479],
        [0.0364940615157, 0.195392103978, 0.137211570534, 3.0],
        [-0.400626940108, -0.68627856409, 1.87512855288, 22.2424154666],
        [0.00202640780417, 0.0381243398495, 0.186391997344, 1.67278004835],
    ),
    "gamma": (
        [-0.0142912553436, 0.245963677476, 0.134960448337, 5.9392102839],
        [-0.0143886862985, 0.222121639603, 0.128525287242, 5.97028354839],
        [0.0244892516924, 0.0785300130847, 0.129958970868, 3.0],
        [-0.041361663372, 0.73244332712, 0.41359977313, 18.210987877],
        [1.43158847232e-05, 0.0152398704132, 0.0085173767749, 1.2962558968],
    ),
    "inverse_gaussian": (
        [1.25548924148, -0.151400835523, 0.196550680404, 6.12693086123],
        [0.844965705665, -0.178169140229, 0.169380593155, 7.06331879733],
        [0.0962177800687, 0.0992817756452, 0.225765400279, 3.0],
        [3.48542332881, -0.421025336562, 0.589539214689, 17.2403058984],
        [0.431103304814, 0.0065129207638, 0.0337822795708, 1.08503932362],
    ),
}


@pytest.fixture(scope="module")
def base():
    return fit("amount ~ one + two", TABLE)


@pytest.fixture(scope="module")
def at_optimum(base):
    """A model of a name in `MODELS`, put where statsmodels found its optimum: no descent, hardly a compilation."""

    def made(name):
        (response, given), beta, *_ = MODELS[name]
        family, beta = as_family(name), np.array(beta)
        weights = None if "weights" not in given else np.array(TABLE[given["weights"]])
        added = np.array(TABLE[given["offset"]]) if "offset" in given else np.zeros(24)
        added = added + (np.log(TABLE[given["exposure"]]) if "exposure" in given else 0.0)
        sample = replace(base.sample, y=np.array(TABLE[response]), weights=weights, offset=added)
        place = standing(family, sample, beta, surroundings(family, sample, beta), None)
        found = goodness(family, sample, beta)
        return replace(base, family=family, vector=beta, standing=place, goodness=found, sample=sample)

    return made


@pytest.mark.parametrize("name", STATSMODELS)
def test_residuals_leverage_and_cook_s_distance_are_those_of_statsmodels(name, at_optimum):
    model = at_optimum(name)
    found = [model.residuals(kind) for kind in ("pearson", "deviance")]
    found += [model.leverage, model.residuals("standardized"), model.cooks_distance]
    for values, expected in zip(found, STATSMODELS[name], strict=True):
        np.testing.assert_allclose([*values[[0, 5, 12]], np.abs(values).sum()], expected, rtol=1e-8, atol=1e-11)


def test_leverages_of_all_repetitions_sum_to_the_number_of_coefficients(at_optimum):
    model = at_optimum("poisson")
    assert model.sample.mass @ model.leverage == pytest.approx(3, rel=1e-12)


def test_cook_s_distance_of_least_squares_is_how_far_the_coefficients_move(base):
    rows = np.arange(24)
    for row in (0, 7, 23):
        without = fit("amount ~ one + two", {name: np.array(column)[rows != row] for name, column in TABLE.items()})
        moved = without.vector - base.vector
        distance = moved @ np.linalg.solve(base.covariance, moved) / 3
        assert base.cooks_distance[row] == pytest.approx(distance, rel=1e-9)


def test_leverage_of_sparse_rows_is_that_of_dense_ones():
    X = np.column_stack([TABLE["one"], TABLE["two"]])
    dense = fit(X=X, y=TABLE["amount"])
    thin = replace(dense, sample=replace(dense.sample, X=sparse.csr_array(dense.sample.X)))
    np.testing.assert_allclose(thin.leverage, dense.leverage, rtol=1e-12)


def test_a_row_that_alone_determines_a_coefficient_has_leverage_one_and_no_cook_s_distance():
    alone = np.array([0.0] * 23 + [1.0])
    model = fit("amount ~ one + alone", TABLE | {"alone": alone})
    assert model.leverage[-1] == pytest.approx(1)
    assert not model.cooks_distance[-1] < 1e3


def tails_of(name, mean, weights, dispersion):
    """The distribution that a family expects, by scipy.stats."""
    shape = weights / dispersion
    return {
        "poisson": lambda: stats.poisson(mean),
        "negative_binomial(alpha=0.5)": lambda: stats.nbinom(2, 1 / (1 + 0.5 * mean)),
        "binomial": lambda: stats.binom(weights.astype(int), mean),
        "bernoulli": lambda: stats.bernoulli(mean),
        "gamma": lambda: stats.gamma(shape, scale=mean / shape),
        "inverse_gaussian": lambda: stats.invgauss(mean / shape, scale=shape),
    }[name]()


@pytest.mark.parametrize(
    "name", ["poisson", "negative_binomial(alpha=0.5)", "binomial", "bernoulli", "gamma", "inverse_gaussian"]
)
def test_quantile_residuals_lie_where_the_distribution_puts_the_target(name):
    rng = np.random.default_rng(1)
    mean = rng.uniform(0.2, 0.8, 200) if name in ("binomial", "bernoulli") else rng.uniform(0.5, 9, 200)
    weights = rng.integers(1, 6, 200).astype(float) if name in ("binomial", "gamma") else np.ones(200)
    there = tails_of(name, mean, weights, 0.3)
    y = there.rvs(random_state=rng).astype(float)
    found = quantile_scores(as_family(name), mean, y / weights if name == "binomial" else y, weights, 0.3, 0)
    low = there.cdf(y - 1) if name not in ("gamma", "inverse_gaussian") else there.cdf(y)
    u = stats.norm.cdf(found)
    assert (u >= low - 1e-12).all()
    assert (u <= there.cdf(y) + 1e-12).all()
    assert stats.kstest(found, "norm").pvalue > 0.01


def test_quantile_residuals_of_the_gaussian_are_in_units_of_sigma_and_seeds_are_kept(base, at_optimum):
    np.testing.assert_allclose(base.residuals("quantile"), base.residuals() / base.sigma, rtol=1e-12)
    poisson = at_optimum("poisson")
    first, again, other = (poisson.residuals("quantile", seed=seed) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("name", ["poisson", "negative_binomial(alpha=0.5)", "gamma", "inverse_gaussian"])
def test_quantile_residuals_far_out_are_finite_and_keep_their_digits(name):
    y = np.array([40.0, 400.0, 1e4])
    with np.errstate(all="raise", under="ignore"):
        found = quantile_scores(as_family(name), np.ones(3), y, np.ones(3), 1.0, 0)
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()
    if name == "gamma":
        # P(Y > 40) is e^−40, which 1 − P(Y ≤ 40) has no digit of.
        assert found[0] == pytest.approx(stats.norm.isf(np.exp(-40.0)), rel=1e-12)


def test_the_rows_of_weight_zero_have_no_part_in_anything(base):
    odd = np.array(TABLE["amount"])
    odd[3] = 1e6
    weights = np.ones(24)
    weights[3] = 0.0
    model = fit("amount ~ one + two", TABLE | {"amount": odd}, weights=weights)
    assert model.residuals("pearson")[3] == model.leverage[3] == model.cooks_distance[3] == 0
    assert model.leverage.sum() == pytest.approx(3)


def test_what_cannot_be_had_is_refused_in_a_sentence(base, at_optimum, tmp_path):
    with pytest.raises(ValueError, match=r"kind='raw' is not known; choose one of 'response', 'pearson'"):
        base.residuals("raw")
    robust = replace(base, family=as_family("huber"), standing=replace(base.standing, inference=None, refusal="None."))
    np.testing.assert_allclose(robust.residuals(), base.residuals())
    for kind in RESIDUALS[1:]:
        with pytest.raises(ValueError, match=f"is not a likelihood, .* that '{kind}' residuals need; use kind='respo"):
            robust.residuals(kind)
    with pytest.raises(NoInference, match="None"):
        _ = robust.leverage
    base.save(tmp_path / "model.json")
    loaded = load(tmp_path / "model.json")
    for what in (loaded.residuals, lambda: loaded.leverage, lambda: loaded.cooks_distance):
        with pytest.raises(ValueError, match="A loaded model has no rows, and so no residuals, leverage or Cook"):
            what()
    shares = at_optimum("binomial")
    half = replace(shares, sample=replace(shares.sample, weights=shares.sample.weights + 0.5))
    with pytest.raises(
        ValueError, match=r"Row 0 .* has 1.16667 successes in 3.5 trials; quantile residuals need whole"
    ):
        half.residuals("quantile")

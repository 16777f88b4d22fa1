import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.diagnosis.chords import Chords, objective_of
from osolgil.diagnosis.convex_sets import convex_set
from osolgil.diagnosis.convexity import convexity
from osolgil.problems import BlackBox, FiniteSum, LeastSquares, surfaces
from osolgil.regression.coordinates import Coordinates
from osolgil.regression.families import Bernoulli, SquaredErrorLogistic
from osolgil.regression.objective import mean_loss

SEEDS = range(10)


def labels(seed):
    """Twenty rows of one feature, and labels that overlap."""
    random = np.random.default_rng(seed)
    x = random.normal(size=20)
    return x, (random.random(20) < 1 / (1 + np.exp(-2 * x))).astype(float)


def squared_error(coefficients, rows):
    return SquaredErrorLogistic().loss(coefficients[0] + coefficients[1] * rows[0], rows[1])


def negative_log_likelihood(coefficients, rows):
    return Bernoulli().loss(coefficients[0] + coefficients[1] * rows[0], rows[1])


def recomputed(f, found):
    """By how much the printed chord is violated, in NumPy's float64."""
    z = found.share * found.x + (1 - found.share) * found.y
    return float(f(z)) - (found.share * float(f(found.x)) + (1 - found.share) * float(f(found.y)))


@pytest.mark.parametrize("seed", SEEDS)
def test_squared_error_through_the_sigmoid_is_not_convex(seed):
    x, y = labels(seed)
    found = convexity(FiniteSum(squared_error, (x, y)), [(-8, 8), (-8, 8)], seed=seed)

    def loss(b):
        return np.mean(0.5 * (y - 1 / (1 + np.exp(-b[0] - b[1] * x))) ** 2)

    assert found.violated
    assert recomputed(loss, found.chord) == pytest.approx(found.chord.excess, rel=1e-9)
    assert found.chord.excess > 0.01
    assert found.curvature < 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_negative_log_likelihood_is_never_accused(seed):
    found = convexity(FiniteSum(negative_log_likelihood, labels(seed)), [(-8, 8), (-8, 8)], seed=seed)
    assert not found.violated
    assert found.curvature > 0


def test_beale_is_not_convex_and_its_window_is_the_region():
    beale = surfaces.named("beale")
    found = convexity(beale)
    assert np.array_equal(found.region, np.array(beale.window))

    def formula(x):
        return sum((c - x[0] + x[0] * x[1] ** k) ** 2 for k, c in ((1, 1.5), (2, 2.25), (3, 2.625)))

    assert recomputed(formula, found.chord) == pytest.approx(found.chord.excess, rel=1e-9)
    for point in (found.chord.x, found.chord.y):
        assert (point >= found.region[:, 0]).all()
        assert (point <= found.region[:, 1]).all()
    assert found.finding.cause == "not convex"
    assert found.finding.number == found.chord.excess


@pytest.mark.parametrize("name", ["bowl", "square", "booth", "matyas", "noisy_bowl"])
def test_bowls_are_convex_as_far_as_seen(name):
    assert not convexity(surfaces.named(name)).violated


def test_the_smallest_eigenvalue_of_a_bowl_is_one():
    found = convexity(surfaces.named("bowl"))
    assert found.curvature == pytest.approx(1.0, abs=1e-12)
    assert found.finding.number == found.curvature
    assert "which is no proof" in str(found)


def test_the_worst_chord_of_a_double_well_is_found():
    # x⁴ − x²: the chord between the two minima, ±1/√2, lies ¼ below the function at 0; no chord lies further below.
    found = convexity(lambda x: x**4 - x**2, (-1.0, 1.0)).chord
    assert found.excess == pytest.approx(0.25, rel=1e-4)
    assert abs(found.between) < 0.02
    assert np.shape(found.x) == ()


INNOCENT = {
    "a constant": (lambda x: 0 * x + 3.3, (-1.0, 1.0)),
    "a line": (lambda x: 3.1 * x - 2.7, (-1.0, 1.0)),
    "a steep line that cancels": (lambda x: 1e9 * x - 7e8, (-1.0, 1.0)),
    "a plane whose terms cancel": (lambda x: jnp.sum(x), [(-1.0, 1.0)] * 2),
    "a plane far away": (lambda x: 1e9 * x[0] - 3.3e9 * x[1], [(-1.0, 1.0), (1e6, 1e6 + 1)]),
    "a parabola through a large number": (lambda x: (x**2 + 1e9) - 1e9, (-1.0, 1.0)),
    "a parabola in float32": (lambda x: (x**2).astype(jnp.float32).astype(x.dtype), (-1.0, 1.0)),
    "a parabola with noise": (lambda x: x**2 + 1e-9 * jnp.sin(1e12 * x), (-1.0, 1.0)),
    "a parabola far away": (lambda x: (x - 1e8) ** 2, (1e8 - 1, 1e8 + 1)),
    "an edge": (jnp.abs, (-1.0, 1.0)),
    "a tiny hyperbola": (lambda x: 1e-20 * jnp.sqrt(1 + x**2), (-9.0, 9.0)),
    "log-sum-exp": (lambda x: jnp.log(jnp.sum(jnp.exp(x))), [(-30.0, 30.0)] * 4),
    "softplus": (lambda x: jnp.logaddexp(0.0, x), (-800.0, 800.0)),
}


@pytest.mark.parametrize("name", INNOCENT)
def test_rounding_accuses_nobody(name):
    f, region = INNOCENT[name]
    for seed in SEEDS:
        found = convexity(f, region, seed=seed)
        assert not found.violated, (seed, str(found))


GUILTY = {
    "a roof": (lambda x: -jnp.abs(x), (-1.0, 1.0), 1.0),
    "a fast wave": (lambda x: jnp.sin(1e6 * x), (-1.0, 1.0), 2.0),
    "a small dent": (lambda x: x**2 - 0.01 * jnp.exp(-((x - 0.3) ** 2) / 0.002), (-1.0, 1.0), 9e-4),
    "a saddle": (lambda x: x[0] ** 2 - x[1] ** 2, [(-1.0, 1.0)] * 2, 1.0),
    "a dent in ten dimensions": (lambda x: jnp.sum(x**2) + 3 * jnp.exp(-x @ x), [(-2.0, 2.0)] * 10, 0.3),
}


@pytest.mark.parametrize("name", GUILTY)
def test_dents_are_found(name):
    f, region, depth = GUILTY[name]
    found = convexity(f, region, seed=1)
    assert found.violated
    assert found.chord.excess > 0.6 * depth
    assert found.chord.excess > found.chord.rounding


def test_one_bad_direction_of_a_thousand_is_found_by_products_with_the_hessian():
    found = convexity(lambda x: jnp.sum(x**2) - 2 * x[0] ** 2, [(-1.0, 1.0)] * 1000, tries=64)
    assert found.violated
    assert found.curvature == pytest.approx(-2.0, rel=1e-2)
    assert found.chord.excess > 0.5
    calm = convexity(lambda x: jnp.sum(x**2), [(-1.0, 1.0)] * 1000, tries=64)
    assert not calm.violated
    assert calm.curvature == pytest.approx(2.0, rel=1e-6)


def test_products_with_the_hessian_are_the_hessian_in_any_coordinates():
    box = np.array([(-0.1, 0.1), (-0.01, 0.01)])
    objective, at = objective_of(logistic(), box, np.zeros(2)), np.array([0.05, -0.004])
    columns = [objective.product(at)(unit) for unit in np.eye(2)]
    np.testing.assert_allclose(np.transpose(columns), objective.hessians(at[None])[0], rtol=1e-10)


def test_the_same_seed_finds_the_same_chord():
    one, other = (convexity(lambda x: x**4 - x**2, (-1.0, 1.0), seed=3).chord for _ in range(2))
    assert (one.x, one.y, one.share, one.excess) == (other.x, other.y, other.share, other.excess)


def test_black_boxes_and_least_squares_and_any_shape_are_searched():
    found = convexity(BlackBox(lambda x: float(np.sin(x[0]))), [(-3, 3)], tries=256)
    assert found.violated
    assert found.curvature is None
    assert "eigenvalue" not in str(found)
    line = LeastSquares(lambda x, w, h: x[0] * w + x[1] - h, (np.array([1.0, 2.0]), np.array([1.0, 3.0])))
    assert not convexity(line, [(-3, 3), (-3, 3)]).violated
    found = convexity(lambda p: p["a"] ** 2 - jnp.sum(p["b"] ** 2), (-1, 1), like={"a": 0.0, "b": np.zeros(2)})
    assert set(found.chord.x) == {"a", "b"}
    assert found.curvature == pytest.approx(-2.0)


def test_where_a_function_is_not_finite_it_is_not_judged_and_that_is_said():
    found = convexity(jnp.log, (-1.0, 1.0))
    assert found.violated
    assert found.chord.x > 0 < found.chord.y
    assert 0.5 < found.unjudged < 0.9
    found = convexity(lambda x: -jnp.log(x), (-1.0, 1.0))
    assert not found.violated
    assert "% met values that are not finite" in str(found)
    with pytest.raises(ValueError, match="finite on no chord"):
        convexity(jnp.log, (-2.0, -1.0))


def logistic(scaled=True):
    """A logistic regression, which methods walk in coordinates of centred and scaled columns."""
    X = np.array([[1.0, 10.0], [1.0, 20.0], [1.0, 60.0]])
    y = np.array([0.0, 1.0, 1.0])
    raw = Coordinates(np.zeros(2), np.ones(2), np.zeros(2))
    walked = Coordinates(np.array([0.0, 30.0]), np.array([1.0, 20.0]), np.array([1.0, 0.0])) if scaled else raw
    return mean_loss(Bernoulli(), X, y, None, walked)


def test_coordinates_that_methods_walk_in_do_not_change_the_curvature():
    box = np.array([(-0.1, 0.1), (-0.01, 0.01)])
    at = np.array([[0.05, -0.004]])
    one, other = (objective_of(logistic(scaled), box, np.zeros(2)).hessians(at) for scaled in (False, True))
    np.testing.assert_allclose(one, other, rtol=1e-10)


def test_chords_stay_in_the_box():
    box = np.array([(-1.0, 2.0), (0.0, 0.5)])
    search = Chords(objective_of(lambda x: -x @ x, box, np.zeros(2)), box, np.random.default_rng(0))
    _, _, bent = search.bent()
    for ends in (search.drawn(500), bent):
        for points in (ends.x, ends.y, ends.between):
            assert (points >= box[:, 0]).all()
            assert (points <= box[:, 1]).all()


def test_the_finding_speaks_both_languages():
    found = convexity(lambda x: x**4 - x**2, (-1.0, 1.0))
    assert "is not convex: with x = " in found.text()
    assert "이 함수는 볼록하지 않습니다" in found.text("ko")
    assert found.finding.trouble
    calm = convexity(lambda x: x**2, (-1.0, 1.0))
    assert "증명은 아닙니다" in calm.text("ko")
    assert not calm.finding.trouble


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((jnp.abs,), "region is missing: only surfaces bring one"),
        ((jnp.sum, [(0.0, 1.0), (1.0, 0.0)]), r"The region of coordinate 1 is \(1, 0\)"),
        ((jnp.sum, [(0.0, np.inf)]), "two finite numbers"),
        ((jnp.sum, [1.0, 2.0, 3.0]), r"region has shape \(3,\)"),
        ((surfaces.named("beale"), [(0.0, 1.0)]), "The region has 1 coordinates, and x has 2"),
    ],
)
def test_a_region_that_is_no_box_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        convexity(*arguments)
    with pytest.raises(ValueError, match="tries=0 must be a whole number"):
        convexity(jnp.abs, (-1.0, 1.0), tries=0)


def test_a_ring_is_not_convex_and_a_disc_is():
    ring = convex_set(lambda x: 1 <= x @ x <= 4, [(-2, 2), (-2, 2)])
    assert ring.violated
    assert 1 <= ring.x @ ring.x <= 4
    assert 1 <= ring.y @ ring.y <= 4
    assert not 1 <= ring.outside @ ring.outside <= 4
    np.testing.assert_allclose(ring.outside, ring.share * ring.x + (1 - ring.share) * ring.y)
    assert str(ring).startswith("The set is not convex: x = (")
    disc = convex_set(lambda x: x @ x <= 4, [(-2, 2), (-2, 2)])
    assert not disc.violated
    assert "no proof" in str(disc)


def test_a_set_that_is_hardly_met_is_refused():
    with pytest.raises(ValueError, match="lie in the set; choose a smaller region"):
        convex_set(lambda x: False, [(0, 1)], tries=10)

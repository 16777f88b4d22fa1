"""Frozen parameters: a run with some of them frozen is the run of the others alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from osolgil.descent import Status, Stop, minimize, minimize_lanes
from osolgil.methods import Adam, AdamW, ClipByNorm, GaussNewton, GradientDescent, GradientNoise, Newton, WeightDecay
from osolgil.problems import BlackBox, FiniteSum, Function, LeastSquares, Problem

random = np.random.default_rng(11)
X = random.normal(size=(20, 3))
Y = np.tanh(X @ np.array([1.0, -1.0, 0.5])) * 2 + 0.1 * random.normal(size=20)
START = {"hidden": {"w": np.array([0.6, -0.4, 0.3]), "b": np.array(0.1)}, "out": np.array([1.0, -0.2])}
HELD, FREE = START["hidden"], START["out"]


def scores(p, x):
    return p["out"][0] * jnp.tanh(x @ p["hidden"]["w"] + p["hidden"]["b"]) + p["out"][1]


def residuals(p, x, y):
    return scores(p, x) - y


def objective(p, x, y):
    return jnp.mean(residuals(p, x, y) ** 2) + 0.1 * jnp.sum(p["hidden"]["w"] ** 2) * jnp.sum(p["out"] ** 2)


def loss(p, rows):
    return residuals(p, *rows) ** 2


def noisy_loss(p, rows, key):
    noise = 0.0 if key is None else 0.1 * jax.random.normal(key, rows[1].shape, rows[1].dtype)
    return (residuals(p, *rows) + noise) ** 2


def penalty(p):
    return 0.1 * jnp.sum(p["hidden"]["w"] ** 2) * jnp.sum(p["out"] ** 2)


def whole(out):
    return {"hidden": HELD, "out": out}


def by_numpy(p):
    t = np.tanh(X @ p["hidden"]["w"] + p["hidden"]["b"])
    r = p["out"][0] * t + p["out"][1] - Y
    return t, r


def box(p):
    return np.mean(by_numpy(p)[1] ** 2)


def box_gradient(p):
    t, r = by_numpy(p)
    slope = p["out"][0] * (1 - t**2)
    inner = {"w": 2 * (r * slope) @ X / len(r), "b": 2 * np.mean(r * slope)}
    return {"hidden": inner, "out": 2 * np.array([np.mean(r * t), np.mean(r)])}


def slopes(p):
    """The gradient of the objective with respect to all parameters."""
    with jax.enable_x64(True):
        return jax.tree.map(np.asarray, jax.jit(jax.grad(objective))(p, X, Y))


ROWS = (X, Y)
BOWED = Function(objective, ROWS)
BATCHED = {"batch_size": 6, "stop": Stop(epochs=4)}

# (the problem of all parameters, the same of the free ones written by hand, a method, options)
PAIRS = {
    "a function": (
        Function(objective, ROWS),
        Function(lambda out, x, y: objective(whole(out), x, y), ROWS),
        GradientDescent(0.1),
        {"stop": Stop(steps=30)},
    ),
    "Newton's Hessian": (
        Function(objective, ROWS),
        Function(lambda out, x, y: objective(whole(out), x, y), ROWS),
        Newton(),
        {},
    ),
    "least squares": (
        LeastSquares(residuals, ROWS),
        LeastSquares(lambda out, x, y: residuals(whole(out), x, y), ROWS),
        GaussNewton(),
        {},
    ),
    "rows, a penalty, batches": (
        FiniteSum(loss, ROWS, penalty=penalty),
        FiniteSum(lambda out, rows: loss(whole(out), rows), ROWS, penalty=lambda out: penalty(whole(out))),
        AdamW(0.05, weight_decay=0.3),
        BATCHED,
    ),
    "a loss that draws": (
        FiniteSum(noisy_loss, ROWS),
        FiniteSum(lambda out, rows, key: noisy_loss(whole(out), rows, key), ROWS),
        WeightDecay(GradientNoise(ClipByNorm(Adam(0.05), 0.1)), 0.2),
        BATCHED,
    ),
    "a black box": (
        BlackBox(box, box_gradient),
        BlackBox(lambda out: box(whole(out)), lambda out: box_gradient(whole(out))["out"]),
        Adam(0.05),
        {"stop": Stop(steps=10)},
    ),
    "differences of a black box": (
        BlackBox(box),
        BlackBox(lambda out: box(whole(out))),
        Adam(0.05),
        {"stop": Stop(steps=10)},
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_a_frozen_run_is_the_run_of_the_free_parameters_alone(case):
    problem, by_hand, method, options = PAIRS[case]
    result = minimize(problem, START, method, frozen={"hidden": True}, record="all", **options)
    alone = minimize(by_hand, FREE, method, record="all", **options)
    assert (result.status, result.message, result.nfev) == (alone.status, alone.message, alone.nfev)
    np.testing.assert_allclose(result.trace.path, alone.trace.path, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(result.trace.optimality, alone.trace.optimality, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.x["out"], alone.x, rtol=1e-12)
    np.testing.assert_allclose(result.jac["out"], alone.jac, rtol=1e-9, atol=1e-12)
    assert not np.array_equal(result.x["out"], FREE)
    for point in (result.x, result.best.x):
        np.testing.assert_array_equal(point["hidden"]["w"], HELD["w"])
        np.testing.assert_array_equal(point["hidden"]["b"], HELD["b"])
    for slope in (result.jac, result.best.jac):
        np.testing.assert_array_equal(slope["hidden"]["w"], np.zeros(3))
        assert slope["hidden"]["b"] == 0
    assert result.problem is problem


def test_both_drivers_agree_about_what_is_frozen():
    problem, _, method, options = PAIRS["a loss that draws"]
    runs = [
        minimize(problem, START, method, frozen={"hidden": True}, driver=d, **options) for d in ("compiled", "host")
    ]
    np.testing.assert_allclose(runs[0].x["out"], runs[1].x["out"], rtol=1e-12)
    assert runs[0].nfev == runs[1].nfev


def test_a_run_converges_by_the_slope_of_the_free_parameters():
    result = minimize(BOWED, START, "newton", frozen={"hidden": {"w": True}})
    assert result.status is Status.CONVERGED
    full = slopes(result.x)
    assert np.abs(full["hidden"]["w"]).max() > 0.01
    assert max(abs(full["hidden"]["b"]), *np.abs(full["out"])) <= 1e-6
    assert result.trace.optimality[-1] <= 1e-6


def test_a_callback_sees_all_parameters():
    seen = []
    options = {"callback": lambda snapshot: seen.append(snapshot.x), "callback_every": 5, "stop": Stop(steps=10)}
    minimize(BOWED, START, GradientDescent(0.1), frozen={"hidden": True}, **options)
    assert len(seen) == 2
    assert [leaf.shape for leaf in jax.tree.leaves(seen[0])] == [(), (3,), (2,)]
    np.testing.assert_array_equal(seen[0]["hidden"]["w"], HELD["w"])


def test_what_is_held_is_data_and_does_not_compile_again():
    problem = FiniteSum(loss, ROWS)
    other = {"hidden": {"w": HELD["w"] + 1, "b": HELD["b"]}, "out": FREE}
    options = {"frozen": {"hidden": True}, "stop": Stop(steps=3)}
    first = minimize(problem, START, GradientDescent(0.1), **options)
    second = minimize(problem, other, GradientDescent(0.1), **options)
    assert second.compile_seconds == 0
    assert not np.array_equal(first.x["out"], second.x["out"])


def test_the_answer_is_the_persons_own_to_change():
    start = jax.tree.map(np.array, START)
    result = minimize(BOWED, start, GradientDescent(0.1), frozen={"hidden": True}, stop=Stop(steps=1))
    result.x["hidden"]["w"][:] = 9.0
    np.testing.assert_array_equal(start["hidden"]["w"], HELD["w"])


def test_masks_and_rates_keep_the_shape_that_people_see():
    groups = {"hidden": {"w": 0.3, "b": 0.2}, "out": 0.1}
    method = WeightDecay(GradientDescent(groups), 0.5, mask={"hidden": True, "out": False})
    options = {"frozen": {"hidden": {"w": True}}, "stop": Stop(steps=1), "record": "path"}
    result = minimize(BOWED, START, method, **options)
    slope = slopes(START)
    b = HELD["b"] - 0.2 * (slope["hidden"]["b"] + 0.5 * HELD["b"])
    np.testing.assert_allclose(result.trace.path[-1], [b, *(FREE - 0.1 * slope["out"])], rtol=1e-12)


def test_lanes_share_what_is_frozen():
    problem, _, _, options = PAIRS["a loss that draws"]
    methods = [Adam(rate) for rate in (0.01, 0.05)]
    lanes = minimize_lanes(problem, START, methods, frozen={"hidden": True}, **options)
    for lane, method in zip(lanes, methods, strict=True):
        single = minimize(problem, START, method, frozen={"hidden": True}, **options)
        np.testing.assert_allclose(lane.x["out"], single.x["out"], rtol=1e-12)
        np.testing.assert_array_equal(lane.x["hidden"]["w"], HELD["w"])
    other = {"hidden": {"w": HELD["w"] + 1, "b": HELD["b"]}, "out": FREE}
    with pytest.raises(ValueError, match="The frozen parameters of lane 1 differ from those of lane 0"):
        minimize_lanes(problem, [START, other], methods[0], frozen={"hidden": True}, **options)
    free = minimize_lanes(problem, [START, other], methods[0], frozen={"hidden": {"b": True}}, **options)
    assert len(free) == 2


def test_a_validation_is_of_all_parameters_too():
    problem, others = FiniteSum(loss, (X[:12], Y[:12])), FiniteSum(loss, (X[12:], Y[12:]))
    result = minimize(problem, START, Adam(0.05), validation=others, frozen={"hidden": True}, **BATCHED)
    value = np.mean((by_numpy(result.x)[1] ** 2)[12:])
    np.testing.assert_allclose(result.validation, value, rtol=1e-12)


@pytest.mark.parametrize("problem", [BlackBox(box, box_gradient), Function(objective, ROWS)], ids=["box", "function"])
def test_a_checkpoint_belongs_to_what_is_frozen(problem, tmp_path):
    def run(start=START, frozen=None, steps=20, **more):
        frozen = {"hidden": True} if frozen is None else frozen
        return minimize(problem, start, Adam(0.05), frozen=frozen, stop=Stop(steps=steps), **more)

    path = tmp_path / "run.npz"
    run(steps=7, checkpoint=path)
    on = run(checkpoint=path)
    np.testing.assert_array_equal(on.x["out"], run().x["out"])
    other = {"hidden": {"w": HELD["w"] + 1, "b": HELD["b"]}, "out": FREE}
    for options in ({"start": other}, {"frozen": {"hidden": {"w": True}}}):
        with pytest.raises(ValueError, match="belongs to another run"):
            run(checkpoint=path, **options)


@pytest.mark.parametrize("nothing", [False, {"hidden": False}, {}, {"hidden": {}, "out": False}])
def test_freezing_nothing_changes_nothing(nothing):
    options = {"stop": Stop(steps=5), "record": "path"}
    one = minimize(BOWED, START, Adam(0.05), frozen=nothing, **options)
    other = minimize(BOWED, START, Adam(0.05), **options)
    np.testing.assert_array_equal(one.trace.path, other.trace.path)


class Unknown(Problem):
    name = "unknown"
    offers = Function.offers

    def evaluate(self, x, needs=None, layout=None):
        raise AssertionError

    def prepared(self, dtype):
        return self


@pytest.mark.parametrize(
    ("frozen", "error", "words"),
    [
        (True, ValueError, "freezes all parameters: there is nothing to optimize"),
        ({"hidden": True, "out": True}, ValueError, "freezes all parameters"),
        ({"hiden": True}, ValueError, "does not fit the parameters; say True or False for parts of them, such as {"),
        ({"hidden": {"w": True, "c": True}}, ValueError, "does not fit the parameters"),
        ([True, False], ValueError, "does not fit the parameters"),
        ({"hidden": 1}, TypeError, "frozen holds 1; it must be True or False"),
        ("hidden", TypeError, "frozen holds 'hidden'; it must be True or False"),
    ],
)
def test_what_does_not_say_what_is_frozen_is_refused(frozen, error, words):
    with pytest.raises(error, match=words):
        minimize(BOWED, START, frozen=frozen)


def test_a_problem_that_nobody_can_look_into_is_not_frozen():
    with pytest.raises(TypeError, match="Unknown is none"):
        minimize(Unknown(), START, "adam", frozen={"hidden": True})


def test_a_gradient_of_another_shape_is_refused():
    wrong = BlackBox(box, lambda p: {"hidden": p["hidden"], "out": np.zeros(3)})
    with pytest.raises(ValueError, match="box's gradient must have the shape of x"):
        minimize(wrong, START, "adam", frozen={"hidden": True})

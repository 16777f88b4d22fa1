"""One clear sentence each, before any work starts."""

import jax.numpy as jnp
import numpy as np
import pytest
from support.small import ADAM, BATCH, BOWL, BOWL_START, EVEN, LINE_START, MOMENTUM

from osolgil.descent import Stop, minimize
from osolgil.methods import Adam, GaussNewton, Newton
from osolgil.problems import BlackBox, FiniteSum, Function

BOX = BlackBox(lambda x: float(x @ x), lambda x: 2 * x)


@pytest.fixture(autouse=True)
def no_work(monkeypatch):
    """Nothing may be evaluated: neither in a program nor on the host."""
    from osolgil.descent import drive

    def worked(*_):
        raise AssertionError("work had started")

    monkeypatch.setattr(drive.CompiledDrive, "advance", worked)
    monkeypatch.setattr(drive.HostDrive, "advance", worked)


@pytest.mark.parametrize(
    ("method", "kind", "words"),
    [
        ("adm", ValueError, "no method named 'adm'; did you mean 'adam'"),
        (Adam, TypeError, r"pass an instance: Adam\(\.\.\.\)"),
        (3, TypeError, "method=3 is no method"),
        (Adam(learning_rate=-1.0), ValueError, "learning_rate must be .* but it is -1"),
        (Adam(beta1=1.5), ValueError, r"beta1 must be in \[0, 1\)"),
        (GaussNewton(), ValueError, "Gauss–Newton needs the factor, which Function cannot give"),
    ],
)
def test_a_method_that_is_none_is_refused(method, kind, words):
    with pytest.raises(kind, match=words):
        minimize(BOWL, BOWL_START, method)


def test_newton_of_a_black_box_is_refused():
    with pytest.raises(ValueError, match="Newton needs the Hessian, which BlackBox cannot give"):
        minimize(BOX, BOWL_START, Newton())


@pytest.mark.parametrize("size", [0, -1, 2.5, True, "8", [2], np.nan])
def test_a_batch_size_that_is_not_positive_and_whole_is_refused(size):
    with pytest.raises(ValueError, match="must be a positive whole number, or None"):
        minimize(EVEN, LINE_START, ADAM, batch_size=size)


def test_mini_batches_without_rows_are_refused():
    with pytest.raises(ValueError, match=r"batch_size=6 needs rows: pose the problem as FiniteSum"):
        minimize(BOWL, BOWL_START, ADAM, batch_size=BATCH)


def test_mini_batches_for_a_method_that_compares_values_are_refused():
    with pytest.raises(ValueError, match=r"Newton compares values .* use a rule such as 'adam', or batch_size=None"):
        minimize(EVEN, LINE_START, Newton(), batch_size=BATCH)


def test_epochs_without_rows_are_refused():
    with pytest.raises(ValueError, match=r"Stop\(epochs=3\) counts passes over rows"):
        minimize(BOWL, BOWL_START, ADAM, stop=Stop(epochs=3))


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"order": "shufled"}, ValueError, "order='shufled' .* 'shuffled', 'replacement', 'fixed'"),
        ({"record": "everything"}, ValueError, "record='everything' .* 'values', 'path', 'all'"),
        ({"driver": "fast"}, ValueError, "driver='fast' .* 'auto', 'compiled' or 'host'"),
        ({"callback": 5}, TypeError, "callback=5 cannot be called"),
        ({"callback_every": 0}, ValueError, "callback_every=0"),
        ({"callback_every": 2.5}, ValueError, "callback_every=2.5"),
        ({"seed": 0.5}, ValueError, "seed=0.5 must be a whole number"),
        ({"seed": "x"}, ValueError, "seed='x' must be a whole number"),
    ],
)
def test_an_option_that_is_none_is_refused(options, kind, words):
    with pytest.raises(kind, match=words):
        minimize(EVEN, LINE_START, ADAM, **options)


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        ({"optimality": -1e-6}, r"Stop\(optimality=-1e-06\): it must not be negative"),
        ({"steps": -1}, r"Stop\(steps=-1\): it must not be negative"),
        ({"steps": 2.5}, "must be a whole number"),
        ({"steps": np.inf}, "must be a whole number, or None for no limit"),
        ({"evaluations": 0}, r"Stop\(evaluations=0\): it must be positive"),
        ({"epochs": 0}, "must be positive"),
        ({"patience": 0}, "must be positive"),
        ({"seconds": -1}, "must not be negative"),
        ({"target": np.nan}, "must be a number"),
        ({"target": "low"}, r"Stop\(target='low'\): it must be a number"),
        ({"steps": True}, "must be a number"),
    ],
)
def test_a_stop_that_makes_no_sense_is_refused(stop, words):
    with pytest.raises(ValueError, match=words):
        minimize(BOWL, BOWL_START, ADAM, stop=Stop(**stop))


def test_a_compiled_driver_of_a_black_box_is_refused():
    with pytest.raises(ValueError, match="driver='compiled' cannot look into BlackBox; use driver='host'"):
        minimize(BOX, BOWL_START, ADAM, driver="compiled")


def test_something_else_than_a_problem_is_refused():
    with pytest.raises(TypeError, match="3 is no problem: pass a callable"):
        minimize(3, BOWL_START, ADAM)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (FiniteSum(lambda x, rows: rows, np.zeros(0)), "There are no rows"),
        (FiniteSum(lambda x, rows: rows, (np.zeros(3), np.zeros(4))), "one leading length"),
        (FiniteSum(lambda x, rows: rows, np.zeros(3), weights=[1, -2, 1]), r"weight of row 1 is -2"),
        (FiniteSum(lambda x, rows: rows, np.zeros(3), weights=[1, np.nan, 1]), "weight of row 1 is nan"),
        (FiniteSum(lambda x, rows: rows, np.zeros(3), weights=[0, 0, 0]), "All weights are zero"),
        (FiniteSum(lambda x, rows: rows, np.zeros(3), weights=[1, 1]), r"shape \(2,\); 3 rows need \(3,\)"),
        (FiniteSum(lambda x, rows: rows, np.zeros(3), reduction="men"), 'reduction is \'men\'; choose "mean" or "sum"'),
    ],
)
def test_rows_and_weights_that_make_no_sum_are_refused(problem, words):
    with pytest.raises(ValueError, match=words):
        minimize(problem, BOWL_START, ADAM)


class TestFunctions:
    """What only tracing shows is said while compiling, before anything is evaluated."""

    @pytest.fixture(autouse=True)
    def no_work(self):
        """Programs may be compiled."""

    @pytest.mark.parametrize("wrap", [lambda f: f, Function], ids=["callable", "Function"])
    @pytest.mark.parametrize(
        ("f", "words"),
        [
            (lambda x: x, "must return one"),
            (lambda x: (x[0], x[1]), "must return one"),
            (lambda x: 3, "must return one real number"),
            (lambda x: float(np.sum(np.asarray(x))), r"wrap it as BlackBox\(<lambda>, gradient=None\)"),
            (lambda x: x[0] if x[0] > 0 else -x[0], r"wrap it as BlackBox\(<lambda>, gradient=None\)"),
        ],
        ids=["vector", "tuple", "integer", "numpy", "branch"],
    )
    def test_an_objective_that_is_no_traceable_scalar_is_refused(self, wrap, f, words):
        with pytest.raises(TypeError, match=words):
            minimize(wrap(f), BOWL_START, ADAM)

    @pytest.mark.parametrize(
        "loss",
        [lambda x, rows: jnp.mean((rows - x[0]) ** 2), lambda x, rows: ((rows - x[0]) ** 2)[:, None]],
        ids=["a mean", "a column"],
    )
    def test_a_loss_that_does_not_return_one_number_per_row_is_refused(self, loss):
        with pytest.raises(TypeError, match="must return one number per row"):
            minimize(FiniteSum(loss, np.arange(5.0)), BOWL_START, ADAM)
        with pytest.raises(TypeError, match="must return one number per row"):
            minimize(FiniteSum(loss, np.arange(5.0)), BOWL_START, MOMENTUM, batch_size=2)

    @pytest.mark.parametrize(
        ("f", "gradient", "kind", "words"),
        [
            (lambda x: None, None, TypeError, "returned None; it must return one real number"),
            (lambda x: x, None, ValueError, r"array of shape \(2,\); it must return one number"),
            (lambda x: "1", None, TypeError, "returned '1'"),
            (lambda x: 0.0, lambda x: 2.0, ValueError, r"gradient must have the shape of x, \(2,\); got 2.0"),
            (lambda x: 0.0, lambda x: np.zeros(3), ValueError, "gradient must have the shape of x"),
            (lambda x: 0.0, lambda x: None, ValueError, "gradient must have the shape of x"),
        ],
    )
    def test_a_black_box_that_does_not_answer_is_refused(self, f, gradient, kind, words):
        with pytest.raises(kind, match=words):
            minimize(BlackBox(f, gradient), BOWL_START, ADAM)

    def test_a_gradient_that_is_transposed_is_refused(self):
        box = BlackBox(lambda x: float(np.sum(x**2)), lambda x: 2 * x.T)
        with pytest.raises(ValueError, match=r"shape of x, \(2, 3\)"):
            minimize(box, np.ones((2, 3)), ADAM)


def test_a_stop_that_is_a_number_is_refused_with_what_to_write():
    with pytest.raises(TypeError, match=r"stop=100 is no Stop; say what is limited, as in stop=Stop\(steps=1000\)"):
        minimize(BOWL, BOWL_START, ADAM, stop=100)


def test_a_function_of_more_than_x_is_told_how_to_get_the_rest():
    def scaled(x, scale):
        return jnp.sum(scale * x**2)

    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'scale'.* as data: Function\(scaled"):
        minimize(scaled, np.ones(2), ADAM)


def test_a_method_that_needs_residuals_names_the_problem_that_has_them():
    with pytest.raises(ValueError, match=r"needs the factor, .* pose the problem as LeastSquares\(residuals\)\.$"):
        minimize(BOWL, BOWL_START, "gauss_newton")

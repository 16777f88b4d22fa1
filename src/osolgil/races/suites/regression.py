"""Regressions on real tables that come with scikit-learn: squares, logistic, softmax, Poisson; all of them convex.

Columns are standardized, and a column of ones is put before them. Starts are normal around 0, drawn by the seed. Every
evaluation is of all rows, so that methods with line searches can race as well.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems import FiniteSum
from osolgil.problems.networks.losses import cross_entropy
from osolgil.problems.surfaces.surface import generator
from osolgil.protocol import data_pytree
from osolgil.races.problem import Drawn
from osolgil.races.protocol import Protocol
from osolgil.races.suites.posing import declared
from osolgil.races.suites.suite import Suite

DEVIATION = 0.5
"""Of the starts, in each coordinate."""

RIDGE = 1e-3
"""λ of the penalty ½ λ ‖x‖²: without it the losses of rows that can be separated have no minimum."""


@data_pytree
class Squares:
    """½ (y − Xᵢx)², of row i."""

    def __call__(self, x: Array, rows: Any) -> Array:
        return 0.5 * (rows["y"] - rows["X"] @ x) ** 2


@data_pytree
class Logistic:
    """log(1 + exp(Xᵢx)) − y Xᵢx, of row i; y is 0 or 1."""

    def __call__(self, x: Array, rows: Any) -> Array:
        score = rows["X"] @ x
        return jax.nn.softplus(score) - rows["y"] * score


@data_pytree
class Softmax:
    """−log softmax(Xᵢx)[y], of row i; x has shape (columns, classes), and y is a class."""

    def __call__(self, x: Array, rows: Any) -> Array:
        return cross_entropy(rows["X"] @ x, rows["y"])


@data_pytree
class Poisson:
    """exp(Xᵢx) − y Xᵢx, of row i; y is a count."""

    def __call__(self, x: Array, rows: Any) -> Array:
        score = rows["X"] @ x
        return jnp.exp(score) - rows["y"] * score


@data_pytree
class Ridge:
    """½ λ ‖x‖²."""

    strength: Any = RIDGE

    def __call__(self, x: Array) -> Array:
        return 0.5 * jnp.asarray(self.strength, x.dtype) * jnp.sum(x * x)


class Table(NamedTuple):
    """A table and its loss.

    Attributes:
        load: the table, and the column to predict.
        loss: of a row.
        shape: of the parameters.
        f_star: the lowest value.
        penalty: added to the mean of the losses.
    """

    load: Callable[[], tuple[np.ndarray, np.ndarray]]
    loss: Any
    shape: tuple[int, ...]
    f_star: float
    penalty: Any = None


def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """Progression of diabetes in 442 patients, standardized. Source: Efron et al. 2004, *Least angle regression*."""
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    return X, (y - y.mean()) / y.std()


def breast_cancer() -> tuple[np.ndarray, np.ndarray]:
    """569 tumours, benign (1) or not. Source: Street, Wolberg & Mangasarian 1993, of the UCI data sets."""
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    return X, y.astype(np.float64)


def wine() -> tuple[np.ndarray, np.ndarray]:
    """178 wines of three growers. Source: Forina et al. 1988, of the UCI data sets."""
    from sklearn.datasets import load_wine

    X, y = load_wine(return_X_y=True)
    return X, y.astype(np.int32)


def linnerud() -> tuple[np.ndarray, np.ndarray]:
    """Chin-ups of 20 men by weight, waist and pulse. Source: Linnerud's, in Tenenhaus 1998, *La régression PLS*."""
    from sklearn.datasets import load_linnerud

    found = load_linnerud()
    return found.target, found.data[:, 0]


TABLES: dict[str, Table] = {
    "diabetes": Table(diabetes, Squares(), (11,), 0.241125788889825),
    "linnerud": Table(linnerud, Poisson(), (4,), -12.3406358501367),
    "wine": Table(wine, Softmax(), (14, 3), 0.026664925737963, Ridge()),
    "breast_cancer": Table(breast_cancer, Logistic(), (31,), 0.0598294718818051, Ridge()),
}
"""By the names that they are raced by. `tests/races/suites/test_regression.py` finds the lowest values again."""

SOURCE = "convex: found by Newton's method, to 14 digits"


@lru_cache(maxsize=len(TABLES))
def posed(name: str) -> FiniteSum:
    """The problem, one and the same for all seeds: the mean loss over all rows, with its penalty."""
    table = TABLES[name]
    X, y = table.load()
    standardized = np.column_stack([np.ones(len(X)), (X - X.mean(axis=0)) / X.std(axis=0)])
    return FiniteSum(table.loss, {"X": standardized, "y": y}, penalty=table.penalty)


def draw(name: str, seed: int) -> Drawn:
    """A start around 0, shape as in `TABLES`."""
    return Drawn(generator(seed).normal(0.0, DEVIATION, TABLES[name].shape), posed(name))


def regression() -> Suite:
    """Diabetes by squares, Linnerud's chin-ups by Poisson, wines by softmax, tumours by logistic regression."""
    problems = [declared(name, partial(draw, name), table.f_star, SOURCE) for name, table in TABLES.items()]
    return Suite("regression", problems, Protocol(evaluations=2000))

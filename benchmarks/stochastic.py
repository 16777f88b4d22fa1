"""Stochastic runs beside scikit-learn's SGDClassifier, on one core: sparse mini-batches, and one row at a time."""

import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil import Stop, minimize
from osolgil.methods import AdaGrad, GradientDescent
from osolgil.problems import FiniteSum
from osolgil.problems.sparse_rows import SparseRows
from osolgil.regression.coordinates import identity
from osolgil.regression.families import Bernoulli
from osolgil.regression.objective import mean_loss

EPOCHS = 5
"""Of a run: what runs of one and of so many more take differs by so many epochs."""

BATCH = 8192
"""Rows of a sparse mini-batch."""

REPEATS = 7

COMPARABLE = 1.05
"""By what factor our loss may exceed the other's for times to be compared."""


@dataclass(frozen=True)
class Contender:
    """What is timed: `run(epochs)` returns the coefficients, shape (n,)."""

    name: str
    run: Callable[[int], np.ndarray]


def logistic(X: Any, y: np.ndarray, beta: np.ndarray) -> float:
    """The mean loss."""
    eta = X @ beta
    return float(np.mean(np.logaddexp(0.0, eta) - y * eta))


def peer(X: Any, y: np.ndarray, rate: float, shuffle: bool = True) -> Callable[[int], np.ndarray]:
    """scikit-learn's stochastic descent at a constant rate, without a penalty or an intercept."""
    from sklearn.linear_model import SGDClassifier

    def run(epochs: int) -> np.ndarray:
        model = SGDClassifier(
            loss="log_loss",
            penalty=None,
            fit_intercept=False,
            learning_rate="constant",
            eta0=rate,
            max_iter=epochs,
            tol=None,
            shuffle=shuffle,
            random_state=0,
        )
        return np.ravel(model.fit(X, y).coef_)

    return run


def ours(problem: FiniteSum, n: int, dtype: Any, method: Any, size: int, order: str) -> Callable[[int], np.ndarray]:
    """`minimize`, which judges every epoch by all rows; its last point, as the other's is."""

    def run(epochs: int) -> np.ndarray:
        stop = Stop(epochs=epochs, optimality=0)
        return np.asarray(minimize(problem, np.zeros(n, dtype), method, batch_size=size, order=order, stop=stop).x)

    return run


def compared(title: str, contenders: list[Contender], loss: Callable[[np.ndarray], float]) -> None:
    """Print seconds of a processor an epoch, at best over turns, if ours, the first, comes as low as the other."""
    losses = [loss(contender.run(EPOCHS)) for contender in contenders]
    spent: dict[tuple[str, int], list[float]] = {}
    for _ in range(REPEATS):
        for contender in contenders:
            for epochs in (1, 1 + EPOCHS):
                started = time.process_time()
                contender.run(epochs)
                spent.setdefault((contender.name, epochs), []).append(time.process_time() - started)
    least = {key: min(seconds) for key, seconds in spent.items()}
    further = [(least[each.name, 1 + EPOCHS] - least[each.name, 1]) / EPOCHS for each in contenders]
    whole = [least[each.name, 1] for each in contenders]
    print(f"\n## {title}\n")
    print(f"| contender | a run of one epoch | each further epoch | loss after {EPOCHS} epochs |")
    print("|---|---:|---:|---:|")
    for contender, first, more, value in zip(contenders, whole, further, losses, strict=True):
        print(f"| {contender.name} | {1e3 * first:.1f} ms | {1e3 * more:.1f} ms | {value:.4f} |")
    if losses[0] <= COMPARABLE * losses[1]:
        print(
            f"\nOurs ÷ it: {whole[0] / whole[1]:.2f} for one epoch, {further[0] / further[1]:.2f} for each further one."
        )
    else:
        print("\nThe losses are not comparable: no ratio.")


def sparse_rows(dtype: Any) -> None:
    """Logistic regression of 100,000 rows and columns, 50 entries a row."""
    from scipy import sparse

    rng, rows, each = np.random.default_rng(0), 100_000, 50
    columns = np.sort(rng.integers(0, rows, (rows, each)), axis=1).astype(np.int32)
    values = rng.normal(size=(rows, each)).astype(dtype)
    starts = each * np.arange(rows + 1, dtype=np.int32)
    X = sparse.csr_array((values.ravel(), columns.ravel(), starts), shape=(rows, rows))
    y = (rng.random(rows) < 1 / (1 + np.exp(-(X @ rng.normal(0, 0.1, rows))))).astype(dtype)
    problem = mean_loss(Bernoulli(), SparseRows.of(X), y, None, identity(rows).of(dtype))
    run = ours(problem, rows, dtype, AdaGrad(learning_rate=0.1), BATCH, "shuffled")
    contenders = [
        Contender(f"osolgil, AdaGrad, batches of {BATCH}, every epoch judged", run),
        Contender("SGDClassifier", peer(X, y, 0.02)),
    ]
    name = np.dtype(dtype).name
    compared(f"Sparse, 100,000 × 100,000, 50 entries a row, {name}", contenders, lambda beta: logistic(X, y, beta))


def single_rows(order: str) -> None:
    """Stochastic gradient descent on 200,000 rows of 50 columns."""
    rng, rows, n, rate = np.random.default_rng(0), 200_000, 50, 0.01
    X = rng.normal(size=(rows, n))
    y = (rng.random(rows) < 1 / (1 + np.exp(-(X @ rng.normal(0, 0.2, n))))).astype(float)
    problem = mean_loss(Bernoulli(), X, y, None, identity(n))
    run = ours(problem, n, float, GradientDescent(learning_rate=rate), 1, order)
    contenders = [
        Contender("osolgil, batches of 1, every step recorded, every epoch judged", run),
        Contender("SGDClassifier", peer(X, y, rate, shuffle=order == "shuffled")),
    ]
    compared(f"Dense, 200,000 × 50, float64, one row a step, {order}", contenders, lambda beta: logistic(X, y, beta))


def main() -> None:
    """Print the tables, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for dtype in (np.float64, np.float32):
                sparse_rows(dtype)
            for order in ("shuffled", "fixed"):
                single_rows(order)
    finally:
        os.sched_setaffinity(0, cores)

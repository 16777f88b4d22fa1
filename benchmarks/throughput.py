"""What an evaluation reads a second, as a share of what a plain copy reads and writes; sparse rows beside SciPy."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.timing import Contender, interleaved, report
from osolgil import FiniteSum
from osolgil.problems.sparse_rows import SparseRows
from osolgil.problems.threads import evaluate_by_threads
from osolgil.protocol import Layout, Needs

ROWS, COLUMNS = 500_000, 100
SPARSE, EACH = 100_000, 50
"""Rows and columns of the sparse design, and its entries a row."""

NEEDS = Needs.VALUE | Needs.GRADIENT


def loss(x: Any, rows: Any) -> Any:
    """log(1 + e^η) − yη of each row."""
    X, y = rows
    eta = X @ x
    return jnp.logaddexp(0.0, eta) - y * eta


def compiled(problem: FiniteSum, x: Any) -> Callable[[], Any]:
    """Value and gradient by one program, as a function of nothing."""
    layout = Layout.of(x)
    found = jax.jit(lambda problem, x: problem.evaluate(x, NEEDS, layout)[:2]).lower(problem, x).compile()
    return lambda: jax.block_until_ready(found(problem, x))


def dense(dtype: Any) -> None:
    """Print the table of a dense design."""
    random, threads = np.random.default_rng(0), os.cpu_count() or 1
    X = random.standard_normal((ROWS, COLUMNS), dtype=np.float32).astype(dtype)
    y = (random.random(ROWS) < 0.5).astype(dtype)
    room, x = np.empty_like(X), jnp.full(COLUMNS, 0.01, dtype)
    parts = [slice(i * ROWS // threads, (i + 1) * ROWS // threads) for i in range(threads)]
    pool = ThreadPoolExecutor(threads)

    def copy(part: slice) -> None:
        np.copyto(room[part], X[part])

    problem = FiniteSum(loss, (X, y)).prepared(dtype)
    name = f"evaluation, {threads} threads"
    contenders = [
        Contender("copy, one thread", lambda: copy(slice(None))),
        Contender(f"copy, {threads} threads", lambda: list(pool.map(copy, parts))),
        Contender("evaluation, one program", compiled(problem, x)),
        Contender(name, lambda: jax.block_until_ready(evaluate_by_threads(problem, x, NEEDS, Layout.of(x)))),
    ]
    seconds = interleaved(contenders, 40, 30)
    report(f"Logistic loss, value and gradient, {ROWS:,} × {COLUMNS} {X.dtype}", seconds, name, 1, "evaluation")
    print("\n| | GB/s at best | in the median | share of the copy by all threads, best | median |")
    print("|---|---:|---:|---:|---:|")
    # A copy reads and writes.
    moved = {each: X.nbytes * (2 if each.startswith("copy") else 1) / 1e9 for each in seconds}
    beside = f"copy, {threads} threads"
    for each, times in seconds.items():
        rates = [moved[each] / float(statistic(times)) for statistic in (np.min, np.median)]
        copied = [moved[beside] / float(statistic(seconds[beside])) for statistic in (np.min, np.median)]
        shares = [f"{rate / of:.0%}" for rate, of in zip(rates, copied, strict=True)]
        print(f"| {each} | {rates[0]:.1f} | {rates[1]:.1f} | {' | '.join(shares)} |")


def sparse(dtype: Any) -> None:
    """Print the table of a sparse design."""
    from scipy import sparse

    random = np.random.default_rng(0)
    columns = random.integers(0, SPARSE, SPARSE * EACH)
    X = sparse.csr_array(
        (random.standard_normal(SPARSE * EACH).astype(dtype), columns, np.arange(0, SPARSE * EACH + 1, EACH)),
        shape=(SPARSE, SPARSE),
    )
    y = (random.random(SPARSE) < 0.5).astype(dtype)
    b = np.full(SPARSE, 0.01, dtype)
    problem, x = FiniteSum(loss, (SparseRows.of(X), y)).prepared(dtype), jnp.asarray(b)

    def by_scipy() -> Any:
        eta = X @ b
        p = 1 / (1 + np.exp(-eta))
        return np.sum(np.logaddexp(0, eta) - y * eta), X.T @ (p - y)

    def products() -> Any:
        return X @ b, X.T @ y

    contenders = [
        Contender("evaluation, one program", compiled(problem, x)),
        Contender("SciPy, value and gradient", by_scipy),
        Contender("SciPy, X @ b and X.T @ r alone", products),
    ]
    title = f"Logistic loss, value and gradient, {SPARSE:,} × {SPARSE:,} sparse, {EACH} a row, {X.dtype}"
    report(title, interleaved(contenders, 20, 20), contenders[0].name, 1, "evaluation")


def main() -> None:
    """Print the tables."""
    for dtype in (np.float32, np.float64):
        with jax.enable_x64(dtype == np.float64):
            dense(dtype)
            sparse(dtype)

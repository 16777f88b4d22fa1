"""Estimators beside scikit-learn's and glum's: at an equal objective, on equally many threads, in turns."""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.timing import Contender, interleaved, report

ENOUGH = 1e-8
"""The relative suboptimality up to which objectives count as equal."""

STRENGTH = 1e-4
"""Of the ridge."""


@dataclass(frozen=True)
class Fit:
    """A fit to time: `run` makes a fitted estimator with `coef_` and `intercept_`."""

    name: str
    run: Callable[[], Any]


def compared(title: str, fits: list[Fit], objective: Callable[[np.ndarray, float], float], repeats: int) -> None:
    """Print the ratios of those fits that reach the best of all objectives, and of the others what they lack."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {fit.name: fit.run() for fit in fits}
        values = {
            name: objective(np.ravel(model.coef_), float(np.ravel(model.intercept_)[0]))
            for name, model in found.items()
        }
        best = min(values.values())
        short = {name: value / best - 1 for name, value in values.items()}
        equal = [Contender(fit.name, fit.run) for fit in fits if short[fit.name] <= ENOUGH]
        report(title, interleaved(equal, repeats, 90), fits[0].name, 1, "fit")
    print()
    for name, lack in short.items():
        steps = getattr(found[name], "n_iter_", "")
        out = "" if lack <= ENOUGH else f", more than {ENOUGH:g}: not compared"
        print(f"- {name}: {lack:.1e} above the best objective{out}; {np.ravel(steps)[0]} steps.")


def glum_fits(family: str, X: Any, y: np.ndarray) -> list[Fit]:
    """glum's solvers, where it is installed."""
    try:
        from glum import GeneralizedLinearRegressor
    except ImportError:
        print("glum is not installed: `pip install glum` adds it to the table.")
        return []

    def run(solver: str) -> Any:
        options = {"family": family, "alpha": STRENGTH, "l1_ratio": 0, "solver": solver, "gradient_tol": 1e-7}
        return GeneralizedLinearRegressor(**options).fit(X, y)

    return [Fit(f"glum, {solver}", lambda solver=solver: run(solver)) for solver in ("irls-ls", "lbfgs")]


def logistic(correlated: bool, rows: int = 500_000, columns: int = 100) -> None:
    """Print the table of a dense logistic regression."""
    from sklearn.linear_model import LogisticRegression as Theirs

    from osolgil.estimators import LogisticRegression
    from osolgil.regression.penalties import Ridge

    random = np.random.default_rng(0)
    X, b = random.standard_normal((rows, columns)), random.normal(size=columns) / columns**0.5
    if correlated:
        # Neighbours have a correlation of 0.9, and columns units of their own: a factor of 7 either way is usual.
        for j in range(1, columns):
            X[:, j] = 0.9 * X[:, j - 1] + 0.19**0.5 * X[:, j]
        units = np.exp(2 * random.normal(size=columns))
        X, b = X * units, b / units
    y = (random.random(rows) < 1 / (1 + np.exp(0.5 - X @ b))).astype(np.float64)

    def objective(coefficients: np.ndarray, intercept: float) -> float:
        eta = X @ coefficients + intercept
        return float(np.mean(np.logaddexp(0, eta) - y * eta) + STRENGTH / 2 * coefficients @ coefficients)

    def theirs(solver: str, tol: float) -> Any:
        return Theirs(C=1 / (STRENGTH * rows), solver=solver, tol=tol, max_iter=2000).fit(X, y)

    solvers = [("lbfgs", 1e-4), ("lbfgs", 1e-6), ("newton-cholesky", 1e-4), ("newton-cg", 1e-4), ("newton-cg", 1e-6)]
    fits = [
        Fit("osolgil", lambda: LogisticRegression(penalty=Ridge(STRENGTH)).fit(X, y)),
        *(
            Fit(f"scikit-learn, {solver}, tol={tol:g}", lambda solver=solver, tol=tol: theirs(solver, tol))
            for solver, tol in solvers
        ),
        *glum_fits("binomial", X, y),
    ]
    kind = "neighbours correlated by 0.9, in units of their own" if correlated else "independent, of one unit"
    compared(f"Logistic regression, {rows:,} × {columns} float64, columns {kind}", fits, objective, 5)


def poisson(rows: int = 500_000, levels: int = 100, factors: int = 3) -> None:
    """Print the table of a Poisson regression on one-hot columns."""
    import pandas as pd
    from sklearn.linear_model import PoissonRegressor as Theirs
    from sklearn.preprocessing import OneHotEncoder

    from osolgil.estimators import PoissonRegressor
    from osolgil.regression.penalties import Ridge

    random = np.random.default_rng(0)
    # Levels are as frequent as words: the k-th about 1/k as often as the first.
    share = 1 / np.arange(1, levels + 1)
    codes = random.choice(levels, (rows, factors), p=share / share.sum())
    effects = random.normal(0, 0.3, (factors, levels))
    y = random.poisson(np.exp(0.2 + sum(effects[k, codes[:, k]] for k in range(factors)))).astype(np.float64)
    X = OneHotEncoder(categories=[np.arange(levels)] * factors).fit_transform(codes).tocsr()
    names = [f"factor{k}" for k in range(factors)]
    table = pd.DataFrame({name: pd.Categorical(codes[:, k], range(levels)) for k, name in enumerate(names)})

    def objective(coefficients: np.ndarray, intercept: float) -> float:
        eta = X @ coefficients + intercept
        return float(np.mean(np.exp(eta) - y * eta) + STRENGTH / 2 * coefficients @ coefficients)

    def theirs(solver: str, tol: float) -> Any:
        return Theirs(alpha=STRENGTH, solver=solver, tol=tol, max_iter=2000).fit(X, y)

    fits = [
        Fit("osolgil, sparse columns", lambda: PoissonRegressor(penalty=Ridge(STRENGTH)).fit(X, y)),
        *(
            Fit(f"scikit-learn, {solver}, tol={tol:g}", lambda solver=solver, tol=tol: theirs(solver, tol))
            for solver, tol in (("lbfgs", 1e-4), ("lbfgs", 1e-7), ("newton-cholesky", 1e-4))
        ),
        *(Fit(f"{fit.name}, sparse columns", fit.run) for fit in glum_fits("poisson", X, y)),
        *(Fit(f"{fit.name}, factors", fit.run) for fit in glum_fits("poisson", table, y)),
    ]
    compared(f"Poisson regression, {rows:,} rows, {levels * factors} one-hot columns of float64", fits, objective, 5)


def small() -> None:
    """Print the table of the second and later fits of 150 rows of four columns."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression as Theirs

    from osolgil.estimators import LinearRegression, LogisticRegression
    from osolgil.regression.penalties import Ridge

    X, species = load_iris(return_X_y=True)
    y = (species == 2).astype(int)
    ours, theirs = LogisticRegression(penalty=Ridge(1 / 150)), Theirs(tol=1e-8)
    contenders = [
        Contender("osolgil", lambda: ours.fit(X, y)),
        Contender("scikit-learn, lbfgs", lambda: theirs.fit(X, y)),
        Contender("osolgil, the Gaussian", lambda: LinearRegression().fit(X, X[:, 0] + species)),
    ]
    seconds = interleaved(contenders, 200, 20)
    report("Logistic regression, 150 × 4, a later fit of a process", seconds, "osolgil", 1, "fit")


def main() -> None:
    """Print the tables."""
    print(f"{os.cpu_count()} threads for everybody.")
    small()
    logistic(correlated=False)
    logistic(correlated=True)
    poisson()

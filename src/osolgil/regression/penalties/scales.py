r"""Penalties in other programs' units, exactly.

Here the objective is :math:`\sum_i w_i \ell_i / \sum_i w_i + h(\beta)`. Programs differ in whether the loss is summed
or averaged, whether squares are halved, and on which scale columns are penalized; at equal objectives minima are equal.
"""

from typing import Any, Literal

import numpy as np

from osolgil.protocol import Layout
from osolgil.protocol.penalty import Penalty
from osolgil.regression.penalties import ElasticNet, Lasso, Ridge


def from_sklearn_c(C: float, mass: float, mix: float = 0.0) -> Ridge | Lasso | ElasticNet:
    r"""The penalty of scikit-learn's LogisticRegression (and of any sum of losses times C).

    It minimizes :math:`C \sum_i w_i \ell_i + \rho \lVert\beta\rVert_1 + \frac{1 - \rho}{2} \lVert\beta\rVert_2^2`, so
    that the strength is 1/(C·Σw).

    Args:
        C: the inverse strength, above 0; infinite is no penalty.
        mass: Σw, the number of rows where they weigh 1 each.
        mix: ρ, l1_ratio: 0 for l2, 1 for l1.

    >>> from_sklearn_c(C=0.5, mass=100)
    Ridge(strength=0.02)
    """
    positive("C", C, infinite=True)
    return mixed(1 / (C * positive("mass", mass)), mix)


def to_sklearn_c(penalty: Penalty, mass: float) -> tuple[float, float]:
    """(C, l1_ratio) of LogisticRegression for a penalty with one strength.

    Raises:
        ValueError: coefficients have strengths of their own.
    """
    strength, mix = alone(penalty)
    return (np.inf if strength == 0 else 1 / (strength * positive("mass", mass))), mix


def from_sklearn_ridge(alpha: float, mass: float) -> Ridge:
    r"""The penalty of scikit-learn's Ridge, which minimizes :math:`\sum_i w_i (y_i - \eta_i)^2 + \alpha
    \lVert\beta\rVert_2^2`: the strength is α/Σw.

    >>> from_sklearn_ridge(alpha=5.0, mass=100)
    Ridge(strength=0.05)
    """
    return Ridge(not_negative("alpha", alpha) / positive("mass", mass))


def to_sklearn_ridge(penalty: Penalty, mass: float) -> float:
    """α of scikit-learn's Ridge.

    Raises:
        ValueError: the penalty is no Ridge with one strength.
    """
    strength, mix = alone(penalty)
    if mix:
        raise ValueError(f"scikit-learn's Ridge has squares alone; {penalty} has absolute values too.")
    return strength * positive("mass", mass)


def from_sklearn_alpha(alpha: float, mix: float = 1.0) -> Ridge | Lasso | ElasticNet:
    r"""The penalty of scikit-learn's Lasso and ElasticNet, and with mix = 0 that of its PoissonRegressor and
    GammaRegressor: they minimize our objective, with the Gaussian loss halved as here.

    Args:
        alpha: the strength.
        mix: l1_ratio.

    >>> from_sklearn_alpha(0.1)
    Lasso(strength=0.1)
    """
    return mixed(not_negative("alpha", alpha), mix)


def to_sklearn_alpha(penalty: Penalty) -> tuple[float, float]:
    """(alpha, l1_ratio) of scikit-learn's ElasticNet.

    Raises:
        ValueError: coefficients have strengths of their own.
    """
    return alone(penalty)


def from_glmnet(
    lambda_: float,
    alpha: float,
    X: Any,
    y: Any = None,
    weights: Any = None,
    *,
    family: str = "gaussian",
    standardize: bool = True,
    factors: Any = None,
) -> ElasticNet:
    r"""The penalty of R's glmnet(X, y, family, lambda, alpha), for the coefficients that it reports.

    It minimizes :math:`\sum_i w_i \ell_i / \sum_i w_i + \lambda \sum_j v_j (\alpha |\gamma_j| + \frac{1 - \alpha}{2}
    \gamma_j^2)`, with γ = s·β in columns that it standardized by s, the root of the weighted mean square around the
    mean. For the Gaussian family it divides y by its own s_y first, and λ with it: the absolute values come out the
    same, and the squares count 1/s_y (Friedman, Hastie & Tibshirani 2010, *J. Stat. Softw.* 33; the help page of
    glmnet, under lambda). So the strengths differ from column to column.

    Args:
        lambda_, alpha: as in glmnet.
        X: the columns without the intercept, shape (rows, p).
        y: the targets, shape (rows,); needed for the Gaussian family where alpha < 1.
        weights: of the rows.
        family: as in glmnet.
        standardize: as in glmnet, whose default it is.
        factors: v, `penalty.factor`, shape (p,), which glmnet scales to a sum of p; 1 each by default.

    Raises:
        ValueError: a number makes no sense, or y is missing.
    """
    not_negative("lambda_", lambda_)
    share("alpha", alpha)
    X = np.asarray(X, dtype=np.float64)
    scale = spreads(X, weights) if standardize else np.ones(X.shape[1])
    count = np.ones(X.shape[1]) if factors is None else np.asarray(factors, dtype=np.float64)
    if count.shape != scale.shape or not (np.isfinite(count) & (count >= 0)).all() or not count.any():
        raise ValueError(f"factors must be {len(scale)} finite numbers >= 0, not all 0; they are {factors}.")
    count = count * len(count) / count.sum()
    unit = 1.0
    if family == "gaussian" and alpha < 1:
        if y is None:
            raise ValueError("For the Gaussian family glmnet divides y by its spread; give y.")
        unit = float(spreads(np.asarray(y, dtype=np.float64)[:, None], weights)[0])
    absolute, square = lambda_ * alpha * count * scale, lambda_ * (1 - alpha) * count * scale**2 / unit
    strength = absolute + square
    return ElasticNet(strength, np.divide(absolute, strength, out=np.full_like(strength, alpha), where=strength > 0))


def to_glmnet(
    penalty: Penalty,
    X: Any,
    y: Any = None,
    weights: Any = None,
    *,
    family: str = "gaussian",
    standardize: bool = True,
) -> tuple[float, float]:
    """(lambda, alpha) for which glmnet minimizes our objective, the reverse of `from_glmnet`.

    Raises:
        ValueError: there are none: glmnet standardizes columns that are penalized alike here, say, where
            standardize=False may have them.
    """
    X = np.asarray(X, dtype=np.float64)
    absolute, square = penalty.shrinkage(Layout.of(np.zeros(X.shape[1])))
    scale = spreads(X, weights) if standardize else np.ones(X.shape[1])
    unit = 1.0
    if family == "gaussian" and square.any():
        if y is None:
            raise ValueError("For the Gaussian family glmnet divides y by its spread; give y.")
        unit = float(spreads(np.asarray(y, dtype=np.float64)[:, None], weights)[0])
    one, other = absolute / scale, square / scale**2 * unit
    if np.ptp(one) > 1e-12 * one.max() or np.ptp(other) > 1e-12 * other.max():
        hint = "try standardize=False" if standardize else "give glmnet penalty.factor"
        raise ValueError(f"No single lambda of glmnet has the strengths of {type(penalty).__name__}; {hint}.")
    total = float(one[0] + other[0])
    return total, float(one[0]) / total if total else 1.0


def spreads(X: np.ndarray, weights: Any) -> np.ndarray:
    """The root of each column's weighted mean square around its mean, shape (p,)."""
    centre = np.average(X, axis=0, weights=weights)
    found: np.ndarray = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=weights))
    return found


def mixed(strength: float, mix: float) -> Ridge | Lasso | ElasticNet:
    """The penalty of a strength and a mix, by its plainest name."""
    if share("mix", mix) == 0:
        return Ridge(strength)
    return Lasso(strength) if mix == 1 else ElasticNet(strength, mix)


def alone(penalty: Penalty) -> tuple[float, float]:
    """Strength and mix of a penalty that has one of each."""
    absolute, square = (np.asarray(part, dtype=np.float64) for part in penalty.checked().parts())
    if absolute.ndim or square.ndim:
        raise ValueError(f"{penalty} has a strength for each coefficient, where scikit-learn has one for all.")
    strength = float(absolute + square)
    return strength, float(absolute) / strength if strength else 0.0


Limit = Literal["C", "mass", "alpha", "lambda_", "mix"]


def positive(name: Limit, value: float, infinite: bool = False) -> float:
    """The number, or a ValueError."""
    if not value > 0 or (np.isinf(value) and not infinite):
        raise ValueError(f"{name} is {value}; it must be a number above 0.")
    return float(value)


def not_negative(name: Limit, value: float) -> float:
    """The number, or a ValueError."""
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} is {value}; it must be finite and not negative.")
    return float(value)


def share(name: Limit, value: float) -> float:
    """The number, or a ValueError."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value}; it must be from 0 to 1.")
    return float(value)

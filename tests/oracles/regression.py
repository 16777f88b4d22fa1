"""Regressions in NumPy alone, by the textbook's normal equations, and data with known answers."""

import numpy as np


def ordinary_least_squares(X, y, weights=None):
    """Coefficients, standard errors and σ: β = (XᵀWX)⁻¹XᵀWy, σ² = Σwr²/(n − p)."""
    W = np.ones(len(y)) if weights is None else weights
    inverse = np.linalg.inv((X * W[:, None]).T @ X)
    beta = inverse @ (X.T @ (W * y))
    sigma2 = np.sum(W * (y - X @ beta) ** 2) / (len(y) - X.shape[1])
    return beta, np.sqrt(sigma2 * np.diag(inverse)), np.sqrt(sigma2)


def logistic_irls(X, y, weights=None, steps=25):
    """Coefficients, standard errors and log-likelihood by iteratively reweighted least squares."""
    W = np.ones(len(y)) if weights is None else weights
    beta = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ beta))
        information = (X * (W * p * (1 - p))[:, None]).T @ X
        beta = beta + np.linalg.solve(information, X.T @ (W * (y - p)))
    p = 1 / (1 + np.exp(-X @ beta))
    return beta, np.sqrt(np.diag(np.linalg.inv(information))), np.sum(W * (y * np.log(p) + (1 - y) * np.log(1 - p)))


def numerical_hessian(f, x, h=1e-4):
    """∂²f/∂xᵢ∂xⱼ by central differences, shape (n, n)."""
    n = len(x)
    E = np.eye(n) * h * np.maximum(1.0, np.abs(x))
    return np.array(
        [[(f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / (4 * a.sum() * b.sum()) for b in E] for a in E]
    )


# McNeil 1977: heights (in) and weights (lb) of 15 American women aged 30-39.
WOMEN = {
    "height": np.arange(58.0, 73.0),
    "weight": np.array([115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164.0]),
}


def table(text, columns):
    """Numbers separated by blanks, as rows of so many columns."""
    return np.array(text.split(), dtype=float).reshape(-1, columns)


# Spector & Mazzeo 1980, as in Greene, Econometric Analysis.
_SPECTOR = """
    2.66 20 0 0  2.89 22 0 0  3.28 24 0 0  2.92 12 0 0  4.00 21 0 1  2.86 17 0 0  2.76 17 0 0  2.87 21 0 0
    3.03 25 0 0  3.92 29 0 1  2.63 20 0 0  3.32 23 0 0  3.57 23 0 0  3.26 25 0 1  3.53 26 0 0  2.74 19 0 0
    2.75 25 0 0  2.83 19 0 0  3.12 23 1 0  3.16 25 1 1  2.06 22 1 0  3.62 28 1 1  2.89 14 1 0  3.51 26 1 0
    3.54 24 1 1  2.83 27 1 1  3.39 17 1 1  2.67 24 1 0  3.65 21 1 1  4.00 23 1 1  3.10 21 1 0  2.39 19 1 1
"""
SPECTOR = dict(zip(("GPA", "TUCE", "PSI", "GRADE"), table(_SPECTOR, 4).T, strict=True))

# NIST Statistical Reference Datasets, Norris: y, x.
_NORRIS = """
    0.1 0.2  338.8 337.4  118.1 118.2  888.0 884.6  9.2 10.1  228.1 226.5  668.5 666.3  998.5 996.3  449.1 448.6
    778.9 777.0  559.2 558.2  0.3 0.4  0.1 0.6  778.1 775.5  668.8 666.9  339.3 338.0  448.9 447.5  10.8 11.6
    557.7 556.0  228.3 228.1  998.0 995.8  888.8 887.6  119.6 120.2  0.3 0.3  0.6 0.3  557.6 556.8  339.3 339.1
    888.0 887.2  998.5 999.0  778.9 779.0  10.2 11.1  117.6 118.3  228.9 229.2  668.4 669.1  449.2 448.9  0.2 0.5
"""
NORRIS = table(_NORRIS, 2)

# NIST Statistical Reference Datasets, Longley: y, x1, ..., x6.
_LONGLEY = """
    60323 83.0 234289 2356 1590 107608 1947  61122 88.5 259426 2325 1456 108632 1948
    60171 88.2 258054 3682 1616 109773 1949  61187 89.5 284599 3351 1650 110929 1950
    63221 96.2 328975 2099 3099 112075 1951  63639 98.1 346999 1932 3594 113270 1952
    64989 99.0 365385 1870 3547 115094 1953  63761 100.0 363112 3578 3350 116219 1954
    66019 101.2 397469 2904 3048 117388 1955  67857 104.6 419180 2822 2857 118734 1956
    68169 108.4 442769 2936 2798 120445 1957  66513 110.8 444546 4681 2637 121950 1958
    68655 112.6 482704 3813 2552 123366 1959  69564 114.2 502601 3931 2514 125368 1960
    69331 115.7 518173 4806 2572 127852 1961  70551 116.9 554894 4007 2827 130081 1962
"""
LONGLEY = table(_LONGLEY, 7)
LONGLEY_CERTIFIED = np.array(
    [
        -3482258.63459582,
        15.0618722713733,
        -0.0358191792925910,
        -2.02022980381683,
        -1.03322686717359,
        -0.0511041056535807,
        1829.15146461355,
    ]
)
LONGLEY_ERRORS = np.array(
    [
        890420.383607373,
        84.9149257747669,
        0.0334910077722432,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    ]
)

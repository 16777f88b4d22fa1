"""Surfaces in NumPy, with gradients derived by hand. Points have shape (points, n); nothing here is from osolgil."""

import numpy as np


def square(X):
    return X[:, 0] ** 2, 2 * X


def bowl(X, condition=10.0):
    n = X.shape[1]
    eigenvalues = np.array([condition ** (i / (n - 1)) for i in range(n)])
    return X**2 @ eigenvalues / 2, X * eigenvalues


def booth(X):
    x, y = X.T
    p, q = x + 2 * y - 7, 2 * x + y - 5
    return p**2 + q**2, np.column_stack([2 * p + 4 * q, 4 * p + 2 * q])


def matyas(X):
    x, y = X.T
    return 0.26 * (x**2 + y**2) - 0.48 * x * y, np.column_stack([0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x])


def beale(X):
    x, y = X.T
    p, q, r = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    by_x = 2 * p * (y - 1) + 2 * q * (y**2 - 1) + 2 * r * (y**3 - 1)
    by_y = 2 * p * x + 4 * q * x * y + 6 * r * x * y**2
    return p**2 + q**2 + r**2, np.column_stack([by_x, by_y])


def rosenbrock(X):
    bend, short = X[:, 1:] - X[:, :-1] ** 2, 1 - X[:, :-1]
    gradient = np.zeros_like(X)
    gradient[:, 1:] += 200 * bend
    gradient[:, :-1] -= 400 * X[:, :-1] * bend + 2 * short
    return np.sum(100 * bend**2 + short**2, axis=1), gradient


def long_valley(X):
    x, y = X.T
    bell = np.exp(-((x - 4) ** 2) / 8)
    return 10 * y**2 + 1 - bell, np.column_stack([(x - 4) / 4 * bell, 20 * y])


def x2y(X):
    x, y = X.T
    return x**2 * y, np.column_stack([2 * x * y, x**2])


def race_saddle(X):
    x, y = X.T
    return x**2 / 2 - y**2 / 2 + y**4 / 4, np.column_stack([x, y**3 - y])


def saddle(X):
    x, y = X.T
    return x**2 - y**2, np.column_stack([2 * x, -2 * y])


def monkey_saddle(X):
    x, y = X.T
    return x**3 - 3 * x * y**2, np.column_stack([3 * x**2 - 3 * y**2, -6 * x * y])


def double_well(X):
    x = X[:, 0]
    return (x**2 - 1) ** 2 + 0.3 * x, (4 * x**3 - 4 * x + 0.3)[:, None]


def himmelblau(X):
    x, y = X.T
    p, q = x**2 + y - 11, x + y**2 - 7
    return p**2 + q**2, np.column_stack([4 * x * p + 2 * q, 2 * p + 4 * y * q])


def three_hump_camel(X):
    x, y = X.T
    value = 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2
    return value, np.column_stack([4 * x - 4.2 * x**3 + x**5 + y, x + 2 * y])


def goldstein_price(X):
    x, y = X.T
    # Both factors depend on one linear form squared times a quadratic; the product rule, twice.
    s, t = x + y + 1, 2 * x - 3 * y
    a = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    b = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    first, second = 1 + s**2 * a, 30 + t**2 * b
    first_x = 2 * s * a + s**2 * (-14 + 6 * x + 6 * y)
    first_y = 2 * s * a + s**2 * (-14 + 6 * x + 6 * y)
    second_x = 4 * t * b + t**2 * (-32 + 24 * x - 36 * y)
    second_y = -6 * t * b + t**2 * (48 - 36 * x + 54 * y)
    gradient = np.column_stack([first_x * second + first * second_x, first_y * second + first * second_y])
    return first * second, gradient


def mccormick(X):
    x, y = X.T
    value = np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1
    return value, np.column_stack([np.cos(x + y) + 2 * (x - y) - 1.5, np.cos(x + y) - 2 * (x - y) + 2.5])


def styblinski_tang(X):
    return np.sum(X**4 - 16 * X**2 + 5 * X, axis=1) / 2, 2 * X**3 - 16 * X + 2.5


def rastrigin(X):
    value = 10 * X.shape[1] + np.sum(X**2 - 10 * np.cos(2 * np.pi * X), axis=1)
    return value, 2 * X + 20 * np.pi * np.sin(2 * np.pi * X)


def ackley(X):
    n = X.shape[1]
    root = np.sqrt(np.mean(X**2, axis=1))
    tip, waves = np.exp(-root / 5), np.exp(np.mean(np.cos(2 * np.pi * X), axis=1))
    value = -20 * tip - waves + 20 + np.e
    # At the origin there is no gradient; what stands there is the element 0 of the subdifferential.
    slope = np.divide(4 * tip, n * root, out=np.zeros_like(root), where=root > 0)
    return value, slope[:, None] * X + 2 * np.pi / n * waves[:, None] * np.sin(2 * np.pi * X)

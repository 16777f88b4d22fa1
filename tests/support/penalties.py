"""A small regression that tests of penalties share, so that they share its programs too."""

import numpy as np

from osolgil.problems import FiniteSum

i = np.arange(1, 41)
X = np.column_stack([np.sin(i), 10 * np.cos(2 * i) + 3, np.sin(i * i) / 5, np.cos(3 * i) + np.sin(i), np.sin(5 * i)])
Y = 2 + X @ np.array([1, -0.1, 3, 0, 0.5]) + np.cos(7 * i)
BINARY = (np.median(Y) - np.sin(11 * i) < Y).astype(float)
WEIGHTS = 1 + i % 3.0
DESIGN = np.column_stack([np.ones(40), X])
NAMES = ("Intercept", "a", "b", "c", "d", "e")


def squared(x, rows):
    X, y = rows
    return 0.5 * (X @ x - y) ** 2


# Columns of mean square 1, so that gradient descent needs no thousands of steps.
SCALED = X / np.sqrt(np.mean(X**2, axis=0))
PROBLEM = FiniteSum(squared, (SCALED, Y))
GRAM = SCALED.T @ SCALED / 40
LARGEST = float(np.linalg.eigvalsh(GRAM)[-1])
"""L, the largest curvature of PROBLEM."""


def gradient(x):
    return GRAM @ x - SCALED.T @ Y / 40


def loss(x):
    return 0.5 * np.mean((SCALED @ x - Y) ** 2)

"""Linear and quadratic programs of one shape, so that one compiled program solves all of them."""

import numpy as np

from osolgil.descent import Stop, minimize
from osolgil.methods import InteriorPoint
from osolgil.problems import Function, LinearConstraint

N, EQUALITIES = 6, 3


def quadratic(x, H, c):
    return 0.5 * x @ (H @ x) + c @ x


def solve(c, A, b, H=None, bounds=None, start=None, **options):
    """min ½xᵀHx + cᵀx with Ax = b within bounds, by default x ≥ 0."""
    H = np.zeros((len(c), len(c))) if H is None else H
    start = np.zeros(len(c)) if start is None else start
    bounds = [(0, None)] * len(c) if bounds is None else bounds
    problem = Function(quadratic, (np.asarray(H, float), np.asarray(c, float)))
    rows = LinearConstraint(A, b, b)
    options.setdefault("stop", Stop(steps=100))
    return minimize(problem, np.asarray(start, float), InteriorPoint(), bounds=bounds, constraints=rows, **options)


def random_program(seed, spread=1.0):
    """c, A, b of a linear program with a solution: feasible by construction, and bounded."""
    random = np.random.default_rng(seed)
    A = random.normal(size=(EQUALITIES, N))
    b = A @ random.uniform(0.5, 2.0, size=N)
    c = A.T @ random.normal(size=EQUALITIES) + random.uniform(0.1, 1.0, size=N)
    return spread * c, A, b


def random_curvature(seed, condition=10.0):
    """A positive definite matrix."""
    random = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(random.normal(size=(N, N)))
    return (rotation * np.geomspace(1, condition, N)) @ rotation.T

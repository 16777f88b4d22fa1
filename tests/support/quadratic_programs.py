"""Programs of a few shapes whose numbers are data, so that a handful of compiled programs solve all of them."""

import jax
import jax.numpy as jnp
import numpy as np
from scipy import optimize

from osolgil.descent import Stop, minimize
from osolgil.methods import InteriorPoint
from osolgil.problems import Function, LinearConstraint, NonlinearConstraint

N, EQUALITIES = 6, 3


def quadratic(x, H, c):
    return 0.5 * x @ (H @ x) + c @ x


def solve(c, A, b, H=None, bounds=None, start=None, **options):
    """min ½xᵀHx + cᵀx with Ax = b within bounds, by default x ≥ 0."""
    return solve_rows(c, LinearConstraint(A, b, b), H, bounds, start, **options)


def solve_below(c, A, b, H=None, bounds=None, start=None, **options):
    """min ½xᵀHx + cᵀx with Ax ≤ b within bounds, by default x ≥ 0."""
    return solve_rows(c, LinearConstraint(A, -np.inf, b), H, bounds, start, **options)


def solve_rows(c, rows, H, bounds, start, **options):
    H = np.zeros((len(c), len(c))) if H is None else H
    start = np.zeros(len(c)) if start is None else start
    bounds = [(0, None)] * len(c) if bounds is None else bounds
    problem = Function(quadratic, (np.asarray(H, float), np.asarray(c, float)))
    options = {"stop": Stop(steps=100), "record": "path"} | options
    return minimize(problem, np.asarray(start, float), InteriorPoint(), bounds=bounds, constraints=rows, **options)


def random_program(seed, spread=1.0):
    """c, A, b of a linear program with a solution: feasible by construction, and bounded."""
    random = np.random.default_rng(seed)
    A = random.normal(size=(EQUALITIES, N))
    b = A @ random.uniform(0.5, 2.0, size=N)
    c = A.T @ random.normal(size=EQUALITIES) + random.uniform(0.1, 1.0, size=N)
    return spread * c, A, b


def random_curvature(seed, condition=10.0, n=N):
    """A positive definite matrix."""
    random = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(random.normal(size=(n, n)))
    return (rotation * np.geomspace(1, condition, n)) @ rotation.T


def by_trust_constr(f, start, **options):
    """SciPy's interior point method, with a barrier so low from the beginning that its result is good to 1e-7."""
    exact = {"gtol": 1e-10, "xtol": 1e-15, "initial_barrier_parameter": 1e-9, "initial_barrier_tolerance": 1e-9}
    return optimize.minimize(f, start, method="trust-constr", options=exact | {"maxiter": 500}, **options)


WIDTH, CURVED = 4, 2


def curved_rows(Q, a, p, x):
    """½xᵀQᵢx + aᵢᵀx + pᵢ ∏xⱼ, shape (CURVED,)."""
    return 0.5 * jnp.einsum("ijk,j,k->i", Q, x, x) + a @ x + p * jnp.prod(x)


def cubic(x, H, c, k):
    """½xᵀHx + cᵀx + k x₁x₄(x₁ + x₂ + x₃)."""
    return 0.5 * x @ (H @ x) + c @ x + k * x[0] * x[3] * (x[0] + x[1] + x[2])


def solve_curved(c, rows, lower, upper, start, *, H=None, k=0.0, bounds=None, **options):
    """min ½xᵀHx + cᵀx + k x₁x₄(x₁ + x₂ + x₃) where lower ≤ rows ≤ upper.

    `rows` are the numbers (Q, a, p) of `curved_rows`. Every x has four coordinates, so that one program solves all
    problems with the same number of equalities.
    """
    constraint = NonlinearConstraint(jax.tree_util.Partial(curved_rows, *rows), lower, upper)
    H = np.zeros((WIDTH, WIDTH)) if H is None else H
    problem = Function(cubic, (np.asarray(H, float), np.asarray(c, float), np.float64(k)))
    options = {"stop": Stop(steps=200), "method": InteriorPoint()} | options
    return minimize(problem, np.asarray(start, float), bounds=bounds, constraints=constraint, **options)


def rows_of(*each):
    """(Q, a, p) of rows that are given as (diagonal of Q, a) or (diagonal of Q, a, p)."""
    full = [(*row, 0.0)[:3] for row in each]
    diagonals, a, p = zip(*full, strict=True)
    return np.array([np.diag(np.asarray(d, float)) for d in diagonals]), np.array(a, float), np.array(p, float)

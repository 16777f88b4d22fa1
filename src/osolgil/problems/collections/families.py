"""Seeded families of convex problems whose optimum is known before anybody descends."""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.problems.collections.collected import Collected, Minimum, frozen
from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.function import Function


def convex_quadratic(n: float = 10, condition: float = 100.0, seed: float = 0) -> Collected:
    """½(x − x*)ᵀA(x − x*), the eigenvalues of A spaced evenly in logarithm from 1 to `condition`, in random directions.

    The minimum is 0 at a random x*; the start is 0.
    """
    n, seed = counted("n", n, 1), counted("seed", seed, 0)
    if not (math.isfinite(condition) and condition >= 1):
        raise ValueError(f"condition must be a finite number, at least 1, but it is {condition}.")
    random = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(random.normal(size=(n, n)))
    spectrum = np.geomspace(1.0, condition, n) if n > 1 else np.array([condition])
    best = random.normal(size=n)
    # A = LLᵀ is never formed, so that the value is a sum of squares: exactly 0 at the minimum, and never below.
    root = frozen(rotation * np.sqrt(spectrum))
    return Collected(
        name="convex_quadratic",
        title=f"Convex quadratic, condition {condition:g}",
        problem=Function(half_square, (root, frozen(best))),
        starts=(frozen(np.zeros(n)),),
        minima=(Minimum(0.0, frozen(best)),),
        source=f"seed {seed}",
    )


def half_square(x: Any, root: Any, best: Any) -> Any:
    """½‖Lᵀ(x − x*)‖²."""
    return 0.5 * jnp.sum(((x - best) @ root) ** 2)


def logistic(n: float = 5, rows: float = 200, seed: float = 0) -> Collected:
    """The mean logistic loss of targets that are probabilities: yᵢ = sigmoid(aᵢ·x*), so that the minimum is at x*.

    The gradient is the mean of (sigmoid(aᵢ·x) − yᵢ)aᵢ, zero at x*; the minimum value is the mean entropy of the yᵢ.
    """
    n, rows, seed = counted("n", n, 1), counted("rows", rows, 1), counted("seed", seed, 0)
    if rows < n:
        raise ValueError(f"rows must be at least n = {n}, or the minimum is not unique, but it is {rows}.")
    random = np.random.default_rng(seed)
    design, best = random.normal(size=(rows, n)), random.normal(size=n)
    targets = 1 / (1 + np.exp(-(design @ best)))
    entropy = -np.mean(targets * np.log(targets) + (1 - targets) * np.log1p(-targets))
    return Collected(
        name="logistic",
        title="Logistic regression",
        problem=FiniteSum(logistic_loss, (frozen(design), frozen(targets))),
        starts=(frozen(np.zeros(n)),),
        minima=(Minimum(float(entropy), frozen(best)),),
        source=f"seed {seed}",
    )


def logistic_loss(x: Any, rows: Any) -> Any:
    """log(1 + e^η) − yη of each row."""
    design, targets = rows
    eta = design @ x
    return jax.nn.softplus(eta) - targets * eta


@dataclass(frozen=True, eq=False)
class QuadraticProgram:
    """½xᵀQx + cᵀx subject to Ax = b and Gx ≤ h, with its optimum.

    Attributes:
        Q, c, A, b, G, h: the program; shapes (n, n), (n,), (equalities, n), (equalities,), (inequalities, n),
            (inequalities,).
        x: the optimum, shape (n,).
        value: there.
        equality_multipliers: y of Qx + c + Aᵀy + Gᵀz = 0, shape (equalities,).
        inequality_multipliers: z ≥ 0, positive exactly where a row of Gx ≤ h is active, shape (inequalities,).
    """

    Q: np.ndarray
    c: np.ndarray
    A: np.ndarray
    b: np.ndarray
    G: np.ndarray
    h: np.ndarray
    x: np.ndarray
    value: float
    equality_multipliers: np.ndarray
    inequality_multipliers: np.ndarray

    @property
    def problem(self) -> Function:
        """½xᵀQx + cᵀx."""
        return Function(quadratic_objective, (self.Q, self.c))


def quadratic_objective(x: Any, Q: Any, c: Any) -> Any:
    """½xᵀQx + cᵀx."""
    return 0.5 * x @ (Q @ x) + c @ x


def quadratic_program(
    n: int = 10, equalities: int = 3, inequalities: int = 8, *, rank: int | None = None, seed: int = 0
) -> QuadraticProgram:
    """A convex quadratic program made from its optimum: x*, the active rows and the multipliers are drawn, and c, b, h
    follow from the conditions of Karush, Kuhn and Tucker.

    Args:
        n: variables.
        equalities: rows of A, fewer than n.
        inequalities: rows of G; half of them, rounded down, are active at the optimum where n leaves room for them.
        rank: of Q; n by default. With 0 it is a linear program, whose optimum is unique only at a vertex: then
            n − equalities rows are active.
        seed: of all that is drawn.

    Raises:
        ValueError: the numbers contradict one another.

    >>> program = quadratic_program(seed=3)
    >>> slack = program.h - program.G @ program.x
    >>> bool((slack > -1e-12).all()), bool(abs(slack @ program.inequality_multipliers) < 1e-12)
    (True, True)
    """
    n, equalities = counted("n", n, 1), counted("equalities", equalities, 0)
    inequalities, seed = counted("inequalities", inequalities, 0), counted("seed", seed, 0)
    rank = n if rank is None else counted("rank", rank, 0)
    if rank > n or equalities >= n:
        raise ValueError(f"rank = {rank} must be at most, and equalities = {equalities} less than n = {n}.")
    # Where Q is singular its null space must be held by active rows, or the optimum is not unique.
    active = max(min(inequalities // 2, n - equalities), n - equalities - rank)
    if active > inequalities:
        raise ValueError(f"inequalities = {inequalities} must be at least {active}, or the optimum is not unique.")
    random = np.random.default_rng(seed)
    root = random.normal(size=(rank, n))
    A, G = random.normal(size=(equalities, n)), random.normal(size=(inequalities, n))
    x, y = random.normal(size=n), random.normal(size=equalities)
    z, slack = np.zeros(inequalities), random.uniform(0.5, 2.0, size=inequalities)
    z[:active], slack[:active] = random.uniform(0.5, 2.0, size=active), 0.0
    Q = root.T @ root
    c = -(Q @ x + A.T @ y + G.T @ z)
    return QuadraticProgram(
        Q=frozen(Q),
        c=frozen(c),
        A=frozen(A),
        b=frozen(A @ x),
        G=frozen(G),
        h=frozen(G @ x + slack),
        x=frozen(x),
        value=float(0.5 * x @ Q @ x + c @ x),
        equality_multipliers=frozen(y),
        inequality_multipliers=frozen(z),
    )


def counted(name: str, value: float, least: int) -> int:
    """A whole number, or a ValueError."""
    if isinstance(value, bool) or value != int(value) or value < least:
        raise ValueError(f"{name} must be a whole number, at least {least}, but it is {value!r}.")
    return int(value)


BUILDERS = {"convex_quadratic": convex_quadratic, "logistic": logistic}

"""Progressive rows: a sample of them is solved first, so that all of them are read but a few times."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent.minimize import minimize
from osolgil.descent.setup import Setup, set_up
from osolgil.descent.stop import Stop
from osolgil.methods import LBFGS
from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.problem import Coordinates, Problem
from osolgil.protocol import Layout, Needs, Penalty, precision, pytree
from osolgil.protocol.programs import compiled

LEAST = 16_384
"""Rows of a sample, at least."""

EACH = 40
"""Rows of a sample for each parameter, at least: its Hessian then differs from that of all by about √(1/EACH)."""

FEWER = 8
"""How many times fewer the sample's rows are than all, at least, to be worth it."""

MOST = 1_000
"""Parameters up to which the Hessian of a sample is cheap beside a few passes over all rows."""

WORTH = 10**9
"""Multiplications of a Hessian of all rows from which it is dear: below, Newton's method is done as soon."""

SHARE = 1e3
"""How much coarser a sample is solved than all rows are to be."""

STEPS = 50
"""Steps on the sample, at most: they need not arrive."""


@dataclass(frozen=True, eq=False)
class Headway:
    """What a sample of the rows has found out.

    Attributes:
        start: its solution, in the coordinates and in the shape that people see.
        method: for all rows: L-BFGS that begins with the inverse of the sample's Hessian.
        rows: of the sample.
        why: the method, as a sentence without its end.
    """

    start: Any
    method: LBFGS
    rows: int

    @property
    def why(self) -> str:
        return f"L-BFGS on all rows, from the solution of {self.rows:,} of them and the inverse of their Hessian"


@pytree
class Anchored:
    """δ‖γ − γ₀‖²/2, γ the coordinates in which methods walk: what a sample does not tell stays where it began.

    Attributes:
        coordinates: in which methods walk; None for those that people see.
        anchor: γ₀, shape (n,).
        strength: δ.
        other: the problem's own penalty, of the coordinates that people see.
    """

    coordinates: Coordinates | None
    anchor: Any
    strength: Any
    other: Any = None

    @property
    def convex(self) -> bool:
        return self.other is None or bool(getattr(self.other, "convex", False))

    def __call__(self, x: Any) -> Any:
        vector = Layout.of(x).ravel(x)
        inner = vector if self.coordinates is None else self.coordinates.inward(vector)
        pull = self.strength * jnp.sum((inner - self.anchor) ** 2) / 2
        return pull if self.other is None else pull + self.other(x)


def sample_size(rows: int, n: int) -> int | None:
    """How many of the rows to solve first, a power of two; None where that is not worth it."""
    if n > MOST:
        return None
    size: int = max(LEAST, 1 << (EACH * n - 1).bit_length())
    return size if size * FEWER <= rows else None


def headway(problem: Any, x0: Any, optimality: float, penalty: Penalty | None = None) -> Headway | None:
    """Solve a sample of the rows of a convex problem, for a few passes over all of them to be enough.

    The sample's solution is about n/rows from that of all, and its Hessian about √(n/rows): L-BFGS that begins with its
    inverse gains several digits with every pass. (Byrd, Chin, Neveitt & Nocedal 2011, SIAM J. Optim. 21, on Hessians of
    samples; Daneshmand, Lucchi & Hofmann 2016, *Starting small*, on samples first.)

    Args:
        problem: what is to be minimized; worth it is a FiniteSum alone.
        x0: where to begin, in the coordinates and in the shape that people see.
        optimality: to which all rows will be solved.
        penalty: without a kink, of the coordinates that people see.

    Returns:
        None where it is not worth it, or the sample tells too little.
    """
    if not isinstance(problem, FiniteSum) or not problem.convex or problem.count is not None:
        return None
    layout = Layout.of(x0)
    size = sample_size(problem.length, layout.size)
    if size is None or problem.length * layout.size**2 < WORTH:
        return None
    here = problem.inward(layout.flat(x0))
    anchored = Anchored(problem.coordinates, here, layout.size / size, problem.penalty)
    setup = set_up(replace(sampled(problem, size), penalty=anchored), x0, LBFGS(), penalty=penalty)
    # L-BFGS decides nothing by second derivatives, so that two Hessians are enough: here, and at the end.
    initial = inverse_hessian(setup, here)
    if initial is None:
        return None
    stop = Stop(optimality=SHARE * optimality, steps=STEPS)
    # The host's loop is the one that goes on with all rows, and so is compiled once.
    found = minimize(setup.problem, x0, LBFGS(initial=initial), stop=stop, driver="host")
    initial = inverse_hessian(setup, setup.problem.inward(layout.flat(found.x)))
    return None if initial is None else Headway(found.x, LBFGS(initial=initial), size)


def inverse_hessian(setup: Setup, point: np.ndarray) -> np.ndarray | None:
    """At a point in the coordinates in which methods walk, shape (n, n); None where there is none."""
    with precision(setup.dtype):
        point = point.astype(setup.dtype)
        program, _ = compiled(hessian_of, setup.layout, (setup.problem, point))
        hessian = np.asarray(program(setup.problem, point), np.float64)
    if not np.isfinite(hessian).all():
        return None
    try:
        root = np.linalg.inv(np.linalg.cholesky(hessian))
    except np.linalg.LinAlgError:
        return None
    found: np.ndarray = root.T @ root
    return found


def hessian_of(layout: Layout, problem: Problem, x: Any) -> Any:
    """The Hessian at x in the coordinates in which methods walk, shape (n, n)."""
    return problem.evaluate(x, Needs.HESSIAN | Needs.GRADIENT | Needs.VALUE, layout).hessian


def sampled(problem: FiniteSum, size: int) -> FiniteSum:
    """The problem of some rows: one drawn from each of `size` stretches of neighbours, the same ones every time."""
    ends = np.linspace(0, problem.length, size + 1)
    places = (ends[:-1] + np.random.default_rng(0).random(size) * np.diff(ends)).astype(np.int64)
    rows = jax.tree.map(lambda array: np.asarray(array)[places], problem.rows)
    weights = None if problem.weights is None else np.asarray(problem.weights)[places]
    return replace(problem, rows=rows, weights=weights)

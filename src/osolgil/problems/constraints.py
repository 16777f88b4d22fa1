"""Constraints and bounds, as people state them and as methods need them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.protocol import Layout, as_node, data_pytree


@dataclass(frozen=True, eq=False)
class LinearConstraint:
    """lower ≤ A x ≤ upper, row by row; equal limits make an equality, an infinite one is none.

    Attributes:
        A: shape (rows, n), or (n,) for one row; x is the flat vector of the parameters.
        lower, upper: numbers, or one a row.
    """

    A: Any
    lower: Any = -np.inf
    upper: Any = np.inf


@dataclass(frozen=True, eq=False)
class NonlinearConstraint:
    """lower ≤ g(x) ≤ upper, row by row; equal limits make an equality, an infinite one is none.

    Attributes:
        g: ``g(x)`` returns a number or an array, written with jax.numpy; x has the shape of the start.
        lower, upper: numbers, or one a row.
    """

    g: Callable[[Any], Any]
    lower: Any = -np.inf
    upper: Any = np.inf


@data_pytree
class LinearRows:
    """A x, as rows of constraints. Attributes: matrix, shape (rows, n)."""

    matrix: Any

    def __call__(self, x: Any, layout: Layout) -> Any:
        return self.matrix @ x


@data_pytree
class NonlinearRows:
    """g(x), as rows of constraints. Attributes: g, of the parameters in the user's shape."""

    g: Callable[[Any], Any]

    def __call__(self, x: Any, layout: Layout) -> Any:
        return jnp.ravel(jnp.asarray(self.g(layout.unravel(x))))


@data_pytree
class WithArguments:
    """g(x, *arguments) as a function of x."""

    g: Callable[..., Any]
    arguments: tuple[Any, ...]

    def __call__(self, x: Any) -> Any:
        return self.g(x, *self.arguments)


Rows = LinearRows | NonlinearRows


@dataclass(frozen=True, eq=False)
class Limited:
    """Rows of constraints with their limits, each of shape (rows,)."""

    rows: Rows
    lower: np.ndarray
    upper: np.ndarray


def as_limited(constraints: Any, x0: Any, layout: Layout) -> list[Limited]:
    """Constraints as rows with limits.

    Args:
        constraints: one, or a sequence of: LinearConstraint, NonlinearConstraint, SciPy's of the same names, or
            SciPy's dictionaries ``{"type": "ineq", "fun": g}``, which say g(x) ≥ 0.
        x0: the start.
        layout: of the parameters.

    Raises:
        TypeError: one of them is no constraint, or JAX cannot trace it.
        ValueError: its shape or its limits make no sense.
    """
    alone = isinstance(constraints, dict) or not isinstance(constraints, Sequence)
    given = [constraints] if alone else list(constraints)
    return [limited(each, number, x0, layout) for number, each in enumerate(given)]


def limited(constraint: Any, number: int, x0: Any, layout: Layout) -> Limited:
    """One constraint as rows with limits; `number` is its place among them, for messages."""
    what = f"constraints[{number}]"
    rows: Rows
    low: Any
    high: Any
    if isinstance(constraint, dict):
        kind, g = constraint.get("type"), constraint.get("fun")
        if kind not in ("eq", "ineq") or g is None or not callable(g):
            raise ValueError(f"{what} is {constraint!r}; a dictionary says type 'eq' or 'ineq', and fun.")
        rows = NonlinearRows(WithArguments(as_node(g), tuple(constraint.get("args", ()))))
        low, high = 0.0, np.inf if kind == "ineq" else 0.0
    else:
        low = getattr(constraint, "lower", getattr(constraint, "lb", None))
        high = getattr(constraint, "upper", getattr(constraint, "ub", None))
        g = getattr(constraint, "g", getattr(constraint, "fun", None))
        matrix = getattr(constraint, "A", None)
        if low is None or high is None or (matrix is None and (g is None or not callable(g))):
            raise TypeError(
                f"{what} is {constraint!r}, which is no constraint; pass LinearConstraint(A, lower, upper) or "
                "NonlinearConstraint(g, lower, upper)."
            )
        if matrix is None:
            assert g is not None
            rows = NonlinearRows(as_node(g))
        else:
            rows = LinearRows(as_matrix(matrix, what, layout.size))
    count = counted_rows(rows, what, x0, layout)
    lower, upper = (as_limits(limit, count, what) for limit in (low, high))
    check_limits(lower, upper, [f"row {i} of {what}" for i in range(count)] if count > 1 else [what] * count)
    return Limited(rows, lower, upper)


def as_matrix(matrix: Any, what: str, n: int) -> np.ndarray:
    """A as a matrix of finite numbers with n columns."""
    dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    found = np.atleast_2d(np.asarray(dense, dtype=np.float64))
    if found.ndim != 2 or found.shape[1] != n:
        raise ValueError(f"{what}: A has the shape {np.shape(dense)}; {n} parameters need (rows, {n}).")
    if not np.isfinite(found).all():
        raise ValueError(f"{what}: A holds {found[~np.isfinite(found)][0]}; its entries must be finite.")
    return found


def counted_rows(rows: Rows, what: str, x0: Any, layout: Layout) -> int:
    """How many rows there are, after one trace."""
    if isinstance(rows, LinearRows):
        return int(rows.matrix.shape[0])
    vector = layout.flat(x0)
    try:
        shape: tuple[int, ...] = jax.eval_shape(lambda v: rows(v, layout), vector).shape
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise TypeError(f"JAX cannot trace {what}: {reason}. Write it with jax.numpy.") from error
    return int(shape[0])


def as_limits(limit: Any, count: int, what: str) -> np.ndarray:
    """One limit for all rows, or one each, shape (count,)."""
    found = np.ravel(np.asarray(limit, dtype=np.float64))
    if found.size not in (1, count):
        raise ValueError(f"{what} has {count} rows and {found.size} limits; give one for all rows, or one each.")
    return np.broadcast_to(found, (count,)).copy()


def as_box(bounds: Any, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Bounds as two vectors, shape (n,), infinite where there is none.

    Args:
        bounds: None; a pair (low, high) for each parameter in order, None where there is no bound, as SciPy has it;
            an object with fields lb and ub, such as scipy.optimize.Bounds; or (lower, upper), two numbers, arrays or
            pytrees that may stop above the parameters' leaves. Two lists of two numbers are a pair for each parameter,
            two arrays are lower and upper.
        layout: of the parameters.

    Raises:
        ValueError: the bounds do not fit the parameters, contradict one another, or are no numbers.

    >>> as_box([(0, None), (None, 2)], Layout.of(np.zeros(2)))
    (array([  0., -inf]), array([inf,  2.]))
    """
    n = layout.size
    if bounds is None:
        return np.full(n, -np.inf), np.full(n, np.inf)
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        bounds = (bounds.lb, bounds.ub)
    elif is_pairs(bounds, n):
        lower = np.array([-np.inf if low is None else low for low, _ in bounds], dtype=np.float64)
        upper = np.array([np.inf if high is None else high for _, high in bounds], dtype=np.float64)
        return checked_box(lower, upper, layout)
    try:
        low, high = bounds
        lower, upper = side(low, -np.inf, layout), side(high, np.inf, layout)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"bounds={bounds!r} does not fit the {n} parameters; give a pair (low, high) for each of them, or a pair "
            "of arrays (lower, upper)."
        ) from error
    return checked_box(lower, upper, layout)


def is_pairs(bounds: Any, n: int) -> bool:
    """Whether these are n pairs of two numbers or None."""

    def number(value: Any) -> bool:
        return value is None or (np.ndim(value) == 0 and not isinstance(value, dict | str))

    if isinstance(bounds, np.ndarray):
        bounds = bounds.tolist()
    if not isinstance(bounds, Sequence) or len(bounds) != n:
        return False
    return all(isinstance(pair, list | tuple) and len(pair) == 2 and all(map(number, pair)) for pair in bounds)


def side(limit: Any, missing: float, layout: Layout) -> np.ndarray:
    """One side of the bounds as a vector, shape (n,), from a pytree that may stop above the parameters' leaves."""
    filled = jax.tree.map(lambda each: missing if each is None else each, limit, is_leaf=lambda each: each is None)
    indices = jax.tree.unflatten(layout.structure, range(len(layout.shapes)))
    parts: list[Any] = [None] * len(layout.shapes)

    def fill(value: Any, subtree: Any) -> None:
        for index in jax.tree.leaves(subtree):
            parts[index] = np.broadcast_to(np.asarray(value, dtype=np.float64), layout.shapes[index]).ravel()

    if layout.structure == jax.tree.structure(0) and isinstance(filled, list | tuple):
        filled = np.array(filled, dtype=np.float64)
    jax.tree.map(fill, filled, indices)
    return np.concatenate(parts)


def checked_box(lower: np.ndarray, upper: np.ndarray, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """The bounds, if they make sense."""
    check_limits(lower, upper, layout.names)
    return lower, upper


def check_limits(lower: np.ndarray, upper: np.ndarray, names: Sequence[str]) -> None:
    """Refuse limits that no number lies between, naming the first."""
    for name, low, high in zip(names, lower, upper, strict=True):
        if np.isnan(low) or np.isnan(high):
            raise ValueError(f"{name} is bounded by {low} and {high}, which are no numbers; leave out what is unknown.")
        if low > high:
            raise ValueError(f"{name} has the lower limit {low:g} above its upper limit {high:g}; exchange them.")
        if low == np.inf or high == -np.inf:
            raise ValueError(f"{name} has the limits {low:g} and {high:g}, between which there is no number.")

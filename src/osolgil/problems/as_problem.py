"""Whatever a person hands over, as a Problem."""

import functools
import warnings
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from osolgil.problems.function import Function, untraceable
from osolgil.problems.problem import Problem
from osolgil.protocol import Layout, computing_dtype, precision
from osolgil.protocol.captures import Captured, captured


def as_problem(problem: Any, x0: Any) -> Problem:
    """A Problem as it is, a surface's problem, or a callable as a `Function`, traced once at x0.

    The same callable gives the same Function again (the last few are remembered), so that it compiles once.

    Raises:
        TypeError: JAX cannot trace the callable, or it does not return a scalar.
    """
    if isinstance(problem, Problem):
        return problem
    inner = getattr(problem, "problem", None)
    if isinstance(inner, Problem):
        return inner
    if not callable(problem):
        raise TypeError(f"{problem!r} is no problem: pass a callable f(x), or a Function, LeastSquares, FiniteSum.")
    dtype = computing_dtype(x0)
    key = (problem, captured(problem), Layout.of(x0), str(dtype), Start(x0))
    try:
        hash(problem)
    except TypeError:
        return remembered.__wrapped__(*key)
    return remembered(*key)


def as_start(x0: Any) -> Any:
    """A start as it is, but a list or tuple of plain numbers as the vector that it is meant to be.

    >>> as_start([0, 1.5])
    array([0. , 1.5])
    """
    numbers = isinstance(x0, list | tuple) and all(isinstance(each, int | float | np.number) for each in x0)
    return np.array(x0, dtype=np.float64) if numbers and type(x0) in (list, tuple) and len(x0) else x0


class Start:
    """A start that is carried past the memory's key: every start of the same shape is the same."""

    def __init__(self, x0: Any) -> None:
        self.x0 = x0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Start)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=32)
def remembered(f: Callable[..., Any], captured: Captured, layout: Layout, dtype: str, start: Start) -> Function:
    """`f` as a Function, after one trace."""
    name = getattr(f, "__name__", type(f).__name__)
    with precision(np.dtype(dtype)):
        x = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(np.shape(leaf), np.dtype(dtype)), start.x0)
        try:
            traced = jax.make_jaxpr(Function(f).f)(x)
        except Exception as error:
            raise TypeError(untraceable(name, error)) from error
        shapes_out = [leaf.shape for leaf in traced.out_avals]
        if shapes_out != [()]:
            raise TypeError(f"{name} returns {shapes_out or 'nothing'}; an objective must return one scalar.")
        narrow = [c.dtype for c in traced.consts if hasattr(c, "dtype") and c.dtype in (np.float32, np.float16)]
        if np.dtype(dtype) == np.float64 and narrow:
            warnings.warn(
                f"{name} computes in float64 but captured an array of {narrow[0]}, whose rounding it keeps; create the "
                "array with NumPy, or pass it as data: Function(f, (array,)).",
                stacklevel=4,
            )
    return Function(f)

"""Frozen parameters: a problem of all of them, as a problem of those that are free."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import jax
import numpy as np

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.function import BlackBox, Function, raveled_gradient
from osolgil.problems.least_squares import LeastSquares
from osolgil.problems.placing import as_arrays
from osolgil.problems.problem import Problem
from osolgil.protocol import Layout, data_pytree, static
from osolgil.protocol.pytrees import StaticCallable


@data_pytree
class Freeze:
    """Which leaves of the parameters are frozen, and what they hold. A pytree: what is held is data.

    The free parameters are a pytree of the same structure with None, which has no leaves, in place of what is frozen.

    Attributes:
        held: the frozen leaves, in order.
        layout: of all parameters.
        frozen: for each leaf, whether it is.
    """

    held: tuple[Any, ...]
    layout: Layout = static()
    frozen: tuple[bool, ...] = static()

    @classmethod
    def of(cls, parameters: Any, prefix: Any, dtype: Any) -> "Freeze | None":
        """What a pytree prefix of booleans freezes, `{"hidden": True}` for one; None where that is nothing.

        Raises:
            TypeError: the prefix holds something else than True and False.
            ValueError: it does not fit the parameters, or freezes all of them.
        """
        layout = Layout.of(parameters)
        marks = marked(layout, prefix)
        if all(marks):
            raise ValueError(f"frozen={prefix!r} freezes all parameters: there is nothing to optimize.")
        if not any(marks):
            return None
        leaves = layout.structure.flatten_up_to(parameters)
        held = tuple(np.array(leaf, dtype) for leaf, mark in zip(leaves, marks, strict=True) if mark)
        return cls(held, layout, marks)

    def free(self, parameters: Any) -> Any:
        """The parameters that are free, from all of them."""
        leaves = self.layout.structure.flatten_up_to(parameters)
        kept = [None if mark else leaf for leaf, mark in zip(leaves, self.frozen, strict=True)]
        return jax.tree.unflatten(self.layout.structure, kept)

    def whole(self, free: Any, held: tuple[Any, ...] | None = None) -> Any:
        """All parameters, from the free ones; the frozen leaves are those that are held, or others."""
        rest, still = iter(jax.tree.leaves(free)), iter(self.held if held is None else held)
        leaves = [next(still) if mark else next(rest) for mark in self.frozen]
        return jax.tree.unflatten(self.layout.structure, leaves)


def marked(layout: Layout, prefix: Any) -> tuple[bool, ...]:
    """For each leaf what a pytree prefix of booleans says of it; a dictionary may leave out what is False."""
    indices = jax.tree.unflatten(layout.structure, range(len(layout.shapes)))
    marks = [False] * len(layout.shapes)

    def mark(value: Any, subtree: Any) -> None:
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"frozen holds {value!r}; it must be True or False for every part of the parameters.")
        for index in jax.tree.leaves(subtree):
            marks[index] = bool(value)

    try:
        jax.tree.map(mark, filled_up(prefix, indices), indices)
    except ValueError as error:
        example = jax.tree.unflatten(layout.structure, [index == 0 for index in range(len(layout.shapes))])
        raise ValueError(
            f"frozen={prefix!r} does not fit the parameters; say True or False for parts of them, such as {example}."
        ) from error
    return tuple(marks)


def filled_up(prefix: Any, parameters: Any) -> Any:
    """A prefix of dictionaries with False for the keys that it leaves out."""
    if not (type(prefix) is dict and type(parameters) is dict):
        return prefix
    missing = {key: False for key in parameters if key not in prefix}
    return {key: filled_up(value, parameters.get(key)) for key, value in prefix.items()} | missing


@data_pytree
class OfFree:
    """A function of all parameters, as one of the free ones. A pytree node: what is held is an argument of programs.

    Attributes:
        function: takes all parameters first; a pytree node.
        freeze: what is frozen.
    """

    function: Callable[..., Any]
    freeze: Freeze

    def __call__(self, free: Any, *others: Any) -> Any:
        return self.function(self.freeze.whole(free), *others)

    @property
    def __name__(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)

    @property
    def __signature__(self) -> inspect.Signature:
        """That of the function: a loss says by its parameters whether it draws."""
        inner = self.function.function if isinstance(self.function, StaticCallable) else self.function
        return inspect.signature(inner)

    @property
    def convex(self) -> bool:
        """A convex function is convex in some of its parameters."""
        return getattr(self.function, "convex", False)


def reduced(problem: Problem, freeze: Freeze, dtype: Any) -> Problem:
    """A prepared problem as one of the free parameters alone: its gradient, its Hessian, its cost are theirs.

    Raises:
        TypeError: what the problem computes is known to nobody but itself.
        ValueError: it walks in coordinates of its own, which mix the parameters.
    """
    if problem.coordinates is not None:
        raise ValueError(
            f"frozen: {problem.name} walks in coordinates that mix its parameters; leave out what is not to move."
        )
    if isinstance(problem, BlackBox):
        gradient = None if problem.gradient is None else FreeGradient(problem.gradient, freeze, problem.name)
        return BlackBox(OfFree(problem.f, freeze), gradient)
    held: Freeze = as_arrays(freeze, dtype)
    if isinstance(problem, Function):
        return replace(problem, f=OfFree(problem.f, held))
    if isinstance(problem, LeastSquares):
        return replace(problem, residuals=OfFree(problem.residuals, held))
    if isinstance(problem, FiniteSum):
        penalty = None if problem.penalty is None else OfFree(problem.penalty, held)
        return replace(problem, loss=OfFree(problem.loss, held), penalty=penalty)
    raise TypeError(
        f"frozen needs a Function, a LeastSquares, a FiniteSum or a BlackBox; {type(problem).__name__} is none."
    )


class FreeGradient:
    """A BlackBox's gradient with respect to the free parameters."""

    def __init__(self, function: Callable[[Any], Any], freeze: Freeze, name: str) -> None:
        self.function, self.freeze, self.name = function, freeze, name

    def __call__(self, free: Any) -> Any:
        layout = self.freeze.layout
        found = raveled_gradient(self.function(self.freeze.whole(free)), layout, f"{self.name}'s gradient")
        return self.freeze.free(layout.unravel(cast(Any, found)))

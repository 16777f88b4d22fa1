"""Products with few rows as sums: XLA compiles a sum into the loop around it, and calls a library for a product."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from osolgil.problems.compacting import CALLS, plain

if TYPE_CHECKING:
    from jax.extend.core import Jaxpr

FEW = 4
"""Rows of a batch up to which sums are quicker."""

MATRIX_VECTOR = (((1,), (0,)), ((), ()))
"""The dimension numbers of X @ x."""


def summing(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, with every X @ x of a matrix and a vector as Σⱼ Xᵢⱼxⱼ."""

    def rewritten(*arguments: Any) -> Any:
        leaves, nested = jax.tree.flatten(arguments)
        traced, shape = jax.make_jaxpr(lambda *flat: f(*jax.tree.unflatten(nested, flat)), return_shape=True)(*leaves)
        return jax.tree.unflatten(jax.tree.structure(shape), summed(traced.jaxpr, traced.consts, leaves))

    return rewritten


def summed(jaxpr: "Jaxpr", consts: list[Any], arguments: list[Any]) -> list[Any]:
    """The results of a computation, its products of a matrix and a vector as sums."""
    from jax.extend.core import Literal

    known: dict[Any, Any] = dict(zip(jaxpr.constvars, consts, strict=True))
    known |= zip(jaxpr.invars, arguments, strict=True)
    for equation in jaxpr.eqns:
        values = [atom.val if isinstance(atom, Literal) else known[atom] for atom in equation.invars]
        name = equation.primitive.name
        if name in CALLS:
            inner = equation.params["jaxpr"]
            results = summed(inner.jaxpr, inner.consts, values)
        elif name == "dot_general" and equation.params["dimension_numbers"] == MATRIX_VECTOR and values[1].ndim == 1:
            results = [jnp.sum(values[0] * values[1], axis=1)]
        else:
            results = plain(equation, values)
        known |= zip(equation.outvars, results, strict=True)
    return [atom.val if isinstance(atom, Literal) else known[atom] for atom in jaxpr.outvars]

"""Linear maps that remember less: what is multiplied element by element, one factor after another, by one factor.

The gradient of a loss log(1 + e^η) − yη of a linear predictor η = Xw, linearized by JAX, multiplies Xv by half a dozen
arrays of one number a row, and then by Xᵀ: as many arrays to remember, and to read for every product. Multiplied with
one another beforehand they are the weights p(1 − p) of the textbook.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

if TYPE_CHECKING:
    from jax.extend.core import Jaxpr, JaxprEqn

CALLS = ("jit", "pjit", "closed_call", "core_call")
"""Primitives that do nothing but call what they hold as their `jaxpr`."""


class Times(NamedTuple):
    """A value that depends on v: a base times a factor of its shape, or of one number; None is 1."""

    base: Array
    factor: Any = None

    @property
    def weight(self) -> Any:
        """The factor as a number or an array."""
        return 1.0 if self.factor is None else self.factor

    @property
    def whole(self) -> Array:
        """The value itself."""
        return self.base if self.factor is None else self.base * self.factor


def compacted(linear: Callable[[Any], Array], v: Array) -> Callable[[Any], Array]:
    """The same linear map, as a pytree with fewer and smaller leaves.

    Args:
        linear: v ↦ a linear function of v, such as `jax.linearize` gives.
        v: any vector of the right shape and dtype; its numbers are not looked at.
    """
    traced = jax.make_jaxpr(linear)(v)

    def rewritten(v: Any) -> Any:
        (value,) = evaluated(traced.jaxpr, traced.consts, [Times(v)])
        return value.whole if isinstance(value, Times) else value

    # To linearize what is linear changes nothing but this: factors that do not depend on v are multiplied here and now.
    product: Callable[[Any], Array] = jax.linearize(rewritten, jnp.zeros_like(v))[1]
    return product


def evaluated(jaxpr: "Jaxpr", consts: list[Any], arguments: list[Any]) -> list[Any]:
    """The results of a computation, some of whose arguments are `Times`."""
    from jax.extend.core import Literal

    known: dict[Any, Any] = dict(zip(jaxpr.constvars, consts, strict=True))
    known |= zip(jaxpr.invars, arguments, strict=True)

    def read(atom: Any) -> Any:
        return atom.val if isinstance(atom, Literal) else known[atom]

    for equation in jaxpr.eqns:
        values = [read(atom) for atom in equation.invars]
        name = equation.primitive.name
        results: list[Any]
        if name in CALLS and any(isinstance(value, Times) for value in values):
            inner = equation.params["jaxpr"]
            results = evaluated(inner.jaxpr, inner.consts, values)
        elif (found := multiplied(name, values, equation)) is not None:
            results = [found]
        else:
            results = plain(equation, values)
        known |= zip(equation.outvars, results, strict=True)
    return [read(atom) for atom in jaxpr.outvars]


def plain(equation: "JaxprEqn", values: list[Any]) -> list[Any]:
    """The results of one primitive as it is."""
    depends = any(isinstance(value, Times) for value in values)
    arrays = [value.whole if isinstance(value, Times) else value for value in values]
    bound: Any = equation.primitive.get_bind_params(equation.params)
    # Some versions of JAX hand over functions and parameters, later ones the parameters alone.
    functions, parameters = bound if isinstance(bound, tuple) else ((), bound)
    out = equation.primitive.bind(*functions, *arrays, **parameters)
    results = list(out) if equation.primitive.multiple_results else [out]
    return [Times(each) for each in results] if depends else results


def multiplied(name: str, values: list[Any], equation: "JaxprEqn") -> Times | None:
    """What one primitive makes of a base, as another factor of the same base; None where it makes something else.

    In a linear map whatever is added to a value that depends on v depends on v as well, or is zero.
    """
    times = [value for value in values if isinstance(value, Times)]
    if not times or any(each.base is not times[0].base for each in times):
        return None
    base = times[0].base
    result: Any = equation.outvars[0].aval
    shape = jnp.shape(base)
    if result.shape != shape or result.dtype != base.dtype:
        return None
    if name in ("mul", "div") and len(times) == 1 and isinstance(values[0], Times) | (name == "mul"):
        other = values[1] if isinstance(values[0], Times) else values[0]
        if jnp.shape(other) not in ((), shape):
            return None
        weight = times[0].weight
        return Times(base, weight * other if name == "mul" else weight / other)
    weights = [value.weight if isinstance(value, Times) else 0.0 for value in values]
    if name == "neg":
        return Times(base, -weights[0])
    if name in ("add", "add_any"):
        return Times(base, weights[0] + weights[1])
    if name == "sub":
        return Times(base, weights[0] - weights[1])
    if name == "select_n" and not isinstance(values[0], Times) and values[0].dtype == jnp.bool_:
        return Times(base, jnp.where(values[0], weights[2], weights[1]).astype(base.dtype))
    return None

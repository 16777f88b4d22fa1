"""Small loops as one kernel.

On a CPU, XLA runs a loop instruction by instruction, about 30 ns each, unless the loop is so small (1 kB read and
written a turn) that it compiles the whole of it into one function. The threshold is a flag of the process, which a
library may not set; what XLA does with a loop below it, however, is to mark the call of that loop by two attributes.
We mark loops of our own that are small by our measure: 5,000 recorded steps of Adam on a surface take 0.5 ms marked and
7 ms unmarked, to the same bits. An XLA that does not know the attributes runs the loop unmarked.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import numpy as np
from jax.experimental.xla_metadata import set_xla_metadata
from jax.extend.core import ClosedJaxpr, Jaxpr, jaxpr_as_fun

C = TypeVar("C")

SMALL = 128 * 1024
"""Bytes that a turn of a small loop writes, all intermediate results counted. Beyond, XLA's own kernels, which use
several threads and libraries, do better."""

PLAIN = frozenset(
    [
        "abs",
        "acos",
        "acosh",
        "add",
        "add_any",
        "and",
        "argmax",
        "argmin",
        "asin",
        "asinh",
        "atan",
        "atan2",
        "atanh",
        "broadcast_in_dim",
        "cbrt",
        "ceil",
        "clamp",
        "concatenate",
        "convert_element_type",
        "copy",
        "copy_p",
        "cos",
        "cosh",
        "custom_jvp_call",
        "custom_vjp_call",
        "div",
        "dynamic_slice",
        "dynamic_update_slice",
        "eq",
        "erf",
        "erf_inv",
        "erfc",
        "exp",
        "exp2",
        "expand_dims",
        "expm1",
        "floor",
        "ge",
        "gt",
        "integer_pow",
        "iota",
        "is_finite",
        "jit",
        "le",
        "log",
        "log1p",
        "logistic",
        "lt",
        "max",
        "min",
        "mul",
        "ne",
        "neg",
        "nextafter",
        "not",
        "or",
        "pad",
        "pjit",
        "pow",
        "random_bits",
        "random_fold_in",
        "random_unwrap",
        "random_wrap",
        "real",
        "reduce_and",
        "reduce_max",
        "reduce_min",
        "reduce_or",
        "reduce_prod",
        "reduce_sum",
        "rem",
        "reshape",
        "rev",
        "round",
        "rsqrt",
        "select_n",
        "shift_left",
        "shift_right_arithmetic",
        "shift_right_logical",
        "sign",
        "sin",
        "sinh",
        "slice",
        "split",
        "sqrt",
        "square",
        "squeeze",
        "stack",
        "stop_gradient",
        "sub",
        "tan",
        "tanh",
        "threefry2x32",
        "transpose",
        "unstack",
        "while",
        "cond",
        "xor",
    ]
)
"""Primitives that XLA can compile inside such a kernel. Matrix products, sorts and library calls are none of them."""


def while_loop(goes_on: Callable[[C], Any], body: Callable[[C], C], start: C) -> C:
    """`jax.lax.while_loop`, as one kernel if a turn is small."""
    traced, shape = jax.make_jaxpr(body, return_shape=True)(start)
    if jax.default_backend() != "cpu" or not small(traced):
        return jax.lax.while_loop(goes_on, body, start)
    structure = jax.tree.structure(shape)

    def turn(carry: C) -> C:
        after: C = jax.tree.unflatten(structure, jaxpr_as_fun(traced)(*jax.tree.leaves(carry)))
        return after

    looped = jax.jit(lambda carry: jax.lax.while_loop(goes_on, turn, carry))(start)
    marked: C = set_xla_metadata(looped, xla_cpu_small_call="true", inlineable="false")
    return marked


def small(traced: ClosedJaxpr) -> bool:
    """Whether a turn can and should be one kernel."""
    written = bytes_written(traced.jaxpr)
    return written is not None and written <= SMALL


def bytes_written(jaxpr: Jaxpr) -> int | None:
    """The bytes of all results of a computation; None if it has a primitive that is not plain."""
    total = 0
    for equation in jaxpr.eqns:
        name = equation.primitive.name
        if name not in PLAIN:
            return None
        inner = [bytes_written(each) for each in subcomputations(equation.params)]
        if None in inner:
            return None
        if inner:
            total += sum(each for each in inner if each is not None)
        elif name != "dynamic_update_slice":  # written in place
            total += sum(size(result.aval) for result in equation.outvars)
    return total


def subcomputations(parameters: dict[str, Any]) -> list[Jaxpr]:
    """The computations inside a primitive: of a call, a loop, the branches of a condition."""
    found = []
    for value in parameters.values():
        for each in value if isinstance(value, tuple | list) else [value]:
            if isinstance(each, ClosedJaxpr):
                found.append(each.jaxpr)
            elif isinstance(each, Jaxpr):
                found.append(each)
    return found


def size(aval: Any) -> int:
    """Bytes of an array of this shape; keys count as two words."""
    itemsize = getattr(getattr(aval, "dtype", None), "itemsize", 8)
    return int(np.prod(aval.shape, dtype=np.int64)) * itemsize

"""Small loops as one kernel.

On a CPU, XLA runs a loop instruction by instruction, about 30 ns each, unless the loop is so small (1 kB read and
written a turn) that it compiles the whole of it into one function. The threshold is a flag of the process, which a
library may not set; what XLA does with a loop below it, however, is to mark the call of that loop by two attributes.
We mark programs of our own whose loop is small by our measure: 5,000 recorded steps of Adam on a surface take 0.4 ms
marked and 7 ms unmarked, to the same numbers up to the rounding of fused operations. An XLA that does not know the
attributes runs the program unmarked.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.protocol.programs import TESTED

if TYPE_CHECKING:
    from jax.extend.core import Jaxpr

SMALL = 128 * 1024
"""Bytes that a turn of a small loop writes, all intermediate results counted. Beyond, XLA's own kernels, which use
several threads and libraries, do better."""

PLAIN = frozenset(
    """
    abs acos acosh add add_any and argmax argmin asin asinh atan atan2 atanh broadcast_in_dim cbrt ceil clamp
    concatenate cond convert_element_type copy copy_p cos cosh custom_jvp_call custom_vjp_call div dynamic_slice
    dynamic_update_slice eq erf erf_inv erfc exp exp2 expand_dims expm1 floor ge gt integer_pow iota is_finite jit le
    log log1p logistic lt max min mul ne neg nextafter not or pad pjit pow random_bits random_fold_in random_unwrap
    random_wrap real reduce_and reduce_max reduce_min reduce_or reduce_prod reduce_sum rem reshape rev round rsqrt
    select_n shift_left shift_right_arithmetic shift_right_logical sign sin sinh slice split sqrt square squeeze stack
    stop_gradient sub tan tanh threefry2x32 transpose unstack while xor
    """.split()  # noqa: SIM905 - a list of quoted words is harder to read
)
"""Primitives that XLA can compile inside such a kernel. Matrix products, sorts and library calls are none of them."""

IN_PLACE = frozenset(["dynamic_update_slice", "reshape", "squeeze", "expand_dims"])
"""Primitives that write nothing but what they change, or give numbers where they are another shape."""


def as_one_kernel(function: Callable[..., Any], *arguments: Any) -> tuple[Any, Array]:
    """``function(*arguments)`` as one kernel, if it is plain and its loop small.

    Returns:
        what the function returns, and a number. The caller's program must return all of it: XLA aborts where a marked
        call has an argument that nothing uses, and the number uses every one.
    """
    from jax.experimental.xla_metadata import set_xla_metadata
    from jax.extend.core import jaxpr_as_fun

    leaves, nested = jax.tree.flatten(arguments)
    # Of leaves alone, for the same reason as in programs.py.
    flat = jax.make_jaxpr(lambda *leaves: function(*jax.tree.unflatten(nested, leaves)), return_shape=True)
    traced, shape = flat(*leaves)
    structure = jax.tree.structure(shape)

    def evaluated(leaves: list[Any]) -> tuple[Any, Array]:
        return jax.tree.unflatten(structure, jaxpr_as_fun(traced)(*leaves)), witness(leaves)

    # Under any other version the loop runs unmarked.
    known = jax.default_backend() == "cpu" and jax.__version_info__[:2] in TESTED
    # XLA aborts on an array that the user's function captured, too: it moves such a constant out of the call.
    safe = known and not traced.consts and is_plain(traced.jaxpr)
    if not safe or largest_turn(traced.jaxpr) > SMALL:
        return evaluated(leaves)
    marked: tuple[Any, Array] = set_xla_metadata(
        jax.jit(evaluated)(leaves), xla_cpu_small_call="true", inlineable="false"
    )
    return marked


def loop_as_one_kernel(loop: Callable[[Any], Any], carry: Any) -> tuple[Any, Array]:
    """``loop(carry)`` as one kernel within a larger program, if it is plain but for gathering rows, and small.

    What the loop captures may be arrays of the program that is being traced, and nothing else.

    Returns:
        what the loop returns, and a number that the program must return, as in `as_one_kernel`.
    """
    from jax.experimental.xla_metadata import set_xla_metadata
    from jax.extend.core import jaxpr_as_fun

    leaves, nested = jax.tree.flatten(carry)
    flat = jax.make_jaxpr(lambda *leaves: loop(jax.tree.unflatten(nested, leaves)), return_shape=True)
    traced, shape = flat(*leaves)
    captured = list(traced.consts)
    known = jax.default_backend() == "cpu" and jax.__version_info__[:2] in TESTED
    safe = known and all(isinstance(each, jax.core.Tracer) for each in captured)
    if not safe or not is_plain(traced.jaxpr, PLAIN | {"gather"}) or largest_turn(traced.jaxpr) > SMALL:
        return loop(carry), jnp.zeros((), jnp.float32)

    def evaluated(captured: list[Any], leaves: list[Any]) -> tuple[list[Any], Array]:
        return jaxpr_as_fun(traced.replace(consts=captured))(*leaves), witness([*captured, *leaves])

    found, number = set_xla_metadata(
        jax.jit(evaluated)(captured, leaves), xla_cpu_small_call="true", inlineable="false"
    )
    return jax.tree.unflatten(jax.tree.structure(shape), found), number


def witness(arrays: list[Any]) -> Array:
    """A number that depends on every one of these arrays."""
    plain = [jax.random.key_data(array) if is_key(array) else array for array in arrays]
    firsts = [jnp.ravel(array)[0].astype(jnp.float32) for array in plain if jnp.size(array)]
    return jnp.sum(jnp.stack(firsts)) if firsts else jnp.zeros((), jnp.float32)


def is_key(array: Any) -> bool:
    """Whether this is a typed random key, which has no numbers of its own."""
    return bool(jnp.issubdtype(array.dtype, jax.dtypes.extended))


def is_plain(jaxpr: "Jaxpr", primitives: frozenset[str] = PLAIN) -> bool:
    """Whether every primitive of a computation is one of these, which XLA can compile inside such a kernel."""
    return all(
        equation.primitive.name in primitives
        and all(is_plain(inner, primitives) for inner in subcomputations(equation.params))
        for equation in jaxpr.eqns
    )


def largest_turn(jaxpr: "Jaxpr") -> int:
    """The bytes that a turn of the largest loop in a computation writes; 0 without a loop."""
    found = 0
    for equation in jaxpr.eqns:
        for inner in subcomputations(equation.params):
            is_loop = equation.primitive.name == "while"
            found = max(found, bytes_written(inner) if is_loop else largest_turn(inner))
    return found


def bytes_written(jaxpr: "Jaxpr") -> int:
    """The bytes of all results of a computation."""
    total = 0
    for equation in jaxpr.eqns:
        inner = subcomputations(equation.params)
        if inner:
            total += sum(map(bytes_written, inner))
        elif equation.primitive.name not in IN_PLACE:
            total += sum(size(result.aval) for result in equation.outvars)
    return total


def subcomputations(parameters: dict[str, Any]) -> list["Jaxpr"]:
    """The computations inside a primitive: of a call, a loop, the branches of a condition."""
    from jax.extend.core import ClosedJaxpr, Jaxpr

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

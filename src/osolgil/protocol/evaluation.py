"""An evaluation: what is known at one point."""

import enum
from collections.abc import Callable
from typing import Any, NamedTuple

from jax import Array


class Needs(enum.Flag):
    """What a method has to be told about a point."""

    VALUE = enum.auto()
    GRADIENT = enum.auto()
    HESSIAN = enum.auto()
    PRODUCT = enum.auto()
    FACTOR = enum.auto()
    CONSTRAINTS = enum.auto()

    @property
    def words(self) -> tuple[str, ...]:
        """Each of them as people call it.

        >>> (Needs.GRADIENT | Needs.PRODUCT).words
        ('gradient', 'products with the Hessian')
        """
        called = {Needs.HESSIAN: "Hessian", Needs.PRODUCT: "products with the Hessian"}
        return tuple(called.get(need, str(need.name).lower()) for need in self)


class Evaluation(NamedTuple):
    """What is known at one point; what was not needed is None. Its arrays are of NumPy where JAX could not look.

    Attributes:
        value: f(x), shape ().
        gradient: ∇f(x), shape (n,).
        hessian: ∇²f(x), shape (n, n).
        product: v ↦ ∇²f(x)·v, shape (n,) to (n,), linearized once at x: what it costs to differentiate there is paid
            already. A pytree, whose leaves are what the linearization remembers.
        factor: the triangular factor R of [J r], shape (n + 1, n + 1), where f = ½‖r‖²: its first n columns give
            RᵀR = JᵀJ and its last column gives Qᵀr, so value, gradient and Gauss–Newton matrix all follow from it.
        constraints: c(x), the rows that have limits, equalities first, shape (m,); see `Bounds`.
        jacobian: of the constraints, shape (m, n).
        curvatures: the Hessian of each constraint, shape (m, n, n); None where all of them are linear.
        violation: by how much x breaks the limit that it breaks most, shape ().
    """

    value: Array
    gradient: Array | None = None
    hessian: Array | None = None
    product: Callable[[Any], Array] | None = None
    factor: Array | None = None
    constraints: Array | None = None
    jacobian: Array | None = None
    curvatures: Array | None = None
    violation: Array | None = None

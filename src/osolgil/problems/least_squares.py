"""Sums of squared residuals."""

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from osolgil.problems.function import differentiated
from osolgil.problems.placing import as_arrays
from osolgil.problems.problem import Coordinates, Problem, flat
from osolgil.protocol import Evaluation, Layout, Needs, as_node, data_pytree


@data_pytree
class LeastSquares(Problem):
    """½‖r(x)‖², the residual sum of squares, halved.

    An evaluation can be the triangular factor R of [J r]: value ½‖r‖², gradient Jᵀr and Gauss–Newton matrix JᵀJ all
    follow from it, JᵀJ is never formed (which would square the condition number), and the factors of two blocks of
    rows combine by another QR.

    Attributes:
        residuals: ``residuals(x, *data)`` returns r, shape (rows,), written with JAX's functions. Residuals that are a
            pytree may have `coordinates` (see `Problem`): they are then called with x in the inner ones.
        data: arrays that the residuals depend on.

    >>> import numpy as np
    >>> line = LeastSquares(lambda x, w, h: x[0] * w + x[1] - h, (np.array([1.0, 2.0]), np.array([1.0, 3.0])))
    >>> float(line.evaluate(np.array([1.0, 0.0])).value)
    0.5
    """

    residuals: Callable[..., Any]
    data: tuple[Any, ...] = ()

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN | Needs.PRODUCT | Needs.FACTOR

    def __post_init__(self) -> None:
        object.__setattr__(self, "residuals", as_node(self.residuals))

    @property
    def name(self) -> str:
        return getattr(self.residuals, "__name__", type(self.residuals).__name__)

    @property
    def coordinates(self) -> Coordinates | None:
        return getattr(self.residuals, "coordinates", None)

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        x, shape = flat(x, layout)

        def residual(v: Any) -> Any:
            # A list of numbers, as SciPy takes it, is an array too.
            return jnp.ravel(jnp.asarray(self.residuals(shape.unravel(v), *self.data)))

        if Needs.FACTOR not in needs:
            return differentiated(lambda v: 0.5 * jnp.sum(residual(v) ** 2), x, needs, Layout.of(x))
        n = x.shape[0]
        rows = jnp.concatenate([jax.jacfwd(residual)(x), residual(x)[:, None]], axis=1)
        factor = jnp.linalg.qr(rows, mode="r")
        factor = jnp.pad(factor, ((0, n + 1 - factor.shape[0]), (0, 0)))
        column = factor[:, n]
        return Evaluation(0.5 * column @ column, column @ factor[:, :n], factor=factor)

    def prepared(self, dtype: Any) -> "LeastSquares":
        return as_arrays(self, dtype)

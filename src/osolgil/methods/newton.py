"""Newton's method."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods import halving
from osolgil.methods.halving import HalvingState
from osolgil.methods.method import Method, Order
from osolgil.protocol import Evaluation, Geometry, Needs, pytree


@pytree
class Newton(Method[HalvingState]):
    r"""Newton's method, with steps halved until the value falls.

    .. math:: x_{t+1} = x_t - 2^{-k} \, \nabla^2 f(x_t)^{-1} \nabla f(x_t)

    For a generalized linear model this is iteratively reweighted least squares. Where the Hessian is not positive
    definite, its eigenvalues are replaced by their absolute values, so that every direction goes down; a run that ends
    at a point with an indefinite Hessian is reported as ended at a saddle.

    Source: Simpson 1740, *Essays on several curious and useful subjects*, who first set a gradient to zero by it;
    Nocedal & Wright 2006, *Numerical Optimization*, Algorithm 3.2; §3.4 on modified eigenvalues.
    """

    title: ClassVar[str] = "Newton"
    source: ClassVar[str] = "Simpson 1740; with halved steps Nocedal & Wright 2006, Algorithm 3.2"
    order: ClassVar[Order] = "second"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN

    def start(self, x0: Array, geometry: Geometry) -> HalvingState:
        return halving.start(x0)

    def tell(self, state: HalvingState, evaluation: Evaluation) -> HalvingState:
        return halving.tell(state, evaluation, aim)


def aim(x: Array, evaluation: Evaluation) -> tuple[Array, Array, Array]:
    """Newton's direction, its slope, and the largest component of the gradient."""
    gradient: Any = evaluation.gradient
    hessian: Any = evaluation.hessian
    factor = jnp.linalg.cholesky(hessian)

    def definite() -> Array:
        direction: Array = -jax.scipy.linalg.cho_solve((factor, True), gradient)
        return direction

    def modified() -> Array:
        values, vectors = jnp.linalg.eigh(hessian)
        floor = jnp.finfo(x.dtype).eps * len(x) * jnp.max(jnp.abs(values)) + jnp.finfo(x.dtype).tiny
        direction: Array = -((gradient @ vectors) / jnp.maximum(jnp.abs(values), floor)) @ vectors.T
        return direction

    direction = jax.lax.cond(jnp.all(jnp.isfinite(factor)), definite, modified)
    return direction, gradient @ direction, jnp.max(jnp.abs(gradient))

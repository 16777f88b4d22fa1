"""Proximal Newton: the exact method for penalties with a kink."""

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from osolgil.methods import halving
from osolgil.methods.halving import HalvingState
from osolgil.methods.method import Method, Order
from osolgil.methods.proximal import kept
from osolgil.methods.shrunken_quadratic import definite, minimized
from osolgil.protocol import Evaluation, Geometry, Needs, Shrinkage, pytree


@pytree
class ProximalNewton(Method[HalvingState]):
    r"""Newton's method for a loss plus a penalty with a kink, with steps halved until the objective falls.

    .. math:: x_{t+1} = x_t + 2^{-k} (z_t - x_t)

    Here z minimizes the model gᵀ(z − x) + ½(z − x)ᵀ∇²f(x)(z − x) + h(z), with the penalty h as it is. It is
    found by coordinate descent, and by a Cholesky factorization of the coefficients that are not zero where coordinate
    descent is slow. For a lasso of least squares one step is enough; for one of a generalized linear model it is
    iteratively reweighted least squares as in glmnet, but to rounding. Coefficients that are zero are zero exactly.
    Where the Hessian has negative eigenvalues they are replaced by their absolute values. The optimality is
    maxⱼ|x − prox(x − ∇f)|ⱼ of a step of 1.

    The Hessian is dense: a thousand parameters take seconds, not ten thousand.

    Source: Lee, Sun & Saunders 2014, *Proximal Newton-type methods for minimizing composite functions*, SIAM J. Optim.
    24, Algorithm 1; Friedman, Hastie & Tibshirani 2010, *J. Stat. Softw.* 33, on coordinate descent.
    """

    title: ClassVar[str] = "Proximal Newton"
    parents: ClassVar[dict[str, str]] = {
        "newton": "a penalty with a kink, kept exactly in the model that a step minimizes"
    }
    parents_ko: ClassVar[dict[str, str]] = {"newton": "한 걸음이 최소화하는 모형 안에 꺾인 벌점을 그대로 둠"}
    source: ClassVar[str] = "Lee, Sun & Saunders 2014, Algorithm 1; Friedman, Hastie & Tibshirani 2010"
    order: ClassVar[Order] = "second"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
    takes_penalty: ClassVar[bool] = True

    def start(self, x0: Array, geometry: Geometry) -> HalvingState:
        return halving.start(x0)._replace(penalty=kept(geometry, x0))

    def tell(self, state: HalvingState, evaluation: Evaluation) -> HalvingState:
        penalty: Any = state.penalty

        def aim(x: Array, evaluation: Evaluation) -> tuple[Array, Array, Array]:
            gradient: Any = evaluation.gradient
            direction = minimized(x, gradient, definite(evaluation.hessian), penalty) - x  # type: ignore[arg-type]
            slope = gradient @ direction + penalty.value(x + direction) - penalty.value(x)
            return direction, jnp.minimum(slope, 0), penalty.optimality(x, gradient)

        return halving.tell(state, evaluation, aim)

    def stationarity(self, state: HalvingState, x: Array, gradient: Array) -> Array:
        penalty: Shrinkage | None = state.penalty
        assert penalty is not None
        size: Array = penalty.optimality(x, gradient)
        return size

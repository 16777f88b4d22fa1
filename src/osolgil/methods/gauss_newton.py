"""The Gauss–Newton method."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods import halving
from osolgil.methods.halving import HalvingState
from osolgil.methods.method import Method
from osolgil.protocol import Evaluation, Geometry, Needs, pytree


@pytree
class GaussNewton(Method[HalvingState]):
    r"""The Gauss–Newton method for ½‖r(x)‖², with steps halved until the value falls.

    .. math:: x_{t+1} = x_t - 2^{-k} \, R_t^{-1} Q_t^\top r_t, \qquad J_t = Q_t R_t

    It linearizes the residuals and solves the linear least-squares problem by a QR factorization: of a linear model
    the first step is exact, and the next ones refine its rounding. JᵀJ is never formed. Columns of J that depend on
    others get the step of least norm.

    Its optimality is the cosine of the angle between the residual and the columns of J, which is zero at a solution
    and does not depend on any scale: maxⱼ |Jⱼᵀr| / (‖Jⱼ‖(‖r‖ + √ε Σₖ‖Jₖ‖|xₖ|)). The second term of the
    denominator stands for the rounding of r, which is all that is left of it where the model fits exactly.

    Source: Gauss 1809, *Theoria motus corporum coelestium*; Nocedal & Wright 2006, *Numerical Optimization*, §10.3;
    Moré, Garbow & Hillstrom 1980 (MINPACK) on the cosine as a criterion.
    """

    title: ClassVar[str] = "Gauss–Newton"
    parents: ClassVar[dict[str, str]] = {"newton": "JᵀJ in place of the Hessian of a sum of squares"}
    parents_ko: ClassVar[dict[str, str]] = {"newton": "제곱합의 헤세 행렬 대신 JᵀJ"}
    source: ClassVar[str] = "Gauss 1809; with halved steps Nocedal & Wright 2006, §10.3"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.FACTOR

    def start(self, x0: Array, geometry: Geometry) -> HalvingState:
        return halving.start(x0)

    def tell(self, state: HalvingState, evaluation: Evaluation) -> HalvingState:
        return halving.tell(state, evaluation, aim)


def aim(x: Array, evaluation: Evaluation) -> tuple[Array, Array, Array]:
    """The solution of the linearized problem, its slope, and the cosine between residual and columns."""
    gradient: Any = evaluation.gradient
    factor: Any = evaluation.factor
    n = len(x)
    triangle, projected, residual = factor[:n, :n], factor[:n, n], factor[:, n]
    eps = jnp.finfo(x.dtype).eps
    norms = jnp.sqrt(jnp.sum(triangle**2, axis=0))
    scale = jnp.where(norms > 0, norms, 1.0)
    # Scaled to columns of norm one, the diagonal tells dependence on other columns from a small unit of measurement.
    scaled = triangle / scale
    independent = jnp.min(jnp.abs(jnp.diagonal(scaled))) > 10 * n * eps

    def exact() -> Array:
        solution: Array = jax.scipy.linalg.solve_triangular(scaled, projected)
        return solution

    def least_norm() -> Array:
        left, values, right = jnp.linalg.svd(scaled)
        kept = values > 10 * n * eps * values[0]
        solution: Array = (jnp.where(kept, (projected @ left) / jnp.where(kept, values, 1.0), 0.0)) @ right
        return solution

    direction = -jax.lax.cond(independent, exact, least_norm) / scale
    rounding = jnp.sqrt(eps) * jnp.sum(norms * jnp.abs(x))
    length = scale * (jnp.sqrt(jnp.sum(residual**2)) + rounding)
    cosine = jnp.max(jnp.abs(gradient) / jnp.where(length > 0, length, 1.0))
    return direction, gradient @ direction, cosine

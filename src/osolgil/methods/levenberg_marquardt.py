"""The Levenberg–Marquardt method."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods import factor_region
from osolgil.methods.factor_region import Linearized, RegionState, step_of, whole
from osolgil.methods.method import Method
from osolgil.methods.trust_region import WITHIN, Step, shifted
from osolgil.methods.validation import POSITIVE, Limit
from osolgil.protocol import Evaluation, Geometry, Needs, pytree


@pytree
class LevenbergMarquardt(Method[RegionState]):
    r"""The Levenberg–Marquardt method for ½‖r(x)‖², as a trust region.

    .. math:: p = -(J^\top J + \lambda D^2)^{-1} J^\top r, \quad \lvert D p \rvert \le \delta

    Between Gauss–Newton's step (λ = 0, near a solution) and a short one down the slope (λ large, where the
    linearization is poor). D holds the largest norm that each column of J has had, so that units of measurement do
    not matter. All is done on the triangular factor of [J r], of which one singular value decomposition serves every
    radius; JᵀJ is never formed.

    Its optimality does not depend on any scale: the larger of Gauss–Newton's cosine, and of the share √(2·fall)/‖r‖ of
    the residual that the next step is expected to take away, which columns that are nearly parallel cannot hide.

    Attributes:
        first_radius: the first δ, as a share of Gauss–Newton's step or of ‖Dx₀‖, whichever is shorter.

    Source: Levenberg 1944; Marquardt 1963; Moré 1978, *The Levenberg–Marquardt algorithm: implementation and theory*,
    Algorithm 7.1; Nocedal & Wright 2006, *Numerical Optimization*, §10.3.
    """

    first_radius: float = 1.0

    title: ClassVar[str] = "Levenberg–Marquardt"
    parents: ClassVar[dict[str, str]] = {"gauss_newton": "steps no longer than a radius in which the model is trusted"}
    parents_ko: ClassVar[dict[str, str]] = {"gauss_newton": "모형을 믿는 반지름을 넘지 않는 걸음"}
    source: ClassVar[str] = "Levenberg 1944; Marquardt 1963; as a trust region Moré 1978"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.FACTOR
    limits: ClassVar[Mapping[str, Limit]] = {"first_radius": POSITIVE}

    def start(self, x0: Array, geometry: Geometry) -> RegionState:
        return factor_region.start(x0)

    def tell(self, state: RegionState, evaluation: Evaluation) -> RegionState:
        return factor_region.tell(state, evaluation, damped, jnp.asarray(self.first_radius))


def damped(linear: Linearized, radius: Array) -> Step:
    """q = −values·projected/(values² + λ), with λ = 0 or ‖q‖ = radius (Moré 1978, eq. 3.5)."""
    free = whole(linear)
    bounded = jnp.sum(free**2) > ((1 + WITHIN) * radius) ** 2

    def short() -> Array:
        w, c = linear.values**2, linear.values * linear.projected
        q, _ = shifted(w, c, jnp.where(radius > 0, radius, 1.0), jnp.full((), jnp.finfo(w.dtype).tiny, w.dtype))
        return q

    q = jax.lax.cond(bounded, short, lambda: free)
    return step_of(linear, q, bounded)

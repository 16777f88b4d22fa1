"""Powell's dogleg."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from osolgil.methods import factor_region
from osolgil.methods.factor_region import Linearized, RegionState, step_of, whole
from osolgil.methods.method import Method
from osolgil.methods.trust_region import Step
from osolgil.methods.validation import POSITIVE, Limit
from osolgil.protocol import Evaluation, Geometry, Needs, pytree


@pytree
class Dogleg(Method[RegionState]):
    r"""Powell's dogleg for ½‖r(x)‖²: down the slope first, then towards Gauss–Newton's step, as far as the radius.

    .. math:: p = t p_C, \; t \le 1, \quad p = p_C + (t - 1)(p_N - p_C), \; t \ge 1, \quad \lvert D p \rvert \le \delta

    p_C is the lowest point of the model down the slope (Cauchy's), p_N the solution of the linearized problem. It has
    no λ to look for; elsewhere it is as `LevenbergMarquardt`.

    Attributes:
        first_radius: the first δ, as a share of Gauss–Newton's step or of ‖Dx₀‖, whichever is shorter.

    Source: Powell 1970, *A hybrid method for nonlinear equations*; Nocedal & Wright 2006, *Numerical Optimization*,
    eq. 4.16.
    """

    first_radius: float = 1.0

    title: ClassVar[str] = "Dogleg"
    parents: ClassVar[dict[str, str]] = {"gauss_newton": "a bend towards steepest descent where the radius is short"}
    parents_ko: ClassVar[dict[str, str]] = {"gauss_newton": "반지름이 짧으면 최급강하 쪽으로 꺾인 길"}
    source: ClassVar[str] = "Powell 1970; Nocedal & Wright 2006, eq. 4.16"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.FACTOR
    limits: ClassVar[Mapping[str, Limit]] = {"first_radius": POSITIVE}

    def start(self, x0: Array, geometry: Geometry) -> RegionState:
        return factor_region.start(x0)

    def tell(self, state: RegionState, evaluation: Evaluation) -> RegionState:
        return factor_region.tell(state, evaluation, bent, jnp.asarray(self.first_radius))


def bent(linear: Linearized, radius: Array) -> Step:
    """The end of the dogleg's path within the radius (Nocedal & Wright 2006, eq. 4.16)."""
    free = whole(linear)
    slope = linear.values * linear.projected
    bend = jnp.sum((linear.values * slope) ** 2)
    cauchy = -slope * jnp.sum(slope**2) / jnp.where(bend > 0, bend, 1.0)
    rest = free - cauchy
    # ‖cauchy + t·rest‖ = radius, by the root's form that does not cancel.
    a, b = jnp.sum(rest**2), jnp.sum(cauchy * rest)
    left = radius**2 - jnp.sum(cauchy**2)
    root = jnp.sqrt(jnp.maximum(b**2 + a * left, 0.0))
    t = jnp.where(b > 0, left / jnp.where(b + root > 0, b + root, 1.0), (root - b) / jnp.where(a > 0, a, 1.0))
    bounded = jnp.sum(free**2) > radius**2
    down = cauchy * radius / jnp.sqrt(jnp.where(bend > 0, jnp.sum(cauchy**2), 1.0))
    q = jnp.where(bounded, jnp.where(left > 0, cauchy + jnp.clip(t, 0, 1) * rest, down), free)
    return step_of(linear, q, bounded)

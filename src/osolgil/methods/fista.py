"""FISTA: the proximal step of gradient descent, with Nesterov's momentum."""

from typing import Any, ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.proximal import kept
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import POSITIVE, Limits
from osolgil.protocol import Geometry, Layout, Shrinkage, pytree, static


class Accelerated(NamedTuple):
    """The memory of FISTA: the point z, shape (n,), beyond which the question lies; the count s, shape (), of steps
    since momentum began, as it is weighted; and the penalty's a and q, shape (n,) each.
    """

    z: Array
    s: Array
    a: Array
    q: Array


@pytree
class FISTA(Rule[Accelerated]):
    r"""FISTA: a proximal step from where the velocity leads, with a momentum that grows.

    .. math::
        z_t &= \operatorname{prox}_{\alpha h}(x_t - \alpha g_t)
            = \operatorname{sign}(y) \frac{\max(|y| - \alpha a, 0)}{1 + \alpha q}, \quad y = x_t - \alpha g_t \\
        s_{t+1} &= \tfrac12 \left(1 + \sqrt{1 + 4 s_t^2}\right), \quad s_1 = 1 \\
        x_{t+1} &= z_t + \frac{s_t - 1}{s_{t+1}} (z_t - z_{t-1})

    Its answer is z. With α ≤ 1/L and no restarts
    :math:`F(z_k) - F^* \le 2 \lVert x_0 - x^* \rVert^2 / \alpha (k + 1)^2`;
    without a penalty it is Nesterov's method of 1983.

    Attributes:
        learning_rate: α, a number or a schedule; 1/L is the longest that is safe, L the largest curvature of the loss.
        restart: whether momentum begins anew where it leads uphill, :math:`(x_t - z_t)^\top (z_t - z_{t-1}) > 0`. Where
            the objective is strongly convex around its minimum the steps then fall geometrically, as they do with a
            momentum chosen for that curvature; the bound above is proved without.

    Source: Beck & Teboulle 2009, *A fast iterative shrinkage-thresholding algorithm*, SIAM J. Imaging Sci. 2, equations
    (4.1)–(4.3) and Theorem 4.4; Nesterov 1983; O'Donoghue & Candès 2015, *Found. Comput. Math.* 15, §3.2 on restarts.
    """

    learning_rate: Rate = 0.01
    restart: bool = static(default=True)

    title: ClassVar[str] = "FISTA"
    parents: ClassVar[dict[str, str]] = {
        "nesterov": "a velocity that is trusted more and more, and a proximal step for penalties with a kink"
    }
    parents_ko: ClassVar[dict[str, str]] = {"nesterov": "갈수록 더 믿는 속도, 그리고 꺾인 벌점을 위한 근접 연산"}
    source: ClassVar[str] = "Beck & Teboulle 2009, equations (4.1)-(4.3); O'Donoghue & Candès 2015"
    answer_name: ClassVar[str] = "z"
    takes_penalty: ClassVar[bool] = True
    limits: ClassVar[Limits] = {"learning_rate": POSITIVE}

    @property
    def answers_elsewhere(self) -> bool:
        return True

    def answered(self, x: Array, memory: Accelerated) -> Array:
        return memory.z

    def init(self, x: Array) -> Accelerated:
        return self.remember(x, Geometry(Layout.of(x)))

    def remember(self, x: Array, geometry: Geometry) -> Accelerated:
        return Accelerated(x, jnp.ones((), x.dtype), *kept(geometry, x))

    def update(self, gradient: Array, memory: Accelerated, x: Array, t: Array) -> tuple[Array, Accelerated]:
        alpha = at(self.learning_rate, t)
        z = Shrinkage(memory.a, memory.q).proximal(x - alpha * gradient, alpha)
        move = z - memory.z
        s = 0.5 * (1 + jnp.sqrt(1 + 4 * memory.s**2))
        weight = (memory.s - 1) / s
        if self.restart:
            uphill = jnp.sum((x - z) * move) > 0
            s, weight = jnp.where(uphill, 1, s), jnp.where(uphill, 0, weight)
        return z + weight * move - x, Accelerated(z, s, memory.a, memory.q)

    def stationarity(self, state: Any, x: Array, gradient: Array) -> Array:
        size: Array = Shrinkage(state.memory.a, state.memory.q).optimality(x, gradient)
        return size

    def equations(self) -> str:
        uphill = "norm(x - z_old)**2 > norm(x - z)**2 + norm(z - z_old)**2"
        weight, grown = "s - 1", "0.5*(1 + sqrt(1 + 4*s**2))"
        if self.restart:
            weight, grown = f"where({uphill}, 0, {weight})", f"where({uphill}, 1, {grown})"
        return (
            "z_old = z\n"
            "y = x - alpha*g\n"
            "z = sign(y)*max(abs(y) - alpha*a, 0)/(1 + alpha*q)\n"
            f"w = {weight}\n"
            f"s = {grown}\n"
            "step = z + w/s*(z - z_old) - x"
        )

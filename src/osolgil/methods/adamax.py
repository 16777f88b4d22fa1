"""Adamax: Adam with the infinity norm."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree, static


class MomentAndMaximum(NamedTuple):
    """First moment m and decaying maximum u of the gradient's size, shape (n,) each."""

    m: Array
    u: Array


@pytree
class Adamax(Rule[MomentAndMaximum]):
    r"""Adamax: the scale is the largest recent gradient in place of the root mean square.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        u_t &= \max(\beta_2 u_{t-1}, \lvert g_t \rvert + \epsilon) \\
        x_{t+1} &= x_t - \frac{\alpha}{1 - \beta_1^t} \frac{m_t}{u_t}

    Attributes:
        learning_rate: α, a number or a schedule.
        beta1: decay of the first moment.
        beta2: decay of the maximum.
        epsilon: ε; the paper has none, and divides 0 by 0 in a coordinate whose gradient has been zero so far.
        epsilon_inside_max: ε is added to the gradient's size inside the maximum (torch, optax); otherwise to u where
            it divides, :math:`u_t = \max(\beta_2 u_{t-1}, \lvert g_t \rvert)` and :math:`m_t / (u_t + \epsilon)`
            (keras).

    Source: Kingma & Ba 2015, *Adam: a method for stochastic optimization*, Algorithm 2 (§7.1).
    """

    learning_rate: Rate = 2e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_inside_max: bool = static(default=True)

    title: ClassVar[str] = "Adamax"
    parents: ClassVar[dict[str, str]] = {"adam": "the largest recent gradient in place of the root mean square"}
    parents_ko: ClassVar[dict[str, str]] = {"adam": "제곱평균제곱근 대신 최근 기울기의 최댓값"}
    source: ClassVar[str] = "Kingma & Ba 2015, Algorithm 2 (§7.1)"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> MomentAndMaximum:
        return MomentAndMaximum(m=jnp.zeros_like(x), u=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: MomentAndMaximum, x: Array, t: Array) -> tuple[Array, MomentAndMaximum]:
        rate = at(self.learning_rate, t) / (1 - power(self.beta1, t))
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        if self.epsilon_inside_max:
            u = jnp.maximum(self.beta2 * memory.u, jnp.abs(gradient) + self.epsilon)
            return -rate * m / u, MomentAndMaximum(m, u)
        u = jnp.maximum(self.beta2 * memory.u, jnp.abs(gradient))
        return -rate * m / (u + self.epsilon), MomentAndMaximum(m, u)

    def equations(self) -> str:
        first = "m = beta1*m + (1 - beta1)*g\n"
        if self.epsilon_inside_max:
            return first + "u = max(beta2*u, abs(g) + epsilon)\nstep = -alpha/(1 - beta1**t)*m/u"
        return first + "u = max(beta2*u, abs(g))\nstep = -alpha/(1 - beta1**t)*m/(u + epsilon)"

"""Lion: the sign of a momentum."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree


class Moment(NamedTuple):
    """First moment m, shape (n,)."""

    m: Array


@pytree
class Lion(Rule[Moment]):
    r"""Lion: every coordinate moves by α, in the direction on which gradient and momentum agree.

    .. math::
        c_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        m_t &= \beta_2 m_{t-1} + (1 - \beta_2) g_t \\
        x_{t+1} &= x_t - \alpha (\operatorname{sign}(c_t) + \lambda x_t)

    Attributes:
        learning_rate: α, a number or a schedule; 3 to 10 times smaller than Adam's.
        beta1: weight of the momentum in the direction.
        beta2: decay of the momentum.
        weight_decay: λ, decoupled from the gradient.

    Source: Chen et al. 2023, *Symbolic discovery of optimization algorithms*, Algorithm 2.
    """

    learning_rate: Rate = 1e-4
    beta1: float = 0.9
    beta2: float = 0.99
    weight_decay: float = 0.0

    title: ClassVar[str] = "Lion"
    parents: ClassVar[dict[str, str]] = {"momentum": "the sign only, of a mix with the present gradient"}
    parents_ko: ClassVar[dict[str, str]] = {"momentum": "현재 기울기와 섞은 뒤 부호만 사용"}
    source: ClassVar[str] = "Chen et al. 2023, Algorithm 2"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "weight_decay": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> Moment:
        return Moment(m=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: Moment, x: Array, t: Array) -> tuple[Array, Moment]:
        c = self.beta1 * memory.m + (1 - self.beta1) * gradient
        m = self.beta2 * memory.m + (1 - self.beta2) * gradient
        return -at(self.learning_rate, t) * (jnp.sign(c) + self.weight_decay * x), Moment(m)

    def equations(self) -> str:
        return "c = beta1*m + (1 - beta1)*g\nm = beta2*m + (1 - beta2)*g\nstep = -alpha*(sign(c) + weight_decay*x)"

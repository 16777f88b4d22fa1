"""AMSGrad: Adam whose rates never grow again."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree, static


class MomentsWithMaximum(NamedTuple):
    """First moment m, second moment r, and the largest r so far, R; shape (n,) each."""

    m: Array
    r: Array
    R: Array


@pytree
class AMSGrad(Rule[MomentsWithMaximum]):
    r"""AMSGrad: Adam divided by the largest second moment so far, so that a rare large gradient is not forgotten.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t^2 \\
        R_t &= \max(R_{t-1}, r_t) \\
        x_{t+1} &= x_t - \alpha \frac{m_t}{\sqrt{R_t + \epsilon_{root}} + \epsilon}

    Attributes:
        learning_rate: α, a number or a schedule.
        beta1: decay of the first moment.
        beta2: decay of the second moment.
        epsilon: ε, added outside the root.
        epsilon_root: added inside the root.
        bias_correction: divide m by :math:`1 - \beta_1^t` and R by :math:`1 - \beta_2^t` (torch, keras, optax); the
            paper does not.
        maximum_after_correction: R is the maximum of the corrected moments :math:`r_t / (1 - \beta_2^t)` (optax);
            otherwise of the raw ones, and is corrected afterwards (torch, keras).
        epsilon_before_correction: both epsilons are added to the raw R, and the root is corrected afterwards (keras).

    Source: Reddi, Kale & Kumar 2018, *On the convergence of Adam and beyond*, Algorithm 2.
    """

    learning_rate: Rate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_root: float = 0.0
    bias_correction: bool = static(default=False)
    maximum_after_correction: bool = static(default=False)
    epsilon_before_correction: bool = static(default=False)

    title: ClassVar[str] = "AMSGrad"
    parents: ClassVar[dict[str, str]] = {"adam": "the largest second moment so far in place of the present one"}
    parents_ko: ClassVar[dict[str, str]] = {"adam": "지금의 2차 모멘트 대신 이제까지의 최댓값"}
    source: ClassVar[str] = "Reddi, Kale & Kumar 2018, Algorithm 2"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> MomentsWithMaximum:
        zero = jnp.zeros_like(x)
        return MomentsWithMaximum(m=zero, r=zero, R=zero)

    def update(
        self, gradient: Array, memory: MomentsWithMaximum, x: Array, t: Array
    ) -> tuple[Array, MomentsWithMaximum]:
        alpha = at(self.learning_rate, t)
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        r = self.beta2 * memory.r + (1 - self.beta2) * gradient**2
        correction1 = 1 - power(self.beta1, t) if self.bias_correction else 1.0
        correction2 = 1 - power(self.beta2, t) if self.bias_correction else 1.0
        if self.maximum_after_correction:
            R = jnp.maximum(memory.R, r / correction2)
            step = -alpha * (m / correction1) / (jnp.sqrt(R + self.epsilon_root) + self.epsilon)
        elif self.epsilon_before_correction:
            R = jnp.maximum(memory.R, r)
            rate = alpha * jnp.sqrt(correction2) / correction1
            step = -rate * m / (jnp.sqrt(R + self.epsilon_root) + self.epsilon)
        else:
            R = jnp.maximum(memory.R, r)
            step = -alpha * (m / correction1) / (jnp.sqrt(R / correction2 + self.epsilon_root) + self.epsilon)
        return step, MomentsWithMaximum(m, r, R)

    def equations(self) -> str:
        m_hat, correction = ("m/(1 - beta1**t)", "/(1 - beta2**t)") if self.bias_correction else ("m", "")
        root = "sqrt(R + epsilon_root) + epsilon"
        maximum = "R = max(R, r)"
        if self.maximum_after_correction:
            maximum = f"R = max(R, r{correction})"
            last = f"step = -alpha*({m_hat})/({root})"
        elif self.epsilon_before_correction:
            rate = "*sqrt(1 - beta2**t)/(1 - beta1**t)" if self.bias_correction else ""
            last = f"step = -alpha{rate}*m/({root})"
        else:
            last = f"step = -alpha*({m_hat})/(sqrt(R{correction} + epsilon_root) + epsilon)"
        return f"m = beta1*m + (1 - beta1)*g\nr = beta2*r + (1 - beta2)*g**2\n{maximum}\n{last}"

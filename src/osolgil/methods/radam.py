"""RAdam: Adam that waits until its second moment can be trusted."""

from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from osolgil.methods.adam import Moments
from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Interval, Limits
from osolgil.protocol import pytree, static


@pytree
class RAdam(Rule[Moments]):
    r"""RAdam, rectified Adam: plain momentum at first, and Adam as the variance of its scale settles.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t^2 \\
        \hat m_t &= m_t / (1 - \beta_1^t) \\
        \rho_\infty &= 2 / (1 - \beta_2) - 1, \qquad \rho_t = \rho_\infty - 2 t \beta_2^t / (1 - \beta_2^t) \\
        c_t &= \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}} \\
        x_{t+1} &= x_t - \alpha \hat m_t \cdot \begin{cases}
            c_t / (\sqrt{r_t / (1 - \beta_2^t) + \epsilon_{root}} + \epsilon) & \rho_t > \text{threshold} \\
            1 & \text{otherwise} \end{cases}

    Attributes:
        learning_rate: α, a number or a schedule.
        beta1: decay of the first moment.
        beta2: decay of the second moment.
        epsilon: ε, added outside the root.
        epsilon_root: added inside the root.
        threshold: the length ρ of the moving average from which on it is trusted: 4 in the paper, 5 in torch and optax.
        epsilon_before_correction: both epsilons are added to the raw moment, and the root is corrected afterwards
            (torch).

    Source: Liu et al. 2020, *On the variance of the adaptive learning rate and beyond*, Algorithm 2.
    """

    learning_rate: Rate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_root: float = 0.0
    threshold: float = 4.0
    epsilon_before_correction: bool = static(default=False)

    title: ClassVar[str] = "RAdam"
    parents: ClassVar[dict[str, str]] = {"adam": "a warm-up from the variance of the second moment"}
    parents_ko: ClassVar[dict[str, str]] = {"adam": "2차 모멘트의 분산에 맞춘 워밍업"}
    source: ClassVar[str] = "Liu et al. 2020, Algorithm 2"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
        "threshold": Interval(4),
    }

    def init(self, x: Array) -> Moments:
        return Moments(m=jnp.zeros_like(x), r=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: Moments, x: Array, t: Array) -> tuple[Array, Moments]:
        alpha = at(self.learning_rate, t)
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        r = self.beta2 * memory.r + (1 - self.beta2) * gradient**2
        m_hat = m / (1 - power(self.beta1, t))
        correction = 1 - power(self.beta2, t)
        rho_inf = 2 / (1 - self.beta2) - 1
        rho = rho_inf - 2 * t * power(self.beta2, t) / correction
        trusted = rho > self.threshold
        # the root of a negative number would be NaN where nobody looks, but debuggers do
        square = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
        c = jnp.sqrt(jnp.where(trusted, square, 1))
        if self.epsilon_before_correction:
            scale = c * jnp.sqrt(correction) / (jnp.sqrt(r + self.epsilon_root) + self.epsilon)
        else:
            scale = c / (jnp.sqrt(r / correction + self.epsilon_root) + self.epsilon)
        return -alpha * m_hat * jnp.where(trusted, scale, 1), Moments(m, r)

    def equations(self) -> str:
        if self.epsilon_before_correction:
            scale = "c*sqrt(1 - beta2**t)/(sqrt(r + epsilon_root) + epsilon)"
        else:
            scale = "c/(sqrt(r/(1 - beta2**t) + epsilon_root) + epsilon)"
        return (
            "m = beta1*m + (1 - beta1)*g\n"
            "r = beta2*r + (1 - beta2)*g**2\n"
            "m_hat = m/(1 - beta1**t)\n"
            "rho_inf = 2/(1 - beta2) - 1\n"
            "rho = rho_inf - 2*t*beta2**t/(1 - beta2**t)\n"
            "c = where(rho > threshold, sqrt((rho - 4)*(rho - 2)*rho_inf/((rho_inf - 4)*(rho_inf - 2)*rho)), 1)\n"
            f"step = -alpha*m_hat*where(rho > threshold, {scale}, 1)"
        )

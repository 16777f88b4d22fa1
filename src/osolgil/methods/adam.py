"""Adam and AdamW: one moment for the direction, one for the scale."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree, static


class Moments(NamedTuple):
    """First moment m and second moment r of the gradient, shape (n,) each."""

    m: Array
    r: Array


@pytree
class Adam(Rule[Moments]):
    r"""Adam: momentum for the direction, RMSProp for the scale, both freed of their bias at the start.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t^2 \\
        x_{t+1} &= x_t - \alpha \frac{m_t / (1 - \beta_1^t)}{\sqrt{r_t / (1 - \beta_2^t) + \epsilon_{root}} + \epsilon}

    Attributes:
        learning_rate: α, a number or a schedule.
        beta1: decay of the first moment.
        beta2: decay of the second moment.
        epsilon: ε, added outside the root.
        epsilon_root: added inside the root.
        bias_correction: off gives the lecture's "Adam, almost", whose first steps are too large.
        epsilon_before_correction: both epsilons are added to the raw moment, and the root is corrected afterwards:
            :math:`\alpha \sqrt{1 - \beta_2^t} / (1 - \beta_1^t) \cdot m_t / (\sqrt{r_t + \epsilon_{root}} + \epsilon)`
            (the "hat" form of keras, and with ε inside the root the form of the lecture's second part).

    Source: Kingma & Ba 2015, *Adam: a method for stochastic optimization*, Algorithm 1.
    """

    learning_rate: Rate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_root: float = 0.0
    bias_correction: bool = static(default=True)
    epsilon_before_correction: bool = static(default=False)

    title: ClassVar[str] = "Adam"
    parents: ClassVar[dict[str, str]] = {
        "rmsprop": "bias correction",
        "momentum": "an average of the gradients in place of the gradient",
    }
    parents_ko: ClassVar[dict[str, str]] = {"rmsprop": "편향 보정", "momentum": "기울기 대신 기울기의 평균"}
    source: ClassVar[str] = "Kingma & Ba 2015, Algorithm 1"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> Moments:
        return Moments(m=jnp.zeros_like(x), r=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: Moments, x: Array, t: Array) -> tuple[Array, Moments]:
        alpha = at(self.learning_rate, t)
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        r = self.beta2 * memory.r + (1 - self.beta2) * gradient**2
        correction1 = 1 - power(self.beta1, t) if self.bias_correction else 1.0
        correction2 = 1 - power(self.beta2, t) if self.bias_correction else 1.0
        if self.epsilon_before_correction:
            rate = alpha * jnp.sqrt(correction2) / correction1
            step = -rate * m / (jnp.sqrt(r + self.epsilon_root) + self.epsilon)
        else:
            step = -alpha * (m / correction1) / (jnp.sqrt(r / correction2 + self.epsilon_root) + self.epsilon)
        return step, Moments(m, r)

    def equations(self) -> str:
        root = "sqrt(r + epsilon_root) + epsilon"
        if not self.bias_correction:
            last = f"step = -alpha*m/({root})"
        elif self.epsilon_before_correction:
            last = f"step = -alpha*sqrt(1 - beta2**t)/(1 - beta1**t)*m/({root})"
        else:
            last = (
                "m_hat = m/(1 - beta1**t)\n"
                "r_hat = r/(1 - beta2**t)\n"
                "step = -alpha*m_hat/(sqrt(r_hat + epsilon_root) + epsilon)"
            )
        return f"m = beta1*m + (1 - beta1)*g\nr = beta2*r + (1 - beta2)*g**2\n{last}"


@pytree
class AdamW(Rule[Moments]):
    r"""AdamW: Adam, and apart from the gradient's business every step shrinks the parameters by αλ.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t^2 \\
        x_{t+1} &= x_t - \alpha \left(\frac{m_t / (1 - \beta_1^t)}
            {\sqrt{r_t / (1 - \beta_2^t) + \epsilon_{root}} + \epsilon} + \lambda x_t\right)

    Here, as in all libraries, the decay of one step is αλ; the paper's λ is our αλ. To spare some parameters, such as
    biases, from the decay use `WeightDecay(Adam(), weight_decay, mask=...)`, which is the same method with a mask.

    Attributes:
        learning_rate: α, a number or a schedule.
        beta1: decay of the first moment.
        beta2: decay of the second moment.
        epsilon: ε, added outside the root.
        epsilon_root: added inside the root.
        weight_decay: λ.
        bias_correction: whether the moments are freed of their bias at the start.
        epsilon_before_correction: both epsilons are added to the raw moment, and the root is corrected afterwards, see
            `Adam`.

    Source: Loshchilov & Hutter 2019, *Decoupled weight decay regularization*, Algorithm 2.
    """

    learning_rate: Rate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_root: float = 0.0
    weight_decay: float = 0.01
    bias_correction: bool = static(default=True)
    epsilon_before_correction: bool = static(default=False)

    title: ClassVar[str] = "AdamW"
    parents: ClassVar[dict[str, str]] = {"adam": "weight decay apart from the gradient"}
    parents_ko: ClassVar[dict[str, str]] = {"adam": "기울기와 분리된 가중치 감쇠"}
    source: ClassVar[str] = "Loshchilov & Hutter 2019, Algorithm 2"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
        "weight_decay": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> Moments:
        return Moments(m=jnp.zeros_like(x), r=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: Moments, x: Array, t: Array) -> tuple[Array, Moments]:
        alpha = at(self.learning_rate, t)
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        r = self.beta2 * memory.r + (1 - self.beta2) * gradient**2
        correction1 = 1 - power(self.beta1, t) if self.bias_correction else 1.0
        correction2 = 1 - power(self.beta2, t) if self.bias_correction else 1.0
        if self.epsilon_before_correction:
            rate = alpha * jnp.sqrt(correction2) / correction1
            step = -rate * m / (jnp.sqrt(r + self.epsilon_root) + self.epsilon)
        else:
            step = -alpha * (m / correction1) / (jnp.sqrt(r / correction2 + self.epsilon_root) + self.epsilon)
        return step - alpha * self.weight_decay * x, Moments(m, r)

    def equations(self) -> str:
        root = "sqrt(r + epsilon_root) + epsilon"
        if not self.bias_correction:
            last = f"step = -alpha*(m/({root}) + weight_decay*x)"
        elif self.epsilon_before_correction:
            last = f"step = -alpha*(sqrt(1 - beta2**t)/(1 - beta1**t)*m/({root}) + weight_decay*x)"
        else:
            last = (
                "m_hat = m/(1 - beta1**t)\n"
                "r_hat = r/(1 - beta2**t)\n"
                "step = -alpha*(m_hat/(sqrt(r_hat + epsilon_root) + epsilon) + weight_decay*x)"
            )
        return f"m = beta1*m + (1 - beta1)*g\nr = beta2*r + (1 - beta2)*g**2\n{last}"

"""NAdam: Adam with Nesterov's momentum."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree, static


class MomentsWithProduct(NamedTuple):
    """First moment m and second moment r, shape (n,) each; the product Pi of the momenta so far, shape ()."""

    m: Array
    r: Array
    Pi: Array


@pytree
class NAdam(Rule[MomentsWithProduct]):
    r"""NAdam: Adam whose first moment already looks one step ahead.

    .. math::
        \mu_t &= \beta_1 (1 - \tfrac12 \cdot 0.96^{t \psi}) \\
        \Pi_t &= \Pi_{t-1} \mu_t \\
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t^2 \\
        \bar m_t &= \mu_{t+1} \frac{m_t}{1 - \Pi_t \mu_{t+1}} + (1 - \mu_t) \frac{g_t}{1 - \Pi_t} \\
        x_{t+1} &= x_t - \alpha \frac{\bar m_t}{\sqrt{r_t / (1 - \beta_2^t) + \epsilon_{root}} + \epsilon}

    The product is kept in the precision of x. (torch keeps it in float32 even for float64 parameters, and so agrees
    with this to about 1e-8 only.)

    Attributes:
        learning_rate: α, a number or a schedule.
        beta1: decay of the first moment, and the final momentum.
        beta2: decay of the second moment.
        epsilon: ε, added outside the root.
        epsilon_root: added inside the root.
        psi: ψ, how fast the momentum warms up from β₁/2 to β₁: 0.004 in the paper and torch, 1 in keras.
        momentum_schedule: off gives the constant momentum :math:`\mu_t = \beta_1` (optax).

    Source: Dozat 2016, *Incorporating Nesterov momentum into Adam*, Algorithm 2 and §3.
    """

    learning_rate: Rate = 2e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_root: float = 0.0
    psi: float = 0.004
    momentum_schedule: bool = static(default=True)

    title: ClassVar[str] = "NAdam"
    parents: ClassVar[dict[str, str]] = {
        "adam": "Nesterov's look ahead",
        "nesterov": "moments in place of the velocity",
    }
    parents_ko: ClassVar[dict[str, str]] = {"adam": "네스테로프의 미리 보기", "nesterov": "속도 대신 모멘트"}
    source: ClassVar[str] = "Dozat 2016, Algorithm 2"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
        "psi": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> MomentsWithProduct:
        return MomentsWithProduct(m=jnp.zeros_like(x), r=jnp.zeros_like(x), Pi=jnp.ones((), x.dtype))

    def update(
        self, gradient: Array, memory: MomentsWithProduct, x: Array, t: Array
    ) -> tuple[Array, MomentsWithProduct]:
        alpha = at(self.learning_rate, t)
        mu: float | Array
        mu_next: float | Array
        if self.momentum_schedule:
            mu = self.beta1 * (1 - 0.5 * 0.96 ** (t * self.psi))
            mu_next = self.beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.psi))
        else:
            mu = mu_next = self.beta1
        product = memory.Pi * mu
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        r = self.beta2 * memory.r + (1 - self.beta2) * gradient**2
        m_bar = mu_next * m / (1 - product * mu_next) + (1 - mu) * gradient / (1 - product)
        r_hat = r / (1 - power(self.beta2, t))
        step = -alpha * m_bar / (jnp.sqrt(r_hat + self.epsilon_root) + self.epsilon)
        return step, MomentsWithProduct(m, r, product)

    def equations(self) -> str:
        if self.momentum_schedule:
            momentum = "mu = beta1*(1 - 0.5*0.96**(t*psi))\nmu_next = beta1*(1 - 0.5*0.96**((t + 1)*psi))\n"
            mu, mu_next = "mu", "mu_next"
        else:
            momentum, mu, mu_next = "", "beta1", "beta1"
        return (
            f"{momentum}"
            f"Pi = Pi*{mu}\n"
            "m = beta1*m + (1 - beta1)*g\n"
            "r = beta2*r + (1 - beta2)*g**2\n"
            f"m_bar = {mu_next}*m/(1 - Pi*{mu_next}) + (1 - {mu})*g/(1 - Pi)\n"
            "r_hat = r/(1 - beta2**t)\n"
            "step = -alpha*m_bar/(sqrt(r_hat + epsilon_root) + epsilon)"
        )

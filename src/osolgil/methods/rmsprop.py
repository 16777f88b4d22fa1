"""RMSProp: AdaGrad that forgets."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree, static


class MeanSquare(NamedTuple):
    """Second moment r, shape (n,); first moment m if centered, velocity v if there is momentum."""

    r: Array
    m: Array | None
    v: Array | None


@pytree
class RMSProp(Rule[MeanSquare]):
    r"""RMSProp: each coordinate's rate is divided by the root of its mean recent squared gradient.

    .. math::
        r_t &= \beta r_{t-1} + (1 - \beta) g_t^2 \\
        x_{t+1} &= x_t - \alpha \frac{g_t}{\sqrt{r_t + \epsilon_{root}} + \epsilon}

    Centered, with the mean :math:`m_t = \beta m_{t-1} + (1 - \beta) g_t`, the root is that of the variance
    :math:`\max(r_t - m_t^2, 0) + \epsilon_{root}`: rounding may make the difference negative, which would yield NaN.
    With momentum, :math:`v_t = \rho v_{t-1} + g_t / (\sqrt{\cdot} + \epsilon)` and
    :math:`x_{t+1} = x_t - \alpha v_t`.

    Attributes:
        learning_rate: α, a number or a schedule.
        beta: β, decay of the moments.
        epsilon: ε, added outside the root.
        epsilon_root: added inside the root.
        momentum: ρ, the share of the velocity that is kept; None: no velocity.
        accumulator_init: :math:`r_0`.
        centered: divide by the standard deviation in place of the root mean square.
        learning_rate_inside: α multiplies the gradient on its way into the velocity (keras, optax).
        bias_correction: divide the moments by :math:`1 - \beta^t`; without, the first steps are :math:`1 /
            \sqrt{1 - \beta}` times too large.

    Source: Tieleman & Hinton 2012, *Lecture 6.5: rmsprop*; centered and with momentum Graves 2013, *Generating
    sequences with recurrent neural networks*, equations (38)-(45).
    """

    learning_rate: Rate = 1e-3
    beta: float = 0.9
    epsilon: float = 1e-8
    epsilon_root: float = 0.0
    momentum: float | None = None
    accumulator_init: float = 0.0
    centered: bool = static(default=False)
    learning_rate_inside: bool = static(default=False)
    bias_correction: bool = static(default=False)

    title: ClassVar[str] = "RMSProp"
    parents: ClassVar[dict[str, str]] = {"adagrad": "an average that forgets in place of the sum"}
    parents_ko: ClassVar[dict[str, str]] = {"adagrad": "합 대신 지수가중 이동평균"}
    source: ClassVar[str] = "Tieleman & Hinton 2012, Lecture 6.5; Graves 2013, equations (38)-(45)"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta": DECAY,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
        "momentum": DECAY,
        "accumulator_init": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> MeanSquare:
        return MeanSquare(
            r=jnp.full_like(x, self.accumulator_init),
            m=jnp.zeros_like(x) if self.centered else None,
            v=None if self.momentum is None else jnp.zeros_like(x),
        )

    def update(self, gradient: Array, memory: MeanSquare, x: Array, t: Array) -> tuple[Array, MeanSquare]:
        alpha = at(self.learning_rate, t)
        r = self.beta * memory.r + (1 - self.beta) * gradient**2
        correction = 1 - power(self.beta, t) if self.bias_correction else 1.0
        if memory.m is None:
            m = None
            s = r / correction
        else:
            m = self.beta * memory.m + (1 - self.beta) * gradient
            s = jnp.maximum(r / correction - (m / correction) ** 2, 0)
        direction = gradient / (jnp.sqrt(s + self.epsilon_root) + self.epsilon)
        if memory.v is None or self.momentum is None:
            return -alpha * direction, MeanSquare(r, m, None)
        if self.learning_rate_inside:
            v = self.momentum * memory.v + alpha * direction
            return -v, MeanSquare(r, m, v)
        v = self.momentum * memory.v + direction
        return -alpha * v, MeanSquare(r, m, v)

    def equations(self) -> str:
        corrected = "/(1 - beta**t)" if self.bias_correction else ""
        lines = ["r = beta*r + (1 - beta)*g**2"]
        if self.centered:
            lines += ["m = beta*m + (1 - beta)*g", f"s = max(r{corrected} - (m{corrected})**2, 0)"]
            root = "sqrt(s + epsilon_root)"
        else:
            root = f"sqrt(r{corrected} + epsilon_root)"
        direction = f"g/({root} + epsilon)"
        if self.momentum is None:
            lines += [f"step = -alpha*{direction}"]
        elif self.learning_rate_inside:
            lines += [f"v = momentum*v + alpha*{direction}", "step = -v"]
        else:
            lines += [f"v = momentum*v + {direction}", "step = -alpha*v"]
        return "\n".join(lines)

"""AdaGrad and AdaGrad-Norm: learning rates that shrink with the gradients seen so far."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import pytree


class Accumulated(NamedTuple):
    """The sum r of squared gradients: shape (n,), or () where the coordinates share it."""

    r: Array


@pytree
class AdaGrad(Rule[Accumulated]):
    r"""AdaGrad: each coordinate's rate is divided by the root of its squared gradients' sum.

    .. math::
        r_t &= r_{t-1} + g_t^2 \\
        x_{t+1} &= x_t - \frac{\alpha}{1 + \lambda (t - 1)} \frac{g_t}{\sqrt{r_t + \epsilon_{root}} + \epsilon}

    The rates only ever fade: suited to convex problems and rare features, too timid for long paths.

    Attributes:
        learning_rate: α, a number or a schedule.
        accumulator_init: :math:`r_0`; 0.1 in keras and optax, which makes the first steps smaller.
        epsilon: ε, added outside the root (the lecture's form 1).
        epsilon_root: added inside the root (the lecture's form 2).
        learning_rate_decay: λ, torch's `lr_decay`.

    Source: Duchi, Hazan & Singer 2011, *Adaptive subgradient methods*, Figure 1 (diagonal form).
    """

    learning_rate: Rate = 0.01
    accumulator_init: float = 0.0
    epsilon: float = 1e-7
    epsilon_root: float = 0.0
    learning_rate_decay: float = 0.0

    title: ClassVar[str] = "AdaGrad"
    parents: ClassVar[dict[str, str]] = {"adagrad_norm": "a rate of its own for each parameter"}
    parents_ko: ClassVar[dict[str, str]] = {"adagrad_norm": "매개변수마다 따로 정해지는 학습률"}
    source: ClassVar[str] = "Duchi, Hazan & Singer 2011, Figure 1 (diagonal form)"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "accumulator_init": NOT_NEGATIVE,
        "epsilon": NOT_NEGATIVE,
        "epsilon_root": NOT_NEGATIVE,
        "learning_rate_decay": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> Accumulated:
        return Accumulated(r=jnp.full_like(x, self.accumulator_init))

    def update(self, gradient: Array, memory: Accumulated, x: Array, t: Array) -> tuple[Array, Accumulated]:
        alpha = at(self.learning_rate, t)
        r = memory.r + gradient**2
        rate = alpha / (1 + self.learning_rate_decay * (t - 1))
        return -rate * gradient / (jnp.sqrt(r + self.epsilon_root) + self.epsilon), Accumulated(r)

    def equations(self) -> str:
        return "r = r + g**2\nstep = -alpha/(1 + learning_rate_decay*(t - 1))*g/(sqrt(r + epsilon_root) + epsilon)"


@pytree
class AdaGradNorm(Rule[Accumulated]):
    r"""AdaGrad-Norm: one shared rate, divided by the root of the squared gradient norms' sum.

    .. math::
        r_t &= r_{t-1} + \lVert g_t \rVert_2^2 \\
        x_{t+1} &= x_t - \alpha \frac{g_t}{\sqrt{r_t} + \epsilon}

    Attributes:
        learning_rate: α, a number or a schedule.
        accumulator_init: :math:`r_0`; the paper's :math:`b_0^2`.
        epsilon: ε, added outside the root.

    Source: Streeter & McMahan 2010, *Less regret via online conditioning*; Ward, Wu & Bottou 2019, *AdaGrad stepsizes:
    sharp convergence over nonconvex landscapes*, Algorithm 1.
    """

    learning_rate: Rate = 0.01
    accumulator_init: float = 0.0
    epsilon: float = 1e-7

    title: ClassVar[str] = "AdaGrad-Norm"
    parents: ClassVar[dict[str, str]] = {
        "normalized_gradient_descent": "the length divided by is that of all gradients so far"
    }
    parents_ko: ClassVar[dict[str, str]] = {"normalized_gradient_descent": "지금까지 쌓인 기울기의 크기로 나눔"}
    source: ClassVar[str] = "Streeter & McMahan 2010; Ward, Wu & Bottou 2019, Algorithm 1"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "accumulator_init": NOT_NEGATIVE,
        "epsilon": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> Accumulated:
        return Accumulated(r=jnp.full((), self.accumulator_init, x.dtype))

    def update(self, gradient: Array, memory: Accumulated, x: Array, t: Array) -> tuple[Array, Accumulated]:
        alpha = at(self.learning_rate, t)
        r = memory.r + jnp.sum(gradient**2)
        return -alpha * gradient / (jnp.sqrt(r) + self.epsilon), Accumulated(r)

    def equations(self) -> str:
        return "r = r + norm(g)**2\nstep = -alpha*g/(sqrt(r) + epsilon)"

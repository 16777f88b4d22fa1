"""Adadelta: RMSProp whose learning rate is the size of its own recent steps."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, POSITIVE, Limits
from osolgil.protocol import pytree


class MeanSquares(NamedTuple):
    """Mean squared gradient r and mean squared step s, shape (n,) each."""

    r: Array
    s: Array


@pytree
class Adadelta(Rule[MeanSquares]):
    r"""Adadelta: the ratio of two root mean squares, of past steps and of gradients, gives the step its unit.

    .. math::
        r_t &= \rho r_{t-1} + (1 - \rho) g_t^2 \\
        d_t &= \frac{\sqrt{s_{t-1} + \epsilon}}{\sqrt{r_t + \epsilon}} g_t \\
        s_t &= \rho s_{t-1} + (1 - \rho) d_t^2 \\
        x_{t+1} &= x_t - \alpha d_t

    Attributes:
        learning_rate: α, a number or a schedule; 1 in the paper, which has none.
        rho: ρ, decay of both averages.
        epsilon: ε, added inside both roots. It sets the size of the first steps, about √ε.

    Source: Zeiler 2012, *ADADELTA: an adaptive learning rate method*, Algorithm 1.
    """

    learning_rate: Rate = 1.0
    rho: float = 0.95
    epsilon: float = 1e-6

    title: ClassVar[str] = "Adadelta"
    parents: ClassVar[dict[str, str]] = {"rmsprop": "the size of its own recent steps in place of a learning rate"}
    parents_ko: ClassVar[dict[str, str]] = {"rmsprop": "학습률 대신 최근 스텝들의 크기"}
    source: ClassVar[str] = "Zeiler 2012, Algorithm 1"
    limits: ClassVar[Limits] = {"learning_rate": POSITIVE, "rho": DECAY, "epsilon": POSITIVE}

    def init(self, x: Array) -> MeanSquares:
        return MeanSquares(r=jnp.zeros_like(x), s=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: MeanSquares, x: Array, t: Array) -> tuple[Array, MeanSquares]:
        r = self.rho * memory.r + (1 - self.rho) * gradient**2
        d = jnp.sqrt(memory.s + self.epsilon) / jnp.sqrt(r + self.epsilon) * gradient
        s = self.rho * memory.s + (1 - self.rho) * d**2
        return -at(self.learning_rate, t) * d, MeanSquares(r, s)

    def equations(self) -> str:
        return (
            "r = rho*r + (1 - rho)*g**2\n"
            "d = sqrt(s + epsilon)/sqrt(r + epsilon)*g\n"
            "s = rho*s + (1 - rho)*d**2\n"
            "step = -alpha*d"
        )

"""Gradient descent, and its normalized form."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.norms import norm
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import POSITIVE, Limits
from osolgil.protocol import pytree


class Nothing(NamedTuple):
    """The memory of a rule that remembers nothing."""


@pytree
class GradientDescent(Rule[Nothing]):
    r"""Gradient descent: straight down. Fed mini-batches it is stochastic gradient descent.

    .. math:: x_{t+1} = x_t - \alpha g_t

    On a quadratic with curvatures in [μ, L] it converges if and only if 0 < α < 2/L.

    Attributes:
        learning_rate: α, a number or a schedule.

    Source: Cauchy 1847; with sampled gradients Robbins & Monro 1951.
    """

    learning_rate: Rate = 0.01

    title: ClassVar[str] = "Gradient descent"
    source: ClassVar[str] = "Cauchy 1847; with sampled gradients Robbins & Monro 1951"
    limits: ClassVar[Limits] = {"learning_rate": POSITIVE}

    def init(self, x: Array) -> Nothing:
        return Nothing()

    def update(self, gradient: Array, memory: Nothing, x: Array, t: Array) -> tuple[Array, Nothing]:
        return -at(self.learning_rate, t) * gradient, memory

    def equations(self) -> str:
        return "step = -alpha*g"


@pytree
class NormalizedGradientDescent(Rule[Nothing]):
    r"""Normalized gradient descent: the gradient gives the direction only, every step has length α.

    .. math:: x_{t+1} = x_t - \alpha \frac{g_t}{\lVert g_t \rVert_2}

    Where the gradient is exactly zero there is no direction, and the step is zero.

    Attributes:
        learning_rate: α, a number or a schedule; the length of a step.

    Source: Shor 1985, *Minimization methods for non-differentiable functions*, §2.1.
    """

    learning_rate: Rate = 0.01

    title: ClassVar[str] = "Normalized gradient descent"
    parents: ClassVar[dict[str, str]] = {"gradient_descent": "the gradient's length is divided out"}
    parents_ko: ClassVar[dict[str, str]] = {"gradient_descent": "기울기를 그 크기로 나눔"}
    source: ClassVar[str] = "Shor 1985, §2.1"
    limits: ClassVar[Limits] = {"learning_rate": POSITIVE}

    def init(self, x: Array) -> Nothing:
        return Nothing()

    def update(self, gradient: Array, memory: Nothing, x: Array, t: Array) -> tuple[Array, Nothing]:
        length = norm(gradient)
        return -at(self.learning_rate, t) * gradient / jnp.where(length > 0, length, 1), memory

    def equations(self) -> str:
        return "step = -alpha*g/where(norm(g) > 0, norm(g), 1)"

"""Momentum and Nesterov's accelerated gradient: a velocity that remembers where it was going."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, FRACTION, POSITIVE, Limits
from osolgil.protocol import pytree, static


class Velocity(NamedTuple):
    """The velocity v, shape (n,)."""

    v: Array


class LookAhead(NamedTuple):
    """The velocity v and the textbook's point y, shape (n,) each; the question lies ahead of y."""

    v: Array
    y: Array


@pytree
class Momentum(Rule[Velocity]):
    r"""Momentum, the heavy ball: the velocity adds up gradients, and friction ρ lets it forget them.

    .. math::
        v_t &= \rho v_{t-1} + (1 - \tau) g_t \\
        x_{t+1} &= x_t - \alpha v_t

    Attributes:
        learning_rate: α, a number or a schedule.
        momentum: ρ, the share of the velocity that is kept; 0 gives gradient descent.
        dampening: τ; as in torch the first velocity is g itself, whatever τ.
        learning_rate_inside: α multiplies the gradient on its way into the velocity, :math:`v_t = \rho v_{t-1} +
            \alpha (1 - \tau) g_t` and :math:`x_{t+1} = x_t - v_t` (keras); differs only when α changes during the run.

    Source: Polyak 1964, *Some methods of speeding up the convergence of iteration methods*, equation (9).
    """

    learning_rate: Rate = 0.01
    momentum: float = 0.9
    dampening: float = 0.0
    learning_rate_inside: bool = static(default=False)

    title: ClassVar[str] = "Momentum"
    parents: ClassVar[dict[str, str]] = {"gradient_descent": "a velocity that adds up the gradients"}
    parents_ko: ClassVar[dict[str, str]] = {"gradient_descent": "기울기를 쌓아 가는 속도"}
    source: ClassVar[str] = "Polyak 1964, equation (9)"
    limits: ClassVar[Limits] = {"learning_rate": POSITIVE, "momentum": DECAY, "dampening": FRACTION}

    def init(self, x: Array) -> Velocity:
        return Velocity(v=jnp.zeros_like(x))

    def update(self, gradient: Array, memory: Velocity, x: Array, t: Array) -> tuple[Array, Velocity]:
        alpha = at(self.learning_rate, t)
        push = jnp.where(t == 1, gradient, (1 - self.dampening) * gradient)
        if self.learning_rate_inside:
            v = self.momentum * memory.v + alpha * push
            return -v, Velocity(v)
        v = self.momentum * memory.v + push
        return -alpha * v, Velocity(v)

    def equations(self) -> str:
        push = "where(t == 1, 1, 1 - dampening)*g"
        if self.learning_rate_inside:
            return f"v = momentum*v + alpha*{push}\nstep = -v"
        return f"v = momentum*v + {push}\nstep = -alpha*v"


@pytree
class Nesterov(Rule[Velocity | LookAhead]):
    r"""Nesterov's accelerated gradient: the slope is measured where the velocity is about to lead.

    In the shifted form of all libraries, whose x is the point looked at:

    .. math::
        v_t &= \rho v_{t-1} + g_t \\
        x_{t+1} &= x_t - \alpha (g_t + \rho v_t)

    In the textbook's form, y is the point and x = y − αρv the point ahead of it at which the gradient is taken:

    .. math::
        v_t &= \rho v_{t-1} + g_t \\
        y_t &= y_{t-1} - \alpha v_t \\
        x_{t+1} &= y_t - \alpha \rho v_t

    Both ask the same questions while α is constant; they differ in their answer: x, or y.

    Attributes:
        learning_rate: α, a number or a schedule.
        momentum: ρ, the share of the velocity that is kept.
        look_ahead: the textbook's form; the answer is y.
        learning_rate_inside: α multiplies the gradient on its way into the velocity, :math:`v_t = \rho v_{t-1} +
            \alpha g_t` (keras); differs only when α changes during the run.

    Source: Nesterov 1983; both forms in Sutskever et al. 2013, *On the importance of initialization and momentum in
    deep learning*, equations (3)-(4), and Bengio et al. 2013, *Advances in optimizing recurrent networks*, (7).
    """

    learning_rate: Rate = 0.01
    momentum: float = 0.9
    look_ahead: bool = static(default=False)
    learning_rate_inside: bool = static(default=False)

    title: ClassVar[str] = "Nesterov accelerated gradient"
    parents: ClassVar[dict[str, str]] = {"momentum": "the gradient is taken ahead, where the velocity leads"}
    parents_ko: ClassVar[dict[str, str]] = {"momentum": "속도가 이끄는 곳에서 미리 본 기울기"}
    source: ClassVar[str] = "Nesterov 1983; Sutskever et al. 2013, equations (3)-(4)"
    answer_name: ClassVar[str] = "y"
    limits: ClassVar[Limits] = {"learning_rate": POSITIVE, "momentum": DECAY}

    def init(self, x: Array) -> Velocity | LookAhead:
        v = jnp.zeros_like(x)
        return LookAhead(v, y=x) if self.look_ahead else Velocity(v)

    def update(
        self, gradient: Array, memory: Velocity | LookAhead, x: Array, t: Array
    ) -> tuple[Array, Velocity | LookAhead]:
        alpha = at(self.learning_rate, t)
        rho = self.momentum
        if self.learning_rate_inside:
            v = rho * memory.v + alpha * gradient
            if isinstance(memory, LookAhead):
                y = memory.y - v
                return y - rho * v - x, LookAhead(v, y)
            return -(alpha * gradient + rho * v), Velocity(v)
        v = rho * memory.v + gradient
        if isinstance(memory, LookAhead):
            y = memory.y - alpha * v
            return y - alpha * rho * v - x, LookAhead(v, y)
        return -alpha * (gradient + rho * v), Velocity(v)

    @property
    def answers_elsewhere(self) -> bool:
        return self.look_ahead

    def answered(self, x: Array, memory: Velocity | LookAhead) -> Array:
        return memory.y if isinstance(memory, LookAhead) else x

    def equations(self) -> str:
        if self.learning_rate_inside:
            velocity = "v = momentum*v + alpha*g"
            if self.look_ahead:
                return f"{velocity}\ny = y - v\nstep = y - momentum*v - x"
            return f"{velocity}\nstep = -(alpha*g + momentum*v)"
        velocity = "v = momentum*v + g"
        if self.look_ahead:
            return f"{velocity}\ny = y - alpha*v\nstep = y - alpha*momentum*v - x"
        return f"{velocity}\nstep = -alpha*(g + momentum*v)"

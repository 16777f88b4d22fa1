"""Rules: methods that need only the gradient, and move once per evaluation."""

import abc
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import jax.numpy as jnp
from jax import Array

from osolgil.methods.method import Method, Order, opening
from osolgil.protocol import Evaluation, Geometry, Status

M = TypeVar("M")


class RuleState(NamedTuple, Generic[M]):
    """The state of a rule; see `State`. `memory` is the rule's own, `t` counts the gradients it was told."""

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    memory: M
    t: Array


class Rule(Method[RuleState[M]], Generic[M]):
    """A method that needs only the gradient. A new one is two functions that read like the textbook:

    ``init(x)`` gives the first memory (a NamedTuple with the textbook's names), and
    ``update(gradient, memory, x, t)`` gives the step, shape (n,), and the next memory. t counts from 1; the next
    question is x + step.
    """

    order: ClassVar[Order] = "first"
    samples: ClassVar[bool] = True
    accepts_always: ClassVar[bool] = True

    def equations(self) -> str:
        """The update as assignments, one a line, in the textbook's order and with this rule's conventions.

        The names are the memory's fields, the hyperparameters (`alpha` is the learning rate at t), `g` the gradient,
        `x` the point, `t` the count; one line assigns `step`. A memory field on the right is the old one until
        it has been assigned. They are what `osolgil explain` prints, and a test holds them against `update`.
        A rule that declares none runs all the same.
        """
        return ""

    @abc.abstractmethod
    def init(self, x: Array) -> M:
        """The memory before the first gradient."""

    @abc.abstractmethod
    def update(self, gradient: Array, memory: M, x: Array, t: Array) -> tuple[Array, M]:
        """The step from x, shape (n,), and the memory after this gradient, the t-th."""

    def remember(self, x: Array, geometry: Geometry) -> M:
        """The memory before the first gradient, for a rule that must know the parameters' layout."""
        return self.init(x)

    def answered(self, x: Array, memory: M) -> Array:
        """The point to hand over after a gradient was seen at x. Averaging and look-ahead rules differ from x."""
        return x

    def start(self, x0: Array, geometry: Geometry) -> RuleState[M]:
        return RuleState(
            **opening(x0),
            memory=self.remember(x0, geometry),
            t=jnp.asarray(0, jnp.int32),
        )

    def tell(self, state: RuleState[M], evaluation: Evaluation) -> RuleState[M]:
        gradient: Any = evaluation.gradient
        t = state.t + 1
        step, memory = self.update(gradient, state.memory, state.question, t.astype(gradient.dtype))
        optimality = self.stationarity(state, state.question, gradient)
        finite = jnp.isfinite(evaluation.value) & jnp.isfinite(optimality)
        return RuleState(
            question=state.question + step,
            answer=self.answered(state.question, memory),
            optimality=optimality,
            step_size=jnp.sqrt(jnp.sum(step * step)),
            accepted=jnp.asarray(True),
            status=jnp.where(finite, Status.RUNNING, Status.DIVERGED).astype(jnp.int32),
            memory=memory,
            t=t,
        )

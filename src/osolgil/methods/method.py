"""The protocol of every method: it is told, it never calls."""

import abc
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

import jax.numpy as jnp
from jax import Array

from osolgil.protocol import Evaluation, Geometry, Needs, Status


class State(Protocol):
    """What every method's state exposes. States are pytrees; whatever else they hold is the method's own.

    Attributes:
        question: where the method wants to look next, shape (n,).
        answer: the point that the method would hand over now, shape (n,).
        optimality: the size of what should be zero at a solution; for unconstrained problems maxⱼ|∂f/∂xⱼ|.
        step_size: the Euclidean length of the move that the last evaluation led to.
        accepted: whether the last evaluated point became the method's current point.
        status: a `Status` code; RUNNING unless the method itself has to end the run.
    """

    @property
    def question(self) -> Array: ...
    @property
    def answer(self) -> Array: ...
    @property
    def optimality(self) -> Array: ...
    @property
    def step_size(self) -> Array: ...
    @property
    def accepted(self) -> Array: ...
    @property
    def status(self) -> Array: ...


def opening(x0: Array) -> dict[str, Any]:
    """What every state exposes before the first evaluation, whose point is accepted."""
    zero = jnp.zeros((), x0.dtype)
    return {
        "question": x0,
        "answer": x0,
        "optimality": zero + jnp.inf,
        "step_size": zero,
        "accepted": jnp.asarray(True),
        "status": jnp.asarray(Status.RUNNING, jnp.int32),
    }


S = TypeVar("S", bound=State)

Order = Literal["first", "1.5", "second"]


class Method(abc.ABC, Generic[S]):
    """How to go down: a frozen pytree of hyperparameters with two pure functions.

    ``start(x0, geometry)`` gives the first state, whose question is where to look first; ``tell(state, evaluation)``
    gives the next one.
    """

    title: ClassVar[str]
    """The method's name as people write it."""

    parents: ClassVar[dict[str, str]] = {}
    """The family tree: the name of each method that this one came from, and what was added to it."""

    parents_ko: ClassVar[dict[str, str]] = {}
    """What was added, in Korean."""

    source: ClassVar[str] = ""
    """Paper and equation number. Its first year is the method's place in the family tree."""

    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT
    """What an evaluation must hold."""

    order: ClassVar[Order] = "1.5"
    """The lecture's three orders: "first" follows the slope; "1.5" learns curvature from slopes or residuals; "second"
    is told the Hessian."""

    takes_bounds: ClassVar[bool] = False
    """Whether the method keeps bounds of the parameters by itself, without being told of constraints."""

    takes_penalty: ClassVar[bool] = False
    """Whether the method keeps a penalty with a kink, by its proximal operator. It is then told the loss's gradient
    alone."""

    samples: ClassVar[bool] = False
    """Whether the method may be fed mini-batches, whose evaluations are estimates."""

    accepts_always: ClassVar[bool] = False
    """Whether every evaluated point is accepted, so that steps and evaluations count alike."""

    @property
    def answers_elsewhere(self) -> bool:
        """Whether the answer differs from the points asked about, so that its value has yet to be evaluated."""
        return False

    def ending_at(self, optimality: Any) -> "Method[S]":
        """The method for a run that ends at this optimality: one whose next step is dear need not compute it there."""
        return self

    def stationarity(self, state: S, x: Array, gradient: Array) -> Array:
        """The size of what should be zero at a solution, at any x with its gradient: maxⱼ|gⱼ|, or what a penalty that
        the state knows of makes of it.
        """
        size: Array = jnp.max(jnp.abs(gradient))
        return size

    @abc.abstractmethod
    def start(self, x0: Array, geometry: Geometry) -> S:
        """The first state. Its question is x0."""

    @abc.abstractmethod
    def tell(self, state: S, evaluation: Evaluation) -> S:
        """The state after the question was answered."""

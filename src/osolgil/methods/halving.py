"""Steps along a direction, halved until the value falls: what Newton and Gauss–Newton share.

Reverse communication: a trial point is a question like any other, and a rejected one is asked again closer by.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.method import opening
from osolgil.protocol import Evaluation, Shrinkage, Status

ARMIJO = 1e-4
"""The value must fall by at least this part of what the slope promises (Nocedal & Wright 2006, eq. 3.4)."""

HALVINGS = 40
"""Trials along one direction before the line search counts as failed."""


class HalvingState(NamedTuple):
    """The state of a method that goes along a direction; see `State`.

    Attributes:
        value: f at the answer; infinite before the first evaluation.
        direction: where it goes from the answer, shape (n,).
        slope: ∇f·direction at the answer, negative.
        fraction: of the direction that the question tries: 1, ½, ¼, ...
        penalty: what is added to the loss, for methods that keep one.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    value: Array
    direction: Array
    slope: Array
    fraction: Array
    penalty: Shrinkage | None = None


def start(x0: Array) -> HalvingState:
    """The state before the first evaluation, whose point is accepted if its value is finite."""
    zero = jnp.zeros((), x0.dtype)
    return HalvingState(
        **opening(x0),
        value=zero + jnp.inf,
        direction=jnp.zeros_like(x0),
        slope=zero,
        fraction=zero,
    )


def tell(
    state: HalvingState,
    evaluation: Evaluation,
    aim: Callable[[Array, Evaluation], tuple[Array, Array, Array]],
) -> HalvingState:
    """Accept the trial and go on from there, or halve it.

    ``aim(x, evaluation)`` gives direction, slope and optimality at an accepted point.
    """
    value = evaluation.value
    promised = ARMIJO * state.fraction * state.slope
    # Within the rounding of the value itself no fall can be seen, and none is asked for.
    rounding = 4 * jnp.finfo(value.dtype).eps * jnp.abs(state.value)
    first = jnp.isinf(state.value)
    has_fallen = first | (value <= state.value + promised + rounding)
    accepted = jnp.isfinite(value) & has_fallen
    halved = state.fraction / 2
    exhausted = ~accepted & (halved < 2.0**-HALVINGS) & ~first

    def onward() -> HalvingState:
        direction, slope, optimality = aim(state.question, evaluation)
        whole = jnp.ones_like(state.fraction)
        return state._replace(
            question=state.question + direction,
            answer=state.question,
            optimality=optimality,
            step_size=jnp.sqrt(jnp.sum(direction**2)),
            value=value,
            direction=direction,
            slope=slope,
            fraction=whole,
        )

    def closer() -> HalvingState:
        step = halved * state.direction
        return state._replace(question=state.answer + step, step_size=jnp.sqrt(jnp.sum(step**2)), fraction=halved)

    after = jax.lax.cond(accepted, onward, closer)
    status = jnp.where(exhausted, Status.LINE_SEARCH_FAILED, Status.RUNNING)
    lost = (first & ~accepted) | ~jnp.all(jnp.isfinite(after.question))
    status = jnp.where(lost, Status.DIVERGED, status)
    return after._replace(accepted=accepted, status=status.astype(jnp.int32))

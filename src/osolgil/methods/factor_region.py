"""Trust regions for sums of squares, on the triangular factor: what Levenberg–Marquardt and the dogleg share.

Reverse communication: a trial point is a question like any other, and a rejected one is asked again closer by.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.method import opening
from osolgil.methods.trust_region import ACCEPTED, Step, resized
from osolgil.protocol import Evaluation, Status

ROUNDING = 8
"""How many units of the last place of ½‖r‖² count as its rounding."""

GROW = 1.5
"""By what factor the radius grows: less than the usual 2 or 3, since a sum of squares often leads through narrow curved
valleys, in which a step that is too long costs more than two that are short. (Over the functions of Moré, Garbow &
Hillstrom from their starts, 10 and 100 times them, 1.5 needs 20 % fewer evaluations than 2.)
"""


class Linearized(NamedTuple):
    """The linearized residuals at a point, in coordinates in which they are apart.

    With D the scale and R the triangle of the factor, R/D = U diag(values) Vᵀ and the residuals at a step p are
    values·q + projected, q = Vᵀ(Dp), besides what no step can change.

    Attributes:
        values: shape (n,), the largest first.
        projected: Uᵀ(Qᵀr), shape (n,).
        axes: Vᵀ, shape (n, n).
    """

    values: Array
    projected: Array
    axes: Array


class RegionState(NamedTuple):
    """The state of a trust-region method for a sum of squares; see `State`.

    Attributes:
        value: ½‖r‖² at the answer; infinite before the first evaluation.
        cosine: of the residual and the columns of J at the answer.
        first: ‖r‖ at the start.
        scale: D, the largest norm that each column of J has had, shape (n,).
        linear: the linearized residuals at the answer.
        radius: how far a step may go, ‖Dp‖ ≤ radius; 0 before the first evaluation.
        length: ‖Dp‖ of the step that the question tries.
        fall: of the value, that the model predicts for it.
        slope: of the value along it, negative.
        bounded: whether the radius held it back.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    value: Array
    cosine: Array
    first: Array
    scale: Array
    linear: Linearized
    radius: Array
    length: Array
    fall: Array
    slope: Array
    bounded: Array


def start(x0: Array) -> RegionState:
    """The state before the first evaluation, whose point is accepted if its value is finite."""
    n = len(x0)
    zero, nothing = jnp.zeros((), x0.dtype), jnp.zeros_like(x0)
    return RegionState(
        **opening(x0),
        value=zero + jnp.inf,
        cosine=zero + jnp.inf,
        first=zero,
        scale=nothing,
        linear=Linearized(nothing, nothing, jnp.zeros((n, n), x0.dtype)),
        radius=zero,
        length=zero,
        fall=zero,
        slope=zero,
        bounded=jnp.asarray(False),
    )


def tell(
    state: RegionState,
    evaluation: Evaluation,
    within: Callable[[Linearized, Array], Step],
    first_radius: Array,
) -> RegionState:
    """Accept the trial or not, set the radius, and ask about the next step.

    ``within(linear, radius)`` is the step that the method takes within a radius.
    """
    value, factor = evaluation.value, evaluation.factor
    assert factor is not None
    x, n, eps = state.question, len(state.question), jnp.finfo(state.question.dtype).eps
    opening = jnp.isinf(state.value)
    finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(factor))
    # Where the predicted fall is below the rounding of the value, the slope judges in its place.
    faint = ~opening & (state.fall <= ROUNDING * eps * state.value)
    first = jnp.where(opening, jnp.sqrt(2 * value), state.first)
    here, size = cosine(x, factor, first)
    fell = state.value - value
    ratio = jnp.where(finite, fell / jnp.where(state.fall > 0, state.fall, 1.0), -1.0)
    kept = jnp.abs(fell) <= ROUNDING * eps * state.value
    flatter = faint & kept & (here <= 0.5 * state.cosine)
    accepted = finite & (opening | flatter | (~faint & (ratio >= ACCEPTED)))
    done = ~opening & faint & ~accepted

    # Moré 1978, §5: a parabola through the two values and the slope of the step says by how much to shrink.
    slope = state.slope
    part = jnp.where(ratio >= 0, 0.5, 0.5 * slope / (slope + jnp.where(finite, fell, -jnp.inf)))
    shrink = jnp.where(part >= 0.1, jnp.minimum(part, 0.5), 0.1)
    radius = jnp.where(flatter, state.radius, resized(state.radius, state.length, ratio, state.bounded, shrink, GROW))

    def onward() -> tuple[Array, Linearized]:
        norms = jnp.sqrt(jnp.sum(factor[:, :n] ** 2, axis=0))
        largest = jnp.maximum(state.scale, norms)
        scale = jnp.where(largest > 0, largest, 1.0)
        left, values, axes = jnp.linalg.svd(factor[:n, :n] / scale)
        # Of columns that depend on others a part is rounding; a step of least norm has none of it.
        known = values > 10 * n * eps * values[0]
        return largest, Linearized(jnp.where(known, values, 0.0), factor[:n, n] @ left, axes)

    def stay() -> tuple[Array, Linearized]:
        return state.scale, state.linear

    largest, linear = jax.lax.cond(accepted, onward, stay)
    scale = jnp.where(largest > 0, largest, 1.0)
    answer = jnp.where(accepted, x, state.answer)
    radius = jnp.where(opening, first_radius * opening_radius(linear, scale * x), radius)
    step = within(linear, radius)
    move = (step.q @ linear.axes) / scale
    question = answer + move
    status = jnp.where(done | ~(radius > 0), Status.STALLED, Status.RUNNING)
    # A rejected step that is below the spacing of numbers around the answer can only be asked again.
    status = jnp.where(~accepted & jnp.all(question == answer), Status.STALLED, status)
    lost = (opening & ~accepted) | ~jnp.all(jnp.isfinite(question))
    status = jnp.where(lost, Status.DIVERGED, status)
    optimality = jnp.maximum(here, jnp.sqrt(2 * step.fall) / jnp.where(size > 0, size, 1.0))
    return RegionState(
        question=question,
        answer=answer,
        optimality=jnp.where(accepted, optimality, state.optimality),
        step_size=jnp.sqrt(jnp.sum(move**2)),
        accepted=accepted,
        status=status.astype(jnp.int32),
        value=jnp.where(accepted, value, state.value),
        cosine=jnp.where(accepted, here, state.cosine),
        first=first,
        scale=largest,
        linear=linear,
        radius=radius,
        length=jnp.sqrt(jnp.sum(step.q**2)),
        fall=step.fall,
        slope=step.slope,
        bounded=step.bounded,
    )


def cosine(x: Array, factor: Any, first: Array) -> tuple[Array, Array]:
    """maxⱼ |Jⱼᵀr| / (‖Jⱼ‖·size), of the residual and the columns of J, and size = ‖r‖ + √ε(‖r₀‖ + Σₖ‖Jₖ‖|xₖ|).

    What is added to ‖r‖ stands for its rounding, which is all that is left of it where a model fits exactly.
    """
    n = len(x)
    columns, residual = factor[:, :n], factor[:, n]
    norms = jnp.sqrt(jnp.sum(columns**2, axis=0))
    rounding = jnp.sqrt(jnp.finfo(x.dtype).eps) * (first + jnp.sum(norms * jnp.abs(x)))
    size = jnp.sqrt(jnp.sum(residual**2)) + rounding
    length = norms * size
    return jnp.max(jnp.abs(residual @ columns) / jnp.where(length > 0, length, 1.0)), size


def opening_radius(linear: Linearized, scaled: Array) -> Array:
    """The first radius: as far as the linearized problem's solution, and no farther than x itself is from 0."""
    solution = jnp.sqrt(jnp.sum(whole(linear) ** 2))
    distance = jnp.sqrt(jnp.sum(scaled**2))
    nearer = jnp.where(distance > 0, jnp.minimum(solution, distance), solution)
    return jnp.where(nearer > 0, nearer, 1.0)


def whole(linear: Linearized) -> Array:
    """The Gauss–Newton step in the coordinates of the axes, of least norm where columns depend on others."""
    positive = linear.values > 0
    return jnp.where(positive, -linear.projected / jnp.where(positive, linear.values, 1.0), 0.0)


def step_of(linear: Linearized, q: Array, bounded: Array) -> Step:
    """A step with what the model ½‖values·q + projected‖² says about it."""
    moved = linear.values * q
    slope = jnp.sum(moved * linear.projected)
    return Step(q, jnp.maximum(-slope - 0.5 * jnp.sum(moved**2), 0.0), slope, bounded)

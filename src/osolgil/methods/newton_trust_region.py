"""Newton's method within a trust region, which leaves saddles."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.method import Method, Order, opening
from osolgil.methods.trust_region import ACCEPTED, WITHIN, Step, resized, shifted
from osolgil.methods.validation import POSITIVE, Limit
from osolgil.protocol import Evaluation, Geometry, Needs, Status, pytree

ROUNDING = 4
"""How many units of the last place of the value count as its rounding."""

FLATTER = 0.9
"""By this factor the slope has to fall where the value is rounding."""


class NewtonState(NamedTuple):
    """The state of Newton's method within a radius; see `State`.

    Attributes:
        value: f at the answer; infinite before the first evaluation.
        curvatures: eigenvalues of the Hessian at the answer, shape (n,), the smallest first.
        slopes: the gradient in the coordinates of the eigenvectors, shape (n,).
        axes: the eigenvectors in columns, shape (n, n).
        radius: how far a step may go; 0 before the first evaluation.
        fall: of the value, that the model predicts for the question's step.
        bounded: whether the radius held it back.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    value: Array
    curvatures: Array
    slopes: Array
    axes: Array
    radius: Array
    fall: Array
    bounded: Array


@pytree
class NewtonTrustRegion(Method[NewtonState]):
    r"""Newton's method within a radius in which its model is trusted, for up to some hundreds of parameters.

    .. math:: p = -(\nabla^2 f + \lambda I)^{-1} \nabla f, \quad \lvert p \rvert \le \delta

    Where the Hessian is indefinite λ exceeds the most negative eigenvalue, and a slope that does not show the way down
    is helped along that eigenvector: a saddle is left even from the very point. Its optimality is the larger of
    maxⱼ|∂f/∂xⱼ| and −λ_min, which are both zero only where a minimum is possible.

    Attributes:
        first_radius: the first δ, as a share of the length of Newton's step with absolute eigenvalues.

    Source: Moré & Sorensen 1983, *Computing a trust region step*; Nocedal & Wright 2006, *Numerical Optimization*,
    Algorithms 4.1 and 4.3, here on the eigenvalues themselves.
    """

    first_radius: float = 1.0

    title: ClassVar[str] = "Newton, trust region"
    parents: ClassVar[dict[str, str]] = {"newton": "steps no longer than a radius, also along negative curvature"}
    parents_ko: ClassVar[dict[str, str]] = {"newton": "반지름을 넘지 않는 걸음, 음의 곡률을 따라서도"}
    source: ClassVar[str] = "Moré & Sorensen 1983; Nocedal & Wright 2006, Algorithms 4.1 and 4.3"
    order: ClassVar[Order] = "second"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
    limits: ClassVar[Mapping[str, Limit]] = {"first_radius": POSITIVE}

    def start(self, x0: Array, geometry: Geometry) -> NewtonState:
        n = len(x0)
        zero, nothing = jnp.zeros((), x0.dtype), jnp.zeros_like(x0)
        return NewtonState(
            **opening(x0),
            value=zero + jnp.inf,
            curvatures=nothing,
            slopes=nothing,
            axes=jnp.zeros((n, n), x0.dtype),
            radius=zero,
            fall=zero,
            bounded=jnp.asarray(False),
        )

    def tell(self, state: NewtonState, evaluation: Evaluation) -> NewtonState:
        gradient: Any = evaluation.gradient
        hessian: Any = evaluation.hessian
        x, value = state.question, evaluation.value
        finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(gradient)) & jnp.all(jnp.isfinite(hessian))
        slope = jnp.sqrt(jnp.sum(state.slopes**2))
        accepted, opening, ratio, faint = judged(state.value, state.fall, slope, value, gradient, finite)

        def onward() -> tuple[Array, Array, Array]:
            curvatures, axes = jnp.linalg.eigh(hessian)
            return curvatures, gradient @ axes, axes

        def stay() -> tuple[Array, Array, Array]:
            return state.curvatures, state.slopes, state.axes

        w, c, axes = jax.lax.cond(accepted, onward, stay)
        # Algorithm 4.1: a quarter of the step that was tried, or twice the radius.
        length = state.step_size
        radius = resized(state.radius, length, ratio, state.bounded, jnp.asarray(0.25), 2.0)
        radius = jnp.where(opening, self.first_radius * opening_radius(x, w, c), radius).astype(x.dtype)
        answer = jnp.where(accepted, x, state.answer)
        step = within(w, c, radius)
        move = axes @ step.q
        question = answer + move
        # A rejected step that is below the spacing of numbers around the answer can only be asked again.
        exhausted = ~accepted & ~opening & (faint | jnp.all(question == answer))
        status = jnp.where(exhausted, Status.LINE_SEARCH_FAILED, Status.RUNNING)
        status = jnp.where((opening & ~accepted) | ~jnp.all(jnp.isfinite(question)), Status.DIVERGED, status)
        return NewtonState(
            question=question,
            answer=answer,
            optimality=jnp.where(accepted, jnp.maximum(jnp.max(jnp.abs(gradient)), bent_down(w)), state.optimality),
            step_size=jnp.sqrt(jnp.sum(move**2)),
            accepted=accepted,
            status=status.astype(jnp.int32),
            value=jnp.where(accepted, value, state.value),
            curvatures=w,
            slopes=c,
            axes=axes,
            radius=radius,
            fall=step.fall,
            bounded=step.bounded,
        )


class Verdict(NamedTuple):
    """What a trial is worth.

    Attributes:
        accepted: whether it becomes the answer.
        opening: whether it is the start.
        ratio: the fall of the value over the predicted fall; 1 where the slope judged in its place.
        faint: whether the predicted fall is within the rounding of the value.
    """

    accepted: Array
    opening: Array
    ratio: Array
    faint: Array


def judged(before: Array, predicted: Array, slope: Array, value: Array, gradient: Array, finite: Array) -> Verdict:
    """Judge a trial.

    Args:
        before: the value at the answer; infinite where there is none.
        predicted: by how much the model falls on the way.
        slope: ‖∇f‖ at the answer.
        value, gradient: at the trial.
        finite: whether all that is known of the trial is.
    """
    opening = jnp.isinf(before)
    rounding = ROUNDING * jnp.finfo(value.dtype).eps * jnp.abs(before)
    fell = before - value
    ratio = jnp.where(finite, fell / jnp.where(predicted > 0, predicted, 1.0), -1.0)
    # Within the rounding of the value itself no fall can be seen: there the slope judges in its place.
    faint = ~opening & (predicted <= rounding)
    flatter = faint & (jnp.abs(fell) <= rounding) & (jnp.sqrt(jnp.sum(gradient**2)) <= FLATTER * slope)
    accepted = finite & (opening | flatter | (~faint & (ratio >= ACCEPTED)))
    return Verdict(accepted, opening, jnp.where(flatter, 1.0, ratio), faint)


def noise(w: Array) -> Array:
    """Below this an eigenvalue is rounding."""
    return jnp.finfo(w.dtype).eps * len(w) * jnp.max(jnp.abs(w))


def bent_down(w: Array) -> Array:
    """−λ_min where it is positive beyond rounding, else 0."""
    return jnp.where(w[0] < -noise(w), -w[0], 0.0)


def opening_radius(x: Array, w: Array, c: Array) -> Array:
    """The first radius: the length of Newton's step with absolute eigenvalues; at a critical point some of x's size."""
    least = noise(w) + jnp.finfo(w.dtype).tiny
    length = jnp.sqrt(jnp.sum((c / jnp.maximum(jnp.abs(w), least)) ** 2))
    size = jnp.maximum(1.0, jnp.sqrt(jnp.sum(x**2)))
    return jnp.clip(length, 1e-3 * size, 1e3 * size)


def within(w: Array, c: Array, radius: Array) -> Step:
    """The lowest point of ½qᵀdiag(w)q + cᵀq within the radius (Moré & Sorensen 1983), w rising."""
    least = noise(w) + jnp.finfo(w.dtype).tiny
    flat = jnp.abs(w) <= least
    # Along what is flat up to rounding there is nothing to gain where the slope is rounding as well.
    free = jnp.where(flat, 0.0, -c / jnp.where(flat, 1.0, w))
    level = jnp.max(jnp.abs(jnp.where(flat, c, 0.0))) <= jnp.finfo(w.dtype).eps * jnp.max(jnp.abs(c))
    inside = (w[0] >= -least) & level & (jnp.sum(free**2) <= ((1 + WITHIN) * radius) ** 2)

    def short() -> Array:
        q, _ = shifted(w, c, jnp.where(radius > 0, radius, 1.0), least)
        # The hard case: no λ makes the step long enough, and the rest goes along the most negative curvature.
        missing = jnp.sqrt(jnp.maximum(radius**2 - jnp.sum(q**2), 0.0))
        hard = (w[0] < -least) & (jnp.sum(q**2) < ((1 - WITHIN) * radius) ** 2)
        along = jnp.where(c[0] > 0, -missing, missing)
        return q.at[0].add(jnp.where(hard, along, 0.0))

    q = jax.lax.cond(inside, lambda: free, short)
    return Step(q, jnp.maximum(-jnp.sum(q * (c + 0.5 * w * q)), 0.0), jnp.sum(q * c), ~inside)

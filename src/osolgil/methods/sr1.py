"""SR1 within a trust region: a Hessian that is learned from gradients, and that may be indefinite."""

from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.line_searches import SearchStatus
from osolgil.methods.line_searches.search import Line, line, reason, told
from osolgil.methods.method import Method, opening
from osolgil.methods.newton_trust_region import within
from osolgil.methods.norms import norm
from osolgil.methods.products import inner, times
from osolgil.methods.searching import ENDS
from osolgil.methods.trust_region import ACCEPTED, resized
from osolgil.methods.validation import POSITIVE, Limits
from osolgil.protocol import Evaluation, Geometry, Status, pytree

SKIPPED = 1e-8
"""r of Nocedal & Wright (6.26)."""

FLATTER = 0.9
"""By this factor the gradient has to shrink where rounding hides whether the value fell."""

ABSURD = 100.0
"""Where the value rose by more than this times the fall that was predicted, a trial teaches nothing of the Hessian."""

SHRINK, GROW = 0.5, 3.0
"""By what factors the radius changes. (Over the functions of Moré, Garbow & Hillstrom 3 needs 14 % fewer evaluations
than 2, and 9 % fewer than 4.)
"""

TRIALS = 60
"""Trials from one point before the run ends."""

ENDLESS = 1e12
"""A way that is this many times the first radius, all of it downhill and without upward curvature, has no end."""


class SR1Memory(NamedTuple):
    """The memory of SR1.

    Attributes:
        known: updates of the matrix.
        skipped: trials that would have spoilt it.
        hessian: B, the Hessian as far as it is known, shape (n, n).
    """

    known: Array
    skipped: Array
    hessian: Array


class SR1State(NamedTuple):
    """The state of SR1; see `State`.

    Attributes:
        value, gradient: at the answer; an infinite value before the first evaluation.
        radius: how far a step may go.
        fall: of the value, that the model predicts for the question's step.
        bounded: whether the radius held it back.
        line: what trials from the answer have told.
        memory: the matrix.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    value: Array
    gradient: Array
    radius: Array
    fall: Array
    bounded: Array
    line: Line
    memory: SR1Memory


@pytree
class SR1(Method[SR1State]):
    r"""The symmetric update of rank one, within a radius in which its model is trusted; up to some hundred parameters.

    .. math::
        B_{t+1} = B_t + \frac{r r^\top}{r^\top s}, \quad r = y - B_t s, \qquad
        p = -(B_t + \lambda I)^{-1} \nabla f, \quad \lvert p \rvert \le \delta

    with s a step that was tried and y the change of the gradient along it. B need not stay positive definite: it learns
    negative curvature and follows it down. Rejected trials teach as well. Where rᵀs is less than 10⁻⁸‖r‖‖s‖ the update
    is skipped. On a quadratic B is the Hessian after n independent steps, however long they were. A step costs O(n³).

    Attributes:
        first_radius: the first δ, the length of the first step, which goes straight down.

    Source: Davidon 1959; Conn, Gould & Toint 1991, *Math. Program.* 50, 177–195; Nocedal & Wright 2006, Algorithm 6.2,
    eq. (6.24) and (6.26).
    """

    first_radius: float = 1.0

    title: ClassVar[str] = "SR1"
    parents: ClassVar[dict[str, str]] = {
        "newton_trust_region": "the Hessian is learned from gradients",
        "bfgs": "an update of rank one, which learns negative curvature too",
    }
    parents_ko: ClassVar[dict[str, str]] = {
        "newton_trust_region": "헤세 행렬을 기울기의 변화에서 배움",
        "bfgs": "음의 곡률도 배우는 계수 1 갱신",
    }
    source: ClassVar[str] = "Conn, Gould & Toint 1991; Nocedal & Wright 2006, Algorithm 6.2"
    limits: ClassVar[Limits] = {"first_radius": POSITIVE}

    def start(self, x0: Array, geometry: Geometry) -> SR1State:
        zero, nowhere = jnp.zeros((), x0.dtype), jnp.zeros_like(x0)
        none = jnp.asarray(0, jnp.int32)
        return SR1State(
            **opening(x0),
            value=zero + jnp.inf,
            gradient=nowhere,
            radius=zero + self.first_radius,
            fall=zero,
            bounded=jnp.asarray(True),
            line=line(zero, zero, 0.0),
            memory=SR1Memory(known=none, skipped=none, hessian=jnp.eye(len(x0), dtype=x0.dtype)),
        )

    def tell(self, state: SR1State, evaluation: Evaluation) -> SR1State:
        g: Any = evaluation.gradient
        value = evaluation.value
        opening = jnp.isinf(state.value)
        finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(g))
        s = jnp.where(opening, 0.0, state.question - state.answer)
        length = norm(s)
        # Along the step itself a trial is one of a line search's: slopes are per unit of length.
        along = s / jnp.where(length > 0, length, 1.0)
        begun = state.line._replace(value=state.value, slope=inner(state.gradient, along))
        trial, known = told(begun, length, value, jnp.where(finite, inner(g, along), jnp.nan))
        ratio = jnp.where(finite, -trial.fall / jnp.where(state.fall > 0, state.fall, 1.0), -1.0)
        enough = trial.seen | (norm(g) <= FLATTER * norm(state.gradient))
        accepted = finite & (opening | (enough & (ratio >= ACCEPTED)))
        teaches = finite & ~opening & (ratio >= -ABSURD)
        memory = learned(state.memory, s, g - state.gradient, state.gradient, teaches)

        answer = jnp.where(accepted, state.question, state.answer)
        gradient = jnp.where(accepted, g, state.gradient)
        shrink = jnp.where(ratio >= -ABSURD, SHRINK, 0.1).astype(value.dtype)
        radius = jnp.where(opening, state.radius, resized(state.radius, length, ratio, state.bounded, shrink, GROW))
        curvatures, axes = jnp.linalg.eigh(memory.hessian)
        # Before its first update the matrix knows nothing: the first step is as long as the radius.
        steep = jnp.where(memory.known > 0, curvatures, 0.0)
        step = within(steep, gradient @ axes, radius)
        move = axes @ step.q
        question = answer + move

        search = jnp.where(
            ~accepted & (jnp.all(question == answer) | (known.trials >= TRIALS)),
            reason(known, known.trials >= TRIALS, jnp.asarray(True)),
            SearchStatus.SEARCHING,
        )
        endless = accepted & (radius >= ENDLESS * self.first_radius) & (curvatures[0] <= 0) & ~opening
        search = jnp.where(endless, SearchStatus.UNBOUNDED, search)
        status = jnp.asarray(Status.RUNNING, jnp.int32)
        for found, ends in ENDS.items():
            status = jnp.where(search == found, jnp.int32(ends), status)
        status = jnp.where(opening & ~accepted, jnp.int32(Status.DIVERGED), status)
        status = jnp.where(value == -jnp.inf, jnp.int32(Status.UNBOUNDED), status)
        fresh = line(value, value, 0.0)
        return SR1State(
            question=question,
            answer=answer,
            optimality=jnp.where(accepted, jnp.max(jnp.abs(g), initial=0.0), state.optimality),
            step_size=norm(move),
            accepted=accepted,
            status=status,
            value=jnp.where(accepted, value, state.value),
            gradient=gradient,
            radius=radius,
            fall=step.fall,
            bounded=step.bounded,
            line=jax.tree.map(lambda new, old: jnp.where(accepted, new, old), fresh, known),
            memory=memory,
        )


def learned(memory: SR1Memory, s: Array, y: Array, gradient: Array, told: Array) -> SR1Memory:
    """The matrix after a trial: B + rrᵀ/rᵀs with r = y − Bs (Nocedal & Wright 6.24), if that is safe."""
    first = memory.known == 0
    length = norm(s)
    # The first matrix is scaled to the size of the curvature seen, |y|/|s|, whatever its sign.
    size = norm(y) / jnp.where(length > 0, length, 1.0)
    before = jnp.where(first & told, size * jnp.eye(len(s), dtype=s.dtype), memory.hessian)
    r = y - times(before, s)
    rs = inner(r, s)
    # (6.26), and r must be more than the rounding of the gradients that it is the difference of.
    rounding = 10 * jnp.finfo(s.dtype).eps * (norm(gradient) + norm(gradient + y))
    safe = told & (jnp.abs(rs) >= SKIPPED * length * norm(r)) & (rs != 0) & (norm(r) > rounding)
    updated = before + r[:, None] * r / jnp.where(safe, rs, 1.0)
    return SR1Memory(
        known=memory.known + (safe | (first & told)),
        skipped=memory.skipped + (told & ~safe),
        hessian=jnp.where(safe, updated, jnp.where(told, before, memory.hessian)),
    )

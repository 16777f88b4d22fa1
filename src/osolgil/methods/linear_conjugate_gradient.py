"""Conjugate gradients for quadratics, where the step that ends each line is known without a search."""

from typing import Any, ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.method import Method, opening
from osolgil.methods.norms import norm
from osolgil.methods.products import inner
from osolgil.methods.searching import FIRST
from osolgil.methods.validation import Limits
from osolgil.protocol import Evaluation, Geometry, Status, pytree

ROUNDING = 10.0
"""This many units of the last place of the largest value, and of the largest gradient, count as their rounding."""

DROP = 0.1
"""Where the gradient ought to be this part of what was seen last, the iterate itself is asked about."""

SHARP = 1e6
"""The first trial has to bend by this many times its rounding."""


class LinearMemory(NamedTuple):
    """The memory of linear conjugate gradients.

    Attributes:
        iterate: x, the lowest point of the last line, shape (n,).
        value, gradient: there, as they follow from the trial on that line.
        direction: p, along which the question lies, shape (n,).
    """

    iterate: Array
    value: Array
    gradient: Array
    direction: Array


class LinearState(NamedTuple):
    """The state of linear conjugate gradients; see `State`.

    Attributes:
        trial: τ of the question, which is x + τp; 0 where it is x itself.
        usual: τ of the trial that was put off to ask about x itself.
        longest: the longest step that any line had.
        height: the largest |f| so far, by which its rounding is measured.
        steepness: the largest ‖g‖ since it began anew.
        stiffness: the largest ‖Ap‖/‖p‖ so far.
        error, blur: how far the iterate's gradient and value may be wrong, besides the rounding of a single one.
        anchor: ‖g‖ where it began anew.
        lowest, lowest_value: the lowest point that was evaluated.
        leaving: whether the question lies on the line from a point that was itself asked about.
        memory: the iterate and its direction.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    trial: Array
    usual: Array
    longest: Array
    height: Array
    steepness: Array
    stiffness: Array
    error: Array
    blur: Array
    anchor: Array
    lowest: Array
    lowest_value: Array
    leaving: Array
    memory: LinearMemory


@pytree
class LinearConjugateGradient(Method[LinearState]):
    r"""Conjugate gradients for f = ½xᵀAx − bᵀx, from gradients alone, with one evaluation a step.

    .. math::
        x_{t+1} = x_t + \alpha_t p_t, \quad \alpha_t = -\frac{g_t^\top p_t}{p_t^\top A p_t}, \qquad
        p_{t+1} = -g_{t+1} + \frac{g_{t+1}^\top g_{t+1}}{g_t^\top g_t} p_t

    A is never seen. On a line the gradient of a quadratic is a straight line itself, so that one trial a little way
    along tells the product, A p = (g(x + τp) − g(x))/τ, the lowest point of the line, and the gradient there:
    g + (α/τ)(g(x + τp) − g). The points that are asked about are these trials, and not the iterates, which stand in the
    memory; at the end the last iterate is evaluated. It is done after as many steps as A has distinct eigenvalues, but
    for rounding, and ‖x_t − x*‖_A ≤ 2((√κ − 1)/(√κ + 1))ᵗ ‖x_0 − x*‖_A.

    A quadratic of positive curvature is asked for. A function whose values and gradients disagree with any quadratic
    ends the run with NOT_QUADRATIC, and one that bends down along some pₜ, or not at all, with UNBOUNDED.

    Source: Hestenes & Stiefel 1952, *J. Res. Natl. Bur. Stand.* 49, 409–436; Nocedal & Wright 2006, Algorithm 5.2 and
    eq. (5.36).
    """

    title: ClassVar[str] = "Linear conjugate gradient"
    parents: ClassVar[dict[str, str]] = {"gradient_descent": "directions of which none spoils what others have done"}
    parents_ko: ClassVar[dict[str, str]] = {"gradient_descent": "앞선 방향의 성과를 해치지 않는 켤레 방향"}
    source: ClassVar[str] = "Hestenes & Stiefel 1952; Nocedal & Wright 2006, Algorithm 5.2"
    limits: ClassVar[Limits] = {}

    @property
    def answers_elsewhere(self) -> bool:
        return True

    def start(self, x0: Array, geometry: Geometry) -> LinearState:
        zero, nowhere = jnp.zeros((), x0.dtype), jnp.zeros_like(x0)
        return LinearState(
            **opening(x0),
            trial=zero,
            usual=zero,
            longest=zero,
            height=zero,
            steepness=zero,
            stiffness=zero,
            error=zero,
            blur=zero,
            anchor=zero + jnp.inf,
            lowest=x0,
            lowest_value=zero + jnp.inf,
            leaving=jnp.asarray(True),
            memory=LinearMemory(x0, zero, nowhere, nowhere),
        )

    def tell(self, state: LinearState, evaluation: Evaluation) -> LinearState:
        told: Any = evaluation.gradient
        value, eps = evaluation.value, jnp.finfo(state.question.dtype).eps
        x, f, g, p = state.memory
        opening = jnp.isinf(state.lowest_value)
        finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(told))
        there, length, tau = norm(told), norm(p), state.trial
        height = jnp.maximum(state.height, jnp.where(finite, jnp.abs(value), 0.0))
        steepness = jnp.maximum(state.steepness, jnp.where(finite, there, 0.0))
        change = told - g
        stiff = norm(change) / jnp.where(tau > 0, tau * length, jnp.inf)
        stiffness = jnp.maximum(state.stiffness, jnp.where(finite & ~opening, stiff, 0.0))
        # Points are rounded as well as gradients are.
        rough = ROUNDING * eps * jnp.maximum(steepness, stiffness * norm(x))
        # A gradient that is all rounding says nothing of where to go: from what was measured it begins anew, if that
        # is any flatter than where it began the last time.
        faint = ~opening & finite & (norm(g) <= jnp.maximum(rough, state.error))
        begins = (opening & finite) | (faint & (there < state.anchor))

        error = rough + state.error
        looks = ~opening & finite & (tau == 0)

        # On a quadratic's line the trapezoid under the slopes is the difference of the values.
        slope, slope_there = inner(g, p), inner(told, p)
        misfit = jnp.abs(value - f - tau * (slope + slope_there) / 2)
        steep = tau * jnp.maximum(jnp.abs(slope), jnp.abs(slope_there))
        fits = misfit <= jnp.cbrt(eps) * steep + state.blur + 10 * (ROUNDING * eps * height + error * tau * length)
        bend = inner(p, change) / tau  # pᵀAp
        # Too short a trial bends less than rounding; one as far as numbers reach is no longer too short. The first one
        # is a guess, and is asked for more: what is seen of the curvature tells a better one.
        unseen = jnp.abs(bend) * tau <= rough * length
        guessed = (state.longest == 0) & (bend > 0) & (bend * tau <= SHARP * rough * length)
        too_short = (unseen | guessed) & (tau * length < (1 + norm(x)) / eps) & ~looks
        onward = finite & ~opening & ~faint & ~looks & fits & (bend > 0) & ~unseen & ~too_short
        part = jnp.where(onward, -slope / (bend * tau), 0.0)  # α/τ

        # Nocedal & Wright (5.24), from the trial.
        gradient = g + part * change
        direction = -gradient + inner(gradient, gradient) / inner(g, g) * p
        following = LinearMemory(x + part * tau * p, f + part * tau * slope / 2, gradient, direction)
        # What was seen at x itself takes the place of what follows from the trial.
        seen = LinearMemory(x, value, told, p - change)
        anew = LinearMemory(state.question, value, told, -told)
        memory = chosen(onward, following, chosen(looks, seen, state.memory))
        memory = chosen(begins, anew, memory)
        longest = jnp.maximum(state.longest, part * tau)
        # Between the last step and the longest one: from a trial that is too short rounding is extrapolated.
        usual = jnp.sqrt(part * tau * longest)
        drops = onward & (norm(gradient) <= DROP * jnp.minimum(there, norm(g)))
        longer = jnp.where(unseen, tau / jnp.cbrt(eps), -slope / bend)
        trial = jnp.where(onward, usual, jnp.where(faint, tau, longer))
        trial = jnp.where(looks, state.usual, jnp.where(drops, 0.0, trial))
        trial = jnp.where(begins, jnp.minimum(1.0, FIRST / jnp.where(there > 0, there, 1.0)), trial)
        question = memory.iterate + trial * memory.direction

        lower = finite & (value < state.lowest_value)
        lowest = jnp.where(lower, state.question, state.lowest)
        running = begins | onward | looks | too_short
        status = jnp.where(running, Status.RUNNING, Status.UNBOUNDED)
        status = jnp.where(fits, status, Status.NOT_QUADRATIC)
        status = jnp.where(faint & ~begins, Status.PRECISION_FLOOR, status)
        status = jnp.where(begins, Status.RUNNING, status)
        status = jnp.where(finite, status, jnp.where(opening, Status.DIVERGED, Status.NOT_QUADRATIC))
        status = jnp.where(value == -jnp.inf, Status.UNBOUNDED, status)
        failed = (status == Status.NOT_QUADRATIC) | (status == Status.UNBOUNDED)
        size = jnp.max(jnp.maximum(jnp.abs(told), jnp.where(opening | looks, 0.0, jnp.abs(g))), initial=0.0)
        return LinearState(
            question=question,
            # Where there was no minimum to compute, only what was evaluated is known.
            answer=jnp.where(failed, lowest, jnp.where(begins, state.question, x)),
            optimality=jnp.where(begins | onward | looks, size, state.optimality),
            step_size=norm(question - state.question),
            accepted=(opening & finite) | ((onward | faint | looks) & ~state.leaving),
            status=status.astype(jnp.int32),
            trial=trial,
            usual=jnp.where(onward, usual, state.usual),
            longest=longest,
            height=height,
            steepness=jnp.where(begins, there, steepness),
            stiffness=stiffness,
            # Of the gradient (1 − α/τ)g + (α/τ)g(x + τp), and of the value that follows from its slope.
            error=jnp.where(
                onward, jnp.abs(1 - part) * state.error + part * rough, jnp.where(begins | looks, 0.0, state.error)
            ),
            blur=jnp.where(
                onward, state.blur + part * tau * length * error, jnp.where(begins | looks, 0.0, state.blur)
            ),
            anchor=jnp.where(begins, there, state.anchor),
            lowest=lowest,
            lowest_value=jnp.where(lower, value, state.lowest_value),
            leaving=begins | looks | (state.leaving & ~onward),
            memory=memory,
        )


def chosen(condition: Array, one: LinearMemory, other: LinearMemory) -> LinearMemory:
    """One of two memories."""
    return LinearMemory(*(jnp.where(condition, a, b) for a, b in zip(one, other, strict=True)))

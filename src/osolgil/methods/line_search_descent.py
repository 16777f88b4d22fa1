"""Gradient descent whose steps are searched for, and Barzilai and Borwein's, whose steps are guessed so well."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.bfgs import tells_curvature
from osolgil.methods.line_searches import Backtracking, LineSearch
from osolgil.methods.method import Order
from osolgil.methods.products import inner
from osolgil.methods.searching import Aim, Move, Searching, down, either
from osolgil.methods.validation import POSITIVE, Limits, Whole
from osolgil.protocol import pytree, static


class DescentMemory(NamedTuple):
    """The memory of gradient descent with a line search.

    Attributes:
        known: moves made.
    """

    known: Array


@pytree
class LineSearchDescent(Searching):
    r"""Gradient descent with a line search: straight down, as far as the value falls enough.

    .. math:: x_{t+1} = x_t - \alpha_t \nabla f(x_t)

    The first trial of a search supposes that the value falls to first order as it did by the last move:
    αₜ = αₜ₋₁ ‖gₜ₋₁‖² / ‖gₜ‖².

    Attributes:
        line_search: how far to go.

    Source: Armijo 1966, *Pacific J. Math.* 16, 1–3; Nocedal & Wright 2006, Algorithm 3.1 and §3.5.
    """

    line_search: LineSearch = Backtracking()

    order: ClassVar[Order] = "first"
    title: ClassVar[str] = "Gradient descent with line search"
    parents: ClassVar[dict[str, str]] = {"gradient_descent": "a step that is searched for"}
    parents_ko: ClassVar[dict[str, str]] = {"gradient_descent": "학습률 대신 직선 탐색으로 찾은 보폭"}
    source: ClassVar[str] = "Armijo 1966; Nocedal & Wright 2006, Algorithm 3.1"
    limits: ClassVar[Limits] = {}

    def remember(self, x: Array) -> DescentMemory:
        return DescentMemory(known=jnp.asarray(0, jnp.int32))

    def learn(self, memory: DescentMemory, move: Move, accepted: Array) -> DescentMemory:
        return DescentMemory(known=memory.known + accepted)

    def aim(self, memory: DescentMemory, move: Move) -> Aim:
        like_last = move.step_size * -move.slope / inner(move.gradient, move.gradient)
        return either(memory.known > 0, Aim(-move.gradient, like_last), down(move.gradient))


class BarzilaiBorweinMemory(NamedTuple):
    """The memory of Barzilai and Borwein's method.

    Attributes:
        known: moves made.
        values: those before the present one, −∞ where there were none yet, shape (lookback,).
    """

    known: Array
    values: Array


@pytree
class BarzilaiBorwein(Searching):
    r"""Gradient descent with Barzilai and Borwein's step, which makes αI the best inverse Hessian for the last move.

    .. math:: x_{t+1} = x_t - \alpha_t \nabla f(x_t), \qquad \alpha_t = \frac{s^\top s}{s^\top y}

    with s the last step and y the change of the gradient. It goes down in the long run only: a step is accepted if
    the value falls enough below the *largest* of the last ones, and is shortened else. Where sᵀy is not positive the
    step is the largest allowed.

    Attributes:
        line_search: shortens steps; it is asked for a decrease below the largest of the last values.
        lookback: how many values that is, besides the present one.
        longest: the longest α that is tried.

    Source: Barzilai & Borwein 1988, *IMA J. Numer. Anal.* 8, eq. (5); Grippo, Lampariello & Lucidi 1986; Raydan 1997,
    *SIAM J. Optim.* 7, 26–33.
    """

    line_search: Backtracking = Backtracking()
    lookback: int = static(default=9)
    longest: float = 1e10

    title: ClassVar[str] = "Barzilai–Borwein"
    parents: ClassVar[dict[str, str]] = {"line_search_descent": "a step guessed from the last move's curvature"}
    parents_ko: ClassVar[dict[str, str]] = {"line_search_descent": "직전 이동의 곡률로 짐작한 보폭"}
    source: ClassVar[str] = "Barzilai & Borwein 1988; Raydan 1997"
    limits: ClassVar[Limits] = {"lookback": Whole(1), "longest": POSITIVE}

    def remember(self, x: Array) -> BarzilaiBorweinMemory:
        return BarzilaiBorweinMemory(known=jnp.asarray(0, jnp.int32), values=jnp.full(self.lookback, -jnp.inf, x.dtype))

    def learn(self, memory: BarzilaiBorweinMemory, move: Move, accepted: Array) -> BarzilaiBorweinMemory:
        began = move.value + move.fall
        place = memory.known % self.lookback
        values = jnp.where(jnp.arange(self.lookback) == place, began, memory.values)
        return BarzilaiBorweinMemory(known=memory.known + accepted, values=jnp.where(accepted, values, memory.values))

    def aim(self, memory: BarzilaiBorweinMemory, move: Move) -> Aim:
        s, y = move.step, move.change
        guess = jnp.where(tells_curvature(s, y), inner(s, s) / inner(s, y), self.longest)
        allowance = jnp.maximum(jnp.max(memory.values) - move.value, 0.0)
        guessed = Aim(-move.gradient, jnp.minimum(guess, self.longest), allowance)
        return either(memory.known > 0, guessed, down(move.gradient))

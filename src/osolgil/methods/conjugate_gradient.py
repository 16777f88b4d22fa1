"""Conjugate gradients: the next direction keeps part of the last one."""

from typing import ClassVar, Literal, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.line_searches import LineSearch, StrongWolfe
from osolgil.methods.norms import norm
from osolgil.methods.products import inner
from osolgil.methods.searching import Aim, Move, Searching, down, either
from osolgil.methods.validation import Limits
from osolgil.protocol import pytree, static

Form = Literal["fletcher_reeves", "polak_ribiere", "hager_zhang"]

FORMS: tuple[Form, ...] = ("fletcher_reeves", "polak_ribiere", "hager_zhang")

TRUNCATION = 0.4
"""η of Hager & Zhang: how negative β may become, relative to the gradient's length."""

ORTHOGONAL = 0.1
"""ν of Nocedal & Wright (5.52): gradients that are less orthogonal than this make Fletcher–Reeves begin anew."""


class ConjugateGradientMemory(NamedTuple):
    """The memory of conjugate gradients; the last direction is the state's.

    Attributes:
        known: moves since it last went straight down.
        restarts: how often it began anew.
    """

    known: Array
    restarts: Array


@pytree
class ConjugateGradient(Searching):
    r"""Nonlinear conjugate gradients.

    .. math:: d_{t+1} = -g_{t+1} + \beta_t d_t

    with y the change of the gradient and

    - Fletcher–Reeves: β = gₜ₊₁ᵀgₜ₊₁ / gₜᵀgₜ; it begins anew where successive gradients are far from orthogonal;
    - Polak–Ribière+: β = max(0, gₜ₊₁ᵀy / gₜᵀgₜ), which begins anew by itself;
    - Hager–Zhang: β = (y − 2d‖y‖²/dᵀy)ᵀgₜ₊₁ / dᵀy, truncated from below.

    On a quadratic with exact line searches all three are the linear method, which ends after as many steps as the
    Hessian has distinct eigenvalues. Whatever the form, a direction that does not go down is replaced by −g.

    Attributes:
        line_search: how far to go; conjugacy asks for a more exact one than Newton's methods do.
        form: which β.

    Source: Hestenes & Stiefel 1952; Fletcher & Reeves 1964; Polak & Ribière 1969; Hager & Zhang 2005, *SIAM J. Optim.*
    16, eq. (1.3)–(1.6); Nocedal & Wright 2006, Algorithm 5.4 and eq. (5.41), (5.44), (5.52).
    """

    line_search: LineSearch = StrongWolfe(curvature=0.1)
    form: Form = static(default="hager_zhang")

    title: ClassVar[str] = "Conjugate gradient"
    parents: ClassVar[dict[str, str]] = {
        "linear_conjugate_gradient": "searched steps in place of exact ones: for any smooth function"
    }
    parents_ko: ClassVar[dict[str, str]] = {
        "linear_conjugate_gradient": "정확한 보폭 대신 직선 탐색: 매끄러운 함수라면 어디에나"
    }
    source: ClassVar[str] = "Fletcher & Reeves 1964; Polak & Ribière 1969; Hager & Zhang 2005"
    limits: ClassVar[Limits] = {}

    def complaint(self) -> str | None:
        """Why these fields make no sense, if they do not."""
        if self.form not in FORMS:
            return f"form must be one of {', '.join(map(repr, FORMS))}, but it is {self.form!r}"
        return super().complaint()

    def remember(self, x: Array) -> ConjugateGradientMemory:
        zero = jnp.asarray(0, jnp.int32)
        return ConjugateGradientMemory(known=zero, restarts=zero)

    def learn(self, memory: ConjugateGradientMemory, move: Move, accepted: Array) -> ConjugateGradientMemory:
        anew = accepted & (self.beta(move) == 0)
        return ConjugateGradientMemory(
            known=jnp.where(anew, 0, memory.known + accepted), restarts=memory.restarts + anew
        )

    def aim(self, memory: ConjugateGradientMemory, move: Move) -> Aim:
        direction = -move.gradient + self.beta(move) * move.direction
        # Nocedal & Wright, §3.5: the first-order change is taken to be that of the last move.
        slope = inner(move.gradient, direction)
        first = move.step_size * move.slope / slope
        return either(memory.known > 0, Aim(direction, first), down(move.gradient))

    def beta(self, move: Move) -> Array:
        """β, 0 where it begins anew."""
        g, before, y, d = move.gradient, move.gradient_before, move.change, move.direction
        if self.form == "fletcher_reeves":
            anew = jnp.abs(inner(g, before)) >= ORTHOGONAL * inner(g, g)  # Nocedal & Wright (5.52)
            beta = jnp.where(anew, 0.0, inner(g, g) / inner(before, before))  # (5.41)
        elif self.form == "polak_ribiere":
            beta = jnp.maximum(inner(g, y) / inner(before, before), 0.0)  # (5.44), (5.45)
        else:
            dy = inner(d, y)
            beta = (inner(y, g) - 2 * inner(d, g) * inner(y, y) / dy) / dy  # Hager & Zhang (1.3)
            least = -1 / (norm(d) * jnp.minimum(TRUNCATION, norm(before)))  # (1.5)
            beta = jnp.maximum(beta, least)
        return jnp.where(jnp.isfinite(beta), beta, 0.0)

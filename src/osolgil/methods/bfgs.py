"""BFGS, which learns the inverse of the Hessian from gradients."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.line_searches import LineSearch, StrongWolfe
from osolgil.methods.products import inner, times
from osolgil.methods.searching import Aim, Move, Searching, either, straight_down
from osolgil.methods.validation import Limits
from osolgil.protocol import pytree, static


class BFGSMemory(NamedTuple):
    """The memory of BFGS.

    Attributes:
        known: updates since the matrix was last begun anew; with 0 the matrix counts as γI.
        skipped: moves that told no positive curvature.
        inverse: H, the inverse Hessian as far as it is known, shape (n, n).
    """

    known: Array
    skipped: Array
    inverse: Array


@pytree
class BFGS(Searching):
    r"""Broyden, Fletcher, Goldfarb and Shanno's method: Newton's step by a matrix that is learned from gradients.

    .. math::
        x_{t+1} = x_t - \alpha_t H_t \nabla f(x_t), \qquad
        H_{t+1} = (I - \rho s y^\top) H_t (I - \rho y s^\top) + \rho s s^\top, \quad \rho = 1 / y^\top s

    with s the step and y the change of the gradient. Before its first update H is (yᵀs/yᵀy)I; a move with
    yᵀs ≤ ε‖y‖‖s‖ tells no curvature and is skipped. A step costs O(n²). On a quadratic with exact line searches it
    ends after n steps with H the inverse of the Hessian.

    y is a secant's change of the gradient. Values know more: the cubic through values and slopes at both ends of a step
    has another curvature where it ends, and y is scaled to have it. On a quadratic both are the same.

    Attributes:
        line_search: how far to go.
        cubic: whether y is scaled to the cubic's curvature.

    Source: Broyden, Fletcher, Goldfarb & Shanno 1970; Nocedal & Wright 2006, Algorithm 6.1, eq. (6.17) and (6.20);
    Biggs 1973, *J. Inst. Math. Appl.* 12, 337–338, on the cubic.
    """

    line_search: LineSearch = StrongWolfe()
    cubic: bool = static(default=True)

    title: ClassVar[str] = "BFGS"
    parents: ClassVar[dict[str, str]] = {"newton": "the inverse Hessian is learned from gradients"}
    parents_ko: ClassVar[dict[str, str]] = {"newton": "헤세 행렬의 역행렬을 기울기의 변화에서 배움"}
    source: ClassVar[str] = "Broyden, Fletcher, Goldfarb & Shanno 1970; Nocedal & Wright 2006, Algorithm 6.1"
    limits: ClassVar[Limits] = {}

    def remember(self, x: Array) -> BFGSMemory:
        zero = jnp.asarray(0, jnp.int32)
        return BFGSMemory(known=zero, skipped=zero, inverse=jnp.eye(len(x), dtype=x.dtype))

    def learn(self, memory: BFGSMemory, move: Move, accepted: Array) -> BFGSMemory:
        s, y = move.step, changed(move, self.cubic)
        curved = tells_curvature(s, y)

        def updated() -> Array:
            h, sy = memory.inverse, inner(s, y)
            scaled = sy / inner(y, y) * jnp.eye(len(s), dtype=s.dtype)  # Nocedal & Wright (6.20)
            h = jnp.where(memory.known == 0, scaled, h)
            hy = times(h, y)
            # Nocedal & Wright (6.17), multiplied out.
            along = (1 + inner(y, hy) / sy) * s - hy
            matrix: Array = h + (s[:, None] * along - hy[:, None] * s) / sy
            return matrix

        return BFGSMemory(
            known=memory.known + (accepted & curved),
            skipped=memory.skipped + (accepted & ~curved),
            inverse=jax.lax.cond(accepted & curved, updated, lambda: memory.inverse),
        )

    def aim(self, memory: BFGSMemory, move: Move) -> Aim:
        newton = Aim(-times(memory.inverse, move.gradient), jnp.ones_like(move.value))
        return either(memory.known > 0, newton, straight_down(move.gradient))


def tells_curvature(s: Array, y: Array) -> Array:
    """Whether the gradient grew along the step, beyond rounding: yᵀs > ε‖y‖‖s‖, whatever the units.

    Lengths whose squares overflow tell nothing: yᵀs, which the update divides by, would overflow with them.
    """
    lengths = jnp.sqrt(inner(s, s)) * jnp.sqrt(inner(y, y))
    return inner(s, y) > jnp.finfo(s.dtype).eps * lengths


VISIBLE = 100.0
"""A fall counts as known where it is this many times √ε of the value: then it has a third of its digits and more."""

SCALES = (0.2, 5.0)
"""Between these the secant's curvature is scaled to the cubic's."""


def changed(move: Move, cubic: bool) -> Array:
    """y, scaled by t = 6(f − f₊ + g₊ᵀs)/yᵀs − 2 if the cubic is to have its say and values can be told apart.

    Biggs 1973: yᵀs t is the second derivative, at the end of the step, of the cubic through f, gᵀs, f₊ and g₊ᵀs.
    """
    if not cubic:
        return move.change
    sy = inner(move.change, move.step)
    scale = 6 * (move.fall + inner(move.gradient, move.step)) / sy - 2
    visible = VISIBLE * jnp.sqrt(jnp.finfo(sy.dtype).eps) * jnp.abs(move.value)
    known = (jnp.abs(move.fall) > visible) & jnp.isfinite(scale)
    return jnp.where(known, jnp.clip(scale, *SCALES), 1.0) * move.change

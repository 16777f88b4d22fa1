"""L-BFGS, which remembers the last moves in place of a matrix."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.bfgs import changed, tells_curvature
from osolgil.methods.line_searches import LineSearch, StrongWolfe
from osolgil.methods.products import inner
from osolgil.methods.searching import Aim, Move, Searching, either, straight_down
from osolgil.methods.validation import Interval, Limits
from osolgil.protocol import pytree, static


class LBFGSMemory(NamedTuple):
    """The memory of L-BFGS: a ring of the last moves.

    Attributes:
        known: moves in the ring.
        skipped: moves that told no positive curvature.
        next: the place in the ring that is written next.
        steps, changes: s and y of each move, shape (history, n).
        rho: 1/yᵀs of each move, shape (history,).
        scale: γ = yᵀs/yᵀy of the last one.
    """

    known: Array
    skipped: Array
    next: Array
    steps: Array
    changes: Array
    rho: Array
    scale: Array


@pytree
class LBFGS(Searching):
    r"""BFGS with limited memory: the matrix is what the last moves make of γI, and is never formed.

    .. math:: x_{t+1} = x_t - \alpha_t H_t \nabla f(x_t), \qquad H_t = \text{BFGS}(\gamma I; s_{t-m}, y_{t-m}, \ldots)

    with γ = yᵀs/yᵀy of the last move. A move with yᵀs ≤ ε‖y‖‖s‖ tells no curvature and is skipped. A step costs 4mn
    multiplications. With m ≥ the moves made it is BFGS but for γ, which is renewed.

    Attributes:
        line_search: how far to go.
        cubic: whether y is scaled to the curvature of a cubic, as in `BFGS`.
        history: m, the moves remembered.

    Source: Nocedal 1980, *Math. Comp.* 35; Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithms 7.4 and 7.5.
    """

    line_search: LineSearch = StrongWolfe()
    cubic: bool = static(default=True)
    history: int = static(default=10)

    title: ClassVar[str] = "L-BFGS"
    parents: ClassVar[dict[str, str]] = {"bfgs": "the last moves in place of the matrix"}
    parents_ko: ClassVar[dict[str, str]] = {"bfgs": "행렬 대신 최근의 이동만 기억함"}
    source: ClassVar[str] = "Nocedal 1980; Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithm 7.5"
    limits: ClassVar[Limits] = {"history": Interval(1)}

    def remember(self, x: Array) -> LBFGSMemory:
        zero = jnp.asarray(0, jnp.int32)
        ring = jnp.zeros((self.history, len(x)), x.dtype)
        return LBFGSMemory(
            known=zero,
            skipped=zero,
            next=zero,
            steps=ring,
            changes=ring,
            rho=jnp.zeros(self.history, x.dtype),
            scale=jnp.ones((), x.dtype),
        )

    def learn(self, memory: LBFGSMemory, move: Move, accepted: Array) -> LBFGSMemory:
        s, y = move.step, changed(move, self.cubic)
        curved = tells_curvature(s, y)
        kept = accepted & curved
        sy = inner(s, y)

        # One row is written whether or not it changes: a condition around the rings would copy them.
        def written(ring: Array, row: Array) -> Array:
            before = jax.lax.dynamic_index_in_dim(ring, memory.next, keepdims=False)
            return jax.lax.dynamic_update_index_in_dim(ring, jnp.where(kept, row, before), memory.next, 0)

        return LBFGSMemory(
            known=jnp.minimum(memory.known + kept, self.history),
            skipped=memory.skipped + (accepted & ~curved),
            next=jnp.where(kept, (memory.next + 1) % self.history, memory.next),
            steps=written(memory.steps, s),
            changes=written(memory.changes, y),
            rho=written(memory.rho, 1 / sy),
            scale=jnp.where(kept, sy / inner(y, y), memory.scale),  # Nocedal & Wright (7.20)
        )

    def aim(self, memory: LBFGSMemory, move: Move) -> Aim:
        newton = Aim(-two_loops(memory, move.gradient), jnp.ones_like(move.value))
        return either(memory.known > 0, newton, straight_down(move.gradient))


def two_loops(memory: LBFGSMemory, gradient: Array) -> Array:
    """Hg, by the two loops of Nocedal & Wright 2006, Algorithm 7.4."""
    history = memory.rho.shape[0]

    def place(age: Array) -> Array:
        return (memory.next - 1 - age) % history

    def row(ring: Array, i: Array) -> Array:
        found: Array = jax.lax.dynamic_index_in_dim(ring, i, keepdims=False)
        return found

    def backward(age: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        q, alphas = carry
        i = place(age)
        alpha = row(memory.rho, i) * inner(row(memory.steps, i), q)
        return q - alpha * row(memory.changes, i), jax.lax.dynamic_update_index_in_dim(alphas, alpha, i, 0)

    def forward(turn: Array, r: Array) -> Array:
        i = place(memory.known - 1 - turn)
        beta = row(memory.rho, i) * inner(row(memory.changes, i), r)
        return r + row(memory.steps, i) * (row(alphas, i) - beta)

    q, alphas = jax.lax.fori_loop(0, memory.known, backward, (gradient, jnp.zeros_like(memory.rho)))
    found: Array = jax.lax.fori_loop(0, memory.known, forward, memory.scale * q)
    return found

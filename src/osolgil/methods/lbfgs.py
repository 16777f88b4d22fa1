"""L-BFGS, which remembers the last moves in place of a matrix."""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.bfgs import changed, tells_curvature
from osolgil.methods.line_searches import LineSearch, StrongWolfe
from osolgil.methods.products import FEW, inner
from osolgil.methods.searching import Aim, Move, Searching, either, straight_down
from osolgil.methods.validation import FINITE, Limits, Whole
from osolgil.protocol import pytree, static


class Inverse(NamedTuple):
    """What H is made of besides the moves, where it is not made of them one after another; see `compact`.

    Attributes:
        triangle: R⁻¹, with R the part of SᵀY in which no step is younger than the change, shape (history, history).
        products: YᵀY, shape (history, history).
    """

    triangle: Array
    products: Array


class LBFGSMemory(NamedTuple):
    """The memory of L-BFGS: the last moves.

    For many parameters they are a ring, in which the newest takes the place of the oldest. For few the newest comes
    first and the others move up: copying a few numbers costs less than finding a place does, above all in lanes, each
    of which has another place.

    Attributes:
        known: moves remembered.
        skipped: moves that told no positive curvature.
        next: the place in the ring that is written next; 0 where the newest comes first.
        steps, changes: s and y of each move, shape (history, n).
        rho: 1/yᵀs of each move, shape (history,).
        scale: γ = yᵀs/yᵀy of the last one.
        inverse: for many parameters what else H is made of; None for few.
    """

    known: Array
    skipped: Array
    next: Array
    steps: Array
    changes: Array
    rho: Array
    scale: Array
    inverse: Inverse | None


@pytree
class LBFGS(Searching):
    r"""BFGS with limited memory: the matrix is what the last moves make of γI, and is never formed.

    .. math:: x_{t+1} = x_t - \alpha_t H_t \nabla f(x_t), \qquad H_t = \text{BFGS}(\gamma I; s_{t-m}, y_{t-m}, \ldots)

    with γ = yᵀs/yᵀy of the last move. A move with yᵀs ≤ ε‖y‖‖s‖ tells no curvature and is skipped. A step costs 4mn
    multiplications. With m ≥ the moves made it is BFGS but for γ, which is renewed.

    Given the inverse Hessian of a problem much alike (of a sample of the rows, say), the last moves correct that in
    place of γI, and the first step is already one of Newton's. A step then costs n² multiplications more.

    Within bounds the direction is that of the coordinates that no bound holds, cut to the box; the optimality is the
    projected gradient's, max |P(x − ∇f(x)) − x|. A start outside begins at the nearest point of the box.

    Attributes:
        line_search: how far to go.
        cubic: whether y is scaled to the curvature of a cubic, as in `BFGS`.
        history: m, the moves remembered.
        initial: what takes the place of γI, symmetric and positive definite, shape (n, n), in the coordinates in which
            the method walks; None for γI.

    Source: Nocedal 1980, *Math. Comp.* 35; Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithms 7.4 and 7.5. On
    bounds: Bertsekas 1982, *SIAM J. Control Optim.* 20, 221–246, whose set of held coordinates it is; Morales & Nocedal
    2011, *ACM Trans. Math. Softw.* 38, on the cut.
    """

    line_search: LineSearch = StrongWolfe()
    cubic: bool = static(default=True)
    history: int = static(default=10)
    initial: Any = None

    takes_bounds: ClassVar[bool] = True
    title: ClassVar[str] = "L-BFGS"
    parents: ClassVar[dict[str, str]] = {"bfgs": "the last moves in place of the matrix"}
    parents_ko: ClassVar[dict[str, str]] = {"bfgs": "행렬 대신 최근의 이동만 기억함"}
    source: ClassVar[str] = "Nocedal 1980; Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithm 7.5"
    limits: ClassVar[Limits] = {"history": Whole(1), "initial": FINITE}

    def complaint(self) -> str | None:
        shape = None if self.initial is None else jnp.shape(self.initial)
        if shape is not None and (len(shape) < 2 or shape[-1] != shape[-2]):
            return f"initial must be a square matrix, but its shape is {shape}"
        return super().complaint()

    def remember(self, x: Array) -> LBFGSMemory:
        zero = jnp.asarray(0, jnp.int32)
        ring, square = jnp.zeros((self.history, len(x)), x.dtype), jnp.zeros((self.history, self.history), x.dtype)
        return LBFGSMemory(
            known=zero,
            skipped=zero,
            next=zero,
            steps=ring,
            changes=ring,
            rho=jnp.zeros(self.history, x.dtype),
            scale=jnp.ones((), x.dtype),
            inverse=None if len(x) <= FEW or self.initial is not None else Inverse(square, square),
        )

    def learn(self, memory: LBFGSMemory, move: Move, accepted: Array) -> LBFGSMemory:
        s, y = move.step, changed(move, self.cubic)
        curved = tells_curvature(s, y)
        kept = accepted & curved
        sy, few = inner(s, y), len(s) <= FEW

        def written(ring: Array, row: Array) -> Array:
            if few:
                return jnp.where(kept, jnp.concatenate([row[None], ring[:-1]]), ring)
            # One row is written whether or not it changes: a condition around the rings would copy them.
            before = jax.lax.dynamic_index_in_dim(ring, memory.next, keepdims=False)
            return jax.lax.dynamic_update_index_in_dim(ring, jnp.where(kept, row, before), memory.next, 0)

        after = LBFGSMemory(
            known=jnp.minimum(memory.known + kept, self.history),
            skipped=memory.skipped + (accepted & ~curved),
            next=memory.next if few else jnp.where(kept, (memory.next + 1) % self.history, memory.next),
            steps=written(memory.steps, s),
            changes=written(memory.changes, y),
            rho=written(memory.rho, 1 / sy),
            scale=jnp.where(kept, sy / inner(y, y), memory.scale),  # Nocedal & Wright (7.20)
            inverse=memory.inverse,
        )
        if memory.inverse is None or move.free is not None:
            return after
        return after._replace(inverse=updated(memory.inverse, memory, after, y, kept))

    def aim(self, memory: LBFGSMemory, move: Move) -> Aim:
        if memory.inverse is None or move.free is not None:
            downhill = two_loops(memory, move.gradient, move.free, self.initial)
        else:
            downhill = compact(memory, memory.inverse, move.gradient)
        newton = Aim(-downhill, jnp.ones_like(move.value))
        if self.initial is not None:
            return newton
        return either(memory.known > 0, newton, straight_down(move.gradient))


def two_loops(memory: LBFGSMemory, gradient: Array, free: Array | None = None, initial: Array | None = None) -> Array:
    """Hg, by the two loops of Nocedal & Wright 2006, Algorithm 7.4.

    With only some coordinates free, H is what the moves tell of these: it is made of their parts of s and y, and a move
    that tells no positive curvature there is passed over. The others' coordinates of Hg are zero.
    """
    history = memory.rho.shape[0]

    few = gradient.shape[0] <= FEW
    # Loops of a length that is known go to the same places in all lanes.
    turns = history if few else memory.known

    def place(age: Array) -> Array:
        return age if few else (memory.next - 1 - age) % history

    def row(ring: Array, i: Array) -> Array:
        found: Array = jax.lax.dynamic_index_in_dim(ring, i, keepdims=False)
        return found if free is None or ring.ndim == 1 else jnp.where(free, found, 0)

    def inverse_curvature(age: Array) -> Array:
        i = place(age)
        if free is None:
            rho = row(memory.rho, i)
        else:
            s, y = row(memory.steps, i), row(memory.changes, i)
            curved = tells_curvature(s, y)
            rho = jnp.where(curved, 1 / jnp.where(curved, inner(s, y), 1), 0)
        return jnp.where(age < memory.known, rho, 0) if few else rho

    def backward(age: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        q, alphas = carry
        i = place(age)
        alpha = inverse_curvature(age) * inner(row(memory.steps, i), q)
        return q - alpha * row(memory.changes, i), jax.lax.dynamic_update_index_in_dim(alphas, alpha, age, 0)

    def forward(turn: Array, r: Array) -> Array:
        age = turns - 1 - turn
        i = place(age)
        beta = inverse_curvature(age) * inner(row(memory.changes, i), r)
        return r + row(memory.steps, i) * (row(alphas, age) - beta)

    if free is not None:
        gradient = jnp.where(free, gradient, 0)
    q, alphas = repeated(turns, backward, (gradient, jnp.zeros_like(memory.rho)))
    between = memory.scale * q if initial is None else initial @ q
    if initial is not None and free is not None:
        between = jnp.where(free, between, 0)
    found: Array = repeated(turns, forward, between)
    return found


def repeated(turns: Array | int, body: Callable[[Array, Any], Any], begin: Any) -> Any:
    """`jax.lax.fori_loop` from 0, always as a while-loop: as a scan it would keep the run from being one kernel."""

    def turned(carry: tuple[Array, Any]) -> tuple[Array, Any]:
        return carry[0] + 1, body(*carry)

    return jax.lax.while_loop(lambda carry: carry[0] < turns, turned, (jnp.asarray(0, jnp.int32), begin))[1]


def updated(inverse: Inverse, before: LBFGSMemory, after: LBFGSMemory, y: Array, kept: Array) -> Inverse:
    """R⁻¹ and YᵀY after a move, if it was kept, in whose place the oldest one was.

    A triangle that loses its first row and column loses those of its inverse; with a last column (r; sᵀy) its inverse
    has the last column (−R⁻¹r; 1)/sᵀy. The order of the moves in the ring does not matter to either.
    """
    place = jnp.arange(len(after.rho)) == before.next
    new, knows = kept & place, before.known > 0
    others = knows & ~place
    # What was forgotten counts as zero, and so does the move whose place is taken.
    triangle = jnp.where(knows & ~(new[:, None] | new), inverse.triangle, 0)
    along, products = after.steps @ y, jnp.where(others | place, after.changes @ y, 0)
    rest = -jnp.sum(triangle * jnp.where(others, along, 0), axis=1)
    column = jnp.where(place, 1, rest) * after.rho[before.next]
    return Inverse(
        triangle=jnp.where(new, column[:, None], triangle),
        products=jnp.where(new[:, None], products, jnp.where(new, products[:, None], inverse.products)),
    )


def compact(memory: LBFGSMemory, inverse: Inverse, gradient: Array) -> Array:
    """Hg = γg + S R⁻ᵀ((D + γYᵀY)u − γYᵀg) − γYu, u = R⁻¹Sᵀg, with D the diagonal of R.

    Byrd, Nocedal & Schnabel 1994, *Math. Program.* 63, eq. (3.1): what the two loops give, in two products with all
    moves at once, which for many parameters take a third of the time.
    """
    triangle, gamma = inverse.triangle, memory.scale
    u = jnp.sum(triangle * (memory.steps @ gradient), axis=1)
    diagonal = jnp.diagonal(triangle)
    curvatures = jnp.where(diagonal > 0, 1 / jnp.where(diagonal > 0, diagonal, 1), 0)
    bent = curvatures * u + gamma * (jnp.sum(inverse.products * u, axis=1) - memory.changes @ gradient)
    return gamma * (gradient - u @ memory.changes) + jnp.sum(triangle * bent[:, None], axis=0) @ memory.steps

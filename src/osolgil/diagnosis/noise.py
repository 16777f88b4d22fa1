"""Gradient noise: how much a mini-batch's gradient differs from that of all rows, and what that does to the path."""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.diagnosis.sayings import as_finding
from osolgil.diagnosis.subject import Subject
from osolgil.problems.finite_sum import FiniteSum, takes_key
from osolgil.protocol import Layout, precision
from osolgil.protocol.findings import Finding
from osolgil.protocol.programs import compiled

ROWS = 4096
"""Rows whose gradients are looked at one by one; of more, so many are drawn."""

LANES = 32
"""Rows whose gradients are computed at once."""


@dataclass(frozen=True)
class Noise:
    r"""The noise of single rows' gradients gᵢ around the gradient g of all of them.

    Attributes:
        spread: tr Σ, the mean of ‖gᵢ − ḡ‖².
        signal: ‖g‖².
        rows: how many rows were looked at.
        of: how many there are.
        batch_size: of the run, if there was one with mini-batches.
    """

    spread: float
    signal: float
    rows: int
    of: int
    batch_size: int | None = None

    @property
    def scale(self) -> float:
        r"""The simple noise scale :math:`\operatorname{tr} Σ/‖g‖^2`: the batch size at which noise and signal are even.

        Source: McCandlish et al. 2018, *An empirical model of large-batch training*, equation (2.9).
        """
        return self.spread / self.signal if self.signal > 0 else (math.inf if self.spread > 0 else 0.0)

    def signal_to_noise(self, batch_size: int) -> float:
        r"""‖g‖²/(tr Σ/b), the signal of a batch of b rows over its noise."""
        return batch_size / self.scale if self.scale > 0 else math.inf


def noise_of(subject: Subject, batch_size: int | None = None, seed: int = 0) -> Noise | None:
    """The gradient noise at x; None where there are no rows."""
    problem = subject.problem
    if not isinstance(problem, FiniteSum):
        return None
    weights = np.asarray(problem.weights)
    live = np.flatnonzero(weights > 0)
    looked_at = min(ROWS, len(live))
    chosen = live if looked_at == len(live) else np.random.default_rng(seed).choice(live, looked_at, replace=False)
    # Filled up to whole groups with a real row at weight zero.
    slots = -(-looked_at // LANES) * LANES
    places = np.concatenate([chosen, np.full(slots - looked_at, chosen[0])])
    rows = jax.tree.map(lambda leaf: np.asarray(leaf)[places], problem.rows)
    masses = np.concatenate([weights[chosen], np.zeros(slots - looked_at)])
    squares, mean = row_gradients(subject, rows, masses)
    scale = float(weights.sum()) if problem.reduction == "sum" else 1.0
    signal = float(np.sum((subject.gradient / scale) ** 2))
    spread = max(squares - float(np.sum(mean**2)), 0.0)
    return Noise(spread, signal, looked_at, len(live), batch_size)


def row_gradients(subject: Subject, rows: Any, masses: np.ndarray) -> tuple[float, np.ndarray]:
    """The weighted mean of ‖gᵢ‖² and of gᵢ, shape (n,), over these rows."""
    with precision(subject.dtype):
        problem = subject.problem
        assert isinstance(problem, FiniteSum)
        leaves = jax.tree.map(jnp.asarray, rows)
        arguments = (problem.loss, leaves, jnp.asarray(masses, subject.dtype), jnp.asarray(subject.x, subject.dtype))
        program, _ = compiled(row_totals, subject.layout, arguments)
        squares, mean = program(*arguments)
    return float(squares), np.asarray(mean, dtype=np.float64)


def row_totals(layout: Layout, loss: Any, rows: Any, masses: Array, x: Array) -> tuple[Array, Array]:
    """Σw‖gᵢ‖²/Σw and Σw gᵢ/Σw, a few rows at a time."""
    extra = (None,) if takes_key(loss) else ()

    def alone(x: Array, row: Any) -> Array:
        one = jax.tree.map(lambda leaf: leaf[None], row)
        return loss(layout.unravel(x), one, *extra)[0]

    def group(carry: tuple[Array, Array], part: tuple[Any, Array]) -> tuple[tuple[Array, Array], None]:
        some, mass = part
        gradients = jax.vmap(jax.grad(alone), in_axes=(None, 0))(x, some)
        squares, total = carry
        return (squares + mass @ jnp.sum(gradients**2, axis=1), total + mass @ gradients), None

    def grouped(leaf: Array) -> Array:
        return leaf.reshape(-1, LANES, *leaf.shape[1:])

    start = (jnp.zeros((), x.dtype), jnp.zeros_like(x))
    (squares, total), _ = jax.lax.scan(group, start, (jax.tree.map(grouped, rows), grouped(masses)))
    weight = jnp.sum(masses)
    return squares / weight, total / weight


def wandering(path: np.ndarray | None) -> float | None:
    """The length of a path (rows, n) over the distance between its ends: 1 for a straight one."""
    if path is None or len(path) < 3 or not np.isfinite(path).all():
        return None
    distance = float(np.linalg.norm(path[-1] - path[0]))
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    return length / distance if distance > 0 else None


def noise_findings(found: Noise, wanders: float | None) -> list[Finding]:
    """Whether noise dominates, how the path shows it, and the batch size at which it would not."""
    size, scale = found.batch_size, found.scale
    told: dict[str, Any] = {
        "spread": math.sqrt(found.spread),
        "signal": math.sqrt(found.signal),
        "scale": scale,
        "looked": f"{found.rows:,} rows" if found.rows == found.of else f"{found.rows:,} of {found.of:,} rows, drawn",
    }
    enough = math.ceil(scale) if scale < found.of else None
    if size is None or size >= found.of or size >= scale:
        even = "" if enough is None else f"; batches of more than {enough:,} rows show more signal than noise"
        even_ko = "" if enough is None else f". {enough:,}행이 넘는 배치에서는 신호가 잡음보다 큽니다"
        return [as_finding("gradient noise", scale, trouble=False, **told, even=even, even_ko=even_ko)]
    long = "" if wanders is None else f"; the path is {wanders:.3g} times as long as the way from its start to its end"
    long_ko = "" if wanders is None else f". 경로는 출발점과 도착점 사이 거리의 {wanders:.3g}배를 돌아갔습니다"
    share = found.signal_to_noise(size)
    return [
        as_finding(
            "noise",
            share,
            **told,
            size=size,
            share=share,
            wanders=long,
            wanders_ko=long_ko,
            enough="all rows" if enough is None else f"batches of {enough:,} rows",
            enough_ko="전체 행을" if enough is None else f"{enough:,}행의 배치를",
        )
    ]

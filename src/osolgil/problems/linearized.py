"""Products with the Hessian of a sum over rows, whose chunks are linearized once and side by side."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.protocol import pytree, static

REMEMBERED = 2**28
"""Bytes that linearizations may remember beside the rows; beyond, every product differentiates afresh."""


@pytree
class SideBySide:
    """The sum of linear maps of chunks of rows, folded as the chunks themselves are.

    Attributes:
        chunks: v ↦ what a chunk adds, shape (n,) to (n,); its leaves have a leading axis of chunks.
        group: chunks whose totals are folded together before groups are.
    """

    chunks: Callable[[Any], Array]
    group: int = static()

    def __call__(self, v: Any) -> Any:
        return in_order(jax.vmap(lambda chunk, v: chunk(v), in_axes=(0, None))(self.chunks, v), self.group)


@pytree
class Combined:
    """v ↦ the sum of linear maps, each times its factor.

    Attributes:
        maps: shape (n,) to (n,).
        factors: one each, shape ().
    """

    maps: tuple[Callable[[Any], Array], ...]
    factors: tuple[Any, ...]

    def __call__(self, v: Any) -> Any:
        return reduce(jnp.add, [each(v) * factor for each, factor in zip(self.maps, self.factors, strict=True)])


def in_order(totals: Any, group: int) -> Any:
    """The sum over the leading axis, within groups and then over the groups, each in index order: of every leaf.

    The bits are those of a loop over the chunks, while the chunks themselves are computed side by side: an array of
    rows is then read where it lies, and not copied chunk by chunk.
    """

    def folded(leaf: Any) -> Any:
        groups = -(-leaf.shape[0] // group)
        filling = jnp.zeros((groups * group - leaf.shape[0], *leaf.shape[1:]), leaf.dtype)
        grouped = jnp.concatenate([leaf, filling]).reshape(groups, group, *leaf.shape[1:])
        within = reduce(jnp.add, [grouped[:, i] for i in range(min(group, leaf.shape[0]))])
        if groups == 1:
            return within[0]
        return jax.lax.fori_loop(1, groups, lambda i, total: total + within[i], within[0])

    return jax.tree.map(folded, totals)


def bytes_remembered(linearize: Callable[..., Any], *rows: Any) -> int:
    """What ``linearize(*rows)``, a pytree, holds beside the rows themselves."""
    found: list[int] = []

    def measured(*rows: Any) -> tuple[()]:
        data = {id(leaf) for leaf in jax.tree.leaves(rows)}
        others = {id(leaf): leaf for leaf in jax.tree.leaves(linearize(*rows)) if id(leaf) not in data}
        found.append(sum(int(np.size(leaf)) * np.dtype(leaf.dtype).itemsize for leaf in others.values()))
        return ()

    jax.eval_shape(measured, *rows)
    return found[-1]

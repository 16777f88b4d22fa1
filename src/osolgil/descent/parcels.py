"""Many small arrays as a few: a program's call costs about 3 µs an argument, more than 50 steps of a small loop."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.protocol import pytree, static

SMALL = 1024
"""Arrays of more numbers than this travel alone."""


@dataclass(frozen=True)
class Plan:
    """How the leaves of a tree lie in a parcel.

    Attributes:
        structure: of the tree.
        leaves: for each leaf its shape and size, and the dtype of the vector that holds it; None if it travels alone.
    """

    structure: jax.tree_util.PyTreeDef
    leaves: tuple[tuple[tuple[int, ...], int, np.dtype[Any] | None], ...]


@pytree
class Parcel:
    """A tree's arrays, packed, and how to unpack them: what a program returns whose plan only its trace knows.

    Attributes:
        arrays: as `pack` gives them.
        plan: static.
    """

    arrays: list[Any]
    plan: Plan = static()

    @classmethod
    def of(cls, tree: Any, xp: Any) -> "Parcel":
        """The tree, packed; see `pack`."""
        plan = plan_of(tree)
        return cls(pack(plan, tree, xp), plan)


def plan_of(tree: Any) -> Plan:
    """The plan for trees of this structure, with these shapes and dtypes."""
    leaves, structure = jax.tree.flatten(tree)
    return Plan(structure, tuple((leaf.shape, leaf.size, holder(leaf)) for leaf in leaves))


def holder(leaf: Any) -> np.dtype[Any] | None:
    """The dtype of the vector that holds a leaf; None if it travels alone, as large arrays and random keys do."""
    return leaf.dtype if leaf.size <= SMALL and isinstance(leaf.dtype, np.dtype) else None


def pack(plan: Plan, tree: Any, xp: Any) -> list[Any]:
    """The vectors, a dtype each, and the arrays that travel alone. `xp` is NumPy, or jax.numpy inside a program."""
    vectors: dict[np.dtype[Any], list[Any]] = {}
    alone = []
    for leaf, (*_, dtype) in zip(jax.tree.leaves(tree), plan.leaves, strict=True):
        if dtype is None:
            alone.append(leaf)
        else:
            vectors.setdefault(dtype, []).append(leaf.reshape(-1))
    return [xp.concatenate(parts) for parts in vectors.values()] + alone


def unpack(plan: Plan, parcel: list[Any]) -> Any:
    """The tree that was packed; its leaves are views where the parcel is of NumPy."""
    dtypes = list(dict.fromkeys(dtype for *_, dtype in plan.leaves if dtype is not None))
    vectors = dict(zip(dtypes, parcel, strict=False))
    alone = iter(parcel[len(dtypes) :])
    at = dict.fromkeys(dtypes, 0)
    leaves = []
    for shape, size, dtype in plan.leaves:
        if dtype is None:
            leaves.append(next(alone))
            continue
        leaves.append(vectors[dtype][at[dtype] : at[dtype] + size].reshape(shape))
        at[dtype] += size
    return jax.tree.unflatten(plan.structure, leaves)

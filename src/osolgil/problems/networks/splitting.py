"""Splits of rows into parts of fixed sizes, drawn by a seed."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from osolgil.problems.surfaces.surface import generator


def together(parts: Sequence[Any]) -> Any:
    """The rows of several parts as one: pytrees of arrays, of one structure."""
    return jax.tree.map(lambda *leaves: np.concatenate(leaves), *parts)


def split(rows: Any, sizes: Mapping[str, int], seed: int, strata: np.ndarray | None = None) -> dict[str, Any]:
    """The rows in parts of these sizes, each row in one of them.

    Every stratum has the same share in each part, to a row or two, and so many rows in each whatever the seed: rows
    that are ordered by stratum, at random within it, are dealt out evenly.

    Args:
        rows: any pytree of arrays with one leading length, the number of rows.
        sizes: of the parts, by name; their sum is the number of rows.
        seed: draws the split, and the order of the rows within each part.
        strata: what each row is one of, shape (rows,); none by default.

    Raises:
        ValueError: the sizes do not add up to the number of rows.

    >>> parts = split(np.arange(10), {"train": 6, "test": 4}, seed=0, strata=np.arange(10) % 2)
    >>> {name: (len(part), int(np.sum(part % 2))) for name, part in parts.items()}
    {'train': (6, 3), 'test': (4, 2)}
    """
    random = generator(seed)
    count = len(jax.tree.leaves(rows)[0])
    if sum(sizes.values()) != count:
        raise ValueError(f"the parts have {sum(sizes.values())} rows together, and there are {count} rows to split.")
    rest = random.permutation(count)
    if strata is not None:
        rest = rest[np.argsort(np.asarray(strata)[rest], kind="stable")]
    parts = {}
    for name, size in sizes.items():
        dealt = np.diff(np.arange(len(rest) + 1) * size // max(len(rest), 1)).astype(bool)
        parts[name] = random.permutation(rest[dealt])
        rest = rest[~dealt]
    return {name: jax.tree.map(lambda leaf, part=part: leaf[part], rows) for name, part in parts.items()}

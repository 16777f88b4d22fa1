"""What does not change during a run: how the parameters lie in the vector that a method sees, their bounds, and what
pulls them towards zero.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.protocol.shrinkage import Shrinkage


@jax.tree_util.register_static
@dataclass(frozen=True)
class Layout:
    """Which slice of the flat vector is which leaf of the user's parameters.

    Attributes:
        structure: the pytree structure of the parameters.
        shapes: the shape of each leaf, in order.
    """

    structure: jax.tree_util.PyTreeDef
    shapes: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, parameters: Any) -> "Layout":
        """The layout of these parameters: any pytree of arrays and numbers."""
        leaves, structure = jax.tree.flatten(parameters)
        return cls(structure, tuple(np.shape(leaf) for leaf in leaves))

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(math.prod(shape) for shape in self.shapes)

    @property
    def size(self) -> int:
        """n, the number of parameters."""
        return sum(self.sizes)

    @property
    def slices(self) -> Iterator[slice]:
        start = 0
        for size in self.sizes:
            yield slice(start, start + size)
            start += size

    @property
    def leaf_of(self) -> np.ndarray:
        """The number of the leaf that each coordinate belongs to, shape (n,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each coordinate, such as `x[0]` or `['w'][2,1]`."""
        numbered = jax.tree.unflatten(self.structure, range(len(self.shapes)))
        paths = [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(numbered)]
        return tuple(
            (path or "x") + (f"[{','.join(map(str, index))}]" if index else "")
            for path, shape in zip(paths, self.shapes, strict=True)
            for index in np.ndindex(*shape)
        )

    def ravel(self, parameters: Any, dtype: Any = None) -> Array:
        """The parameters as one vector, shape (n,)."""
        leaves = [jnp.ravel(jnp.asarray(leaf, dtype)) for leaf in self.structure.flatten_up_to(parameters)]
        return leaves[0] if len(leaves) == 1 else jnp.concatenate([jnp.zeros(0, dtype), *leaves])

    def flat(self, parameters: Any) -> np.ndarray:
        """The parameters as one float64 vector of the host's, shape (n,)."""
        leaves = self.structure.flatten_up_to(parameters)
        return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(leaf, dtype=np.float64)) for leaf in leaves)])

    def unravel(self, vector: Any) -> Any:
        """The parameters in the user's own shape, from a vector of shape (n,) or a path of shape (..., n)."""
        if len(self.shapes) == 1 and len(self.shapes[0]) == 1:
            return jax.tree.unflatten(self.structure, [vector])
        ahead = vector.shape[:-1]
        parts = [vector[..., part].reshape(ahead + shape) for part, shape in zip(self.slices, self.shapes, strict=True)]
        return jax.tree.unflatten(self.structure, parts)

    def expand(self, prefix: Any, dtype: Any = None) -> Array:
        """One number for each coordinate, shape (n,), from a pytree that may stop above the leaves.

        `{"w": True, "b": False}` gives 1 for every coordinate of w and 0 for every coordinate of b.
        """
        indices = jax.tree.unflatten(self.structure, range(len(self.shapes)))
        filled: list[Any] = [None] * len(self.shapes)

        def fill(value: Any, subtree: Any) -> None:
            for index in jax.tree.leaves(subtree):
                filled[index] = jnp.broadcast_to(jnp.asarray(value, dtype), self.shapes[index]).ravel()

        jax.tree.map(fill, prefix, indices)
        return jnp.concatenate([jnp.zeros(0, dtype), *filled])


class Bounds(NamedTuple):
    """Where the parameters, and the rows of the constraints c(x), may be. An infinite limit is none.

    Attributes:
        lower, upper: of each parameter, shape (n,); a parameter whose limits are equal is fixed.
        targets: what the first rows of the constraints have to be, shape (equalities,).
        row_lower, row_upper: the limits of the rows after them, shape (rows − equalities,); each has one at least.
    """

    lower: Any
    upper: Any
    targets: Any
    row_lower: Any
    row_upper: Any


@jax.tree_util.register_static
@dataclass(frozen=True)
class Geometry:
    """What does not change during a run.

    Attributes:
        layout: how the parameters lie in the vector.
        bounds: within which they stay.
        penalty: what is added to the loss, and kept by the method itself: it is told the loss's gradient alone.
    """

    layout: Layout
    bounds: Bounds | None = None
    penalty: Shrinkage | None = None

"""Learning rates by group: one for the hidden layer, another for the last."""

import dataclasses
from typing import Any, ClassVar, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.methods.schedules import Rate, Schedule, at, is_rate
from osolgil.methods.validation import POSITIVE, Limits
from osolgil.protocol import Layout, pytree, static

M = TypeVar("M")


@pytree
class ByLeaf(Schedule):
    """A learning rate for each leaf of the parameters: at each step a vector, shape (n,), of one rate a coordinate.

    Attributes:
        rates: of each leaf, in order; numbers or schedules.
        shapes: of the leaves.
    """

    rates: tuple[Rate, ...]
    shapes: tuple[tuple[int, ...], ...] = static()

    limits: ClassVar[Limits] = {"rates": POSITIVE}

    def __call__(self, t: Array) -> Array:
        spread = [jnp.broadcast_to(at(rate, t), shape) for rate, shape in zip(self.rates, self.shapes, strict=True)]
        return jnp.concatenate([rates.ravel() for rates in spread])


def per_coordinate(method: M, layout: Layout) -> M:
    """The method with each learning rate that was given by group as one for every coordinate of the parameters.

    Rules inside transforms are treated alike; what has one rate for everything stays the very same object.

    Raises:
        ValueError: the groups do not fit the parameters.

    >>> from osolgil.methods import Adam
    >>> layout = Layout.of({"hidden": [0.0, 0.0], "out": 0.0})
    >>> rule = per_coordinate(Adam({"hidden": 1e-3, "out": 1e-2}), layout)
    >>> at(rule.learning_rate, jnp.float32(1)).tolist()
    [0.0010000000474974513, 0.0010000000474974513, 0.009999999776482582]
    """
    if not dataclasses.is_dataclass(method) or isinstance(method, type):
        return method
    changed: dict[str, Any] = {}
    for field in dataclasses.fields(method):
        value = getattr(method, field.name)
        if field.name == "learning_rate" and not is_rate(value):
            changed[field.name] = by_leaf(type(method).__name__, value, layout)
        elif field.name == "rule" and (inside := per_coordinate(value, layout)) is not value:
            changed[field.name] = inside
    return dataclasses.replace(method, **changed) if changed else method


def by_leaf(whose: str, groups: Any, layout: Layout) -> ByLeaf:
    """A pytree prefix of learning rates as one for each leaf."""
    indices = jax.tree.unflatten(layout.structure, range(len(layout.shapes)))
    rates: list[Any] = [None] * len(layout.shapes)

    def fill(rate: Any, subtree: Any) -> None:
        for index in jax.tree.leaves(subtree):
            if not isinstance(rate, Schedule):
                np.broadcast_to(rate, layout.shapes[index])
            rates[index] = rate

    try:
        jax.tree.map(fill, groups, indices, is_leaf=is_rate)
    except ValueError as error:
        example = jax.tree.unflatten(layout.structure, [0.01] * len(layout.shapes))
        raise ValueError(
            f"{whose}: the learning rates {groups} do not fit the parameters; give one for every part of them, such "
            f"as {example}"
        ) from error
    return ByLeaf(tuple(rates), layout.shapes)

"""Frozen dataclasses whose numeric fields are JAX leaves and whose other fields are static."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import jax

from osolgil.protocol.captures import Captured, captured, refreshed

T = TypeVar("T")


def static(default: Any = dataclasses.MISSING, **options: Any) -> Any:
    """A field that is part of the structure (a flag, a size, a callable) and not a leaf: changing it recompiles."""
    return dataclasses.field(default=default, metadata={"static": True}, **options)


@dataclass_transform(frozen_default=True, field_specifiers=(static, dataclasses.field))
def pytree(cls: type[T]) -> type[T]:
    """Make a class a frozen dataclass and a JAX pytree: fields are leaves unless declared with `static`."""
    frozen = dataclasses.dataclass(frozen=True)(cls)
    jax.tree_util.register_dataclass(frozen)
    return frozen


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(static, dataclasses.field))
def data_pytree(cls: type[T]) -> type[T]:
    """As `pytree`, for classes that hold data: equal only to themselves, since arrays have no truth value."""
    frozen = dataclasses.dataclass(frozen=True, eq=False)(cls)
    jax.tree_util.register_dataclass(frozen)
    return frozen


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class StaticCallable:
    """A plain function as a node without leaves: the same function with the same captures is the same structure."""

    function: Callable[..., Any]
    captured: Captured = dataclasses.field(default_factory=lambda: Captured(()))

    def __call__(self, *arguments: Any) -> Any:
        return refreshed(self.function)(*arguments)

    @property
    def __name__(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)

    def __reduce__(self) -> tuple[Any, ...]:
        # What a function captures (modules, say) cannot be sent to another process, and is found there again.
        return as_node, (self.function,)


def as_node(function: Callable[..., Any]) -> Callable[..., Any]:
    """A callable as a pytree node.

    A callable that is a pytree already (`jax.tree_util.Partial`, an equinox module, one of our own loss objects) keeps
    its arrays as leaves, so that new data do not mean a new compilation. Any other callable becomes static.
    """
    if not jax.tree_util.all_leaves([function]):
        return function
    try:
        hash(function)
    except TypeError:
        return StaticCallable(lambda *arguments: refreshed(function)(*arguments))
    return StaticCallable(function, captured(function))

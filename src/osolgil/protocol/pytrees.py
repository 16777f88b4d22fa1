"""Frozen dataclasses whose numeric fields are JAX leaves and whose other fields are static."""

import contextlib
import dataclasses
import functools
import types
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import jax

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


class Captured:
    """What a function refers to outside of itself, compared object by object.

    A program that was compiled from a function holds the values that it found then: a function whose global `data` is
    another array now has to be compiled again, although it is the same function.
    """

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Captured) or len(self.values) != len(other.values):
            return False
        return all(a is b or same_constant(a, b) for a, b in zip(self.values, other.values, strict=True))

    def __hash__(self) -> int:
        return len(self.values)


def same_constant(a: Any, b: Any) -> bool:
    """Whether two values are equal numbers or texts: for anything else only the same object is the same."""
    return type(a) is type(b) and isinstance(a, bool | int | float | complex | str) and repr(a) == repr(b)


def captured(function: Any) -> Captured:
    """What a Python function, or a bound method, captures: cells, globals, attributes; also of functions in these."""
    values: list[Any] = []
    seen: set[int] = set()

    def collect(value: Any) -> None:
        values.append(value)
        if isinstance(value, types.MethodType):
            values.extend(vars(value.__self__).values() if hasattr(value.__self__, "__dict__") else ())
            value = value.__func__
        if isinstance(value, types.FunctionType) and id(value) not in seen:
            seen.add(id(value))
            values.extend(value.__defaults__ or ())
            for cell in value.__closure__ or ():
                with contextlib.suppress(ValueError):  # a cell that is still empty
                    collect(cell.cell_contents)
            if value.__module__ == module:
                for name in names(value.__code__):
                    if name in value.__globals__:
                        collect(value.__globals__[name])

    module = getattr(function, "__module__", None)
    collect(function)
    return Captured(tuple(values[1:]))


@functools.lru_cache(maxsize=256)
def names(code: types.CodeType) -> tuple[str, ...]:
    """The global names that a code object, or a function defined in it, may refer to."""
    inner = [name for each in code.co_consts if isinstance(each, types.CodeType) for name in names(each)]
    return (*code.co_names, *inner)


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class StaticCallable:
    """A plain function as a node without leaves: the same function with the same captures is the same structure."""

    function: Callable[..., Any]
    captured: Captured = dataclasses.field(default_factory=lambda: Captured(()))

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    @property
    def __name__(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)


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
        return StaticCallable(lambda *arguments: function(*arguments))
    return StaticCallable(function, captured(function))

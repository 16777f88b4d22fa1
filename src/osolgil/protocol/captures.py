"""What a function captures: told apart when it changes, and kept apart between precisions."""

import contextlib
import copy
import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np


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
            values.extend((*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()))
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


def refreshed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a new view in place of every 64-bit NumPy array that it captures; itself if there is none.

    JAX remembers for each array object, whatever the precision, as what type it was first seen. A captured float64
    array that was once traced in float32 would stay rounded in a float64 run or fail in it, and one that was traced in
    our scope would fail in the user's own programs afterwards. A view is another object, at no cost in memory.
    """
    fresh: Callable[..., Any] = renewed(function, set())
    return fresh


def renewed(value: Any, under_way: set[int]) -> Any:
    """The value with new views of the arrays in it; the very same object where there are none."""
    if isinstance(value, np.ndarray):
        return value.view() if is_wide(value) else value
    if type(value) in (list, tuple):
        items = [renewed(item, under_way) for item in value]
        return type(value)(items) if changed(items, value) else value
    if type(value) is dict:
        items = [renewed(item, under_way) for item in value.values()]
        return dict(zip(value, items, strict=True)) if changed(items, value.values()) else value
    if isinstance(value, functools.partial):
        parts = (value.func, value.args, value.keywords)
        func, args, keywords = (renewed(part, under_way) for part in parts)
        return functools.partial(func, *args, **keywords) if changed((func, args, keywords), parts) else value
    if isinstance(value, types.MethodType):
        function, owner = renewed(value.__func__, under_way), renewed_owner(value.__self__)
        return (
            types.MethodType(function, owner) if changed((function, owner), (value.__func__, value.__self__)) else value
        )
    if isinstance(value, types.FunctionType):
        return value if id(value) in under_way else renewed_function(value, under_way | {id(value)})
    if type(value).__name__ == "PjitFunction":
        # What jax.jit made of a function computes what the function does, and ours is compiled anyway.
        inside = renewed(value.__wrapped__, under_way)
        return value if inside is value.__wrapped__ else inside
    return renewed_owner(value) if callable(value) and not isinstance(value, type) else value


def changed(new: Any, old: Any) -> bool:
    """Whether any of these objects is another one."""
    return any(a is not b for a, b in zip(new, old, strict=True))


def renewed_function(function: types.FunctionType, under_way: set[int]) -> types.FunctionType:
    """A Python function with new views in its cells, defaults and globals."""
    cells = tuple(renewed_cell(cell, under_way) for cell in function.__closure__ or ())
    given = (function.__defaults__, function.__kwdefaults__)
    defaults, keyword_defaults = (renewed(values, under_way) for values in given)
    found = function.__globals__
    own = {
        name: renewed(found[name], under_way)
        for name in names(function.__code__)
        if name in found and not is_foreign(found[name], function.__module__)
    }
    fresh = {name: value for name, value in own.items() if value is not found[name]}
    if not fresh and not changed((defaults, keyword_defaults, *cells), (*given, *(function.__closure__ or ()))):
        return function
    reads = {**found, **fresh} if fresh else found
    new = types.FunctionType(function.__code__, reads, function.__name__, defaults, cells)
    functools.update_wrapper(new, function)
    new.__kwdefaults__ = keyword_defaults
    return new


def is_foreign(value: Any, module: str) -> bool:
    """Whether a global is a function or class of another module, which has nothing of the user's in it."""
    return callable(value) and getattr(value, "__module__", None) != module


def renewed_cell(cell: types.CellType, under_way: set[int]) -> types.CellType:
    """A cell with new views, or the cell itself, which the function may write to."""
    try:
        value = cell.cell_contents
    except ValueError:  # still empty
        return cell
    new = renewed(value, under_way)
    return cell if new is value else types.CellType(new)


def renewed_owner(owner: Any) -> Any:
    """An object, or a shallow copy with new views if there are arrays among its attributes."""
    attributes = getattr(owner, "__dict__", {})
    fresh = {name: value.view() for name, value in attributes.items() if is_wide(value)}
    if not fresh:
        return owner
    owner = copy.copy(owner)
    vars(owner).update(fresh)
    return owner


def is_wide(value: Any) -> bool:
    """Whether this is a NumPy array whose type depends on the precision."""
    return isinstance(value, np.ndarray) and value.dtype.itemsize >= 8

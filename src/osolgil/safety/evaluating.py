"""Evaluating an expression that has been read: node by node, with the functions of an array module."""

import ast
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.safety.language import ARITHMETIC, COMPARISONS, CONSTANTS, FUNCTIONS, named

UNROLLED_POWER = 64


@dataclass(frozen=True)
class Lookup:
    """The values of names: constants of the language, and numeric variables from a namespace."""

    namespace: Mapping[str, Any]
    names: frozenset[str]
    xp: Any

    def __call__(self, name: str, index: int | None = None) -> Any:
        key = name if index is None else f"{name}[{index}]"
        if key not in self.names:
            return CONSTANTS[key]
        if key in self.namespace:
            value = self.namespace[key]
        elif index is not None and name in self.namespace:
            value = self.namespace[name][index]
        else:
            raise ValueError(f"{key!r} has no value here; there are {', '.join(self.namespace) or 'no variables'}")
        if isinstance(value, int | float):
            return float(value)
        kind = np.dtype(value.dtype).kind if hasattr(value, "dtype") else "O"
        if kind not in "fiubV":  # V: bfloat16 and its kin, which NumPy calls void
            raise ValueError(f"{key!r} is not numeric: its type is {getattr(value, 'dtype', type(value).__name__)}")
        return value if kind in "fV" else self.xp.asarray(value, float)


def value_of(node: ast.expr, lookup: Lookup, xp: Any) -> Any:
    """The value of a node: a Python float while it is constant, so that it takes no side in the precision."""
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]  # the reader has seen that it is a number
        case ast.Name(id=name):
            return lookup(name)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int() as index)):
            return lookup(name, index)
        case ast.UnaryOp(op=sign, operand=operand):
            value = number(value_of(operand, lookup, xp), xp)
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=operator, right=right):
            base = number(value_of(left, lookup, xp), xp)
            power = whole(right) if isinstance(operator, ast.Pow) else None
            if power is not None and not isinstance(base, float):
                return base**power  # products, exact at 0 and below it, where a general power needs a logarithm
            return applied(ARITHMETIC[type(operator)], (base, number(value_of(right, lookup, xp), xp)), xp)
        case ast.Compare(left=left, ops=operators, comparators=others):
            values = [value_of(part, lookup, xp) for part in (left, *others)]
            truths = [
                applied(named(COMPARISONS[type(operator)]), (a, b), xp)
                for operator, a, b in zip(operators, values, values[1:], strict=False)
            ]
            return functools.reduce(lambda a, b: applied(named("logical_and"), (a, b), xp), truths)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            values = [number(value_of(argument, lookup, xp), xp) for argument in arguments]
            return applied(FUNCTIONS[name][1], tuple(values), xp)
    raise AssertionError(f"the reader let {ast.dump(node)} pass")


def whole(node: ast.expr) -> int | None:
    """A small whole exponent that stands in the text, or None."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            value = -value
        case ast.Constant(value=int() | float() as value):
            pass
        case _:
            return None
    return int(value) if abs(value) <= UNROLLED_POWER and value == int(value) else None


def applied(function: Callable[..., Any], values: tuple[Any, ...], xp: Any) -> Any:
    """The function of the values; of constants, computed by NumPy: 9**9**9 is infinite there and (-8)**0.5 NaN."""
    if all(isinstance(value, float | bool) for value in values):
        return function(*map(np.float64, values), np).item()
    return function(*values, xp)


def number(value: Any, xp: Any) -> Any:
    """Truth as a number: NumPy refuses to subtract booleans and adds them as `or`."""
    if isinstance(value, bool):
        return float(value)
    return value if isinstance(value, float) or value.dtype != bool else xp.where(value, 1.0, 0.0)

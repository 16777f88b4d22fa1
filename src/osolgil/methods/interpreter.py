"""The interpreter of equations: expressions in Python's notation, evaluated by NumPy without executing anything."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

Names = dict[str, Any]

OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
RELATIONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Eq: np.equal,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
    "where": np.where,
    "norm": lambda v: np.sqrt(np.sum(v * v)),
}


def interpret(node: ast.expr, names: Names) -> Any:
    """The value of an expression, by NumPy.

    Raises:
        ValueError: the expression has something in it that equations may not have, or a name that nothing defines.
    """
    # both branches of a where are computed, and one of them may divide by zero
    with np.errstate(all="ignore"):
        return _interpret(node, names)


def _interpret(node: ast.expr, names: Names) -> Any:
    match node:
        case ast.Constant(int() | float() as value):
            return value
        case ast.Name(name) if name in names:
            return names[name]
        case ast.Name(name):
            raise ValueError(f"the equations use {name!r}, which is no field of the rule or of its memory")
        case ast.UnaryOp(ast.USub(), inside):
            return -_interpret(inside, names)
        case ast.BinOp(left, operator, right) if type(operator) in OPERATIONS:
            return OPERATIONS[type(operator)](_interpret(left, names), _interpret(right, names))
        case ast.Compare(left, [relation], [right]) if type(relation) in RELATIONS:
            return RELATIONS[type(relation)](_interpret(left, names), _interpret(right, names))
        case ast.Call(ast.Name("norm_per_layer"), [argument]):
            return _norm_per_layer(_interpret(argument, names), names["layer"])
        case ast.Call(ast.Name(name), arguments) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_interpret(argument, names) for argument in arguments))
    raise ValueError(f"an equation may not contain {ast.unparse(node)!r}")


def _norm_per_layer(v: Any, layer: Any) -> Any:
    """The length of each coordinate's layer, shape (n,)."""
    return np.sqrt(np.bincount(layer, v * v))[layer]

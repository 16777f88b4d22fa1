"""What the expression language holds: its constants, functions and operators."""

import ast
import math
from collections.abc import Callable
from typing import Any

CONSTANTS = {"pi": math.pi, "e": math.e}


def sigmoid(z: Any, xp: Any) -> Any:
    """1/(1 + e⁻ᶻ)."""
    # exp(−log(1 + e⁻ᶻ)) keeps its relative accuracy in both tails; ½(1 + tanh(z/2)) is 0 below −37
    return xp.exp(-xp.logaddexp(0.0, -z))


def named(name: str) -> Callable[..., Any]:
    """The function of that name in the array module, which comes as the last argument."""
    return lambda *arguments: getattr(arguments[-1], name)(*arguments[:-1])


def where(condition: Any, yes: Any, no: Any, xp: Any) -> Any:
    """`yes` where the condition is not zero, `no` elsewhere."""
    return xp.where(condition != 0, yes, no)


ONE_ARGUMENT = (
    "exp",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "sqrt",
    "abs",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arcsin",
    "arccos",
    "arctan",
)

FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    **{name: (1, named(name)) for name in ONE_ARGUMENT},
    "sigmoid": (1, sigmoid),
    "maximum": (2, named("maximum")),
    "minimum": (2, named("minimum")),
    "where": (3, where),
}
"""Name → (number of arguments, what to call with the arguments and the array module)."""

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any, Any], Any]] = {
    ast.Add: lambda a, b, xp: xp.add(a, b),
    ast.Sub: lambda a, b, xp: xp.subtract(a, b),
    ast.Mult: lambda a, b, xp: xp.multiply(a, b),
    ast.Div: lambda a, b, xp: xp.true_divide(a, b),
    ast.Mod: lambda a, b, xp: xp.remainder(a, b),
    ast.Pow: lambda a, b, xp: xp.power(a, b),
}

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}

ALLOWED = (
    "allowed are numbers, names, x[0], + - * / % **, comparisons, the constants pi and e, and the functions "
    + ", ".join(FUNCTIONS)
)

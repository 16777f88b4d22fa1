"""A rule's equations at work: typeset, evaluated, and with a step's numbers put in.

The equations are those of `Rule.equations()`, assignments in Python's notation with these functions: sqrt, abs, sign,
max, min, norm (of a vector), norm_per_layer (each coordinate has its layer's), where(condition, then, otherwise). They
are read by `ast` and interpreted here; nothing is executed.
"""

import ast
import dataclasses
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil.methods.interpreter import Names, interpret
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Schedule, at
from osolgil.methods.transforms import Transform
from osolgil.methods.typeset import Latex, Text, latex_symbol, text_symbol
from osolgil.protocol import precision


@dataclasses.dataclass(frozen=True)
class Line:
    """One equation of a rule.

    Attributes:
        name: what it assigns: a field of the rule's memory, a quantity on the way, `g`, or `step`, which is typeset as
            the next point.
        latex: the equation as LaTeX.
        text: the equation as Unicode text.
    """

    name: str
    latex: str
    text: str


def lines(rule: Rule[Any]) -> tuple[Line, ...]:
    """The rule's equations, typeset. Terms that its hyperparameters set to zero are left out.

    >>> from osolgil.methods import Momentum
    >>> for line in lines(Momentum()):
    ...     print(line.text)
    v_t = ρ v_{t-1} + g_t
    x_{t+1} = x_t − α v_t
    """
    zeros = {name for name, value in hyperparameters(rule).items() if isinstance(value, int | float) and value == 0}
    found = []
    for equation in _typeset_order(rule, zeros):
        latex = Latex(equation.right(latex_symbol)).write(equation.value)
        text = Text(equation.right(text_symbol)).write(equation.value)
        found.append(
            Line(
                equation.name,
                latex=f"{equation.left(latex_symbol)} {equation.sign_latex} {latex}",
                text=f"{equation.left(text_symbol)} {equation.sign} {text}",
            )
        )
    return tuple(found)


def substituted(rule: Rule[Any], gradient: Any, memory: Any, x: Any, t: int) -> list[str]:
    """The t-th step of a rule with its numbers put in, one line for each equation.

    Args:
        rule: the rule, with one number in each hyperparameter.
        gradient: the t-th gradient, at x, shape (n,).
        memory: the rule's memory before this gradient.
        x: the point, shape (n,).
        t: which step it is; the first is 1.

    >>> import numpy as np
    >>> from osolgil.methods import Momentum
    >>> from osolgil.methods.momentum import Velocity
    >>> for line in substituted(Momentum(0.1), np.array([1.0, 10.0]), Velocity(np.zeros(2)), np.ones(2), t=1):
    ...     print(line)
    v_t = 0.9·[0, 0] + [1, 10] = [1, 10]
    x_{t+1} = [1, 1] − 0.1·[1, 10] = [0.9, 0]
    """
    names = namespace(rule, gradient, memory, x, t)
    zeros = {name for name, value in hyperparameters(rule).items() if np.ndim(value) == 0 and _number(value) == 0}
    names["x_next"] = names["x"]
    numbers = Text(lambda name: _shown(names[name]), times="·")
    written = []
    for equation in _typeset_order(rule, zeros):
        right = numbers.write(equation.value)
        value = interpret(equation.value, names)
        names["x_next" if equation.name == "step" else equation.name] = value
        result = "" if right == _shown(value) else f" = {_shown(value)}"
        written.append(f"{equation.left(text_symbol)} {equation.sign} {right}{result}")
    return written


def evaluate(rule: Rule[Any], gradient: Any, memory: Any, x: Any, t: int) -> Names:
    """What every name of the equations is after the t-th gradient, `step` among them; see `substituted`."""
    names = namespace(rule, gradient, memory, x, t)
    for assignment in _assignments(rule):
        names[_target(assignment)] = interpret(assignment.value, names)
    return names


def namespace(rule: Rule[Any], gradient: Any, memory: Any, x: Any, t: int) -> Names:
    """What every name of the equations is before the t-th gradient is used."""
    point = np.asarray(x)
    with precision(point.dtype):
        count = jnp.asarray(t, point.dtype)
        names: Names = {"g": np.asarray(gradient), "x": point, "t": count} | _quantities(rule, memory, point, count)
        rate = getattr(rule, "learning_rate", None)
        if rate is not None:
            names["alpha"] = np.asarray(at(rate, count), point.dtype)
    return {name: np.asarray(value) for name, value in names.items()}


def _quantities(rule: Rule[Any], memory: Any, x: Any, t: Any) -> Names:
    if isinstance(rule, Transform):
        own = rule.quantities(memory, x, t)
        return _quantities(rule.rule, rule.inside(memory), x, t) | {rule.symbol(k): v for k, v in own.items()}
    fields = memory._asdict() if hasattr(memory, "_asdict") else {}
    return hyperparameters(rule) | {name: value for name, value in fields.items() if value is not None}


def hyperparameters(rule: Rule[Any]) -> Names:
    """The numbers of a rule and of those inside it, by their names in its equations; the learning rate is not one."""
    if isinstance(rule, Transform):
        own = {rule.symbol(name): value for name, value in _numbers(rule).items()}
        return hyperparameters(rule.rule) | own
    return _numbers(rule)


def _numbers(rule: Rule[Any]) -> Names:
    fields = {field.name: getattr(rule, field.name) for field in dataclasses.fields(rule)}  # type: ignore[arg-type]
    left_out = ("learning_rate", "rule", "mask")
    return {
        name: value
        for name, value in fields.items()
        if name not in left_out and value is not None and not isinstance(value, bool | Schedule)
    }


# ---- reading ----


def _assignments(rule: Rule[Any]) -> list[ast.Assign]:
    found = ast.parse(rule.equations()).body
    for statement in found:
        if not isinstance(statement, ast.Assign):
            raise ValueError(
                f"{type(rule).__name__}: an equation must be an assignment, not {ast.unparse(statement)!r}"
            )
    return [statement for statement in found if isinstance(statement, ast.Assign)]


def _target(assignment: ast.Assign) -> str:
    match assignment.targets:
        case [ast.Name(name)]:
            return name
    raise ValueError(f"an equation must assign one name, and {ast.unparse(assignment)!r} does not")


def _used(node: ast.AST) -> set[str]:
    calls = {id(part.func) for part in ast.walk(node) if isinstance(part, ast.Call)}
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and id(part) not in calls}


Symbol = Callable[[str, str], str]


@dataclasses.dataclass(frozen=True)
class _Equation:
    """An assignment as it is typeset; `times` says which moment each name on its right side is of."""

    name: str
    value: ast.expr
    sign: str
    index: str
    moments: dict[str, str]

    @property
    def sign_latex(self) -> str:
        return r"\leftarrow" if self.sign == "←" else "="

    def left(self, symbol: Symbol) -> str:
        return symbol("x", "t+1") if self.name == "step" else _symbol(symbol, self.name, self.index)

    def right(self, symbol: Symbol) -> Callable[[str], str]:
        return lambda name: _symbol(symbol, name, self.moments.get(name, ""))


def _symbol(symbol: Symbol, name: str, index: str) -> str:
    ahead = name.endswith("_next")
    return symbol(name.removesuffix("_next"), "t+1") if ahead else symbol(name, index)


def _typeset_order(rule: Rule[Any], zeros: set[str]) -> list[_Equation]:
    """The equations as a book would have them: the next point in place of the step, and a time for each name."""
    assignments = _assignments(rule)
    scheduled = isinstance(getattr(rule, "learning_rate", None), Schedule)
    moments = {"g": "t", "x": "t", "noise": "t"} | ({"alpha": "t"} if scheduled else {})
    recurring = _recurring(assignments)
    moments |= dict.fromkeys(recurring - {"g", "step"}, "t-1")
    equations = []
    for assignment in assignments:
        name, value = _target(assignment), _simplified(assignment.value, zeros)
        sign = "="
        if name == "step":
            value, sign = _next_point(value)
        elif name == "g":
            sign = "←"
        value = _with_next_point(value)
        index = "t" if name in recurring or any(moments.get(used) or used == "t" for used in _used(value)) else ""
        equations.append(_Equation(name, value, sign, index, dict(moments)))
        moments[name] = index
    return equations


def _recurring(assignments: list[ast.Assign]) -> set[str]:
    """The names that are used before they are assigned: those that the memory carries over."""
    assigned: set[str] = set()
    early: set[str] = set()
    for assignment in assignments:
        early |= _used(assignment.value) - assigned
        assigned.add(_target(assignment))
    return early & assigned


def _next_point(step: ast.expr) -> tuple[ast.expr, str]:
    x = ast.Name("x")
    match step:
        case ast.BinOp(ast.Name("step"), ast.Sub(), further):
            return ast.BinOp(ast.Name("x_next"), ast.Sub(), further), "←"
        case ast.BinOp(point, ast.Sub(), ast.Name("x")):
            return point, "="
    downhill = _without_sign(step)
    if downhill is not None:
        return ast.BinOp(x, ast.Sub(), downhill), "="
    return ast.BinOp(x, ast.Add(), step), "="


def _without_sign(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            return inside
        case ast.BinOp(left, ast.Mult() | ast.Div() as operator, right):
            stripped = _without_sign(left)
            return None if stripped is None else ast.BinOp(stripped, operator, right)
    return None


def _with_next_point(node: ast.expr) -> ast.expr:
    match node:
        case ast.BinOp(ast.Name("x"), ast.Add(), ast.Name("step")):
            return ast.Name("x_next")
        case ast.BinOp(left, operator, right):
            return ast.BinOp(_with_next_point(left), operator, _with_next_point(right))
    return node


def _simplified(node: ast.expr, zeros: set[str]) -> ast.expr:
    """The expression without what is zero."""
    match node:
        case ast.Name(name) if name in zeros:
            return ast.Constant(0)
        case ast.UnaryOp(operator, inside):
            inside = _simplified(inside, zeros)
            return inside if _is(inside, 0) else ast.UnaryOp(operator, inside)
        case ast.Call(function, arguments):
            arguments = [_simplified(argument, zeros) for argument in arguments]
            if isinstance(function, ast.Name) and function.id == "where":
                _, then, otherwise = arguments
                if ast.dump(then) == ast.dump(otherwise):
                    return then
            return ast.Call(function, arguments, [])
        case ast.BinOp(left, operator, right):
            left, right = _simplified(left, zeros), _simplified(right, zeros)
            match operator:
                case ast.Add() if _is(left, 0):
                    return right
                case ast.Add() | ast.Sub() if _is(right, 0):
                    return left
                case ast.Mult() if _is(left, 0) or _is(right, 0):
                    return ast.Constant(0)
                case ast.Mult() if _is(left, 1):
                    return right
                case ast.Mult() | ast.Div() if _is(right, 1):
                    return left
                case ast.Div() | ast.Pow() if _is(left, 0):
                    return ast.Constant(0)
            return ast.BinOp(left, operator, right)
    return node


def _is(node: ast.expr, value: float) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


# ---- writing numbers ----

SHOWN = 4
"""How many coordinates of a vector are written out."""


def _number(value: Any) -> float:
    return float(np.asarray(value))


def _shown(value: Any) -> str:
    array = np.asarray(value)
    if array.ndim == 0:
        shown = f"{float(array):.4g}"
        return f"−{shown[1:]}" if shown.startswith("-") else shown
    more = ", …" if array.size > SHOWN else ""
    return "[" + ", ".join(_shown(entry) for entry in array.ravel()[:SHOWN]) + more + "]"

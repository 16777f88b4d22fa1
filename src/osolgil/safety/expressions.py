"""A small expression language: read by `ast` against a whitelist, evaluated node by node, never executed.

    sum      := + - * / % **, unary -, comparisons (1 where true, 0 where false)
    names    := x, b1, 무게, x[0]; the constants pi and e
    call     := one of `FUNCTIONS`, with positional arguments

Nothing else is in the language, so there is nothing else to defend against: no attribute, string, keyword, lambda or
comprehension ever reaches an evaluator.
"""

import ast
import contextlib
import difflib
import functools
import math
import threading
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LONGEST = 10_000
DEEPEST = 100
LARGEST_INDEX = 9_999
UNROLLED_POWER = 64

CONSTANTS = {"pi": math.pi, "e": math.e}


class UnsafeExpression(ValueError):
    """The text is not in the expression language. The message names the offending piece and lists what is allowed."""


def sigmoid(z: Any, xp: Any) -> Any:
    # exp(−log(1 + e⁻ᶻ)) keeps its relative accuracy in both tails; ½(1 + tanh(z/2)) is 0 below −37
    return xp.exp(-xp.logaddexp(0.0, -z))


def named(name: str) -> Callable[..., Any]:
    return lambda *arguments: getattr(arguments[-1], name)(*arguments[:-1])


def where(condition: Any, yes: Any, no: Any, xp: Any) -> Any:
    return xp.where(condition != 0, yes, no)


ONE_ARGUMENT = (
    "exp expm1 log log1p log2 log10 sqrt abs sin cos tan sinh cosh tanh arcsin arccos arctan"  # as NumPy calls them
).split()

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


@dataclass(frozen=True)
class Expression:
    """An expression that has passed the whitelist.

    >>> model = Expression.parse("b1*(1 - exp(-b2*x))")
    >>> model.names
    ('b1', 'b2', 'x')
    >>> model.evaluate({"b1": 2.0, "b2": 0.0, "x": 5.0})
    0.0

    Attributes:
        text: what was written, without surrounding blanks.
        names: the free variables in order of appearance; `x[0]` is a variable of that name.
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str, variables: Iterable[str] = ()) -> "Expression":
        """Read the text.

        Args:
            text: the expression.
            variables: names that are variables even where the language has a constant or a function of that name.

        Raises:
            UnsafeExpression: the text is not in the language.
        """
        if not isinstance(text, str):
            raise TypeError(f"an expression is a string such as 'x**2', not {type(text).__name__}")
        # A decomposed name (macOS file names, some CSV exports) is the same name to its reader.
        text = unicodedata.normalize("NFC", text).strip()
        tree = parsed(text)
        reader = Reader(text, frozenset(variables))
        reader.read(tree)
        return cls(text, tuple(reader.names), tree)

    def evaluate(self, namespace: Mapping[str, Any], xp: Any = np) -> Any:
        """The value, given every name's value: numbers or arrays that broadcast together.

        The namespace holds `x[0]` under that key, or the array `x` under `x`. Where the mathematics has no value the
        result is NaN or infinite, without a warning. With `xp=jax.numpy` the result can be differentiated.

        Raises:
            ValueError: a name has no value, or its value is not numeric.
        """
        with np.errstate(all="ignore"):
            return number(value_of(self.tree, Lookup(namespace, frozenset(self.names), xp), xp), xp)

    def as_function(self, order: Sequence[str] | None = None) -> "ExpressionFunction":
        """The expression as a function of one vector of shape (n,), n = len(order), that returns a scalar.

        The same text and order give the identical object while it is among the last 256 asked for, and an equal one
        always: compiled programs are keyed by the function.

        >>> f = Expression.parse("x**2").as_function()
        >>> f is Expression.parse("x**2").as_function()
        True

        Raises:
            ValueError: a name of the expression is missing from `order`, or `order` repeats one.
        """
        names = self.names if order is None else tuple(order)
        missing = [name for name in self.names if name not in names]
        if missing:
            raise ValueError(f"{self.text!r} has the variable {missing[0]!r}, which is not among {', '.join(names)}")
        if len(set(names)) < len(names):
            raise ValueError(f"the order of the variables names one of them twice: {', '.join(names)}")
        with LOCK:
            return remembered(self, names)


@dataclass(frozen=True)
class ExpressionFunction:
    """An expression as a function of one JAX vector, shape (n,), one entry for each name in `order`."""

    expression: Expression
    order: tuple[str, ...]

    @property
    def __name__(self) -> str:
        return self.expression.text

    def __call__(self, x: Any) -> Any:
        import jax.numpy as jnp

        x = jnp.asarray(x)
        if x.shape != (len(self.order),):
            raise ValueError(
                f"{self.expression.text!r} is a function of {len(self.order)} variables ({', '.join(self.order)}); "
                f"x has the shape {x.shape}"
            )
        value = self.expression.evaluate({name: x[index] for index, name in enumerate(self.order)}, jnp)
        return jnp.asarray(value, x.dtype)


LOCK = threading.Lock()


@functools.lru_cache(maxsize=256)
def remembered(expression: Expression, order: tuple[str, ...]) -> ExpressionFunction:
    return ExpressionFunction(expression, order)


# ---------------------------------------------------------------------------------------------------------- reading


def refuse(piece: str, reason: str) -> UnsafeExpression:
    shown = piece if len(piece) <= 60 else piece[:57] + "..."
    return UnsafeExpression(f"{shown!r} {reason}; {ALLOWED}")


@contextlib.contextmanager
def silently() -> Iterator[None]:
    # Python's parser comments on odd literals; the reader below judges them.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parsed(text: str) -> ast.expr:
    if not text:
        raise refuse(text, "is empty")
    if len(text) > LONGEST:
        raise refuse(text, f"has {len(text)} characters, more than {LONGEST}")
    # Python reads look-alikes as the letters that they look like (ｅｘｐ as exp, but x² as x2): we do not guess.
    odd = next((c for c in text if unicodedata.normalize("NFKC", c) != c and unicodedata.normalize("NFC", c) == c), "")
    if odd:
        plain = unicodedata.normalize("NFKC", odd)
        raise refuse(odd, f"({unicodedata.name(odd, 'a special form')}) only looks like {plain!r}; type the plain one")
    try:
        with silently():
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at = max((error.offset or 1) - 1, 0)
        raise refuse(text[at : at + 20] or text, "cannot be read here") from None
    except (ValueError, RecursionError, MemoryError):  # null bytes, lone surrogates; far too deep
        raise refuse(text, "cannot be read: it is nested too deeply or holds characters that are not text") from None
    depth, level = 0, [tree]
    while level:
        depth += 1
        if depth > DEEPEST:
            raise refuse(text, f"is nested more than {DEEPEST} deep")
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return tree


class Reader:
    """Walks a tree once, in order of appearance, and refuses what is not in the language."""

    def __init__(self, text: str, variables: frozenset[str]) -> None:
        self.text = text
        self.variables = variables
        self.names: dict[str, None] = {}
        self.bare: set[str] = set()
        self.indexed: set[str] = set()

    def refuse(self, node: ast.AST, reason: str) -> UnsafeExpression:
        return refuse(ast.get_source_segment(self.text, node) or self.text, reason)

    def read(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=value):
                self.read_number(node, value)
            case ast.Name(id=name):
                self.read_name(node, name)
            case ast.Subscript():
                self.read_indexed(node)
            case ast.BinOp(left=left, op=operator, right=right):
                if isinstance(operator, ast.BitXor):
                    raise self.refuse(node, "uses ^; write ** for powers")
                if type(operator) not in ARITHMETIC:
                    raise self.refuse(node, "uses an operator that is not allowed")
                self.read(left)
                self.read(right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.read(operand)
            case ast.Compare(left=left, ops=operators, comparators=others):
                if any(type(operator) not in COMPARISONS for operator in operators):
                    raise self.refuse(node, "uses a comparison that is not allowed")
                for part in (left, *others):
                    self.read(part)
            case ast.Call():
                self.read_call(node)
            case ast.IfExp() | ast.BoolOp():
                raise self.refuse(node, "is not allowed; write where(condition, this, that)")
            case _:
                raise self.refuse(node, "is not allowed in an expression")
        if self.bare & self.indexed:
            name = min(self.bare & self.indexed)
            raise refuse(name, f"is used both as {name} and as {name}[...]")

    def read_number(self, node: ast.expr, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(node, "is not a number")
        try:
            finite = math.isfinite(float(value))
        except OverflowError:
            finite = False
        if not finite:
            raise self.refuse(node, "is larger than any floating point number")

    def read_name(self, node: ast.expr, name: str) -> None:
        if name not in self.variables:
            if "__" in name:
                raise self.refuse(node, "has two underscores in a row, which names may not have")
            if name in FUNCTIONS:
                raise self.refuse(node, "is a function and needs its arguments in parentheses")
            if name in CONSTANTS:
                return
        self.bare.add(name)
        self.names[name] = None

    def read_indexed(self, node: ast.Subscript) -> None:
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int() as index)) if (
                not isinstance(index, bool) and 0 <= index <= LARGEST_INDEX
            ):
                if "__" in name or name in FUNCTIONS or name in CONSTANTS:
                    raise self.refuse(node, "cannot have an index")
                self.indexed.add(name)
                self.names[f"{name}[{index}]"] = None
            case _:
                raise self.refuse(node, f"is not a name with a whole number from 0 to {LARGEST_INDEX} as its index")

    def read_call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name not in FUNCTIONS:
            piece = ast.get_source_segment(self.text, node.func) or self.text
            near = difflib.get_close_matches(name or "", {"max": 0, "min": 0, **FUNCTIONS}, 1, 0.75)
            near = [{"max": "maximum", "min": "minimum"}.get(word, word) for word in near]
            raise refuse(piece, "is not a function of this language" + (f" (did you mean {near[0]}?)" if near else ""))
        if node.keywords:
            raise self.refuse(node, "has a keyword argument")
        arguments = FUNCTIONS[name][0]
        if len(node.args) != arguments:
            raise self.refuse(node, f"needs {arguments} argument{'s' * (arguments > 1)}, not {len(node.args)}")
        for argument in node.args:
            self.read(argument)


# ------------------------------------------------------------------------------------------------------- evaluating


@dataclass(frozen=True)
class Lookup:
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

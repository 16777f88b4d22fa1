"""A small expression language: read by `ast` against a whitelist, evaluated node by node, never executed.

    sum      := + - * / % **, unary -, comparisons (1 where true, 0 where false)
    names    := x, b1, 무게, x[0]; the constants pi and e
    call     := one of `FUNCTIONS`, with positional arguments

Nothing else is in the language, so there is nothing else to defend against: no attribute, string, keyword, lambda or
comprehension ever reaches an evaluator.
"""

import ast
import functools
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from osolgil.safety.evaluating import Lookup, number, value_of
from osolgil.safety.reading import Reader, parsed


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
    def parse(cls, text: str) -> "Expression":
        """Read the text.

        Raises:
            TypeError: it is not a string.
            UnsafeExpression: the text is not in the language.
        """
        if not isinstance(text, str):
            raise TypeError(f"an expression is a string such as 'x**2', not {type(text).__name__}")
        # A decomposed name (macOS file names, some CSV exports) is the same name to its reader.
        text = unicodedata.normalize("NFC", text).strip()
        tree = parsed(text)
        reader = Reader(text)
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
    """One function object for each expression and order."""
    return ExpressionFunction(expression, order)

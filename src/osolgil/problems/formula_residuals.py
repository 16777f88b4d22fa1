"""Curves as residuals: from a formula, or from a function whose arguments are named.

One more column than is named divides the residuals: the standard deviation of each row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from osolgil.protocol import pytree, static
from osolgil.safety import Expression


@jax.tree_util.register_static
@dataclass(frozen=True)
class FormulaResiduals:
    """model(b, columns) − response(columns), from two expressions; see the head of this file for weighted rows.

    Equal formulas are equal, so that compiled programs are shared.

    Attributes:
        model: of parameters and columns.
        response: of columns.
        parameters: their order in the vector b.
        columns: their order after b.

    >>> line = FormulaResiduals.parse("b1 + b2*x", "y", ("b1", "b2"), ("y", "x"))
    >>> float(line([1.0, 2.0], 8.0, 3.0))
    -1.0
    """

    model: Expression
    response: Expression
    parameters: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def parse(
        cls, model: str, response: str, parameters: tuple[str, ...], columns: tuple[str, ...]
    ) -> "FormulaResiduals":
        """From texts.

        Raises:
            UnsafeExpression: a text is not in the expression language.
        """
        return cls(Expression.parse(model), Expression.parse(response), parameters, columns)

    @property
    def __name__(self) -> str:
        return f"{self.response.text} = {self.model.text}"

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the curve itself depends on."""
        return tuple(name for name in self.model.names if name not in self.parameters)

    def curve(self, b: Any, columns: dict[str, Any]) -> Any:
        """model(b, columns), one number per row."""
        return self.model.evaluate(columns | {name: b[j] for j, name in enumerate(self.parameters)}, jnp)

    def __call__(self, b: Any, *columns: Any) -> Any:
        return residuals_of(self, b, columns)


@pytree
class CallableResiduals:
    """The same, from a function that takes parameters and columns by their names.

    Attributes:
        model: such as ``def model(x, b1, b2)``, written with JAX's functions.
        response: an expression of columns.
        parameters: their order in the vector b.
        columns: their order after b.
        arguments: what the model takes, in its order.
    """

    model: Callable[..., Any]
    response: Expression = static()
    parameters: tuple[str, ...] = static()
    columns: tuple[str, ...] = static()
    arguments: tuple[str, ...] = static()

    @property
    def __name__(self) -> str:
        return f"{self.response.text} = {getattr(self.model, '__name__', 'model')}({', '.join(self.arguments)})"

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the curve itself depends on."""
        return tuple(name for name in self.arguments if name not in self.parameters)

    def curve(self, b: Any, columns: dict[str, Any]) -> Any:
        """The model's value for each row."""
        known = columns | {name: b[j] for j, name in enumerate(self.parameters)}
        return self.model(*(known[name] for name in self.arguments))

    def __call__(self, b: Any, *columns: Any) -> Any:
        return residuals_of(self, b, columns)


def residuals_of(curve: "FormulaResiduals | CallableResiduals", b: Any, columns: tuple[Any, ...]) -> Any:
    """How far the curve is from the response in each row, in units of its standard deviation where that is given."""
    count = len(curve.columns)
    known = dict(zip(curve.columns, columns[:count], strict=True))
    distances = curve.curve(b, known) - curve.response.evaluate(known, jnp)
    return distances / columns[count] if len(columns) > count else distances

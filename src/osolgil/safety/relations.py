"""Relations that a person wrote down, such as x + y >= 1."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from osolgil.safety.expressions import Expression, ExpressionFunction

COMPARED = re.compile(r"(<=|>=|==|=|<|>)")


@dataclass(frozen=True)
class Relation:
    """Two expressions compared.

    >>> relation = Relation.parse("x + y >= 1")
    >>> relation.difference.text, relation.lower, relation.upper
    ('(x + y) - (1)', 0.0, inf)

    Attributes:
        text: what was written.
        difference: the left side minus the right one.
        lower, upper: where the difference has to be. < and > are read as <= and >=.
    """

    text: str
    difference: Expression
    lower: float
    upper: float

    @classmethod
    def parse(cls, text: str) -> "Relation":
        """Read the text.

        Raises:
            ValueError: it does not compare two expressions by one of <=, >= and =.
            UnsafeExpression: a side is not in the language.
        """
        parts = [part.strip() for part in COMPARED.split(text)]
        if len(parts) != 3 or not (parts[0] and parts[2]):
            raise ValueError(f"{text.strip()!r} is not of the form 'x + y >= 1', with one of <=, >= and =")
        left, compared, right = parts
        for side in (left, right):
            Expression.parse(side)
        lower = -math.inf if compared[0] == "<" else 0.0
        upper = math.inf if compared[0] == ">" else 0.0
        return cls(text.strip(), Expression.parse(f"({left}) - ({right})"), lower, upper)

    def as_function(self, order: Sequence[str]) -> ExpressionFunction:
        """The difference as a function of one vector; see `Expression.as_function`."""
        return self.difference.as_function(order)

"""What comes from outside and must not do harm: expressions are read, never executed; names are shown, never obeyed."""

from osolgil.safety.expressions import Expression, ExpressionFunction
from osolgil.safety.markup import for_html, for_terminal
from osolgil.safety.reading import UnsafeExpression
from osolgil.safety.relations import Relation

__all__ = ["Expression", "ExpressionFunction", "Relation", "UnsafeExpression", "for_html", "for_terminal"]

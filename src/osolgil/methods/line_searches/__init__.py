"""How far to go along a direction: line searches as small state machines.

`start` gives the first trial step, `update` is told value and slope there and gives the next one, until `status` says
that the last trial was acceptable, or why none is. `Backtracking` asks for Armijo's decrease, `StrongWolfe` for Moré
and Thuente's strong Wolfe conditions; near the precision floor both judge by slopes, as Hager and Zhang do.
"""

from osolgil.methods.line_searches.backtracking import Backtracking
from osolgil.methods.line_searches.search import LineSearch, SearchState, SearchStatus
from osolgil.methods.line_searches.strong_wolfe import StrongWolfe

__all__ = ["Backtracking", "LineSearch", "SearchState", "SearchStatus", "StrongWolfe"]

"""What problems and methods say to each other, and nothing else.

A method asks a *question* (a point), a problem answers with an `Evaluation` (what is known there, as far as the
method `Needs` it), and the method is told. `Layout` and `Geometry` say what does not change during a run,
`Status` says how a run stands. Both sides import this room; it imports neither.
"""

from osolgil.protocol.evaluation import Evaluation, Needs
from osolgil.protocol.geometry import Bounds, Geometry, Layout
from osolgil.protocol.penalty import Penalty
from osolgil.protocol.precision import computing_dtype, precision
from osolgil.protocol.pytrees import as_node, data_pytree, pytree, static
from osolgil.protocol.shrinkage import Shrinkage
from osolgil.protocol.status import Status

__all__ = [
    "Bounds",
    "Evaluation",
    "Geometry",
    "Layout",
    "Needs",
    "Penalty",
    "Shrinkage",
    "Status",
    "as_node",
    "computing_dtype",
    "data_pytree",
    "precision",
    "pytree",
    "static",
]

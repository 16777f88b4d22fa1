"""Going down: one loop for all methods.

`minimize` runs a method on a problem, `minimize_lanes` many runs in one compiled loop, `Descent` is a method for a loop
that belongs to somebody else, and `as_scipy` one for SciPy's. `Stop` says when to stop, `Result` what came out, `Trace`
what happened on the way.
"""

from osolgil.descent.ask_tell import Descent
from osolgil.descent.batches import Order
from osolgil.descent.lanes import minimize_lanes
from osolgil.descent.minimize import Snapshot, minimize
from osolgil.descent.result import Point, Result
from osolgil.descent.scipy_method import as_scipy
from osolgil.descent.stop import Stop
from osolgil.descent.trace import Trace
from osolgil.protocol import Status

__all__ = [
    "Descent",
    "Order",
    "Point",
    "Result",
    "Snapshot",
    "Status",
    "Stop",
    "Trace",
    "as_scipy",
    "minimize",
    "minimize_lanes",
]

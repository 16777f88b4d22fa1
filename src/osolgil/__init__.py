"""A gradient-based optimization workbench: minimize, fit by maximum likelihood, compare optimizers, and look at them.

`minimize` runs a method on a problem, `minimize_lanes` many at once; `Function`, `BlackBox`, `LeastSquares` and
`FiniteSum` pose problems, `surfaces` are some to look at, `methods` holds the optimizers and their conventions. `fit`
fits a regression from a formula and a table, `load` reads a saved one; `plots` draws. Names are resolved on first use,
so that importing this package imports nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osolgil import descent, methods, plots, problems, regression, rows
    from osolgil.descent import (
        Descent,
        Order,
        Point,
        Result,
        Snapshot,
        Stop,
        Trace,
        as_scipy,
        minimize,
        minimize_lanes,
    )
    from osolgil.problems import (
        BlackBox,
        FiniteSum,
        Function,
        GradientCheck,
        LeastSquares,
        Problem,
        Surface,
        check_gradient,
        surfaces,
    )
    from osolgil.protocol import Status
    from osolgil.regression import FittedModel, fit, load

    __version__: str

ROOMS = ("descent", "methods", "plots", "problems", "regression", "rows")

NAMES = {
    "osolgil.descent": (
        "Descent",
        "Order",
        "Point",
        "Result",
        "Snapshot",
        "Stop",
        "Trace",
        "as_scipy",
        "minimize",
        "minimize_lanes",
    ),
    "osolgil.problems": (
        "BlackBox",
        "FiniteSum",
        "Function",
        "GradientCheck",
        "LeastSquares",
        "Problem",
        "Surface",
        "check_gradient",
        "surfaces",
    ),
    "osolgil.protocol": ("Status",),
    "osolgil.regression": ("FittedModel", "fit", "load"),
}
"""Public names, by the room that has them."""

HOMES = {name: room for room, names in NAMES.items() for name in names}

__all__ = [
    "BlackBox",
    "Descent",
    "FiniteSum",
    "FittedModel",
    "Function",
    "GradientCheck",
    "LeastSquares",
    "Order",
    "Point",
    "Problem",
    "Result",
    "Snapshot",
    "Status",
    "Stop",
    "Surface",
    "Trace",
    "__version__",
    "as_scipy",
    "check_gradient",
    "descent",
    "fit",
    "load",
    "methods",
    "minimize",
    "minimize_lanes",
    "plots",
    "problems",
    "regression",
    "rows",
    "surfaces",
]


def __getattr__(name: str) -> Any:
    if name in HOMES:
        found = getattr(import_module(HOMES[name]), name)
    elif name in ROOMS:
        found = import_module(f"osolgil.{name}")
    elif name == "__version__":
        from importlib.metadata import version

        found = version("osolgil")
    else:
        raise AttributeError(f"module 'osolgil' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

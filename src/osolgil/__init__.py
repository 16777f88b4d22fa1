"""A gradient-based optimization workbench: minimize, fit by maximum likelihood, compare optimizers, and look at them.

`minimize` runs a method on a problem, `minimize_lanes` many at once; `Function`, `BlackBox`, `LeastSquares` and
`FiniteSum` pose problems, `surfaces` are some to look at, `networks` some to train, `methods` holds the optimizers and
their conventions. `fit` fits a regression from a formula and a table, `load` reads a saved one; `fit_curve` and
`least_squares` fit any curve; `estimators` are regressions in the scikit-learn way; `maximum_likelihood` estimates the
parameters of a distribution; `race` compares methods under one `Protocol`; `plots` draws. Names are resolved on first
use, so that importing this package imports nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osolgil import (
        course,
        descent,
        diagnosis,
        estimators,
        likelihood,
        methods,
        plots,
        problems,
        races,
        regression,
        rows,
    )
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
    from osolgil.diagnosis import Diagnosis, Finding, diagnose
    from osolgil.likelihood import MaximumLikelihood, maximum_likelihood
    from osolgil.problems import (
        BlackBox,
        FiniteSum,
        Function,
        GradientCheck,
        LeastSquares,
        LinearConstraint,
        Network,
        NonlinearConstraint,
        Problem,
        Surface,
        check_gradient,
        networks,
        surfaces,
    )
    from osolgil.protocol import Status
    from osolgil.races.problem import RaceProblem
    from osolgil.races.protocol import Protocol
    from osolgil.races.race import Race, race
    from osolgil.regression import FittedModel, LeastSquaresFit, fit, fit_curve, least_squares, load

    __version__: str

ROOMS = (
    "course",
    "descent",
    "diagnosis",
    "estimators",
    "likelihood",
    "methods",
    "plots",
    "problems",
    "races",
    "regression",
    "rows",
)

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
    "osolgil.diagnosis": ("Diagnosis", "Finding", "diagnose"),
    "osolgil.likelihood": ("MaximumLikelihood", "maximum_likelihood"),
    "osolgil.problems": (
        "BlackBox",
        "FiniteSum",
        "Function",
        "GradientCheck",
        "LeastSquares",
        "LinearConstraint",
        "Network",
        "NonlinearConstraint",
        "Problem",
        "Surface",
        "check_gradient",
        "networks",
        "surfaces",
    ),
    "osolgil.protocol": ("Status",),
    "osolgil.races.problem": ("RaceProblem",),
    "osolgil.races.protocol": ("Protocol",),
    "osolgil.races.race": ("Race", "race"),
    "osolgil.regression": ("FittedModel", "LeastSquaresFit", "fit", "fit_curve", "least_squares", "load"),
}
"""Public names, by the room that has them."""

HOMES = {name: room for room, names in NAMES.items() for name in names}

__all__ = [
    "BlackBox",
    "Descent",
    "Diagnosis",
    "Finding",
    "FiniteSum",
    "FittedModel",
    "Function",
    "GradientCheck",
    "LeastSquares",
    "LeastSquaresFit",
    "LinearConstraint",
    "MaximumLikelihood",
    "Network",
    "NonlinearConstraint",
    "Order",
    "Point",
    "Problem",
    "Protocol",
    "Race",
    "RaceProblem",
    "Result",
    "Snapshot",
    "Status",
    "Stop",
    "Surface",
    "Trace",
    "__version__",
    "as_scipy",
    "check_gradient",
    "course",
    "descent",
    "diagnose",
    "diagnosis",
    "estimators",
    "fit",
    "fit_curve",
    "least_squares",
    "likelihood",
    "load",
    "maximum_likelihood",
    "methods",
    "minimize",
    "minimize_lanes",
    "networks",
    "plots",
    "problems",
    "race",
    "races",
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

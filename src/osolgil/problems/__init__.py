"""What goes down: problems, and how they evaluate themselves.

`Function` (traceable by JAX), `BlackBox` (plain NumPy), `LeastSquares` (residuals) and `FiniteSum` (a loss over rows);
`LinearConstraint` and `NonlinearConstraint` say where the parameters may be, and `Constrained` is a problem with them;
`check_gradient` holds a gradient against difference quotients; `surfaces` are the lecture's and the literature's
two-dimensional friends, with what is known about them; `networks` are some to train; `collections` are test problems
whose minima are known, to measure methods by.
"""

from osolgil.problems import collections, networks, surfaces
from osolgil.problems.as_problem import as_problem
from osolgil.problems.check_gradient import GradientCheck, check_gradient
from osolgil.problems.constrained import Constrained
from osolgil.problems.constraints import LinearConstraint, NonlinearConstraint
from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.function import BlackBox, Function
from osolgil.problems.least_squares import LeastSquares
from osolgil.problems.networks import Network
from osolgil.problems.problem import Problem
from osolgil.problems.surfaces import Surface

__all__ = [
    "BlackBox",
    "Constrained",
    "FiniteSum",
    "Function",
    "GradientCheck",
    "LeastSquares",
    "LinearConstraint",
    "Network",
    "NonlinearConstraint",
    "Problem",
    "Surface",
    "as_problem",
    "check_gradient",
    "collections",
    "networks",
    "surfaces",
]

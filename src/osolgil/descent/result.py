"""What came out of a run."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.descent.trace import Trace
from osolgil.problems.freezing import Freeze
from osolgil.problems.problem import Problem
from osolgil.protocol import Status
from osolgil.protocol.words import counted


@dataclass(frozen=True, eq=False)
class Point:
    """A point that was evaluated: x in the user's shape, value and gradient there, and which evaluation it was."""

    x: Any
    fun: float
    jac: Any
    evaluation: int


@dataclass(frozen=True, eq=False)
class Multipliers:
    """What the minimum owes to each limit: by how much it changes where the limit is moved by one, to first order.

    At a solution ∇f(x) = bounds + Σ multiplier·∇(row), with signs such that a lower limit that holds x back has a
    positive multiplier and an upper one a negative multiplier: what `linprog` calls marginals.

    Attributes:
        bounds: of the bounds of each parameter, in the shape of x.
        constraints: of each row of each constraint, in the order in which they were given, each (rows,).
    """

    bounds: Any
    constraints: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """What came out of a run, under SciPy's names.

    Attributes:
        x: the answer, in the shape of the start. Of a converged run, the point that met the criterion; of any other,
            the best point evaluated (under mini-batches: of those where all rows, or the validation's, were
            evaluated). A method that answers elsewhere (averaging, look-ahead) gives its own answer, and so does one
            that knows of constraints: where it stands, feasible or not.
        fun: f(x); of the problem's own rows, also where a validation judged the run.
        jac: ∇f(x), in the shape of x; zero where x was frozen, and so a constant of f.
        success: follows from `status` alone.
        status: a `Status`, with `cause` and `remedy`.
        message: the criterion, its measured value and its threshold.
        nit: steps, accepted moves.
        nfev, njev, nhev: evaluations of value, gradient and Hessian; of a method that knows the Hessian by its products
            alone, nhev counts these.
        epochs: passes over the rows; 0 where there are none.
        best: the judged point with the lowest value, of those that satisfy the constraints (to 6e-6 in float64); under
            validation, the lowest validation value (its `fun` and `jac` are of the problem's own rows all the same).
        validation: the validation's value at x; None without validation.
        trace: the recorded history.
        compile_seconds: time spent compiling, 0 where the program existed.
        run_seconds: time spent running.
        problem: the problem that was minimized; `problem.name` is what messages call it.
        method: the method, with its hyperparameters.
        freeze: which leaves of x were frozen; None where none was.
        multipliers: of the bounds and constraints; None where the method knows of none.
        infeasibility: by how much x breaks the limit that it breaks most; None likewise.
        complementarity: the largest product of a multiplier and the distance to its limit; None likewise.
    """

    x: Any
    fun: float
    jac: Any
    success: bool
    status: Status
    message: str
    nit: int
    nfev: int
    njev: int
    nhev: int
    epochs: float
    best: Point
    validation: float | None
    trace: Trace
    compile_seconds: float
    run_seconds: float
    problem: Problem
    method: Any
    freeze: Freeze | None = None
    multipliers: Multipliers | None = None
    infeasibility: float | None = None
    complementarity: float | None = None

    def __getitem__(self, name: str) -> Any:
        """SciPy's results can be read as dictionaries; so can these."""
        try:
            return getattr(self, name)
        except AttributeError:
            raise KeyError(name) from None

    def summary(self, language: str = "en") -> str:
        """How the run ended, what it cost, and the findings of its diagnosis, in English ("en") or Korean ("ko").

        The findings are measured when this is called: curvature and noise at the answer, and along the path if it was
        recorded. See `osolgil.diagnose`.
        """
        from osolgil.diagnosis import diagnose

        effort = [counted(self.nit, "step"), counted(self.nfev, "evaluation")]
        if self.epochs:
            effort.append(counted(self.epochs, "epoch"))
        method = getattr(self.method, "title", type(self.method).__name__)
        took = f"{self.run_seconds:.3g} s, and {self.compile_seconds:.3g} s compiling"
        costs = f"{method}, {', '.join(effort)} in {took}."
        return "\n".join([self.message, costs, diagnose(self).text(language)])

    def __repr__(self) -> str:
        names = ("message", "success", "status", "fun", "x", "jac", "nit", "nfev", "njev", "nhev")
        shown = {name: getattr(self, name) for name in names} | {"status": self.status.name}
        if self.epochs:
            shown["epochs"] = self.epochs
        if self.validation is not None:
            shown["validation"] = self.validation
        if self.infeasibility is not None:
            shown |= {"infeasibility": self.infeasibility, "complementarity": self.complementarity}
        width = max(map(len, shown)) + 1
        with np.printoptions(threshold=10, edgeitems=4):
            return "\n".join(f"{name:>{width}}: {value}" for name, value in shown.items())

"""What came out of a run."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.descent.trace import Trace
from osolgil.problems.problem import Problem
from osolgil.protocol import Status


@dataclass(frozen=True, eq=False)
class Point:
    """A point that was evaluated: x in the user's shape, value and gradient there, and which evaluation it was."""

    x: Any
    fun: float
    jac: Any
    evaluation: int


@dataclass(frozen=True, eq=False)
class Result:
    """What came out of a run, under SciPy's names.

    Attributes:
        x: the answer, in the shape of the start. Of a converged run, the point that met the criterion; of any other,
            the best point evaluated (under mini-batches: of those where all rows were evaluated). A method that
            answers elsewhere (averaging, look-ahead) gives its own answer.
        fun: f(x).
        jac: ∇f(x), in the shape of x.
        success: follows from `status` alone.
        status: a `Status`, with `cause` and `remedy`.
        message: the criterion, its measured value and its threshold.
        nit: steps, accepted moves.
        nfev, njev, nhev: evaluations of value, gradient and Hessian.
        epochs: passes over the rows; 0 where there are none.
        best: the evaluated point with the lowest value.
        trace: the recorded history.
        compile_seconds: time spent compiling, 0 where the program existed.
        run_seconds: time spent running.
        problem: the problem that was minimized; `problem.name` is what messages call it.
        method: the method, with its hyperparameters.
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
    trace: Trace
    compile_seconds: float
    run_seconds: float
    problem: Problem
    method: Any

    def __getitem__(self, name: str) -> Any:
        """SciPy's results can be read as dictionaries; so can these."""
        try:
            return getattr(self, name)
        except AttributeError:
            raise KeyError(name) from None

    def __repr__(self) -> str:
        names = ("message", "success", "status", "fun", "x", "jac", "nit", "nfev", "njev", "nhev")
        shown = {name: getattr(self, name) for name in names} | {"status": self.status.name}
        if self.epochs:
            shown["epochs"] = self.epochs
        width = max(map(len, shown)) + 1
        with np.printoptions(threshold=10, edgeitems=4):
            return "\n".join(f"{name:>{width}}: {value}" for name, value in shown.items())

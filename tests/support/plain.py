"""Problems of plain NumPy that know everything a method may need, so that one program a method serves all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from osolgil.problems.problem import Problem
from osolgil.protocol import Evaluation, Layout, Needs


@dataclass(frozen=True, eq=False)
class Plain(Problem):
    """f, its gradient and its Hessian, each a function of a vector."""

    f: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], Any]
    hessian: Callable[[np.ndarray], Any]

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
    traceable: ClassVar[bool] = False
    name: ClassVar[str] = "plain"

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        with np.errstate(all="ignore"):
            hessian = np.array(self.hessian(x), float) if Needs.HESSIAN in needs else None
            return Evaluation(np.array(self.f(x)), np.array(self.gradient(x), float), hessian)

    def prepared(self, dtype: Any) -> "Plain":
        return self


@dataclass(frozen=True, eq=False)
class PlainResiduals(Problem):
    """½‖r‖², by residuals and their Jacobian."""

    residuals: Callable[[np.ndarray], Any]
    jacobian: Callable[[np.ndarray], Any]

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.FACTOR
    traceable: ClassVar[bool] = False
    name: ClassVar[str] = "plain residuals"

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        with np.errstate(all="ignore"):
            r, jacobian = np.array(self.residuals(x), float), np.array(self.jacobian(x), float)
            value, gradient = 0.5 * r @ r, jacobian.T @ r
            # Rows of zeros change nothing, and make the triangle square.
            table = np.vstack([np.column_stack([jacobian, r]), np.zeros((len(x) + 1, len(x) + 1))])
            factor = np.linalg.qr(table, mode="r") if np.isfinite(table).all() else np.full((len(x) + 1,) * 2, np.nan)
        return Evaluation(np.array(value), gradient, factor=factor)

    def prepared(self, dtype: Any) -> "PlainResiduals":
        return self

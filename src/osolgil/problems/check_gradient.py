"""Is the gradient right? Compared with difference quotients, coordinate by coordinate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.problems.function import central_differences, raveled_gradient
from osolgil.problems.problem import Problem
from osolgil.protocol import Layout, Needs, precision


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """A gradient beside its difference quotients.

    Attributes:
        gradient: what the problem says, shape (n,).
        differences: (f(x + h eⱼ) − f(x − h eⱼ)) / 2h, shape (n,).
        errors: |gradient − differences| relative to max(1, |gradient|, |differences|), shape (n,).
        names: a name for each coordinate.
        tolerance: the largest error that still passes.
    """

    gradient: np.ndarray
    differences: np.ndarray
    errors: np.ndarray
    names: tuple[str, ...]
    tolerance: float

    @property
    def worst(self) -> int:
        """The coordinate with the largest error; one that is not a number is the worst."""
        return int(np.argmax(np.where(np.isnan(self.errors), np.inf, self.errors)))

    @property
    def passed(self) -> bool:
        """Whether every coordinate is within the tolerance."""
        return bool(self.errors[self.worst] <= self.tolerance)

    def __str__(self) -> str:
        j = self.worst
        if not np.isfinite(self.differences[j]):
            return (
                f"The gradient cannot be checked: the function is not finite around this point in {self.names[j]}; "
                "choose another point."
            )
        verdict = "right" if self.passed else "wrong"
        return (
            f"The gradient is {verdict}: the worst coordinate, {self.names[j]}, is {self.gradient[j]:.10g} against "
            f"{self.differences[j]:.10g} by central differences (relative error {self.errors[j]:.1e}, tolerance "
            f"{self.tolerance:.0e})."
        )


def check_gradient(
    problem: Problem | Callable[..., Any],
    x: Any,
    gradient: Callable[[Any], Any] | None = None,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Compare a gradient with central differences, in float64, coordinate by coordinate.

    Args:
        problem: a Problem, or a callable f(x).
        x: where to compare: a vector, or any pytree of numbers.
        gradient: ``gradient(x)``, to be checked in place of the problem's own.
        tolerance: the largest relative error that passes; the quotients themselves err by about 1e-10 relative.

    Raises:
        ValueError: ``gradient(x)`` has another shape than x.

    >>> import numpy as np
    >>> print(check_gradient(lambda x: x[0] ** 2 * x[1], np.array([3.0, 2.0]), gradient=lambda x: [12.0, 6.0]))
    The gradient is wrong: the worst coordinate, x[1], is 6 against 9 by central differences \
(relative error 3.3e-01, tolerance 1e-06).
    """
    from osolgil.problems.as_problem import as_problem, as_start

    x = as_start(x)
    layout = Layout.of(x)
    with precision(np.dtype(np.float64)):
        vector = np.asarray(layout.ravel(x), dtype=np.float64)
        whole = as_problem(problem, x).prepared(np.float64)

        def value(v: np.ndarray) -> float:
            return float(whole.evaluate(v, Needs.VALUE, layout).value)

        if gradient is None:
            claimed = np.asarray(whole.evaluate(vector, layout=layout).gradient)
        else:
            claimed = raveled_gradient(gradient(layout.unravel(vector.copy())), layout)
        differences = central_differences(value, vector)
    scale = np.maximum(1.0, np.maximum(np.abs(claimed), np.abs(differences)))
    return GradientCheck(claimed, differences, np.abs(claimed - differences) / scale, layout.names, tolerance)

"""One real step of a rule, with its numbers."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.descent.setup import set_up
from osolgil.methods import Method, Rule, check, per_coordinate
from osolgil.methods.equations import substituted
from osolgil.protocol import Status, precision


@dataclass(frozen=True, eq=False)
class Step:
    """One real step.

    Attributes:
        number: which one; the first is 1.
        x: the point before it, shape (n,).
        value: f(x).
        gradient: ∇f(x), shape (n,).
        equations: with the numbers put in.
        next_x: the point after it, shape (n,).
    """

    number: int
    x: np.ndarray
    value: float
    gradient: np.ndarray
    equations: tuple[str, ...]
    next_x: np.ndarray


def step_of(rule: Method[Any], problem: Any, x0: Any = None, number: int = 1) -> Step:
    """Walk so many steps as `minimize` would, and put the numbers of the last one into the rule's equations.

    Args:
        rule: any rule; of other methods there are no equations.
        problem: a Surface, or what `minimize` takes together with x0.
        x0: the start; by default the surface's.
        number: which step; the first is 1.

    Raises:
        TypeError: the method is no rule, and so has no list of equations.
        ValueError: the number is not positive, or the run has diverged before that step.

    >>> from osolgil.methods import GradientDescent
    >>> step_of(GradientDescent(0.01), lambda x: x[0] ** 2, [2.0]).equations
    ('x_{t+1} = [2] − 0.01·[4] = [1.96]',)
    """
    if not isinstance(rule, Rule):
        raise TypeError(f"{type(rule).__name__} is no rule: its step is a procedure, not a list of equations.")
    if number < 1:
        raise ValueError(f"step {number}: steps count from 1.")
    check(rule)
    setup = set_up(problem, x0 if x0 is None else np.asarray(x0, dtype=np.float64), rule)

    @jax.jit
    def advance(state: Any) -> tuple[Any, Any]:
        evaluation = setup.problem.evaluate(state.question, setup.method.needs, setup.layout)
        return evaluation, setup.method.tell(state, evaluation)

    with precision(setup.dtype):
        state = before = setup.method.start(jax.numpy.asarray(setup.x0), setup.geometry)
        for t in range(1, number + 1):
            before = state
            evaluation, state = advance(before)
            if int(state.status) == Status.DIVERGED:
                raise ValueError(
                    f"The run diverged at step {t}: the value or the gradient is not finite; lower the learning rate."
                )
        x, gradient = np.asarray(before.question), np.asarray(evaluation.gradient)
        spread = per_coordinate(rule, setup.layout)
        told = substituted(spread, gradient, jax.tree.map(np.asarray, before.memory), x, number)
    return Step(number, x, float(evaluation.value), gradient, tuple(told), np.asarray(state.question))

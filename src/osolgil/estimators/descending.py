"""From a task to an answer: which method, when it stops, and what is done where rows determine less than is asked."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osolgil.descent import Stop
from osolgil.descent.setup import DENSE, MANY, as_method
from osolgil.estimators.answers import Answer
from osolgil.estimators.rank import Reduced, determined, plainly_independent
from osolgil.estimators.separated import RIDGE, remedied, separation, walked_on
from osolgil.estimators.softmax import Softmax
from osolgil.estimators.tasks import Task
from osolgil.methods import FISTA, LBFGS, Newton, named
from osolgil.problems import FiniteSum
from osolgil.problems.sparse_rows import SparseRows, is_sparse
from osolgil.protocol import Needs
from osolgil.regression.coordinates import filled_in
from osolgil.regression.families import Bernoulli, Family, Huber, Quantile
from osolgil.regression.linear_program import quantile_coefficients
from osolgil.regression.objective import least_squares
from osolgil.regression.penalties import Ridge
from osolgil.regression.refining import refined
from osolgil.regression.sample import Sample
from osolgil.regression.solving import Plan, by_structure, descended, exactly, plan, rule_for, stopping
from osolgil.regression.starting import first_coefficients
from osolgil.regression.troubles import check_room

POWERS = 40
"""Turns of the power method, for the longest step of a rule that is safe."""


@dataclass(frozen=True)
class Options:
    """How to fit, as estimators are told. See `Regression`."""

    method: Any = "auto"
    batch_size: int | None = None
    epochs: float | None = None
    max_iter: int | None = None
    tol: float | None = None
    seed: int = 0
    callback: Any = None


def chosen(task: Task, method: Any, batches: bool) -> Plan:
    """The method that was asked for, or the one that the task's structure suggests.

    Raises:
        ValueError, TypeError: it cannot pose this task.
    """
    family = task.family
    if not (isinstance(method, str) and method == "auto"):
        if isinstance(family, Softmax):
            # The Bernoulli's refusals are the softmax's.
            return plan(Bernoulli(), method)
        return plan(family, method)
    if batches:
        return Plan(rule_for(task.penalty), "for convex losses in mini-batches, its steps fading as they must")
    if task.kinked and int(np.prod(task.shape)) > DENSE:
        return first_order(task)
    if task.kinked:
        return Plan(named("proximal_newton"), "the exact method under a penalty with a kink", exact=True)
    if isinstance(family, Family) and isinstance(family, Quantile) and task.penalty is not None:
        raise ValueError("The linear program of quantiles takes no penalty; choose a rule, such as method='adam'.")
    if int(np.prod(task.shape)) > MANY and not isinstance(family, Quantile):
        return Plan(LBFGS(), f"for more than {MANY} coefficients, whose Hessian is large")
    if isinstance(family, Softmax):
        return Plan(Newton(), "Newton's method, the loss being convex", exact=True)
    found = exactly(family)
    if task.penalty is not None and Needs.FACTOR in found.method.needs:
        return Plan(Newton(), "Newton's method, exact in one step, the loss being quadratic", exact=True)
    return by_structure(found, family, task.sample)


def first_order(task: Task) -> Plan:
    """FISTA, for penalties with a kink on so many columns that a Hessian is out of the question.

    Raises:
        ValueError: the loss may be curved without end, so that no learning rate is safe everywhere.
    """
    most = curvature(task.family)
    if most is None:
        raise ValueError(
            f"A penalty with a kink on {int(np.prod(task.shape)):,} coefficients needs a rule, and the curvature of "
            "this loss has no bound to tell its learning rate by; choose one, such as "
            "method=Proximal(AdaGrad(learning_rate=0.1))."
        )
    return Plan(FISTA(learning_rate=1 / (most * steepest(task.sample))), "with the longest steps that are safe")


def curvature(family: Family | Softmax) -> float | None:
    """The largest second derivative of a row's loss by its linear predictor; None where it has no bound."""
    if isinstance(family, Softmax):
        return 0.5
    if family.quadratic or isinstance(family, Huber):
        return 1.0
    return 0.25 if family.link == "logit" else None


def steepest(sample: Sample) -> float:
    """A bound of the largest eigenvalue of ZᵀWZ/Σw, Z the centred and scaled columns, by the power method."""
    here, share = sample.coordinates, sample.mass / sample.mass.sum()
    X = sample.X.astype(np.float64, copy=False)
    v = np.random.default_rng(0).normal(size=X.shape[1])
    size = 1.0
    for _ in range(POWERS):
        pull = share * here.predictor(v / np.linalg.norm(v), X)
        v = (pull @ X - pull.sum() * here.shift) / here.scale
        size = float(np.linalg.norm(v))
    return 1.1 * size


def answered(task: Task, options: Options, start: np.ndarray | None) -> Answer:
    """Fit. Where exact methods find columns that depend on one another, in what the rows determine; where no estimate
    exists, with a tiny ridge.
    """
    how = chosen(task, options.method, options.batch_size is not None)
    automatic = isinstance(options.method, str) and options.method == "auto" and options.batch_size is None
    less = determined(task) if automatic and task.penalty is None and not task.boundless else None
    part = task if less is None else less.part
    begun = start if less is None or start is None else less.start(start)
    found = run(part, how, options, begun)
    if task.penalty is None:
        found = checked(part, how, options, found, automatic, less is not None and less.spanned)
    return found if less is None else whole(less, found)


def whole(less: Reduced, found: Answer) -> Answer:
    """The answer of all coefficients."""
    return replace(found, coefficients=less.coefficients(found.coefficients), undetermined=less.why)


def checked(task: Task, how: Plan, options: Options, found: Answer, automatic: bool, reduced: bool) -> Answer:
    """The answer, or where there is none the one with a tiny ridge, with the reason."""
    result = found.result
    lost = not np.isfinite(found.coefficients).all()
    arrived = automatic and result is not None and result.success and not lost
    what = "" if lost else separation(task, found.coefficients, arrived)
    if not automatic:
        return replace(found, separated=walked_on(what)) if what else found
    if not what and (result is None or arrived):
        return found
    ridged = run(with_ridge(task, reduced), how_with_ridge(how), options, None)
    if what:
        return replace(ridged, ridge=RIDGE, separated=remedied(what))
    # Without a reason the ridge is only kept where it helps: the task may merely be hard.
    if ridged.result is not None and ridged.result.success:
        why = "The exact method did not arrive, as where rows are told apart almost without error."
        return replace(ridged, ridge=RIDGE, separated=remedied(why))
    return ridged if lost else found


def with_ridge(task: Task, reduced: bool) -> Task:
    """The task with a tiny ridge on all but the intercept, in columns of mean square 1.

    Args:
        task: without a penalty.
        reduced: whether its columns are combinations of such columns already.
    """
    n = task.sample.X.shape[1]
    strength = np.full(n, RIDGE) if reduced else RIDGE * np.array(task.sample.coordinates.scale) ** 2
    if task.sample.intercept is not None:
        strength[task.sample.intercept] = 0.0
    return replace(task, penalty=Ridge(strength))


def how_with_ridge(how: Plan) -> Plan:
    """The method for the task with a ridge."""
    return Plan(Newton(), how.why, exact=True) if Needs.FACTOR in how.method.needs else how


def run(task: Task, how: Plan, options: Options, start: np.ndarray | None) -> Answer:
    """One descent, on the task as it is."""
    family, sample = task.family, task.sample
    if how.exact and isinstance(family, Quantile):
        return Answer(quantile_coefficients(family, sample)[0], how.method, how.why, None)
    check_room(how.method, sample.X)
    begun = beginning(task, how, start)
    dtype = np.dtype(np.float64) if how.exact else sample.X.dtype
    X, y = sample.X.astype(dtype, copy=False), sample.y.astype(dtype, copy=False)
    weights = None if sample.weights is None else sample.weights.astype(dtype)
    walked = sample.coordinates.of(dtype)
    if is_sparse(X):
        X = SparseRows.of(X) if Needs.FACTOR not in how.method.needs else filled_in(X)
    if Needs.FACTOR in how.method.needs:
        problem: Any = least_squares(X, y, weights, walked)
    else:
        problem = FiniteSum(task.loss(walked), (X, y), weights)
    result, how = descended(
        problem,
        begun.astype(dtype),
        how,
        ending(task, how, options),
        coarser=options.tol is None,
        penalty=task.penalty,
        batch_size=options.batch_size,
        seed=options.seed,
        callback=options.callback,
    )
    coefficients = np.asarray(result.x, dtype=np.float64)
    if how.exact and Needs.FACTOR in how.method.needs and result.success and not plainly_independent(sample):
        coefficients = refined(sample, coefficients)
    return Answer(coefficients, as_method(how.method), how.why, result)


def beginning(task: Task, how: Plan, start: np.ndarray | None) -> np.ndarray:
    """The first coefficients, on the original scale."""
    if start is not None:
        return start
    if isinstance(task.family, Softmax):
        return np.zeros(task.shape)
    return first_coefficients(None, how.exact, task.family, task.sample, task.names)


def ending(task: Task, how: Plan, options: Options) -> Stop:
    """When to stop: as asked for, with what was left open filled in as `fit` does."""
    asked = Stop(steps=options.max_iter, optimality=options.tol)
    # The slopes of the softmax loss are those of the Bernoulli's: shares of one.
    family = Bernoulli() if isinstance(task.family, Softmax) else task.family
    return stopping(family, task.sample, how, asked, options.epochs, options.batch_size is not None)

"""Finishing: from where a run stands to its result, and the sentence that says why it ended."""

from typing import Any

import jax
import numpy as np

from osolgil.descent.batches import Order
from osolgil.descent.drive import Drive
from osolgil.descent.loop import judged_at
from osolgil.descent.observe import Best, Progress
from osolgil.descent.result import Multipliers, Point, Result
from osolgil.descent.setup import Setup, memory_shapes, rows_in
from osolgil.descent.stop import Stop
from osolgil.descent.trace import Recorder
from osolgil.methods import Rule
from osolgil.problems.constrained import Constrained
from osolgil.protocol import Needs, Status, precision
from osolgil.protocol.words import counted


def finish(drive: Drive, recorder: Recorder, stop: Stop, status: Status) -> Result:
    """The result: with mini-batches after a last look at all rows, where the run has not just had one."""
    progress, sampled = drive.progress, drive.sampling is not None
    setup = drive.setup
    last = None
    if sampled and status is not Status.DIVERGED and status is not Status.CONVERGED and fresh(drive):
        progress, row = drive.examine()
        recorder.judgements.append(row[None])
        judged = Status.of(progress.status)
        # A run that completed its epochs stays completed, unless where it ended there is no finite value.
        if judged is not Status.RUNNING and (judged is Status.DIVERGED or not status.success):
            status = judged
    where = judged_at(setup.method, progress.state) if sampled else progress.state.answer
    unlimited = not isinstance(setup.problem, Constrained) or not setup.problem.limited
    if status is Status.CONVERGED and unlimited and indefinite(drive, where):
        status = Status.SADDLE
    if setup.method.answers_elsewhere:
        last = None if status is Status.DIVERGED else evaluate_at(drive, where)
    elif status is Status.CONVERGED:
        # Usually the best point is the one that met the criterion, and nothing needs to be evaluated again.
        best = progress.best
        flat = stationarity(setup, progress.state, best.x, best.gradient) <= stop.tolerance(setup.dtype)
        met = (isinstance(setup.method, Rule) and flat) or np.array_equal(where, progress.best.x)
        last = None if met else evaluate_at(drive, where)
    elif isinstance(setup.problem, Constrained) and drive.t > 0:
        # The lowest feasible point may be none, or not the one that the multipliers belong to.
        last = evaluate_at(drive, where)
    validation = None
    if setup.validation is not None:
        # A method that answers elsewhere was judged at its answer last of all.
        validation = float(progress.best.value if last is None else np.concatenate(recorder.judgements)[-1, 0])
        progress = progress._replace(best=in_training(drive, progress.best))
    return conclude(
        setup,
        stop,
        progress,
        recorder,
        status=status,
        last=last,
        sampled=sampled,
        validation=validation,
        rows_of=lambda evaluations: rows_of(drive, evaluations),
        epochs=epochs_of(drive),
        compile_seconds=drive.compile_seconds,
        run_seconds=drive.run_seconds,
    )


def indefinite(drive: Drive, x: Any) -> bool:
    """Whether the Hessian at x is known to have a negative eigenvalue, beyond rounding, by what the method needs."""
    needs = drive.setup.method.needs
    if drive.setup.problem.convex:
        return False
    if Needs.PRODUCT in needs:
        return bool(np.asarray(drive.progress.state.bent) > 0)
    if Needs.HESSIAN not in needs:
        return False
    hessian = np.asarray(drive.evaluate(x).hessian)
    if not np.isfinite(hessian).all():
        return False
    values = np.linalg.eigvalsh(hessian)
    return bool(values[0] < -len(values) * np.finfo(drive.setup.dtype).eps * np.max(np.abs(values)))


def stationarity(setup: Setup, state: Any, x: Any, gradient: Any) -> float:
    """The size of what should be zero at a solution, at x."""
    if not setup.method.takes_penalty:
        return float(np.max(np.abs(np.asarray(gradient))))
    with precision(setup.dtype):
        where: Any = (np.asarray(x), np.asarray(gradient))
        found = setup.method.stationarity(jax.tree.map(np.asarray, state), *where)
    return float(found)


def in_training(drive: Drive, best: Best) -> Best:
    """The point that a validation judged best, with the problem's own value and gradient there."""
    if int(best.evaluation) == 0:
        return best
    x, value, gradient = evaluate_at(drive, best.x)
    return Best(x, value, gradient, best.evaluation)  # type: ignore[arg-type]


def fresh(drive: Drive) -> bool:
    """Whether a sampled run has moved since its last judgement."""
    return int(drive.clock.position) > 0 or drive.t == 0


def evaluate_at(drive: Drive, x: Any) -> tuple[np.ndarray, float, np.ndarray]:
    """(x, value, gradient) by all rows."""
    evaluation = drive.evaluate(x)
    return np.asarray(x), float(evaluation.value), np.asarray(evaluation.gradient)


def message(
    status: Status,
    setup: Setup,
    stop: Stop,
    optimality: float,
    value: float,
    counts: dict[str, float],
    validation: float | None,
    infeasibility: float | None,
) -> str:
    """The criterion, its measured value and its threshold, and what to do."""
    tolerance = stop.tolerance(setup.dtype)
    slope = f"optimality {optimality:.3g}"
    far = f"{slope} > {tolerance:.3g}"
    what = "value"
    if validation is not None:
        what, value, slope = "validation value", validation, f"validation value {validation:.6g}"
        far = slope
    told = {
        Status.CONVERGED: f"Converged: optimality {optimality:.3g} ≤ {tolerance:.3g}.",
        Status.TARGET_REACHED: f"Target reached: {what} {value:.6g} ≤ {stop.target}.",
        Status.COMPLETED: f"Completed: {counts['epochs']:g} epochs ≥ {stop.epochs}; {slope}.",
        Status.EARLY_STOPPED: f"Stopped early: not improved on validation for {counted(stop.patience or 0, 'epoch')}; "
        f"{slope} at evaluation {counts['best']:g}.",
        Status.STEP_LIMIT: f"Step limit: {counted(int(counts['steps']), 'step')}; {far}.",
        Status.EVALUATION_LIMIT: f"Evaluation limit: {counted(int(counts['evaluations']), 'evaluation')}; {far}.",
        Status.TIME_LIMIT: f"Time limit: {counts['seconds']:.3g} s of {stop.seconds} s; {far}.",
        Status.DIVERGED: f"Diverged: the value or the gradient of evaluation {counts['evaluations']:g} is not finite.",
        Status.UNBOUNDED: f"Unbounded: {what} {value:.6g}"
        + (f" < {stop.exit_level}." if stop.exit_level is not None else ", which falls without end."),
        Status.STALLED: f"Stalled at {far}: {Status.STALLED.cause}.",
    }.get(status, f"{status.name.replace('_', ' ').capitalize()}: {status.cause}.")
    if not status.success:
        if infeasibility and status is not Status.DIVERGED:
            told += f" The constraints are broken by {infeasibility:.3g}."
        told += f" Remedy: {status.remedy}."
    elif status is Status.CONVERGED and not setup.problem.convex:
        if isinstance(setup.method, Rule):
            told += " A first-order method does not exclude that this is a saddle point."
        elif not setup.method.needs & (Needs.HESSIAN | Needs.PRODUCT | Needs.FACTOR):
            told += " Gradients alone do not exclude that this is a saddle point."
    if status is Status.DIVERGED and counts["evaluations"] <= 1:
        told = "Diverged: the value or the gradient at the start is not finite. Remedy: start elsewhere."
    calls = setup.problem.calls_per_evaluation(setup.layout.size)
    if calls > 1:
        told += f" The gradient was approximated by central differences, {calls} calls of the function an evaluation."
    return told


def conclude(
    setup: Setup,
    stop: Stop,
    progress: Progress,
    recorder: Recorder,
    *,
    status: Status,
    last: tuple[np.ndarray, float, np.ndarray] | None,
    sampled: bool,
    rows_of: Any,
    epochs: float,
    compile_seconds: float,
    run_seconds: float,
    validation: float | None = None,
) -> Result:
    """The result of a run that has ended.

    `last` is the (x, value, gradient) to hand over in place of the best point: where it converged, or where a method
    that answers elsewhere has its answer.
    """
    state = jax.tree.map(np.asarray, progress.state)

    def outside(x: Any, value: Any, gradient: Any) -> tuple[Any, float, Any]:
        return setup.outside(x), float(value), setup.outside_gradient(gradient)

    best = progress.best
    lowest = Point(*outside(best.x, best.value, best.gradient), evaluation=int(best.evaluation))
    x, fun, jac = outside(*last) if last is not None else (lowest.x, lowest.fun, lowest.jac)
    evaluations = int(progress.evaluations)
    gradient = last[2] if last is not None else best.gradient
    counts = {
        "steps": float(max(int(progress.steps), 0)),
        "evaluations": float(evaluations),
        "epochs": epochs,
        "seconds": run_seconds,
        "best": float(best.evaluation),
    }
    optimality = float(state.optimality)
    if isinstance(setup.method, Rule):
        where = last[0] if last is not None else best.x
        optimality = stationarity(setup, state, where, gradient) if np.isfinite(fun) else float("inf")
    met = limits_met(setup, state)
    return Result(
        x=x,
        fun=fun,
        jac=jac,
        success=status.success,
        status=status,
        message=message(status, setup, stop, optimality, fun, counts, validation, met.get("infeasibility")),
        nit=max(int(progress.steps), 0),
        nfev=evaluations,
        njev=evaluations if Needs.GRADIENT in setup.method.needs else 0,
        nhev=evaluations if Needs.HESSIAN in setup.method.needs else int(getattr(state, "products", 0)),
        epochs=epochs,
        best=lowest,
        validation=validation,
        trace=recorder.trace(
            sampled=sampled,
            rows_of=rows_of,
            memory_shapes=memory_shapes(state),
            n=setup.layout.size,
            outward=setup.problem.outward,
        ),
        compile_seconds=compile_seconds,
        run_seconds=run_seconds,
        problem=setup.posed,
        method=setup.shown,
        freeze=setup.freeze,
        **met,
    )


def limits_met(setup: Setup, state: Any) -> dict[str, Any]:
    """What a method that knows of limits reports of them."""
    reported = getattr(state, "reported", None)
    if reported is None or not isinstance(setup.problem, Constrained):
        return {}
    bounds = setup.layout.unravel(np.array(reported.bounds))
    return {
        "multipliers": Multipliers(bounds, setup.problem.by_constraint(reported.rows)),
        "infeasibility": float(reported.infeasibility),
        "complementarity": float(reported.complementarity),
    }


def rows_of(drive: Drive, evaluations: Any) -> Any:
    """Rows of data that led to where so many evaluations stand.

    The pass that only judges a point is not counted: of all rows the newest, under mini-batches that of each epoch.
    """
    rows = rows_in(drive.setup.problem)
    if drive.sampling is None:
        return np.maximum(np.asarray(evaluations) - 1, 0) * rows
    size, batches = drive.setting.batch_size or 0, int(drive.sampling.batches)
    if drive.setting.order is Order.REPLACEMENT:
        return np.asarray(evaluations) * size
    whole, rest = np.divmod(np.asarray(evaluations), batches)
    return whole * rows + rest * size


def epochs_of(drive: Drive) -> float:
    """Passes over the rows so far."""
    rows = rows_in(drive.setup.problem)
    return float(rows_of(drive, drive.t)) / rows if rows else 0.0

"""minimize: one method on one problem."""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np

from osolgil.descent import checkpoint as checkpoints
from osolgil.descent.batches import Order
from osolgil.descent.drive import Batching, Drive, start_drive
from osolgil.descent.finish import epochs_of, finish, rows_of
from osolgil.descent.looking import Interrupt, Pace
from osolgil.descent.result import Result
from osolgil.descent.setup import AUTO, Setup, check_record, name_of, rows_in, set_up
from osolgil.descent.stop import Stop
from osolgil.descent.trace import Recorder
from osolgil.descent.watching import Bar, Watch
from osolgil.protocol import Penalty, Status


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a callback is shown: where the run stands.

    Attributes:
        x: the point that the method stands at, in the shape of the start.
        fun: the lowest value judged so far (infinite before the first judgement); under validation, of the validation.
        optimality: of the last evaluation.
        nit, nfev: steps and evaluations so far.
        epochs: passes over the rows so far.
    """

    x: Any
    fun: float
    optimality: float
    nit: int
    nfev: int
    epochs: float


def minimize(
    problem: Any,
    x0: Any = None,
    method: Any = AUTO,
    *,
    bounds: Any = None,
    constraints: Any = (),
    penalty: Penalty | None = None,
    batch_size: int | None = None,
    order: str | Order = Order.SHUFFLED,
    validation: Any = None,
    frozen: Any = None,
    stop: Stop | None = None,
    record: str = "values",
    seed: int = 0,
    callback: Callable[[Snapshot], Any] | None = None,
    callback_every: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | Watch = False,
    driver: str = "auto",
) -> Result:
    """Minimize a problem, starting from x0.

    Args:
        problem: a callable f(x) written with jax.numpy, or a Problem: Function, BlackBox, LeastSquares, FiniteSum, or
            a Surface, which brings its own start.
        x0: the start: a vector, a number, or any pytree of arrays. Arrays of float32 are computed in float32,
            everything else in float64.
        method: a name such as "adam", or a method with its hyperparameters, such as ``Adam(learning_rate=0.1)``. By
            default "adam" without bounds and constraints; with them "interior_point", but "lbfgs" where bounds are all
            there is and the parameters are more than 500, or no Hessian is known.
        bounds: of the parameters: a pair (low, high) for each in order, None where there is no bound; or two arrays or
            pytrees (lower, upper), which may stop above the parameters' leaves; or SciPy's Bounds.
        constraints: LinearConstraint(A, lower, upper) and NonlinearConstraint(g, lower, upper), one or a list, of
            `osolgil.problems` or of SciPy, or SciPy's dictionaries. Equal limits make an equality.
        penalty: what is added to the problem: Ridge, Lasso or ElasticNet, on the parameters that you see. With a kink
            (all but Ridge) the method has to keep it: "proximal_newton" (the default then), "fista",
            ``Proximal(Adam(...))``; `result.jac` is then the gradient without the penalty.
        batch_size: rows of a mini-batch, for a FiniteSum; None evaluates all rows every time, 1 is stochastic descent.
        order: "shuffled" (every row once an epoch), "replacement" (every batch drawn at random) or "fixed".
        validation: a FiniteSum of the same parameters over other rows, which judges the run in place of the
            problem's own, once an epoch: `result.x` is the best point by validation, and `Stop(patience=...)` stops
            early. Its gradient is never asked for. Needs a batch_size.
        frozen: which parameters stay as they are, as a pytree that may stop above the parameters' leaves:
            ``{"hidden": True}``; what a dictionary leaves out is free. The problem is minimized in the free ones alone.
        stop: when to stop; see `Stop` for the defaults.
        record: "values", "path" (with the points) or "all" (with the method's memory too).
        seed: of the batches, and of whatever a loss draws.
        callback: called about ten times a second with a `Snapshot`; return True, or raise StopIteration, to stop.
        callback_every: call it after this many evaluations instead.
        checkpoint: a file. If it exists the run goes on from it, to the same bits as if it had never stopped; it is
            written every ten seconds and at the end.
        progress: show a progress bar where it takes longer than two seconds, if standard error is a terminal: rows per
            second, and the time left where it is known.
        driver: "auto", "compiled" (one XLA program) or "host" (a Python loop). They agree in every decision.

    Returns:
        a `Result`, with SciPy's field names. Ctrl-C returns what there is.

    Raises:
        ValueError, TypeError: before any work starts, in a sentence that says what to change.

    >>> from osolgil.methods import GradientDescent
    >>> result = minimize(lambda x: x**2, 2.0, GradientDescent(learning_rate=0.01), stop=Stop(steps=1))
    >>> float(result.x), result.status.name
    (1.96, 'STEP_LIMIT')
    """
    setup = set_up(problem, x0, method, validation, frozen, bounds, constraints, penalty)
    stop = with_tolerance(with_exit_level(Stop.of(stop), problem), setup)
    batching = as_batching(setup, batch_size, order, stop)
    check_record(record)
    if driver not in ("auto", "compiled", "host"):
        raise ValueError(f"driver={driver!r} is not known; choose 'auto', 'compiled' or 'host'.")
    if driver == "compiled" and not setup.problem.traceable:
        raise ValueError(f"driver='compiled' cannot look into {type(setup.problem).__name__}; use driver='host'.")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback={callback!r} cannot be called; pass a function of a Snapshot.")
    if callback_every is not None and not whole(callback_every, least=1):
        raise ValueError(f"callback_every={callback_every!r} must be a whole number, at least 1.")
    if not whole(seed):
        raise ValueError(f"seed={seed!r} must be a whole number.")
    drive = start_drive(setup, stop, record, batching, seed, driver)
    recorder = Recorder()
    file = None
    if checkpoint is not None:
        file = checkpoints.Checkpoint(checkpoint, checkpoints.fingerprint(drive, batching, seed))
        file.restore(drive, recorder)
    status = descend(drive, recorder, stop, callback, callback_every, file, progress)
    return finish(drive, recorder, stop, status)


def whole(number: Any, least: int | None = None) -> bool:
    """Whether this is a whole number (not a switch), and not below the least one allowed."""
    is_whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    return is_whole and (least is None or number >= least)


def with_exit_level(stop: Stop, problem: Any) -> Stop:
    """The stop with the level at which an unbounded problem says that it counts as left."""
    level = getattr(problem, "exit_level", None)
    if level is None or stop.exit_level is not None:
        return stop
    return replace(stop, exit_level=level)


def with_tolerance(stop: Stop, setup: Setup) -> Stop:
    """The stop with the precision that is customary for the method, where it has one of its own."""
    tolerance = getattr(setup.method, "tolerance", None)
    if tolerance is None or stop.optimality is not None:
        return stop
    return replace(stop, optimality=tolerance(setup.dtype))


def as_batching(setup: Setup, batch_size: int | None, order: str | Order, stop: Stop) -> Batching | None:
    """How rows become batches, or None for all rows at once."""
    found = Order.named(order)
    rows = rows_in(setup.problem)
    if batch_size is None:
        if setup.validation is not None:
            raise ValueError(
                f"validation judges a run once an epoch of mini-batches: give a batch_size, such as batch_size=32"
                f"{f', or {rows} for all rows at once' if rows else ''}."
            )
        if stop.epochs is not None and not rows:
            raise ValueError(f"Stop(epochs={stop.epochs}) counts passes over rows; {setup.problem.name} has no rows.")
        return None
    if not whole(batch_size, least=1):
        raise ValueError(f"batch_size={batch_size!r} must be a positive whole number, or None for all rows.")
    if not rows:
        raise ValueError(f"batch_size={batch_size} needs rows: pose the problem as FiniteSum(loss, rows).")
    if not setup.method.samples:
        raise ValueError(
            f"{name_of(setup.method)} compares values between points, which mini-batches only estimate; use a rule "
            "such as 'adam', or batch_size=None."
        )
    return Batching(min(int(batch_size), rows), found)


def evaluation_limit(drive: Drive, stop: Stop) -> int:
    """After how many evaluations the host ends a run: what the compiled loop does not count by itself."""
    limits = [np.iinfo(np.int32).max, stop.evaluations]
    if drive.setup.method.accepts_always and stop.step_limit is not None:
        # The point that the last step led to is evaluated too, unless evaluations are estimates.
        limits.append(stop.step_limit + (drive.sampling is None))
    if stop.epochs is not None:
        # The same holds for passes over all rows: k of them lead to the k-th point, which is evaluated too.
        batches, judging = (1, 1) if drive.sampling is None else (int(drive.sampling.batches), 0)
        limits.append(math.ceil(stop.epochs * batches) + judging)
    return int(min(limit for limit in limits if limit is not None))


def descend(
    drive: Drive,
    recorder: Recorder,
    stop: Stop,
    callback: Callable[[Snapshot], Any] | None,
    callback_every: int | None,
    file: "checkpoints.Checkpoint | None",
    progress: bool | Watch,
) -> Status:
    """Take the run to its end, looking about ten times a second."""
    limit = evaluation_limit(drive, stop)
    pace = Pace(bytes_read(drive))
    saved = time.perf_counter()
    status = Status.RUNNING
    with Interrupt() as interrupt, bar_of(drive, stop, limit, progress) as bar:
        while drive.running and drive.t < limit and status is Status.RUNNING:
            ahead = pace.evaluations
            if callback_every is not None:
                ahead = min(ahead, callback_every - drive.t % callback_every)
            begun, spent = drive.t, drive.run_seconds
            rows, judgements = drive.advance(min(limit, begun + ahead))
            pace.learn(drive.t - begun, drive.run_seconds - spent)
            recorder.add(rows, begun + 1)
            # An epoch that ended with a run that had diverged was not judged: its evaluation is 0.
            recorder.judgements.append(judgements[judgements[:, 2] > 0])
            show(bar, drive)
            if callback is not None and (callback_every is None or drive.t % callback_every == 0):
                try:
                    said = callback(snapshot(drive))
                except StopIteration:
                    said = True
                status = Status.STOPPED if isinstance(said, bool | np.bool_) and said else status
            if interrupt.raised:
                status = Status.STOPPED
            elif status is Status.RUNNING and stop.seconds is not None and drive.run_seconds >= stop.seconds:
                status = Status.TIME_LIMIT
            if file is not None and time.perf_counter() - saved >= 10.0:
                file.save(drive, recorder)
                saved = time.perf_counter()
    if file is not None:
        file.save(drive, recorder)
    if not drive.running:
        return Status.of(drive.progress.status)
    if status is not Status.RUNNING:
        return status
    return ended_by(drive, stop)


def bytes_read(drive: Drive) -> float:
    """Bytes of data that an evaluation reads, about."""
    whole = sum(getattr(leaf, "nbytes", 0) for leaf in jax.tree.leaves(drive.problem))
    return whole if drive.sampling is None else whole / int(drive.sampling.batches)


def bar_of(drive: Drive, stop: Stop, limit: int, progress: bool | Watch) -> Bar:
    """The bar of a run. How long it will be is known where epochs, steps or evaluations were asked for, and not merely
    allowed: methods that see all rows usually converge before.
    """
    rows = rows_in(drive.setup.problem)
    asked = drive.sampling is not None or stop.epochs or (not rows and (stop.steps or stop.evaluations))
    total = None
    if asked:
        counted = None if drive.setup.method.accepts_always else stop.step_limit
        most = limit if counted is None else min(limit, counted)
        total = None if most == np.iinfo(np.int32).max else float(rows_of(drive, most)) if rows else float(most)
    return Bar(progress, total, bool(rows), float(stop.tolerance(drive.setup.dtype)))


def show(bar: Bar, drive: Drive) -> None:
    """Show how far a run has come."""
    if bar.watch:
        progress = drive.progress
        done = float(rows_of(drive, drive.t)) if bar.rows else float(drive.t)
        bar.show(done, max(int(progress.steps), 0), float(progress.best.value), float(progress.state.optimality))


def ended_by(drive: Drive, stop: Stop) -> Status:
    """Which of the limits that the host counts has ended the run."""
    if stop.epochs is not None and drive.t >= evaluation_limit(drive, Stop(epochs=stop.epochs)):
        return Status.COMPLETED
    if stop.evaluations is not None and drive.t >= stop.evaluations:
        return Status.EVALUATION_LIMIT
    return Status.STEP_LIMIT


def snapshot(drive: Drive) -> Snapshot:
    """Where a run stands, for people."""
    progress, setup = drive.progress, drive.setup
    return Snapshot(
        x=setup.outside(progress.state.answer),
        fun=float(progress.best.value),
        optimality=float(progress.state.optimality),
        nit=max(int(progress.steps), 0),
        nfev=int(progress.evaluations),
        epochs=epochs_of(drive),
    )

"""Many runs that advance together in one compiled loop."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent import loop
from osolgil.descent.batches import Order
from osolgil.descent.drive import CompiledDrive, compiled_begin_lanes, ending, limits_of, make_setting, sampling_of
from osolgil.descent.finish import finish
from osolgil.descent.looking import Interrupt, Pace
from osolgil.descent.loop import Setting
from osolgil.descent.minimize import as_batching, ended_by, evaluation_limit, whole, with_exit_level, with_tolerance
from osolgil.descent.result import Result
from osolgil.descent.setup import AUTO, Setup, as_method, check_record, default_method, set_up
from osolgil.descent.stop import Stop
from osolgil.descent.trace import Recorder
from osolgil.problems.constrained import Constrained
from osolgil.protocol import Layout, Status, computing_dtype, precision


def minimize_lanes(
    problem: Any,
    x0: Any = None,
    method: Any = AUTO,
    *,
    seeds: Sequence[int] | None = None,
    batch_size: int | None = None,
    order: str | Order = Order.SHUFFLED,
    validation: Any = None,
    frozen: Any = None,
    stop: Stop | None = None,
    record: str = "values",
    width: int | None = None,
) -> list[Result]:
    """Minimize many times at once: many starts, hyperparameters, seeds, or data, in one compiled program.

    Args:
        problem: as in `minimize`; traceable. Or a list of problems that differ in their data only, one for each lane;
            what all of them hold alike, a table say, the lanes share.
        x0: one start for all lanes, or a list of starts of one shape.
        method: one method for all lanes, or a list of methods of one class with equal flags, whose numbers differ.
        seeds: of the batches, one for each lane; one seed for all (0) by default, whose lanes share the batches.
        batch_size, order, validation, stop, record: as in `minimize`, the same for all lanes.
        frozen: as in `minimize`; lanes share one problem, so what is frozen must be alike in all starts.
        width: how many lanes run together. The last group is filled up, so that a lane's bits do not depend on how
            many others there are; by default all lanes run together.

    Returns:
        one `Result` a lane, in order. Times are those of the whole group.

    >>> from osolgil.methods import GradientDescent
    >>> rates = [0.1, 0.5, 1.5]
    >>> methods = [GradientDescent(learning_rate=rate) for rate in rates]
    >>> results = minimize_lanes(lambda x: x**2, 3.0, methods, stop=Stop(steps=1))
    >>> [round(float(result.trace.value[-1]), 2) for result in results]
    [5.76, 0.0, 36.0]
    """
    problems = list(problem) if isinstance(problem, list) else [problem]
    if not problems:
        raise ValueError("The list of problems is empty; give one for all lanes, or one for each.")
    problem = problems[0]
    given = getattr(problem, "start", None) if x0 is None else x0
    starts = list(x0) if isinstance(x0, list) and x0 and np.ndim(x0[0]) + isinstance(x0[0], dict | tuple) else [given]
    if isinstance(method, str) and method == AUTO:
        limited = isinstance(problem, Constrained)
        n, ruled = (len(problem.bounds.lower), bool(problem.counts)) if limited else (0, False)
        method = default_method(problem, n, limited=limited, ruled=ruled)
    methods = [as_method(each) for each in method] if isinstance(method, list | tuple) else [as_method(method)]
    drawn = [0] if seeds is None else list(seeds)
    sizes = {"problems": len(problems), "starts": len(starts), "methods": len(methods), "seeds": len(drawn)}
    lanes = max(sizes.values())
    for name, size in sizes.items():
        if size not in (1, lanes):
            raise ValueError(f"There are {size} {name} for {lanes} lanes; give one for all, or {lanes}.")
    if width is not None and not whole(width, least=1):
        raise ValueError(f"width={width!r} must be a whole number, at least 1.")
    for seed in drawn:
        if not whole(seed):
            raise ValueError(f"seeds hold {seed!r}, which is not a whole number.")
    problems = problems * (lanes // len(problems))
    starts = starts * (lanes // len(starts))
    methods = methods * (lanes // len(methods))
    drawn = drawn * (lanes // len(drawn))
    stop = with_exit_level(Stop.of(stop), problem)
    check_record(record)
    same_structure(methods, starts)
    setups = [set_up(problem, starts[0], methods[0], validation, frozen)]
    for posed, start, each in zip(problems[1:], starts[1:], methods[1:], strict=True):
        # Checking one method and one problem again for every start would take longer than the runs themselves.
        alike = each is methods[0] and posed is problem and frozen is None
        alike = alike and computing_dtype(start, setups[0].posed) == setups[0].dtype
        setups.append(setups[0].elsewhere(start) if alike else set_up(posed, start, each, validation, frozen))
    same_held(setups)
    same_posed(setups)
    stop = with_tolerance(stop, setups[0])
    width = width or lanes
    dtypes = sorted({str(setup.dtype) for setup in setups})
    if len(dtypes) > 1:
        raise ValueError(f"The starts are of {' and '.join(dtypes)}; lanes share one program, so give all one dtype.")
    # What lanes share is decided for all groups at once, so that all of them run the same program.
    shared, own = len(set(drawn)) == 1, own_leaves([setup.problem for setup in setups])
    results: list[Result] = []
    with Interrupt() as interrupt:
        for first in range(0, lanes, width):
            chosen = list(range(first, min(first + width, lanes)))
            filled = chosen + chosen[-1:] * (width - len(chosen))
            group = [setups[i] for i in filled]
            seeded = [drawn[i] for i in filled]
            results += run_group(group, seeded, shared, own, batch_size, order, stop, record, interrupt)[: len(chosen)]
    return results


def same_structure(methods: list[Any], starts: list[Any]) -> None:
    """Refuse lanes that cannot share a program."""
    structures: list[Any] = [jax.tree.structure(each) for each in methods]
    for i, each in enumerate(methods):
        if structures[i] != structures[0]:
            raise ValueError(
                f"Lane {i} runs {each!r} and lane 0 runs {methods[0]!r}: lanes share one program, so their methods "
                "may differ in numbers only."
            )
    for i, start in enumerate(starts):
        if Layout.of(start) != Layout.of(starts[0]):
            raise ValueError(f"The start of lane {i} has another shape than that of lane 0; lanes share one shape.")


def same_held(setups: list[Setup]) -> None:
    """Refuse lanes whose frozen parameters differ: they are data of the one problem that lanes share."""
    first = setups[0].freeze
    for i, setup in enumerate(setups):
        if first is not None and setup.freeze is not None:
            pairs = zip(first.held, setup.freeze.held, strict=True)
            if not all(np.array_equal(one, other, equal_nan=True) for one, other in pairs):
                raise ValueError(
                    f"The frozen parameters of lane {i} differ from those of lane 0; lanes share one problem, so run "
                    "starts with other frozen parameters by minimize."
                )


def same_posed(setups: list[Setup]) -> None:
    """Refuse problems that cannot share a program."""

    def shape(setup: Setup) -> Any:
        leaves, structure = jax.tree.flatten(setup.problem)
        return structure, [(leaf.shape, leaf.dtype) for leaf in leaves]

    first = shape(setups[0])
    for i, setup in enumerate(setups):
        if setup.problem is not setups[0].problem and shape(setup) != first:
            raise ValueError(
                f"The problem of lane {i} has another structure, or data of other shapes, than that of lane 0; lanes "
                "share one program, so their problems may differ in numbers only."
            )


def own_leaves(problems: list[Any]) -> tuple[bool, ...]:
    """For every leaf of the problems whether lanes have their own, see `Setting.own`; empty where they share all."""
    different = list({id(problem): jax.tree.leaves(problem) for problem in problems}.values())
    own = tuple(not all(alike(leaf, lane[0]) for leaf in lane) for lane in zip(*different, strict=True))
    return own if any(own) else ()


def together(problems: list[Any], own: tuple[bool, ...]) -> Any:
    """The problems of all lanes as one: a leading axis of lanes for what is their own."""
    if not own:
        return problems[0]
    lanes = zip(*(jax.tree.leaves(problem) for problem in problems), strict=True)
    leaves = [np.stack(lane) if mine else lane[0] for lane, mine in zip(lanes, own, strict=True)]
    return jax.tree.unflatten(jax.tree.structure(problems[0]), leaves)


def alike(leaf: Any, other: Any) -> bool:
    """Whether two leaves hold the same."""
    return leaf is other or np.array_equal(leaf, other, equal_nan=np.issubdtype(leaf.dtype, np.inexact))


def run_group(
    setups: list[Setup],
    seeds: list[int],
    shared: bool,
    own: tuple[bool, ...],
    batch_size: int | None,
    order: str | Order,
    stop: Stop,
    record: str,
    interrupt: Interrupt,
) -> list[Result]:
    """One compiled program for all these lanes; `shared` says that they draw the same batches, `own` see `Setting`."""
    setup, lanes = setups[0], len(setups)
    if not setup.problem.traceable:
        raise ValueError(f"Lanes run inside one XLA program, which cannot look into {type(setup.problem).__name__}.")
    batching = as_batching(setup, batch_size, order, stop)
    with precision(setup.dtype):
        methods = stacked([ending(each, stop) for each in setups])
        begun = compiled_begin_lanes(setup, methods, np.stack([each.x0 for each in setups]), batching is not None)
        key = jax.random.key(seeds[0]) if shared else jnp.stack([jax.random.key(seed) for seed in seeds])
        sampling = None if batching is None else sampling_of(setup.problem, batching, key)
        drive = CompiledDrive(
            setup=setup,
            setting=make_setting(setup, record, one_of(begun, 0), batching, lanes, shared, own),
            limits=limits_of(setup, stop, sampling),
            method=methods,
            progress=begun,
            clock=loop.new_clock(),
            sampling=sampling,
            problem=together([each.problem for each in setups], own),
        )
    recorders = [Recorder() for _ in setups]
    status = descend_lanes(drive, recorders, stop, interrupt)
    single = replace(drive.setting, lanes=False, own=())
    if sampling is None:
        single = make_setting(setup, record, one_of(begun, 0), None)
    return [lane_result(drive, single, setups[i], recorders[i], stop, status, i) for i in range(lanes)]


def stacked(trees: list[Any]) -> Any:
    """Trees of equal structure as one, with a leading axis of lanes."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)


def one_of(tree: Any, lane: int) -> Any:
    """What the tree holds of one lane."""
    return jax.tree.map(lambda leaf: leaf[lane, ...], tree)


def descend_lanes(drive: CompiledDrive, recorders: list[Recorder], stop: Stop, interrupt: Interrupt) -> Status:
    """Take all lanes to their ends; each recorder gets its own lane's rows, as far as that lane ran."""
    limit = evaluation_limit(drive, stop)
    pace = Pace()
    while drive.running and drive.t < limit:
        if interrupt.raised:
            return Status.STOPPED
        if stop.seconds is not None and drive.t and drive.run_seconds >= stop.seconds:
            return Status.TIME_LIMIT
        begun, spent = drive.t, drive.run_seconds
        already = np.asarray(drive.progress.evaluations)
        rows, judgements = drive.advance(min(limit, begun + pace.evaluations))
        pace.learn(drive.t - begun, drive.run_seconds - spent)
        told = np.asarray(drive.progress.evaluations)
        for lane, recorder in enumerate(recorders):
            recorder.add(rows[: told[lane] - already[lane], lane], int(already[lane]) + 1)
            if len(judgements):
                mine = judgements[:, lane]
                recorder.judgements.append(mine[mine[:, 2] > 0])
    return ended_by(drive, stop)


def lane_result(
    drive: CompiledDrive, single: Setting, setup: Setup, recorder: Recorder, stop: Stop, status: Status, lane: int
) -> Result:
    """The result of one lane, as if it had run alone, under the setting of a single run."""
    with precision(setup.dtype):
        progress = one_of(drive.progress, lane)
        sampling = drive.sampling
        if sampling is not None and sampling.key.ndim:
            sampling = sampling._replace(key=sampling.key[lane])
        clock = drive.clock
        own = Status.of(progress.status)
        if own is not Status.RUNNING and drive.sampling is not None:
            # A lane that ended by itself did so at a judgement, or by diverging: it has nothing to catch up on.
            clock = clock._replace(position=np.zeros_like(clock.position))
        alone = CompiledDrive(
            setup=setup,
            setting=single,
            limits=drive.limits,
            method=setup.method,
            progress=progress,
            clock=clock._replace(t=progress.evaluations),
            sampling=sampling,
            compile_seconds=drive.compile_seconds,
            run_seconds=drive.run_seconds,
        )
        return finish(alone, recorder, stop, status if own is Status.RUNNING else own)

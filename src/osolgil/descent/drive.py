"""Two drivers, one semantics: both turn the wheel of observe.py until the host wants to look."""

import abc
import time
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.descent import loop
from osolgil.descent.batches import Order, slots_of
from osolgil.descent.kernels import as_one_kernel
from osolgil.descent.loop import Clock, Sampling, Setting
from osolgil.descent.observe import Progress, begin, observe, observe_sample
from osolgil.descent.parcels import Parcel, Plan, pack, plan_of, unpack
from osolgil.descent.setup import Setup, columns_of, rows_in
from osolgil.descent.stop import Limits, Stop
from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.problem import Problem
from osolgil.problems.threads import evaluate_by_threads, worth_threads
from osolgil.protocol import Bounds, Evaluation, Geometry, Layout, Needs, Shrinkage, Status, precision
from osolgil.protocol.programs import compiled

CHUNK_BYTES = 8 * 2**20
CHUNK_ROWS = 8192
"""A record buffer holds at most this many rows, and about this many bytes."""

EPOCH_ROWS = 65_536
"""Rows that it holds of an epoch of so many batches: an epoch of 200,000 single rows takes 0.09 s in place of 0.14."""


@dataclass(frozen=True)
class Batching:
    """How rows become batches.

    Attributes:
        size: rows of a batch.
        order: how an epoch goes through the rows.
    """

    size: int
    order: Order


@dataclass(eq=False)
class Drive(abc.ABC):
    """A run under way. `advance` takes it forward; everything else only looks.

    Attributes:
        setup: what the run is made of.
        setting: what its programs are made for.
        limits: when to stop, as arrays.
        method: with lanes, every leaf has a leading axis.
        progress, clock: where the run stands.
        sampling: what mini-batches are drawn with; None evaluates all rows.
        problem: with lanes of problems of their own, these together, see `Setting.own`; the setup's, unless given.
    """

    setup: Setup
    setting: Setting
    limits: Limits
    method: Any
    progress: Progress
    clock: Clock
    sampling: Sampling | None
    compile_seconds: float = field(default=0.0)
    run_seconds: float = field(default=0.0)
    problem: Any = None

    def __post_init__(self) -> None:
        if self.problem is None:
            self.problem = self.setup.problem
        # The host's copies of the counters: looking at a device's numbers costs more than counting along.
        self.t = int(self.clock.t)
        self.epoch = int(self.clock.epoch)

    @abc.abstractmethod
    def advance(self, until: int) -> tuple[np.ndarray, np.ndarray]:
        """Go on until `until` evaluations, or until everything has ended.

        Returns:
            the record of these evaluations, shape (rows, columns) or (rows, lanes, columns), and the judgements of
            the epochs that ended, shape (epochs, 3) or (epochs, lanes, 3).
        """

    @property
    def running(self) -> bool:
        """Whether any lane still runs."""
        return bool(np.any(np.asarray(self.progress.status) == Status.RUNNING))

    def call(self, function: Any, *arguments: Any, setting: Any = None) -> Any:
        """Run the program of a function of a setting and arrays; compiling and running have clocks of their own."""
        whole = self.setting if setting is None else (self.setting, setting)
        with precision(self.setup.dtype):
            brief = not self.setting.lanes and bool(self.method.needs & (Needs.HESSIAN | Needs.FACTOR))
            executable, seconds = compiled(function, whole, arguments, brief)
            self.compile_seconds += seconds
            started = time.perf_counter()
            out = jax.block_until_ready(executable(*arguments))
            self.run_seconds += time.perf_counter() - started
        return out

    def evaluate(self, x: Array) -> Evaluation:
        """What the problem says at x, wherever it is evaluated."""
        problem, needs = self.setup.problem, self.method.needs
        if worth_threads(problem, needs, self.setup.layout.size):
            started = time.perf_counter()
            by_threads, seconds = evaluate_by_threads(problem, x, needs, self.setup.layout)
            self.compile_seconds += seconds
            self.run_seconds += time.perf_counter() - started - seconds
            return by_threads
        if problem.traceable:
            found: Evaluation = self.call(evaluated, problem, self.method, x)
            return found
        started = time.perf_counter()
        evaluation = problem.evaluate(np.asarray(x), needs, self.setup.layout)
        self.run_seconds += time.perf_counter() - started
        return jax.tree.map(lambda known: np.asarray(known, self.setup.dtype), evaluation)

    def examine(self) -> tuple[Progress, np.ndarray]:
        """Judge a sampled run where it stands, by all rows or a validation's; the run itself is left as it was."""
        problem, validation = self.setup.problem, self.setup.validation
        progress, row = self.call(loop.examine, problem, validation, self.method, self.progress, self.limits)
        return progress, np.asarray(row)


class CompiledDrive(Drive):
    """The loop as one XLA program; the host looks in between.

    Attributes:
        going_in, coming_out: the plans of the program's parcels, once they are known: they stay as they are.
    """

    going_in: Plan | None = None
    coming_out: Plan | None = None

    def advance(self, until: int) -> tuple[np.ndarray, np.ndarray]:
        begun, begun_epoch = self.t, self.epoch
        large, parcel = self.arguments(min(until, begun + self.setting.capacity))
        (parcel, record, judged, order), _ = self.call(advance_parcel, large, parcel, setting=self.going_in)
        if self.sampling is not None:
            self.sampling = self.sampling._replace(order=order)
        self.coming_out = self.coming_out or plan_of((self.progress, self.clock))
        self.progress, self.clock = unpack(self.coming_out, [own(array) for array in parcel])
        self.t, self.epoch = int(self.clock.t), int(self.clock.epoch)
        return np.asarray(record)[: self.t - begun], np.asarray(judged)[: self.epoch - begun_epoch]

    def arguments(self, until: int) -> tuple[tuple[Problem, Problem | None, Any], list[Any]]:
        """What the program takes, besides its setting and the plan `going_in`: what is large, and a parcel."""
        sampling, order = self.sampling, None
        if sampling is not None:
            # As long as the rows: it stays on the device.
            order = self.epoch_order(sampling)
            sampling = sampling._replace(order=None)
        stop = np.asarray(until, np.int32)
        goes_in = (self.method, self.progress, self.clock, stop, self.limits, sampling)
        self.going_in = self.going_in or plan_of(goes_in)
        return (self.problem, self.setup.validation, order), pack(self.going_in, goes_in, np)

    def epoch_order(self, sampling: Sampling) -> Any:
        """The order of the epoch under way; before an epoch begins, room for it."""
        if sampling.order is not None:
            return sampling.order
        if self.clock.position:
            # The run was resumed within an epoch.
            return self.call(loop.draw_order, self.setup.problem, sampling, self.clock.epoch)
        problem: Any = self.setup.problem
        return np.zeros((*sampling.key.shape, slots_of(problem.length, self.setting.batch_size or 1)), np.int32)


def own(array: Any) -> Any:
    """A device's array as one of the host's; random keys stay where they are."""
    return array if jnp.issubdtype(array.dtype, jax.dtypes.extended) else np.asarray(array)


def advance_parcel(
    setting: tuple[Setting, Plan], large: tuple[Problem, Problem | None, Array | None], parcel: list[Any]
) -> tuple[tuple[list[Any], Array, Array, Array | None], Array]:
    """`loop.advance`, or `loop.advance_sampled`, with its many small arrays in a parcel, and as one kernel if small.

    Returns:
        (parcel, record, judgements, order of the epoch), and a number that only has to be returned.
    """
    chosen, plan = setting

    def advanced(large: Any, parcel: list[Any]) -> tuple[tuple[list[Any], Array, Array, Array | None], Array]:
        problem, validation, order = large
        used = jnp.zeros((), jnp.float32)
        method, progress, clock, until, limits, sampling = unpack(plan, parcel)
        shared = (method, progress, clock, until, limits)
        if sampling is None:
            progress, clock, record = loop.advance(chosen, problem, *shared)
            judgements = jnp.zeros((0, 3), record.dtype)
        else:
            sampling = sampling._replace(order=order)
            sampled = loop.advance_sampled(chosen, problem, validation, *shared, sampling)
            progress, clock, record, judgements, order, used = sampled
        return (pack(plan_of((progress, clock)), (progress, clock), jnp), record, judgements, order), used

    (found, used), number = as_one_kernel(advanced, large, parcel)
    return found, used + number


class HostDrive(Drive):
    """A Python loop around the compiled `tell`: for whatever JAX cannot look into."""

    def advance(self, until: int) -> tuple[np.ndarray, np.ndarray]:
        record, judgements = [], []
        while self.t < until and self.running:
            row, judgement = self.turn()
            record.append(row)
            judgements += judgement
            self.t += 1
        empty = np.zeros((0, self.setting.columns))
        return np.stack(record) if record else empty, np.stack(judgements) if judgements else np.zeros((0, 3))

    def turn(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """One evaluation, and the judgement of the epoch if it ended with it."""
        if self.sampling is None:
            evaluation = self.evaluate(self.progress.state.question)
            self.progress, row = self.call(told, self.method, self.progress, evaluation, self.clock.t, self.limits)
            self.clock = self.clock._replace(t=self.clock.t + 1)
            return np.asarray(row), []
        problem, sampling = self.setup.problem, self.sampling
        if int(self.clock.position) == 0 or not hasattr(self, "order"):
            self.order = self.call(loop.draw_order, problem, sampling, self.clock.epoch)
        arguments = (problem, self.method, self.progress, self.order, self.clock, sampling.key)
        self.progress, row = self.call(told_sample, *arguments)
        self.clock = self.clock._replace(t=self.clock.t + 1, position=self.clock.position + 1)
        if self.clock.position < sampling.batches:
            return np.asarray(row), []
        self.epoch += 1
        self.clock = self.clock._replace(epoch=self.clock.epoch + 1, position=np.zeros_like(self.clock.position))
        if not self.running:
            return np.asarray(row), [np.zeros(3)]
        self.progress, judgement = self.examine()
        return np.asarray(row), [judgement]


def evaluated(setting: Setting, problem: Problem, method: Any, x: Array) -> Evaluation:
    """What the problem says at x."""
    return problem.evaluate(x, method.needs, setting.layout)


def told(
    setting: Setting, method: Any, progress: Progress, evaluation: Evaluation, t: Array, limits: Limits
) -> tuple[Progress, Array]:
    """One turn with an evaluation from anywhere, after t others."""
    return observe(method, progress, evaluation, t + 1, limits, setting.record)


def told_sample(
    setting: Setting, problem: FiniteSum, method: Any, progress: Progress, order: Array, clock: Clock, key: Array
) -> tuple[Progress, Array]:
    """One turn with a mini-batch."""
    evaluation = loop.sample(setting, problem, method, progress.state.question, order, clock, key)
    return observe_sample(method, progress, evaluation, clock.t + 1, setting.record)


def start_drive(
    setup: Setup, stop: Stop, record: str, batching: Batching | None, seed: int, driver: str = "auto"
) -> Drive:
    """A run of one lane before its first evaluation."""
    with precision(setup.dtype):
        progress = compiled_begin(setup, batching is not None)
        setting = make_setting(setup, record, progress, batching)
        sampling = None if batching is None else sampling_of(setup.problem, batching, jax.random.key(seed))
        return drive_for(setup, driver, sampled=batching is not None)(
            setup=setup,
            setting=setting,
            limits=limits_of(setup, stop, sampling),
            method=ending(setup, stop),
            progress=progress,
            clock=loop.new_clock(),
            sampling=sampling,
        )


def drive_for(setup: Setup, driver: str, sampled: bool) -> type[Drive]:
    """What drives a run, where it may choose: rows that are worth threads are evaluated from outside of the loop."""
    if driver == "compiled":
        return CompiledDrive
    if driver == "host" or not setup.problem.traceable:
        return HostDrive
    threads = not sampled and worth_threads(setup.problem, setup.method.needs, setup.layout.size)
    return HostDrive if threads else CompiledDrive


def ending(setup: Setup, stop: Stop) -> Any:
    """The method of a run that ends where `stop` says."""
    return setup.method.ending_at(np.asarray(stop.tolerance(setup.dtype), setup.dtype))


def limits_of(setup: Setup, stop: Stop, sampling: Sampling | None) -> Limits:
    """The limits of a run, as the loop compares with them."""
    every = 1 if sampling is None else int(sampling.batches)
    return stop.limits(setup.dtype, counted=not setup.method.accepts_always, judged_every=every)


Kept = tuple[Bounds | None, Shrinkage | None]
"""What a method keeps by itself: bounds and a penalty."""


def compiled_begin(setup: Setup, sampled: bool) -> Progress:
    """The first progress, by a program: starting a state operation by operation costs milliseconds."""
    arguments = (setup.method, setup.x0, (setup.bounds, setup.penalty))
    program, _ = compiled(begin_program, (setup.layout, sampled), arguments)
    return opened(program(*arguments))


def begin_program(setting: tuple[Layout, bool], method: Any, x0: Array, kept: Kept) -> Parcel:
    """`begin` as a function of a setting and arrays."""
    layout, sampled = setting
    return Parcel.of(begin(method, x0, Geometry(layout, *kept), sampled), jnp)


def compiled_begin_lanes(setup: Setup, methods: Any, starts: np.ndarray, sampled: bool) -> Progress:
    """The first progress of many lanes; methods and starts have a leading axis, what else they share is the setup's."""
    arguments = (methods, starts, (setup.bounds, setup.penalty))
    program, _ = compiled(begin_lanes_program, (setup.layout, sampled), arguments)
    return opened(program(*arguments))


def begin_lanes_program(setting: tuple[Layout, bool], methods: Any, starts: Array, kept: Kept) -> Parcel:
    """`begin` for every lane."""
    layout, sampled = setting

    def one(method: Any, x0: Array) -> Progress:
        return begin(method, x0, Geometry(layout, *kept), sampled)

    return Parcel.of(jax.vmap(one)(methods, starts), jnp)


def opened(parcel: Parcel) -> Progress:
    """What is in the parcel, as the host's."""
    progress: Progress = unpack(parcel.plan, [own(array) for array in parcel.arrays])
    return progress


def sampling_of(problem: Any, batching: Batching, key: Array) -> Sampling:
    """What mini-batches of a problem are drawn with."""
    batches = -(-int(problem.count) // batching.size)
    return Sampling(key=key, batches=np.asarray(batches, np.int32))


def make_setting(
    setup: Setup,
    record: str,
    progress: Progress,
    batching: Batching | None,
    lanes: int = 0,
    shared_order: bool = True,
    own: tuple[bool, ...] = (),
) -> Setting:
    """The setting of a run; `progress` is that of one lane."""
    columns = columns_of(record, progress, setup.layout.size)
    row_bytes = columns * setup.dtype.itemsize * max(lanes, 1)
    batches = 0 if batching is None else -(-rows_in(setup.problem) // batching.size)
    most = max(CHUNK_ROWS, min(batches, EPOCH_ROWS))
    return Setting(
        layout=setup.layout,
        record=record,
        capacity=int(np.clip(CHUNK_BYTES // row_bytes, 1, most)),
        columns=columns,
        lanes=bool(lanes),
        batch_size=None if batching is None else batching.size,
        order=Order.SHUFFLED if batching is None else batching.order,
        shared_order=shared_order,
        own=own,
    )

"""The host's side of a run on mini-batches: the batches that our own runs of the same seed draw, in their order."""

from typing import Any

import jax
import numpy as np
from jax import Array

from osolgil.descent import loop
from osolgil.descent.batches import Order
from osolgil.descent.drive import Batching, sampling_of
from osolgil.descent.loop import Clock, Setting
from osolgil.methods import GradientDescent
from osolgil.problems import FiniteSum, Problem
from osolgil.protocol import Status, precision
from osolgil.races.contestants.contestant import Lane
from osolgil.races.contestants.host import Host
from osolgil.races.problem import RaceProblem

ASKING = GradientDescent()
"""It asks for what is asked here: value and gradient."""


class SampledHost(Host):
    """A run of which every evaluation is an estimate, judged by all rows after each epoch and at the end."""

    def __init__(self, problem: RaceProblem, lane: Lane, evaluations: int) -> None:
        super().__init__(problem, lane, evaluations, strict=True)
        assert problem.batch_size is not None
        self.size = min(problem.batch_size, self.rows)
        self.setting = Setting(self.layout, "values", capacity=1, columns=1, batch_size=self.size)
        with precision(self.dtype):
            key = jax.random.key(lane.seed)
            self.sampling = sampling_of(self.setup.problem, Batching(self.size, Order.SHUFFLED), key)
        self.clock = loop.new_clock()
        self.order: Any = None
        self.judged: list[int] = []

    def asked(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        if self.clock.position >= self.sampling.batches:
            self.look(x)
            self.clock = self.clock._replace(epoch=self.clock.epoch + 1, position=np.zeros_like(self.clock.position))
        if self.evaluations >= self.allowed:
            if self.clock.position:
                self.look(x)
            self.end(Status.EVALUATION_LIMIT)
        if self.clock.position == 0:
            self.order = self.call(order_of, self.setting, self.sampling, self.clock.epoch)
        value, gradient = self.call(estimate, self.setting, x, self.order, self.clock, self.sampling.key)
        self.evaluations += 1
        self.counts["value"] += 1
        self.clock = self.clock._replace(t=self.clock.t + 1, position=self.clock.position + 1)
        self.note(x)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            self.end(Status.DIVERGED)
        return float(value), np.asarray(gradient)

    def look(self, x: np.ndarray) -> None:
        """Judge the run where it stands, by all rows."""
        self.judged.append(self.evaluations)
        self.judge(x, *self.slope(x))

    def judged_after(self) -> np.ndarray:
        return np.asarray(self.judged, int)

    def rows_read(self) -> int:
        whole, rest = divmod(self.evaluations, int(self.sampling.batches))
        return whole * self.rows + rest * self.size


def order_of(setting: Setting, problem: FiniteSum, sampling: loop.Sampling, epoch: Array) -> Array:
    """The order of an epoch's rows."""
    return loop.draw_order(setting, problem, sampling, epoch)


def estimate(setting: Setting, problem: Problem, x: Array, order: Array, clock: Clock, key: Array) -> tuple[Any, Any]:
    """Value and gradient of a batch."""
    found = loop.sample(setting, problem, ASKING, x, order, clock, key)  # type: ignore[arg-type]
    return found.value, found.gradient

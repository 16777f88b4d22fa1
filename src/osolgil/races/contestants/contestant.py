"""Who races: a method of ours or of another library, under the name that it races by."""

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from osolgil.races.declared import DIMENSIONS
from osolgil.races.problem import Drawn, RaceProblem
from osolgil.races.spaces import Dimension, Space


@dataclass(frozen=True, eq=False)
class Lane:
    """One run to be made.

    Attributes:
        settings: the hyperparameters of this trial, by the names of the contestant's space; empty at the defaults.
        drawn: start and problem of the seed.
        seed: of the batches.
    """

    settings: Mapping[str, float]
    drawn: Drawn
    seed: int


class Outcome(NamedTuple):
    """One run, as it went. Values are those of the training objective, on all of its rows.

    Attributes:
        status: the name of a `Status`, or a library's own word for how it ended.
        failed: it diverged, was not finite, or ended in an error.
        x: the point handed over, in the shape of the start.
        evaluations: where values are known, shape (m,), counted from 1: every evaluation, or under mini-batches the
            last one of every epoch.
        values: shape (m,); where f was asked for or, under mini-batches, judged.
        path: every point that was asked about, shape (evaluations, n), on a problem with a surface to draw.
        steps: moves accepted.
        counts: evaluations of "value", "gradient", "hessian" and "product".
        rows: rows read, without the passes that only judge.
        seconds: of running; of a group of lanes, its share.
        compile_seconds: the same of compiling.
    """

    status: str
    failed: bool
    x: Any
    evaluations: np.ndarray
    values: np.ndarray
    path: np.ndarray | None
    steps: int
    counts: Mapping[str, int]
    rows: int
    seconds: float
    compile_seconds: float


class Contestant(abc.ABC):
    """Who races. A frozen dataclass, which travels to other processes by pickle.

    Attributes:
        name: that it races by.
        method: what it is: the canonical name of a method of ours, or "optax.adamw", "scipy.L-BFGS-B", "torch.Adam".
        declared: hyperparameters and switches that differ from the method's defaults and are not tuned; numbers, flags
            and words only.
    """

    name: str
    method: str

    @property
    @abc.abstractmethod
    def declared(self) -> dict[str, Any]:
        """What was set by hand."""

    @property
    @abc.abstractmethod
    def layers(self) -> list[str]:
        """The classes or functions that it is made of, transforms before what they wrap."""

    @abc.abstractmethod
    def enters(self, division: str) -> bool:
        """Whether it takes part in a division: see `declared.DIVISIONS`."""

    @abc.abstractmethod
    def space(self, division: str, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> Space:
        """What is searched for it in a division; without dimensions where nothing is."""

    @abc.abstractmethod
    def check(self, problem: RaceProblem) -> None:
        """Refuse, before any work starts, a problem that it cannot race on.

        Raises:
            ValueError: in a sentence that names the contestant, the problem and the remedy.
        """

    @abc.abstractmethod
    def run(self, problem: RaceProblem, lanes: Sequence[Lane], evaluations: int) -> list[Outcome]:
        """The runs of these lanes, each of at most so many evaluations, one outcome a lane, in their order."""

"""A network: a problem to train on, with what it takes to see whether it has learned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.networks.digits import Rows
from osolgil.protocol import Layout, computing_dtype, precision

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Network:
    """A network: a problem to train on, with what it takes to see whether it has learned.

    Attributes:
        name: what `networks.named` calls it.
        title: what a picture calls it.
        problem: the mean cross-entropy over the training rows.
        start: a pytree of float32 arrays by layer and name, such as ``start["out"]["bias"]``; read-only.
        validation: the same loss over the validation rows, for ``minimize(..., validation=network.validation)``.
        rows: `pixels` and `digit` of each split: "train", "validation", "test".
        drawn: a start from its seed; see `draw_start`.
        teaches: what this network shows, in English.
        teaches_ko: the same in Korean.
        source: where network and data come from.
    """

    name: str
    title: str
    problem: FiniteSum
    start: Any
    validation: FiniteSum
    rows: dict[str, Rows]
    drawn: Callable[[int], Any]
    teaches: str
    teaches_ko: str
    source: str

    @property
    def n(self) -> int:
        """The number of parameters."""
        return Layout.of(self.start).size

    def draw_start(self, seed: int) -> Any:
        """Another start, in the shape of `start`: the same seed gives the same one."""
        return self.drawn(seed)

    def predict(self, x: Any, pixels: Any) -> np.ndarray:
        """The digit with the highest score for each row of pixels, shape (rows,)."""
        with precision(computing_dtype(x)):
            scores = self.problem.loss.scores(jax.tree.map(np.asarray, x), pixels)  # type: ignore[attr-defined]
            return np.argmax(np.asarray(scores), axis=1)

    def accuracy(self, x: Any, split: str = "test") -> float:
        """The share of a split's rows whose digit is predicted: at x, in the shape of `start`.

        Raises:
            ValueError: the split is none of "train", "validation" and "test".
        """
        if split not in SPLITS:
            raise ValueError(f"split={split!r} is not known; choose one of {', '.join(map(repr, SPLITS))}.")
        rows = self.rows[split]
        return float(np.mean(self.predict(x, rows["pixels"]) == rows["digit"]))

    def __repr__(self) -> str:
        return f"<network {self.name}, n = {self.n}>"

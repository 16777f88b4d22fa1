"""A network: a problem to train on, with what it takes to see whether it has learned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.networks.digits import Rows
from osolgil.problems.networks.splitting import split, together
from osolgil.protocol import Layout, computing_dtype, precision

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Network:
    """A network: a problem to train on, with what it takes to see whether it has learned.

    Attributes:
        name: what `networks.named` calls it.
        title: what a picture calls it.
        problem: the mean loss over the training rows: cross-entropy, or an autoencoder's squared error.
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

    def draw_rows(self, seed: int) -> dict[str, Rows]:
        """Another split of the same rows, of the same sizes and shares of digits: the same seed gives the same one.

        The network's own split is one and the same for all seeds of the start, so that accuracies can be compared. A
        race draws it, so that its verdict is not one about a lucky split.
        """
        rows = together([self.rows[name] for name in SPLITS])
        return split(rows, {name: len(self.rows[name]["digit"]) for name in SPLITS}, seed, rows["digit"])

    @property
    def classifies(self) -> bool:
        """Whether it says what digit it sees; an autoencoder does not."""
        return hasattr(self.problem.loss, "scores")

    def predict(self, x: Any, pixels: Any) -> np.ndarray:
        """The digit with the highest score for each row of pixels, shape (rows,).

        Raises:
            ValueError: the network predicts no digits.
        """
        if not self.classifies:
            raise ValueError(
                f"{self.name} predicts no digit and so has no accuracy; judge it by its loss on rows that it has not "
                "seen: network.validation.evaluate(x).value."
            )
        with precision(computing_dtype(x)):
            scores = self.problem.loss.scores(jax.tree.map(np.asarray, x), pixels)  # type: ignore[attr-defined]
            return np.argmax(np.asarray(scores), axis=1)

    def accuracy(self, x: Any, split: str = "test") -> float:
        """The share of a split's rows whose digit is predicted: at x, in the shape of `start`.

        Raises:
            ValueError: the split is none of "train", "validation" and "test", or the network predicts no digits.
        """
        if split not in SPLITS:
            raise ValueError(f"split={split!r} is not known; choose one of {', '.join(map(repr, SPLITS))}.")
        rows = self.rows[split]
        return float(np.mean(self.predict(x, rows["pixels"]) == rows["digit"]))

    def __repr__(self) -> str:
        return f"<network {self.name}, n = {self.n}>"

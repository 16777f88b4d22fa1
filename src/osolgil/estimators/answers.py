"""What fitting gives back to an estimator."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.descent import Result


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found.

    Attributes:
        coefficients: on the original scale with the intercept's before the others, shape (n,), or (classes, n).
        method: that found them; a name, if it was no method.
        why: that method.
        result: of the descent; None where a linear program solved it.
        ridge: the strength of the ridge that was added because no estimate exists without; 0 elsewhere.
        undetermined, separated: what is wrong with the rows, in a sentence; empty if nothing is.
    """

    coefficients: np.ndarray
    method: Any
    why: str
    result: Result | None
    ridge: float = 0.0
    undetermined: str = ""
    separated: str = ""

    @property
    def curve(self) -> np.ndarray:
        """The objective at every accepted point; of mini-batches, at the end of every epoch."""
        if self.result is None:
            return np.zeros(0)
        trace = self.result.trace
        if trace.judgements is not None:
            return np.asarray(trace.judgements[:, 0])
        return np.asarray(trace.value[np.asarray(trace.accepted, dtype=bool)])

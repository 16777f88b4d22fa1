"""What happened on the way: one row for each evaluation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.descent.observe import COLUMNS

if TYPE_CHECKING:
    import pandas
    import pyarrow

BYTES = 256 * 2**20
"""What the record of one run may hold; a longer record is thinned to every 2nd, 4th, 8th ... row."""


@dataclass(frozen=True, eq=False)
class Trace:
    """The recorded history of a run: row t is the state of affairs at the t-th evaluated point.

    Attributes:
        evaluation: the number of the evaluation, from 1, shape (rows,).
        value: f there (under mini-batches: of the batch).
        optimality: the size of what should be zero (under mini-batches: of the batch's gradient).
        step_size: Euclidean length of the move that the method made on being told.
        accepted: whether the point was accepted; False marks a trial that was rejected.
        steps: accepted moves that led there.
        rows: rows of data that led there; 0 where there are none.
        path: the points, shape (rows, n), if record is "path" or "all"; else None. Where parameters are frozen, the
            free ones only: n of them, in order.
        memory: the method's memory after each row, by field, each (rows, ...), if record is "all"; else None.
        judgements: under mini-batches, the evaluations of all rows: columns value, optimality, evaluation. Under
            validation those of its rows, whose optimality is not measured: NaN.
        stride: 1, or the thinning: only every stride-th evaluation is here (the first and the last always).
    """

    evaluation: np.ndarray
    value: np.ndarray
    optimality: np.ndarray
    step_size: np.ndarray
    accepted: np.ndarray
    steps: np.ndarray
    rows: np.ndarray
    path: np.ndarray | None
    memory: dict[str, np.ndarray] | None
    judgements: np.ndarray | None
    stride: int

    def __len__(self) -> int:
        return len(self.evaluation)

    def columns(self) -> dict[str, np.ndarray]:
        """The scalar columns; the path as x[0], x[1], ... and the memory as m[0], m[1], ... if they were recorded."""
        names = ("evaluation", "value", "optimality", "step_size", "accepted", "steps", "rows")
        found = {name: getattr(self, name) for name in names}
        if self.path is not None:
            found |= {f"x[{j}]": self.path[:, j] for j in range(self.path.shape[1])}
        for name, values in (self.memory or {}).items():
            for index in np.ndindex(*values.shape[1:]):
                place = f"[{','.join(map(str, index))}]" if index else ""
                found[f"{name}{place}"] = values[(slice(None), *index)]
        return found

    def to_numpy(self) -> np.ndarray:
        """A structured array, one record a row."""
        columns = self.columns()
        table = np.empty(len(self), dtype=[(name, column.dtype) for name, column in columns.items()])
        for name, column in columns.items():
            table[name] = column
        return table

    def to_pandas(self) -> "pandas.DataFrame":
        """A pandas data frame."""
        import pandas

        return pandas.DataFrame(self.columns())

    def to_arrow(self) -> "pyarrow.Table":
        """An Arrow table."""
        import pyarrow

        return pyarrow.table(self.columns())


class Recorder:
    """Collects the rows of a run as the loop hands them over, within a budget of bytes."""

    def __init__(self, budget: int = BYTES) -> None:
        self.budget = budget
        self.stride = 1
        self.blocks: list[np.ndarray] = []
        self.numbers: list[np.ndarray] = []
        self.last: tuple[int, np.ndarray] | None = None
        self.judgements: list[np.ndarray] = []

    def add(self, rows: np.ndarray, first: int) -> None:
        """Rows of consecutive evaluations, the first one being number `first`."""
        if len(rows) == 0:
            return
        numbers = np.arange(first, first + len(rows))
        self.last = (int(numbers[-1]), rows[-1].copy())
        self.keep(rows, numbers)
        while self.bytes > self.budget and sum(map(len, self.blocks)) > 1:
            self.stride *= 2
            blocks, numbered, self.blocks, self.numbers = self.blocks, self.numbers, [], []
            for block, number in zip(blocks, numbered, strict=True):
                self.keep(block, number)

    def keep(self, rows: np.ndarray, numbers: np.ndarray) -> None:
        chosen = (numbers - 1) % self.stride == 0
        # Copies, so that a chunk's buffer can go.
        self.blocks.append(rows[chosen].copy())
        self.numbers.append(numbers[chosen])

    @property
    def bytes(self) -> int:
        return sum(block.nbytes for block in self.blocks)

    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """All kept rows, the last one always among them, and the numbers of their evaluations."""
        if self.last is None:
            return np.zeros((0, len(COLUMNS))), np.zeros(0, int)
        blocks, numbers = list(self.blocks), list(self.numbers)
        if not any(len(n) and n[-1] == self.last[0] for n in numbers[-1:]):
            blocks.append(self.last[1][None])
            numbers.append(np.array([self.last[0]]))
        return np.concatenate(blocks), np.concatenate(numbers)

    def trace(self, *, sampled: bool, rows_of: Any, memory_shapes: Any, n: int, outward: Any) -> Trace:
        """The record as a Trace.

        Args:
            sampled: whether the evaluations were estimates.
            rows_of: maps the number of an evaluation to the rows of data seen up to it.
            memory_shapes: (name, shape) of each field of the method's memory, in order, if it was recorded.
            n: the number of parameters.
            outward: maps a path to the coordinates that people see.
        """
        table, numbers = self.table()
        width = len(COLUMNS)
        columns = dict(zip(COLUMNS, table[:, :width].T, strict=True))
        accepted = columns["accepted"] > 0.5
        # With every row at hand, accepted moves are counted; a thinned record holds only rules' runs of interest, in
        # which every evaluation moves.
        counted = np.cumsum(accepted) - 1 if self.stride == 1 else numbers - 1
        memory = None
        if memory_shapes and table.shape[1] > width + n:
            memory, start = {}, width + n
            for name, shape in memory_shapes:
                size = int(np.prod(shape, dtype=int))
                memory[name] = table[:, start : start + size].reshape(len(table), *shape)
                start += size
        return Trace(
            evaluation=numbers,
            value=columns["value"],
            optimality=columns["optimality"],
            step_size=columns["step_size"],
            accepted=accepted,
            steps=np.maximum(counted, 0),
            rows=rows_of(numbers),
            path=outward(table[:, width : width + n]) if table.shape[1] >= width + n and n else None,
            memory=memory,
            judgements=np.concatenate([np.zeros((0, 3)), *self.judgements]) if sampled else None,
            stride=self.stride,
        )

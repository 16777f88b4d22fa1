"""Which rows the steps of a run may use: the right plan, and what broken loops make of it."""

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

Rows = tuple[int, ...]


@dataclass(frozen=True)
class Turn:
    """One step's claim on the rows.

    Attributes:
        size: how many rows it uses.
        fresh: whether an epoch begins with it, so that all rows are there again.
        repeats: whether rows may come that were used already, or twice.
        filled: whether it takes all rows that are left and fills itself up with rows that were used.
    """

    size: int
    fresh: bool
    repeats: bool = False
    filled: bool = False

    def candidates(self, remaining: frozenset[int], rows: int) -> Iterator[Rows]:
        """The batches that this step may use."""
        if self.repeats:
            yield from itertools.combinations_with_replacement(range(rows), self.size)
        elif self.filled:
            used = [row for row in range(rows) if row not in remaining]
            for again in itertools.combinations_with_replacement(used, self.size - len(remaining)):
                yield (*remaining, *again)
        else:
            yield from itertools.combinations(sorted(remaining), self.size)


@dataclass(frozen=True)
class Plan:
    """The turns of a run, and the mistakes that lead to them; none for the right one."""

    names: tuple[str, ...]
    turns: tuple[Turn, ...]


def sizes_of(rows: int, batch_size: int) -> list[int]:
    """The sizes of an epoch's batches."""
    full, rest = divmod(rows, batch_size)
    return [batch_size] * full + [rest] * (rest > 0)


def repeated(sizes: list[int], epochs: int) -> tuple[Turn, ...]:
    """The same sizes in each epoch."""
    return tuple(Turn(size, k == 0) for _ in range(epochs) for k, size in enumerate(sizes))


@functools.cache
def plans(rows: int, batch_size: int, epochs: int) -> list[Plan]:
    """The right plan first, then the broken ones, the narrower before the wider."""
    sizes = sizes_of(rows, batch_size)
    right = repeated(sizes, epochs)
    full = rows // batch_size
    every = [rows] * len(sizes)
    topped = [Turn(batch_size, k == 0, filled=k == len(sizes) - 1) for k in range(len(sizes))] * epochs
    redrawn = tuple(Turn(size, fresh=True, repeats=True) for _ in range(epochs) for size in sizes)
    redrawn_full = tuple(Turn(batch_size, fresh=True, repeats=True) for _ in range(epochs) for _ in sizes)
    return [
        Plan((), right),
        Plan(("one_epoch_short",), repeated(sizes, epochs - 1)),
        Plan(("one_epoch_long",), repeated(sizes, epochs + 1)),
        Plan(("last_batch_dropped",), repeated([batch_size] * full, epochs)),
        Plan(("first_batch_skipped",), repeated(sizes[1:], epochs)),
        Plan(("epochs_for_steps",), right[:epochs]),
        Plan(("one_batch_an_epoch",), repeated(sizes[:1], epochs)),
        Plan(("one_batch_an_epoch",), repeated(sizes[-1:], epochs)),
        Plan(("batch_size_ignored",), tuple(Turn(size, fresh=True) for _ in range(epochs) for size in every)),
        Plan(("batch_size_ignored",), repeated([rows], epochs)),
        Plan(("last_batch_filled_up",), tuple(topped)),
        Plan(("with_replacement",), redrawn),
        Plan(("with_replacement",), redrawn_full),
    ]

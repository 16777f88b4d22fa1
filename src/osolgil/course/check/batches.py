"""The check of `batch_idx`: what must hold of the batches of an epoch, and what broken ones look like."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from osolgil.course.check.calling import Seeded, call
from osolgil.course.check.findings import RIGHT, Found, called, trouble, unreadable
from osolgil.course.check.reading import UnreadableError, batches, materialized, show

NAME = "batch_idx"
ARGUMENTS = ("rows", "batch_size", "rng")
SIZES = ((10, 3), (8, 4), (5, 5), (7, 1), (11, 4))
EPOCHS = 3
"""Calls with one generator, one after the other: ten rows come in one order three times once in 10¹³ times."""

Batches = list[list[int]]


@dataclass(frozen=True)
class Epochs:
    """What one generator's calls gave.

    Attributes:
        rows: the number of rows.
        size: of a batch.
        drawn: the batches of each call.
    """

    rows: int
    size: int
    drawn: list[Batches]

    @property
    def sizes(self) -> list[int]:
        """How many rows each batch should have."""
        full, rest = divmod(self.rows, self.size)
        return [self.size] * full + [rest] * (rest > 0)

    def every(self, holds: Callable[[Batches], bool]) -> bool:
        """Whether something holds of every call."""
        return all(holds(one) for one in self.drawn)


def flat(one: Batches) -> list[int]:
    """The row numbers in the order in which they come."""
    return [row for batch in one for row in batch]


def is_right(case: Epochs, one: Batches) -> bool:
    """Every row once, in batches of the right sizes; the smaller one need not be the last."""
    return sorted(flat(one)) == list(range(case.rows)) and sorted(map(len, one)) == sorted(case.sizes)


def in_range(case: Epochs, one: Batches) -> bool:
    """Whether the rows exist."""
    return all(0 <= row < case.rows for row in flat(one))


def dropped(case: Epochs, one: Batches) -> bool:
    """Full batches of different rows, and no other."""
    numbers, full = flat(one), case.rows // case.size
    return in_range(case, one) and len(set(numbers)) == len(numbers) and list(map(len, one)) == [case.size] * full


def filled_up(case: Epochs, one: Batches) -> bool:
    """All rows, in full batches; the rows of all but the last are different."""
    before = flat(one[:-1])
    return (
        set(flat(one)) == set(range(case.rows))
        and len(set(before)) == len(before)
        and list(map(len, one)) == [case.size] * len(case.sizes)
    )


def redrawn(case: Epochs, one: Batches) -> bool:
    """As many batches as there should be, of the right sizes or full ones."""
    lengths = [len(batch) for batch in one]
    return in_range(case, one) and lengths in (case.sizes, [case.size] * len(case.sizes))


def overlapping(case: Epochs, one: Batches) -> bool:
    """Each batch begins with the second row of the one before."""
    return len(one) > 1 and all(a[1 : len(b) + 1] == b[: len(a) - 1] for a, b in itertools.pairwise(one))


def of_rows(rows: Callable[[int], range]) -> Callable[[Epochs, Batches], bool]:
    """Exactly these rows, once each, in full batches but for the last."""

    def holds(case: Epochs, one: Batches) -> bool:
        wanted = list(rows(case.rows))
        return sorted(flat(one)) == wanted and all(len(batch) == case.size for batch in one[:-1])

    return holds


def swapped(case: Epochs, one: Batches) -> bool:
    """Every row once, in as many batches as each should have rows."""
    return sorted(flat(one)) == list(range(case.rows)) and len(one) == case.size


def balanced(case: Epochs, one: Batches) -> bool:
    """Every row once and the right number of batches, whose sizes differ by one at most."""
    lengths = [len(batch) for batch in one]
    every_row = sorted(flat(one)) == list(range(case.rows))
    return every_row and len(one) == len(case.sizes) and max(lengths) - min(lengths) <= 1


def with_empty(case: Epochs, one: Batches) -> bool:
    """Right but for batches without rows."""
    return is_right(case, [batch for batch in one if batch])


PATTERNS: tuple[tuple[str, Callable[[Epochs, Batches], bool]], ...] = (
    ("empty_batch", with_empty),
    ("last_batch_dropped", dropped),
    ("first_skipped", of_rows(lambda rows: range(1, rows))),
    ("last_skipped", of_rows(lambda rows: range(rows - 1))),
    ("counted_from_one", of_rows(lambda rows: range(1, rows + 1))),
    ("balanced_batches", balanced),
    ("size_and_number_swapped", swapped),
    ("last_batch_filled_up", filled_up),
    ("with_replacement", redrawn),
)
"""What must hold of every call for a mistake to be named, the narrower before the wider."""


def examine_batches(function: Callable[..., Any]) -> Found:
    """What is wrong with a function that makes the batches of an epoch; its generator may be NumPy's or Python's."""
    first = examine_kind(function, "arrays")
    if not first.wrong or first.mistakes == ("endless",):
        return first
    second = examine_kind(function, "plain")
    return second if second.value and not first.value else first


def examine_kind(function: Callable[..., Any], kind: str) -> Found:
    """What is wrong with it when it is given this kind of generator."""
    observed: list[Epochs] = []
    for rows, size in SIZES:
        arguments = {"rows": rows, "batch_size": size, "rng": Seeded(rows)}

        def epochs(rows: int, size: int, rng: Any) -> list[Any]:
            return [materialized(function(rows, size, rng)) for _ in range(EPOCHS)]

        outcome = call(epochs, arguments, kind)
        found = trouble(NAME, arguments, outcome)
        if found is not None:
            return found
        try:
            observed.append(Epochs(rows, size, [batches(each) for each in outcome.value]))
        except UnreadableError as why:
            return unreadable(NAME, arguments, why)
    return judged(observed)


def judged(observed: list[Epochs]) -> Found:
    """The mistake that explains all of these epochs."""
    for case in observed:
        for one in case.drawn:
            if not is_right(case, one):
                arguments = {"rows": case.rows, "batch_size": case.size, "rng": Seeded(0)}
                said, sizes = called(NAME, arguments), show(case.sizes)
                detail = (
                    f"{said}: expected every row from 0 to {case.rows - 1} once, in batches of sizes {sizes}, "
                    f"got {one}.",
                    f"{said}: 0부터 {case.rows - 1}까지 모든 행이 한 번씩, 크기 {sizes}인 배치로 나와야 하는데 "
                    f"나온 값은 {one}입니다.",
                )
                return Found(named(observed), (detail,), wrong=True)
    return shuffling(observed)


def named(observed: list[Epochs]) -> tuple[str, ...]:
    """The first pattern that holds everywhere. Single batches cannot overlap, so that pattern looks at the others."""
    several = [case for case in observed if case.size not in (1, case.rows)]
    if all(case.every(lambda one, case=case: overlapping(case, one)) for case in several):  # type: ignore[misc]
        return ("overlapping_batches",)
    for name, holds in PATTERNS:
        if all(holds(case, one) for case in observed for one in case.drawn):
            return (name,)
    return ()


def shuffling(observed: list[Epochs]) -> Found:
    """Whether right batches come in another order each time."""
    orders = [[flat(one) for one in case.drawn] for case in observed]
    if all(order == sorted(order) for each in orders for order in each):
        return Found(("not_shuffled",), (), wrong=True)
    if all(order == each[0] for each in orders for order in each):
        return Found(("same_order_each_epoch",), (), wrong=True)
    return RIGHT

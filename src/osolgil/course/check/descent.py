"""The check of `gradient_descent`: every step of its path must be one that some batch explains."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.course.check.calling import KINDS, Seeded, call
from osolgil.course.check.cases import BETAS, MODELS, TARGETS, X
from osolgil.course.check.examine import agree
from osolgil.course.check.findings import RIGHT, Found, called, changed_arguments, trouble, unreadable
from osolgil.course.check.moves import Move, Run, moves
from osolgil.course.check.plans import Plan, Rows, Turn, plans, repeated, sizes_of
from osolgil.course.check.reading import Said, UnreadableError, path, show

NAME = "gradient_descent"
ARGUMENTS = ("X", "y", "beta", "model", "learning_rate", "epochs", "batch_size", "rng")
RATE = 0.2
SIZES = ((5, 3), (2, 3), (2, 4), (1, 2))
"""Batch size and epochs: batch, mini-batch with a last batch of one row, twice, and stochastic."""

TOGETHER = 2
"""So many mistakes in one loop are told apart."""


def runs(model: str) -> list[Run]:
    """The calls that are made with this model."""
    return [Run(X, TARGETS[model], BETAS[0], model, RATE, epochs, size) for size, epochs in SIZES]


def arguments_of(run: Run, seed: int) -> dict[str, Any]:
    """The arguments of a call, in the order of the assignment."""
    return {**vars(run), "rng": Seeded(seed)}


@dataclass(frozen=True)
class Walk:
    """What a call gave: shape (points, n)."""

    run: Run
    path: np.ndarray


def examine_descent(function: Callable[..., Any]) -> Found:
    """What is wrong with a descent loop; nothing if it is right with any kind of arguments."""
    first: Found | None = None
    for kind in KINDS:
        found = examine_kind(function, kind)
        if not found.wrong or "inputs_mutated" in found.mistakes or found.mistakes == ("endless",):
            return found
        if first is None or (found.value and not first.value):
            first = found
    return first or RIGHT


def examine_kind(function: Callable[..., Any], kind: str) -> Found:
    """What is wrong with it when it is given this kind of arguments."""
    walks: list[Walk] = []
    mutated: Found | None = None
    for seed, run in enumerate(run for model in MODELS for run in runs(model)):
        arguments = arguments_of(run, seed)
        outcome = call(function, arguments, kind)
        found = trouble(NAME, arguments, outcome)
        if found is not None:
            return found
        try:
            walks.append(Walk(run, path(len(run.beta))(outcome.value)))
        except UnreadableError as why:
            return unreadable(NAME, arguments, why)
        if outcome.mutated and mutated is None:
            mutated = changed_arguments(NAME, arguments, outcome)
    found = judged(walks)
    if mutated is None:
        return found
    return Found((*found.mistakes, *mutated.mistakes), (*found.details, *mutated.details), wrong=True)


def judged(walks: list[Walk]) -> Found:
    """The mistakes that explain all walks, model by model."""
    if all(is_constant(walk.path) for walk in walks) and any(len(walk.path) > 1 for walk in walks):
        stayed = all(agree(walk.path[0], walk.run.beta) for walk in walks)
        return Found(("not_moved",) if stayed else ("same_point_repeated",), (), wrong=True)
    names: list[str] = []
    details: list[Said] = []
    unknown = False
    orders: list[list[list[Rows]]] = []
    for model in MODELS:
        own = [walk for walk in walks if walk.run.model == model]
        right = [order_of(walk, moves(model, 0)[0]) for walk in own]
        if all(order is not None for order in right):
            orders += [order for order in right if order is not None]
            continue
        details.append(example(own[[order is None for order in right].index(True)]))
        mistakes = explanation(model, own)
        unknown = unknown or not mistakes
        names += [name for name in mistakes if name not in names]
    if details:
        return Found(() if unknown else tuple(names), tuple(details), wrong=True)
    return shuffling(orders)


def is_constant(points: np.ndarray) -> bool:
    """Whether all points are one."""
    return bool(np.all(points == points[0])) if len(points) else False


def order_of(walk: Walk, move: Move) -> list[list[Rows]] | None:
    """The batches of each epoch if the walk is made of such moves, or None; the smaller batch need not be the last."""
    run = walk.run
    sizes = sizes_of(len(run.X), run.batch_size)
    if len(walk.path) != run.epochs * len(sizes) + 1 or not agree(walk.path[0], run.beta):
        return None
    epochs = []
    for start in range(0, len(walk.path) - 1, len(sizes)):
        points = walk.path[start : start + len(sizes) + 1]
        orders = sorted(set(itertools.permutations(sizes)), reverse=True)
        tried = (batches_of(walk, move, repeated(list(order), 1), points) for order in orders)
        epochs.append(next((batches for batches in tried if batches is not None), None))
    return None if None in epochs else [epoch for epoch in epochs if epoch is not None]


def batches_of(walk: Walk, move: Move, turns: tuple[Turn, ...], points: np.ndarray) -> list[Rows] | None:
    """The batches that lead this move from point to point, or None if there are none."""
    if len(points) != len(turns) + 1:
        return None
    used: list[Rows] = []
    everything = frozenset(range(len(walk.run.X)))
    remaining = everything
    for turn, here, there in zip(turns, points, points[1:], strict=False):
        remaining = everything if turn.fresh else remaining
        found = (
            rows for rows in turn.candidates(remaining, len(everything)) if agree(there, move(walk.run, here, rows))
        )
        batch = next(found, None)
        if batch is None:
            return None
        used.append(batch)
        remaining -= set(batch)
    return used


def explanation(model: str, walks: list[Walk]) -> tuple[str, ...]:
    """The names of the mistakes that explain all walks of this model; nothing if none of those that are known do."""
    for names, explains in explanations(model):
        if all(explains(walk) for walk in walks):
            return names
    return ()


def explanations(model: str) -> Iterator[tuple[tuple[str, ...], Callable[[Walk], bool]]]:
    """Combinations of a step, a plan and a way to record the path, the fewest mistakes first."""
    steps = moves(model, TOGETHER)
    right = steps[0]
    yield ("start_missing",), lambda walk: follows(walk, right, 0, with_start(walk))
    yield ("once_an_epoch",), lambda walk: follows_epochs(walk, right)
    combined = list(itertools.product(steps, range(len(plans(2, 1, 1)))))
    counted = [(move, plan, (*move.names, *plans(2, 1, 1)[plan].names)) for move, plan in combined]
    for move, plan, names in sorted(counted, key=lambda each: len(each[2])):
        if 0 < len(names) <= TOGETHER:
            yield names, lambda walk, move=move, plan=plan: follows(walk, move, plan, walk.path)  # type: ignore[misc]


def with_start(walk: Walk) -> np.ndarray:
    """The path with the start put before it."""
    return np.vstack([walk.run.beta, walk.path])


def follows(walk: Walk, move: Move, plan: int, points: np.ndarray) -> bool:
    """Whether these points are what the move makes of the plan of this number."""
    run = walk.run
    if plan == 0:
        return order_of(Walk(run, points), move) is not None
    chosen: Plan = plans(len(run.X), run.batch_size, run.epochs)[plan]
    return agree(points[0], run.beta) and batches_of(walk, move, chosen.turns, points) is not None


def follows_epochs(walk: Walk, move: Move) -> bool:
    """Whether each point is where a whole epoch of right steps leads from the one before."""
    run = walk.run
    sizes = sizes_of(len(run.X), run.batch_size)
    if len(walk.path) != run.epochs + 1 or not agree(walk.path[0], run.beta):
        return False
    return all(
        any(agree(there, end) for end in ends(run, move, here, frozenset(range(len(run.X))), sizes))
        for here, there in itertools.pairwise(walk.path)
    )


def ends(run: Run, move: Move, x: np.ndarray, remaining: frozenset[int], sizes: list[int]) -> Iterator[np.ndarray]:
    """Wherever an epoch may end that has come to x with these rows and batches left."""
    if not sizes:
        yield x
        return
    for batch in itertools.combinations(sorted(remaining), sizes[0]):
        yield from ends(run, move, move(run, x, batch), remaining - set(batch), sizes[1:])


def shuffling(orders: list[list[list[Rows]]]) -> Found:
    """Whether right steps use the rows in another order in each epoch."""
    several = [order for order in orders if len(order[0]) > 1]
    in_order = [[row for batch in epoch for row in batch] for order in several for epoch in order]
    if all(epoch == sorted(epoch) for epoch in in_order):
        return Found(("not_shuffled",), (), wrong=True)
    if all(epoch == order[0] for order in several for epoch in order):
        return Found(("same_order_each_epoch",), (), wrong=True)
    return RIGHT


def example(walk: Walk) -> Said:
    """A call with the path expected, or the first step that no batch explains."""
    run = walk.run
    call_ = called(NAME, arguments_of(run, 0))
    turns = plans(len(run.X), run.batch_size, run.epochs)[0].turns
    if len(walk.path) != len(turns) + 1:
        return (
            f"{call_}: expected the start and {len(turns)} steps, {len(turns) + 1} points in all, "
            f"got {len(walk.path)}.",
            f"{call_}: 출발점과 {len(turns)}스텝을 합쳐 점이 {len(turns) + 1}개여야 하는데 {len(walk.path)}개입니다.",
        )
    if not agree(walk.path[0], run.beta):
        first = show(walk.path[0])
        return (
            f"{call_}: expected the path to begin at {show(run.beta)}, got {first}.",
            f"{call_}: 경로의 첫 점으로 기대한 값 {show(run.beta)}, 나온 값 {first}.",
        )
    right = moves(run.model, 0)[0]
    k = next(
        (k for k in range(1, len(turns) + 1) if batches_of(walk, right, turns[:k], walk.path[: k + 1]) is None),
        len(turns),
    )
    here, there = show(walk.path[k - 1]), show(walk.path[k])
    if run.batch_size == len(run.X):
        wanted = show(right(run, walk.path[k - 1], tuple(range(len(run.X)))))
        return (
            f"{call_}: step {k} from {here}: expected {wanted}, got {there}.",
            f"{call_}: {here}에서 출발한 {k}번째 스텝에서 기대한 값 {wanted}, 나온 값 {there}.",
        )
    return (
        f"{call_}: step {k} leads from {here} to {there}, where none of the batches left leads.",
        f"{call_}: {k}번째 스텝이 {here}에서 {there}까지 갔는데, 남은 어떤 배치로도 나올 수 없는 값입니다.",
    )

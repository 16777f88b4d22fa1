"""Posing problems for a race: surfaces and networks know what it takes, any other problem has to be told."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import jax
import numpy as np

from osolgil.problems import FiniteSum, Network, Problem, Surface, as_problem
from osolgil.problems.as_problem import as_start
from osolgil.problems.networks.splitting import split
from osolgil.protocol import Layout
from osolgil.races.problem import Drawn, RaceProblem
from osolgil.races.tables import TARGETS

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}
"""Of the rows, where something is learned."""

Start = Any
"""One start for all seeds, or a function from a seed to a start: a vector or any pytree of arrays."""


def race_problem(
    problem: Any,
    *,
    name: str | None = None,
    start: Start = None,
    f_star: float | None = None,
    source: str | None = None,
    targets: Sequence[float] | None = None,
    batch_size: int | None = None,
) -> RaceProblem:
    """A problem to race on.

    A surface knows its starts and its lowest value; a network its starts, and that a loss is never below 0, and its
    split is drawn by the seed. Any other problem has to be told both.

    Args:
        problem: a Surface, a Network, a Problem or a traceable function; a RaceProblem is given back as it is.
        name: what the race calls it; the problem's own by default.
        start: one start for all seeds, or a function from a seed to a start. Races whose contestants run in processes
            of their own need functions that can be pickled: those of a module, and `functools.partial` of them.
        f_star: the lowest value, or a reference value to measure by.
        source: where f_star comes from; needed with f_star.
        targets: τ of the targets f* + τ (f₀ − f*) that are worth asking for, some of `races.TARGETS`, which are the
            default; of a network 1e-1 and 1e-3.
        batch_size: rows of a mini-batch, for a sum over rows; all of them by default.

    Raises:
        TypeError: it is no problem.
        ValueError: it lacks a start or f_star, or something else makes no sense.

    >>> from osolgil import surfaces
    >>> beale = race_problem(surfaces.named("beale"))
    >>> beale.name, beale.f_star, beale.draw(3).start.shape
    ('beale', 0.0, (2,))
    """
    if isinstance(problem, RaceProblem):
        given = {"name": name, "start": start, "f_star": f_star, "source": source, "targets": targets}
        for option, value in {**given, "batch_size": batch_size}.items():
            if value is not None:
                raise ValueError(
                    f"{option} is declared by the race problem {problem.name!r} already; use dataclasses.replace."
                )
        return problem
    if isinstance(problem, Surface):
        if f_star is None:
            f_star, source = lowest(problem, source)
        start = problem.draw_start if start is None else start
        name = problem.name if name is None else name
    if isinstance(problem, Network):
        if f_star is None:
            f_star, source = 0.0, source or "the infimum of a loss that is never negative"
        start = problem.draw_start if start is None else start
        name = problem.name if name is None else name
        draw: Callable[[int], Drawn] = partial(draw_network, problem, as_drawing(start))
        return declared(name, draw, f_star, source, (1e-1, 1e-3) if targets is None else targets, batch_size)
    called = _called(problem) if name is None else name
    if start is None:
        raise ValueError(
            f"to race on {called} give start=, a function from a seed to a start, or one start for all seeds."
        )
    drawing = as_drawing(start)
    posed = as_problem(problem, drawing(0))
    draw = partial(draw_start, posed, drawing)
    surface = problem if isinstance(problem, Surface) else None
    if batch_size is not None and not isinstance(posed, FiniteSum):
        raise ValueError(f"batch_size={batch_size} is for sums over rows (FiniteSum), and {called} has no rows.")
    return declared(called, draw, f_star, source, targets, batch_size, surface)


def race_loss(
    loss: Callable[..., Any],
    rows: Any,
    *,
    start: Start,
    name: str | None = None,
    f_star: float | None = None,
    source: str | None = None,
    targets: Sequence[float] | None = (1e-1, 1e-3),
    batch_size: int | None = 32,
    shares: Mapping[str, float] = SHARES,
    strata: Any = None,
) -> RaceProblem:
    """A loss over rows to learn by, such as a network of your own: the seed draws the split, the start and the batches.

    Args:
        loss: ``loss(x, rows)`` or ``loss(x, rows, key)``, one number a row: see `FiniteSum`.
        rows: any pytree of arrays with one leading length, the number of rows; all of them, to be split.
        start: one start for all seeds, or a function from a seed to a start: any pytree of arrays.
        name: what the race calls it; the loss's own by default.
        f_star: the lowest value, or a reference value to measure by, the same for all splits.
        source: where f_star comes from.
        targets: see `race_problem`.
        batch_size: rows of a mini-batch; None for all rows.
        shares: of the rows in the parts "train", "validation" and "test".
        strata: what each row is one of, shape (rows,), so that every part has its share of each.

    Raises:
        ValueError: f_star is lacking, the shares are not three that add up to 1, or leave a part without rows.
    """
    called = _called(loss) if name is None else name
    lengths = {np.shape(leaf)[0] if np.ndim(leaf) else None for leaf in jax.tree.leaves(rows)}
    if len(lengths) != 1 or None in lengths:
        raise ValueError(
            f"rows of {called} must be arrays of one leading length, but it is {sorted(map(str, lengths))}."
        )
    [count] = lengths
    sizes = sizes_of(int(count or 0), shares)
    if strata is not None and np.shape(strata) != (count,):
        raise ValueError(f"strata have shape {np.shape(strata)}; {count} rows need ({count},).")
    draw = partial(draw_split, loss, jax.tree.map(np.asarray, rows), sizes, strata, as_drawing(start))
    return declared(called, draw, f_star, source, targets, batch_size)


def declared(
    name: str,
    draw: Callable[[int], Drawn],
    f_star: float | None,
    source: str | None,
    targets: Sequence[float] | None = None,
    batch_size: int | None = None,
    surface: Surface | None = None,
) -> RaceProblem:
    """The race problem, if everything is there and makes sense."""
    if f_star is None:
        raise ValueError(
            f"to race on {name} give f_star=, its lowest value or a reference value, since targets are stated "
            "before the race."
        )
    if not math.isfinite(f_star):
        raise ValueError(f"f_star of {name} is {f_star}; give a finite number.")
    if not source:
        raise ValueError(f"to race on {name} say by source= where f_star={f_star:g} comes from.")
    chosen = TARGETS if targets is None else tuple(float(tau) for tau in targets)
    if not chosen or not set(chosen) <= set(TARGETS):
        told = ", ".join(f"{tau:g}" for tau in TARGETS)
        raise ValueError(f"targets of {name} are {list(chosen)}; choose some of {told}.")
    if batch_size is not None and (isinstance(batch_size, bool) or batch_size < 1):
        raise ValueError(
            f"batch_size of {name} is {batch_size!r}; give a whole number from 1 on, or None for all rows."
        )
    sizes = [Layout.of(draw(seed).start) for seed in (0, 1)]
    if sizes[0] != sizes[1]:
        raise ValueError(f"the starts of {name} have other shapes for seed 1 than for seed 0; draw one shape for all.")
    return RaceProblem(name, draw, float(f_star), source, sizes[0].size, chosen, batch_size, surface)


def lowest(surface: Surface, source: str | None) -> tuple[float, str]:
    """The lowest value of a surface, or its exit level, and where it comes from."""
    if surface.exit_level is not None:
        return surface.exit_level, source or "exit level of a surface that is unbounded below"
    assert surface.minimum_value is not None
    return surface.minimum_value, source or f"known minimum: {surface.source}"


def sizes_of(count: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How many rows each part gets; what rounding leaves goes to the training rows."""
    if set(shares) != set(SHARES) or not math.isclose(sum(shares.values()), 1) or min(shares.values()) <= 0:
        raise ValueError(
            f"shares are {dict(shares)}; give those of 'train', 'validation' and 'test', above 0, 1 together."
        )
    sizes = {name: round(count * shares[name]) for name in SHARES}
    sizes["train"] = count - sizes["validation"] - sizes["test"]
    if min(sizes.values()) < 1:
        raise ValueError(f"{count} rows leave a part without any: {sizes}; give more rows.")
    return sizes


def as_drawing(start: Start) -> Callable[[int], Any]:
    """A function from a seed to a start, or one start for all seeds as such a function."""
    return start if callable(start) else partial(the_same, as_start(start))


# What follows travels to other processes: functions of a module, called with what they draw from.


def the_same(start: Any, seed: int) -> Any:
    """One start for all seeds."""
    return start


def draw_start(problem: Problem, start: Callable[[int], Any], seed: int) -> Drawn:
    """One problem for all seeds, and a start for each."""
    return Drawn(start(seed), problem)


def draw_network(network: Network, start: Callable[[int], Any], seed: int) -> Drawn:
    """A network on another split of its rows."""
    rows, loss = network.draw_rows(seed), network.problem.loss
    parts = (FiniteSum(loss, rows[name]) for name in SHARES)
    return Drawn(start(seed), *parts)


def draw_split(
    loss: Callable[..., Any],
    rows: Any,
    sizes: Mapping[str, int],
    strata: Any,
    start: Callable[[int], Any],
    seed: int,
) -> Drawn:
    """A loss over rows on a split of them."""
    parts = split(rows, sizes, seed, strata)
    return Drawn(start(seed), *(FiniteSum(loss, parts[name]) for name in SHARES))


def _called(problem: Any) -> str:
    """What a problem is called that was given no name."""
    found = problem.name if isinstance(problem, Problem) else getattr(problem, "__name__", type(problem).__name__)
    return str(found)

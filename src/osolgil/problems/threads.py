"""Groups of rows side by side: XLA runs the loops of one program one after another, threads run several programs."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeGuard

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.problems import finite_sum
from osolgil.problems.finite_sum import FiniteSum, Totals
from osolgil.protocol import Evaluation, Layout, Needs, precision
from osolgil.protocol.programs import compiled

WORTH = 32 * 2**20
"""Bytes of rows from which an evaluation by threads is quicker: below, starting the programs costs what they save."""

HELD = 256 * 2**20
"""Bytes of the groups' totals up to which all of them are held at once."""

LOTS = 8
"""Programs that each thread is given to run for one evaluation: the last to end makes the others wait."""

Setting = tuple[Needs, Layout, int]


def worth_threads(problem: Any, needs: Needs, n: int) -> TypeGuard[FiniteSum]:
    """Whether `evaluate_by_threads` evaluates this prepared problem of n parameters, and sooner than `evaluate` does.

    It does not depend on the machine, and so neither do the bits.
    """
    if not isinstance(problem, FiniteSum) or Needs.PRODUCT in needs:
        return False
    size = sum(leaf.nbytes for leaf in jax.tree.leaves(problem.rows))
    groups = number_of_groups(problem)
    totals = 8 * groups * (n * n if Needs.HESSIAN in needs else n)
    return size >= WORTH and groups > 1 and totals <= HELD


def evaluate_by_threads(
    problem: FiniteSum, x: Array, needs: Needs, layout: Layout, threads: int | None = None
) -> tuple[Evaluation, float]:
    """`problem.evaluate(x, needs, layout)`, its groups of chunks computed by several threads at once.

    Every thread folds whole groups, and their totals are added in index order once all are there: the bits are the
    same for any number of threads.

    Args:
        problem: prepared, its rows JAX arrays, more than one chunk of them.
        x: shape (n,).
        needs: what to find out; products of the Hessian are none of it.
        layout: of the parameters.
        threads: as many as the machine has processors, unless given.

    Returns:
        the evaluation, and the seconds that compiling its programs took just now.
    """
    if Needs.PRODUCT in needs:
        raise ValueError("Products of the Hessian are not evaluated by threads; evaluate the problem itself.")
    workers = threads or os.cpu_count() or 1
    groups = number_of_groups(problem)
    size = -(-groups // (LOTS * workers))
    starts = [jnp.asarray(first, jnp.int32) for first in range(0, groups, size)]
    setting = (needs, layout, size)
    dtype = x.dtype
    with precision(dtype):
        one, seconds = compiled(totals_of_lot, setting, (problem, x, starts[0]))

    def run(first: Array) -> Any:
        # What a thread sets is its own, and the precision is what programs are called under.
        with precision(dtype):
            return jax.block_until_ready(one(problem, x, first))

    lots = list(pool(workers).map(run, starts))
    with precision(dtype):
        bare = FiniteSum(problem.loss, (), problem.weights, problem.penalty, problem.reduction)
        whole, more = compiled(completed_lots, setting, (bare, x, lots))
        return whole(bare, x, lots), seconds + more


def number_of_groups(problem: FiniteSum) -> int:
    """How many groups of chunks hold real rows."""
    return -(-int(problem.count) // (finite_sum.CHUNK * finite_sum.GROUP))


def totals_of_lot(setting: Setting, problem: FiniteSum, x: Array, first: Array) -> Totals:
    """The totals of consecutive groups, with a leading axis of groups."""
    needs, layout, size = setting

    def total(rows: Any, weights: Array) -> Totals:
        return problem.totals(x, rows, weights, needs, layout)

    found: Totals = jax.lax.map(
        lambda group: problem.over_group(total, group), first + jnp.arange(size, dtype=jnp.int32)
    )
    return found


def completed_lots(setting: Setting, problem: FiniteSum, x: Array, lots: list[Totals]) -> Evaluation:
    """The evaluation from the totals of all groups, added in index order."""
    needs, layout, _ = setting
    groups: Totals = jax.tree.map(lambda *parts: jnp.concatenate(parts), *lots)
    zero = jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), groups)

    def add(index: Any, totals: Totals) -> Any:
        return jax.tree.map(lambda total, leaf: total + leaf[index], totals, groups)

    totals: Totals = jax.lax.fori_loop(0, groups.weight.shape[0], add, zero)
    return problem.completed(x, totals, totals.weight, needs, layout)


@cache
def pool(workers: int) -> ThreadPoolExecutor:
    """The threads, which stay for the next evaluation."""
    return ThreadPoolExecutor(workers, thread_name_prefix="osolgil-rows")

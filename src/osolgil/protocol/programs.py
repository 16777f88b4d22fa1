"""Compiled programs, kept for as long as they are likely to be used again."""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

TESTED = {(0, 10)}
"""Versions of JAX whose compiler is known well enough to be told how to go about it."""

SMALL = 256 * 1024
"""Bytes of arguments below which compiling a program takes longer than running it is likely to."""

QUICK: dict[str, Any] = {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 1}
"""XLA's older way to fuse loops compiles in half the time, and LLVM's first level of optimization in half of that.
Small programs run as fast; training a perceptron, which is larger, takes a fifth longer."""

KEPT = 64
"""Programs kept; the one unused for longest goes first, and takes the closures that it was made of with it."""

executables: OrderedDict[Any, Any] = OrderedDict()
lock = threading.Lock()


BRIEF: dict[str, Any] = QUICK | {"xla_backend_optimization_level": 0}
"""For programs of few turns, as a second-order method's are: without LLVM's optimization they compile in half the time
again, and run for half a millisecond in place of a quarter."""


def compiler_options(leaves: list[Any], brief: bool = False) -> dict[str, Any] | None:
    """What to tell XLA about a program of these arguments, `brief` if it turns a few times only; None leaves everything
    to it.
    """
    known = jax.default_backend() == "cpu" and jax.__version_info__[:2] in TESTED
    size = sum(np.size(leaf) * leaf.dtype.itemsize for leaf in leaves)
    if not known or size >= SMALL:
        return None
    said = os.environ.get("XLA_FLAGS", "")  # by a person, who means it
    return {name: value for name, value in (BRIEF if brief else QUICK).items() if name not in said}


def compiled(
    function: Callable[..., Any], setting: Any, arguments: tuple[Any, ...], brief: bool = False
) -> tuple[Any, float]:
    """The executable of ``function(setting, *arguments)`` and the seconds that compiling it took just now.

    A `brief` one turns a few times only, and is better compiled quickly than well.

    Executables are shared between all calls whose arguments have the same structure, shapes and dtypes: a problem
    compiles once however often it is run, and so does another problem with the same loss and as many rows.
    """
    leaves, structure = jax.tree.flatten(arguments)
    key = (function, setting, structure, tuple((leaf.shape, leaf.dtype) for leaf in leaves))
    with lock:
        found = executables.get(key)
        if found is not None:
            executables.move_to_end(key)
            return found, 0.0
    started = time.perf_counter()

    # A function of its own for each program, and of leaves alone: JAX's caches hold functions weakly, but the structure
    # of their arguments, in which the user's function is a node, for ever.
    def flat(*traced: Any) -> Any:
        return function(setting, *jax.tree.unflatten(structure, traced))

    executable = jax.jit(flat).lower(*leaves).compile(compiler_options(leaves, brief))

    def program(*arguments: Any) -> Any:
        return executable(*jax.tree.leaves(arguments))

    seconds = time.perf_counter() - started
    with lock:
        executables[key] = program
        while len(executables) > KEPT:
            executables.popitem(last=False)
    return program, seconds

"""Our compiled loops, taken out of `minimize` so that nothing but the loop is timed."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent import Stop, loop
from osolgil.descent.drive import compiled_begin, limits_of, make_setting, start_drive
from osolgil.descent.lanes import stacked
from osolgil.descent.minimize import as_batching
from osolgil.descent.run import set_up
from osolgil.protocol import precision


def beale(x: Any) -> Any:
    """Beale's function, written once for all contenders."""
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def compiled_loop(problem: Any, x0: Any, method: Any, steps: int, batch_size: int | None = None) -> Callable[[], Any]:
    """The compiled loop of so many steps, recorded, as a function of nothing."""
    stop = Stop(steps=steps, optimality=0)
    setup = set_up(problem, x0, method)
    drive = start_drive(setup, stop, "values", as_batching(setup, batch_size, "shuffled", stop), 0)
    arguments = (setup.problem, drive.method, drive.progress, drive.clock, np.asarray(steps, np.int32), drive.limits)
    advance: Any = loop.advance
    if drive.sampling is not None:
        advance, arguments = loop.advance_sampled, (*arguments, drive.sampling)
    return executable(advance, drive.setting, arguments, setup.dtype)


def compiled_lanes(problem: Any, starts: np.ndarray, method: Any, steps: int) -> Callable[[], Any]:
    """The compiled loop of many lanes, as a function of nothing."""
    stop = Stop(steps=steps, optimality=0)
    setups = [set_up(problem, start, method) for start in starts]
    with precision(setups[0].dtype):
        begun = [compiled_begin(each, sampled=False) for each in setups]
    setting = make_setting(setups[0], "values", begun[0], None, len(setups))
    setting = type(setting)(**{**vars(setting), "capacity": steps})
    methods = stacked([each.method for each in setups])
    limits = limits_of(setups[0], stop, None)
    arguments = (setups[0].problem, methods, stacked(begun), loop.new_clock(), np.asarray(steps, np.int32), limits)
    return executable(loop.advance, setting, arguments, setups[0].dtype)


def executable(function: Any, setting: Any, arguments: Any, dtype: Any) -> Callable[[], Any]:
    """A compiled function of a setting and arrays, with its arguments on the device, as a function of nothing."""
    with precision(dtype):
        placed = jax.tree.map(jnp.asarray, arguments)
        compiled = jax.jit(lambda *traced: function(setting, *traced)).lower(*placed).compile()
    return lambda: jax.block_until_ready(compiled(*placed))

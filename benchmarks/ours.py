"""Our compiled loops, taken out of `minimize` so that nothing but the loop is timed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent import Stop, loop
from osolgil.descent.drive import (
    CompiledDrive,
    advance_parcel,
    compiled_begin_lanes,
    limits_of,
    make_setting,
    start_drive,
)
from osolgil.descent.lanes import one_of, stacked
from osolgil.descent.minimize import as_batching
from osolgil.descent.setup import set_up
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
    assert isinstance(drive, CompiledDrive), "what is timed is the compiled loop"
    return packed(drive, steps)


def compiled_lanes(problem: Any, starts: np.ndarray, method: Any, steps: int) -> Callable[[], Any]:
    """The compiled loop of many lanes, as a function of nothing."""
    stop = Stop(steps=steps, optimality=0)
    setups = [set_up(problem, start, method) for start in starts]
    with precision(setups[0].dtype):
        methods = stacked([each.method for each in setups])
        begun = compiled_begin_lanes(setups[0], methods, np.stack([each.x0 for each in setups]), sampled=False)
    setting = make_setting(setups[0], "values", one_of(begun, 0), None, len(setups))
    drive = CompiledDrive(
        setup=setups[0],
        setting=replace(setting, capacity=steps),
        limits=limits_of(setups[0], stop, None),
        method=methods,
        progress=begun,
        clock=loop.new_clock(),
        sampling=None,
    )
    return packed(drive, steps)


def packed(drive: CompiledDrive, steps: int) -> Callable[[], Any]:
    """The program that `minimize` calls, with its arguments on the device, as a function of nothing."""
    with precision(drive.setup.dtype):
        placed = jax.tree.map(jnp.asarray, drive.arguments(steps))
        setting = (drive.setting, drive.going_in)
        compiled = jax.jit(lambda *traced: advance_parcel(setting, *traced)).lower(*placed).compile()
    return lambda: jax.block_until_ready(compiled(*placed))

"""Workers: processes of one thread each, so that a number does not depend on how many of them there are."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any

ONE_THREAD = {"PJRT_NPROC": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
"""What XLA reads in its environment: how many threads it may have, and whether a matrix product may be shared. Workers
are not tied to cores: on a machine with other work that would leave some of them waiting beside an idle core."""


def cores() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def begin(cache: str | None) -> None:
    """Begin a worker, before JAX has looked how many threads there are.

    Args:
        cache: a folder in which workers keep compiled programs for each other; None: they compile for themselves.
    """
    # Ctrl-C is for the process that people see: it keeps what is finished, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name, value in ONE_THREAD.items():
        said = os.environ.get(name, "") if name == "XLA_FLAGS" else ""
        os.environ[name] = f"{said} {value}".strip()
    if cache is not None:
        import jax

        jax.config.update("jax_compilation_cache_dir", cache)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


@contextlib.contextmanager
def local_workers(count: int, cache: str | None = None) -> Iterator[Executor]:
    """An executor of so many processes on this machine. What has not begun when the block is left is not begun."""
    context = multiprocessing.get_context("spawn")  # JAX has threads, and a fork would copy their locks
    executor = ProcessPoolExecutor(count, mp_context=context, initializer=begin, initargs=(cache,))
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


class InTurn(Executor):
    """An executor that does everything at once, in this process: whoever submits waits."""

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        """The result, or what was raised, as a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future

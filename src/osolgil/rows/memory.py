"""How much memory something would need, said before it is taken: a machine that swaps says nothing at all."""

import contextlib
import os
from pathlib import Path

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""What a container may use, of Linux's two versions of control groups."""

INFO = Path("/proc/meminfo")
"""What Linux says of its memory."""


LITTLE = 64 * 2**20
"""Bytes that every machine has: to ask takes longer than a small fit may."""


def available_memory() -> int | None:
    """Bytes that can be had now without swapping, or the machine's whole memory where that is all one is told; None
    where nobody says.
    """
    found: list[int] = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = dict(line.split(":", 1) for line in INFO.read_text().splitlines() if ":" in line)
        found.append(int(lines.get("MemAvailable", "").split()[0]) * 1024)
    if not found:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for limit in LIMITS:
        with contextlib.suppress(OSError, ValueError):
            found.append(int(limit.read_text()))
    return min(found, default=None)


def check_memory(needed: float, what: str, remedy: str) -> None:
    """Refuse what would not fit into memory.

    Args:
        needed: bytes.
        what: that needs them, as the beginning of a sentence.
        remedy: what to do, as the end of one.

    Raises:
        ValueError: it needs more than is available, with both numbers.
    """
    there = None if needed < LITTLE else available_memory()
    if there is not None and needed > there:
        raise ValueError(f"{what} would need {spelled(needed)} of memory, and {spelled(there)} are available; {remedy}")


def spelled(size: float) -> str:
    """Bytes as people read them.

    >>> spelled(8e12), spelled(3_500_000)
    ('8,000 GB', '0.0035 GB')
    """
    return f"{size / 1e9:,.0f} GB" if size >= 10e9 else f"{size / 1e9:.2g} GB"

"""JAX's persistent compilation cache: what was compiled once need not be compiled by the next command."""

import contextlib
import os
from pathlib import Path

LARGEST = 256 * 2**20
"""Bytes that the cache may hold; the programs that were written first go first."""


def turn_on() -> str | None:
    """Keep compiled programs in the user's cache folder. Called just before JAX is used, in this process only.

    A person who has set JAX_COMPILATION_CACHE_DIR keeps that choice; a folder that cannot be written is no reason to
    refuse work, only to compile again.

    Returns:
        the folder, for the workers of a race; None if there is none.
    """
    if "JAX_COMPILATION_CACHE_DIR" in os.environ:
        return os.environ["JAX_COMPILATION_CACHE_DIR"] or None
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    if not os.access(place, os.W_OK):
        return None
    tidy(place)
    import jax

    settings = {
        "jax_compilation_cache_dir": str(place),
        # A program of the loop compiles in a tenth of a second or more; the small ones around it are not worth a file
        # each.
        "jax_persistent_cache_min_compile_time_secs": 0.03,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        jax.config.update(name, value)
    return str(place)


def folder() -> Path:
    """Where the cache lies: $XDG_CACHE_HOME/osolgil/jax, or ~/.cache/osolgil/jax."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # A relative path is to be ignored, says the specification of base directories.
    return (given if given.is_absolute() else Path.home() / ".cache") / "osolgil" / "jax"


def tidy(place: Path, largest: int = LARGEST) -> None:
    """Remove the oldest files until the cache fits."""
    files = []
    for path in place.iterdir():
        # Another command may be tidying at the same time.
        with contextlib.suppress(FileNotFoundError):
            known = path.stat()
            files.append((known.st_mtime, known.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= largest:
            break
        path.unlink(missing_ok=True)
        total -= size

"""What the whole suite shares."""

from pathlib import Path

import jax
import pytest


@pytest.fixture(autouse=True, scope="session")
def compilation_cache() -> None:
    """Keep compiled programs from one run of the suite to the next: most of its time is compilation."""
    jax.config.update("jax_compilation_cache_dir", str(Path(__file__).parents[1] / ".jax_cache"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)

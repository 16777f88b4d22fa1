"""What the whole suite shares."""

import os
from pathlib import Path

import pytest

# Most of the suite's time is compiling. Machine code that LLVM does not optimize is made faster, and computes the same;
# with XLA_FLAGS set, even to nothing, the suite runs what users run.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false")

import jax


@pytest.fixture(autouse=True, scope="session")
def compilation_cache() -> None:
    """Keep compiled programs from one run of the suite to the next: most of its time is compilation."""
    jax.config.update("jax_compilation_cache_dir", str(Path(__file__).parents[1] / ".jax_cache"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


LONG = ("test_manual.py", "test_notebooks.py")
"""Whole pages and notebooks, a minute the longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that nobody waits for it at the end beside an idle processor."""
    items.sort(key=lambda item: item.path.name not in LONG)

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


LONG = ("test_manual.py", "test_notebooks.py")
"""Whole pages and notebooks, a minute the longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that nobody waits for it at the end beside an idle processor."""
    items.sort(key=lambda item: item.path.name not in LONG)

"""What the whole suite shares."""

import os
from pathlib import Path

import pytest

# Most of the suite's time is XLA compiling. Its older way to fuse loops compiles in half the time, and its programs are
# as exact; whoever wants the suite with XLA's own choice sets XLA_FLAGS, even to nothing.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")

import jax  # noqa: E402 - reads XLA_FLAGS


@pytest.fixture(autouse=True, scope="session")
def compilation_cache() -> None:
    """Keep compiled programs from one run of the suite to the next."""
    jax.config.update("jax_compilation_cache_dir", str(Path(__file__).parents[1] / ".jax_cache"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)

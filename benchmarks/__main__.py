"""`python -m benchmarks [name ...]`: all tables, or those that are named."""

import importlib
import platform
import sys

import jax
import numpy as np

NAMES = ("beale", "collections", "lanes", "lbfgs", "networks", "newton_cg", "perceptron", "races", "regression",
         "start_up", "stochastic", "throughput", "which")  # fmt: skip

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(NAMES)
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        sys.exit(f"No benchmark is called {unknown[0]!r}; there are {', '.join(NAMES)}.")
    print(f"Python {platform.python_version()}, JAX {jax.__version__}, NumPy {np.__version__}, {platform.processor()}")
    for name in chosen:
        importlib.import_module(f"benchmarks.{name}").main()

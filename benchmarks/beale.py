"""5,000 recorded steps of Adam on Beale's function: the cost of the loop itself."""

import importlib.util
from typing import Any

import jax
import numpy as np

from benchmarks import by_hand, ours
from benchmarks.timing import Contender, interleaved, report
from osolgil import Stop, minimize
from osolgil.methods import Adam

STEPS = 5000
RATE = 1e-3
START = np.array([1.0, 1.0])


def main() -> None:
    """Print the table."""
    method = Adam(learning_rate=RATE)
    whole = Stop(steps=STEPS, optimality=0)
    with jax.enable_x64(True):
        contenders = [
            Contender("osolgil, the compiled loop", ours.compiled_loop(ours.beale, START, method, STEPS)),
            Contender(
                "optax in a hand-written loop that does the same", by_hand.recorded(ours.beale, START, RATE, STEPS)
            ),
            Contender("optax, bare loop", by_hand.bare(ours.beale, START, RATE, STEPS)),
            Contender("the limit: the gradient alone", by_hand.gradient_only(ours.beale, START, STEPS)),
            Contender("osolgil, minimize() warm", lambda: minimize(ours.beale, START, method, stop=whole)),
        ]
        seconds = interleaved(contenders, 200, 20)
    report("Adam on Beale, 5,000 recorded steps, float64", seconds, contenders[0].name, STEPS, "step")
    if importlib.util.find_spec("torch") is None:
        print("\nPyTorch is not installed: `pip install torch` to see its eager loop beside ours.")
        return
    ours_again = contenders[0]
    seconds = interleaved([ours_again, Contender("PyTorch, eager loop, nothing recorded", torch_eager)], 5, 60)
    report("the same beside PyTorch's eager loop", seconds, ours_again.name, STEPS, "step")


def torch_eager() -> Any:
    """Adam on Beale in PyTorch, one step after another, nothing recorded."""
    import torch

    x = torch.tensor(START, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        ours.beale(x).backward()
        optimizer.step()
    return x

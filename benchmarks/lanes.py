"""Many runs in one compiled loop."""

import jax
import numpy as np

from benchmarks import by_hand, ours
from benchmarks.timing import Contender, interleaved, report
from osolgil.methods import Adam

STEPS = 500
RATE = 1e-3


def main() -> None:
    """Print the tables."""
    for lanes in (10, 100, 1000):
        starts = np.random.default_rng(0).normal(1.0, 0.1, (lanes, 2))
        with jax.enable_x64(True):
            contenders = [
                Contender(
                    f"osolgil, {lanes} lanes", ours.compiled_lanes(ours.beale, starts, Adam(learning_rate=RATE), STEPS)
                ),
                Contender(
                    f"optax, {lanes} hand-written lanes", by_hand.recorded_lanes(ours.beale, starts, RATE, STEPS)
                ),
            ]
            seconds = interleaved(contenders, 60, 20)
        report(
            f"Adam on Beale, {lanes} lanes of {STEPS} steps", seconds, contenders[0].name, STEPS, "step of all lanes"
        )

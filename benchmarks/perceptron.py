"""A digits perceptron, 64-64-64-10, batches of 32, shuffled, the last one ragged, every step recorded."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks import by_hand, ours
from benchmarks.timing import Contender, interleaved, report
from osolgil import FiniteSum, Stop, minimize
from osolgil.methods import Adam

BATCH, EPOCHS, RATE = 32, 20, 1e-3


def loss(layers: Any, rows: Any) -> Any:
    """Cross-entropy of each row."""
    x, label = rows
    for layer in layers[:-1]:
        x = jax.nn.relu(x @ layer["w"] + layer["b"])
    scores = x @ layers[-1]["w"] + layers[-1]["b"]
    return jax.nn.logsumexp(scores, axis=-1) - jnp.take_along_axis(scores, label[:, None], axis=1)[:, 0]


def data() -> tuple[np.ndarray, np.ndarray]:
    """1,437 of scikit-learn's digits: 44 batches of 32 and one of 29."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return (digits.data / 16).astype(np.float32)[:1437], digits.target.astype(np.int32)[:1437]


def start() -> list[dict[str, np.ndarray]]:
    """The parameters before training."""
    rng = np.random.default_rng(0)
    sizes = [(64, 64), (64, 64), (64, 10)]
    return [{"w": rng.normal(0, a**-0.5, (a, b)).astype(np.float32), "b": np.zeros(b, np.float32)} for a, b in sizes]


def products(layers: Any, rows: Any, steps: int) -> None:
    """The matrix products of so many steps: of each layer one ahead, one for its weights, one for what came in."""
    x = rows[0][:BATCH]
    weights = [layer["w"] for layer in layers]
    for _ in range(steps):
        inputs = [x]
        for weight in weights:
            inputs.append(inputs[-1] @ weight)
        slope = inputs[-1]
        for weight, came_in in zip(reversed(weights), reversed(inputs[:-1]), strict=True):
            _ = came_in.T @ slope
            slope = slope @ weight.T


def main() -> None:
    """Print the table."""
    rows, parameters, method = data(), start(), Adam(learning_rate=RATE)
    steps = -(-len(rows[0]) // BATCH) * EPOCHS
    problem = FiniteSum(loss, rows)
    whole = Stop(epochs=EPOCHS, optimality=0)
    contenders = [
        Contender("osolgil, the compiled loop", ours.compiled_loop(problem, parameters, method, steps, BATCH)),
        Contender(
            "optax in a hand-written loop that does the same",
            by_hand.network(loss, parameters, rows, RATE, BATCH, EPOCHS),
        ),
        Contender("the limit: the matrix products alone, by NumPy", lambda: products(parameters, rows, steps)),
        Contender(
            "osolgil, minimize() warm", lambda: minimize(problem, parameters, method, batch_size=BATCH, stop=whole)
        ),
    ]
    seconds = interleaved(contenders, 40, 60)
    report(f"Perceptron on digits, float32, {EPOCHS} epochs", seconds, contenders[0].name, steps, "step")

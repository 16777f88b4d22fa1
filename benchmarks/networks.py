"""Training a perceptron on digits: an epoch beside PyTorch's eager loop and scikit-learn's MLPClassifier; 24 lanes."""

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import Contender, interleaved, report
from osolgil import Stop, minimize, minimize_lanes, networks
from osolgil.methods import Adam

BATCH, EPOCHS, RATE, LANES = 32, 20, 1e-3, 24


def torch_eager(network: Any) -> Callable[[], Any]:
    """The loop that people write: shuffle, forward, backward, step."""
    import torch

    torch.set_num_threads(1)  # with two threads it is slower: the products are small
    rows = network.rows["train"]
    pixels, digit = torch.tensor(rows["pixels"]), torch.tensor(rows["digit"].astype(np.int64))
    hidden = network.start["hidden"]["weight"].shape[1]

    def run() -> float:
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(64, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        loss = torch.nn.CrossEntropyLoss()
        for _ in range(EPOCHS):
            for chosen in torch.randperm(len(digit)).split(BATCH):
                optimizer.zero_grad()
                loss(model(pixels[chosen]), digit[chosen]).backward()
                optimizer.step()
            with torch.no_grad():  # our runs are judged by all rows after each epoch
                value = float(loss(model(pixels), digit))
        return value

    return run


def scikit_learn(network: Any) -> Callable[[], Any]:
    """MLPClassifier, as many epochs."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    rows = network.rows["train"]
    hidden = network.start["hidden"]["weight"].shape[1]

    def run() -> Any:
        model = MLPClassifier((hidden,), alpha=0.0, batch_size=BATCH, learning_rate_init=RATE, max_iter=EPOCHS,
                              tol=0.0, n_iter_no_change=EPOCHS, random_state=0)  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return model.fit(rows["pixels"], rows["digit"])

    return run


def main() -> None:
    """Print the tables."""
    network = networks.named("perceptron")
    whole = {"batch_size": BATCH, "stop": Stop(epochs=EPOCHS, optimality=0)}
    rates = [Adam(learning_rate=rate) for rate in np.geomspace(1e-4, 1e-2, LANES)]
    contenders = [
        Contender("osolgil, minimize()", lambda: minimize(network.problem, network.start, Adam(RATE), **whole)),
        Contender("scikit-learn, MLPClassifier", scikit_learn(network)),
    ]
    if importlib.util.find_spec("torch"):
        contenders.append(Contender("PyTorch, eager loop", torch_eager(network)))
    else:
        print("PyTorch is not installed: pip install torch==2.13.0")
    seconds = interleaved(contenders, 12, 60)
    report(f"Perceptron 64-64-10 on digits, batches of {BATCH}", seconds, contenders[0].name, EPOCHS, "epoch")
    together = [
        Contender(
            f"osolgil, {LANES} learning rates in lanes",
            lambda: minimize_lanes(network.problem, network.start, rates, **whole),
        ),
        Contender(
            f"osolgil, {LANES} single runs",
            lambda: [minimize(network.problem, network.start, rate, **whole) for rate in rates],
        ),
    ]
    seconds = interleaved(together, 6, 90)
    report(f"The same, {LANES} times", seconds, together[0].name, EPOCHS, "epoch of all")

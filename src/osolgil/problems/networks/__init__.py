"""Networks: real ones, small enough to train while one looks, on data that come with scikit-learn.

`named("perceptron")` gives a `Network`: the problem (the mean loss over the training rows), a seeded start, the
validation that stops it early, rows to test it on, and what it teaches, in English and Korean.
"""

from osolgil.problems.networks.network import SPLITS, Network
from osolgil.problems.networks.registry import named, names

__all__ = ["SPLITS", "Network", "named", "names"]

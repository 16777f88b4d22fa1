"""The fixed small cases: a few rows with an intercept, experience and salary, and points to ask at."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.course.check import reference

COLUMNS = ("intercept", "experience", "salary")
"""The columns of X when it is handed over as a frame."""

MODELS = ("linear", "logistic")

X = np.array([[1.0, 0.7, -1.2], [1.0, -0.4, 0.9], [1.0, 1.9, 0.3], [1.0, -1.1, -0.6], [1.0, 0.2, 1.7]])
TARGETS = {"linear": np.array([1.3, -0.8, 2.1, 0.4, -1.7]), "logistic": np.array([1.0, 0.0, 1.0, 1.0, 0.0])}
BETAS = (np.array([0.3, -0.7, 0.45]), np.array([-0.6, 1.1, 0.25]))
"""Linear predictors between −2 and 2, none of them near 0 or in (0, 1) for every row."""


@dataclass(frozen=True)
class Case:
    """One call: its arguments by name, and the group in which a mistake must show in every case."""

    arguments: dict[str, Any]
    group: str = ""


def rows_of(model: str) -> list[Case]:
    """One row at a time."""
    return [
        Case({"x": X[i], "y": float(TARGETS[model][i]), "beta": beta}, model) for beta in BETAS for i in range(len(X))
    ]


DOT_PRODUCTS = [
    Case({"a": np.array(a), "b": np.array(b)})
    for a, b in (
        ([1.0, 2.0, 3.0], [4.0, 5.0, 6.5]),
        ([0.5, -1.5], [2.0, 3.0]),
        ([1.2], [-0.7]),
        ([1.0, 0.7, -1.2, 2.5], [0.3, -0.7, 0.45, 1.5]),
    )
]
LOGISTICS = [Case({"x": x, "beta": beta}) for beta in BETAS for x in X]
CROSS_ENTROPIES = rows_of("logistic")
SQUARED_ERRORS = rows_of("linear")
BATCH_LOSSES = [
    Case({"X": X[:rows], "y": TARGETS[model][:rows], "beta": beta, "loss_i": reference.LOSSES[model]}, model)
    for model in MODELS
    for beta in BETAS
    for rows in (2, 5)
]
PARTIAL_DERIVATIVES = [
    Case({**case.arguments, "j": j, "model": model}, model)
    for model in MODELS
    for case in rows_of(model)[::2]
    for j in range(3)
]
GRADIENTS = [
    Case({"X": X[:rows], "y": TARGETS[model][:rows], "beta": beta, "model": model}, model)
    for model in MODELS
    for beta in BETAS
    for rows in (2, 5)
]
STEPS = [
    Case({"beta": np.array(beta), "gradient": np.array(gradient), "learning_rate": rate})
    for beta, gradient, rate in (
        ([1.0, 2.0], [0.5, -1.0], 0.1),
        ([0.3, -0.7, 0.45], [1.2, 0.4, -2.0], 0.01),
        ([-1.5, 0.8, 2.2], [-0.6, 3.0, 0.9], 0.5),
        ([0.4], [0.7], 0.2),
    )
]

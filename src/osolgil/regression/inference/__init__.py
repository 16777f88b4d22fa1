"""What may be concluded: whether a fit stands at its optimum, covariances, tests and intervals there."""

from osolgil.regression.inference.standing import (
    NEAR,
    Inference,
    NoInference,
    Standing,
    checked_level,
    placed,
    standing,
    with_uncertainty,
)

__all__ = [
    "NEAR",
    "Inference",
    "NoInference",
    "Standing",
    "checked_level",
    "placed",
    "standing",
    "with_uncertainty",
]

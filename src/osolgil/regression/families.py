"""Families: what is assumed of a row's target, as one scalar loss whose derivatives automatic differentiation finds.

η is the linear predictor of a row, y its target; the functions take arrays of one shape, written with JAX's functions.
"""

import abc
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp


@dataclass(frozen=True)
class Family(abc.ABC):
    """What is assumed of a row's target. A family has no data: it is part of a program's structure."""

    name: ClassVar[str]
    """What people type."""

    title: ClassVar[str]
    """What tables show."""

    binary: ClassVar[bool] = False
    """Whether targets are 0 or 1."""

    convex: ClassVar[bool] = False
    """Whether the loss is convex in η, so that a critical point is a minimum."""

    @abc.abstractmethod
    def loss(self, eta: Any, y: Any) -> Any:
        """What is averaged over rows and minimized, one number a row."""

    @abc.abstractmethod
    def mean(self, eta: Any) -> Any:
        """The expected target, given the linear predictor."""


@dataclass(frozen=True)
class Likelihood(Family):
    """A family whose loss is a negative log-likelihood: its minimum is an estimate with a known uncertainty."""

    dispersed: ClassVar[bool] = False
    """Whether the family has a scale σ that is estimated after the coefficients."""

    @abc.abstractmethod
    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        """−log f(y | η) of each row; of a dispersed family at σ = 1 and up to a constant."""

    def loss(self, eta: Any, y: Any) -> Any:
        return self.negative_log_likelihood(eta, y)


@dataclass(frozen=True)
class Gaussian(Likelihood):
    """Y ~ N(η, σ²): linear regression. −log f is (y − η)²/2 at σ = 1, up to a constant.

    >>> float(Gaussian().negative_log_likelihood(1.0, 3.0))
    2.0
    """

    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    dispersed: ClassVar[bool] = True
    convex: ClassVar[bool] = True

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        return 0.5 * (y - eta) ** 2

    def mean(self, eta: Any) -> Any:
        return eta


@dataclass(frozen=True)
class Bernoulli(Likelihood):
    """Y is 1 with probability p = 1/(1 + e^−η), else 0: logistic regression. −log f is log(1 + e^η) − yη.

    >>> float(Bernoulli().negative_log_likelihood(-1000.0, 1.0))
    1000.0
    """

    convex: ClassVar[bool] = True
    name: ClassVar[str] = "bernoulli"
    title: ClassVar[str] = "Bernoulli"
    binary: ClassVar[bool] = True

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        # The only form that neither overflows nor loses the tail: log p itself is −∞ from η = −745 on.
        return jnp.logaddexp(0.0, eta) - y * eta

    def mean(self, eta: Any) -> Any:
        return jax.nn.sigmoid(eta)


@dataclass(frozen=True)
class SquaredErrorLogistic(Family):
    """(y − p)²/2 with p = 1/(1 + e^−η): for teaching. It is not convex in η, and no likelihood: it has no inference.

    Its slope (p − y)p(1 − p) vanishes where the answer is most wrong, so descent stalls there.

    >>> print(f"{jax.grad(SquaredErrorLogistic().loss)(-20.0, 1.0):.3g}")  # surely wrong, and flat
    -2.06e-09
    """

    name: ClassVar[str] = "squared_error_logistic"
    title: ClassVar[str] = "squared error through the logistic function"
    binary: ClassVar[bool] = True

    def loss(self, eta: Any, y: Any) -> Any:
        return 0.5 * (y - jax.nn.sigmoid(eta)) ** 2

    def mean(self, eta: Any) -> Any:
        return jax.nn.sigmoid(eta)


FAMILIES: dict[str, Family] = {family.name: family for family in (Gaussian(), Bernoulli(), SquaredErrorLogistic())}
"""Every family by its name."""

ALIASES = {"normal": "gaussian", "linear": "gaussian", "logistic": "bernoulli", "binomial": "bernoulli"}
"""Other names that people use."""


def as_family(family: "str | Family") -> Family:
    """A family as it is, or by its name.

    Raises:
        ValueError: no family has this name.
        TypeError: it is neither a name nor a family.

    >>> as_family("logistic")
    Bernoulli()
    """
    if isinstance(family, Family):
        return family
    if not isinstance(family, str):
        raise TypeError(f"family={family!r} is no family; choose one of {', '.join(map(repr, FAMILIES))}.")
    plain = family.lower().strip()
    plain = ALIASES.get(plain, plain)
    if plain not in FAMILIES:
        raise ValueError(f"family={family!r} is not known; choose one of {', '.join(map(repr, FAMILIES))}.")
    return FAMILIES[plain]

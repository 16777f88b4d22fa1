"""Domains: where a parameter lives, and how the whole line is laid onto it so that a method can walk freely."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def unchanged(value: Any) -> Any:
    """The value itself."""
    return value


def one(value: Any) -> Any:
    """1."""
    return np.ones_like(value)


def bernoulli_variance(p: Any) -> Any:
    """p(1 − p)."""
    return p * (1 - p)


def logit(p: Any) -> Any:
    """log p/(1 − p)."""
    return np.log(p) - np.log1p(-np.asarray(p))


@dataclass(frozen=True)
class Domain:
    """An open interval of the line, and a smooth map of the whole line onto it.

    Attributes:
        name: what people call it.
        low, high: its ends, which it does not contain.
        outward: from the line to the interval, written with JAX's functions.
        inward: from the interval to the line.
        slope: the derivative of `outward`, as a function of where in the interval it leads.
        walked: how the inner coordinate of a parameter θ is written; `{}` stands for θ.
    """

    name: str
    low: float
    high: float
    outward: Callable[[Any], Any]
    inward: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    walked: str

    def contains(self, value: float, *, closed: bool = False) -> bool:
        """Whether a value lies inside; with `closed`, the finite ends count as well."""
        if closed and value in (self.low, self.high):
            return bool(np.isfinite(value))
        return bool(self.low < value < self.high)

    @property
    def words(self) -> str:
        """The interval as people write it.

        >>> POSITIVE.words
        '(0, ∞)'
        """
        ends = (f"{end:g}".replace("inf", "∞").replace("-∞", "−∞") for end in (self.low, self.high))
        return f"({', '.join(ends)})"


REAL = Domain("real", -np.inf, np.inf, unchanged, unchanged, one, "{}")
POSITIVE = Domain("positive", 0.0, np.inf, jnp.exp, np.log, unchanged, "log {}")
UNIT = Domain("unit", 0.0, 1.0, jax.nn.sigmoid, logit, bernoulli_variance, "logit {}")

DOMAINS = {domain.name: domain for domain in (REAL, POSITIVE, UNIT)}
"""Every domain by its name."""


def as_domain(domain: "str | Domain") -> Domain:
    """A domain as it is, or by its name.

    Raises:
        ValueError: there is no such domain.
    """
    if isinstance(domain, Domain):
        return domain
    if domain not in DOMAINS:
        raise ValueError(f"The domain {domain!r} is not known; choose one of {', '.join(map(repr, DOMAINS))}.")
    return DOMAINS[domain]

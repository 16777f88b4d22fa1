"""Losses that are no likelihoods: Huber's, and the pinball loss of quantiles."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from osolgil.regression.families.family import Family, checked_number


@dataclass(frozen=True, repr=False)
class Huber(Family):
    r"""Squares for small residuals r = y − η, absolute values for large ones: outliers pull with a bounded force.

    .. math:: \ell = \begin{cases} r^2/2 & |r| \le \delta \\ \delta(|r| - \delta/2) & |r| > \delta \end{cases}

    It is convex, and no likelihood: what the residuals look like is left open, so it has no inference.

    Source: Huber 1964, *Robust estimation of a location parameter*.

    Attributes:
        delta: δ > 0, in the units of the target (1.345 standard deviations lose 5 % where errors are normal).

    >>> float(Huber(2.0).loss(0.0, 5.0)), float(Huber(2.0).loss(0.0, 1.0))
    (8.0, 0.5)
    """

    link: str = field(default="identity", kw_only=True)
    delta: float = 1.345

    name: ClassVar[str] = "huber"
    title: ClassVar[str] = "Huber loss"
    convex_links: ClassVar[tuple[str, ...]] = ("identity",)

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_number(self, "delta")

    def loss(self, eta: Any, y: Any) -> Any:
        held = jnp.clip(y - eta, -self.delta, self.delta)
        return held * (y - eta - 0.5 * held)

    def centre(self, y: np.ndarray, mass: np.ndarray) -> float:
        return quantile(y, mass, 0.5)


@dataclass(frozen=True, repr=False)
class Quantile(Family):
    r"""The q-quantile of the target, η, by the pinball loss of r = y − η.

    .. math:: \ell = \max(q r, (q - 1) r)

    It is convex with kinks; its exact minimum is a linear program's. It is no likelihood, so it has no inference.

    Source: Koenker & Bassett 1978, *Regression quantiles*.

    Attributes:
        q: between 0 and 1; 0.5 is the median, least absolute deviations.

    >>> float(Quantile(0.75).loss(0.0, 4.0)), float(Quantile(0.75).loss(4.0, 0.0))
    (3.0, 1.0)
    """

    link: str = field(default="identity", kw_only=True)
    q: float = 0.5

    name: ClassVar[str] = "quantile"
    title: ClassVar[str] = "pinball loss"
    convex_links: ClassVar[tuple[str, ...]] = ("identity",)

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_number(self, "q", 0.0, 1.0)

    def loss(self, eta: Any, y: Any) -> Any:
        return jnp.maximum(self.q * (y - eta), (self.q - 1) * (y - eta))

    def centre(self, y: np.ndarray, mass: np.ndarray) -> float:
        return quantile(y, mass, self.q)


def quantile(y: np.ndarray, mass: np.ndarray, q: float) -> float:
    """The smallest y that has a share of at least q of the weights at or below it."""
    order = np.argsort(y, kind="stable")
    share = np.cumsum(mass[order])
    return float(y[order][min(int(np.searchsorted(share, q * share[-1])), len(y) - 1)])

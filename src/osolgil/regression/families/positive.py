"""Positive amounts: Gamma and inverse Gaussian regression."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from osolgil.regression.families.family import Likelihood
from osolgil.regression.links import above_zero


@dataclass(frozen=True, repr=False)
class Positive(Likelihood):
    """What the two families of positive amounts share. Weights are precisions: Var Y = φV(μ)/w."""

    dispersed: ClassVar[bool] = True
    targets: ClassVar[str] = "a number above 0"

    def accepts(self, y: np.ndarray) -> np.ndarray:
        return np.asarray(np.isfinite(y) & (y > 0))

    def inner(self, y: np.ndarray) -> np.ndarray:
        return (y + np.mean(y)) / 2


@dataclass(frozen=True, repr=False)
class Gamma(Positive):
    r"""Positive amounts whose standard deviation is a fixed share of the mean: Var Y = φμ²/w.

    .. math:: -\log f = \frac{1}{\varphi} \left( \frac{y}{\mu} + \log \mu \right) + \text{const}

    Links: log, μ = e^η, the default, which any η suits; inverse, μ = 1/η, the canonical one; identity. The latter two
    need η > 0; identity is not convex. φ is estimated by Pearson's χ²/(n − p), and the log-likelihood taken there.

    Source: McCullagh & Nelder 1989, *Generalized Linear Models*, ch. 8.

    >>> Gamma(link="inverse"), float(Gamma().negative_log_likelihood(0.0, 3.0))
    (Gamma(link='inverse'), 3.0)
    """

    link: str = field(default="log", kw_only=True)

    name: ClassVar[str] = "gamma"
    title: ClassVar[str] = "Gamma"
    links: ClassVar[tuple[str, ...]] = ("log", "inverse", "identity")
    convex_links: ClassVar[tuple[str, ...]] = ("log", "inverse")

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        if self.link == "log":
            return y * jnp.exp(-eta) + eta
        if self.link == "inverse":
            return above_zero(eta, lambda x: y * x - jnp.log(x), jnp.inf)
        return above_zero(eta, lambda x: y / x + jnp.log(x), jnp.inf)

    def variance(self, mean: np.ndarray) -> np.ndarray:
        return np.asarray(mean**2)

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        ratio = y / self.means(eta)
        return np.asarray(2 * (ratio - 1 - np.log(ratio)))

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        from scipy.special import gammaln

        shape, ratio = mass / dispersion, y / self.means(eta)
        return float(np.sum(shape * np.log(shape * ratio) - shape * ratio - gammaln(shape) - np.log(y)))


@dataclass(frozen=True, repr=False)
class InverseGaussian(Positive):
    r"""Positive amounts with a longer tail than Gamma's: Var Y = φμ³/w.

    .. math:: -\log f = \frac{1}{\varphi} \left( \frac{y}{2\mu^2} - \frac{1}{\mu} \right) + \text{const}

    Links: log, μ = e^η, the default, which any η suits; inverse_squared, μ = 1/√η, the canonical one; inverse,
    μ = 1/η. The latter two need η > 0; log is not convex. φ is estimated by Pearson's χ²/(n − p), and the
    log-likelihood taken there.

    Source: Tweedie 1957, *Statistical properties of inverse Gaussian distributions*; McCullagh & Nelder 1989, §2.2.

    >>> float(InverseGaussian(link="inverse_squared").negative_log_likelihood(4.0, 3.0))
    4.0
    """

    link: str = field(default="log", kw_only=True)

    name: ClassVar[str] = "inverse_gaussian"
    title: ClassVar[str] = "inverse Gaussian"
    links: ClassVar[tuple[str, ...]] = ("log", "inverse_squared", "inverse")
    convex_links: ClassVar[tuple[str, ...]] = ("inverse_squared", "inverse")

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        if self.link == "log":
            return 0.5 * y * jnp.exp(-2 * eta) - jnp.exp(-eta)
        if self.link == "inverse_squared":
            return above_zero(eta, lambda x: 0.5 * y * x - jnp.sqrt(x), jnp.inf)
        return above_zero(eta, lambda x: 0.5 * y * x**2 - x, jnp.inf)

    def variance(self, mean: np.ndarray) -> np.ndarray:
        return np.asarray(mean**3)

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        mean = self.means(eta)
        return np.asarray((y - mean) ** 2 / (y * mean**2))

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        constants = np.log(2 * np.pi * dispersion * y**3 / mass)
        return -float(np.sum(mass * self.deviances(eta, y) / dispersion + constants)) / 2

"""The Gaussian family: least squares."""

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from osolgil.regression.families.family import Likelihood


@dataclass(frozen=True, repr=False)
class Gaussian(Likelihood):
    r"""Y ~ N(μ, σ²), μ = η: linear regression. −log f is (y − μ)²/2 at σ = 1, up to a constant.

    With ``link="log"``, μ = e^η: a curve that grows by factors, with errors of one size. Weights are inverse variances:
    Y ~ N(μ, σ²/w). The log-likelihood is taken at σ² = RSS/n, under the log link at RSS/(n − p).

    Source: Gauss 1809, *Theoria motus*; McCullagh & Nelder 1989, *Generalized Linear Models*, ch. 3.

    >>> float(Gaussian().negative_log_likelihood(1.0, 3.0))
    2.0
    """

    link: str = field(default="identity", kw_only=True)

    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    dispersed: ClassVar[bool] = True
    links: ClassVar[tuple[str, ...]] = ("identity", "log")
    convex_links: ClassVar[tuple[str, ...]] = ("identity",)

    @property
    def quadratic(self) -> bool:
        return self.link == "identity"

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        return 0.5 * (y - (eta if self.link == "identity" else jnp.exp(eta))) ** 2

    def variance(self, mean: np.ndarray) -> np.ndarray:
        return np.ones_like(mean)

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray((y - self.means(eta)) ** 2)

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        squares = float(mass @ self.deviances(eta, y)) / dispersion
        return -(len(y) * math.log(2 * math.pi * dispersion) + squares - float(np.log(mass).sum())) / 2

    def inner(self, y: np.ndarray) -> np.ndarray:
        return y if self.link == "identity" else np.maximum(y, 0.1 * np.mean(np.abs(y)))

"""Counts: Poisson and negative binomial regression."""

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.families.family import Likelihood, checked_number, whole
from osolgil.regression.links import above_zero


@dataclass(frozen=True, repr=False)
class Poisson(Likelihood):
    r"""Y counts what happens at a rate μ = g⁻¹(η), μ = e^η by default. −log f is e^η − yη + log y!.

    Links: log; sqrt, μ = η²; identity, μ = η. Where a count is above 0 the latter two need η > 0, and the loss is
    infinite elsewhere. Weights are repetitions.

    Source: McCullagh & Nelder 1989, *Generalized Linear Models*, ch. 6.

    >>> float(Poisson().negative_log_likelihood(0.0, 3.0))
    1.0
    """

    link: str = field(default="log", kw_only=True)

    name: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson"
    links: ClassVar[tuple[str, ...]] = ("log", "sqrt", "identity")
    convex_links: ClassVar[tuple[str, ...]] = ("log", "sqrt", "identity")
    repeated: ClassVar[bool] = True
    targets: ClassVar[str] = "a count: 0, 1, 2, ..."

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        if self.link == "log":
            return jnp.exp(eta) - y * eta
        if self.link == "sqrt":
            return jnp.where(jnp.asarray(y) > 0, above_zero(eta, lambda x: x**2 - 2 * y * jnp.log(x), jnp.inf), eta**2)
        return above_zero(eta, lambda x: x - y * jnp.log(x), jnp.inf)

    def variance(self, mean: np.ndarray) -> np.ndarray:
        return mean

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        from scipy import special

        return np.asarray(2 * special.kl_div(y, self.means(eta)))

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        from scipy.special import gammaln

        return -float(mass @ (differentiated_rows(self, eta, y)[0] + gammaln(y + 1)))

    def accepts(self, y: np.ndarray) -> np.ndarray:
        return whole(y)

    def inner(self, y: np.ndarray) -> np.ndarray:
        return (y + np.mean(y)) / 2

    def sides(self, y: np.ndarray) -> np.ndarray:
        # With the other links a zero pulls to where η stands for no mean, not for ever.
        return np.where(y > 0, 0.0, -1.0) if self.link == "log" else np.zeros(len(y))


@dataclass(frozen=True, repr=False)
class NegativeBinomial(Likelihood):
    r"""Counts that scatter more than Poisson's: mean μ = e^η, variance μ + αμ². The α is given, not estimated.

    .. math:: -\log f = (y + 1/\alpha) \log(1 + \alpha \mu) - y \log(\alpha \mu)
                        - \log \frac{\Gamma(y + 1/\alpha)}{\Gamma(1/\alpha) \, y!}

    It is convex in η. Weights are repetitions.

    Source: Lawless 1987, *Negative binomial and mixed Poisson regression*; Hilbe 2011, *Negative Binomial Regression*,
    "NB2".

    Attributes:
        alpha: α > 0.

    >>> NegativeBinomial(0.5), round(float(NegativeBinomial().negative_log_likelihood(0.0, 0.0)), 4)
    (NegativeBinomial(alpha=0.5), 0.6931)
    """

    link: str = field(default="log", kw_only=True)
    alpha: float = 1.0

    name: ClassVar[str] = "negative_binomial"
    title: ClassVar[str] = "negative binomial"
    links: ClassVar[tuple[str, ...]] = ("log",)
    convex_links: ClassVar[tuple[str, ...]] = ("log",)
    repeated: ClassVar[bool] = True
    targets: ClassVar[str] = "a count: 0, 1, 2, ..."

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_number(self, "alpha")

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        return (y + 1 / self.alpha) * jnp.logaddexp(0.0, eta + math.log(self.alpha)) - y * eta

    def variance(self, mean: np.ndarray) -> np.ndarray:
        return np.asarray(mean + self.alpha * mean**2)

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        from scipy import special

        mean = self.means(eta)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(y > 0, y / mean, 1.0)
        shrunk = np.log1p(self.alpha * y) - np.log1p(self.alpha * mean)
        return np.asarray(2 * (special.xlogy(y, ratio) - (y + 1 / self.alpha) * shrunk))

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        from scipy.special import gammaln

        inverse = 1 / self.alpha
        ways = gammaln(y + inverse) - gammaln(inverse) - gammaln(y + 1) + y * math.log(self.alpha)
        return float(mass @ (ways - differentiated_rows(self, eta, y)[0]))

    def accepts(self, y: np.ndarray) -> np.ndarray:
        return whole(y)

    def inner(self, y: np.ndarray) -> np.ndarray:
        return (y + np.mean(y)) / 2

    def sides(self, y: np.ndarray) -> np.ndarray:
        return np.where(y > 0, 0.0, -1.0)

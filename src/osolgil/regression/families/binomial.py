"""Yes or no, and shares of yes: logit, probit and complementary log-log regression."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.regression.derivatives import differentiated_rows
from osolgil.regression.families.family import Family, Likelihood

EDGE = float(np.finfo(np.float64).eps)
"""Both classes occur, but weights can be so unequal that their mean rounds to 0 or 1."""


@jax.custom_jvp
def mills(eta: Any) -> Any:
    """φ(η)/Φ(η) of the standard normal distribution, the slope of log Φ: all digits in both tails."""
    return jnp.sqrt(2 / jnp.pi).astype(eta.dtype) / jax.scipy.special.erfcx(-eta * jnp.sqrt(0.5).astype(eta.dtype))


@mills.defjvp
def mills_slope(primals: Any, tangents: Any) -> Any:
    """−m(η + m), which for η → −∞ comes to −1: of differentiated quotients as large as η² no digits would be left."""
    (eta,), (moved,) = primals, tangents
    ratio = mills(eta)
    return ratio, -ratio * (eta + ratio) * moved


@jax.custom_jvp
def log_phi(eta: Any) -> Any:
    """log Φ(η), with Φ of the standard normal distribution: all digits of it and of its slope in both tails."""
    root = jnp.sqrt(0.5).astype(eta.dtype)
    low, high = jnp.minimum(eta, -1.0), jnp.maximum(eta, -1.0)
    tail = -0.5 * low**2 + jnp.log(0.5 * jax.scipy.special.erfcx(-low * root))
    return jnp.where(eta < -1.0, tail, jnp.log1p(-0.5 * jax.scipy.special.erfc(high * root)))


@log_phi.defjvp
def log_phi_slope(primals: Any, tangents: Any) -> Any:
    """φ/Φ."""
    (eta,), (moved,) = primals, tangents
    return log_phi(eta), mills(eta) * moved


@jax.custom_jvp
def hazard(eta: Any) -> Any:
    """u/(e^u − 1) with u = e^η, the slope of log(1 − exp(−e^η))."""
    # Above η = 7 it is 0 to 475 places, and e^η could overflow.
    u = jnp.exp(jnp.minimum(eta, 7.0))
    return u / jnp.expm1(u)


@hazard.defjvp
def hazard_slope(primals: Any, tangents: Any) -> Any:
    """k(1 − u − k), by its series where u is small and that would cancel."""
    (eta,), (moved,) = primals, tangents
    ratio, u = hazard(eta), jnp.exp(jnp.minimum(eta, 7.0))
    few = jnp.minimum(u, 0.1)
    series = -few * (1 / 2 + few * (1 / 12 - few**2 * (1 / 720 - few**2 / 30240)))
    return ratio, ratio * jnp.where(u < 0.1, series, 1 - u - ratio) * moved


@jax.custom_jvp
def log_cloglog(eta: Any) -> Any:
    """log(1 − exp(−e^η)), from the side where nothing cancels."""
    u = jnp.exp(jnp.minimum(eta, 7.0))
    small = u < 0.6931
    return jnp.where(
        small, jnp.log(-jnp.expm1(-jnp.where(small, u, 0.5))), jnp.log1p(-jnp.exp(-jnp.where(small, 1.0, u)))
    )


@log_cloglog.defjvp
def log_cloglog_slope(primals: Any, tangents: Any) -> Any:
    """u/(e^u − 1)."""
    (eta,), (moved,) = primals, tangents
    return log_cloglog(eta), hazard(eta) * moved


@dataclass(frozen=True, repr=False)
class Binomial(Likelihood):
    r"""wY successes of w trials, each with probability p = g⁻¹(η): Y is the share of successes, `weights` the trials.

    .. math:: -\log f = w \, (-y \log p - (1 - y) \log(1 - p)) - \log \binom{w}{wy}

    Links: logit, log(p/(1 − p)); probit, Φ⁻¹(p); cloglog, log(−log(1 − p)). All are convex in η (Pratt 1981), and
    written such that neither tail overflows or cancels.

    Source: McCullagh & Nelder 1989, *Generalized Linear Models*, ch. 4; Pratt 1981, *Concavity of the log likelihood*.

    >>> float(Binomial().negative_log_likelihood(-1000.0, 1.0))
    1000.0
    """

    link: str = field(default="logit", kw_only=True)

    name: ClassVar[str] = "binomial"
    title: ClassVar[str] = "binomial"
    links: ClassVar[tuple[str, ...]] = ("logit", "probit", "cloglog")
    convex_links: ClassVar[tuple[str, ...]] = ("logit", "probit", "cloglog")
    targets: ClassVar[str] = "a share between 0 and 1, with the number of trials as its weight"

    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        if self.link == "logit":
            # The only form that neither overflows nor loses the tail: log p itself is −∞ from η = −745 on.
            return jnp.logaddexp(0.0, eta) - y * eta
        eta, y = jnp.asarray(eta), jnp.asarray(y)
        if self.link == "probit":
            return -y * log_phi(eta) - (1 - y) * log_phi(-eta)
        # −log(1 − p) is e^η. Where y = 1 an e^η of ∞ must not be met.
        some = y < 1
        misses = jnp.where(some, (1 - y) * jnp.exp(jnp.where(some, eta, 0.0)), 0.0)
        return misses - y * log_cloglog(eta)

    def variance(self, mean: np.ndarray) -> np.ndarray:
        return np.asarray(mean * (1 - mean))

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        from scipy import special

        best = special.entr(y) + special.entr(1 - y)
        return np.asarray(2 * (differentiated_rows(self, eta, y)[0] - best))

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        from scipy.special import gammaln

        ways = gammaln(mass + 1) - gammaln(mass * y + 1) - gammaln(mass * (1 - y) + 1)
        return float(ways.sum() - mass @ differentiated_rows(self, eta, y)[0])

    def accepts(self, y: np.ndarray) -> np.ndarray:
        return np.asarray((y >= 0) & (y <= 1))

    def centre(self, y: np.ndarray, mass: np.ndarray) -> float:
        return float(np.clip(np.average(y, weights=mass), EDGE, 1 - EDGE))

    def inner(self, y: np.ndarray) -> np.ndarray:
        return np.asarray(0.25 + 0.5 * y)

    def sides(self, y: np.ndarray) -> np.ndarray:
        return np.where(y >= 1, 1.0, np.where(y <= 0, -1.0, 0.0))


@dataclass(frozen=True, repr=False)
class Bernoulli(Binomial):
    r"""Y is 1 with probability p = g⁻¹(η), else 0: logistic regression by default. −log f is log(1 + e^η) − yη.

    With ``link="probit"`` p = Φ(η), with ``link="cloglog"`` p = 1 − exp(−e^η). Weights are repetitions.

    >>> float(Bernoulli().negative_log_likelihood(-1000.0, 1.0))
    1000.0
    """

    name: ClassVar[str] = "bernoulli"
    title: ClassVar[str] = "Bernoulli"
    binary: ClassVar[bool] = True
    repeated: ClassVar[bool] = True
    targets: ClassVar[str] = "0 or 1"

    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray(2 * differentiated_rows(self, eta, y)[0])

    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        return -float(mass @ differentiated_rows(self, eta, y)[0])

    def accepts(self, y: np.ndarray) -> np.ndarray:
        return np.asarray((y == 0) | (y == 1))


@dataclass(frozen=True, repr=False)
class SquaredErrorLogistic(Family):
    """(y − p)²/2 with p = 1/(1 + e^−η): for teaching. It is not convex in η, and no likelihood: it has no inference.

    Its slope (p − y)p(1 − p) vanishes where the answer is most wrong, so descent stalls there.

    >>> print(f"{jax.grad(SquaredErrorLogistic().loss)(-20.0, 1.0):.3g}")  # surely wrong, and flat
    -2.06e-09
    """

    link: str = field(default="logit", kw_only=True)

    name: ClassVar[str] = "squared_error_logistic"
    title: ClassVar[str] = "squared error through the logistic function"
    binary: ClassVar[bool] = True
    links: ClassVar[tuple[str, ...]] = ("logit",)
    instead: ClassVar[str] = "bernoulli"
    targets: ClassVar[str] = "0 or 1"

    def loss(self, eta: Any, y: Any) -> Any:
        return 0.5 * (y - jax.nn.sigmoid(eta)) ** 2

    def accepts(self, y: np.ndarray) -> np.ndarray:
        return np.asarray((y == 0) | (y == 1))

    def centre(self, y: np.ndarray, mass: np.ndarray) -> float:
        return float(np.clip(np.average(y, weights=mass), EDGE, 1 - EDGE))

    def sides(self, y: np.ndarray) -> np.ndarray:
        return np.where(y >= 1, 1.0, -1.0)

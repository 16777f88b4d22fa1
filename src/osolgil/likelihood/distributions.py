"""The distributions of a first course, one formula each."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, xlog1py, xlogy

from osolgil.likelihood.distribution import Boundary, Distribution, Parameter, Rational, extreme, whole
from osolgil.likelihood.domains import POSITIVE, REAL, UNIT
from osolgil.protocol.words import counted

P = Parameter("p", UNIT, "the probability of success", "p")


@dataclass(frozen=True)
class Binomial(Distribution, Rational):
    """The number of successes in a known number of trials: f(y; p) = C(m, y) pʸ (1 − p)^(m − y), y = 0, ..., m.

    Attributes:
        trials: m, the same in every row.

    >>> Binomial(5).exact(Fraction(3, 4), 2)
    Fraction(45, 512)
    """

    name: ClassVar[str] = "binomial"
    title: ClassVar[str] = "Binomial"
    discrete: ClassVar[bool] = True

    trials: int

    def __post_init__(self) -> None:
        if isinstance(self.trials, bool) or not isinstance(self.trials, int | np.integer) or self.trials < 1:
            raise ValueError(f"trials={self.trials!r} must be a whole number of trials, at least 1.")

    @property
    def support(self) -> str:  # type: ignore[override]
        return f"the whole numbers 0, 1, ..., {self.trials}"

    @property
    def described(self) -> str:
        return f"Binomial, {counted(int(self.trials), 'trial')} a row"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (P,)

    def log_density(self, theta: Any, y: Any) -> Any:
        m, p = float(self.trials), theta[0]
        ways = gammaln(m + 1) - gammaln(y + 1) - gammaln(m - y + 1)
        return ways + xlogy(y, p) + xlog1py(m - y, -p)

    def exact(self, theta: Fraction, y: int) -> Fraction:
        return math.comb(self.trials, y) * theta**y * (1 - theta) ** (self.trials - y)

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(range(self.trials + 1))

    def holds(self, y: np.ndarray) -> np.ndarray:
        return whole(y) & (y >= 0) & (y <= self.trials)

    def start(self, y: np.ndarray) -> np.ndarray:
        return np.array([(y.min() + y.max() + 1) / (2 * self.trials + 2)])

    def boundary(self, y: np.ndarray) -> Boundary | None:
        return extreme(y, self.trials, "success", 0.0, 1.0)


@dataclass(frozen=True)
class Bernoulli(Distribution, Rational):
    """Success (1) or not (0): f(y; p) = pʸ (1 − p)^(1 − y)."""

    name: ClassVar[str] = "bernoulli"
    title: ClassVar[str] = "Bernoulli"
    support: ClassVar[str] = "0 and 1"
    discrete: ClassVar[bool] = True

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (P,)

    def log_density(self, theta: Any, y: Any) -> Any:
        return xlogy(y, theta[0]) + xlog1py(1 - y, -theta[0])

    def exact(self, theta: Fraction, y: int) -> Fraction:
        return theta if y else 1 - theta

    @property
    def values(self) -> tuple[int, ...]:
        return (0, 1)

    def holds(self, y: np.ndarray) -> np.ndarray:
        return np.asarray((y == 0) | (y == 1))

    def start(self, y: np.ndarray) -> np.ndarray:
        return np.array([0.5])

    def boundary(self, y: np.ndarray) -> Boundary | None:
        return extreme(y, 1, "success", 0.0, 1.0)


@dataclass(frozen=True)
class Geometric(Distribution, Rational):
    """The number of trials until the first success: f(k; p) = (1 − p)^(k − 1) p, k = 1, 2, ....

    (Some books count the failures before it instead, which is k − 1.)
    """

    name: ClassVar[str] = "geometric"
    title: ClassVar[str] = "Geometric"
    support: ClassVar[str] = "the whole numbers 1, 2, ... (trials until the first success)"
    discrete: ClassVar[bool] = True

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (P,)

    def log_density(self, theta: Any, y: Any) -> Any:
        return xlog1py(y - 1, -theta[0]) + jnp.log(theta[0])

    def exact(self, theta: Fraction, y: int) -> Fraction:
        return (1 - theta) ** (y - 1) * theta

    def holds(self, y: np.ndarray) -> np.ndarray:
        return whole(y) & (y >= 1)

    def start(self, y: np.ndarray) -> np.ndarray:
        return np.array([1 / (1 + middle(y))])

    def boundary(self, y: np.ndarray) -> Boundary | None:
        if (y == 1).all():
            return Boundary((1.0,), f"every first trial succeeds in {counted(len(y), 'row')}")
        return None


@dataclass(frozen=True)
class Poisson(Distribution):
    """The number of events: f(y; λ) = λʸ e^−λ / y!, y = 0, 1, 2, ...."""

    name: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson"
    support: ClassVar[str] = "the whole numbers 0, 1, 2, ..."
    discrete: ClassVar[bool] = True

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (Parameter("rate", POSITIVE, "the expected number of events", "λ"),)

    def log_density(self, theta: Any, y: Any) -> Any:
        return xlogy(y, theta[0]) - theta[0] - gammaln(y + 1)

    def holds(self, y: np.ndarray) -> np.ndarray:
        return whole(y) & (y >= 0)

    def start(self, y: np.ndarray) -> np.ndarray:
        return np.array([middle(y)])

    def boundary(self, y: np.ndarray) -> Boundary | None:
        return None if y.any() else Boundary((0.0,), f"there is no event in {counted(len(y), 'row')}")


@dataclass(frozen=True)
class Exponential(Distribution):
    """A waiting time: f(y; λ) = λ e^−λy, y ≥ 0; λ is the rate, and 1/λ the mean."""

    name: ClassVar[str] = "exponential"
    title: ClassVar[str] = "Exponential"
    support: ClassVar[str] = "the numbers from 0 on"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (Parameter("rate", POSITIVE, "one over the mean", "λ"),)

    def log_density(self, theta: Any, y: Any) -> Any:
        return jnp.log(theta[0]) - theta[0] * y

    def holds(self, y: np.ndarray) -> np.ndarray:
        return np.asarray(y >= 0)

    def start(self, y: np.ndarray) -> np.ndarray:
        return np.array([1 / middle(y)])

    def boundary(self, y: np.ndarray) -> Boundary | None:
        if not y.any():
            raise ValueError(
                "The likelihood has no maximum: every waiting time is 0, so it grows without bound with the rate; "
                "measure times more finely."
            )
        return None


@dataclass(frozen=True)
class Normal(Distribution):
    """f(y; μ, σ) = exp(−((y − μ)/σ)²/2) / (σ√(2π)); the estimate of σ divides by the number of rows.

    Attributes:
        sigma: σ where it is known; None estimates it beside μ.
    """

    name: ClassVar[str] = "normal"
    title: ClassVar[str] = "Normal"
    support: ClassVar[str] = "the finite numbers"

    sigma: float | None = None

    def __post_init__(self) -> None:
        if self.sigma is not None and not (np.isfinite(self.sigma) and self.sigma > 0):
            raise ValueError(f"sigma={self.sigma!r} must be a positive number, or None to estimate it.")

    @property
    def described(self) -> str:
        return "Normal" if self.sigma is None else f"Normal, σ = {self.sigma:g} known"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        location = Parameter("mu", REAL, "the mean", "μ")
        if self.sigma is not None:
            return (location,)
        return (location, Parameter("sigma", POSITIVE, "the standard deviation", "σ"))

    def log_density(self, theta: Any, y: Any) -> Any:
        sigma = theta[1] if self.sigma is None else self.sigma
        return -0.5 * ((y - theta[0]) / sigma) ** 2 - jnp.log(sigma) - 0.5 * math.log(2 * math.pi)

    def holds(self, y: np.ndarray) -> np.ndarray:
        return np.ones(y.shape, dtype=bool)

    def center(self, y: np.ndarray) -> float:
        return float(y.min() + np.ptp(y) / 2)

    def start(self, y: np.ndarray) -> np.ndarray:
        center = self.center(y)
        return np.array([center] if self.sigma is not None else [center, float(np.ptp(y)) / 2])

    def unit(self, start: np.ndarray) -> np.ndarray:
        # μ is walked in standard deviations: what a slope of 1e-10 means must not depend on the data's unit.
        return np.array([self.sigma]) if self.sigma is not None else np.array([start[1], 1.0])

    def boundary(self, y: np.ndarray) -> Boundary | None:
        if self.sigma is None and np.ptp(y) == 0:
            raise ValueError(
                f"The likelihood has no maximum: {counted(len(y), 'row')} of one value, {y[0]:g}, let it grow without "
                "bound as σ goes to 0; give more data, or the known sigma."
            )
        return None


def middle(y: np.ndarray) -> float:
    """A rough size of values that are not negative: positive, whatever they are."""
    return float(y.max()) / 2 or 1.0


KINDS: dict[str, type[Distribution]] = {
    kind.name: kind for kind in (Binomial, Bernoulli, Normal, Poisson, Exponential, Geometric)
}
"""Every distribution by its name."""

ALIASES = {"gaussian": "normal", "gauss": "normal"}
"""Other names that people use."""


def named(name: str, trials: int | None = None, sigma: float | None = None) -> Distribution:
    """The distribution of this name.

    Raises:
        ValueError: there is none, or what it has to know is missing or too much.

    >>> named("binomial", trials=5)
    Binomial(trials=5)
    """
    plain = name.strip().lower()
    plain = ALIASES.get(plain, plain)
    if plain not in KINDS:
        raise ValueError(f"There is no distribution named {name!r}; choose one of {', '.join(KINDS)}.")
    if trials is not None and plain != "binomial":
        raise ValueError(f"trials={trials} is for the binomial distribution; {plain} has none.")
    if sigma is not None and plain != "normal":
        raise ValueError(f"sigma={sigma} is for the normal distribution; {plain} has none.")
    if plain == "binomial":
        if trials is None:
            raise ValueError("The binomial distribution needs the number of trials, such as trials=5.")
        return Binomial(trials)
    return Normal(sigma) if plain == "normal" else KINDS[plain]()

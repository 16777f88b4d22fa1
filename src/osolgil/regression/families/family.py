"""What a family is."""

import abc
import math
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from osolgil.regression.derivatives import differentiated_means
from osolgil.regression.links import LINKS


@dataclass(frozen=True, repr=False)
class Family(abc.ABC):
    """What is assumed of a row's target. A family has no data: it is part of a program's structure.

    η is the linear predictor of a row, y its target; `loss` and `mean` take arrays of one shape, written with JAX's
    functions.

    Attributes:
        link: how the mean hangs on the linear predictor, by name.
    """

    link: str = field(default="identity", kw_only=True)

    name: ClassVar[str]
    """What people type."""

    title: ClassVar[str]
    """What tables show."""

    binary: ClassVar[bool] = False
    """Whether targets are 0 or 1."""

    links: ClassVar[tuple[str, ...]] = ("identity",)
    """The links it may have, the default first."""

    convex_links: ClassVar[tuple[str, ...]] = ()
    """The links for which the loss is convex in η, so that a critical point is a minimum."""

    targets: ClassVar[str] = "a number"
    """What a target is, in words."""

    instead: ClassVar[str] = "gaussian"
    """The likelihood to use where inference is wanted, of a family that is none."""

    def __post_init__(self) -> None:
        if self.link not in self.links:
            raise ValueError(
                f"link={self.link!r} is none of the {self.title} family; choose one of "
                f"{', '.join(map(repr, self.links))}."
            )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.settings.items())})"

    @property
    def settings(self) -> dict[str, Any]:
        """What differs from the defaults, by name."""
        found = {part.name: getattr(self, part.name) for part in fields(self)}
        return {part.name: found[part.name] for part in fields(self) if found[part.name] != part.default}

    @property
    def shown(self) -> str:
        """The title, with the link and the settings where they are not the only ones."""
        parts = [f"{LINKS[self.link].formula} = η"] if len(self.links) > 1 and self.link != "identity" else []
        parts += [f"{part.name} = {getattr(self, part.name):g}" for part in fields(self) if part.name != "link"]
        # The logit and the identity go without saying where they always were.
        plain = self.link == self.links[0] and self.link in ("identity", "logit") and len(fields(self)) == 1
        return self.title if plain or not parts else f"{self.title}, {', '.join(parts)}"

    @property
    def convex(self) -> bool:
        """Whether the loss is convex in η, so that a critical point is a minimum."""
        return self.link in self.convex_links

    @property
    def quadratic(self) -> bool:
        """Whether the loss is (y − η)²/2, so that one QR factorization solves it."""
        return False

    @abc.abstractmethod
    def loss(self, eta: Any, y: Any) -> Any:
        """What is averaged over rows and minimized, one number a row; infinite where η stands for no mean."""

    def mean(self, eta: Any) -> Any:
        """The expected target, given the linear predictor; NaN where there is none."""
        return LINKS[self.link].mean(eta)

    def accepts(self, y: np.ndarray) -> np.ndarray:
        """Which targets the family can have, shape (rows,)."""
        return np.isfinite(y)

    def centre(self, y: np.ndarray, mass: np.ndarray) -> float:
        """The constant that is the best prediction of all targets: their weighted mean."""
        return float(np.average(y, weights=mass))

    def inner(self, y: np.ndarray) -> np.ndarray:
        """Means near the targets that the link can take, for a first guess."""
        return y

    def sides(self, y: np.ndarray) -> np.ndarray:
        """+1 where the loss falls for ever as η grows, −1 where it does as η falls, and 0 elsewhere, shape (rows,)."""
        return np.zeros(len(y))


@dataclass(frozen=True, repr=False)
class Likelihood(Family):
    """A family whose loss is a negative log-likelihood: its minimum is an estimate with a known uncertainty.

    Weights are repetitions of a row for the Bernoulli and for counts, trials for the binomial, and precisions where the
    family has a dispersion to estimate: Var Y = φV(μ)/w.
    """

    dispersed: ClassVar[bool] = False
    """Whether the family has a dispersion φ (σ² of the Gaussian) that is estimated after the coefficients."""

    repeated: ClassVar[bool] = False
    """Whether a row of weight w stands for w observations."""

    @abc.abstractmethod
    def negative_log_likelihood(self, eta: Any, y: Any) -> Any:
        """−log f(y | η) of each row, up to a constant that η has no part in; of a dispersed family at φ = 1."""

    def loss(self, eta: Any, y: Any) -> Any:
        return self.negative_log_likelihood(eta, y)

    @abc.abstractmethod
    def variance(self, mean: np.ndarray) -> np.ndarray:
        """V(μ): the variance of a target, of a dispersed family at φ = 1."""

    @abc.abstractmethod
    def deviances(self, eta: np.ndarray, y: np.ndarray) -> np.ndarray:
        """2·(log f(y | best mean) − log f(y | η)) of each row, of a dispersed family at φ = 1, shape (rows,)."""

    @abc.abstractmethod
    def log_likelihood(self, eta: np.ndarray, y: np.ndarray, mass: np.ndarray, dispersion: float) -> float:
        """The log-likelihood of all rows with every constant; rows of weight zero are not among them."""

    def count(self, mass: np.ndarray) -> float:
        """How many observations there are: rows of weight above zero, or the sum of their repetitions."""
        return float(mass.sum()) if self.repeated else float(np.count_nonzero(mass))

    def means(self, eta: np.ndarray) -> np.ndarray:
        """`mean` outside of programs, in float64, shape (rows,)."""
        return eta if self.link == "identity" else differentiated_means(self, eta)[0]


def checked_number(family: Family, name: str, lower: float = 0.0, upper: float = math.inf) -> None:
    """Refuse a setting that is no number between the limits, which are not reached.

    Raises:
        ValueError: it is not.
    """
    value = getattr(family, name)
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or not lower < value < upper:
        limits = f"above {lower:g}" if upper == math.inf else f"between {lower:g} and {upper:g}"
        raise ValueError(f"{name}={value!r} of the {family.title} must be a finite number {limits}.")
    object.__setattr__(family, name, float(value))


def whole(y: np.ndarray) -> np.ndarray:
    """Which numbers are counts: 0, 1, 2, ..."""
    return np.asarray(np.isfinite(y) & (y >= 0) & (y == np.round(y)))

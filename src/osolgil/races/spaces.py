"""Search spaces: declared before the race, the same for everybody, and hashed, so that nobody can change them after.

The same name has the same range in every space. The learning rate comes first and covers six decades at least; so a
rival cannot be given a range in which it does badly.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

Scale = Literal["log", "linear", "complement"]

DECADES = 6.0
"""How many a learning rate's range has at least."""

OUTER = 0.1
"""A winner in the outer tenth of a dimension says that the range is too narrow."""

GROWTH = 1 / 3
"""How much of its length a dimension is widened by, at the end where a winner lies; in whole decades."""

COLUMNS = 8
"""Sobol's sequence is drawn in so many dimensions, or as many as a space has: the first one is the same for all."""


class Edge(NamedTuple):
    """A winner in the outer tenth of a dimension.

    Attributes:
        dimension: its name.
        side: "low" or "high".
        value: of the winner.
    """

    dimension: str
    side: Literal["low", "high"]
    value: float


@dataclass(frozen=True)
class Dimension:
    """The range of one hyperparameter, and how it is covered.

    Attributes:
        name: of the hyperparameter.
        low: the least value tried.
        high: the greatest value tried.
        scale: "log": every decade alike; "complement": 1 − value on the log scale, for decays close to 1; "linear".
        least: what the hyperparameter may be at all; a range that begins there has no edge there.
        widened: how often the edge rule has widened it.

    Raises:
        ValueError: the range is empty, does not fit its scale, or is a learning rate's of fewer than six decades.

    >>> Dimension("momentum", 0.0, 0.999, "complement", least=0.0).at([0, 1 / 3, 2 / 3, 1]).round(4).tolist()
    [0.0, 0.9, 0.99, 0.999]
    """

    name: str
    low: float
    high: float
    scale: Scale = "log"
    least: float = -math.inf
    widened: int = 0

    def __post_init__(self) -> None:
        told = f"the range of {self.name}, [{self.low:g}, {self.high:g}],"
        if self.scale not in ("log", "linear", "complement"):
            raise ValueError(f"{self.name}: scale={self.scale!r} is not known; choose 'log', 'linear' or 'complement'.")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.least <= self.low < self.high):
            raise ValueError(f"{told} must be finite, not begin below {self.least:g}, and end above its beginning.")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"{told} must begin above 0 on the log scale; use scale='linear' to include 0.")
        if self.scale == "complement" and self.high >= 1:
            raise ValueError(f"{told} must end below 1 on the scale of 1 − {self.name}, such as at 0.999.")
        if self.name == "learning_rate":
            if self.scale != "log":
                raise ValueError(f"{told} is on the {self.scale} scale; a learning rate's must be 'log'.")
            if self.length < DECADES - 1e-9:
                raise ValueError(
                    f"{told} covers {self.length:.3g} decades; a learning rate is searched over {DECADES:g} at least, "
                    "so that no contestant depends on who chose the range."
                )

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends on the scale: log₁₀ of the value or of 1 − value, the beginning first."""
        return self._scaled(self.low), self._scaled(self.high)

    @property
    def length(self) -> float:
        """Of the range on its scale, in decades unless it is linear."""
        low, high = self.ends
        return abs(high - low)

    def at(self, u: Any) -> np.ndarray:
        """The values at these places, 0 the beginning of the range and 1 its end."""
        place = np.asarray(u, float)
        low, high = self.ends
        scaled = low + place * (high - low)
        inside = scaled if self.scale == "linear" else 10.0**scaled
        if self.scale == "complement":
            inside = 1 - inside
        return np.clip(np.where(place == 0, self.low, np.where(place == 1, self.high, inside)), self.low, self.high)

    def place(self, value: float) -> float:
        """Where a value lies, 0 at the beginning of the range and 1 at its end; outside of it below 0 or above 1."""
        low, high = self.ends
        return (self._scaled(value) - low) / (high - low)

    def edge(self, value: float) -> Edge | None:
        """The edge at which the value lies, if any. What a hyperparameter cannot go below is no edge."""
        place = self.place(value)
        if place <= OUTER and self.low > self.least:
            return Edge(self.name, "low", value)
        return Edge(self.name, "high", value) if place >= 1 - OUTER else None

    def wider(self, side: Literal["low", "high"]) -> "Dimension":
        """The dimension with a third of its length more at this side, and not below what is possible at all."""
        low, high = self.ends
        more = GROWTH * self.length if self.scale == "linear" else max(1.0, round(GROWTH * self.length))
        more = math.copysign(more, high - low)
        if side == "high":
            return replace(self, high=self._unscaled(high + more), widened=self.widened + 1)
        return replace(self, low=max(self._unscaled(low - more), self.least), widened=self.widened + 1)

    def contains(self, other: "Dimension") -> bool:
        """Whether every value of the other's range is in this one."""
        return self.low <= other.low and other.high <= self.high

    def _scaled(self, value: float) -> float:
        if self.scale == "linear":
            return value
        return math.log10(value if self.scale == "log" else 1 - value)

    def _unscaled(self, scaled: float) -> float:
        if self.scale == "linear":
            return scaled
        # powers of ten come out as people write them: 0.9999, and not 0.9999000000000001
        value = 10.0**scaled if self.scale == "log" else 1 - 10.0**scaled
        return float(f"{value:.12g}")


@dataclass(frozen=True)
class Space:
    """What is searched for one method: its dimensions, in the order of Sobol's columns.

    Attributes:
        dimensions: one for each hyperparameter that is tuned.
        version: of the declaration that they come from.

    Raises:
        ValueError: a name is there twice, or the learning rate is not the first.
    """

    dimensions: tuple[Dimension, ...]
    version: str

    def __post_init__(self) -> None:
        names = self.names
        if len(set(names)) < len(names):
            raise ValueError(f"the space {names} names a dimension twice; each hyperparameter has one range.")
        if "learning_rate" in names[1:]:
            raise ValueError(
                f"the space {names} must begin with learning_rate: its trials are the same in every space."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Of the hyperparameters."""
        return tuple(dimension.name for dimension in self.dimensions)

    def __getitem__(self, name: str) -> Dimension:
        return dict(zip(self.names, self.dimensions, strict=True))[name]

    def json(self) -> str:
        """The space as canonical JSON: sorted keys, no blanks, numbers as Python writes them, −∞ as null."""
        return canonical(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The space as plain data."""
        return {"version": self.version, "dimensions": [_plain(dimension) for dimension in self.dimensions]}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Space":
        """The space of `as_dict`."""
        dimensions = (
            Dimension(**{**found, "least": -math.inf if found["least"] is None else found["least"]})
            for found in plain["dimensions"]
        )
        return cls(tuple(dimensions), plain["version"])

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
        return digest(self.as_dict())

    def places(self, trials: int = 24, seed: int = 0) -> np.ndarray:
        """Scrambled Sobol points in the unit cube, shape (trials, dimensions).

        The first k of n trials are the trials of k, and the first column, the learning rate's, is the same in every
        space of up to eight dimensions: all contestants try the same learning rates.

        Raises:
            ValueError: fewer than one trial.

        Source: Owen 1998, *Scrambling Sobol' and Niederreiter–Xing points*, J. Complexity 14.
        """
        from scipy.stats import qmc

        if trials < 1:
            raise ValueError(f"trials={trials!r} must be 1 or more.")
        columns = max(COLUMNS, len(self.dimensions))
        sequence = qmc.Sobol(columns, scramble=True, rng=np.random.default_rng(seed))
        # whole powers of two, because only they are balanced, and SciPy warns of all else
        points: np.ndarray = sequence.random_base2(max(trials - 1, 0).bit_length())
        return points[:trials, : len(self.dimensions)]

    def trials(self, trials: int = 24, seed: int = 0) -> list[dict[str, float]]:
        """The hyperparameters of every trial, see `places`."""
        columns = [
            dimension.at(column) for dimension, column in zip(self.dimensions, self.places(trials, seed).T, strict=True)
        ]
        return [dict(zip(self.names, map(float, row), strict=True)) for row in zip(*columns, strict=True)]

    def edges(self, settings: Mapping[str, float]) -> tuple[Edge, ...]:
        """In which dimensions these hyperparameters lie in the outer tenth."""
        found = (dimension.edge(settings[dimension.name]) for dimension in self.dimensions)
        return tuple(edge for edge in found if edge is not None)

    def holds(self, settings: Mapping[str, float]) -> bool:
        """Whether these hyperparameters are named by the space and lie within it."""
        return set(settings) == set(self.names) and all(
            dimension.low <= settings[dimension.name] <= dimension.high for dimension in self.dimensions
        )


class Widened(NamedTuple):
    """What the edge rule decides.

    Attributes:
        dimensions: the shared dimensions from now on, by name.
        reruns: the names that were widened: whoever has one of them is run again.
        flagged: edges of dimensions that had been widened before; they remain, and the verdict says so.
    """

    dimensions: dict[str, Dimension]
    reruns: frozenset[str]
    flagged: tuple[Edge, ...]


def edge_rule(dimensions: Mapping[str, Dimension], edges: Iterable[Edge]) -> Widened:
    """Widen once what winners lie at the edge of, for everybody; flag it the second time.

    Args:
        dimensions: shared by all contestants, by name.
        edges: of the winners of all contestants on all problems.
    """
    edges = sorted(set(edges))
    after = dict(dimensions)
    again = tuple(edge for edge in edges if dimensions[edge.dimension].widened)
    sides = {(edge.dimension, edge.side) for edge in edges if edge not in again}
    for name, side in sides:
        # winners at both ends are one widening, and each end moves as it would have moved alone
        wider = dimensions[name].wider(side)
        if side == "high":
            after[name] = replace(after[name], high=wider.high, widened=wider.widened)
        else:
            after[name] = replace(after[name], low=wider.low, widened=wider.widened)
    return Widened(after, frozenset(name for name, _ in sides), again)


def lean(places: np.ndarray, costs: np.ndarray, side: Literal["low", "high"]) -> float:
    r"""How likely the better trials would crowd to this side of a dimension if the dimension did not matter at all.

    Where a hyperparameter does not matter, the winner lies in one of the outer tenths every fifth time. If the range
    is too narrow, the winner is not alone there: of the best quarter of the trials (m, three at least), k lie in this
    half of the range, and of all n trials h do. Chance alone gives

    .. math:: P(K \ge k) = \sum_{j \ge k} \binom hj \binom{n-h}{m-j} / \binom nm

    Args:
        places: of the trials in the dimension, from 0 to 1, shape (n,).
        costs: of the trials, shape (n,).
        side: of the edge.
    """
    from scipy.stats import hypergeom

    best = np.argsort(costs, kind="stable")[: max(3, costs.size // 4)]
    here = places < 0.5 if side == "low" else places >= 0.5
    return float(hypergeom.sf(int(here[best].sum()) - 1, costs.size, int(here.sum()), best.size))


def canonical(plain: Any) -> str:
    """Plain data as JSON of which there is only one form.

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def digest(plain: Any) -> str:
    """SHA-256 of plain data, as canonical JSON."""
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def _plain(dimension: Dimension) -> dict[str, Any]:
    return {**asdict(dimension), "least": None if math.isinf(dimension.least) else dimension.least}

"""Convex sets: the search for two points of a set whose segment leaves it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.diagnosis.convexity import box_of, written

SHARES = np.linspace(0.0, 1.0, 12)[1:-1]
"""Where a segment is looked at."""


@dataclass(frozen=True, eq=False)
class ConvexSet:
    """What a search for a segment that leaves a set has found.

    Attributes:
        tries: how many segments were looked at.
        x, y: two points of the set, shape (n,), between which the set is left; None if none were found.
        share: λ.
        outside: λx + (1−λ)y, which is not in the set, shape (n,).
    """

    tries: int
    x: np.ndarray | None = None
    y: np.ndarray | None = None
    share: float | None = None
    outside: np.ndarray | None = None

    @property
    def violated(self) -> bool:
        """Whether the set is surely not convex. If not, nothing is proven."""
        return self.outside is not None

    def __str__(self) -> str:
        if self.outside is None:
            return f"No segment leaves the set in {self.tries:,} tries, which is no proof that it is convex."
        return (
            f"The set is not convex: x = {written(self.x)} and y = {written(self.y)} are in it, and "
            f"λx + (1−λ)y = {written(self.outside)} with λ = {self.share:.3g} is not."
        )

    __repr__ = __str__


def convex_set(contains: Callable[[np.ndarray], Any], region: Any, *, tries: int = 1000, seed: int = 0) -> ConvexSet:
    """Search a box for two points of a set whose segment leaves it.

    Args:
        contains: ``contains(x)`` says whether the point x, shape (n,), is in the set; called as it is.
        region: (low, high) of each coordinate, shape (n, 2).
        tries: how many segments.
        seed: of what is drawn.

    Raises:
        ValueError: the region is no box, or fewer than two of 10·tries points drawn from it are in the set.

    >>> print(convex_set(lambda x: 1 <= x @ x <= 4, [(-2, 2), (-2, 2)]).violated)  # a ring
    True
    """
    box, _ = box_of(None, region, None)
    random = np.random.default_rng(seed)
    members: list[np.ndarray] = []
    for _ in range(10 * tries):
        point = random.uniform(box[:, 0], box[:, 1])
        if contains(point):
            members.append(point)
            if len(members) == 2 * tries:
                break
    if len(members) < 2:
        raise ValueError(
            f"Of {10 * tries:,} points drawn from the region {len(members)} lie in the set; choose a smaller region."
        )
    pairs = list(zip(members[::2], members[1::2], strict=False))
    for x, y in pairs:
        for share in SHARES:
            point = share * x + (1 - share) * y
            if not contains(point):
                return ConvexSet(len(pairs), x, y, float(share), point)
    return ConvexSet(len(pairs))

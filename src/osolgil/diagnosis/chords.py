"""Chords over a box: drawn, laid along negative curvature, improved, and held against rounding."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jax import Array
from jax.lax import map as one_by_one

from osolgil.diagnosis.spectrum import lanczos
from osolgil.diagnosis.subject import Product, hessian_product
from osolgil.problems import Problem, as_problem
from osolgil.protocol import Layout, Needs, precision
from osolgil.protocol.programs import compiled

FLOAT64 = np.dtype(np.float64)

BLOCK = 1024
"""Points that one call of the compiled program evaluates: one program serves every phase of the search."""

UNNAMED = "the function"
"""What a function without a name of its own is called."""

HESSIANS_UP_TO = 300
"""Coordinates up to which whole Hessians are decomposed."""

FEW = 4
"""Points at which Lanczos' method looks for negative curvature, where there are more coordinates."""

SHORT = 10
"""Random chords are shortened by up to 2⁻¹⁰."""

SCALES = 2.0 ** -np.arange(0, 22, 1.5)
"""Lengths of the chords along negative curvature, as shares of what fits into the box."""

STEPS = (1e-7, 1e-8, 1e-9)
"""Distances, as shares of the box, over which a function that is smooth does not bend: what is seen there is noise."""

CERTAINTY = 10.0
"""A violation must be so many times the noise."""


def values(layout: Layout, problem: Problem, points: Array) -> Any:
    """f at each of some points, shape (BLOCK, n); gives (BLOCK,)."""
    return one_by_one(lambda x: problem.evaluate(x, Needs.VALUE, layout).value, points, batch_size=64)


def hessians(layout: Layout, problem: Problem, points: Array) -> Any:
    """∇²f at each of some points, shape (m, n); gives (m, n, n)."""
    everything = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN
    return one_by_one(lambda x: problem.evaluate(x, everything, layout).hessian, points)


@dataclass(frozen=True, eq=False)
class Objective:
    """A problem as a function of vectors, shape (n,), in the coordinates that people see; computed in float64."""

    problem: Problem
    layout: Layout

    @property
    def name(self) -> str:
        """What messages call it."""
        name = self.problem.name
        return UNNAMED if name in ("<lambda>", "") else name

    def outside(self, x: np.ndarray) -> Any:
        """A vector in the shape that the function takes."""
        return self.layout.unravel(np.array(x))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """f at each of some points, shape (m, n); gives (m,)."""
        inner = self.problem.inward(points)
        if not self.problem.traceable:
            with np.errstate(all="ignore"):
                return np.array([float(self.problem.evaluate(x, Needs.VALUE, self.layout).value) for x in inner])
        found = []
        with precision(FLOAT64):
            for first in range(0, len(inner), BLOCK):
                block = inner[first : first + BLOCK]
                filled = np.concatenate([block, np.broadcast_to(block[:1], (BLOCK - len(block), block.shape[1]))])
                program, _ = compiled(values, self.layout, (self.problem, filled))
                found.append(np.asarray(program(self.problem, filled))[: len(block)])
        return np.concatenate(found)

    @property
    def bends(self) -> bool:
        """Whether its curvature can be looked at."""
        return self.problem.traceable

    @property
    def dense(self) -> bool:
        """Whether whole Hessians are looked at; if not, products with them."""
        return self.layout.size <= HESSIANS_UP_TO and Needs.HESSIAN in self.problem.offers

    def lowest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The smallest eigenvalue of ∇²f at each point, shape (m,), and its eigenvector, shape (m, n); ∞ if not finite.

        By Lanczos' method where there are many coordinates: then it may lie lower still.
        """
        if self.dense:
            found = self.hessians(points)
            finite = np.isfinite(found).all(axis=(1, 2))
            values, vectors = np.linalg.eigh(np.where(finite[:, None, None], found, 0.0))
            return np.where(finite, values[:, 0], np.inf), vectors[:, :, 0]
        lowest, directions = np.full(len(points), np.inf), np.zeros_like(points)
        for i, x in enumerate(points):
            try:
                spectrum = lanczos(self.product(x), len(x))
            except ValueError:  # the Hessian is not finite there
                continue
            lowest[i], directions[i] = spectrum.smallest, spectrum.lowest
        return lowest, directions

    def product(self, x: np.ndarray) -> Product:
        """v ↦ ∇²f(x) v, shape (n,), in the coordinates that people see."""
        problem, at = self.problem, np.asarray(self.problem.inward(x))
        origin = problem.inward(np.zeros_like(x))

        def outer(v: np.ndarray) -> np.ndarray:
            direction = np.asarray(problem.inward(v) - origin)
            with precision(FLOAT64):
                program, _ = compiled(hessian_product, (self.layout, None), (problem, at, direction))
                return problem.outward_gradient(np.asarray(program(problem, at, direction)))

        return outer

    def hessians(self, points: np.ndarray) -> np.ndarray:
        """∇²f at each of some points, shape (m, n); gives (m, n, n)."""
        inner = self.problem.inward(points)
        with precision(FLOAT64):
            program, _ = compiled(hessians, self.layout, (self.problem, inner))
            found = np.asarray(program(self.problem, inner))
        # The coordinates are affine, x ↦ Ax + b, and ∇²(f ∘ A) = Aᵀ ∇²f A.
        n = points.shape[1]
        A = (self.problem.inward(np.eye(n)) - self.problem.inward(np.zeros((1, n)))).T
        return A.T @ found @ A


def objective_of(problem: Any, box: np.ndarray, like: Any) -> Objective:
    """Whatever a person hands over, as a function of vectors.

    Raises:
        ValueError: the box has another number of coordinates than the function.
        TypeError: JAX cannot trace the function.
    """
    layout = Layout.of(like)
    if layout.size != len(box):
        raise ValueError(f"The region has {len(box)} coordinates, and x has {layout.size}; say (low, high) for each.")
    found = as_problem(problem, like)
    with precision(FLOAT64):
        return Objective(found.prepared(FLOAT64), layout)


class Ends(NamedTuple):
    """Some chords: ends x and y, shape (m, n), shares λ, shape (m,), and f at the ends and in between, shape (m,)."""

    x: np.ndarray
    y: np.ndarray
    share: np.ndarray
    value_x: np.ndarray
    value_y: np.ndarray
    value: np.ndarray

    @property
    def between(self) -> np.ndarray:
        """λx + (1−λ)y, shape (m, n)."""
        return between(self.x, self.y, self.share)

    @property
    def excess(self) -> np.ndarray:
        """By how much f lies above each chord; NaN where f is not finite somewhere, shape (m,)."""
        with np.errstate(all="ignore"):
            found = self.value - (self.share * self.value_x + (1 - self.share) * self.value_y)
        return np.where(np.isfinite(found), found, np.nan)

    @property
    def rounding(self) -> np.ndarray:
        """What rounding the three values alone can make, shape (m,)."""
        with np.errstate(all="ignore"):
            size = np.abs(self.value) + self.share * np.abs(self.value_x) + (1 - self.share) * np.abs(self.value_y)
        return 8 * np.finfo(np.float64).eps * size

    @property
    def beyond(self) -> np.ndarray:
        """The excess beyond rounding, −∞ where there is none to judge, shape (m,)."""
        with np.errstate(all="ignore"):
            found = self.excess - self.rounding
        return np.where(np.isnan(found), -np.inf, found)

    def only(self, which: Any) -> "Ends":
        """Some of these chords."""
        return Ends(*(part[which] for part in self))

    def with_others(self, others: "Ends") -> "Ends":
        """These chords and others."""
        return Ends(*map(np.concatenate, zip(self, others, strict=True)))


def between(x: np.ndarray, y: np.ndarray, share: np.ndarray) -> np.ndarray:
    """λx + (1−λ)y."""
    return share[:, None] * x + (1 - share[:, None]) * y


@dataclass(frozen=True, eq=False)
class Chords:
    """The search.

    Attributes:
        objective: f.
        box: low and high of each coordinate, shape (n, 2).
        random: what draws.
    """

    objective: Objective
    box: np.ndarray
    random: np.random.Generator

    @property
    def width(self) -> np.ndarray:
        """Of the box in each coordinate, shape (n,)."""
        return self.box[:, 1] - self.box[:, 0]

    def points(self, count: int) -> np.ndarray:
        """Points of the box, uniform, shape (count, n)."""
        return self.box[:, 0] + self.width * self.random.random((count, len(self.box)))

    def inside(self, points: np.ndarray) -> np.ndarray:
        """Points, each moved to the nearest one of the box."""
        return np.clip(points, self.box[:, 0], self.box[:, 1])

    def evaluated(self, x: np.ndarray, y: np.ndarray, share: np.ndarray) -> Ends:
        """Chords with f at their ends and in between."""
        found = self.objective(np.concatenate([x, y, between(x, y, share)]))
        return Ends(x, y, share, *np.split(found, 3))

    def drawn(self, count: int) -> Ends:
        """Random chords: half of them between any two points, half of them shorter."""
        x, y = self.points(count), self.points(count)
        shorten = np.where(self.random.random(count) < 0.5, 1.0, 2.0 ** -(SHORT * self.random.random(count)))
        return self.evaluated(x, x + shorten[:, None] * (y - x), self.random.uniform(0.05, 0.95, count))

    def bent(self) -> tuple[float | None, np.ndarray | None, Ends | None]:
        """The smallest eigenvalue of a Hessian, where it was seen, and chords along the most negative ones."""
        if not self.objective.bends:
            return None, None, None
        n = len(self.box)
        count = int(np.clip(2**18 // n**2, 16, 256)) if self.objective.dense else FEW
        points = self.points(count)
        points[0] = self.box.mean(axis=1)
        lowest, directions = self.objective.lowest(points)
        for spread in (0.1, 0.02, 0.004) if self.objective.dense else (0.02,):
            # Around the lowest so far it may be lower still.
            near = points[np.argsort(lowest)[:8]]
            more = near[self.random.integers(len(near), size=count)] + spread * self.width * self.random.normal(
                size=(count, n)
            )
            more = self.inside(more)
            values, vectors = self.objective.lowest(more)
            points, lowest = np.concatenate([points, more]), np.concatenate([lowest, values])
            directions = np.concatenate([directions, vectors])
        order = np.argsort(lowest)
        if not np.isfinite(lowest[order[0]]):
            return None, None, None
        where = points[order[0]]
        negative = [i for i in order[:16] if lowest[i] < 0]
        if not negative:
            return float(lowest[order[0]]), where, None
        return float(lowest[order[0]]), where, self.along(points[negative], directions[negative])

    def along(self, centers: np.ndarray, directions: np.ndarray) -> Ends:
        """Chords through centers in given directions, of many lengths."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = (self.box.T[:, None, :] - centers) / directions
        ends = np.where(np.isnan(ends), np.inf, ends)
        ahead = np.where(ends > 0, ends, np.inf).min(axis=(0, 2))
        behind = np.where(ends < 0, -ends, np.inf).min(axis=(0, 2))
        reach = np.where(np.isfinite(ahead) & np.isfinite(behind), np.minimum(ahead, behind), 0.0)
        steps = (SCALES[:, None, None] * reach[:, None] * directions).reshape(-1, len(self.box))
        middle = np.tile(centers, (len(SCALES), 1))
        return self.evaluated(self.inside(middle - steps), self.inside(middle + steps), np.full(len(middle), 0.5))

    def best(self, chords: Ends) -> tuple[Ends, float] | None:
        """The chord that lies furthest below f beyond doubt, improved, and what counts as rounding there."""
        chords = chords.only(chords.beyond > 0)
        if not len(chords.share):
            return None
        # The furthest below of every length: roughness is judged beside the excess, and may rule out the long ones.
        length = np.linalg.norm((chords.x - chords.y) / self.width, axis=1)
        octave = np.floor(np.log2(np.maximum(length, 1e-300)))
        leaders = [max(np.flatnonzero(octave == k), key=lambda i: chords.excess[i]) for k in np.unique(octave)]
        chords = chords.only(np.array(leaders))
        doubt = self.doubt(chords)
        sure = np.flatnonzero(chords.excess > doubt)
        if not len(sure):
            return None
        first = sure[np.argmax(chords.excess[sure])]
        found = chords.only(slice(first, first + 1)), float(doubt[first])
        improved = self.improved(found[0])
        roughness = float(self.doubt(improved)[0])
        return (improved, roughness) if improved.excess[0] > roughness else found

    def improved(self, chord: Ends, rounds: int = 24) -> Ends:
        """A chord that lies further below f: its ends and λ are moved at random, less and less far."""
        best, n = chord, len(self.box)
        count = BLOCK // 3
        radius = 0.3
        for _ in range(rounds):
            moves = radius * self.random.normal(size=(2, count, n)) * self.width
            # Some move one end only, some stretch the chord.
            moves[0, ::4] = 0
            moves[1, 1::4] = 0
            stretch = radius * self.random.normal(size=(count, 1)) * (best.x - best.y)
            moves[0, 2::4], moves[1, 2::4] = stretch[2::4], -stretch[2::4]
            share = np.clip(best.share + radius * self.random.normal(size=count), 0.02, 0.98)
            tried = self.evaluated(self.inside(best.x + moves[0]), self.inside(best.y + moves[1]), share)
            i = int(np.argmax(tried.beyond))
            if tried.beyond[i] > best.beyond[0]:
                best = tried.only(slice(i, i + 1))
            radius *= 0.8
        return best

    def doubt(self, chords: Ends) -> np.ndarray:
        """What rounding can make of f around each chord, shape (m,).

        f is sampled on the chords, and anywhere in the box, at three points so close together that a smooth function
        is straight there: second differences are noise. (In a flat place an accumulated error may not show, hence the
        second look elsewhere, of which the median counts.) The point in between is rounded as well: what f makes of
        that is added.
        """
        each = 8
        at = self.random.random((len(chords.share), each))
        on = (at[:, :, None] * chords.x[:, None] + (1 - at[:, :, None]) * chords.y[:, None]).reshape(-1, len(self.box))
        here = self.roughness(on).reshape(len(chords.share), each).max(axis=1)
        there = float(np.median(self.roughness(self.points(64))))
        return chords.rounding + CERTAINTY * np.maximum(np.maximum(here, there), self.drift(chords))

    def drift(self, chords: Ends) -> np.ndarray:
        """How much f changes where the point between the ends moves by its rounding, shape (m,)."""
        each = 24  # so many signs at random do not all cancel, not even in two coordinates
        move = np.finfo(np.float64).eps * (np.abs(chords.x) + np.abs(chords.y))
        moves = move * self.random.choice([-1.0, 1.0], size=(each, *move.shape))
        found = self.objective((chords.between + moves).reshape(-1, len(self.box))).reshape(each, -1)
        with np.errstate(all="ignore"):
            changes = np.abs(found - chords.value)
        return np.max(np.where(np.isfinite(changes), changes, 0.0), axis=0)

    def roughness(self, centers: np.ndarray) -> np.ndarray:
        """The largest second difference of f over tiny distances at each center; 0 where f is not finite, (m,)."""
        largest = np.zeros(len(centers))
        for step in STEPS:
            move = step * self.width * self.random.choice([-1.0, 1.0], size=centers.shape)
            middle = np.clip(centers, self.box[:, 0] + np.abs(move), self.box[:, 1] - np.abs(move))
            ahead, behind, here = np.split(self.objective(np.concatenate([middle + move, middle - move, middle])), 3)
            with np.errstate(all="ignore"):
                second = np.abs(ahead + behind - 2 * here)
            largest = np.maximum(largest, np.where(np.isfinite(second), second, 0.0))
        return largest

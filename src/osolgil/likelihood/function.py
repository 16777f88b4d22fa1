"""The likelihood of given data as a function of the parameters: the whole of it, and its profiles."""

import math
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent import Result, Stop, minimize
from osolgil.likelihood.distribution import Distribution
from osolgil.methods import Newton
from osolgil.problems import FiniteSum
from osolgil.problems.finite_sum import shared_length
from osolgil.protocol import Needs, Status, precision, pytree, static
from osolgil.protocol.programs import compiled

EVERYTHING = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN

FLOAT64 = np.dtype(np.float64)


@pytree
class NegativeLogDensity:
    """−log f(row; θ) of each row, given the natural parameters θ, shape (k,)."""

    distribution: Distribution = static()

    @property
    def __name__(self) -> str:
        return f"the mean negative log-likelihood, {self.distribution.title}"

    def __call__(self, theta: Any, rows: Any) -> Any:
        return -self.distribution.log_density(theta, rows)


@pytree
class Walked:
    """The same, given coordinates in which a method may walk anywhere: θ = outward(origin + unit·u).

    Attributes:
        origin, unit: shape (k,), of the whole line that each domain is the image of.
        distribution: of the rows.
    """

    origin: Any
    unit: Any
    distribution: Distribution = static()

    @property
    def __name__(self) -> str:
        return f"the mean negative log-likelihood, {self.distribution.title}"

    def theta(self, u: Any) -> Any:
        """The natural parameters, shape (k,)."""
        line = self.origin + self.unit * u
        return jnp.stack([each.domain.outward(line[j]) for j, each in enumerate(self.distribution.parameters)])

    def __call__(self, u: Any, rows: Any) -> Any:
        return -self.distribution.log_density(self.theta(u), rows)


@pytree
class Held:
    """The same with one coordinate held: a function of the others, whose minimum is a point of the profile.

    Attributes:
        whole: the function of all coordinates.
        value: what the coordinate is held at.
        place: which coordinate.
    """

    whole: Walked
    value: Any
    place: int = static()

    @property
    def __name__(self) -> str:
        return f"{self.whole.__name__}, with one parameter held"

    def __call__(self, others: Any, rows: Any) -> Any:
        return self.whole(jnp.insert(others, self.place, self.value), rows)


def evaluation(needs: Needs, problem: FiniteSum, x: Any) -> Any:
    """What the problem says at x."""
    return problem.evaluate(x, needs)


def evaluated(problem: FiniteSum, x: Any, needs: Needs) -> Any:
    """The same, compiled."""
    with precision(FLOAT64):
        arguments = (problem, np.asarray(x, dtype=np.float64))
        program, _ = compiled(evaluation, needs, arguments)
        return program(*arguments)


def totals(setting: None, problem: FiniteSum, points: Any) -> Any:
    """Σ log f(row; θ) at each of some θ, shape (points, k); gives (points,).

    Not by `evaluate`: the rows that fill up weigh 0, and where a row is impossible 0·∞ is no number.
    """

    def total(theta: Any) -> Any:
        return -jnp.sum(jnp.where(problem.weights > 0, problem.loss(theta, problem.rows), 0.0))

    return jax.lax.map(total, points)


@dataclass(frozen=True, eq=False)
class LikelihoodFunction:
    """ℓ(θ) = Σ log f(row; θ) of given rows.

    Attributes:
        distribution: of the rows.
        count: how many rows there are.
        shift: what was subtracted from the rows, and is added to a θ before people see it, shape (k,).
        natural: −ℓ/rows as a problem in θ − shift.
        walked: −ℓ/rows as a problem in the coordinates u that methods walk in.
    """

    distribution: Distribution
    count: int
    shift: np.ndarray
    natural: FiniteSum
    walked: FiniteSum

    @classmethod
    def of(cls, distribution: Distribution, rows: Any) -> "LikelihoodFunction":
        """The likelihood function of these rows; its origin is the distribution's first guess."""
        shift = np.zeros(len(distribution.parameters))
        center = distribution.center(rows)
        if center:
            shift[0], rows = center, rows - center
        start = distribution.start(rows)
        line = [float(each.domain.inward(start[j])) for j, each in enumerate(distribution.parameters)]
        with precision(FLOAT64):
            walked = FiniteSum(Walked(np.array(line), distribution.unit(start), distribution), rows).prepared(FLOAT64)
            natural = replace(walked, loss=NegativeLogDensity(distribution))
        return cls(distribution, len(jax.tree.leaves(rows)[0]), shift, natural, walked)

    @property
    def size(self) -> int:
        """The number of parameters, k."""
        return len(self.distribution.parameters)

    def log_likelihood(self, theta: Any) -> float:
        """ℓ(θ); −∞ where the rows are impossible. θ may lie on the boundary of its domain."""
        return float(self.log_likelihoods(np.asarray(theta, dtype=np.float64)[None])[0])

    def log_likelihoods(self, thetas: np.ndarray) -> np.ndarray:
        """ℓ at each of some θ, shape (points, k); gives (points,)."""
        points = np.asarray(thetas, dtype=np.float64) - self.shift
        # A program for each number of points would be one for each picture.
        missing = shared_length(len(points)) - len(points)
        filled = np.concatenate([points, np.broadcast_to(points[:1], (missing, self.size))])
        with precision(FLOAT64):
            program, _ = compiled(totals, None, (self.natural, filled))
            return np.asarray(program(self.natural, filled))[: len(points)]

    def theta(self, u: Any) -> np.ndarray:
        """The natural parameters of walked coordinates, shape (k,)."""
        return np.array([self.natural_of(j, value) for j, value in enumerate(u)])

    def natural_of(self, place: int, u: float) -> float:
        """One natural parameter of its walked coordinate."""
        loss: Any = self.walked.loss
        with precision(FLOAT64):
            line = np.asarray(float(loss.origin[place]) + float(loss.unit[place]) * float(u))
            return float(self.distribution.parameters[place].domain.outward(line)) + float(self.shift[place])

    def inner(self, place: int, value: float) -> float:
        """The walked coordinate of one natural parameter."""
        loss: Any = self.walked.loss
        line = float(self.distribution.parameters[place].domain.inward(value - self.shift[place]))
        return (line - float(loss.origin[place])) / float(loss.unit[place])

    def maximized(self, method: Any, stop: Stop | None) -> tuple[np.ndarray, Result]:
        """Where the method found the maximum, in walked coordinates, and its run."""
        start = np.zeros(self.size)
        run = minimize(self.walked, start, method, stop=stop or self.precisely(start))
        return np.asarray(run.x), run

    def precisely(self, start: np.ndarray) -> Stop:
        """To rounding: the slope that counts as zero is a share of how fast slopes change, so in any unit of y."""
        bend = self.surroundings(start)[1] / self.count
        steepest = float(np.max(np.abs(bend))) if np.isfinite(bend).all() else 0.0
        return Stop(optimality=1e-10 * (steepest or 1.0), steps=200)

    def profile(self, place: int, u: float, others: np.ndarray) -> tuple[float, np.ndarray]:
        """The largest ℓ with one walked coordinate held at u, and where the other coordinates are there.

        Args:
            place: which coordinate is held.
            u: at what.
            others: where to begin, shape (k − 1,).

        Raises:
            RuntimeError: the descent in the other coordinates did not arrive.
        """
        if self.size == 1:
            return -self.count * float(evaluated(self.walked, np.array([u]), Needs.VALUE).value), others
        loss: Any = self.walked.loss
        problem = replace(self.walked, loss=Held(loss, np.float64(u), place))
        run = minimize(problem, others, Newton(), stop=Stop(optimality=1e-9, steps=200))
        # A line search that fails has used up the precision of the value, which is all that a profile needs.
        if not run.success and run.status is not Status.LINE_SEARCH_FAILED:
            name = self.distribution.names[place]
            raise RuntimeError(f"The profile of {name} at {self.natural_of(place, u):g} was not found: {run.message}")
        return -self.count * run.fun, np.asarray(run.x)

    def curve(self, place: int, values: np.ndarray, u: np.ndarray | None) -> np.ndarray:
        """ℓ over one natural parameter, maximized over the others, shape (points,).

        Args:
            place: which parameter.
            values: its values, shape (points,); with one parameter alone the ends of its domain are allowed.
            u: the maximum in walked coordinates, from which the others are followed; needed where there are others.
        """
        if u is None or self.size == 1:
            return self.log_likelihoods(np.asarray(values)[:, None])
        found = np.empty(len(values))
        walked = np.array([self.inner(place, value) for value in values])
        for side in (walked >= u[place], walked < u[place]):
            others = np.delete(u, place)
            # Outwards from the maximum, each point beginning where the one before it ended.
            for i in sorted(np.flatnonzero(side), key=lambda i: abs(walked[i] - u[place])):
                found[i], others = self.profile(place, walked[i], others)
        return found

    def surroundings(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The gradient and the Hessian of −ℓ in walked coordinates, shapes (k,) and (k, k)."""
        here = evaluated(self.walked, u, EVERYTHING)
        return self.count * np.asarray(here.gradient), self.count * np.asarray(here.hessian)

    def covariance(self, u: np.ndarray) -> tuple[np.ndarray | None, float]:
        """The inverse of the observed information −∂²ℓ/∂θ² at a maximum, shape (k, k), and how far that is.

        The distance is √(gᵀH⁻¹g): in standard errors, along the direction in which it is largest; where H is not
        positive definite there is no covariance, and the distance is infinite.
        """
        slope, bend = self.surroundings(u)
        if not np.isfinite(bend).all() or np.linalg.eigvalsh(bend)[0] <= 0:
            return None, math.inf
        loss: Any = self.walked.loss
        theta = self.theta(u) - self.shift
        # Where the slope is zero, second derivatives change their coordinates as a metric does: ∂u/∂θ on both sides.
        domains = [each.domain for each in self.distribution.parameters]
        stretch = np.array([float(d.slope(t)) for d, t in zip(domains, theta, strict=True)]) * np.asarray(loss.unit)
        inverse = np.linalg.inv(bend)
        return np.outer(stretch, stretch) * inverse, float(np.sqrt(max(slope @ inverse @ slope, 0.0)))

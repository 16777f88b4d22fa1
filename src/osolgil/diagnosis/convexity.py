"""Convexity: the search for a chord that lies below its function."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from osolgil.diagnosis.chords import UNNAMED, Chords, Ends, Objective, objective_of
from osolgil.problems.surfaces import Surface
from osolgil.protocol.findings import Finding
from osolgil.protocol.words import counted


@dataclass(frozen=True, eq=False)
class Chord:
    """A chord that lies below the function: f(λx + (1−λ)y) > λf(x) + (1−λ)f(y).

    Attributes:
        x, y: its ends, in the shape that the function takes.
        share: λ.
        between: λx + (1−λ)y.
        value_x, value_y: f at the ends.
        value: f in between.
        height: λf(x) + (1−λ)f(y), of the chord.
        excess: by how much the function lies above its chord.
        rounding: what rounding can make of f there; the excess is larger.
    """

    x: Any
    y: Any
    share: float
    between: Any
    value_x: float
    value_y: float
    value: float
    height: float
    excess: float
    rounding: float


@dataclass(frozen=True, eq=False)
class Convexity:
    """What a search for chords that violate convexity has found.

    Attributes:
        name: of the problem.
        region: low and high of each coordinate, shape (n, 2).
        tries: how many chords were drawn at random, beside those along negative curvature.
        chord: the chord that lies furthest below the function, of those found; None if there is none.
        curvature: the smallest eigenvalue of a Hessian that was seen; None where none was looked at.
        where: the point at which it was seen, in the shape that the function takes.
        unjudged: the share of the random chords on which f was not finite everywhere.
        objective: the function, on vectors of shape (n,).
    """

    name: str
    region: np.ndarray
    tries: int
    chord: Chord | None
    curvature: float | None
    where: Any
    unjudged: float
    objective: Objective

    @property
    def violated(self) -> bool:
        """Whether the function is surely not convex on the region. If not, nothing is proven."""
        return self.chord is not None

    @cached_property
    def finding(self) -> Finding:
        """The same in the language of findings, in English and in Korean."""
        if self.chord is not None:
            return self.violation(self.chord)
        return Finding(
            cause="no chord violates convexity",
            number=np.nan if self.curvature is None else self.curvature,
            evidence=f"no chord of {self.name} lies below it in {self.seen}",
            remedy="",
            trouble=False,
            korean=(
                f"{self.seen_ko} {in_korean(self.name)}보다 아래에 놓이는 현은 없었습니다(볼록하다는 증명은 아닙니다)",
                "",
            ),
        )

    def violation(self, found: Chord) -> Finding:
        """A chord as a finding."""
        x, y, z = (written(point) for point in (found.x, found.y, found.between))
        ends = f"x = {x}, y = {y}, λ = {found.share:.4g}"
        compared = f"f(λx + (1−λ)y) = {found.value:.6g} > {found.height:.6g} = λf(x) + (1−λ)f(y)"
        bend = "" if self.curvature is None else f"; the smallest eigenvalue of a Hessian seen is {self.curvature:.4g}"
        return Finding(
            cause="not convex",
            number=found.excess,
            evidence=f"{self.name} is not convex: with {ends}, {compared}, too high by {found.excess:.4g} at {z}{bend}",
            remedy="a minimum may be a local one, so start from several points",
            korean=(
                f"{in_korean(self.name)}는 볼록하지 않습니다. {ends}일 때 {compared}이므로, "
                f"{z}에서 현보다 {found.excess:.4g}만큼 높습니다",
                "최소점이 지역 최소점일 수 있으니 여러 출발점에서 시작하세요",
            ),
        )

    @property
    def seen(self) -> str:
        """How much was looked at."""
        tries = f"{self.tries:,} tries"
        if self.unjudged:
            tries += f" ({100 * self.unjudged:.3g} % met values that are not finite)"
        tries += ", which is no proof"
        if self.curvature is None:
            return f"{tries}; no Hessian was looked at"
        return f"{tries}; the smallest eigenvalue of a Hessian seen is {self.curvature:.4g}, at {written(self.where)}"

    @property
    def seen_ko(self) -> str:
        """The same in Korean."""
        tries = f"{self.tries:,}번 시도하는 동안"
        if self.curvature is None:
            return tries
        return f"{tries}(본 헤세 행렬의 최소 고윳값 {self.curvature:.4g}, 위치 {written(self.where)})"

    def text(self, language: str = "en") -> str:
        """The answer in words, "en" or "ko"."""
        return self.finding.text(language)

    def __str__(self) -> str:
        told = self.text()
        return f"{told[0].upper()}{told[1:]}." if told.startswith(("the ", "no ")) else f"{told}."

    __repr__ = __str__


def in_korean(name: str) -> str:
    """What a Korean sentence calls the function: always a word in 함수, so that the particle after it is known."""
    return "이 함수" if name == UNNAMED else f"{name} 함수"


def written(point: Any) -> str:
    """A point in few digits.

    >>> written(np.array([1.0, 0.25])), written(np.float64(2.0))
    ('(1, 0.25)', '2')
    """
    import jax

    numbers = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(point)])
    shown = [f"{value:.4g}" for value in numbers]
    if len(shown) == 1:
        return shown[0]
    return f"({', '.join(shown if len(shown) <= 6 else [*shown[:4], '...', shown[-1]])})"


def convexity(problem: Any, region: Any = None, *, like: Any = None, tries: int = 4096, seed: int = 0) -> Convexity:
    r"""Search a box for a chord that violates convexity.

    .. math:: f(\lambda x + (1 - \lambda) y) \le \lambda f(x) + (1 - \lambda) f(y)

    Chords are drawn at random, long and short, and laid along the directions of most negative curvature; the one that
    lies furthest below the function is then improved. A violation counts only if rounding cannot have made it: it must
    exceed what the size of the values allows, and ten times the roughness that f shows over distances of 1e-7 of the
    region and less.

    Args:
        problem: a problem, a surface, or a function of a vector (or of what `like` is).
        region: (low, high) of each coordinate, shape (n, 2), or one pair for all of them; a surface's window by
            default. For a function without `like`, one pair means that x is a number.
        like: any point of the shape that the function takes; needed where the region does not tell it.
        tries: how many random chords.
        seed: of what is drawn.

    Returns:
        a `Convexity`; it prints as a sentence. That nothing was found proves nothing.

    Raises:
        ValueError: the region is no box of finite size, or f is finite nowhere in it.

    >>> print(convexity(lambda x: x**4 - x**2, (-1.0, 1.0)).violated, convexity(lambda x: x**2, (-1.0, 1.0)).violated)
    True False
    """
    if isinstance(tries, bool) or not isinstance(tries, int | np.integer) or tries < 1:
        raise ValueError(f"tries={tries!r} must be a whole number, at least 1.")
    box, shape = box_of(problem, region, like)
    objective = objective_of(problem, box, shape)
    search = Chords(objective, box, np.random.default_rng(seed))
    drawn = search.drawn(int(tries))
    judged = np.isfinite(drawn.excess)
    if not judged.any():
        raise ValueError(f"{objective.name} is finite on no chord of this region; choose a smaller one.")
    bend, where, bent = search.bent()
    best = search.best(drawn if bent is None else drawn.with_others(bent))
    return Convexity(
        name=objective.name,
        region=box,
        tries=int(tries),
        chord=None if best is None else as_chord(objective, *best),
        curvature=bend,
        where=None if where is None else objective.outside(where),
        unjudged=float(1 - judged.mean()),
        objective=objective,
    )


def as_chord(objective: Objective, ends: Ends, rounding: float) -> Chord:
    """One chord, in the shape that the function takes."""
    share = float(ends.share[0])
    return Chord(
        x=objective.outside(ends.x[0]),
        y=objective.outside(ends.y[0]),
        share=share,
        between=objective.outside(ends.between[0]),
        value_x=float(ends.value_x[0]),
        value_y=float(ends.value_y[0]),
        value=float(ends.value[0]),
        height=float(share * ends.value_x[0] + (1 - share) * ends.value_y[0]),
        excess=float(ends.excess[0]),
        rounding=rounding,
    )


def box_of(problem: Any, region: Any, like: Any) -> tuple[np.ndarray, Any]:
    """The box, shape (n, 2), and a point of the shape that the function takes.

    Raises:
        ValueError: there is no box, or it has no inside.
    """
    start = getattr(problem, "start", None) if like is None else like
    if region is None:
        if not isinstance(problem, Surface):
            raise ValueError("region is missing: only surfaces bring one; say (low, high) for each coordinate.")
        sides = set(problem.window)
        if problem.n > len(problem.window) and len(sides) > 1:
            raise ValueError(f"{problem!r} has a window for two coordinates only; say the region of all {problem.n}.")
        region = problem.window if len(problem.window) == problem.n else problem.window[0]
    pairs = np.asarray(region, dtype=np.float64)
    if pairs.shape == (2,):
        start = np.float64(0.0) if start is None else start
        import jax

        n = sum(int(np.size(leaf)) for leaf in jax.tree.leaves(start))
        pairs = np.tile(pairs, (n, 1))
    elif pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"region has shape {pairs.shape}; it must be (low, high) for each coordinate, shape (n, 2).")
    bad = ~(np.isfinite(pairs).all(axis=1) & (pairs[:, 0] < pairs[:, 1]))
    if bad.any():
        j = int(np.argmax(bad))
        raise ValueError(
            f"The region of coordinate {j} is ({pairs[j, 0]:g}, {pairs[j, 1]:g}); it must be two finite numbers, the "
            f"lower one first. There are {counted(len(pairs), 'coordinate')}."
        )
    return pairs, np.zeros(len(pairs)) if start is None else start

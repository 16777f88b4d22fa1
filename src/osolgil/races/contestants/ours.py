"""Our own methods as contestants."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from osolgil.descent.setup import name_of
from osolgil.methods import METHODS, Method, Rule, canonical, check
from osolgil.protocol import Needs
from osolgil.races.contestants.arguments import plain
from osolgil.races.contestants.contestant import Contestant, Lane, Outcome
from osolgil.races.contestants.lanes import run_methods, with_settings
from osolgil.races.declared import DIMENSIONS, VERSION, named, tuned
from osolgil.races.manifest import layers_of
from osolgil.races.problem import RaceProblem
from osolgil.races.spaces import Dimension, Space


@dataclass(frozen=True, eq=False)
class Ours(Contestant):
    """A method of ours, as it is set up: what differs from its defaults was declared, and is not tuned.

    Attributes:
        name: that it races by.
        given: the method.

    >>> from osolgil.methods import Adam
    >>> almost = Ours("adam_almost", Adam(bias_correction=False))
    >>> almost.declared, almost.space("fully_tuned").names
    ({'bias_correction': False}, ('learning_rate', 'beta1', 'beta2', 'epsilon'))
    """

    name: str
    given: Method[Any]

    @property
    def innermost(self) -> Method[Any]:
        """The method inside of all transforms."""
        method = self.given
        while isinstance(getattr(method, "rule", None), Method):
            method = method.rule  # type: ignore[attr-defined]
        return method

    @property
    def method(self) -> str:  # type: ignore[override]
        return named(type(self.innermost))

    @property
    def declared(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        method: Any = self.given
        while isinstance(method, Method):
            inside = getattr(method, "rule", None)
            prefix = f"{type(method).__name__}." if isinstance(inside, Method) else ""
            found |= {f"{prefix}{name}": value for name, value in differing(method).items()}
            method = inside
        return found

    @property
    def layers(self) -> list[str]:
        return layers_of(self.given)

    def enters(self, division: str) -> bool:
        if not isinstance(self.given, Rule):
            return division == "self_tuning"
        if division == "self_tuning":
            return False
        return division == "defaults" or "learning_rate" in self.tuned(division)

    def tuned(self, division: str) -> tuple[str, ...]:
        """The hyperparameters that are searched for it."""
        by_hand = differing(self.innermost)
        return tuple(name for name in tuned(type(self.innermost), division) if name not in by_hand)

    def space(self, division: str, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> Space:
        return Space(tuple(dimensions[name] for name in self.tuned(division)), VERSION)

    def check(self, problem: RaceProblem) -> None:
        check(self.given)
        offers = problem.draw(0).problem.offers
        if not problem.traceable:
            raise ValueError(
                f"{self.name} races in lanes of one compiled program, which cannot look into {problem.name}; write it "
                "with jax.numpy."
            )
        if problem.batch_size is not None and not self.given.samples:
            raise ValueError(
                f"{self.name} compares values between points, which mini-batches of {problem.name} only estimate; "
                "leave one of the two out, or give the problem batch_size=None."
            )
        lacking = self.given.needs & ~offers
        if Needs.CONSTRAINTS in self.given.needs or lacking:
            raise ValueError(
                f"{name_of(self.given)} needs {', '.join(lacking.words) or 'constraints'}, which {problem.name} does "
                "not offer; leave one of the two out."
            )

    def run(self, problem: RaceProblem, lanes: Sequence[Lane], evaluations: int) -> list[Outcome]:
        methods = [with_settings(self.given, lane.settings) for lane in lanes]
        return run_methods(problem, lanes, methods, evaluations)


def differing(method: Any) -> dict[str, Any]:
    """The hyperparameters and switches of a method that are not its defaults, as plain data."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(method):
        value = getattr(method, field.name)
        if isinstance(value, Method):
            continue
        if field.default is dataclasses.MISSING or not same(value, field.default):
            found[field.name] = plain(value)
    return found


def same(value: Any, default: Any) -> bool:
    """Whether a hyperparameter has its default."""
    return type(value) is type(default) and bool(value == default)


def named_method(name: str) -> Ours:
    """The method of this name, at its defaults.

    Raises:
        ValueError: there is none, with the nearest names.
    """
    key = canonical(name)
    return Ours(key, METHODS[key]())

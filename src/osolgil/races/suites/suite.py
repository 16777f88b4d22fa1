"""A suite: problems that are raced on together, and how unless told otherwise."""

from dataclasses import dataclass

from osolgil.races.problem import RaceProblem
from osolgil.races.protocol import Protocol


@dataclass(frozen=True, eq=False)
class Suite:
    """Problems that are raced on together.

    Attributes:
        name: what `suites.named` calls it.
        problems: see `RaceProblem`.
        protocol: how they are raced on unless told otherwise: claim and budget are its own.

    Raises:
        ValueError: two problems have one name.
    """

    name: str
    problems: list[RaceProblem]
    protocol: Protocol

    def __post_init__(self) -> None:
        names = [problem.name for problem in self.problems]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two problems are called {name!r}; give one of them another name=.")

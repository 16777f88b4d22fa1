"""An objection: a finding of an audit, and whom it concerns."""

from dataclasses import dataclass
from typing import Any, Literal

from osolgil.protocol.findings import Finding
from osolgil.races.sayings import as_finding

UNDER_TUNED = frozenset({"edge", "edge again", "inclusion"})
"""Causes that say that a search did not find what it should have; every other cause says that the rules were broken."""


@dataclass(frozen=True)
class Objection:
    """Why a verdict cannot be given.

    Attributes:
        finding: what was found, in English and Korean, with its remedy.
        division: in which division; None: in all.
        problem: on which problem; None: on all.
        contestants: whom it concerns; none: everybody.
    """

    finding: Finding
    division: str | None = None
    problem: str | None = None
    contestants: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["under_tuned", "blocked"]:
        """The verdict that it leads to."""
        return "under_tuned" if self.finding.cause in UNDER_TUNED else "blocked"

    def concerns(self, division: str, problem: str, *contestants: str) -> bool:
        """Whether it stands against a comparison of these contestants here."""
        return (
            self.division in (None, division)
            and self.problem in (None, problem)
            and (not self.contestants or not set(self.contestants).isdisjoint(contestants))
        )


def objection(
    cause: str,
    number: float,
    *,
    division: str | None = None,
    problem: str | None = None,
    contestants: tuple[str, ...] = (),
    **told: Any,
) -> Objection:
    """The objection of this cause. Its sentence is told the problem, and the contestant if there is one."""
    told = {"problem": problem, **told}
    if len(contestants) == 1:
        told.setdefault("contestant", contestants[0])
    return Objection(as_finding(cause, number, **told), division, problem, contestants)

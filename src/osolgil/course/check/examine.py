"""Holding a function against the truth and, where it differs, against every known mistake."""

from collections.abc import Callable
from typing import Any

import numpy as np

from osolgil.course.check.calling import KINDS, Outcome, call
from osolgil.course.check.cases import Case
from osolgil.course.check.exercises import Exercise
from osolgil.course.check.findings import RIGHT, Found, called, changed_arguments, trouble, unreadable
from osolgil.course.check.reading import Said, UnreadableError, show

TOLERANCE = 1e-5
"""Relative to the largest number of a result: single precision passes, no mistake of the catalogue does."""


def agree(got: Any, wanted: Any) -> bool:
    """Whether two results are equal up to rounding."""
    wanted = np.asarray(wanted, np.float64)
    size = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    return bool(np.max(np.abs(np.asarray(got) - wanted), initial=0.0) <= TOLERANCE * size)


def examine(exercise: Exercise, function: Callable[..., Any]) -> Found:
    """What is wrong with a function; nothing if it is right with any kind of arguments.

    A function may be written for arrays, for lists or for frames. What counts is the assignment's own kind, arrays; the
    others are tried when that fails. A function that changes its arrays is wrong even if it leaves lists alone.
    """
    first: Found | None = None
    for kind in KINDS:
        found = examine_kind(exercise, function, kind)
        if not found.wrong or found.mistakes in (("inputs_mutated",), ("endless",)):
            return found
        if first is None or (found.value and not first.value):
            first = found
    return first or RIGHT


def examine_kind(exercise: Exercise, function: Callable[..., Any], kind: str) -> Found:
    """What is wrong with a function when it is given this kind of arguments."""
    results: list[Any] = []
    mutated: Found | None = None
    for case in exercise.cases:
        outcome = call(function, case.arguments, kind)
        try:
            results.append(read(exercise, case, outcome))
        except UnreadableError as why:
            return unreadable(exercise.name, case.arguments, why)
        except StoppedError as stopped:
            return stopped.found
        if outcome.mutated and mutated is None:
            mutated = changed_arguments(exercise.name, case.arguments, outcome)
    found = explained(exercise, results)
    if mutated is None:
        return found
    return Found((*found.mistakes, *mutated.mistakes), (*found.details, *mutated.details), wrong=True)


class StoppedError(Exception):
    """A call raised; what that comes to is `found`."""

    def __init__(self, found: Found):
        super().__init__(found)
        self.found = found


def read(exercise: Exercise, case: Case, outcome: Outcome) -> Any:
    """The result of a call; raises UnreadableError or StoppedError where there is none."""
    found = trouble(exercise.name, case.arguments, outcome)
    if found is not None:
        raise StoppedError(found)
    return exercise.reader(case)(outcome.value)


def explained(exercise: Exercise, results: list[Any]) -> Found:
    """The mistakes that explain all results, group by group; without a name where no known mistake does."""
    names: list[str] = []
    unknown = False
    details: list[Said] = []
    for group in dict.fromkeys(case.group for case in exercise.cases):
        pairs = [(case, got) for case, got in zip(exercise.cases, results, strict=True) if case.group == group]
        wrong = [(case, got) for case, got in pairs if not agree(got, exercise.truth(**case.arguments))]
        if not wrong:
            continue
        details.append(example(exercise, *wrong[0]))
        mistakes = name_of(exercise, group, pairs)
        unknown = unknown or not mistakes
        names += [name for name in mistakes if name not in names]
    if not details:
        return RIGHT
    # With one group unexplained, a name for the other would be half the truth; the cases tell it all.
    return Found(() if unknown else tuple(names), tuple(details), wrong=True)


def name_of(exercise: Exercise, group: str, pairs: list[tuple[Case, Any]]) -> tuple[str, ...]:
    """The names of the first mistakes, fewest first, whose formula gives all of these results."""
    for mutant in sorted(exercise.mutants(group), key=lambda mutant: len(mutant.names)):
        if mutant.names and all(agree(got, mutant.formula(**case.arguments)) for case, got in pairs):
            return mutant.names
    return ()


def example(exercise: Exercise, case: Case, got: Any) -> Said:
    """A case with what was expected and what came out."""
    call_, wanted = called(exercise.name, case.arguments), show(exercise.truth(**case.arguments))
    en, ko = (" (a difference quotient of the loss)", "(손실의 수치 미분)") if exercise.quotient else ("", "")
    return (
        f"{call_}: expected {wanted}{en}, got {show(got)}.",
        f"{call_}: 기대한 값 {wanted}{ko}, 나온 값 {show(got)}.",
    )

"""What estimators warn of, each with its remedy. They warn where `fit` of a formula would refuse."""

import warnings

from sklearn.exceptions import ConvergenceWarning

from osolgil.descent import Result
from osolgil.estimators.answers import Answer


class NotConvergedWarning(ConvergenceWarning):  # type: ignore[misc]
    """The method ended before it met its criterion; the message says which, and what to do."""


class SeparationWarning(ConvergenceWarning):  # type: ignore[misc]
    """Rows are told apart without error, so that no maximum-likelihood estimate exists; a tiny ridge was added."""


class NotDeterminedWarning(UserWarning):
    """Columns are constant or depend on one another; of all coefficients that fit equally well, the shortest."""


def warn_of(answer: Answer, depth: int) -> None:
    """Say what there is to say about a fit. `depth` frames up is where the person called."""
    for kind, sentence in (
        (NotDeterminedWarning, answer.undetermined),
        (SeparationWarning, answer.separated),
        (NotConvergedWarning, unfinished(answer.result)),
    ):
        if sentence:
            warnings.warn(sentence, kind, stacklevel=depth + 1)


def unfinished(result: Result | None) -> str:
    """Why a run did not arrive, and what to do; empty if it did."""
    if result is None or result.success:
        return ""
    return f"{result.message} To change that: {result.status.remedy}."

"""Classes that are told apart without error: whether a fit has run into it."""

import numpy as np

from osolgil.estimators.softmax import Softmax, margins
from osolgil.estimators.tasks import Task
from osolgil.regression.families import Bernoulli, Family
from osolgil.regression.sample import Sample, surroundings
from osolgil.regression.separation import NotSearched, find_separation

LARGE = 10.0
"""Linear predictors beyond which it is asked whether they would grow for ever; the logit's slope there is 5e-5."""

RIDGE = 1e-4
"""The strength that is added where no estimate exists, of columns of mean square 1."""


def separation(task: Task, coefficients: np.ndarray, arrived: bool) -> str:
    """Which rows are told apart without error, as a sentence; empty if the estimate exists, or is penalized.

    Args:
        task: of the fit, its columns independent.
        coefficients: where the method ended.
        arrived: whether it was an exact method that says it is at the optimum; of any other only what these
            coefficients themselves tell apart is looked at.
    """
    if task.penalty is not None:
        return ""
    live = task.sample.mass > 0
    eta, y = task.predictor(coefficients)[live], np.asarray(task.sample.y, dtype=np.float64)[live]
    if not np.isfinite(eta).all():
        return ""
    family = task.family
    if isinstance(family, Softmax):
        apart = margins(eta, y)
        if (apart > 0).all():
            return without_error(len(y))
        return one_class(task) if arrived and not task.boundless and abs(apart).max() > LARGE else ""
    sides = family.sides(y)
    if family.binary and (sides * eta > 0).all():
        return without_error(len(y))
    if arrived and not task.boundless and abs(eta[sides != 0]).max(initial=0.0) > LARGE:
        return by_program(family, task.sample, task.names, coefficients)
    return ""


def without_error(rows: int) -> str:
    """Of classes that are all apart."""
    return f"Complete separation: the columns tell the classes of all {rows} rows apart without error."


def by_program(family: Family, sample: Sample, names: tuple[str, ...], coefficients: np.ndarray) -> str:
    """What the linear program finds that some rows are told apart by."""
    try:
        found = find_separation(family, sample, names, surroundings(family, sample, coefficients), exact=True)
    except NotSearched:
        # Of so many sparse rows only what the coefficients themselves tell apart is seen.
        return ""
    if found is None:
        return ""
    # What follows from it is said by all.
    evidence = found.trouble.evidence.partition("; the likelihood")[0]
    return f"{evidence[0].upper()}{evidence[1:]}."


def one_class(task: Task) -> str:
    """Whether one class is told apart from all others: then its coefficients grow for ever."""
    assert isinstance(task.family, Softmax)
    sample = task.sample
    for k in range(task.family.classes):
        own = Sample(sample.X, (sample.y == k) * 1.0, sample.weights, sample.intercept, sample.coordinates)
        said = by_program(Bernoulli(), own, task.names, np.zeros(sample.X.shape[1]))
        if said:
            return f"Class number {k} against all others: {said}"
    return ""


def remedied(what: str) -> str:
    """The sentence with what was done about it."""
    return (
        f"{what} The likelihood grows for ever as the coefficients do, and no estimate exists. A ridge of strength "
        f"{RIDGE:g} (of columns of mean square 1; see ridge_) was added, which gives a usable answer; say how strong "
        "it should be by penalty=Ridge(...), leave columns out, or gather more rows."
    )


def walked_on(what: str) -> str:
    """The sentence, where the answer depends on when the method stopped."""
    return (
        f"{what} The likelihood grows for ever as the coefficients do, and no estimate exists: they are what they were "
        "when the method stopped; give penalty=Ridge(...), leave columns out, or gather more rows."
    )

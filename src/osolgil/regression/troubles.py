"""Troubles of data, as errors and as sentences."""

import numpy as np

from osolgil.protocol.findings import Finding
from osolgil.regression.families import Family, Likelihood
from osolgil.regression.sample import Sample
from osolgil.rows.columns import COUNTED, Level
from osolgil.rows.trouble import (
    collinear,
    constant,
    constant_response,
    missing,
    not_numbers,
    not_two_classes,
)


class DataTrouble(ValueError):  # noqa: N818  # it says what the data are in
    """The data do not determine what was asked for. The message says why, and what to do.

    Attributes:
        troubles: each with its kind, columns, rows, message and remedy.
    """

    def __init__(self, *troubles: Finding) -> None:
        super().__init__(" ".join(map(sentence, troubles)))
        self.troubles = troubles


def sentence(trouble: Finding) -> str:
    """A trouble as a sentence."""
    text = str(trouble)
    return f"{text[0].upper()}{text[1:]}."


def check_values(sample: Sample, columns: tuple[str, ...], response: str) -> None:
    """Refuse NaN and infinities, and weights that cannot be.

    Raises:
        DataTrouble: naming the columns and rows.
    """
    named = {name: sample.X[:, j] for j, name in enumerate(columns)} | {response: sample.y}
    if sample.weights is not None:
        named["weights"] = sample.weights
    if sample.offset is not None:
        named["offset"] = sample.offset
    found = missing(named)
    if found:
        raise DataTrouble(*found)
    if sample.weights is not None and (sample.weights < 0).any():
        row = int((sample.weights < 0).argmax())
        raise ValueError(f"The weight of row {row} is {sample.weights[row]:g} {COUNTED}; weights are not negative.")
    if not sample.mass.any():
        raise ValueError("No row has a weight above zero; at least one row must count.")


def check_target(family: Family, sample: Sample, response: str, levels: tuple[Level, ...]) -> None:
    """Refuse a target that the family cannot have.

    Raises:
        DataTrouble: the target has the wrong type, other values than 0 and 1, or one class only.
    """
    live = sample.mass > 0
    if family.binary:
        found = not_two_classes(response, sample.y[live], levels)
    else:
        found = not_numbers(response, levels) or impossible(family, sample, response)
    if found:
        raise DataTrouble(*found)


def impossible(family: Family, sample: Sample, response: str) -> tuple[Finding, ...]:
    """Targets that the family cannot have, such as counts that are not whole."""
    y = np.asarray(sample.y, dtype=np.float64)
    bad = np.flatnonzero((sample.mass > 0) & ~family.accepts(y))
    if len(bad) == 0:
        return ()
    return (
        Finding(
            "wrong target",
            len(bad),
            f"the response {response!r} is {y[bad[0]]:g} in row {bad[0]} {COUNTED}, and in {len(bad)} of {len(y)} rows "
            f"it is not what the {family.title} family needs: {family.targets}",
            REMEDIES.get(family.name, "correct these rows, or choose another family"),
            columns=(response,),
            rows=tuple(map(int, bad)),
        ),
    )


COUNTS = "give counts, and what they were counted in as exposure= (--exposure) instead of dividing by it"
REMEDIES = {
    "binomial": "divide the successes by the trials, and give the trials as weights= (--weights)",
    "poisson": COUNTS,
    "negative_binomial": COUNTS,
    "gamma": "leave these rows out, or use the family 'gaussian', or 'poisson' for counts",
    "inverse_gaussian": "leave these rows out, or use the family 'gaussian', or 'poisson' for counts",
}
"""What to do where targets are not of the family."""


def unvarying(family: Family, sample: Sample, response: str) -> tuple[Finding, ...]:
    """Numbers to be explained that are all the same: the intercept says it all. (Of classes see `check_target`.)"""
    y = sample.y[sample.mass > 0]
    if family.binary or sample.intercept is None or sample.offset is not None:
        return ()
    if isinstance(family, Likelihood) and not family.dispersed and not np.any(family.sides(y)):
        # Counts that are all alike still have a rate, and shares a probability, with an uncertainty.
        return ()
    return constant_response(response, y)


def undetermined(sample: Sample, columns: tuple[str, ...]) -> tuple[Finding, ...]:
    """The columns whose coefficients the rows do not determine: constant and collinear ones."""
    X = np.asarray(sample.X[sample.mass > 0], dtype=np.float64)
    found = constant(X, columns) if sample.intercept is not None else ()
    # A constant column is a multiple of the intercept; it is told once, as what it is.
    told = {name for trouble in found for name in trouble.columns}
    rest = [j for j, name in enumerate(columns) if name not in told]
    return (*found, *collinear(X[:, rest], [columns[j] for j in rest]))

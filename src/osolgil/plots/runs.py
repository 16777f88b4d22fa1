"""What is drawn: results, each with a label and a look."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.descent import Result
from osolgil.methods import METHODS
from osolgil.plots.style import FIXED, Look, look
from osolgil.plots.words import legible

Results = Result | Sequence[Result] | Mapping[str, Result]
"""One result, several, or several with the labels that the picture shall use."""


SHORT = {
    "Nesterov accelerated gradient": "Nesterov",
    "Normalized gradient descent": "Normalized descent",
    "Gradient descent with line search": "Line-search descent",
}
"""Titles that would take half a picture."""


@dataclass(frozen=True, eq=False)
class Run:
    """A result as it is drawn.

    Attributes:
        label: its name in the legend.
        result: what came out.
        look: colour, line style and marker.
    """

    label: str
    result: Result
    look: Look

    @property
    def path(self) -> np.ndarray:
        """The accepted points that are finite, shape (rows, n).

        Raises:
            ValueError: the run recorded no points.
        """
        trace = self.result.trace
        if trace.path is None:
            raise ValueError(
                f'The run {self.label!r} recorded no path; run it again with minimize(..., record="path").'
            )
        return np.asarray(trace.path[trace.accepted & np.isfinite(trace.path).all(axis=1)])


def runs_of(results: Results) -> list[Run]:
    """Any form of results as runs: known methods with their own look, or in order where two would share one.

    Raises:
        TypeError: something else than a Result is among them.
    """
    if isinstance(results, Result):
        results = [results]
    if isinstance(results, Mapping):
        labels, chosen = [str(label) for label in results], list(results.values())
    else:
        chosen = list(results)
        labels = []
    for each in chosen:
        if not isinstance(each, Result):
            raise TypeError(f"{each!r} is no Result; pass what minimize returned, a list of such, or a dict by label.")
    labels = [legible(label, f"run {i + 1}") for i, label in enumerate(labels or labels_of(chosen))]
    names = [name_of(each.method) for each in chosen]
    known = len(set(names)) == len(names) and set(names) <= set(FIXED)
    looks = [FIXED[name] for name in names] if known and len(names) > 1 else [look(i) for i in range(len(names))]
    return [Run(*parts) for parts in zip(labels, chosen, looks, strict=True)]


def name_of(method: Any) -> str:
    """The registered name of a method, or its class's."""
    return next((name for name, known in METHODS.items() if known is type(method)), type(method).__name__)


def title_of(method: Any) -> str:
    """What pictures call a method."""
    title = str(getattr(method, "title", type(method).__name__))
    return SHORT.get(title, title)


def labels_of(results: Sequence[Result]) -> list[str]:
    """The methods' titles, with those hyperparameters that tell two of the same title apart."""
    titles = [title_of(result.method) for result in results]
    labels = []
    for i, (title, result) in enumerate(zip(titles, results, strict=True)):
        alike = [other.method for other, its in zip(results, titles, strict=True) if its == title]
        told = [
            f"{field.name.replace('_', ' ')} {shown(getattr(result.method, field.name))}"
            for field in dataclasses.fields(result.method)
            if len({shown(getattr(other, field.name, None)) for other in alike}) > 1
        ]
        label = ", ".join([title, *told])
        labels.append(label if label not in labels else f"{label} ({i + 1})")
    return labels


def shown(value: Any) -> str:
    """A hyperparameter as a person would write it.

    >>> shown(0.1), shown(True), shown(0.0316227766), shown({"hidden": 1e-3, "out": 1e-2})
    ('0.1', 'True', '0.0316', 'by group')
    """
    if isinstance(value, bool | str) or value is None:
        return str(value)
    if np.ndim(value) == 0 and np.issubdtype(np.asarray(value).dtype, np.number):
        return f"{float(value):.3g}"
    if isinstance(value, dict | list | tuple):
        return "by group"
    return type(value).__name__

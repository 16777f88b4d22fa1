"""NIST's Statistical Reference Datasets: regressions whose answers are certified to eleven digits and more.

National Institute of Standards and Technology, *Statistical Reference Datasets* (StRD), public domain. The sets that
come with the package are kept in a file of its own; `read` takes any set in NIST's original layout.
"""

import difflib
import functools
import json
import os
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from osolgil.problems.collections.collected import Collected, Minimum, frozen
from osolgil.problems.formula_residuals import FormulaResiduals
from osolgil.problems.least_squares import LeastSquares

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"

FIRST_ROW = 61
"""The line of the first row of data, from 1, in NIST's layout."""


@dataclass(frozen=True, eq=False)
class Certified:
    """What NIST certifies.

    Attributes:
        estimates: of the parameters, shape (n,).
        deviations: their standard deviations, shape (n,).
        residual_sum_of_squares: ‖r‖², twice the value of the problem.
        residual_deviation: √(‖r‖²/freedom).
        freedom: degrees of freedom, rows − n.
    """

    estimates: np.ndarray
    deviations: np.ndarray
    residual_sum_of_squares: float
    residual_deviation: float
    freedom: int


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """A certified regression.

    Attributes:
        name: NIST's.
        model: an expression of parameters and columns.
        response: an expression of columns, most often "y".
        parameters: names, in NIST's order.
        starts: NIST's two starts of a nonlinear model; zeros of a linear one, which needs none.
        columns: the data by name, each of shape (rows,).
        certified: the answers.
        linear: whether the model is linear in its parameters.
    """

    name: str
    model: str
    response: str
    parameters: tuple[str, ...]
    starts: tuple[np.ndarray, ...]
    columns: dict[str, np.ndarray]
    certified: Certified
    linear: bool

    @functools.cached_property
    def problem(self) -> LeastSquares:
        """½‖model − response‖²."""
        residuals = FormulaResiduals.parse(self.model, self.response, self.parameters, tuple(self.columns))
        return LeastSquares(residuals, tuple(self.columns.values()))

    @functools.cached_property
    def collected(self) -> Collected:
        """The problem with its starts and the certified minimum."""
        best = Minimum(self.certified.residual_sum_of_squares / 2, self.certified.estimates)
        return Collected(
            name=self.name.lower(),
            title=self.name,
            problem=self.problem,
            starts=self.starts,
            minima=(best,),
            source=f"NIST StRD, {self.name}",
        )

    def __repr__(self) -> str:
        rows = len(next(iter(self.columns.values())))
        return f"<NIST {self.name}: {self.response} = {self.model}, {rows} rows>"


@functools.cache
def everything() -> dict[str, dict[str, Any]]:
    """The file of the sets that come with the package, by lower-case name."""
    text = files("osolgil.problems.collections").joinpath("nist.json").read_text(encoding="utf-8")
    return {each["name"].lower(): each for each in json.loads(text)}


def names() -> tuple[str, ...]:
    """NIST's names of the sets that come with the package: linear ones first.

    >>> names()[0]
    'Norris'
    """
    return tuple(each["name"] for each in everything().values())


@functools.cache
def named(name: str) -> DataSet:
    """The set of this name, whatever the case. The same call returns the same object, so that it is compiled once.

    Raises:
        ValueError: no set of this name comes with the package.

    >>> misra = named("Misra1a")
    >>> misra.model, misra.starts[0].tolist(), misra.certified.residual_sum_of_squares
    ('b1*(1-exp(-b2*x))', [500.0, 0.0001], 0.12455138894)
    """
    found = everything().get(name.strip().lower())
    if found is None:
        near = difflib.get_close_matches(name.lower(), everything(), n=1, cutoff=0.5)
        guess = f" Did you mean {everything()[near[0]]['name']!r}?" if near else ""
        raise ValueError(
            f"There is no NIST set named {name!r} here.{guess} There are {', '.join(names())}; nist.read(path) reads "
            "any other from NIST's own file."
        )
    return from_json(found)


def from_json(stored: dict[str, Any]) -> DataSet:
    """A set from the package's own layout."""
    certified = dict(stored["certified"])
    return DataSet(
        name=stored["name"],
        model=stored["model"],
        response=stored["response"],
        parameters=tuple(stored["parameters"]),
        starts=tuple(frozen(start) for start in stored["starts"]),
        columns={name: frozen(values) for name, values in stored["columns"].items()},
        certified=Certified(frozen(certified.pop("estimates")), frozen(certified.pop("deviations")), **certified),
        linear=stored["linear"],
    )


def as_json(data: DataSet) -> dict[str, Any]:
    """A set in the package's own layout."""
    known = data.certified
    return {
        "name": data.name,
        "linear": data.linear,
        "response": data.response,
        "model": data.model,
        "parameters": list(data.parameters),
        "starts": [start.tolist() for start in data.starts],
        "certified": {
            "estimates": known.estimates.tolist(),
            "deviations": known.deviations.tolist(),
            "residual_sum_of_squares": known.residual_sum_of_squares,
            "residual_deviation": known.residual_deviation,
            "freedom": known.freedom,
        },
        "columns": {name: values.tolist() for name, values in data.columns.items()},
    }


def read(path: str | os.PathLike[str]) -> DataSet:
    """A set from a file in NIST's original layout (.dat): certified values above line 61, the rows from there on.

    Raises:
        ValueError: the file is not in that layout, or its model is not in the expression language.
    """
    lines = Path(path).read_text(encoding="latin-1").splitlines()
    where = f"{os.fspath(path)!r} is not in NIST's layout: it has no"
    head = "\n".join(lines[: FIRST_ROW - 1])
    name = re.search(r"Dataset Name:\s*(\w+)", head)
    if name is None:
        raise ValueError(f"{where} 'Dataset Name:'.")
    response, model = formula_in(head, where)
    linear = re.search(r"Starting [Vv]alues", head) is None
    rows = parameter_rows(head, linear)
    sizes = {len(values) for values in rows.values()}
    if not rows or len(sizes) != 1:
        raise ValueError(f"{where} certified value and standard deviation of each parameter.")
    table = np.array(list(rows.values()))
    columns = columns_in(lines, where)
    sum_of_squares, deviation, freedom = figures_in(head, linear, where)
    return DataSet(
        name=name[1],
        model=model,
        response=response,
        parameters=tuple(rows),
        starts=(frozen(np.zeros(len(rows))),) if linear else tuple(frozen(start) for start in table[:, :-2].T),
        columns=columns,
        certified=Certified(frozen(table[:, -2]), frozen(table[:, -1]), sum_of_squares, deviation, freedom),
        linear=linear,
    )


def number(text: str) -> float:
    """A number as NIST writes it: Fortran's D is an exponent, too."""
    return float(text.upper().replace("D", "E"))


def formula_in(head: str, where: str) -> tuple[str, str]:
    """Response and model as expressions: NIST's brackets are parentheses, and "+ e" is the error."""
    block = re.search(r"^\s*(\w+(?:\[\w+\])?)\s*=\s*(.*?)\n\s*\n", body_of_model(head), re.DOTALL | re.MULTILINE)
    if block is None:
        raise ValueError(f"{where} model of the form 'y = ...'.")
    text = re.sub(r"\s+", "", block[2]).replace("[", "(").replace("]", ")")
    return block[1].replace("[", "(").replace("]", ")"), re.sub(r"\+e$", "", text)


def body_of_model(head: str) -> str:
    """What follows "Model:", without the definition of pi, which the expression language knows."""
    after = re.split(r"Starting [Vv]alues|Certified", head.partition("Model:")[2])[0]
    return "\n".join(line for line in after.split("\n") if not re.match(r"\s*pi\s*=", line)) + "\n\n"


def parameter_rows(head: str, linear: bool) -> dict[str, list[float]]:
    """The numbers of each parameter: starts (of a nonlinear model), certified value, standard deviation."""
    after = re.split(r"Certified Regression Statistics|Certified Values", head)[-1]
    before = re.split(r"Residual", after)[0]
    equals = "" if linear else r"\s*="
    found = re.findall(rf"^\s*([Bb]\d+){equals}((?:\s+{NUMBER})+)\s*$", before, re.MULTILINE)
    return {name: [number(each) for each in values.split()] for name, values in found}


def columns_in(lines: list[str], where: str) -> dict[str, np.ndarray]:
    """The data by name."""
    heading = next((line for line in lines[FIRST_ROW - 2 : FIRST_ROW - 1] if line.startswith("Data:")), None)
    if heading is None:
        raise ValueError(f"{where} line {FIRST_ROW - 1} of the form 'Data: y x'.")
    titles = heading.partition(":")[2].split()
    rows = [[number(each) for each in line.split()] for line in lines[FIRST_ROW - 1 :] if line.strip()]
    if not rows or {len(row) for row in rows} != {len(titles)}:
        raise ValueError(f"{where} rows of {len(titles)} numbers from line {FIRST_ROW} on.")
    return {title: frozen(values) for title, values in zip(titles, np.array(rows).T, strict=True)}


def figures_in(head: str, linear: bool, where: str) -> tuple[float, float, int]:
    """Residual sum of squares, residual standard deviation, degrees of freedom."""
    if linear:
        spread = re.search(rf"Standard Deviation\s+({NUMBER})\s*$", head, re.MULTILINE)
        sums = re.search(rf"^Residual\s+(\d+)\s+({NUMBER})\s+({NUMBER})", head, re.MULTILINE)
        if spread is None or sums is None:
            raise ValueError(f"{where} analysis of variance.")
        return number(sums[2]), number(spread[1]), int(sums[1])
    values = [
        re.search(rf"{what}:\s+({NUMBER})", head)
        for what in ("Residual Sum of Squares", "Residual Standard Deviation", "Degrees of Freedom")
    ]
    if None in values:
        raise ValueError(f"{where} residual sum of squares, residual standard deviation and degrees of freedom.")
    squares, residual, freedom = (number(each[1]) for each in values if each is not None)
    return squares, residual, int(freedom)

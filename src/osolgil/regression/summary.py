"""A fitted model at a glance."""

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.protocol.words import counted
from osolgil.regression.estimated import Estimated
from osolgil.regression.families import Likelihood
from osolgil.regression.inference import NEAR
from osolgil.regression.troubles import sentence
from osolgil.safety import for_terminal

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

WIDTH = 100


@dataclass(frozen=True, eq=False)
class Summary:
    """A fitted model at a glance: `rich.print` shows it in colour, `print` as plain text.

    Attributes:
        model: what is summarized.
        level: of the confidence intervals.
    """

    model: Estimated
    level: float = 0.95

    def __rich__(self) -> "Group":
        from rich.console import Group

        parts: list[Any] = [facts(self.model), "", coefficients(self.model, self.level), "", figures(self.model), ""]
        if self.model.goodness.confusion is not None:
            parts += [confusion(self.model), ""]
        return Group(*parts, *findings(self.model))

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__


def as_text(renderable: Any, width: int = WIDTH) -> str:
    """What Rich would print, as plain text."""
    from rich.console import Console

    console: Console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    console.print(renderable)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


def facts(model: Estimated) -> "Table":
    """What was fitted to what, and how."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    shown = model.formula or f"{model.design.response} on {len(model.design.columns)} columns"
    grid.add_row("Formula" if model.formula else "Model", for_terminal(shown))
    for name, shown in model.assumptions.items():
        grid.add_row(name, for_terminal(shown))
    grid.add_row("Rows", f"{model.goodness.rows:,}")
    coordinates = "" if model.standardized else ", on the raw scale"
    grid.add_row("Method", for_terminal(f"{model.method_name}{coordinates} ({model.why})"))
    if model.result is not None:
        result = model.result
        effort = [counted(result.nit, "step"), counted(result.nfev, "evaluation")]
        if result.epochs:
            effort.append(counted(result.epochs, "epoch"))
        seconds = f"{result.run_seconds:.3g} s and {result.compile_seconds:.3g} s compiling"
        grid.add_row("Effort", ", ".join([*effort, seconds]))
    grid.add_row("Ended", for_terminal(model.message))
    return grid


def coefficients(model: Estimated, level: float) -> "Table":
    """One row for each coefficient: with its uncertainty at the optimum, with its distance elsewhere."""
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    headings, labels = model.labelled
    for heading in headings:
        table.add_column(heading)
    columns = {"Estimate": model.vector}
    inference, distance = model.standing.inference, model.standing.distance
    if inference is not None:
        ratio = np.divide(model.vector, inference.standard_errors)
        low, high = inference.intervals(model.vector, level).T
        share = f"{100 * level:g} %"
        columns |= {
            "Std. error": inference.standard_errors,
            "z" if inference.freedom is None else "t": ratio,
            "p": inference.p_values(model.vector),
            f"{share} from": low,
            "to": high,
        }
    elif distance is not None:
        columns["Std. errors from optimum"] = distance
    for heading in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for row, label in enumerate(labels):
        shown = (p_value(values[row]) if heading == "p" else number(values[row]) for heading, values in columns.items())
        table.add_row(*map(for_terminal, label), *shown)
    return table


def figures(model: Estimated) -> "Table":
    """How well the model describes the rows."""
    from rich.table import Table

    good, inference = model.goodness, model.standing.inference
    dispersed = isinstance(model.family, Likelihood) and model.family.dispersed and inference is not None
    freedom = f" ({good.rows - good.coefficients:g} degrees of freedom)" if dispersed else ""
    groups = f", {model.uncertainty.groups.max() + 1:,} groups" if model.uncertainty.groups is not None else ""
    quadratic = model.family.quadratic
    rows = {
        "Covariance": None if inference is None or inference.kind == "observed" else f"{inference.kind}{groups}",
        "σ": None
        if not quadratic or inference is None or inference.sigma is None
        else number(inference.sigma) + freedom,
        "Dispersion": None if quadratic or good.dispersion is None else number(good.dispersion) + freedom,
        "R²": good.r_squared,
        "McFadden's R²": good.pseudo_r_squared,
        "Log-likelihood": good.log_likelihood,
        "AIC": good.aic if inference is not None else None,
        "BIC": good.bic if inference is not None else None,
        "Deviance": good.deviance,
        "Null deviance": good.null_deviance,
        "Accuracy": None if good.accuracy is None else f"{100 * good.accuracy:.2f} %",
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for name, value in rows.items():
        if value is not None:
            grid.add_row(name, value if isinstance(value, str) else number(value))
    return grid


def confusion(model: Estimated) -> "Table":
    """True classes by predicted ones."""
    from rich.table import Table

    counts = model.goodness.confusion
    assert counts is not None
    labels = [for_terminal(label) for label in model.classes]
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("True \\ predicted")
    for label in labels:
        table.add_column(label, justify="right")
    for label, row in zip(labels, counts, strict=True):
        table.add_row(label, *(f"{count:g}" for count in row))
    return table


def findings(model: Estimated) -> list[str]:
    """What a reader must know before believing the table."""
    standing = model.standing
    found = [sentence(trouble) for trouble in model.troubles]
    if standing.inference is None:
        reason = standing.refusal or ""
        found.append("No standard errors are given." if reason in " ".join(found) else f"No standard errors: {reason}")
    elif standing.distance is not None:
        found.append(f"At the optimum: {standing.distance.max():.2g} standard errors from it (at most {NEAR} count).")
    if model.certificate is not None:
        found.append(str(model.certificate))
    found += [sentence(trouble) for trouble in getattr(model.design, "dropped", ())]
    return [for_terminal(text) for text in found]


def number(value: float) -> str:
    """Six significant digits.

    >>> number(25.7234561), number(-13.02134686), number(1234567.0)
    ('25.7235', '-13.0213', '1.23457e+06')
    """
    return f"{value:.6g}" if math.isfinite(value) else str(value)


def p_value(p: float) -> str:
    """A p-value as people write it.

    >>> p_value(0.03214), p_value(1e-14)
    ('0.0321', '< 0.0001')
    """
    return "< 0.0001" if p < 1e-4 else f"{p:.4f}"

"""A fitted curve at a glance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osolgil.protocol.words import counted
from osolgil.regression.curves.least_squares import LeastSquaresFit
from osolgil.regression.inference import NEAR
from osolgil.regression.summary import as_text, number, p_value
from osolgil.safety import for_terminal

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table


@dataclass(frozen=True, eq=False)
class CurveSummary:
    """A least-squares fit at a glance: `rich.print` shows it in colour, `print` as plain text.

    Attributes:
        fit: what is summarized.
        level: of the intervals.
    """

    fit: LeastSquaresFit
    level: float = 0.95

    def __rich__(self) -> "Group":
        from rich.console import Group

        return Group(facts(self.fit), "", parameters(self.fit, self.level), "", figures(self.fit), "", remark(self.fit))

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__


def grid(rows: dict[str, str]) -> "Table":
    """Facts, one a line."""
    from rich.table import Table

    made = Table.grid(padding=(0, 2))
    made.add_column(style="bold", no_wrap=True)
    made.add_column()
    for name, value in rows.items():
        made.add_row(name, for_terminal(value))
    return made


def facts(fit: LeastSquaresFit) -> "Table":
    """What was fitted to what, and how."""
    result = fit.result
    effort = [counted(result.nit, "step"), counted(result.nfev, "evaluation")]
    seconds = f"{result.run_seconds:.3g} s and {result.compile_seconds:.3g} s compiling"
    return grid(
        {
            "Curve": fit.problem.name,
            "Rows": f"{fit.rows:,}",
            "Method": getattr(result.method, "title", type(result.method).__name__),
            "Effort": ", ".join([*effort, seconds]),
            "Ended": fit.message,
        }
    )


def parameters(fit: LeastSquaresFit, level: float) -> "Table":
    """One row for each parameter, with its uncertainty where there is one."""
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    table.add_column("Parameter")
    columns: dict[str, Any] = {"Estimate": fit.vector}
    inference = fit.inference
    if inference is not None:
        low, high = inference.intervals(fit.vector, level).T
        columns |= {
            "Std. error": inference.standard_errors,
            "z" if inference.freedom is None else "t": fit.vector / inference.standard_errors,
            "p": inference.p_values(fit.vector),
            f"{100 * level:g} % from": low,
            "to": high,
        }
    for heading in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for row, name in enumerate(fit.names):
        shown = (p_value(values[row]) if heading == "p" else number(values[row]) for heading, values in columns.items())
        table.add_row(for_terminal(name), *shown)
    return table


def figures(fit: LeastSquaresFit) -> "Table":
    """How much the curve leaves unexplained."""
    weighted = fit.accuracy.sigma is not None
    rows = {"Weighted sum of squares" if weighted else "Residual sum of squares": number(fit.residual_sum_of_squares)}
    if fit.freedom > 0:
        # In units of the standard deviations that were given it is 1 where they are right.
        name = "Residual deviation, in units of sigma" if fit.accuracy.given else "σ"
        name = "σ of weight 1" if weighted and not fit.accuracy.given else name
        rows[name] = f"{number(fit.residual_deviation)} ({counted(fit.freedom, 'degree')} of freedom)"
    return grid(rows)


def remark(fit: LeastSquaresFit) -> str:
    """What a reader must know before believing the table."""
    if fit.inference is None or fit.distance is None:
        return for_terminal(f"No standard errors: {fit.refusal}")
    return f"At the optimum: {fit.distance.max():.2g} standard errors from it (at most {NEAR} count)."

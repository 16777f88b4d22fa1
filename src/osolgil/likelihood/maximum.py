"""What came out of maximizing a likelihood."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.descent import Result
from osolgil.likelihood.distribution import Distribution
from osolgil.likelihood.function import LikelihoodFunction
from osolgil.likelihood.intervals import Interval, boundary_interval, normal_quantile, ratio_interval
from osolgil.likelihood.showing import as_text, columns, facts, number
from osolgil.protocol.words import counted

if TYPE_CHECKING:
    from rich.console import Group

NEAR = 0.01
"""How many standard errors from the maximum still count as there."""


class NoInference(ValueError):  # noqa: N818  # it says what there is not
    """There is no interval of this kind, for the reason that the message gives."""


@dataclass(frozen=True, eq=False)
class MaximumLikelihood:
    """The parameters under which the data are most likely, and how sure one can be of them.

    Attributes:
        distribution: of the rows.
        function: the log-likelihood as a function of the parameters.
        vector: the estimate θ̂, shape (k,).
        log_likelihood: ℓ(θ̂).
        covariance: the inverse of the observed information −∂²ℓ/∂θ² at θ̂, shape (k, k); None where there is none.
        refusal: why there is no covariance, as a sentence; empty where there is one.
        distance: how many standard errors θ̂ is from where the slope vanishes; None where no run was made.
        run: the descent; None for an estimate on the boundary.
        message: what ended the run.
        walked: the estimate in the coordinates of the descent, shape (k,); None on the boundary.
    """

    distribution: Distribution
    function: LikelihoodFunction
    vector: np.ndarray
    log_likelihood: float
    covariance: np.ndarray | None
    refusal: str
    distance: float | None
    run: Result | None
    message: str
    walked: np.ndarray | None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names."""
        return self.distribution.names

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.function.count

    @property
    def estimate(self) -> dict[str, float]:
        """θ̂ by name."""
        return dict(zip(self.names, map(float, self.vector), strict=True))

    @property
    def on_boundary(self) -> bool:
        """Whether the estimate is an end of its domain."""
        return self.walked is None

    @property
    def standard_errors(self) -> dict[str, float] | None:
        """√ of the covariance's diagonal, by name; None where there is no covariance."""
        if self.covariance is None:
            return None
        return dict(zip(self.names, map(float, np.sqrt(np.diag(self.covariance))), strict=True))

    @property
    def success(self) -> bool:
        """Whether the maximum was found: on the boundary it always is, elsewhere as near as inference asks for."""
        return self.on_boundary or self.covariance is not None

    def intervals(self, level: float = 0.95, kind: str = "likelihood") -> dict[str, Interval]:
        """An interval of each parameter, by name.

        Args:
            level: the share of samples in which such an interval is to cover the truth.
            kind: "likelihood": the values that explain the data nearly as well as θ̂ does, 2(ℓ̂ − ℓ) ≤ χ²₁, the other
                parameters being maximized over (their profile). It never leaves the domain, and does not depend on
                how the parameter is written. "wald": θ̂ ± z standard errors.

        Raises:
            NoInference: a Wald interval needs a standard error, and either needs a maximum that was found.
            ValueError: the level is not between 0 and 1, or the kind is not known.
        """
        z = normal_quantile(level)
        if kind not in ("likelihood", "wald"):
            raise ValueError(f"kind={kind!r} is not known; choose 'likelihood' or 'wald'.")
        if self.walked is None and kind == "likelihood":
            at = float(self.vector[0])
            return {self.names[0]: boundary_interval(self.function, at, self.log_likelihood, level)}
        errors = self.standard_errors
        if errors is None:
            raise NoInference(self.refusal)
        if kind == "wald":
            return {
                name: Interval(value - z * errors[name], value + z * errors[name])
                for name, value in self.estimate.items()
            }
        assert self.walked is not None
        return {
            name: ratio_interval(self.function, self.walked, self.log_likelihood, j, level)
            for j, name in enumerate(self.names)
        }

    def summary(self, level: float = 0.95) -> "Summary":
        """The result at a glance, with intervals of this level; printed by `print`, in colour by `rich.print`."""
        normal_quantile(level)
        return Summary(self, level)

    def __str__(self) -> str:
        return str(self.summary())

    __repr__ = __str__


@dataclass(frozen=True, eq=False)
class Summary:
    """A result at a glance.

    Attributes:
        found: what is summarized.
        level: of the intervals.
    """

    found: MaximumLikelihood
    level: float = 0.95

    def __rich__(self) -> "Group":
        from rich.console import Group

        found = self.found
        parts: list[Any] = [facts(self.facts()), "", self.table(), ""]
        parts.append(facts({"Log-likelihood": number(round(found.log_likelihood, 12) + 0.0)}))
        return Group(*parts, "", *self.notes())

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__

    def facts(self) -> dict[str, str]:
        """What was estimated from what, and how."""
        found = self.found
        rows = {"Distribution": found.distribution.described, "Rows": f"{found.rows:,}"}
        if found.run is not None:
            run = found.run
            walked = ", ".join(each.domain.walked.format(each.symbol) for each in found.distribution.parameters)
            rows["Method"] = f"{type(run.method).__name__} on the mean negative log-likelihood, in {walked}"
            rows["Effort"] = (
                f"{counted(run.nit, 'step')}, {counted(run.nfev, 'evaluation')}, {run.run_seconds:.3g} s and "
                f"{run.compile_seconds:.3g} s compiling"
            )
        rows["Ended"] = found.message
        rows["Intervals"] = f"{100 * self.level:g} %"
        return rows

    def table(self) -> Any:
        """One row for each parameter."""
        found = self.found
        headings = ["Estimate"]
        errors, ratio, wald = found.standard_errors, None, None
        if errors is not None:
            headings += ["Std. error", "Wald from", "to"]
            wald = found.intervals(self.level, "wald")
        if errors is not None or found.on_boundary:
            headings += ["Likelihood from", "to"]
            ratio = found.intervals(self.level)
        made = columns("Parameter", *headings)
        for name, value in found.estimate.items():
            cells = [number(value)]
            if errors is not None and wald is not None:
                cells += [number(errors[name]), *map(number, wald[name])]
            if ratio is not None:
                cells += map(number, ratio[name])
            made.add_row(name, *cells)
        return made

    def notes(self) -> list[str]:
        """What a reader must know before believing the table."""
        found = self.found
        told = [
            f"{each.name} is {each.meaning}, in {each.domain.words}."
            for each in found.distribution.parameters
            if each.meaning
        ]
        if found.refusal:
            told.append(found.refusal)
        if found.covariance is not None:
            for each, interval in zip(
                found.distribution.parameters, found.intervals(self.level, "wald").values(), strict=True
            ):
                if interval.low < each.domain.low or interval.high > each.domain.high:
                    told.append(
                        f"The Wald interval of {each.name} leaves {each.domain.words}, as a parabola may; the "
                        "likelihood interval cannot."
                    )
            told.append(f"At the maximum: {found.distance:.2g} standard errors from it (at most {NEAR} count).")
        return told

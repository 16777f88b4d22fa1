"""A finite set of parameters is a legal problem: the likelihood of each candidate, exactly where it is a fraction."""

import math
import numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from osolgil.likelihood.distribution import Distribution, Rational
from osolgil.likelihood.showing import as_text, columns, facts, fraction, number
from osolgil.protocol import precision

if TYPE_CHECKING:
    from rich.console import Group

Candidate = Any
"""A Fraction where probabilities are exact, a number where they are not, a tuple where there are two parameters."""


class Row(NamedTuple):
    """One candidate: its likelihood (a Fraction where it is exact) and its log-likelihood."""

    candidate: Candidate
    likelihood: Fraction | float
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class BestCandidate:
    """The candidate under which the data are most likely.

    Attributes:
        distribution: of the rows.
        rows: how many there are.
        table: the likelihood of each candidate, in the order in which they were given.
        ties: all candidates that are most likely; more than one where they tie.
    """

    distribution: Distribution
    rows: int
    table: tuple[Row, ...]
    ties: tuple[Candidate, ...]

    @property
    def estimate(self) -> Candidate:
        """The most likely candidate; the first of those that tie."""
        return self.ties[0]

    @property
    def log_likelihood(self) -> float:
        """ℓ of the estimate."""
        return max(row.log_likelihood for row in self.table)

    @property
    def message(self) -> str:
        """The answer as a sentence."""
        symbols = ", ".join(each.symbol for each in self.distribution.parameters)
        if len(self.ties) > 1:
            return f"A tie: {' and '.join(map(shown, self.ties))} are equally likely, so the data do not decide."
        return f"Most likely: {symbols} = {shown(self.estimate)}."

    def __rich__(self) -> "Group":
        from rich.console import Group

        symbols = ", ".join(each.symbol for each in self.distribution.parameters)
        made = columns(symbols, "Likelihood", "Log-likelihood", "Relative")
        for row in self.table:
            exact = isinstance(row.likelihood, Fraction)
            relative = math.exp(row.log_likelihood - self.log_likelihood)
            made.add_row(
                shown(row.candidate),
                fraction(row.likelihood) if exact else number(row.likelihood),  # type: ignore[arg-type]
                number(row.log_likelihood),
                f"{relative:.4g}",
            )
        about = {"Distribution": self.distribution.described, "Rows": f"{self.rows:,}"}
        return Group(facts(about), "", made, "", self.message)

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__


def shown(candidate: Candidate) -> str:
    """A candidate as people read it.

    >>> shown(Fraction(3, 4)), shown((1.5, 2.0))
    ('3/4', '(1.5, 2)')
    """
    if isinstance(candidate, Fraction):
        return fraction(candidate)
    if isinstance(candidate, tuple):
        return f"({', '.join(map(number, candidate))})"
    return number(candidate)


def as_fraction(value: Any) -> Fraction:
    """A number as the fraction that was meant.

    >>> as_fraction(0.1), as_fraction(1 / 3), as_fraction("3/4")
    (Fraction(1, 10), Fraction(1, 3), Fraction(3, 4))
    """
    if isinstance(value, str):
        return Fraction(value)
    exact = Fraction(value)
    simple = exact.limit_denominator(10_000)
    return simple if float(simple) == float(exact) else exact


def checked_candidates(distribution: Distribution, candidates: Iterable[Any]) -> tuple[Candidate, ...]:
    """The candidates, each in its domain (whose finite ends are legal here).

    Raises:
        ValueError: there are none, one appears twice, has the wrong number of parameters or lies outside its domain.
    """
    if isinstance(candidates, str | numbers.Number):
        raise TypeError(f"candidates={candidates!r} must be several, such as [1/2, 3/4].")
    found: list[Candidate] = []
    k = len(distribution.parameters)
    for given in candidates:
        parts = tuple(given) if isinstance(given, Sequence | np.ndarray) and not isinstance(given, str) else (given,)
        if len(parts) != k:
            raise ValueError(f"The candidate {given!r} has {len(parts)} parameters; {distribution.title} has {k}.")
        try:
            fractions = tuple(as_fraction(part) for part in parts)
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise ValueError(f"The candidate {given!r} is no finite number or fraction, such as 3/4.") from None
        for parameter, value in zip(distribution.parameters, fractions, strict=True):
            if not parameter.domain.contains(float(value), closed=parameter.name != "sigma"):
                raise ValueError(f"The candidate {parameter.symbol} = {value} lies outside {parameter.domain.words}.")
        one = fractions[0] if isinstance(distribution, Rational) else float(fractions[0])
        candidate = one if k == 1 else tuple(map(float, fractions))
        if candidate in found:
            raise ValueError(f"The candidate {shown(candidate)} is given twice.")
        found.append(candidate)
    if not found:
        raise ValueError("There are no candidates; give at least one, such as [1/2, 3/4].")
    return tuple(found)


def logarithm(value: Fraction) -> float:
    """log of a fraction of any size; −∞ of 0."""
    return math.log(value.numerator) - math.log(value.denominator) if value else -math.inf


def exact_likelihood(distribution: Rational, theta: Fraction, y: np.ndarray) -> Fraction:
    """Π f(yᵢ; θ), each distinct value raised to how often it occurs."""
    values, counts = np.unique(y, return_counts=True)
    product = Fraction(1)
    for value, count in zip(values, counts, strict=True):
        product *= distribution.exact(theta, int(value)) ** int(count)
    return product


def among(distribution: Distribution, rows: Any, candidates: Iterable[Any]) -> BestCandidate:
    """The most likely of some candidates.

    Raises:
        ValueError: a candidate makes no sense, or the data are impossible under every one.
    """
    chosen = checked_candidates(distribution, candidates)
    count = len(jax.tree.leaves(rows)[0])
    if isinstance(distribution, Rational):
        likelihoods = [exact_likelihood(distribution, theta, rows) for theta in chosen]
        table = tuple(map(Row, chosen, likelihoods, map(logarithm, likelihoods)))
        best: Any = max(likelihoods)
        ties = tuple(theta for theta, found in zip(chosen, likelihoods, strict=True) if found == best)
        impossible = best == 0
    else:
        with precision(np.dtype(np.float64)):
            terms = [np.asarray(distribution.log_density(np.atleast_1d(theta).astype(float), rows)) for theta in chosen]
        logs = [math.fsum(each) for each in terms]
        table = tuple(Row(theta, math.exp(log), log) for theta, log in zip(chosen, logs, strict=True))
        best = max(logs)
        # Each term is rounded: what differs by less than that is a tie.
        sizes = [float(np.abs(each).sum()) for each in terms]
        rounding = 8 * np.finfo(float).eps * max((size for size in sizes if math.isfinite(size)), default=0.0)
        ties = tuple(theta for theta, found in zip(chosen, logs, strict=True) if found >= best - rounding)
        impossible = best == -math.inf
    if impossible:
        raise ValueError("The data are impossible under every candidate: each has likelihood 0; give another one.")
    return BestCandidate(distribution, count, table, ties)

"""Tables of exact likelihoods: what each value that may be seen says about each candidate."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from osolgil.likelihood.candidates import checked_candidates
from osolgil.likelihood.distribution import Distribution, Rational
from osolgil.likelihood.showing import as_text, fraction


@dataclass(frozen=True)
class LikelihoodTable:
    """f(y; θ) for every candidate θ (a row) and every value y (a column), as exact fractions.

    Attributes:
        candidates: θ of each row.
        values: y of each column.
        likelihoods: a tuple of fractions for each row.
        symbol: what θ is called.
    """

    candidates: tuple[Fraction, ...]
    values: tuple[int, ...]
    likelihoods: tuple[tuple[Fraction, ...], ...]
    symbol: str = "θ"

    @property
    def denominators(self) -> tuple[int, ...]:
        """The least common denominator of each row."""
        return tuple(math.lcm(*(each.denominator for each in row)) for row in self.likelihoods)

    @property
    def numerators(self) -> tuple[tuple[int, ...], ...]:
        """The fractions of each row over its common denominator."""
        return tuple(
            tuple(int(each * over) for each in row)
            for row, over in zip(self.likelihoods, self.denominators, strict=True)
        )

    @property
    def estimates(self) -> dict[int, tuple[Fraction, ...]]:
        """θ̂ for each value: the candidates that are most likely; more than one where they tie."""
        found = {}
        for j, value in enumerate(self.values):
            column = [row[j] for row in self.likelihoods]
            best = max(column)
            found[value] = tuple(c for c, each in zip(self.candidates, column, strict=True) if each == best)
        return found

    def __rich__(self) -> Any:
        from rich.table import Table

        made = Table(show_edge=False, pad_edge=False)
        made.add_column("y", no_wrap=True)
        for value in self.values:
            made.add_column(str(value), justify="right", no_wrap=True)
        made.add_column("", no_wrap=True)
        for candidate, row, over in zip(self.candidates, self.numerators, self.denominators, strict=True):
            made.add_row(f"f(y; {fraction(candidate)})", *map(str, row), f"/ {over}")
        made.add_section()
        ties = (", ".join(map(fraction, found)) for found in self.estimates.values())
        made.add_row(f"most likely {self.symbol}", *ties, "")
        return made

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__


def table(
    distribution: Distribution, candidates: Iterable[Any], values: Iterable[int] | None = None
) -> LikelihoodTable:
    """The likelihood of every candidate for every value that may be seen, as exact fractions.

    Args:
        distribution: one whose probabilities are fractions: Binomial, Bernoulli or Geometric.
        candidates: numbers or fractions, in [0, 1].
        values: which values to list; all of them if there are finitely many.

    Raises:
        ValueError: the distribution has no exact probabilities, or infinitely many values and none were chosen.

    The two bags: five draws with replacement, from a bag in which half of the balls are red, or three quarters.

    >>> from osolgil.likelihood import Binomial
    >>> bags = table(Binomial(5), [1/2, 3/4])
    >>> bags.numerators[1], bags.denominators[1]
    ((1, 15, 90, 270, 405, 243), 1024)
    """
    if not isinstance(distribution, Rational):
        raise ValueError(
            f"The {distribution.title} distribution has no exact fractions; choose binomial, bernoulli or geometric."
        )
    chosen = checked_candidates(distribution, candidates)
    if values is None:
        if distribution.values is None:
            raise ValueError(
                f"The {distribution.title} distribution has infinitely many values; say which to list, such as "
                "values=range(1, 7)."
            )
        listed = distribution.values
    else:
        listed = tuple(int(y) for y in distribution.checked(list(values)))
    rows = tuple(tuple(distribution.exact(theta, y) for y in listed) for theta in chosen)
    return LikelihoodTable(chosen, listed, rows, distribution.parameters[0].symbol)
